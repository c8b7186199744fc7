package dev.sextant.internal.audit;

/** Rows of evidence: for each position the turn of each pair as a point of the plane. */
interface RowReader {

    long rows();

    long position(long row);

    /** Pairs of a row as a slice reads it; 0 when the slice does not fit. */
    int pairs(Slice slice);

    /**
     * Reads a row: {@code re} and {@code im} are cos and sin, {@code misfit} how far the two elements (or the heads) of a pair are
     * from having turned alike; NaN where a pair of zeros tells nothing.
     */
    void read(long row, Slice slice, double[] re, double[] im, double[] misfit);

    /** Relative change of the elements outside the slice. */
    double outside(long row, Slice slice);

    /** Elements outside the slice, counted as pairs. */
    double outsidePairs(Slice slice);

    /** The narrow bound of an error at magnitude 1. */
    double bound();

    /** What was looked at, in words. */
    String description();
}
