package dev.sextant.cli;

import dev.sextant.cli.text.TextTable;
import dev.sextant.config.ModelConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code inspect} found, as text and as JSON. */
final class InspectPage {

    private final ModelConfig model;
    private final List<InspectedSet> sets;
    private final List<Path> files;

    InspectPage(ModelConfig model, List<InspectedSet> sets, List<Path> files) {
        this.model = model;
        this.sets = sets;
        this.files = files;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "model      " + model.modelType() + " (" + model.source() + ")"
                + (model.layers().isPresent() ? ", " + model.layers().getAsInt() + " layers" : "")
                + (model.maxPositions().isPresent() ? ", " + model.maxPositions().getAsLong() + " positions" : ""));
        model.warnings().forEach(w -> line(text, "warning    " + w));
        for (InspectedSet each : sets) {
            line(text, "");
            set(text, each);
        }
        files.forEach(f -> line(text, "wrote      " + f));
        return text.toString();
    }

    private void set(StringBuilder text, InspectedSet each) {
        var set = each.set();
        var rope = each.rope();
        line(text, "layers     " + set.layerType() + layersOf(set.layerType()));
        line(text, "heads      " + set.queryHeads() + " query, " + set.kvHeads() + " key, of " + set.headDim());
        line(text,
                "rotates    " + rope.rotaryDim() + " elements from " + set.rotaryOffset() + ", " + rope.layout() + ", "
                        + rope.angles() + (rope.axes().axes() > 1 ? ", " + rope.axes() : "")
                        + (set.inverse() ? ", inverse" : ""));
        line(text, "rule       " + rope.frequencies() + (set.dependsOnLength() ? ", depends on the length" : ""));
        line(text, "magnitude  " + rope.frequencies().attentionFactor() + " on cos and sin"
                + (set.scoreFactor() == 1 ? "" : ", " + set.scoreFactor() + " on the scores"));
        context(text, each);
        int[] moved = each.moved();
        line(text, "scaling    " + (moved.length == 0
                ? "moves no pair"
                : "moves " + moved.length + " of " + each.wavelengths().length + " pairs, the first is " + moved[0]));
        TextTable table = new TextTable(0, "pair", "frequency", "wavelength", "slower by");
        for (int j = 0; j < each.wavelengths().length; j++) {
            table.row(String.valueOf(j), String.format(Locale.ROOT, "%.9g", each.frequencies()[j]),
                    String.format(Locale.ROOT, "%.1f", each.wavelengths()[j]),
                    String.format(Locale.ROOT, "%.3f", each.slowing(j)));
        }
        text.append(table);
    }

    private static void context(StringBuilder text, InspectedSet each) {
        each.maxPositions().ifPresent(n -> line(text, "context    " + n + " positions at most" + turns(each, n)));
        each.originalContext()
                .ifPresent(n -> line(text, "original   " + n + " positions before a scaling" + turns(each, n)));
    }

    private static String turns(InspectedSet each, long positions) {
        return each.slowestPair() < 0
                ? ""
                : String.format(Locale.ROOT, ", within which pair %d, the slowest that turns, turns %.4g times",
                        each.slowestPair(), each.turns(positions));
    }

    /** Which layers are of a type, where the file says so. */
    private String layersOf(String type) {
        List<String> of = new ArrayList<>();
        for (int i = 0; i < model.layerTypes().size(); i++) {
            if (model.layerTypes().get(i).equals(type)) {
                of.add(String.valueOf(i));
            }
        }
        return of.isEmpty() ? "" : ": " + String.join(" ", of);
    }

    Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("command", "inspect");
        object.put("source", model.source());
        object.put("modelType", model.modelType());
        model.layers().ifPresent(n -> object.put("layers", n));
        model.maxPositions().ifPresent(n -> object.put("maxPositions", n));
        object.put("layerTypes", model.layerTypes());
        object.put("warnings", model.warnings());
        object.put("sets", sets.stream().map(InspectPage::object).toList());
        object.put("files", files.stream().map(Path::toString).toList());
        return object;
    }

    private static Map<String, Object> object(InspectedSet each) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("layerType", each.set().layerType());
        object.put("queryHeads", each.set().queryHeads());
        object.put("kvHeads", each.set().kvHeads());
        object.put("headDim", each.set().headDim());
        object.put("rotaryOffset", each.set().rotaryOffset());
        object.put("rotaryDim", each.rope().rotaryDim());
        object.put("layout", each.rope().layout().name());
        object.put("angles", each.rope().angles().name());
        object.put("axes", each.rope().axes().toString());
        object.put("inverse", each.set().inverse());
        object.put("rule", each.rope().frequencies().ruleName());
        object.put("definition", each.rope().frequencies().toString());
        object.put("dependsOnLength", each.set().dependsOnLength());
        object.put("attentionFactor", each.rope().frequencies().attentionFactor());
        object.put("scoreFactor", each.set().scoreFactor());
        object.put("context", contextObject(each));
        object.put("frequencies", Arrays.stream(each.frequencies()).boxed().toList());
        object.put("moved", Arrays.stream(each.moved()).boxed().toList());
        return object;
    }

    private static Map<String, Object> contextObject(InspectedSet each) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("slowestPair", each.slowestPair());
        each.maxPositions().ifPresent(n -> {
            object.put("maxPositions", n);
            object.put("turnsOfSlowestWithinMax", each.turns(n));
        });
        each.originalContext().ifPresent(n -> {
            object.put("originalContext", n);
            object.put("turnsOfSlowestWithinOriginal", each.turns(n));
        });
        return object;
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }
}
