package dev.sextant;

import dev.sextant.tensor.DType;
import java.util.Objects;

/**
 * What a plan must know of the heads it will rotate.
 *
 * @param dim elements of a head, at least 2
 * @param dtype element type of queries and keys
 * @param rotaryOffset first rotated element of a head; what lies outside the rotated slice is left as it is
 */
public record HeadShape(int dim, DType dtype, int rotaryOffset) {

    /** Refuses an impossible shape. */
    public HeadShape {
        Objects.requireNonNull(dtype, "dtype");
        if (dim < 2) {
            throw new IllegalArgumentException("head dim: got " + dim + ", wanted at least 2");
        }
        if (rotaryOffset < 0) {
            throw new IllegalArgumentException("rotary offset: got " + rotaryOffset + ", wanted at least 0");
        }
    }

    /** Heads of {@code dim} elements whose rotated slice begins at element 0. */
    public static HeadShape of(int dim, DType dtype) {
        return new HeadShape(dim, dtype, 0);
    }

    /** The same heads, the rotated slice beginning at {@code offset} (multi-head latent attention, for instance). */
    public HeadShape rotaryAt(int offset) {
        return new HeadShape(dim, dtype, offset);
    }
}
