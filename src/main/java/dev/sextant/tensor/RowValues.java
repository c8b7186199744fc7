package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A borrowed view of one float32 for each head and query row, {@code [batches, heads, tokens]}: the logarithm of the softmax's
 * denominator, or what a row of queries is multiplied by. Element {@code (b, h, t)} stands at
 * {@code memory[origin + b*batchStride + h*headStride + t*tokenStride]}, counted in elements; a view that is only read may have
 * strides of 0. Immutable; the memory stays the caller's.
 *
 * @param memory off-heap segment, or the segment of a {@code float[]}
 * @param origin element index of {@code (0, 0, 0)}
 * @param batches batch entries, at least 0
 * @param heads heads, at least 0
 * @param tokens rows of each batch entry, at least 0
 * @param batchStride elements from one batch entry to the next
 * @param headStride elements from one head to the next
 * @param tokenStride elements from one row to the next
 */
public record RowValues(MemorySegment memory, long origin, long batches, long heads, long tokens, long batchStride,
        long headStride, long tokenStride) {

    /** Checks signs only; whether the memory is large enough is checked where the view is used. */
    public RowValues {
        Objects.requireNonNull(memory, "memory");
        if (origin < 0 || batches < 0 || heads < 0 || tokens < 0) {
            throw new IllegalArgumentException("origin, batches, heads, tokens: got " + origin + ", " + batches + ", "
                    + heads + ", " + tokens + ", wanted at least 0");
        }
        if (batchStride < 0 || headStride < 0 || tokenStride < 0) {
            throw new IllegalArgumentException("batch, head, token stride: got " + batchStride + ", " + headStride
                    + ", " + tokenStride + ", wanted at least 0");
        }
    }

    /** Dense values {@code [batches, heads, tokens]} from element 0 of {@code memory}. */
    public static RowValues of(MemorySegment memory, long batches, long heads, long tokens) {
        return new RowValues(memory, 0, batches, heads, tokens, Exact.times(heads, tokens), tokens, 1);
    }

    /** The same shape, its first element at {@code newOrigin}, with other strides. */
    public RowValues at(long newOrigin, long newBatchStride, long newHeadStride, long newTokenStride) {
        return new RowValues(memory, newOrigin, batches, heads, tokens, newBatchStride, newHeadStride, newTokenStride);
    }

    /** Element index of {@code (b, h, t)}. */
    public long index(long b, long h, long t) {
        return origin + b * batchStride + h * headStride + t * tokenStride;
    }
}
