package dev.sextant.encoding;

import java.util.Arrays;

/**
 * The same frequency for every pair: 1 radian per unit in lucidrains/rotary-embedding-torch ({@code freqs_for = "constant"}), where it
 * is the start of a learned frequency; learned values are given as {@link ExplicitFrequencies}.
 *
 * @param frequency radians per position, finite, at least 0
 */
public record ConstantFrequencies(double frequency) implements Frequencies {

    /** Refuses a frequency that is negative or not finite. */
    public ConstantFrequencies {
        if (!(frequency >= 0) || frequency == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "frequency: got " + frequency + ", wanted a finite number, at least 0");
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding rounding) {
        double[] inverse = new double[rotaryDim / 2];
        Arrays.fill(inverse, rounding.round(frequency));
        return inverse;
    }

    @Override
    public String ruleName() {
        return "constant";
    }
}
