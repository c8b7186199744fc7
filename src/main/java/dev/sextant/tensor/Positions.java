package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The positions of a call's tokens: consecutive from a start, one for all, or one integer id or real coordinate a token and
 * axis. Text has one axis; where a rotation has several (M-RoPE, images) and positions have one, every axis takes the same.
 * The value of axis {@code a} of token {@code t} of batch entry {@code b} is element
 * {@code origin + b*batchStride + a*axisStride + t*tokenStride} of {@code ids}. Immutable; ids are borrowed and must not
 * change during a call.
 *
 * @param kind how positions are given
 * @param start position of token 0 ({@link Kind#START}), of every token ({@link Kind#SAME})
 * @param ids the ids or coordinates, null for a start
 * @param axes values of a token
 * @param origin element index of the first value
 * @param count tokens of one batch entry
 * @param tokenStride elements from one token to the next
 * @param axisStride elements from one axis to the next, 0 for one axis
 * @param batchStride elements from one batch entry to the next; 0 = all entries share the same ids
 */
public record Positions(Kind kind, long start, @Nullable MemorySegment ids, int axes, long origin, long count,
        long tokenStride, long axisStride, long batchStride) {

    /** How positions are given. The ordinals are the enumerators of the C ABI. */
    public enum Kind {
        /** Token {@code t} has position {@code start + t}. */
        START,
        /** 32-bit ids; heap form {@code int[]}. */
        I32,
        /** 64-bit ids; heap form {@code long[]}. */
        I64,
        /** Every token has position {@code start}: a shift. */
        SAME,
        /** Real coordinates, float32; heap form {@code float[]}. */
        F32,
        /** Real coordinates, float64, times of day for one; heap form {@code double[]}. */
        F64
    }

    /** Checks that the parts fit together. */
    public Positions {
        Objects.requireNonNull(kind, "kind");
        boolean listed = kind != Kind.START && kind != Kind.SAME;
        if (listed == (ids == null)) {
            throw new IllegalArgumentException(
                    "ids: " + kind + " positions " + (ids == null ? "need" : "take no") + " ids");
        }
        if (axes < 1 || axes > 8 || !listed && axes != 1) {
            throw new IllegalArgumentException(
                    "axes: got " + axes + ", wanted 1" + (listed ? " to 8" : " for a start"));
        }
        if (origin < 0 || count < 0 || tokenStride < 0 || axisStride < 0 || batchStride < 0) {
            throw new IllegalArgumentException(
                    "origin, count, token, axis and batch stride: got " + origin + ", " + count + ", " + tokenStride
                            + ", " + axisStride + ", " + batchStride + ", wanted at least 0");
        }
        if (axes == 1 && axisStride != 0) {
            throw new IllegalArgumentException("axis stride: got " + axisStride + ", wanted 0 for one axis");
        }
    }

    /** Consecutive positions {@code start, start + 1, ...}, the same for every batch entry. */
    public static Positions from(long start) {
        return new Positions(Kind.START, start, null, 1, 0, 0, 0, 0, 0);
    }

    /** One position for every token: moves cached keys by {@code delta}. */
    public static Positions all(long delta) {
        return new Positions(Kind.SAME, delta, null, 1, 0, 0, 0, 0, 0);
    }

    /** One id a token. */
    public static Positions ids(int... ids) {
        return ids(MemorySegment.ofArray(ids), Kind.I32, ids.length);
    }

    /** One id a token. */
    public static Positions ids(long... ids) {
        return ids(MemorySegment.ofArray(ids), Kind.I64, ids.length);
    }

    /** Real coordinates {@code [axes][tokens]} in float64. */
    public static Positions coordinates(int axes, double... coordinates) {
        return axes(MemorySegment.ofArray(coordinates), Kind.F64, axes, tokens(axes, coordinates.length));
    }

    /** {@code count} ids or real coordinates of 32 or 64 bits in a segment, native byte order. */
    public static Positions ids(MemorySegment ids, Kind kind, long count) {
        return new Positions(kind, 0, ids, 1, 0, count, 1, 0, 0);
    }

    /** Ids {@code [axes][tokens]}, as M-RoPE models have them (time, height, width). */
    public static Positions axes(int axes, int... ids) {
        return axes(MemorySegment.ofArray(ids), Kind.I32, axes, tokens(axes, ids.length));
    }

    /** Ids {@code [axes][tokens]}, as M-RoPE models have them (time, height, width). */
    public static Positions axes(int axes, long... ids) {
        return axes(MemorySegment.ofArray(ids), Kind.I64, axes, tokens(axes, ids.length));
    }

    /** Real coordinates {@code [axes][tokens]}. */
    public static Positions coordinates(int axes, float... coordinates) {
        return axes(MemorySegment.ofArray(coordinates), Kind.F32, axes, tokens(axes, coordinates.length));
    }

    /** Values {@code [axes][count]} of {@code kind} in a segment. */
    public static Positions axes(MemorySegment ids, Kind kind, int axes, long count) {
        return new Positions(kind, 0, ids, axes, 0, count, 1, axes == 1 ? 0 : count, 0);
    }

    private static long tokens(int axes, int values) {
        if (axes < 1 || values % axes != 0) {
            throw new IllegalArgumentException(
                    "positions: got " + values + " values for " + axes + " axes, wanted a multiple of the axes");
        }
        return values / axes;
    }

    /** The same values at other distances: {@code [tokens][axes]} is {@code strides(axes, 1)}. */
    public Positions strides(long newTokenStride, long newAxisStride) {
        return new Positions(kind, start, ids, axes, origin, count, newTokenStride, newAxisStride, batchStride);
    }

    /** The first value at element {@code newOrigin} of the memory. */
    public Positions at(long newOrigin) {
        return new Positions(kind, start, ids, axes, newOrigin, count, tokenStride, axisStride, batchStride);
    }

    /** Ids of their own for every batch entry, {@code stride} elements apart; a start has none to part. */
    public Positions batched(long stride) {
        if (ids == null) {
            throw new IllegalArgumentException(
                    "positions: got a start, wanted ids, of which batch entries can have their own");
        }
        long most = stride == 0 || axes > 1 || tokenStride != 1 ? count : Math.min(count, stride);
        return new Positions(kind, start, ids, axes, origin, most, tokenStride, axisStride, stride);
    }

    /** The positions of tokens {@code from} (inclusive) to {@code to} (exclusive). */
    public Positions slice(long from, long to) {
        if (ids == null) {
            if (from < 0 || to < from) {
                throw new IndexOutOfBoundsException("slice: got " + from + " to " + to + ", wanted 0 <= from <= to");
            }
            return kind == Kind.SAME ? this : from(Exact.plus(start, from));
        }
        Objects.checkFromToIndex(from, to, count);
        return new Positions(kind, 0, ids, axes, Exact.plus(origin, Exact.times(from, tokenStride)), to - from,
                tokenStride, axisStride, batchStride);
    }

    /** Bytes of one id, 0 where there are none. */
    public int idBytes() {
        return switch (kind) {
            case START, SAME -> 0;
            case I32, F32 -> Integer.BYTES;
            case I64, F64 -> Long.BYTES;
        };
    }

    /** Whether positions are real numbers and not integers. */
    public boolean real() {
        return kind == Kind.F32 || kind == Kind.F64;
    }

    /** The integer position of token {@code t} of batch entry {@code b} on axis {@code axis}. */
    public long at(long b, int axis, long t) {
        MemorySegment memory = ids;
        if (memory == null) {
            return kind == Kind.SAME ? start : start + t;
        }
        long index = index(b, axis, t);
        return switch (kind) {
            case I32 -> memory.get(ValueLayout.JAVA_INT_UNALIGNED, index * Integer.BYTES);
            case I64 -> memory.get(ValueLayout.JAVA_LONG_UNALIGNED, index * Long.BYTES);
            default -> throw new IllegalStateException("positions: got real coordinates, wanted integers");
        };
    }

    /** The same as a real number: the coordinate, or the integer position exactly. */
    public double coordinate(long b, int axis, long t) {
        MemorySegment memory = ids;
        if (memory == null || !real()) {
            return at(b, axis, t);
        }
        return kind == Kind.F32
                ? memory.get(ValueLayout.JAVA_FLOAT_UNALIGNED, index(b, axis, t) * Float.BYTES)
                : memory.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, index(b, axis, t) * Double.BYTES);
    }

    private long index(long b, int axis, long t) {
        return origin + b * batchStride + (axes == 1 ? 0 : axis * axisStride) + t * tokenStride;
    }
}
