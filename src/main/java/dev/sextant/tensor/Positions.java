package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The positions of a call's tokens: consecutive from a start, or one integer id a token. Immutable; ids are borrowed and
 * must not change during a call.
 *
 * @param kind how positions are given
 * @param start position of token 0 ({@link Kind#START} only)
 * @param ids the ids ({@link Kind#I32}, {@link Kind#I64}), else null
 * @param origin element index of the first id
 * @param count ids of one batch entry
 * @param batchStride elements from the ids of one batch entry to the next; 0 = all entries share the same ids
 */
public record Positions(Kind kind, long start, @Nullable MemorySegment ids, long origin, long count, long batchStride) {

    /** How positions are given. */
    public enum Kind {
        /** Token {@code t} has position {@code start + t}. */
        START,
        /** One 32-bit id a token; heap form {@code int[]}. */
        I32,
        /** One 64-bit id a token; heap form {@code long[]}. */
        I64
    }

    /** Checks that the parts fit together. */
    public Positions {
        Objects.requireNonNull(kind, "kind");
        if ((kind == Kind.START) != (ids == null)) {
            throw new IllegalArgumentException(
                    "ids: " + kind + " positions " + (ids == null ? "need" : "take no") + " ids");
        }
        if (origin < 0 || count < 0 || batchStride < 0) {
            throw new IllegalArgumentException(
                    "origin, count, batchStride: got " + origin + ", " + count + ", " + batchStride
                            + ", wanted at least 0");
        }
    }

    /** Consecutive positions {@code start, start + 1, ...}, the same for every batch entry. */
    public static Positions from(long start) {
        return new Positions(Kind.START, start, null, 0, 0, 0);
    }

    /** One id a token. */
    public static Positions ids(int... ids) {
        return new Positions(Kind.I32, 0, MemorySegment.ofArray(ids), 0, ids.length, 0);
    }

    /** One id a token. */
    public static Positions ids(long... ids) {
        return new Positions(Kind.I64, 0, MemorySegment.ofArray(ids), 0, ids.length, 0);
    }

    /** {@code count} ids of 32 or 64 bits in a segment, native byte order. */
    public static Positions ids(MemorySegment ids, Kind kind, long count) {
        return new Positions(kind, 0, ids, 0, count, 0);
    }

    /** Ids of their own for every batch entry, {@code stride} elements apart; a start has none to part. */
    public Positions batched(long stride) {
        if (kind == Kind.START) {
            throw new IllegalArgumentException(
                    "positions: got a start, wanted ids, of which batch entries can have their own");
        }
        return new Positions(kind, start, ids, origin, stride == 0 ? count : Math.min(count, stride), stride);
    }

    /** The positions of tokens {@code from} (inclusive) to {@code to} (exclusive). */
    public Positions slice(long from, long to) {
        if (kind == Kind.START) {
            if (from < 0 || to < from) {
                throw new IndexOutOfBoundsException("slice: got " + from + " to " + to + ", wanted 0 <= from <= to");
            }
            return new Positions(kind, Exact.plus(start, from), null, 0, 0, 0);
        }
        Objects.checkFromToIndex(from, to, count);
        return new Positions(kind, 0, ids, origin + from, to - from, batchStride);
    }

    /** Bytes of one id, 0 for {@link Kind#START}. */
    public int idBytes() {
        return switch (kind) {
            case START -> 0;
            case I32 -> Integer.BYTES;
            case I64 -> Long.BYTES;
        };
    }

    /** The position of token {@code t} of batch entry {@code b}. */
    public long at(long b, long t) {
        MemorySegment memory = ids;
        if (memory == null) {
            return start + t;
        }
        long index = origin + b * batchStride + t;
        return kind == Kind.I32
                ? memory.get(ValueLayout.JAVA_INT_UNALIGNED, index * Integer.BYTES)
                : memory.get(ValueLayout.JAVA_LONG_UNALIGNED, index * Long.BYTES);
    }
}
