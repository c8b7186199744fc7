package dev.sextant.encoding;

/**
 * The scaling of Grok 1 and 2 ("yarn_log"): YaRN's ramp, but the two frequencies of a pair are blended in their logarithm,
 * {@code kept^(1-ramp) * divided^ramp}, so that pair j is divided by {@code factor^ramp}. Source: class
 * {@code Grok1ScalingRotaryEmbedding} of vLLM.
 *
 * <p>Traps: configurations say "yarn"; there is no attention factor, which the class computes and does not apply; Grok's
 * {@code beta_fast} is 8. Its other method, "theta_scale", is the plain rule with {@link #grownBase}.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param factor divisor of slow pairs, 1e-30 to 1e30
 * @param originalContext context before extension, at least 1
 * @param betaFast turns above which a pair is kept (8)
 * @param betaSlow turns below which a pair is divided (1)
 */
public record GrokFrequencies(double base, double factor, double originalContext, double betaFast, double betaSlow)
        implements
            Frequencies {

    /** Refuses parameters outside their domain. */
    public GrokFrequencies {
        new YarnFrequencies(base, factor, originalContext, betaFast, betaSlow, true, 1);
    }

    /**
     * The base of "theta_scale": the pair that turns once within the original context then turns once within {@code factor}
     * times as many positions. The original context is above 2*pi.
     */
    public static double grownBase(double base, double factor, double originalContext) {
        double turn = 2 * StrictMath.PI;
        if (!(originalContext > turn)) {
            throw new IllegalArgumentException(
                    "originalContext: got " + originalContext + ", wanted above 2*pi, one turn of the fastest pair");
        }
        return StrictMath.pow(base,
                StrictMath.log(originalContext * factor / turn) / StrictMath.log(originalContext / turn));
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding r) {
        TurnRamp ramp = new TurnRamp(base, originalContext, betaFast, betaSlow, true, rotaryDim);
        double[] inverse = new double[rotaryDim / 2];
        double roundedBase = r.round(base);
        for (int j = 0; j < inverse.length; j++) {
            double power = r.round(StrictMath.pow(roundedBase, r.round(2.0 * j / rotaryDim)));
            double kept = r.round(StrictMath.log(r.round(1 / power)));
            double divided = r.round(StrictMath.log(r.round(1 / r.round(r.round(factor) * power))));
            double share = r.round(1 - ramp.at(j, r));
            inverse[j] = r.round(StrictMath.exp(
                    r.round(r.round(kept * share) + r.round(divided * r.round(1 - share)))));
        }
        return inverse;
    }

    @Override
    public Traits.Reach reach() {
        return Traits.Reach.STRETCHED;
    }

    @Override
    public String ruleName() {
        return "yarn-log";
    }
}
