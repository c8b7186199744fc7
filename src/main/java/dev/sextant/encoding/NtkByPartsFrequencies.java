package dev.sextant.encoding;

import java.util.Collections;

/**
 * NTK-by-parts, the forerunner of YaRN: slow pairs are divided by {@code factor}, middle ones scaled NTK-aware, fast ones kept.
 * Two linear ramps over the pair index blend them: linear with NTK from 1.25 to 0.75 turns within the original context, then with
 * the plain rule from 16 to 2 turns. Source: bloc97, "NTK-By-Parts" (2023), its class {@code LlamaPartNTKScaledRotaryEmbedding}
 * at jquesnelle/yarn; the idea is in Peng et al., YaRN, arXiv:2309.00071, section 3.2.
 *
 * <p>Traps: definition 2 of the paper ramps over turns, from 1 to 32; the code that models were tuned with ramps over pair indices
 * and has the four constants above. There is no attention factor. A rotary dim of 2 divides by zero and is refused.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param factor how many times the context grows, 1e-30 to 1e30
 * @param originalContext context before extension, 1 to 1e30
 * @param ntkFactor share of NTK in the first blend, 0 to 1 (1)
 * @param extrapolationFactor share of the plain rule in the second blend, 0 to 1 (1)
 */
public record NtkByPartsFrequencies(double base, double factor, double originalContext, double ntkFactor,
        double extrapolationFactor) implements Frequencies {

    /** Refuses parameters outside their domain. */
    public NtkByPartsFrequencies {
        new LinearFrequencies(base, factor);
        if (!(factor >= 1e-30 && factor <= 1e30) || !(originalContext >= 1 && originalContext <= 1e30)) {
            throw new IllegalArgumentException("factor, originalContext: got " + factor + ", " + originalContext
                    + ", wanted 1e-30 to 1e30 and 1 to 1e30");
        }
        if (!(ntkFactor >= 0 && ntkFactor <= 1) || !(extrapolationFactor >= 0 && extrapolationFactor <= 1)) {
            throw new IllegalArgumentException("ntkFactor, extrapolationFactor: got " + ntkFactor + ", "
                    + extrapolationFactor + ", wanted 0 to 1");
        }
    }

    /** Both blends whole. */
    public static NtkByPartsFrequencies of(double base, double factor, double originalContext) {
        return new NtkByPartsFrequencies(base, factor, originalContext, 1, 1);
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding r) {
        double[] plain = new GeometricFrequencies(base).inverse(rotaryDim, r);
        double[] ntk = new NtkFrequencies(base, factor).inverse(rotaryDim, r);
        double[] linear = divided(rotaryDim, r);
        TurnRamp slow = new TurnRamp(base, originalContext, 1.25, 0.75, true, rotaryDim);
        TurnRamp fast = new TurnRamp(base, originalContext, 16, 2, true, rotaryDim);
        for (int j = 0; j < plain.length; j++) {
            double middle = blend(linear[j], ntk[j], share(slow, j, ntkFactor, r), r);
            plain[j] = blend(middle, plain[j], share(fast, j, extrapolationFactor, r), r);
        }
        return plain;
    }

    /** The factor multiplies the power, before the reciprocal, as the reference does. */
    private double[] divided(int rotaryDim, Rounding r) {
        return new DividedFrequencies(base, Collections.nCopies(rotaryDim / 2, factor), 1).inverse(rotaryDim, r);
    }

    private static double share(TurnRamp ramp, int j, double whole, Rounding r) {
        return r.round(r.round(1 - ramp.at(j, r)) * r.round(whole));
    }

    private static double blend(double a, double b, double shareOfB, Rounding r) {
        return r.round(r.round(a * r.round(1 - shareOfB)) + r.round(b * shareOfB));
    }

    @Override
    public Traits.Reach reach() {
        return Traits.Reach.STRETCHED;
    }

    @Override
    public String ruleName() {
        return "ntk-by-parts";
    }
}
