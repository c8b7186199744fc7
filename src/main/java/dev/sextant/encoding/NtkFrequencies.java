package dev.sextant.encoding;

/**
 * NTK-aware scaling with a fixed strength: the base grows to {@code base * alpha^(R/(R-2))}, so that the slowest pair is divided
 * by {@code alpha} and the fastest kept. Source: bloc97, "NTK-Aware Scaled RoPE" (2023), as given by Peng et al., YaRN,
 * arXiv:2309.00071, definition 1. HunYuan configurations call it {@code "type": "dynamic"} with an {@code alpha}.
 *
 * <p>Trap: a rotary dim of 2 divides by zero and is refused.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param alpha how much the slowest pair is slowed, finite, above 0
 */
public record NtkFrequencies(double base, double alpha) implements Frequencies {

    /** Refuses a base not above 1 or an alpha not above 0. */
    public NtkFrequencies {
        new GeometricFrequencies(base);
        if (!(alpha > 0) || alpha == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("alpha: got " + alpha + ", wanted a finite number above 0");
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding rounding) {
        return new GeometricFrequencies(scaledBase(rotaryDim)).inverse(rotaryDim, rounding);
    }

    /** The base after scaling, for a rotary dim of at least 4. */
    public double scaledBase(int rotaryDim) {
        if (rotaryDim < 4) {
            throw new IllegalArgumentException("rotaryDim: got " + rotaryDim + ", wanted at least 4 for NTK scaling");
        }
        return base * StrictMath.pow(alpha, rotaryDim / (rotaryDim - 2.0));
    }

    @Override
    public Traits.Reach reach() {
        return Traits.Reach.STRETCHED;
    }

    @Override
    public String ruleName() {
        return "ntk";
    }
}
