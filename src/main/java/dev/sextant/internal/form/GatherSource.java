package dev.sextant.internal.form;

import dev.sextant.encoding.PositionIds;
import dev.sextant.tensor.Table;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One table of a gather.
 *
 * @param table the rows
 * @param merge what an entry does
 * @param column first column of the output that it is for
 * @param firstRow row of id 0
 * @param clamp whether ids beyond the last row read the last row
 */
public record GatherSource(Table table, Merge merge, int column, int firstRow, boolean clamp) {

    /** Greatest id that is good. */
    public long greatest() {
        return clamp ? Long.MAX_VALUE - firstRow : table.rows() - 1 - firstRow;
    }

    /** The row of an id, -1 for none. If an id changed since the front end checked it, it is none, never a row outside the table. */
    public int row(long id) {
        if (id == PositionIds.NO_POSITION) {
            return -1;
        }
        long row = id + firstRow;
        long last = table.rows() - 1;
        return row < 0 ? -1 : row <= last ? (int) row : clamp ? (int) last : -1;
    }

    /** The scale of a row. */
    public float scale(int row) {
        MemorySegment scales = table.rowScales();
        return scales == null || row < 0 ? table.scale() : scales.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * row);
    }
}
