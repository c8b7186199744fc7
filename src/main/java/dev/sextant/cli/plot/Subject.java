package dev.sextant.cli.plot;

import dev.sextant.encoding.Additive;
import dev.sextant.encoding.Columns;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rounding;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Waves;
import dev.sextant.internal.form.AdditiveCatalogue;
import dev.sextant.internal.form.BiasCatalogue;
import dev.sextant.internal.form.Catalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is drawn: one encoding under its name.
 *
 * @param name for titles and legends
 * @param additive rows at the embeddings, or null
 * @param real whether its coordinates are real numbers
 * @param rope a rotation, or null
 * @param bias a line of score biases, or null
 */
public record Subject(String name, @Nullable Additive additive, boolean real, @Nullable Rope rope,
        BiasCatalogue.@Nullable Line bias) {

    /** A rotation, for instance one of a model's file. */
    public static Subject of(String name, Rope rope) {
        return new Subject(name, null, false, rope, null);
    }

    /** The encoding of a name in the catalogue, {@code width} columns or elements of a head wide. */
    public static Subject named(String name, int width, long length) {
        for (AdditiveCatalogue.Line each : Catalogue.ADDITIVE) {
            if (same(name, each.name())) {
                return new Subject(each.name(), each.of(width), each.real(), null, null);
            }
        }
        for (Catalogue.Encoding each : Catalogue.ROTARY) {
            if (same(name, each.rule())) {
                return of(each.rule(), rope(width, each.frequencies().apply(width)));
            }
        }
        for (Catalogue.Scaling each : Catalogue.BY_LENGTH) {
            if (same(name, each.rule())) {
                return of(each.rule() + " at " + length, rope(width, each.scaling().apply(width).at(length)));
            }
        }
        for (BiasCatalogue.Line each : BiasCatalogue.LINES) {
            if (same(name, each.name())) {
                return new Subject(each.name(), null, false, null, each);
            }
        }
        throw new IllegalArgumentException("encoding: got '" + name + "', wanted one of " + String.join("; ", names()));
    }

    private static boolean same(String asked, String name) {
        return name.toLowerCase(Locale.ROOT).equals(asked.toLowerCase(Locale.ROOT));
    }

    private static Rope rope(int width, Frequencies frequencies) {
        return Rope.of(width, 10_000).frequencies(frequencies);
    }

    /** All names, family by family. */
    public static List<String> names() {
        return Stream.of(Catalogue.ADDITIVE.stream().map(AdditiveCatalogue.Line::name),
                Catalogue.ROTARY.stream().map(Catalogue.Encoding::rule),
                Catalogue.BY_LENGTH.stream().map(Catalogue.Scaling::rule),
                BiasCatalogue.LINES.stream().map(BiasCatalogue.Line::name)).flatMap(s -> s).toList();
    }

    /** Frequencies of all waves or pairs, radians per position; of several axes that drive a wave the greatest. */
    double[] frequencies(Rounding rounding) {
        if (rope != null) {
            return rope.frequencies().inverse(rope.rotaryDim(), rounding);
        }
        if (additive == null) {
            throw wrong("frequencies");
        }
        List<Double> all = new ArrayList<>();
        for (Columns each : additive.columns()) {
            if (each instanceof Waves waves) {
                for (int k = 0; k < waves.waves(); k++) {
                    double greatest = 0;
                    for (int axis = 0; axis < waves.axes(); axis++) {
                        greatest = Math.max(greatest, Math.abs(waves.frequency(axis, k)));
                    }
                    all.add(greatest);
                }
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The bias. */
    ScoreBias bias(int heads) {
        if (bias == null) {
            throw wrong("a bias of scores");
        }
        return bias.sample().apply(heads);
    }

    /** What an encoding of another family cannot show. */
    IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("encoding: got " + name + ", "
                + (bias != null ? "a score bias" : rope != null ? "a rotation" : "an additive encoding")
                + ", wanted one that has " + what);
    }
}
