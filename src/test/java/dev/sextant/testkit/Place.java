package dev.sextant.testkit;

import dev.sextant.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Where a test buffer lives. */
public enum Place {
    /** A Java array of the element type. */
    HEAP,
    /** Off-heap, on a cache line. */
    NATIVE,
    /** Off-heap, one element past a cache line: the least alignment that is promised to work. */
    SKEWED;

    /** A zeroed buffer of {@code elements}. */
    public MemorySegment allocate(DType dtype, long elements) {
        int bytes = dtype.bytes();
        return switch (this) {
            case HEAP -> dtype == DType.F32
                    ? MemorySegment.ofArray(new float[Math.toIntExact(elements)])
                    : MemorySegment.ofArray(new short[Math.toIntExact(elements)]);
            case NATIVE -> Arena.ofAuto().allocate(Math.max(1, elements * bytes), 64).asSlice(0, elements * bytes);
            case SKEWED -> Arena.ofAuto().allocate((elements + 1) * bytes, 64).asSlice(bytes);
        };
    }
}
