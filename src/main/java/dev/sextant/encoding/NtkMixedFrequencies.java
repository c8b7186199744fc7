package dev.sextant.encoding;

/**
 * "NTK-RoPE-mixed": pair j is divided by {@code exp(a * (j+1)^b)} with {@code a = ln(factor) / (R/2)^b}, so that the slowest pair is
 * divided by {@code factor} and fast ones less than NTK scaling would (b below 1 shifts the change to fast pairs; 0.625 in the source).
 * Source: Su Jianlin, kexue.fm/archives/9706 (2023), and the class {@code NTKScalingRotaryEmbedding} of vLLM with a {@code mixed_b}.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param factor how many times the slowest pair is slowed, finite, at least 1
 * @param b "mixed_b", shape of the change, above 0, at most 8
 */
public record NtkMixedFrequencies(double base, double factor, double b) implements Frequencies {

    /** Refuses parameters outside their domain. */
    public NtkMixedFrequencies {
        new LinearFrequencies(base, factor);
        if (!(factor >= 1 && factor <= 1e30) || !(b > 0 && b <= 8)) {
            throw new IllegalArgumentException("factor, b: got " + factor + ", " + b
                    + ", wanted 1 to 1e30 and above 0 to 8");
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding r) {
        double[] inverse = new GeometricFrequencies(base).inverse(rotaryDim, r);
        double a = r.round(r.round(StrictMath.log(r.round(factor))) / r.round(StrictMath.pow(rotaryDim / 2.0, b)));
        for (int j = 0; j < inverse.length; j++) {
            double exponent = r.round(a * r.round(StrictMath.pow(j + 1, r.round(b))));
            inverse[j] = r.round(inverse[j] / r.round(StrictMath.exp(exponent)));
        }
        return inverse;
    }

    @Override
    public Traits.Reach reach() {
        return Traits.Reach.STRETCHED;
    }

    @Override
    public String ruleName() {
        return "ntk-mixed";
    }
}
