package dev.sextant.testkit;

import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Positions.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * The positions of a case: a start, one for all, ids or real coordinates on or off the heap, of one axis or several in
 * any order of batches, axes and tokens.
 *
 * @param values every element of the memory, which all positions are exactly
 */
public record Ids(Kind kind, long start, int axes, double[] values, boolean heap, int origin, long tokens,
        long tokenStride, long axisStride, long batchStride) {

    /** What positions of a case may be: {@code axes} of the plan, between {@code least} and {@code greatest}, real or not. */
    record Range(int axes, long least, long greatest, boolean real) {}

    static Ids random(SplittableRandom random, long batches, long tokens, Range range) {
        Kind kind = Kind.values()[random.nextInt(range.real() ? 5 : 4)];
        long low = kind == Kind.I32 ? Math.max(range.least(), Integer.MIN_VALUE) : range.least();
        long high = kind == Kind.I32 ? Math.min(range.greatest(), Integer.MAX_VALUE) : range.greatest();
        if (kind == Kind.START || kind == Kind.SAME) {
            long last = kind == Kind.START ? high - (tokens - 1) : high;
            return new Ids(kind, one(random, low, last), 1, new double[0], true, 0, tokens, 0, 0, 0);
        }
        // one list of ids may serve all axes
        int axes = random.nextInt(4) == 0 ? 1 : range.axes();
        Strides at = Strides.random(random, batches, tokens, axes);
        double[] values = new double[Math.toIntExact(at.extent())];
        for (int i = 0; i < values.length; i++) {
            values[i] = i > 0 && random.nextInt(8) == 0
                    ? values[i - 1]
                    : kind == Kind.F32 ? coordinate(random) : one(random, low, high);
        }
        return new Ids(kind, 0, axes, values, random.nextBoolean(), random.nextInt(3), tokens, at.token(), at.axis(),
                at.batch());
    }

    /** Distances between the values of an axis, of tokens, of batch entries. */
    private record Strides(long token, long axis, long batch, long extent) {

        static Strides random(SplittableRandom random, long batches, long tokens, int axes) {
            boolean shared = random.nextBoolean();
            long gap = random.nextInt(3);
            int order = axes == 1 ? 0 : random.nextInt(shared ? 3 : 4);
            long token = switch (order) {
                case 1 -> axes + gap; // [tokens][axes]
                case 2 -> 1 + gap; // every axis the same
                default -> 1;
            };
            long axis = switch (order) {
                case 0 -> axes == 1 ? 0 : tokens + gap; // [axes][tokens]
                case 1 -> 1;
                case 2 -> 0;
                default -> batches * tokens + gap; // [axes][batches][tokens]
            };
            long list = (axes - 1) * axis + (tokens - 1) * token + 1;
            long batch = shared ? 0 : order == 3 ? tokens : list + random.nextInt(3);
            return new Strides(token, axis, batch, (batches - 1) * batch + list);
        }
    }

    private static double coordinate(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(64);
            case 1 -> random.nextInt(-100, 100) + 0.5f;
            default -> (float) random.nextDouble(-3000, 3000);
        };
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

    /** The position of a token on an axis of the plan. */
    double at(long b, int axis, long t) {
        return switch (kind) {
            case START -> start + t;
            case SAME -> start;
            default -> values[(int) (b * batchStride + (axes == 1 ? 0 : axis * axisStride) + t * tokenStride)];
        };
    }

    /** That position as positions of one token, of one axis. */
    Positions single(long b, int axis, long t) {
        double value = at(b, axis, t);
        return kind == Kind.F32 ? Positions.coordinates(1, (float) value) : Positions.ids((long) value);
    }

    /** The library's view of it. */
    public Positions bind() {
        if (kind == Kind.START) {
            return Positions.from(start);
        }
        if (kind == Kind.SAME) {
            return Positions.all(start);
        }
        int length = origin + values.length;
        MemorySegment memory = memory(length);
        for (int i = 0; i < values.length; i++) {
            long at = origin + i;
            switch (kind) {
                case I32 -> memory.set(ValueLayout.JAVA_INT_UNALIGNED, 4 * at, (int) values[i]);
                case I64 -> memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 8 * at, (long) values[i]);
                default -> memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * at, (float) values[i]);
            }
        }
        return new Positions(kind, 0, memory, axes, origin, tokens, tokenStride, axisStride, batchStride);
    }

    private MemorySegment memory(int length) {
        int bytes = kind == Kind.I64 ? 8 : 4;
        if (!heap) {
            return Arena.ofAuto().allocate((long) length * bytes, bytes);
        }
        return switch (kind) {
            case I32 -> MemorySegment.ofArray(new int[length]);
            case I64 -> MemorySegment.ofArray(new long[length]);
            default -> MemorySegment.ofArray(new float[length]);
        };
    }

    @Override
    public String toString() {
        return kind + (values.length == 0 ? " " + start : " " + values.length + " values from " + values[0])
                + (heap ? " heap" : " native") + " axes " + axes + " origin " + origin + " strides " + tokenStride
                + ", " + axisStride + ", " + batchStride;
    }
}
