package dev.sextant;

import dev.sextant.encoding.PositionIds;
import dev.sextant.internal.form.GatherForm;
import dev.sextant.internal.form.GatherSource;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Table;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What gathers check beyond {@link Checks}: tables, and every id against the rows of its table. Runs before the first write. */
final class GatherChecks {

    private GatherChecks() {}

    /** Type, width, bounds, alignment, liveness of embeddings. */
    static void embeddings(String what, Rows rows, GatherForm form) {
        if (rows.dtype() != form.dtype()) {
            throw Checks.wanted(what + " dtype", rows.dtype(), form.dtype() + ", the plan's");
        }
        if (rows.dim() != form.dim()) {
            throw Checks.wanted(what + " width", rows.dim(), form.dim() + ", the plan's dim");
        }
        Checks.readable(what, rows);
    }

    /** An output is its input or shares nothing with it; columns of one matrix are fine. */
    static void inPlaceOrDisjoint(Rows x, Rows out) {
        if (!Overlap.inPlace(x, out)) {
            Overlap.refuse("x", x, "output", out);
        }
    }

    /** Bounds and alignment of a table, once. */
    static void whole(Table table, int index) {
        int bytes = table.type().bytes();
        long extent = extent(table);
        Checks.memory("table " + index, table.memory(), bytes, table.origin(), extent);
        MemorySegment scales = table.rowScales();
        if (scales != null) {
            Checks.memory("row scales of table " + index, scales, Float.BYTES, 0, table.rows());
        }
    }

    private static long extent(Table table) {
        return Overlap.exactAdd(Overlap.exactMultiply(table.rows() - 1, table.stride()), table.dim());
    }

    /** A table is still open to this thread, and is not written. */
    static void table(Table table, int index, Rows out) {
        long bytes = table.type().bytes();
        table.memory().get(ValueLayout.JAVA_BYTE, table.origin() * bytes);
        if (overlaps(table.memory(), table.origin() * bytes, extent(table) * bytes, out)) {
            throw Overlap.shared("table " + index, "output");
        }
        MemorySegment scales = table.rowScales();
        if (scales != null) {
            scales.get(ValueLayout.JAVA_BYTE, 0);
            if (overlaps(scales, 0, table.rows() * Float.BYTES, out)) {
                throw Overlap.shared("row scales of table " + index, "output");
            }
        }
    }

    private static boolean overlaps(MemorySegment memory, long from, long bytes, Rows out) {
        int size = out.dtype().bytes();
        return Overlap.share(memory, from, bytes, out.memory(), out.origin() * size, Overlap.extent(out) * size);
    }

    /** Ids are integers, enough, inside their memory, disjoint from the output, and each is a row of the table or no position. */
    static void ids(Positions ids, int index, GatherSource source, long batches, long tokens, Rows out) {
        if (ids.axes() != 1 || ids.real()) {
            throw Checks.wanted("ids of table " + index, ids.real() ? "real coordinates" : ids.axes() + " axes",
                    "integers of one axis");
        }
        switch (ids.kind()) {
            case SAME -> {
                if (!good(ids.start(), source) && ids.start() != PositionIds.NO_POSITION) {
                    throw outside(index, 0, ids.start(), source);
                }
            }
            case START -> {
                if (!good(ids.start(), source)) {
                    throw outside(index, 0, ids.start(), source);
                }
                if (tokens - 1 > source.greatest() - ids.start()) {
                    long bad = source.greatest() - ids.start() + 1;
                    throw outside(index, bad, ids.start() + bad, source);
                }
            }
            default -> listed(ids, index, source, batches, tokens, out);
        }
    }

    private static void listed(Positions ids, int index, GatherSource source, long batches, long tokens, Rows out) {
        long elements = Checks.idList(ids, batches, tokens);
        MemorySegment memory = ids.ids();
        int bytes = ids.idBytes();
        if (memory == null || overlaps(memory, ids.origin() * bytes, elements * bytes, out)) {
            throw Overlap.shared("ids of table " + index, "output");
        }
        long lists = ids.batchStride() == 0 ? 1 : batches;
        long least = -source.firstRow();
        long greatest = source.greatest();
        boolean wide = ids.kind() == Positions.Kind.I64;
        for (long b = 0; b < lists; b++) {
            long at = ids.origin() + b * ids.batchStride();
            for (long t = 0; t < tokens; t++, at += ids.tokenStride()) {
                long id = wide
                        ? memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at * Long.BYTES)
                        : memory.get(ValueLayout.JAVA_INT_UNALIGNED, at * Integer.BYTES);
                if ((id < least || id > greatest) && id != PositionIds.NO_POSITION) {
                    throw outside(index, b * tokens + t, id, source);
                }
            }
        }
    }

    private static boolean good(long id, GatherSource source) {
        return id >= -source.firstRow() && id <= source.greatest();
    }

    private static IndexOutOfBoundsException outside(int index, long token, long id, GatherSource source) {
        long rows = source.table().rows();
        String first = source.firstRow() == 0 ? "" : ", the first one used is " + source.firstRow();
        return new IndexOutOfBoundsException(
                "id of token " + token + " for table " + index + ": got " + id + ", wanted "
                        + -source.firstRow() + (source.clamp() ? " or more" : " to " + source.greatest())
                        + ", or NO_POSITION (" + rows + " rows" + first + ")");
    }
}
