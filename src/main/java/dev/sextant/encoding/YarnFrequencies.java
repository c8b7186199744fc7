package dev.sextant.encoding;

/**
 * YaRN: slow pairs are divided by {@code factor}, fast ones kept, a linear ramp over the pair index between the pair that turns
 * {@code betaFast} times within the original context and the one that turns {@code betaSlow} times; cos and sin are multiplied
 * by the attention factor. Source: Peng et al., YaRN, arXiv:2309.00071, section 3.
 *
 * <p>Traps: the range is clamped to {@code R - 1}, not {@code R/2 - 1}; {@code truncate} (floor and ceiling of the range) is false in
 * gpt-oss; a range of one point gets a width of 0.001; the attention factor is often left out by engines.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param factor divisor of slow pairs, finite, above 0
 * @param originalContext context before extension, at least 1
 * @param betaFast turns above which a pair is kept (32)
 * @param betaSlow turns below which a pair is divided (1)
 * @param truncate whether the range is rounded outwards to whole pairs
 * @param attentionFactor multiplier of cos and sin; {@link #magnitude} computes the default
 */
public record YarnFrequencies(double base, double factor, double originalContext, double betaFast, double betaSlow,
        boolean truncate, double attentionFactor) implements Frequencies {

    /** Refuses parameters outside their domain. */
    public YarnFrequencies {
        new LinearFrequencies(base, factor);
        if (!(originalContext >= 1) || !isSane(originalContext) || !isSane(betaFast) || !isSane(betaSlow)
                || !isSane(factor)) {
            throw new IllegalArgumentException(
                    "originalContext, betaFast, betaSlow, factor: got " + originalContext + ", "
                            + betaFast + ", " + betaSlow + ", " + factor
                            + ", wanted at least 1 and numbers from 1e-30 to 1e30");
        }
        if (!(attentionFactor > 0) || attentionFactor == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "attentionFactor: got " + attentionFactor + ", wanted a finite number above 0");
        }
    }

    /** Within this range neither the ramp nor float32 arithmetic leaves the finite numbers. */
    private static boolean isSane(double value) {
        return value >= 1e-30 && value <= 1e30;
    }

    /** The paper's settings: 32 and 1 turns, whole pairs, its own magnitude. */
    public static YarnFrequencies of(double base, double factor, double originalContext) {
        return new YarnFrequencies(base, factor, originalContext, 32, 1, true, magnitude(factor, 1));
    }

    /** {@code 0.1 * m * ln(factor) + 1}, or 1 for factors up to 1: the paper's equation 22 has m = 1. */
    public static double magnitude(double factor, double m) {
        return factor <= 1 ? 1 : 0.1 * m * StrictMath.log(factor) + 1;
    }

    /**
     * {@code slope * ln(factor) + 1}, or 1 for factors up to 1, for rules that state the slope itself: TeleChat 3 has 0.07,
     * ChunkLlama 0.05. Source: the class {@code TeleChat3RoPEScaledRotaryEmbedding} of vLLM.
     */
    public static double magnitudeOfSlope(double factor, double slope) {
        return factor <= 1 ? 1 : slope * StrictMath.log(factor) + 1;
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding r) {
        TurnRamp ramp = new TurnRamp(base, originalContext, betaFast, betaSlow, truncate, rotaryDim);
        double[] inverse = new double[rotaryDim / 2];
        double roundedBase = r.round(base);
        for (int j = 0; j < inverse.length; j++) {
            double power = r.round(StrictMath.pow(roundedBase, r.round(2.0 * j / rotaryDim)));
            double kept = r.round(1 - ramp.at(j, r));
            double divided = r.round(1 / r.round(r.round(factor) * power));
            inverse[j] = r.round(r.round(divided * r.round(1 - kept)) + r.round(r.round(1 / power) * kept));
        }
        return inverse;
    }

    @Override
    public Traits.Reach reach() {
        return Traits.Reach.STRETCHED;
    }

    @Override
    public String ruleName() {
        return "yarn";
    }
}
