package dev.sextant.internal.kernel;

import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;

/** A bound rotation. Immutable, usable by any number of threads at once, allocates nothing. */
public interface RotaryKernel {

    /**
     * Rotates {@code q} into {@code qOut} and {@code k} into {@code kOut}; the same object means in place, a {@code k} of no
     * heads that there are no keys. Elements outside the rotated slice are copied when out of place. {@code inverse} rotates by the negative
     * angle, by the transpose where elements have rows of their own.
     */
    void rotate(Heads q, Heads qOut, Heads k, Heads kOut, Positions positions, boolean inverse);

    /** Writes the cos and sin rows of {@code positions}; both have as many rows and {@code pairs} columns. */
    void rows(Positions positions, Rows cos, Rows sin);

    /** The kernel's symbol, {@code sx_rotary_<dtype>_<layout>[_elements|_products]_<isa>}. */
    String name();
}
