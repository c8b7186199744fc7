package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sextant.encoding.DynamicNtkScaling;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Rounding;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All 27 frequency cases of the reference figures, from the configuration of the model where the case names one: reader, rule
 * and magnitude at once.
 */
@Tag("goldens")
class GoldenFrequenciesTest {

    /** One case: numbers by the path of their keys, and the frequencies. */
    record Case(String name, String kind, Map<String, Double> numbers, float[] inverse) {

        double number(String key) {
            return numbers.get(key);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        try (InputStream in = GoldenFrequenciesTest.class.getResourceAsStream("/goldens/rope-golden.json");
                JsonParser parser = new JsonFactory().createParser(in)) {
            while (!"frequency_cases".equals(parser.currentName()) || parser.currentToken() != JsonToken.START_ARRAY) {
                parser.nextToken();
            }
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                cases.add(read(parser));
            }
        }
        return cases;
    }

    private static Case read(JsonParser parser) throws IOException {
        Map<String, String> texts = new HashMap<>();
        Map<String, Double> numbers = new HashMap<>();
        List<Float> inverse = new ArrayList<>();
        for (int depth = 1; depth > 0;) {
            switch (parser.nextToken()) {
                case START_OBJECT -> depth++;
                case END_OBJECT -> depth--;
                case VALUE_STRING -> texts.put(parser.currentName(), parser.getText());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                    if (parser.currentName() == null) {
                        inverse.add(Float.parseFloat(parser.getText()));
                    } else {
                        numbers.put(parser.currentName(), parser.getDoubleValue());
                    }
                }
                default -> {}
            }
        }
        float[] values = new float[inverse.size()];
        for (int j = 0; j < values.length; j++) {
            values[j] = inverse.get(j);
        }
        return new Case(texts.get("name"), texts.get("kind"), numbers, values);
    }

    @Test
    void thereAreAll() throws IOException {
        assertEquals(27, cases().size());
        assertEquals(19, cases().stream().filter(c -> entry(c).isPresent()).count(), "from a model's configuration");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void frequenciesAndMagnitude(Case c) {
        Frequencies rule = entry(c).map(e -> fromConfig(e, c)).orElseGet(() -> byHand(c));
        double[] got = rule.inverse(2 * c.inverse.length, Rounding.FLOAT32);
        double[] exact = rule.inverse(2 * c.inverse.length, Rounding.NONE);
        for (int j = 0; j < got.length; j++) {
            assertEquals(c.inverse[j], got[j], 1e-6 * c.inverse[j], "pair " + j);
            assertEquals(c.inverse[j], exact[j], 2e-6 * c.inverse[j], "exact, pair " + j);
        }
        assertEquals(c.number("attention_factor"), rule.attentionFactor(), 1e-12);
    }

    private static Optional<ModelList.Entry> entry(Case c) {
        try {
            return ModelList.entries().stream().filter(e -> c.name.startsWith(e.model())).findFirst();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Frequencies fromConfig(ModelList.Entry entry, Case c) {
        ModelConfig model = HfConfig.parse(entry.json(), entry.model());
        RotarySet set = model.sets().stream().filter(s -> c.name.endsWith(s.layerType())).findFirst()
                .orElse(model.sets().getFirst());
        return set.rope(c.numbers.getOrDefault("seq_len", 1.0).longValue()).frequencies();
    }

    private static Frequencies byHand(Case c) {
        double base = c.number("rope_theta");
        return switch (c.kind) {
            case "linear" -> new LinearFrequencies(base, c.number("factor"));
            case "dynamic" ->
                new DynamicNtkScaling(base, c.number("factor"), (long) c.number("max_position_embeddings"))
                        .at((long) c.number("seq_len"));
            default -> new GeometricFrequencies(base);
        };
    }
}
