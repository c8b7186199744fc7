package dev.sextant.cli.conform;

import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.UnreadableException;
import dev.sextant.cli.text.Json;
import dev.sextant.config.ConfigException;
import dev.sextant.config.HfConfig;
import dev.sextant.config.ModelConfig;
import dev.sextant.config.RotarySet;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.DynamicNtkScaling;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.LongRopeScaling;
import dev.sextant.encoding.NtkFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.ProportionalFrequencies;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.YarnFrequencies;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rotation of a rope case: from its configuration where our reader takes it, else from the rule its manifest
 * states.
 */
final class CaseRope {

    /** Rules of this version. */
    static final Set<String> RULES = Set.of("default", "linear", "llama3", "dynamic", "yarn", "longrope",
            "proportional");

    private CaseRope() {}

    /** The rule as the reference class holds it. */
    static String rule(Case c) throws IOException {
        Attributes frequencies = c.attributes().object("frequencies");
        return frequencies.text(frequencies.has("rope_type") ? "rope_type" : "type");
    }

    /** The angle arithmetic, null when the case has one that this library does not. */
    static @Nullable AngleMode angles(Case c) throws IOException {
        return switch (c.attributes().text("angle")) {
            case "HF_FLOAT32" -> AngleMode.HF_FLOAT32;
            case "double product, double sine, rounded to float32" -> AngleMode.EXACT;
            default -> null;
        };
    }

    static Rope of(Case c, CaseResult result) throws IOException {
        Rope stated = stated(c);
        Attributes a = c.attributes();
        RotarySet set;
        try {
            ModelConfig config = HfConfig.parse(Json.write(a.object("config").asMap(), false), c.name());
            set = a.has("layer_type") ? config.set(a.text("layer_type")) : config.set();
        } catch (ConfigException e) {
            return stated; // a file that leaves out what its class fixes, which this version refuses by name
        }
        result.setFromConfig();
        Rope read = set.rope(length(c));
        if (read.rotaryDim() != stated.rotaryDim() || read.layout() != stated.layout()
                || read.angles() != stated.angles()) {
            result.fail("config: got " + read + ", wanted the slice, layout and angles of " + stated);
        }
        String slice = set.rotaryOffset() + " of " + set.headDim() + (set.inverse() ? " inverse" : "");
        String wanted = a.integer("rotary_offset") + " of " + a.integer("head_dim")
                + (a.integer("direction") < 0 ? " inverse" : "");
        if (!slice.equals(wanted)) {
            result.fail("config: got a slice at " + slice + ", wanted " + wanted);
        }
        return read;
    }

    /** Length of the sequence, 1 where the case has none and its rule needs none. */
    private static long length(Case c) throws IOException {
        return c.attributes().has("sequence_length") ? c.attributes().integer("sequence_length") : 1;
    }

    private static Rope stated(Case c) throws IOException {
        Attributes a = c.attributes();
        AngleMode angles = angles(c);
        if (angles == null) {
            throw new IllegalStateException("case " + c.name() + " should have been refused");
        }
        return new Rope((int) a.integer("rotary_dim"), layout(c), frequencies(c, rule(c), a.object("frequencies")),
                angles);
    }

    /** Which elements pair up. */
    static PairLayout layout(Case c) throws IOException {
        return switch (c.attributes().text("pairing")) {
            case "half" -> PairLayout.HALF_SPLIT;
            case "interleaved" -> PairLayout.INTERLEAVED;
            case "interleaved-in-half-out" -> PairLayout.INTERLEAVED_IN_HALF_OUT;
            case "half-per-axis" -> PairLayout.HALF_SPLIT_BY_AXIS;
            default -> throw new UnreadableException(c.name() + ": pairing got " + c.attributes().text("pairing"));
        };
    }

    private static Frequencies frequencies(Case c, String rule, Attributes f) throws IOException {
        double base = f.number("rope_theta", Double.NaN);
        double factor = f.number("factor", Double.NaN);
        double magnitude = c.attributes().number("attention_factor", 1);
        return switch (rule) {
            case "linear" -> new LinearFrequencies(base, factor);
            case "dynamic" -> f.has("alpha")
                    ? new NtkFrequencies(base, f.number("alpha", Double.NaN))
                    : new DynamicNtkScaling(base, factor, f.integer("config.max_position_embeddings")).at(length(c));
            case "yarn" -> new YarnFrequencies(base, factor, f.number("original_max_position_embeddings", Double.NaN),
                    f.number("beta_fast", 32), f.number("beta_slow", 1), !f.has("truncate") || f.flag("truncate"),
                    magnitude);
            case "longrope" -> new LongRopeScaling(base, numbers(f, "short_factor"), numbers(f, "long_factor"),
                    f.integer("original_max_position_embeddings"), magnitude).at(length(c));
            case "proportional" ->
                new ProportionalFrequencies(base, f.number("partial_rotary_factor", 1), f.number("factor", 1));
            case "llama3" -> new Llama3Frequencies(base, factor, f.number("low_freq_factor", Double.NaN),
                    f.number("high_freq_factor", Double.NaN), f.integer("original_max_position_embeddings"));
            default -> new GeometricFrequencies(base);
        };
    }

    private static List<Double> numbers(Attributes f, String key) throws IOException {
        List<Double> numbers = new ArrayList<>();
        if (f.asMap().get(key) instanceof List<?> list) {
            for (Object element : list) {
                numbers.add(element instanceof Number n ? n.doubleValue() : Double.NaN);
            }
        }
        return numbers;
    }
}
