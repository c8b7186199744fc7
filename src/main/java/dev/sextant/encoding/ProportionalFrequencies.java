package dev.sextant.encoding;

/**
 * Proportional RoPE (Gemma 4; the idea of p-RoPE): the first {@code rho * R / 2} pairs turn as usual, the others not at all.
 * Source: Barbero et al., Round and Round We Go!, arXiv:2410.06205, section 6, and the function {@code proportional} of the
 * reference rope utilities.
 *
 * <p>Trap: this is not partial rotary. Pairs span the whole head (the partner of element 0 is R/2) and exponents divide by R.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param share rho, "partial_rotary_factor", above 0, at most 1
 * @param factor divisor of all frequencies, finite, above 0 (1 for none)
 */
public record ProportionalFrequencies(double base, double share, double factor) implements Frequencies {

    /** Refuses parameters outside their domain. */
    public ProportionalFrequencies {
        new LinearFrequencies(base, factor);
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share: got " + share + ", wanted above 0 and at most 1");
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding rounding) {
        double[] inverse = new LinearFrequencies(base, factor).inverse(rotaryDim, rounding);
        int turning = (int) StrictMath.floor(share * rotaryDim / 2);
        for (int j = turning; j < inverse.length; j++) {
            inverse[j] = 0;
        }
        return inverse;
    }

    @Override
    public String ruleName() {
        return "proportional";
    }
}
