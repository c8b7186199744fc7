package dev.sextant.benchmarks;

import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.internal.java.Elements;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;

/**
 * Our own rows {@code [positions, 64]} of the workloads' model for peers that take tables from their caller, so that a difference is
 * theirs alone.
 */
record PeerRows(MemorySegment cos, MemorySegment sin, DType dtype, int positions) {

    static PeerRows of(DType dtype, int positions) {
        long elements = (long) positions * Data.PAIRS;
        MemorySegment cos = Data.allocate(4 * elements);
        MemorySegment sin = Data.allocate(4 * elements);
        RotaryPlan.of(Data.LLAMA, HeadShape.of(Data.DIM, DType.F32)).rows(Positions.from(0),
                Rows.of(cos, DType.F32, positions, Data.PAIRS), Rows.of(sin, DType.F32, positions, Data.PAIRS));
        return new PeerRows(rounded(cos, dtype, elements), rounded(sin, dtype, elements), dtype, positions);
    }

    /** Floats, or the same rounded to 16 bits. */
    static MemorySegment rounded(MemorySegment floats, DType dtype, long elements) {
        if (dtype == DType.F32) {
            return floats;
        }
        MemorySegment memory = Data.allocate(elements * dtype.bytes());
        for (long i = 0; i < elements; i++) {
            Elements.store(memory, dtype, i, Elements.load(floats, DType.F32, i));
        }
        return memory;
    }

    /**
     * How far the rotation of numbers up to 1 by these rows may be from ours: in float32 three roundings of numbers below 2. In 16 bits ours
     * rounds once; peers round the rows, and may round both products and the sum.
     */
    double tolerance() {
        return switch (dtype) {
            case F32 -> 0x1p-22;
            case F16 -> 0x1p-9;
            case BF16 -> 0x1p-6;
        };
    }
}
