package dev.sextant.cli.conform;

import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.text.Json;
import dev.sextant.config.ConfigException;
import dev.sextant.config.HfConfig;
import dev.sextant.config.ModelConfig;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rotation of a rope case: from its configuration where our reader takes it, else from the rule its manifest
 * states.
 */
final class CaseRope {

    /** Rules of this version. */
    static final Set<String> RULES = Set.of("default", "linear", "llama3");

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
        ModelConfig config;
        try {
            config = HfConfig.parse(Json.write(c.attributes().object("config").asMap(), false), c.name());
        } catch (ConfigException e) {
            return stated; // a form that this version refuses by name: per-layer rules, several axes, latent attention
        }
        result.setFromConfig();
        Rope read = config.rope();
        if (read.rotaryDim() != stated.rotaryDim() || read.layout() != stated.layout()
                || read.angles() != stated.angles()) {
            result.fail("config: got " + read + ", wanted the slice, layout and angles of " + stated);
        }
        if (config.headDim() != c.attributes().integer("head_dim")) {
            result.fail("config: got head dim " + config.headDim() + ", wanted " + c.attributes().integer("head_dim"));
        }
        return read;
    }

    private static Rope stated(Case c) throws IOException {
        Attributes a = c.attributes();
        AngleMode angles = angles(c);
        if (angles == null) {
            throw new IllegalStateException("case " + c.name() + " should have been refused");
        }
        PairLayout layout = a.text("pairing").equals("half") ? PairLayout.HALF_SPLIT : PairLayout.INTERLEAVED;
        return new Rope((int) a.integer("rotary_dim"), layout, frequencies(rule(c), a.object("frequencies")), angles);
    }

    private static Frequencies frequencies(String rule, Attributes f) throws IOException {
        double base = f.number("rope_theta", Double.NaN);
        return switch (rule) {
            case "linear" -> new LinearFrequencies(base, f.number("factor", Double.NaN));
            case "llama3" ->
                new Llama3Frequencies(base, f.number("factor", Double.NaN), f.number("low_freq_factor", Double.NaN),
                        f.number("high_freq_factor", Double.NaN), f.integer("original_max_position_embeddings"));
            default -> new GeometricFrequencies(base);
        };
    }
}
