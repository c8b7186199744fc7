package dev.sextant.encoding;

import java.util.List;

/**
 * The geometric rule with a divisor for every pair: {@code 1 / (divisor_j * base^(2j/R))}. One list of LongRoPE, or the factor
 * tensors of a GGUF file.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param divisors one a pair, finite, above 0
 * @param attentionFactor multiplier of cos and sin, finite, above 0
 */
public record DividedFrequencies(double base, List<Double> divisors, double attentionFactor) implements Frequencies {

    /** Refuses parameters outside their domain. */
    public DividedFrequencies {
        new GeometricFrequencies(base);
        divisors = List.copyOf(divisors);
        for (int j = 0; j < divisors.size(); j++) {
            double divisor = divisors.get(j);
            if (!(divisor > 0) || divisor == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException(
                        "divisor of pair " + j + ": got " + divisor + ", wanted a finite number above 0");
            }
        }
        if (!(attentionFactor > 0) || attentionFactor == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "attentionFactor: got " + attentionFactor + ", wanted a finite number above 0");
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding r) {
        if (divisors.size() != rotaryDim / 2) {
            throw new IllegalArgumentException(
                    "divisors: got " + divisors.size() + ", wanted " + rotaryDim / 2 + " for rotary dim " + rotaryDim);
        }
        double[] inverse = new double[rotaryDim / 2];
        double roundedBase = r.round(base);
        for (int j = 0; j < inverse.length; j++) {
            double power = r.round(StrictMath.pow(roundedBase, r.round(2.0 * j / rotaryDim)));
            inverse[j] = r.round(1 / r.round(r.round(divisors.get(j)) * power));
        }
        return inverse;
    }

    @Override
    public Traits.Reach reach() {
        return Traits.Reach.STRETCHED;
    }

    @Override
    public String ruleName() {
        return "divided";
    }
}
