package dev.sextant.encoding;

/**
 * "NTK-RoPE-fixed": pair j is divided by {@code factor^(2(j+1)/R)}, so that the fastest pair is slowed too and the slowest by exactly
 * {@code factor}: the base times {@code factor}, then every frequency divided by {@code factor^(2/R)}. Source: Su Jianlin,
 * kexue.fm/archives/9706 (2023), and the class {@code NTKScalingRotaryEmbedding} of vLLM without a {@code mixed_b}.
 *
 * <p>Trap: {@link NtkFrequencies} has the exponent 2j/(R-2) and keeps the fastest pair; both are called "NTK".
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param factor how many times the slowest pair is slowed, finite, at least 1
 */
public record NtkFixedFrequencies(double base, double factor) implements Frequencies {

    /** Refuses a base not above 1 or a factor below 1. */
    public NtkFixedFrequencies {
        new LinearFrequencies(base, factor);
        new GeometricFrequencies(base * factor);
        if (factor < 1) {
            throw new IllegalArgumentException("factor: got " + factor + ", wanted a finite number of at least 1");
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding r) {
        return new LinearFrequencies(base * factor, StrictMath.pow(factor, 2.0 / rotaryDim)).inverse(rotaryDim, r);
    }

    @Override
    public Traits.Reach reach() {
        return Traits.Reach.STRETCHED;
    }

    @Override
    public String ruleName() {
        return "ntk-fixed";
    }
}
