package dev.sextant.encoding;

/**
 * The scaling of Llama 3.1 and later: long wavelengths are divided by {@code factor}, short ones kept, a ramp between.
 *
 * <p>With wavelength {@code w = 2*pi/f}: {@code w > O/low} gives {@code f/factor}; {@code w < O/high} gives {@code f}; otherwise
 * {@code t = (O/w - low)/(high - low)} and {@code (1-t)*f/factor + t*f}. Source: Grattafiori et al., The Llama 3 Herd of
 * Models, arXiv:2407.21783, and the function {@code llama3} of the reference rope utilities.
 *
 * <p>Trap: {@code low == high} is in use (Llama 4 Scout has 1 and 1); then there is no ramp, and its division by zero must not
 * reach the result.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param factor divisor of long wavelengths, finite, above 0
 * @param lowFactor "low_freq_factor", above 0
 * @param highFactor "high_freq_factor", above 0
 * @param originalContext O, "original_max_position_embeddings", at least 1
 */
public record Llama3Frequencies(double base, double factor, double lowFactor, double highFactor, long originalContext)
        implements
            Frequencies {

    /** Refuses parameters outside their domain. */
    public Llama3Frequencies {
        new LinearFrequencies(base, factor);
        if (!(lowFactor > 0) || !(highFactor > 0)) {
            throw new IllegalArgumentException(
                    "lowFactor, highFactor: got " + lowFactor + ", " + highFactor + ", wanted numbers above 0");
        }
        if (originalContext < 1) {
            throw new IllegalArgumentException("originalContext: got " + originalContext + ", wanted at least 1");
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding rounding) {
        double[] inverse = new GeometricFrequencies(base).inverse(rotaryDim, rounding);
        for (int j = 0; j < inverse.length; j++) {
            inverse[j] = scaled(inverse[j], rounding);
        }
        return inverse;
    }

    private double scaled(double f, Rounding r) {
        double wavelength = r.divideScalarBy(2 * StrictMath.PI, f);
        if (wavelength > r.round(originalContext / lowFactor)) {
            return r.round(f / r.round(factor));
        }
        if (wavelength < r.round(originalContext / highFactor)) {
            return f;
        }
        if (lowFactor == highFactor) {
            return f; // exactly on the bound
        }
        double turns = r.divideScalarBy((double) originalContext, wavelength);
        double t = r.round(r.round(turns - r.round(lowFactor)) / r.round(highFactor - lowFactor));
        double divided = r.round(r.round(r.round(1 - t) * f) / r.round(factor));
        return r.round(divided + r.round(t * f));
    }

    @Override
    public Traits.Reach reach() {
        return Traits.Reach.STRETCHED;
    }

    @Override
    public String ruleName() {
        return "llama3";
    }
}
