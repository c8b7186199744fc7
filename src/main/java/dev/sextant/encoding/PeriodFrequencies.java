package dev.sextant.encoding;

/**
 * Periods from {@code minPeriod} to {@code maxPeriod}, evenly spaced in their logarithm, both ends included: pair j of n has period
 * {@code minPeriod * (maxPeriod/minPeriod)^(j/(n-1))} and frequency {@code 1/period}. Source: Siméoni et al., DINOv3,
 * arXiv:2508.10104, the class {@code RopePositionEmbedding} with {@code min_period} and {@code max_period}.
 *
 * <p>Traps: the last pair has the longest period, where the geometric rule never reaches its base. Periods count units of a
 * coordinate that holds the factor 2*pi, see {@link PatchGrid#centres}.
 *
 * @param minPeriod period of pair 0, 1e-4 to 1e30
 * @param maxPeriod period of the last pair, at least {@code minPeriod}, at most 1e30
 */
public record PeriodFrequencies(double minPeriod, double maxPeriod) implements Frequencies {

    /** Refuses periods outside their domain. */
    public PeriodFrequencies {
        if (!(minPeriod >= 1e-4 && maxPeriod >= minPeriod && maxPeriod <= 1e30)) {
            throw new IllegalArgumentException("minPeriod, maxPeriod: got " + minPeriod + ", " + maxPeriod
                    + ", wanted 1e-4 to 1e30, and the second at least the first");
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding r) {
        double ratio = maxPeriod / minPeriod;
        double[] inverse = Linspace.of(0, 1, rotaryDim / 2, r);
        for (int j = 0; j < inverse.length; j++) {
            double grown = r.round(StrictMath.pow(r.round(ratio), inverse[j]));
            inverse[j] = r.round(1 / r.round(r.round(grown / r.round(ratio)) * r.round(maxPeriod)));
        }
        return inverse;
    }

    @Override
    public String ruleName() {
        return "period";
    }
}
