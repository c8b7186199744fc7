package dev.sextant.encoding;

/**
 * A magnitude that depends on pair and position: cos and sin of a row are multiplied by it (xPos). Rotations have none;
 * backends read it when a table is made, never in a kernel. Implementations are immutable.
 */
@FunctionalInterface
public interface RowScale {

    /** No extra magnitude: 1 everywhere. */
    RowScale NONE = (pair, pairs, position) -> 1.0;

    /**
     * The magnitude of one element of a row.
     *
     * @param pair index of the pair
     * @param pairs pairs of the rotated slice
     * @param position the coordinate that drives the pair
     * @return a finite number above 0
     * @throws IllegalArgumentException if the magnitude at this position leaves the range of float32
     */
    double at(int pair, int pairs, double position);
}
