package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A borrowed view of a mask {@code [batches, heads, queries, keys]} of bytes in the caller's memory: a key is seen where the byte is
 * not 0. Element {@code (b, h, i, j)} stands at {@code memory[origin + b*batchStride + h*headStride + i*queryStride + j*keyStride]}. A
 * stride of 0 repeats one entry along its axis: a mask of the keys of each sequence (padding) has head and query strides of 0.
 * Immutable; the memory stays the caller's.
 *
 * @param memory off-heap segment
 * @param origin index of {@code (0, 0, 0, 0)}
 * @param batches sequences, at least 0
 * @param heads query heads, at least 0
 * @param queries query rows of each sequence, at least 0
 * @param keys keys of each sequence, at least 0
 * @param batchStride bytes from one sequence to the next
 * @param headStride bytes from one head to the next
 * @param queryStride bytes from one query row to the next
 * @param keyStride bytes from one key to the next
 */
public record Mask(MemorySegment memory, long origin, long batches, long heads, long queries, long keys,
        long batchStride, long headStride, long queryStride, long keyStride) {

    /** Checks signs only; whether the memory is large enough is checked where the view is used. */
    public Mask {
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

    /** A dense mask {@code [batches, heads, queries, keys]} from byte 0 of {@code memory}. */
    public static Mask of(MemorySegment memory, long batches, long heads, long queries, long keys) {
        long perHead = Exact.times(queries, keys);
        return new Mask(memory, 0, batches, heads, queries, keys, Exact.times(heads, perHead), perHead, keys, 1);
    }

    /** The same shape, its first element at {@code newOrigin}, with other strides; 0 repeats one entry along its axis. */
    public Mask at(long newOrigin, long newBatchStride, long newHeadStride, long newQueryStride, long newKeyStride) {
        return new Mask(memory, newOrigin, batches, heads, queries, keys, newBatchStride, newHeadStride, newQueryStride,
                newKeyStride);
    }

    /** Index of {@code (b, h, i, j)}. */
    public long index(long b, long h, long i, long j) {
        return origin + b * batchStride + h * headStride + i * queryStride + j * keyStride;
    }
}
