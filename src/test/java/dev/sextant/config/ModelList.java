package dev.sextant.config;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.LongRopeScaling;
import dev.sextant.encoding.PairLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The list of 105 configurations, published ones and class defaults, and one line for what was read of one. */
final class ModelList {

    /** One entry: the model's name and its configuration as a text of its own. */
    record Entry(String model, String json) {

        @Override
        public String toString() {
            return model;
        }
    }

    private ModelList() {}

    static List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        JsonFactory factory = new JsonFactory();
        try (InputStream in = ModelList.class.getResourceAsStream("list/model-configs.json");
                JsonParser parser = factory.createParser(in)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                String model = "";
                String json = "";
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    if (key.equals("config")) {
                        ByteArrayOutputStream text = new ByteArrayOutputStream();
                        try (JsonGenerator copy = factory.createGenerator(text, JsonEncoding.UTF8)) {
                            copy.copyCurrentStructure(parser);
                        }
                        json = text.toString(StandardCharsets.UTF_8);
                    } else if (key.equals("model")) {
                        model = parser.getText();
                    }
                }
                entries.add(new Entry(model, json));
            }
        }
        return entries;
    }

    /** The expected outcomes, by model. */
    static Map<String, String> expected() throws IOException {
        Map<String, String> expected = new LinkedHashMap<>();
        try (InputStream in = ModelList.class.getResourceAsStream("list/expected.txt")) {
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList()) {
                int bar = line.indexOf(" | ");
                expected.put(line.substring(0, bar).strip(), line.substring(bar + 3).strip());
            }
        }
        return expected;
    }

    /** What was read, or why it was not. */
    static String outcome(Entry entry) {
        try {
            return describe(HfConfig.parse(entry.json(), "config"));
        } catch (ConfigException e) {
            String message = e.getMessage().substring(e.getMessage().indexOf(": ") + 2);
            int known = message.indexOf("; known");
            return "refused: " + (known < 0 ? message : message.substring(0, known));
        }
    }

    /** Sets, then how many layers are of each type, then warnings. */
    static String describe(ModelConfig model) {
        List<String> parts = new ArrayList<>();
        model.sets().forEach(set -> parts.add(describe(set)));
        if (!model.layerTypes().isEmpty()) {
            TreeMap<String, Integer> counts = new TreeMap<>();
            model.layerTypes().forEach(type -> counts.merge(type, 1, Integer::sum));
            parts.add("layers " + counts);
        }
        model.warnings().forEach(w -> parts.add("warning: " + w));
        return String.join("; ", parts);
    }

    private static String describe(RotarySet set) {
        Optional<LengthDependent> scaling = set.scaling();
        return set.layerType() + " " + set.queryHeads() + "/" + set.kvHeads() + " x " + set.headDim() + ", "
                + set.definition().rotaryDim() + (set.rotaryOffset() == 0 ? "" : " at " + set.rotaryOffset()) + " "
                + name(set.definition().layout()) + ", "
                + (scaling.isPresent() ? rule(scaling.get()) : rule(set.definition().frequencies()))
                + (set.definition().axes().axes() == 1 ? "" : ", " + set.definition().axes().axes() + " axes")
                + (set.inverse() ? ", negative" : "")
                + (set.scoreFactor() == 1 ? "" : ", scores x " + set.scoreFactor())
                + (set.definition().angles() == AngleMode.EXACT ? ", exact" : "");
    }

    private static String name(PairLayout layout) {
        return switch (layout) {
            case HALF_SPLIT -> "half";
            case INTERLEAVED -> "interleaved";
            case INTERLEAVED_IN_HALF_OUT -> "in-out";
            case HALF_IN_INTERLEAVED_OUT -> "out-in";
            case HALF_SPLIT_BY_AXIS -> "half by axis";
        };
    }

    private static String rule(Frequencies rule) {
        return rule.toString().replace("Frequencies", "");
    }

    private static String rule(LengthDependent rule) {
        return rule instanceof LongRopeScaling l
                ? "LongRopeScaling[base=" + l.base() + ", originalContext=" + l.originalContext() + ", attentionFactor="
                        + l.shortAttentionFactor() + "]"
                : rule.toString();
    }
}
