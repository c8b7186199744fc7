package dev.sextant.benchmarks;

import dev.sextant.internal.java.Elements;
import dev.sextant.tensor.DType;
import java.lang.foreign.MemorySegment;

/** A peer is timed only after it has computed what we compute. */
final class Agreement {

    private Agreement() {}

    /**
     * Compares all elements of two dense tensors.
     *
     * @param peer whose result it is, for the message
     * @param got the peer's result
     * @param wanted ours, in other memory
     * @param tolerance absolute, finite; the caller states its reason
     * @throws IllegalStateException where they differ by more, or one is no number
     */
    static void check(String peer, MemorySegment got, MemorySegment wanted, DType dtype, double tolerance) {
        long elements = wanted.byteSize() / dtype.bytes();
        if (elements == 0 || got.byteSize() != wanted.byteSize()) {
            throw new IllegalStateException(
                    peer + ": got " + got.byteSize() + " bytes, wanted " + wanted.byteSize());
        }
        if (got.asOverlappingSlice(wanted).isPresent()) {
            throw new IllegalStateException(peer + ": got our own memory, wanted the peer's");
        }
        for (long i = 0; i < elements; i++) {
            float ours = Elements.load(wanted, dtype, i);
            float theirs = Elements.load(got, dtype, i);
            if (!(Math.abs(theirs - ours) <= tolerance)) {
                throw new IllegalStateException(peer + ": element " + i + ": got " + theirs + ", wanted " + ours
                        + " within " + tolerance);
            }
        }
    }
}
