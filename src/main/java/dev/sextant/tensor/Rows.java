package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A borrowed view of rows {@code [rows, dim]}: a table of cosines, of sines, or of embeddings. Element {@code (r, d)} stands
 * at {@code memory[origin + r*stride + d]}, counted in elements. Immutable; the memory stays the caller's.
 *
 * @param memory off-heap segment, or the segment of a {@code float[]} / {@code short[]}
 * @param dtype element type
 * @param origin element index of {@code (0, 0)}
 * @param rows number of rows, at least 0
 * @param dim elements of a row, at least 1, contiguous
 * @param stride elements from one row to the next, at least {@code dim}
 */
public record Rows(MemorySegment memory, DType dtype, long origin, long rows, int dim, long stride) {

    /** Checks signs only; whether the memory is large enough is checked where the view is used. */
    public Rows {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(dtype, "dtype");
        if (origin < 0 || rows < 0) {
            throw new IllegalArgumentException("origin, rows: got " + origin + ", " + rows + ", wanted at least 0");
        }
        if (dim < 1 || stride < dim) {
            throw new IllegalArgumentException(
                    "dim, stride: got " + dim + ", " + stride + ", wanted 1 <= dim <= stride");
        }
    }

    /** Dense rows {@code [rows, dim]} from element 0 of {@code memory}. */
    public static Rows of(MemorySegment memory, DType dtype, long rows, int dim) {
        return new Rows(memory, dtype, 0, rows, dim, dim);
    }

    /** Dense float32 rows {@code [rows, dim]} in a heap array. */
    public static Rows of(float[] array, long rows, int dim) {
        return of(MemorySegment.ofArray(array), DType.F32, rows, dim);
    }

    /** Dense 16-bit rows {@code [rows, dim]} in a heap array of bit patterns. */
    public static Rows of(short[] array, DType dtype, long rows, int dim) {
        return of(MemorySegment.ofArray(array), dtype, rows, dim);
    }

    /** The same rows, the first element at {@code newOrigin}, {@code newStride} elements from row to row. */
    public Rows at(long newOrigin, long newStride) {
        return new Rows(memory, dtype, newOrigin, rows, dim, newStride);
    }

    /** Rows {@code from} (inclusive) to {@code to} (exclusive). */
    public Rows rows(long from, long to) {
        Objects.checkFromToIndex(from, to, rows);
        return new Rows(memory, dtype, Exact.plus(origin, Exact.times(from, stride)), to - from, dim, stride);
    }

    /** Columns {@code from} (inclusive) to {@code to} (exclusive) of every row. */
    public Rows columns(int from, int to) {
        Objects.checkFromToIndex(from, to, dim);
        return new Rows(memory, dtype, Exact.plus(origin, from), rows, to - from, stride);
    }
}
