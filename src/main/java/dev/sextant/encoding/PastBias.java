package dev.sextant.encoding;

/**
 * A bias of older keys that goes on for ever; later keys have that of distance 0. Made for texts longer than those of training:
 * a formula and few numbers, whatever the distance.
 */
public interface PastBias extends DistanceBias {

    @Override
    default long first() {
        return -UNBOUNDED;
    }

    @Override
    default long last() {
        return 0;
    }

    @Override
    default boolean clamps() {
        return true;
    }
}
