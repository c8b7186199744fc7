package dev.sextant.encoding;

import java.util.BitSet;

/**
 * Which blocks of keys each block of queries may see: block sparse attention. Query row {@code i} belongs to block
 * {@code i / queryBlock}, key {@code j} to block {@code j / keyBlock}, both counted from the start of their sequence. Immutable.
 */
public final class BlockList {

    private final int queryBlock;
    private final int keyBlock;
    private final int rows;
    private final int columns;
    private final BitSet kept;

    private BlockList(int queryBlock, int keyBlock, int rows, int columns, BitSet kept) {
        this.queryBlock = queryBlock;
        this.keyBlock = keyBlock;
        this.rows = rows;
        this.columns = columns;
        this.kept = kept;
    }

    /**
     * The list of a matrix.
     *
     * @param queryBlock query rows of a block, at least 1
     * @param keyBlock keys of a block, at least 1
     * @param kept {@code [query blocks][key blocks]}, rows of equal length; true where keys may be seen; copied
     */
    public static BlockList of(int queryBlock, int keyBlock, boolean[]... kept) {
        if (queryBlock < 1 || keyBlock < 1) {
            throw new IllegalArgumentException(
                    "query block, key block: got " + queryBlock + ", " + keyBlock + ", wanted at least 1");
        }
        int columns = kept.length == 0 ? 0 : kept[0].length;
        if (columns == 0) {
            throw new IllegalArgumentException("blocks: got none, wanted at least one row of one block");
        }
        BitSet bits = new BitSet();
        for (int r = 0; r < kept.length; r++) {
            if (kept[r].length != columns) {
                throw new IllegalArgumentException(
                        "blocks of row " + r + ": got " + kept[r].length + ", wanted " + columns + ", those of row 0");
            }
            for (int c = 0; c < columns; c++) {
                bits.set(r * columns + c, kept[r][c]);
            }
        }
        return new BlockList(queryBlock, keyBlock, kept.length, columns, bits);
    }

    /** Query rows of a block. */
    public int queryBlock() {
        return queryBlock;
    }

    /** Keys of a block. */
    public int keyBlock() {
        return keyBlock;
    }

    /** Blocks of queries. */
    public int rows() {
        return rows;
    }

    /** Blocks of keys. */
    public int columns() {
        return columns;
    }

    /** Whether a block of queries sees a block of keys. */
    public boolean keeps(int row, int column) {
        return kept.get(row * columns + column);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockList that && queryBlock == that.queryBlock && keyBlock == that.keyBlock
                && rows == that.rows && columns == that.columns && kept.equals(that.kept);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * queryBlock + keyBlock) + kept.hashCode();
    }

    @Override
    public String toString() {
        return "BlockList[" + rows + " x " + columns + " blocks of " + queryBlock + " x " + keyBlock + "]";
    }
}
