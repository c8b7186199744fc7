package dev.sextant.encoding;

import java.util.Objects;

/**
 * Some heads of a linear bias, its slopes multiplied by a factor; {@link LinearBias#slice} and {@link LinearBias#times} make it.
 *
 * @param of the whole bias
 * @param firstHead head of it that is head 0 here
 * @param heads heads taken
 * @param factor multiplier of the slopes, finite
 */
public record DerivedSlopes(LinearBias of, int firstHead, int heads, double factor) implements LinearBias {

    /** Refuses heads that are not there. */
    public DerivedSlopes {
        Objects.requireNonNull(of, "of");
        HeadRange.check(of.heads(), firstHead, heads, factor);
    }

    @Override
    public int batches() {
        return of.batches();
    }

    @Override
    public double slope(int batch, int head) {
        return factor * of.slope(batch, firstHead + Objects.checkIndex(head, heads));
    }
}
