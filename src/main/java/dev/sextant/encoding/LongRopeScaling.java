package dev.sextant.encoding;

import java.util.List;

/**
 * LongRoPE: every pair has a divisor of its own, searched for short and for long contexts. A length strictly above the original
 * context takes the long list. Source: Ding et al., LongRoPE, arXiv:2402.13753, and Phi-3's implementation.
 *
 * <p>Traps: exactly the original context is still short; the attention factor does not depend on the list in use (PhiMoE, which
 * states one for each, is the exception); crossing the boundary invalidates cached keys.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param shortFactors divisors up to the original context, one a pair
 * @param longFactors divisors beyond it, one a pair
 * @param originalContext "original_max_position_embeddings", at least 1
 * @param shortAttentionFactor multiplier of cos and sin with the short list; {@link #magnitude} computes the default
 * @param longAttentionFactor multiplier of cos and sin with the long list
 */
public record LongRopeScaling(double base, List<Double> shortFactors, List<Double> longFactors, long originalContext,
        double shortAttentionFactor, double longAttentionFactor) implements LengthDependent {

    /** Refuses lists of different lengths and parameters outside their domain. */
    public LongRopeScaling {
        new DividedFrequencies(base, shortFactors, shortAttentionFactor);
        new DividedFrequencies(base, longFactors, longAttentionFactor);
        shortFactors = List.copyOf(shortFactors);
        longFactors = List.copyOf(longFactors);
        if (shortFactors.size() != longFactors.size() || shortFactors.isEmpty()) {
            throw new IllegalArgumentException("shortFactors, longFactors: got " + shortFactors.size() + " and "
                    + longFactors.size() + " numbers, wanted as many of each as there are pairs");
        }
        if (originalContext < 1) {
            throw new IllegalArgumentException("originalContext: got " + originalContext + ", wanted at least 1");
        }
    }

    /** One attention factor for both lists. */
    public LongRopeScaling(double base, List<Double> shortFactors, List<Double> longFactors, long originalContext,
            double attentionFactor) {
        this(base, shortFactors, longFactors, originalContext, attentionFactor, attentionFactor);
    }

    /** {@code sqrt(1 + ln(factor) / ln(originalContext))}, or 1 for factors up to 1. */
    public static double magnitude(double factor, long originalContext) {
        return factor <= 1 ? 1 : StrictMath.sqrt(1 + StrictMath.log(factor) / StrictMath.log((double) originalContext));
    }

    @Override
    public Frequencies at(long length) {
        if (length < 1) {
            throw new IllegalArgumentException("length: got " + length + ", wanted at least 1");
        }
        return length > originalContext
                ? new DividedFrequencies(base, longFactors, longAttentionFactor)
                : new DividedFrequencies(base, shortFactors, shortAttentionFactor);
    }

    @Override
    public String ruleName() {
        return "longrope";
    }
}
