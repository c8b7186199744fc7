package dev.sextant.encoding;

import java.util.Objects;

/**
 * Some heads of a bias by distance, multiplied by a factor; {@link DistanceBias#slice} and {@link DistanceBias#times} make it.
 *
 * @param of the whole bias
 * @param firstHead head of it that is head 0 here
 * @param heads heads taken
 * @param factor multiplier of the bias, finite
 */
public record DerivedDistances(DistanceBias of, int firstHead, int heads, double factor) implements DistanceBias {

    /** Refuses heads that are not there. */
    public DerivedDistances {
        Objects.requireNonNull(of, "of");
        HeadRange.check(of.heads(), firstHead, heads, factor);
    }

    @Override
    public long first() {
        return of.first();
    }

    @Override
    public long last() {
        return of.last();
    }

    @Override
    public boolean clamps() {
        return of.clamps();
    }

    @Override
    public double bias(int head, long distance) {
        return factor * of.bias(firstHead + Objects.checkIndex(head, heads), distance);
    }

    @Override
    public Traits traits() {
        return of.traits();
    }
}
