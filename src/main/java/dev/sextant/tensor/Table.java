package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A borrowed view of a learned table {@code [rows, dim]} in the caller's memory. What its entry {@code (r, d)} stands for is
 * {@code memory[origin + r*stride + d]}, widened exactly, times the scale of the row, rounded to float32 once. Immutable; it does not own,
 * copy or touch the memory.
 *
 * @param memory off-heap segment, or the segment of a {@code float[]}, {@code short[]} or {@code byte[]}
 * @param type type of the entries
 * @param origin element index of {@code (0, 0)}
 * @param rows number of rows, at least 1, at most 2^31 - 1
 * @param dim entries of a row, at least 1, contiguous
 * @param stride elements from one row to the next, at least {@code dim}
 * @param scale what every entry is multiplied by; 1 = entries as they are
 * @param rowScales a scale of its own for each row, {@code [rows]} of float32; null = {@code scale} for all
 */
public record Table(MemorySegment memory, Type type, long origin, long rows, int dim, long stride, float scale,
        @Nullable MemorySegment rowScales) {

    /** Types of entries. The ordinals are the enumerators of the C ABI. */
    public enum Type {
        /** IEEE 754 binary32; heap form {@code float[]}. */
        F32(4),
        /** IEEE 754 binary16; heap form {@code short[]} of bit patterns. */
        F16(2),
        /** bfloat16; heap form {@code short[]} of bit patterns. */
        BF16(2),
        /** Signed 8-bit integers, which mean nothing without a scale; heap form {@code byte[]}. */
        I8(1);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }

        /** Size of one entry in bytes. */
        public int bytes() {
            return bytes;
        }
    }

    /** Checks signs only; whether the memory is large enough is checked where the table is used. */
    public Table {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(type, "type");
        if (origin < 0 || rows < 1 || rows > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("origin, rows: got " + origin + ", " + rows
                    + ", wanted at least 0 and 1 to " + Integer.MAX_VALUE);
        }
        if (dim < 1 || stride < dim) {
            throw new IllegalArgumentException(
                    "dim, stride: got " + dim + ", " + stride + ", wanted 1 <= dim <= stride");
        }
        if (!Float.isFinite(scale) || rowScales != null && scale != 1) {
            throw new IllegalArgumentException("scale: got " + scale + (rowScales == null ? "" : " beside row scales")
                    + ", wanted a finite number, 1 where rows have their own");
        }
    }

    /** Dense rows {@code [rows, dim]} from element 0 of {@code memory}. */
    public static Table of(MemorySegment memory, Type type, long rows, int dim) {
        return new Table(memory, type, 0, rows, dim, dim, 1, null);
    }

    /** Dense float32 rows {@code [rows, dim]} in a heap array. */
    public static Table of(float[] array, int dim) {
        return of(MemorySegment.ofArray(array), Type.F32, rows(array.length, dim), dim);
    }

    /** Dense 16-bit rows {@code [rows, dim]} in a heap array of bit patterns. */
    public static Table of(short[] array, Type type, int dim) {
        return of(MemorySegment.ofArray(array), type, rows(array.length, dim), dim);
    }

    /** Dense 8-bit rows {@code [rows, dim]} in a heap array, with a scale for all rows or one for each. */
    public static Table of(byte[] array, int dim, float... scales) {
        Table plain = of(MemorySegment.ofArray(array), Type.I8, rows(array.length, dim), dim);
        if (scales.length == 1) {
            return plain.scale(scales[0]);
        }
        if (scales.length != plain.rows) {
            throw new IllegalArgumentException(
                    "scales: got " + scales.length + ", wanted 1 or " + plain.rows + ", one a row");
        }
        return plain.rowScales(MemorySegment.ofArray(scales));
    }

    private static long rows(int length, int dim) {
        if (dim < 1 || length % dim != 0) {
            throw new IllegalArgumentException("table: got " + length + " entries, wanted whole rows of " + dim);
        }
        return length / dim;
    }

    /** The same rows, the first element at {@code newOrigin}, {@code newStride} elements from row to row. */
    public Table at(long newOrigin, long newStride) {
        return new Table(memory, type, newOrigin, rows, dim, newStride, scale, rowScales);
    }

    /** The same rows, every entry multiplied by {@code newScale}. */
    public Table scale(float newScale) {
        return new Table(memory, type, origin, rows, dim, stride, newScale, null);
    }

    /** The same rows, each with a scale of its own. */
    public Table rowScales(MemorySegment newScales) {
        return new Table(memory, type, origin, rows, dim, stride, 1, newScales);
    }
}
