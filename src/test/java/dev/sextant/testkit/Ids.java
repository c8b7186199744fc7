package dev.sextant.testkit;

import dev.sextant.tensor.Positions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** The positions of a case: a start, or ids on or off the heap, shared by the batch entries or one list each. */
public record Ids(Positions.Kind kind, long start, long[] values, boolean heap, int origin, long tokens,
        long batchStride) {

    /** Positions between {@code least} and {@code greatest}: small, at the ends, repeated, anything. */
    static Ids random(SplittableRandom random, long batches, long tokens, long least, long greatest) {
        Positions.Kind kind = Positions.Kind.values()[random.nextInt(3)];
        long low = kind == Positions.Kind.I32 ? Math.max(least, Integer.MIN_VALUE) : least;
        long high = kind == Positions.Kind.I32 ? Math.min(greatest, Integer.MAX_VALUE) : greatest;
        if (kind == Positions.Kind.START) {
            return new Ids(kind, one(random, low, high - (tokens - 1)), new long[0], true, 0, tokens, 0);
        }
        long stride = random.nextBoolean() ? 0 : tokens + random.nextInt(3);
        long[] values = new long[Math.toIntExact((stride == 0 ? 0 : (batches - 1) * stride) + tokens)];
        for (int i = 0; i < values.length; i++) {
            values[i] = i > 0 && random.nextInt(8) == 0 ? values[i - 1] : one(random, low, high);
        }
        return new Ids(kind, 0, values, random.nextBoolean(), random.nextInt(3), tokens, stride);
    }

    private static long one(SplittableRandom random, long low, long high) {
        long wanted = switch (random.nextInt(5)) {
            case 0 -> random.nextLong(0, 64);
            case 1 -> low + random.nextInt(3);
            case 2 -> high - random.nextInt(3);
            case 3 -> random.nextLong(0, 200_000);
            default -> random.nextLong(low, high + 1);
        };
        return Math.clamp(wanted, low, high);
    }

    /** The position of a token. */
    long at(long b, long t) {
        return kind == Positions.Kind.START ? start + t : values[(int) (b * batchStride + t)];
    }

    /** The library's view of it. */
    Positions bind() {
        if (kind == Positions.Kind.START) {
            return Positions.from(start);
        }
        int bytes = kind == Positions.Kind.I32 ? 4 : 8;
        int length = origin + values.length;
        MemorySegment memory = heap
                ? bytes == 4 ? MemorySegment.ofArray(new int[length]) : MemorySegment.ofArray(new long[length])
                : Arena.ofAuto().allocate((long) length * bytes, bytes);
        for (int i = 0; i < values.length; i++) {
            if (bytes == 4) {
                memory.set(ValueLayout.JAVA_INT_UNALIGNED, 4L * (origin + i), (int) values[i]);
            } else {
                memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 8L * (origin + i), values[i]);
            }
        }
        return new Positions(kind, 0, memory, 1, origin, tokens, 1, 0, batchStride);
    }

    @Override
    public String toString() {
        return kind + (kind == Positions.Kind.START ? " " + start : " " + values.length + " ids from " + values[0])
                + (heap ? " heap" : " native") + " origin " + origin + " batchStride " + batchStride;
    }
}
