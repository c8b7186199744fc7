package dev.sextant.internal.kernel;

import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;

/** A bound gather of table rows. Immutable, usable by any number of threads at once, allocates nothing. */
public interface GatherKernel {

    /**
     * Writes rows {@code from} to {@code to} of {@code out}.
     *
     * @param x the input, {@code out} itself when in place or when the form has none
     * @param tokens rows of a batch entry
     * @param ids one for each table
     */
    void gather(Rows x, Rows out, long tokens, Positions[] ids, long from, long to);

    /** The kernel's symbol, {@code sx_gather_<dtype>_<isa>}. */
    String name();
}
