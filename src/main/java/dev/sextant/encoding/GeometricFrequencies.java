package dev.sextant.encoding;

/**
 * The original rule: {@code 1 / base^(2j/R)}. Source: Su et al., arXiv:2104.09864, section 3.2.2.
 *
 * <p>In float32 the reference takes the exponent {@code 2j/R}, the power and the reciprocal each in float32; the power here
 * is rounded correctly, where framework libraries may be 1 or 2 ulp off for about half a percent of entries. The exponent
 * divides by the rotary dim, not the head dim.
 *
 * @param base the base ("rope_theta"), finite, above 1
 */
public record GeometricFrequencies(double base) implements Frequencies {

    /** Refuses a base that is not a finite number above 1. */
    public GeometricFrequencies {
        if (!(base > 1) || base == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("base: got " + base + ", wanted a finite number above 1");
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding rounding) {
        double[] inverse = new double[rotaryDim / 2];
        double roundedBase = rounding.round(base);
        for (int j = 0; j < inverse.length; j++) {
            double exponent = rounding.round(2.0 * j / rotaryDim);
            inverse[j] = rounding.round(1.0 / rounding.round(StrictMath.pow(roundedBase, exponent)));
        }
        return inverse;
    }

    @Override
    public String ruleName() {
        return "default";
    }
}
