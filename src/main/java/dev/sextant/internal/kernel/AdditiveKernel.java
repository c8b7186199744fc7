package dev.sextant.internal.kernel;

import dev.sextant.internal.form.Merge;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;

/** A bound additive encoding. Immutable, usable by any number of threads at once, allocates nothing. */
public interface AdditiveKernel {

    /**
     * Row {@code r} of {@code out}, from column {@code column} on, becomes what {@code merge} makes of row {@code r} of {@code x} and of the encoding of position
     * {@code r}. {@code x} is {@code out} in place and for {@link Merge#FILL}; {@code scale} belongs to {@link Merge#ADD}.
     */
    void merge(Merge merge, Rows x, Rows out, int column, float scale, Positions positions);

    /** The kernel's symbol, {@code sx_additive_<dtype>_<isa>}. */
    String name();
}
