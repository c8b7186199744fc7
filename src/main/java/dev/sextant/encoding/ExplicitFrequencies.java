package dev.sextant.encoding;

import java.util.Arrays;

/**
 * Frequencies given as numbers: a checkpoint's own {@code inv_freq} tensor, or a rule this library does not know. Taken as
 * they are (rounded to float32 in {@link AngleMode#HF_FLOAT32}), so a caller's float32 values with {@link AngleMode#EXACT} mean "these frequencies, exact
 * product".
 */
public final class ExplicitFrequencies implements Frequencies {

    private final double[] values;
    private final double attentionFactor;

    /**
     * Frequencies with a multiplier of cos and sin.
     *
     * @param values radians per position, one a pair; copied; finite and not negative
     * @param attentionFactor multiplier of cos and sin, finite, above 0
     */
    public ExplicitFrequencies(double[] values, double attentionFactor) {
        this.values = values.clone();
        this.attentionFactor = attentionFactor;
        for (int j = 0; j < values.length; j++) {
            if (!(values[j] >= 0) || values[j] == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException(
                        "frequency of pair " + j + ": got " + values[j] + ", wanted a finite number, at least 0");
            }
        }
        if (!(attentionFactor > 0) || attentionFactor == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "attentionFactor: got " + attentionFactor + ", wanted a finite number above 0");
        }
    }

    /** Frequencies with attention factor 1. */
    public static ExplicitFrequencies of(double... values) {
        return new ExplicitFrequencies(values, 1.0);
    }

    /** A checkpoint's float32 frequencies, widened exactly. */
    public static ExplicitFrequencies of(float[] values) {
        double[] wide = new double[values.length];
        for (int j = 0; j < wide.length; j++) {
            wide[j] = values[j];
        }
        return new ExplicitFrequencies(wide, 1.0);
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding rounding) {
        if (rotaryDim / 2 != values.length) {
            throw new IllegalArgumentException("explicit frequencies: got " + values.length + " values, wanted "
                    + rotaryDim / 2 + " for rotary dim " + rotaryDim);
        }
        double[] inverse = values.clone();
        for (int j = 0; j < inverse.length; j++) {
            inverse[j] = rounding.round(inverse[j]);
        }
        return inverse;
    }

    @Override
    public double attentionFactor() {
        return attentionFactor;
    }

    @Override
    public String ruleName() {
        return "explicit";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExplicitFrequencies that && attentionFactor == that.attentionFactor
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(values) + Double.hashCode(attentionFactor);
    }

    @Override
    public String toString() {
        return "ExplicitFrequencies[" + values.length + " pairs, attentionFactor=" + attentionFactor + "]";
    }
}
