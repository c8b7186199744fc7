package dev.sextant;

import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Validation of the views of a call, in O(1) except for the pre-pass over position ids. Everything here runs before the first
 * write; messages say what, got, wanted. Kernels below trust what passed.
 */
final class Checks {

    private Checks() {}

    /** Shape, type, bounds, alignment, liveness of heads that are read. */
    static void readable(String what, Heads heads, HeadShape shape) {
        readable(what, heads, shape.dtype(), shape.dim());
    }

    /** The same of a type and head dim that are not those of the rotated heads. */
    static void readable(String what, Heads heads, DType dtype, int dim) {
        if (heads.dtype() != dtype) {
            throw wanted(what + " dtype", heads.dtype(), dtype + ", the plan's");
        }
        if (heads.dim() != dim) {
            throw wanted(what + " head dim", heads.dim(), dim + ", the plan's");
        }
        if (!heads.isEmpty()) {
            memory(what, heads.memory(), heads.dtype(), heads.origin(), Overlap.extent(heads));
        }
    }

    /** The same for heads that are written; also refuses read-only memory and a view whose elements overlap each other. */
    static void writable(String what, Heads heads, HeadShape shape) {
        writable(what, heads, shape.dtype(), shape.dim());
    }

    /** The same of a type and head dim that are not those of the rotated heads. */
    static void writable(String what, Heads heads, DType dtype, int dim) {
        readable(what, heads, dtype, dim);
        notReadOnly(what, heads.memory());
        if (!heads.isEmpty() && !Overlap.distinct(heads)) {
            throw new IllegalArgumentException(what + " strides: got batch " + heads.batchStride() + ", token "
                    + heads.tokenStride() + ", head " + heads.headStride()
                    + ", wanted strides under which no two elements share memory");
        }
    }

    /** Two views of one call must have equal counts. */
    static void sameTokens(String what, Heads heads, String otherWhat, Heads other) {
        if (heads.tokens() != other.tokens() || heads.batches() != other.batches()) {
            throw wanted(what + " batches x tokens", heads.batches() + " x " + heads.tokens(),
                    other.batches() + " x " + other.tokens() + ", those of " + otherWhat);
        }
    }

    /** The output of an out-of-place call must have the shape of its input. */
    static void sameHeads(String what, Heads out, Heads in) {
        if (out.heads() != in.heads()) {
            throw wanted(what + " heads", out.heads(), in.heads() + ", those of the input");
        }
        sameTokens(what, out, "the input", in);
    }

    /** Rows that are written. */
    static void writable(String what, Rows rows, int dim) {
        if (rows.dim() != dim) {
            throw wanted(what + " width", rows.dim(), dim + ", the plan's pairs");
        }
        notReadOnly(what, rows.memory());
        readable(what, rows);
    }

    /** Rows of the plan's type and width that are read. */
    static void rows(String what, Rows rows, DType dtype, long width) {
        if (rows.dtype() != dtype) {
            throw wanted(what + " dtype", rows.dtype(), dtype + ", the plan's");
        }
        if (rows.dim() != width) {
            throw wanted(what + " width", rows.dim(), width + ", the plan's");
        }
        readable(what, rows);
    }

    /** The same for rows that are written. */
    static void writableRows(String what, Rows rows, DType dtype, long width) {
        rows(what, rows, dtype, width);
        notReadOnly(what, rows.memory());
    }

    /** Rows that are read. */
    static void readable(String what, Rows rows) {
        if (rows.rows() > 0) {
            memory(what, rows.memory(), rows.dtype(), rows.origin(), Overlap.extent(rows));
        }
    }

    /**
     * Ids are enough, inside their memory, and every position lies in {@code [least, greatest]}; {@code limit} says in words
     * where that range comes from.
     */
    static void positions(Positions positions, long batches, long tokens, long least, long greatest, String limit) {
        if (batches == 0 || tokens == 0) {
            return;
        }
        MemorySegment ids = positions.ids();
        if (positions.kind() == Positions.Kind.SAME) {
            if (positions.start() < least || positions.start() > greatest) {
                throw outside(0, 1, 0, positions.start(), least, greatest, limit);
            }
            return;
        }
        if (ids == null) {
            long first = positions.start();
            if (first < least || first > greatest || tokens - 1 > greatest - first) {
                long bad = first < least || first > greatest ? 0 : greatest - first + 1;
                throw outside(bad, 1, 0, first + bad, least, greatest, limit);
            }
            return;
        }
        idList(positions, batches, tokens);
        if (positions.kind() == Positions.Kind.I32 && least <= Integer.MIN_VALUE && greatest >= Integer.MAX_VALUE) {
            return; // every 32-bit id is in range
        }
        long lists = positions.batchStride() == 0 ? 1 : batches;
        for (long b = 0; b < lists; b++) {
            for (int a = 0; a < positions.axes(); a++) {
                for (long t = 0; t < tokens; t++) {
                    inRange(positions, b, a, t, b * tokens + t, least, greatest, limit);
                }
            }
        }
    }

    /** Ids are one a token, inside their memory; the elements from the first one to one past the last. */
    static long idList(Positions positions, long batches, long tokens) {
        if (positions.count() != tokens) {
            throw wanted("position ids", positions.count(), tokens + ", one a token");
        }
        long list = Overlap.exactAdd(Overlap.exactMultiply(positions.axes() - 1, positions.axisStride()),
                Overlap.exactAdd(Overlap.exactMultiply(tokens - 1, positions.tokenStride()), 1));
        if (positions.batchStride() != 0 && positions.batchStride() < (positions.axes() == 1 ? list : 1)) {
            throw wanted("position ids batch stride", positions.batchStride(), "0 or at least " + list);
        }
        long extent = Overlap.exactAdd(Overlap.exactMultiply(batches - 1, positions.batchStride()), list);
        MemorySegment ids = positions.ids();
        if (ids != null) {
            memory("position ids", ids, positions.idBytes(), positions.origin(), extent);
        }
        return extent;
    }

    private static void inRange(Positions positions, long b, int axis, long t, long index, long least, long greatest,
            String limit) {
        if (positions.real()) {
            double x = positions.coordinate(b, axis, t);
            if (!(x >= least && x <= greatest)) {
                throw outside(index, positions.axes(), axis, x, least, greatest, limit);
            }
        } else {
            long p = positions.at(b, axis, t);
            if (p < least || p > greatest) {
                throw outside(index, positions.axes(), axis, p, least, greatest, limit);
            }
        }
    }

    private static void memory(String what, MemorySegment memory, DType dtype, long origin, long extent) {
        memory(what, memory, dtype.bytes(), origin, extent);
    }

    /** Elements {@code [origin, origin + extent)} of {@code bytes} each are there, aligned and alive. */
    static void memory(String what, MemorySegment memory, int bytes, long origin, long extent) {
        inside(what, memory, bytes, origin, extent);
        if (memory.maxByteAlignment() < bytes) {
            throw misaligned(what, memory, bytes);
        }
    }

    /** Bounds; then one byte is read, so that a closed arena or a wrong thread speaks in the platform's own words. */
    private static void inside(String what, MemorySegment memory, int bytes, long origin, long extent) {
        long end = Overlap.exactAdd(origin, extent);
        if (end > memory.byteSize() / bytes) {
            throw new IndexOutOfBoundsException(
                    what + ": got a segment of " + memory.byteSize() + " bytes, wanted at least "
                            + end + " elements of " + bytes + " bytes");
        }
        memory.get(ValueLayout.JAVA_BYTE, origin * bytes);
    }

    static void notReadOnly(String what, MemorySegment memory) {
        if (memory.isReadOnly()) {
            throw new IllegalArgumentException(what + ": got a read-only segment, wanted one that may be written");
        }
    }

    private static IllegalArgumentException misaligned(String what, MemorySegment memory, int bytes) {
        return wanted(what + " alignment", memory.maxByteAlignment() + " bytes",
                "at least " + bytes + ", the element's size");
    }

    static IllegalArgumentException wanted(String what, Object got, Object wanted) {
        return new IllegalArgumentException(what + ": got " + got + ", wanted " + wanted);
    }

    private static IndexOutOfBoundsException outside(long index, int axes, int axis, Object position, long least,
            long greatest, String limit) {
        return new IndexOutOfBoundsException(
                "position of token " + index + (axes == 1 ? "" : " on axis " + axis) + ": got " + position + ", wanted "
                        + least + " to " + greatest + " (" + limit + ")");
    }
}
