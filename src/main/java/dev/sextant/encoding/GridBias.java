package dev.sextant.encoding;

/**
 * Learned biases of image models: a number a head for each relative place of two cells of a grid. Which row of the model's table belongs
 * to a query and a key is an index matrix {@code [queries][keys]}, made here once; {@link #gather} makes the tensor that calls take.
 * Cells are numbered row by row. Immutable.
 */
public final class GridBias {

    private final int queries;
    private final int keys;
    private final int rows;
    private final int[] index;

    private GridBias(int queries, int keys, int rows, int[] index) {
        this.queries = queries;
        this.keys = keys;
        this.rows = rows;
        this.index = index;
    }

    /**
     * Windows of Swin: row {@code (dy + height - 1) * (2*width - 1) + dx + width - 1} with {@code (dy, dx)} the cell of the query minus that
     * of the key. Source: Liu et al., Swin Transformer, arXiv:2103.14030, section 3.2. Shifted windows also hide regions from
     * each other: a structure with documents (Swin itself adds -100 there).
     */
    public static GridBias swin(int height, int width) {
        int cells = cells(height, width);
        int[] index = new int[Math.multiplyExact(cells, cells)];
        for (int i = 0; i < cells; i++) {
            for (int j = 0; j < cells; j++) {
                int dy = i / width - j / width + height - 1;
                int dx = i % width - j % width + width - 1;
                index[i * cells + j] = dy * (2 * width - 1) + dx;
            }
        }
        return new GridBias(cells, cells, (2 * height - 1) * (2 * width - 1), index);
    }

    /**
     * Swin's index with a class token before the cells: three more rows, for the token to a cell, a cell to the token, the token to itself.
     * Source: Bao et al., BEiT, arXiv:2106.08254, and its code.
     */
    public static GridBias beit(int height, int width) {
        GridBias cells = swin(height, width);
        int tokens = cells.queries + 1;
        int[] index = new int[Math.multiplyExact(tokens, tokens)];
        for (int i = 0; i < tokens; i++) {
            for (int j = 0; j < tokens; j++) {
                index[i * tokens + j] = i == 0
                        ? cells.rows + (j == 0 ? 2 : 0)
                        : j == 0 ? cells.rows + 1 : cells.index[(i - 1) * cells.keys + j - 1];
            }
        }
        return new GridBias(tokens, tokens, cells.rows + 3, index);
    }

    /**
     * LeViT and TinyViT: one row for each pair of magnitudes {@code (|dy|, |dx|)}, numbered in the order in which the first query meets
     * them. With {@code stride} above 1 queries are every stride-th cell, as where LeViT shrinks its grid. Source: Graham et al., LeViT,
     * arXiv:2104.01136, section 4.4, and its code.
     */
    public static GridBias levit(int side, int stride) {
        int cells = cells(side, side);
        if (stride < 1) {
            throw new IllegalArgumentException("stride: got " + stride + ", wanted at least 1");
        }
        int queriesASide = (side - 1) / stride + 1;
        int queries = queriesASide * queriesASide;
        int[] index = new int[Math.multiplyExact(queries, cells)];
        for (int i = 0; i < queries; i++) {
            for (int j = 0; j < cells; j++) {
                int dy = Math.abs(i / queriesASide * stride - j / side);
                int dx = Math.abs(i % queriesASide * stride - j % side);
                index[i * cells + j] = dy * side + dx; // the first query is the corner, which meets them row by row
            }
        }
        return new GridBias(queries, cells, cells, index);
    }

    private static int cells(int height, int width) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("grid: got " + height + " x " + width + ", wanted at least 1 x 1");
        }
        return Math.multiplyExact(height, width);
    }

    /** Cells, or cells and a class token, that ask. */
    public int queries() {
        return queries;
    }

    /** Cells, or cells and a class token, that are asked. */
    public int keys() {
        return keys;
    }

    /** Rows that the model's table has. */
    public int rows() {
        return rows;
    }

    /** The row of each query and key, {@code [queries][keys]}; a fresh array. */
    public int[] index() {
        return index.clone();
    }

    /**
     * The bias of every query to every key.
     *
     * @param table {@code [rows][heads]}, row-major, as checkpoints hold it (Swin, BEiT)
     * @param heads query heads
     * @return {@code [heads][queries][keys]}
     */
    public float[] gather(float[] table, int heads) {
        return gather(table, heads, heads, 1);
    }

    /** The same from a table {@code [heads][rows]}, as LeViT's checkpoints hold it. */
    public float[] gatherByHead(float[] table, int heads) {
        return gather(table, heads, 1, rows);
    }

    private float[] gather(float[] table, int heads, int rowStride, int headStride) {
        if (HeadRange.heads(heads) * (long) rows != table.length) {
            throw new IllegalArgumentException(
                    "table: got " + table.length + " numbers, wanted " + rows + " rows x " + heads + " heads");
        }
        float[] bias = new float[Math.multiplyExact(heads, index.length)];
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < index.length; i++) {
                bias[h * index.length + i] = table[index[i] * rowStride + h * headStride];
            }
        }
        return bias;
    }
}
