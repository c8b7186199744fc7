package dev.sextant.encoding;

import java.util.List;
import java.util.Objects;

/**
 * KERPLE, power kernel: {@code -a * n^p} with n the number of positions from the key to the query, 0 for keys after it; p = 1 is a learned
 * ALiBi. Source: Chi et al., KERPLE, arXiv:2205.09921, section 4, and its code (chijames/KERPLE).
 *
 * <p>Trap: the code clamps its parameters to at least 0.01, exponents to at most 2, with each forward pass: {@link #ofWeights}.
 *
 * @param a weight, one a head, finite, above 0
 * @param p exponent, one a head, above 0, at most 2
 */
public record KerplePower(List<Double> a, List<Double> p) implements PastBias {

    private static final double LARGEST_EXPONENT = 2;

    /** Refuses parameters outside their domain. */
    public KerplePower {
        a = List.copyOf(a);
        p = List.copyOf(p);
        KerpleWeights.check("a, p", a, p, LARGEST_EXPONENT);
    }

    /** The parameters of a checkpoint, clamped as the model's code does. */
    public static KerplePower ofWeights(float[] a, float[] p) {
        return new KerplePower(KerpleWeights.clamped(a, Double.MAX_VALUE), KerpleWeights.clamped(p, LARGEST_EXPONENT));
    }

    @Override
    public int heads() {
        return a.size();
    }

    @Override
    public double bias(int head, long distance) {
        Objects.checkIndex(head, heads());
        return -a.get(head) * StrictMath.pow((double) Math.max(-distance, 0), p.get(head));
    }

    @Override
    public Traits traits() {
        return new Traits(Traits.Place.SCORES, true, "two numbers a head", Traits.Reach.FAR);
    }
}
