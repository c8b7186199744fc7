package dev.sextant.config;

import dev.sextant.encoding.DynamicNtkScaling;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LatentAttentionScale;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.LongRopeScaling;
import dev.sextant.encoding.NtkFrequencies;
import dev.sextant.encoding.ProportionalFrequencies;
import dev.sextant.encoding.YarnFrequencies;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One block of keys as a frequency rule, in the order in which the reference looks at them. */
final class RopeRules {

    private final RopeBlock block;
    private final ConfigObject keys;
    private final double base;
    private final int rotaryDim;
    private final double part;
    private final Notes notes;

    /** {@code part} is the rotated part of a head, NaN when the file does not state it. */
    RopeRules(RopeBlock block, double base, int rotaryDim, double part, Notes notes) {
        this.block = block;
        this.keys = block.keysOfBlock();
        this.base = base;
        this.rotaryDim = rotaryDim;
        this.part = part;
        this.notes = notes;
    }

    /** The rule, or its shortest form when it depends on the length. */
    Frequencies frequencies(@Nullable LengthDependent scaling) {
        return scaling != null ? scaling.at(1) : switch (block.rule()) {
            case "linear" -> new LinearFrequencies(base, factor());
            case "dynamic" -> new NtkFrequencies(base, block.above("alpha", 0));
            case "yarn" -> yarn();
            case "proportional" -> proportional();
            case "llama3" -> llama3();
            default -> new GeometricFrequencies(base);
        };
    }

    /** The rule when it depends on the length, else null. */
    @Nullable
    LengthDependent scaling() {
        if (block.rule().equals("dynamic")) {
            if (rotaryDim < 4) {
                throw keys.refuse("rope_type", "rope type 'dynamic' divides by zero for a rotary dim of " + rotaryDim
                        + ", wanted at least 4");
            }
            if (!keys.has("alpha")) {
                return dynamic();
            }
            if (keys.has("factor") && block.above("factor", 0) != 1) { // engines differ in which of the two they drop
                throw keys.wanted("factor", "1 beside an alpha");
            }
            return null;
        }
        return block.rule().equals("longrope") ? longRope() : null;
    }

    private double factor() {
        double factor = block.above("factor", 0);
        if (factor < 1) {
            notes.warn(keys, "factor", "is " + factor + ": a factor below 1 shortens the context");
        }
        return factor;
    }

    private LengthDependent dynamic() {
        if (keys.has("original_max_position_embeddings")) {
            notes.warn(keys, "original_max_position_embeddings",
                    "is not used by rope type 'dynamic', as in the reference");
        }
        return new DynamicNtkScaling(base, factor(), length(block.maxContext(), "max_position_embeddings"));
    }

    private Frequencies yarn() {
        double original = block.originalContext();
        if (original < 1) {
            throw keys.refuse("original_max_position_embeddings", "got " + original + ", wanted at least 1");
        }
        double factor = factorOrRatio(original);
        double fast = block.orDefault("beta_fast", 32);
        double slow = block.orDefault("beta_slow", 1);
        if (fast < slow) {
            notes.warn(keys, "beta_fast", "is " + fast + ", below the beta_slow of " + slow);
        }
        return new YarnFrequencies(base, factor, original, fast, slow, !keys.has("truncate") || keys.flag("truncate"),
                yarnMagnitude(factor));
    }

    /** First match wins: stated; the ratio of both mscales, where neither is 0; the paper's. */
    private double yarnMagnitude(double factor) {
        if (keys.has("attention_factor")) {
            return block.above("attention_factor", 0);
        }
        if (block.family().type().equals("deepseek_v4")) {
            return 1; // its class overwrites the rule's own
        }
        Double scale = keys.number("mscale");
        Double allDim = keys.number("mscale_all_dim");
        if (scale != null && allDim != null && scale != 0 && allDim != 0) {
            double ratio = YarnFrequencies.magnitude(factor, scale) / YarnFrequencies.magnitude(factor, allDim);
            if (!(ratio > 0)) {
                throw keys.refuse("mscale", "gives an attention factor of " + ratio + ", wanted a number above 0");
            }
            return ratio;
        }
        return YarnFrequencies.magnitude(factor, 1);
    }

    /** "factor", or by how much the context has grown where it is null. */
    private double factorOrRatio(double original) {
        if (keys.has("factor")) {
            double factor = factor();
            double most = block.statedMaxContext();
            if (block.rule().equals("yarn") && !Double.isNaN(most) && most != factor * original) {
                notes.warn(keys, "factor", "is " + factor + ", but the context grows from " + original + " to " + most);
            }
            return factor;
        }
        if (block.rule().equals("yarn") && !keys.isNull("factor")) {
            throw block.missing("factor");
        }
        return block.maxContext() / original;
    }

    private LengthDependent longRope() {
        long original = length(block.originalContext(), "original_max_position_embeddings");
        List<Double> small = divisors("short_factor");
        List<Double> large = divisors("long_factor");
        if (keys.has("short_mscale") || keys.has("long_mscale")) {
            return new LongRopeScaling(base, small, large, original, block.above("short_mscale", 0),
                    block.above("long_mscale", 0));
        }
        if (keys.has("attention_factor")) {
            return new LongRopeScaling(base, small, large, original, block.above("attention_factor", 0));
        }
        double factor = factorOrRatio((double) original);
        if (factor > 1 && original < 2) {
            throw keys.refuse("original_max_position_embeddings", "got " + original + ", wanted at least 2");
        }
        return new LongRopeScaling(base, small, large, original, LongRopeScaling.magnitude(factor, original));
    }

    private List<Double> divisors(String key) {
        List<Double> divisors = Objects.requireNonNull(keys.numbers(key), key);
        if (divisors.size() != rotaryDim / 2) {
            throw keys.refuse(key,
                    "got " + divisors.size() + " numbers, wanted " + rotaryDim / 2 + " for rotary dim " + rotaryDim);
        }
        for (int j = 0; j < divisors.size(); j++) {
            if (!(divisors.get(j) > 0)) {
                throw keys.refuse(key, "element " + j + ": got " + divisors.get(j) + ", wanted a number above 0");
            }
        }
        return divisors;
    }

    private Frequencies proportional() {
        double share = Double.isNaN(part) ? 1 : part;
        if (share > 1) {
            throw keys.refuse("partial_rotary_factor", "got " + share + ", wanted at most 1");
        }
        return new ProportionalFrequencies(base, share, keys.has("factor") ? factor() : 1);
    }

    private Frequencies llama3() {
        double low = block.above("low_freq_factor", 0);
        double high = block.above("high_freq_factor", 0);
        if (low >= high) {
            notes.warn(keys, "low_freq_factor", "is " + low + ", not below the high_freq_factor of " + high);
        }
        return new Llama3Frequencies(base, factor(), low, high,
                length(block.originalContext(), "original_max_position_embeddings"));
    }

    /** What models with latent attention multiply their scores by; engines that forgot it ran for a year. */
    double scoreFactor() {
        Double allDim = keys.number("mscale_all_dim");
        if (!block.rule().equals("yarn") || allDim == null || allDim == 0) {
            return 1;
        }
        double scaled = block.above("mscale_all_dim", 0);
        return new LatentAttentionScale(factorOrRatio(block.originalContext()), scaled).multiplier();
    }

    private long length(double context, String key) {
        if (context != Math.rint(context) || context < 1 || context > 1L << 40) {
            throw keys.refuse(key, "got " + context + ", wanted an integer from 1 to " + (1L << 40));
        }
        return (long) context;
    }
}
