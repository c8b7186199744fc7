package dev.sextant.config;

import dev.sextant.encoding.LearnedPositions;
import dev.sextant.encoding.PositionIds;
import dev.sextant.encoding.TooLong;
import java.util.Objects;

/**
 * A learned table of a model: what its rows are for, and which row belongs to an id. The numbers are in the checkpoint.
 *
 * @param table what the table is called; two entries with the same one read the same numbers
 * @param id what chooses the row
 * @param rows rows, and the one that belongs to each id
 * @param column first column of the embedding that it is added to
 * @param width its columns
 */
public record EmbeddingTable(String table, String id, LearnedPositions rows, int column, int width) {

    /** The id that is the position of a token. */
    public static final String POSITION = "position";

    /** The id that is the segment, or type, of a token. */
    public static final String SEGMENT = "segment";

    /** The id that is the language of a token. */
    public static final String LANGUAGE = "language";

    /** Refuses missing parts and columns that cannot be. */
    public EmbeddingTable {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(rows, "rows");
        if (column < 0 || width < 1) {
            throw new IllegalArgumentException("column, width: got " + column + ", " + width
                    + ", wanted at least 0 and at least 1");
        }
    }

    @Override
    public String toString() {
        String padding = switch (rows.paddingRow()) {
            case LearnedPositions.COUNTED -> "";
            case PositionIds.NO_POSITION -> ", padding none";
            default -> ", padding " + rows.paddingRow();
        };
        return id + "[" + (table.equals(id) ? "" : table + ", ") + rows.rows() + " rows"
                + (rows.firstRow() == 0 ? "" : ", first " + rows.firstRow()) + padding
                + (rows.tooLong() == TooLong.ERROR ? "" : ", " + rows.tooLong())
                + (column == 0 ? "" : ", from column " + column) + "]";
    }
}
