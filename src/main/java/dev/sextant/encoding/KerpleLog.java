package dev.sextant.encoding;

import java.util.List;
import java.util.Objects;

/**
 * KERPLE, logarithmic kernel: {@code -r1 * ln(1 + r2 * n)} with n the number of positions from the key to the query, 0 for keys after it.
 * Source: Chi et al., KERPLE, arXiv:2205.09921, section 4, and its code (chijames/KERPLE), which also multiplies raw scores by a learned
 * weight in a variant that is no bias and not here.
 *
 * <p>Trap: the code clamps its parameters to at least 0.01 with each forward pass, so a checkpoint may hold less: {@link #ofWeights}.
 *
 * @param r1 weight of the logarithm, one a head, finite, above 0
 * @param r2 weight of the distance, one a head, finite, above 0
 */
public record KerpleLog(List<Double> r1, List<Double> r2) implements PastBias {

    /** Refuses parameters that are not above 0. */
    public KerpleLog {
        r1 = List.copyOf(r1);
        r2 = List.copyOf(r2);
        KerpleWeights.check("r1, r2", r1, r2, Double.MAX_VALUE);
    }

    /** The parameters of a checkpoint, clamped as the model's code does. */
    public static KerpleLog ofWeights(float[] r1, float[] r2) {
        return new KerpleLog(KerpleWeights.clamped(r1, Double.MAX_VALUE), KerpleWeights.clamped(r2, Double.MAX_VALUE));
    }

    @Override
    public int heads() {
        return r1.size();
    }

    @Override
    public double bias(int head, long distance) {
        Objects.checkIndex(head, heads());
        return -r1.get(head) * StrictMath.log(1 + r2.get(head) * Math.max(-distance, 0));
    }

    @Override
    public Traits traits() {
        return new Traits(Traits.Place.SCORES, true, "two numbers a head", Traits.Reach.FAR);
    }
}
