package dev.sextant.encoding;

/**
 * Frequencies for coordinates from -1 to 1: evenly spaced from {@code pi} to {@code pi * maxFrequency / 2} radians per unit, fastest
 * last. Source: {@code freqs_for = "pixel"} of lucidrains/rotary-embedding-torch, as in EVA-02's {@code rope.py}.
 *
 * <p>Trap: the coordinates are real numbers, {@link PatchGrid#endToEnd()}, not indices.
 *
 * @param maxFrequency twice the highest number of half turns over one unit, finite, at least 2, at most 32,768 (10)
 */
public record PixelFrequencies(double maxFrequency) implements Frequencies {

    /** Refuses a frequency outside its domain. */
    public PixelFrequencies {
        if (!(maxFrequency >= 2 && maxFrequency <= 32_768)) {
            throw new IllegalArgumentException("maxFrequency: got " + maxFrequency + ", wanted 2 to 32768");
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding rounding) {
        double[] inverse = Linspace.of(1, maxFrequency / 2, rotaryDim / 2, rounding);
        double pi = rounding.round(StrictMath.PI);
        for (int j = 0; j < inverse.length; j++) {
            inverse[j] = rounding.round(inverse[j] * pi);
        }
        return inverse;
    }

    @Override
    public String ruleName() {
        return "pixel";
    }
}
