package dev.sextant.encoding;

/**
 * Ids of several tables for one token: block and place, row and column, the edges of a box. Arrays are {@code [ids][tokens]}; each
 * is given to the table it is for. All methods are pure.
 */
public final class CoordinateIds {

    private CoordinateIds() {}

    /**
     * Which block a position is in and its place inside: {@code p / size} and {@code p % size}. Blocks with offsets, windows that
     * count anew, the two axes of an axial table (Reformer, size = the second axis), the decomposition of {@link HierarchicalPositions}.
     *
     * @param size positions of a block, at least 1
     * @return {@code [2][positions]}: blocks, then places
     */
    public static long[][] blocks(long[] positions, long size) {
        if (size < 1) {
            throw new IllegalArgumentException("size: got " + size + ", wanted at least 1");
        }
        long[][] ids = new long[2][positions.length];
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] < 0) {
                throw new IllegalArgumentException(
                        "position of token " + i + ": got " + positions[i] + ", wanted at least 0");
            }
            ids[0][i] = positions[i] / size;
            ids[1][i] = positions[i] % size;
        }
        return ids;
    }

    /** Places of {@code tokens} consecutive tokens inside windows of {@code size}: 0, 1, ..., size - 1, 0, 1, ... */
    public static int[] windowed(int tokens, int size) {
        if (tokens < 0 || size < 1) {
            throw new IllegalArgumentException(
                    "tokens, size: got " + tokens + ", " + size + ", wanted at least 0 and 1");
        }
        int[] ids = new int[tokens];
        for (int t = 0; t < tokens; t++) {
            ids[t] = t % size;
        }
        return ids;
    }

    /**
     * The six coordinates of a box on a page: left, top, right, bottom, height, width. Source: LayoutLMEmbeddings of transformers.
     *
     * @param boxes {@code [tokens][4]} flat: left, top, right, bottom
     * @param greatest largest coordinate, 1000 in LayoutLM
     * @return {@code [6][tokens]}: x0, y0, x1, y1, y1 - y0, x1 - x0
     */
    public static int[][] boxes(int[] boxes, int greatest) {
        if (boxes.length % 4 != 0) {
            throw new IllegalArgumentException("boxes: got " + boxes.length + " numbers, wanted four a token");
        }
        int[][] ids = new int[6][boxes.length / 4];
        for (int t = 0; t < ids[0].length; t++) {
            for (int k = 0; k < 4; k++) {
                int v = boxes[4 * t + k];
                if (v < 0 || v > greatest) {
                    throw new IllegalArgumentException("box of token " + t + ": got coordinate " + v
                            + ", wanted 0 to " + greatest);
                }
                ids[k][t] = v;
            }
            ids[4][t] = ids[3][t] - ids[1][t];
            ids[5][t] = ids[2][t] - ids[0][t];
            if (ids[4][t] < 0 || ids[5][t] < 0) {
                throw new IllegalArgumentException("box of token " + t + ": got a height of " + ids[4][t]
                        + " and a width of " + ids[5][t] + ", wanted at least 0: left, top, right, bottom");
            }
        }
        return ids;
    }
}
