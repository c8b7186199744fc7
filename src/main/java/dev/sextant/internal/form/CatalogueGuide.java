package dev.sextant.internal.form;

import dev.sextant.encoding.LearnedPositions;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Traits;
import dev.sextant.encoding.Traits.Place;
import dev.sextant.encoding.Traits.Reach;
import dev.sextant.encoding.Xpos;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What every line of the catalogue is like, and the choice guide that follows from it. */
public final class CatalogueGuide {

    /**
     * One encoding.
     *
     * @param name its name in the catalogue
     * @param traits what it is like
     */
    public record Entry(String name, Traits traits) {}

    /** All lines, family by family. */
    public static final List<Entry> ENTRIES = entries();

    private CatalogueGuide() {}

    private static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (AdditiveCatalogue.Line each : AdditiveCatalogue.ALL) {
            entries.add(new Entry(each.name(), each.of(64).traits()));
        }
        entries.add(new Entry("learned tables", LearnedPositions.bert(512).traits()));
        for (Catalogue.Encoding each : Catalogue.ROTARY) {
            Rope rope = Rope.of(64, 10_000).frequencies(each.frequencies().apply(64));
            entries.add(new Entry("`" + each.rule() + "`", rope.traits()));
        }
        for (Catalogue.Scaling each : Catalogue.BY_LENGTH) {
            Traits fixed = Rope.of(64, 10_000).traits();
            entries.add(new Entry("`" + each.rule() + "`", new Traits(fixed.place(), fixed.relative(), fixed.learned(),
                    each.scaling().apply(64).reach())));
        }
        for (Catalogue.Axes each : Catalogue.AXES) {
            entries.add(new Entry(each.model(), each.rope().traits()));
        }
        entries.add(new Entry("xPos", new Xpos(Rope.of(64, 10_000), 512, 0, Xpos.Side.QUERIES).traits()));
        for (BiasCatalogue.Line each : BiasCatalogue.LINES) {
            entries.add(new Entry(each.name().equals("none") ? "no position at all" : each.name(),
                    each.sample().apply(8).traits()));
        }
        return List.copyOf(entries);
    }

    /** The table of traits: encodings that are alike share a row. */
    static String traits() {
        Map<Traits, List<String>> alike = new LinkedHashMap<>();
        for (Entry each : ENTRIES) {
            alike.computeIfAbsent(each.traits(), t -> new ArrayList<>()).add(each.name());
        }
        StringBuilder text = new StringBuilder("""
                | enters at | positions | learned | beyond the trained length | encodings |
                |---|---|---|---|---|
                """);
        alike.forEach((traits, names) -> text.append("| ").append(place(traits.place())).append(" | ")
                .append(traits.relative() ? "relative" : "absolute").append(" | ").append(traits.learned())
                .append(" | ").append(reach(traits.reach())).append(" | ").append(String.join(", ", names))
                .append(" |\n"));
        return text.toString();
    }

    /** The choice guide: a wish, and what grants it. */
    static String guide() {
        return """
                | wanted | encodings |
                |---|---|
                """
                + row("longer texts than the model was trained on, as it is", t -> t.reach() == Reach.FAR)
                + row("a rotary model stretched to a stated length", t -> t.reach() == Reach.STRETCHED)
                + row("scores that depend on the distance only, nothing learned",
                        t -> t.relative() && t.learned().equals(Traits.NONE) && t.reach() == Reach.DEFINED)
                + row("nothing to do inside attention, nothing learned",
                        t -> t.place() == Place.EMBEDDINGS && t.learned().equals(Traits.NONE))
                + row("a fixed length, and training decides", t -> t.reach() == Reach.ENDS);
    }

    private static String row(String wish, Predicate<Traits> granted) {
        return "| " + wish + " | " + ENTRIES.stream().filter(e -> granted.test(e.traits())).map(Entry::name)
                .collect(Collectors.joining(", ")) + " |\n";
    }

    private static String place(Place place) {
        return switch (place) {
            case EMBEDDINGS -> "embeddings";
            case QUERIES_AND_KEYS -> "queries and keys";
            case SCORES -> "scores";
        };
    }

    private static String reach(Reach reach) {
        return switch (reach) {
            case ENDS -> "ends; resized or clamped on request";
            case DEFINED -> "defined, seldom good";
            case STRETCHED -> "stretched to a stated length";
            case FAR -> "made for it";
        };
    }
}
