package dev.sextant.config;

import dev.sextant.encoding.DividedFrequencies;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LatentAttentionScale;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.LongRopeScaling;
import dev.sextant.encoding.YarnFrequencies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The frequency rule of a GGUF file, with the effective magnitude of cos and sin. Source: {@code llama-context.cpp}, whose order
 * is followed: a scaling type that is absent is linear, one tensor of divisors wins over two, the operator's own magnitude is
 * divided out before it multiplies it back in.
 */
final class GgufRules {

    /** The loaders that read the ramp's ends. */
    private static final Set<String> READS_RAMP = Set.of("grok", "mistral3");

    private final GgufMetadata file;
    private final String prefix;
    private final int rotaryDim;
    private final Notes notes;

    GgufRules(GgufMetadata file, String architecture, int rotaryDim, Notes notes) {
        this.file = file;
        this.prefix = architecture + ".rope.";
        this.rotaryDim = rotaryDim;
        this.notes = notes;
    }

    /** The base under a key, 10,000 when absent. */
    double base(String key) {
        double base = file.number(prefix + key, 10_000);
        if (!(base > 1 && base <= 1e30)) {
            throw file.refuse(prefix + key, "got " + base + ", wanted a number above 1");
        }
        return base;
    }

    private String type() {
        String type = file.text(prefix + "scaling.type");
        if (type != null && !Set.of("none", "linear", "yarn", "longrope").contains(type)) {
            throw file.refuse(prefix + "scaling.type", "scaling type '" + ConfigObject.cut(type)
                    + "' is not known; known: linear, longrope, none, yarn");
        }
        return type == null ? "linear" : type;
    }

    /** How many times the context grows; absent and 0 are 1. */
    private double factor() {
        String key = file.has(prefix + "scaling.factor") ? "scaling.factor" : "scale_linear";
        double factor = file.number(prefix + key, 1);
        if (factor != 0 && !(factor >= 1e-30 && factor <= 1e30)) {
            throw file.refuse(prefix + key, "got " + factor + ", wanted a number above 0");
        }
        return factor == 0 || type().equals("none") ? 1 : factor;
    }

    /** Whether the file scales at all. */
    boolean scales() {
        return factor() != 1 || type().equals("yarn") || !file.factors().isEmpty();
    }

    /** The rule when it depends on the length, else null. */
    @Nullable
    LengthDependent scaling(double base) {
        boolean lists = file.factors().containsKey("rope_factors_long.weight")
                || file.factors().containsKey("rope_factors_short.weight");
        if (!lists || file.factors().containsKey("rope_freqs.weight")) {
            if (type().equals("longrope") && !lists) {
                throw file.refuse(prefix + "scaling.type", "is longrope, but the file has no rope_factors tensors");
            }
            return null;
        }
        return new LongRopeScaling(base, divisors("rope_factors_short.weight"), divisors("rope_factors_long.weight"),
                original(), attentionFactor());
    }

    /** The rule of a file without lists by length. */
    Frequencies frequencies(double base) {
        if (file.factors().containsKey("rope_freqs.weight")) {
            if (extrapolates()) {
                throw file.refuse(prefix + "scaling.type",
                        "is yarn, and there is a tensor rope_freqs: both are not supported");
            }
            return new DividedFrequencies(base, divisors("rope_freqs.weight"), attentionFactor());
        }
        if (extrapolates()) {
            return yarn(base);
        }
        if (attentionFactor() != 1) {
            return new DividedFrequencies(base, Collections.nCopies(rotaryDim / 2, factor()), attentionFactor());
        }
        return factor() == 1 ? new GeometricFrequencies(base) : new LinearFrequencies(base, factor());
    }

    /** The strength of the ramp: all or nothing, what lies between is no rule of anyone's. */
    private boolean extrapolates() {
        double strength = reads() ? file.number(prefix + "scaling.yarn_ext_factor", -1) : -1;
        if (strength > 0 && strength != 1) {
            throw file.refuse(prefix + "scaling.yarn_ext_factor", "got " + strength + ", wanted 0 or 1");
        }
        return strength < 0 ? type().equals("yarn") : strength == 1;
    }

    private boolean reads() {
        return READS_RAMP.contains(prefix.substring(0, prefix.indexOf('.')));
    }

    private Frequencies yarn(double base) {
        double fast = 32;
        double slow = 1;
        if (reads()) {
            fast = file.number(prefix + "scaling.yarn_beta_fast", fast);
            slow = file.number(prefix + "scaling.yarn_beta_slow", slow);
        } else if (file.has(prefix + "scaling.yarn_beta_fast") || file.has(prefix + "scaling.yarn_beta_slow")) {
            notes.warn("'" + prefix
                    + "scaling.yarn_beta_fast', 'yarn_beta_slow' are not read for this architecture, as in the "
                    + "reference");
        }
        if (!(fast > 0) || !(slow > 0)) {
            throw file.refuse(prefix + "scaling.yarn_beta_fast", "got " + fast + " and a slow end of " + slow
                    + ", wanted numbers above 0");
        }
        double own = YarnFrequencies.magnitude(factor(), 1);
        double log = logMultiplier();
        double magnitude = (log == 0 ? own : own / YarnFrequencies.magnitude(factor(), log))
                * stated("scaling.attn_factor");
        if (!(magnitude > 0)) {
            throw file.refuse(prefix + "scaling.yarn_log_multiplier", "gives a magnitude of " + magnitude);
        }
        return new YarnFrequencies(base, factor(), original(), fast, slow, true, magnitude);
    }

    /** The converter writes a tenth of "mscale_all_dim". */
    double logMultiplier() {
        return file.number(prefix + "scaling.yarn_log_multiplier", 0) / 0.1;
    }

    /** What models with latent attention multiply their scores by. */
    double scoreFactor() {
        if (!extrapolates()) {
            return 1;
        }
        double log = logMultiplier();
        if (!(log >= 0 && log <= 1e6)) {
            throw file.refuse(prefix + "scaling.yarn_log_multiplier",
                    "got " + log / 10 + ", wanted a number of at least 0");
        }
        return new LatentAttentionScale(factor(), log).multiplier();
    }

    /** Without a ramp the stated factors are the magnitude. */
    private double attentionFactor() {
        return stated("scaling.attn_factor") * (reads() ? stated("scaling.yarn_attn_factor") : 1);
    }

    private double stated(String key) {
        double number = file.number(prefix + key, 1);
        if (!(number > 0 && number <= 1e6)) {
            throw file.refuse(prefix + key, "got " + number + ", wanted a number above 0");
        }
        return number;
    }

    private long original() {
        String context = prefix.substring(0, prefix.indexOf('.')) + ".context_length";
        long length = file.integer(prefix + "scaling.original_context_length", file.integer(context, 0, 1L << 40),
                1L << 40);
        if (length == 0) {
            throw file.refuse(context, "is missing; the scaling needs it");
        }
        return length;
    }

    /** Divisors of a tensor, times the factor that slows every pair. */
    private List<Double> divisors(String tensor) {
        float[] values = file.factors().get(tensor);
        if (values == null || values.length != rotaryDim / 2) {
            throw ConfigException.of(file.source(),
                    "tensor '" + tensor + "': got " + (values == null ? 0 : values.length)
                            + " numbers, wanted " + rotaryDim / 2 + " for rotary dim " + rotaryDim);
        }
        List<Double> divisors = new ArrayList<>();
        for (float value : values) {
            if (!(value > 0 && value <= Float.MAX_VALUE)) {
                throw ConfigException.of(file.source(),
                        "tensor '" + tensor + "': element " + divisors.size() + ": got " + value
                                + ", wanted a finite number above 0");
            }
            divisors.add(value * factor());
        }
        return divisors;
    }
}
