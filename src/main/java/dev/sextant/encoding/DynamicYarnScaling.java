package dev.sextant.encoding;

/**
 * Dynamic YaRN: for a length n beyond the tuned context, YaRN with {@code factor = n / originalContext}; within it, the factor of the
 * tuned context, which is the plain rule for a model that was not tuned. The attention factor follows the factor. Source: class
 * {@code LlamaDynamicYaRNScaledRotaryEmbedding} at jquesnelle/yarn; Peng et al., YaRN, arXiv:2309.00071, sections 3.3 and 3.4.
 *
 * <p>Trap: the reference keeps the longest length it has seen and never returns to a smaller factor; here the length is the
 * caller's: one a plan.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param originalContext context of the original training, at least 1
 * @param tunedContext context the model was tuned for afterwards, at least {@code originalContext}; the same when it was not
 * @param betaFast turns above which a pair is kept (32)
 * @param betaSlow turns below which a pair is divided (1)
 * @param attentionScale multiplier of the attention factor, "attn_factor", finite, above 0 (1)
 */
public record DynamicYarnScaling(double base, long originalContext, long tunedContext, double betaFast, double betaSlow,
        double attentionScale) implements LengthDependent {

    /** Refuses parameters outside their domain. */
    public DynamicYarnScaling {
        if (originalContext < 1 || tunedContext < originalContext) {
            throw new IllegalArgumentException("originalContext, tunedContext: got " + originalContext + ", "
                    + tunedContext + ", wanted at least 1, and the second at least the first");
        }
        new YarnFrequencies(base, 1, (double) originalContext, betaFast, betaSlow, true, attentionScale);
    }

    /** The paper's settings for a model that was not tuned. */
    public static DynamicYarnScaling of(double base, long originalContext) {
        return new DynamicYarnScaling(base, originalContext, originalContext, 32, 1, 1);
    }

    @Override
    public Frequencies at(long length) {
        if (length < 1) {
            throw new IllegalArgumentException("length: got " + length + ", wanted at least 1");
        }
        long n = Math.max(length, tunedContext);
        if (n == originalContext) {
            return new GeometricFrequencies(base);
        }
        double factor = (double) n / (double) originalContext;
        return new YarnFrequencies(base, factor, (double) originalContext, betaFast, betaSlow, true,
                YarnFrequencies.magnitude(factor, 1) * attentionScale);
    }

    @Override
    public String ruleName() {
        return "dynamic-yarn";
    }
}
