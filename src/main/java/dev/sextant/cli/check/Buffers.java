package dev.sextant.cli.check;

import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Off-heap buffers of a workload, each with its queries, then its keys. */
final class Buffers {

    private static final int PAGE = 4096;
    private static final int CEILING_UNIT = 512;

    private final Workload workload;
    private final MemorySegment[] sets;
    private final Heads[] q;
    private final Heads[] k;

    Buffers(Arena arena, Workload workload, int count) {
        this.workload = workload;
        this.sets = new MemorySegment[count];
        this.q = new Heads[count];
        this.k = new Heads[count];
        for (int i = 0; i < count; i++) {
            sets[i] = arena.allocate(roomForCeiling(workload.bytes()), PAGE);
            q[i] = Heads.of(sets[i], workload.dtype(), workload.tokens(), workload.queryHeads(), workload.headDim());
            k[i] = Heads.of(sets[i], workload.dtype(), workload.tokens(), workload.kvHeads(), workload.headDim())
                    .at(workload.queryElements());
        }
        fill();
    }

    /** The ceilings work on multiples of 512 bytes. */
    static long roomForCeiling(long bytes) {
        return (bytes + CEILING_UNIT - 1) / CEILING_UNIT * CEILING_UNIT;
    }

    /** Random numbers of modest size, the same in every buffer. */
    void fill() {
        SplittableRandom random = new SplittableRandom(20261);
        MemorySegment first = sets[0];
        DType dtype = workload.dtype();
        for (long i = 0; i < workload.elements(); i++) {
            float x = (random.nextInt() >> 8) * 0x1p-22f; // -2 to 2
            switch (dtype) {
                case F32 -> first.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
                case F16 -> first.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(x));
                case BF16 -> first.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (Float.floatToRawIntBits(x) >>> 16));
            }
        }
        for (int i = 1; i < sets.length; i++) {
            sets[i].copyFrom(first);
        }
    }

    int count() {
        return sets.length;
    }

    MemorySegment set(int i) {
        return sets[i];
    }

    Heads q(int i) {
        return q[i];
    }

    Heads k(int i) {
        return k[i];
    }
}
