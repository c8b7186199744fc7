package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * A borrowed view of one 32-bit id a token, {@code [batches, tokens]}: the document or the block that it belongs to. Element
 * {@code (b, t)} stands at {@code memory[origin + b*batchStride + t]}, counted in elements. Immutable; the memory stays the caller's.
 *
 * @param memory off-heap segment
 * @param origin element index of {@code (0, 0)}
 * @param batches batch entries, at least 0
 * @param tokens tokens of each batch entry, at least 0
 * @param batchStride elements from one batch entry to the next
 */
public record TokenIds(MemorySegment memory, long origin, long batches, long tokens, long batchStride) {

    /** Checks signs only; whether the memory is large enough is checked where the view is used. */
    public TokenIds {
        Objects.requireNonNull(memory, "memory");
        if (origin < 0 || batches < 0 || tokens < 0 || batchStride < 0) {
            throw new IllegalArgumentException("origin, batches, tokens, batch stride: got " + origin + ", " + batches
                    + ", " + tokens + ", " + batchStride + ", wanted at least 0");
        }
    }

    /** Ids of one run of tokens from element 0 of {@code memory}. */
    public static TokenIds of(MemorySegment memory, long tokens) {
        return new TokenIds(memory, 0, 1, tokens, 0);
    }

    /** The ids of {@code count} batch entries, {@code stride} elements apart. */
    public TokenIds batches(long count, long stride) {
        return new TokenIds(memory, origin, count, tokens, stride);
    }

    /** The id of token {@code t} of batch entry {@code b}. */
    public int at(long b, long t) {
        return memory.get(ValueLayout.JAVA_INT_UNALIGNED, (origin + b * batchStride + t) * Integer.BYTES);
    }
}
