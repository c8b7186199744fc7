package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A borrowed view of attention scores, or of something added to them, {@code [batches, heads, queries, keys]} of float32 in the
 * caller's memory. Element {@code (b, h, i, j)} stands at
 * {@code memory[origin + b*batchStride + h*headStride + i*queryStride + j*keyStride]}, counted in elements. A view that is only read may
 * have strides of 0: one number for all entries of that axis. Immutable; the memory stays the caller's.
 *
 * @param memory off-heap segment, or the segment of a {@code float[]}
 * @param origin element index of {@code (0, 0, 0, 0)}
 * @param batches sequences, at least 0
 * @param heads query heads, at least 0
 * @param queries query rows of each sequence, at least 0
 * @param keys keys of each sequence, at least 0
 * @param batchStride elements from one sequence to the next
 * @param headStride elements from one head to the next
 * @param queryStride elements from one query row to the next
 * @param keyStride elements from one key to the next
 */
public record Scores(MemorySegment memory, long origin, long batches, long heads, long queries, long keys,
        long batchStride, long headStride, long queryStride, long keyStride) {

    /** Checks signs only; whether the memory is large enough is checked where the view is used. */
    public Scores {
        Objects.requireNonNull(memory, "memory");
        if (origin < 0 || batches < 0 || heads < 0 || queries < 0 || keys < 0) {
            throw new IllegalArgumentException("origin, batches, heads, queries, keys: got " + origin + ", " + batches
                    + ", " + heads + ", " + queries + ", " + keys + ", wanted at least 0");
        }
        if (batchStride < 0 || headStride < 0 || queryStride < 0 || keyStride < 0) {
            throw new IllegalArgumentException("batch, head, query, key stride: got " + batchStride + ", " + headStride
                    + ", " + queryStride + ", " + keyStride + ", wanted at least 0");
        }
    }

    /** Dense scores {@code [batches, heads, queries, keys]} from element 0 of {@code memory}. */
    public static Scores of(MemorySegment memory, long batches, long heads, long queries, long keys) {
        long perHead = Exact.times(queries, keys);
        return new Scores(memory, 0, batches, heads, queries, keys, Exact.times(heads, perHead), perHead, keys, 1);
    }

    /** Dense scores {@code [heads, queries, keys]} in a heap array. */
    public static Scores of(float[] array, long heads, long queries, long keys) {
        return of(MemorySegment.ofArray(array), 1, heads, queries, keys);
    }

    /** The same shape, its first element at {@code newOrigin}, with other strides; 0 repeats one entry along its axis. */
    public Scores at(long newOrigin, long newBatchStride, long newHeadStride, long newQueryStride, long newKeyStride) {
        return new Scores(memory, newOrigin, batches, heads, queries, keys, newBatchStride, newHeadStride,
                newQueryStride, newKeyStride);
    }

    /** Whether the view names no element at all. */
    public boolean isEmpty() {
        return batches == 0 || heads == 0 || queries == 0 || keys == 0;
    }

    /** Element index of {@code (b, h, i, j)}. */
    public long index(long b, long h, long i, long j) {
        return origin + b * batchStride + h * headStride + i * queryStride + j * keyStride;
    }
}
