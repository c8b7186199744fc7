package dev.sextant.encoding;

/**
 * Linear position interpolation: every frequency divided by {@code factor}, the same as dividing positions. Source: Chen et
 * al., Extending Context Window via Positional Interpolation, arXiv:2306.15595, equation 4.
 *
 * <p>Engines that divide the position instead differ in the last bit; here the frequency is divided, as the reference does.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param factor how many times the context grows, finite, above 0
 */
public record LinearFrequencies(double base, double factor) implements Frequencies {

    /** Refuses a base not above 1 or a factor not above 0. */
    public LinearFrequencies {
        new GeometricFrequencies(base);
        if (!(factor > 0) || factor == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("factor: got " + factor + ", wanted a finite number above 0");
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding rounding) {
        double[] inverse = new GeometricFrequencies(base).inverse(rotaryDim, rounding);
        double divisor = rounding.round(factor);
        for (int j = 0; j < inverse.length; j++) {
            inverse[j] = rounding.round(inverse[j] / divisor);
        }
        return inverse;
    }

    @Override
    public Traits.Reach reach() {
        return Traits.Reach.STRETCHED;
    }

    @Override
    public String ruleName() {
        return "linear";
    }
}
