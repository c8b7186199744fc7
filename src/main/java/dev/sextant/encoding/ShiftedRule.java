package dev.sextant.encoding;

/**
 * {@code f_k = base^(-k/(m - shift))} with {@code m = width/2}, rounded down. Shift 1: the last wave has frequency {@code 1/base} exactly, the
 * rule of tensor2tensor, fairseq, Whisper, MusicGen and DDPM; a single wave has frequency 1. Shift 0 is {@link VaswaniRule} for even widths: the
 * time steps of Stable Diffusion ("downscale_freq_shift"). Sources: {@code get_timing_signal_1d} of tensor2tensor, {@code get_timestep_embedding} of
 * diffusers.
 *
 * @param base finite, above 1 (10,000)
 * @param shift 0 or 1, or between
 */
public record ShiftedRule(double base, double shift) implements WaveRule {

    /** Refuses a base that is not a finite number above 1 and a shift outside 0 to 1. */
    public ShiftedRule {
        requireBase(base);
        if (!(shift >= 0 && shift <= 1)) {
            throw new IllegalArgumentException("shift: got " + shift + ", wanted 0 to 1");
        }
    }

    @Override
    public double[] frequencies(int width, int waves, Rounding rounding) {
        int half = width / 2;
        double denominator = half - shift;
        return powers(base, denominator > 0 ? denominator : 1, waves, rounding); // one wave: k is 0
    }

    @Override
    public String ruleName() {
        return shift == 1 ? "endpoint" : "shifted by " + shift;
    }

    static void requireBase(double base) {
        if (!(base > 1) || base == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("base: got " + base + ", wanted a finite number above 1");
        }
    }

    /** {@code base^(-k/denominator)}; in float32 as the reference models have it, {@code exp(k * -(log(base)/denominator))}. */
    static double[] powers(double base, double denominator, int waves, Rounding r) {
        double[] frequencies = new double[waves];
        double step = r.round(-(StrictMath.log(base) / denominator));
        for (int k = 0; k < waves; k++) {
            frequencies[k] = r == Rounding.NONE
                    ? StrictMath.pow(base, -k / denominator)
                    : r.round(StrictMath.exp(r.round(k * step)));
        }
        return frequencies;
    }
}
