package dev.sextant.encoding;

/**
 * Real coordinates of the cells of a grid, {@code [2][rows * columns]}: the row of every cell, row by row, then the column, as
 * {@code Positions.coordinates} takes them. Doubles, one rounding a step.
 */
public final class GridCoordinates {

    private GridCoordinates() {}

    /**
     * DETR: each cell's coordinate is the number of valid cells from the first one of its column (row) up to it, so the first is 1.
     * Source: {@code PositionEmbeddingSine} of facebookresearch/detr.
     *
     * @param valid {@code [rows * columns]}, false where the image was padded
     * @param columns cells of a row, a divisor of the length
     */
    public static double[] cumulative(boolean[] valid, int columns) {
        int rows = rows(valid.length, columns);
        double[] out = new double[2 * valid.length];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                int at = y * columns + x;
                double one = valid[at] ? 1 : 0;
                out[at] = (y == 0 ? 0 : out[at - columns]) + one;
                out[valid.length + at] = (x == 0 ? 0 : out[valid.length + at - 1]) + one;
            }
        }
        return out;
    }

    /**
     * The same, normalised: {@code v / (last + 1e-6) * scale}, the last one being that of the cell's column (row).
     *
     * @param scale what the last valid cell comes close to (2*pi)
     */
    public static double[] normalised(boolean[] valid, int columns, double scale) {
        int rows = rows(valid.length, columns);
        int n = valid.length;
        double[] counted = cumulative(valid, columns);
        double[] out = new double[2 * n];
        for (int at = 0; at < n; at++) {
            out[at] = counted[at] / (counted[(rows - 1) * columns + at % columns] + 1e-6) * scale;
            out[n + at] = counted[n + at] / (counted[n + at / columns * columns + columns - 1] + 1e-6) * scale;
        }
        return out;
    }

    /** From -1 at the first cell to 1 at the last, ends included; a single cell is at -1. Perceiver. */
    public static double[] endToEnd(int rows, int columns) {
        return spread(Linspace.of(-1, 1, positive("rows", rows), Rounding.NONE),
                Linspace.of(-1, 1, positive("columns", columns), Rounding.NONE));
    }

    /**
     * The grid of the pre-training, stretched over another number of cells: {@code index / (cells/base) / interpolation}. Source:
     * {@code get_2d_sincos_pos_embed} of diffusers.
     *
     * @param base cells a side in pre-training ("base_size"), at least 1
     * @param interpolation above 0 ("interpolation_scale")
     */
    public static double[] rescaled(int rows, int columns, int base, double interpolation) {
        positive("base", base);
        if (!(interpolation > 0)) {
            throw new IllegalArgumentException("interpolation: got " + interpolation + ", wanted a number above 0");
        }
        double[] down = new double[positive("rows", rows)];
        double[] across = new double[positive("columns", columns)];
        for (int i = 0; i < rows; i++) {
            down[i] = i / ((double) rows / base) / interpolation;
        }
        for (int i = 0; i < columns; i++) {
            across[i] = i / ((double) columns / base) / interpolation;
        }
        return spread(down, across);
    }

    /**
     * The middle of the largest grid that a model was made for: index plus {@code (most - cells)/2}, rounded down (Stable Diffusion 3).
     *
     * @param most cells a side of the largest grid; more are refused
     */
    public static double[] centred(int rows, int columns, int most) {
        if (positive("rows", rows) > most || positive("columns", columns) > most) {
            throw new IllegalArgumentException(
                    "rows, columns: got " + rows + ", " + columns + ", wanted at most " + most);
        }
        double[] down = new double[rows];
        double[] across = new double[columns];
        for (int i = 0; i < rows; i++) {
            down[i] = i + (most - rows) / 2;
        }
        for (int i = 0; i < columns; i++) {
            across[i] = i + (most - columns) / 2;
        }
        return spread(down, across);
    }

    private static double[] spread(double[] down, double[] across) {
        int n = Math.multiplyExact(down.length, across.length);
        double[] out = new double[Math.multiplyExact(2, n)];
        for (int at = 0; at < n; at++) {
            out[at] = down[at / across.length];
            out[n + at] = across[at % across.length];
        }
        return out;
    }

    private static int rows(int cells, int columns) {
        if (columns < 1 || cells < 1 || cells % columns != 0) {
            throw new IllegalArgumentException(
                    "valid: got " + cells + " cells, wanted whole rows of " + columns + ", at least one");
        }
        return cells / columns;
    }

    private static int positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + ": got " + value + ", wanted at least 1");
        }
        return value;
    }
}
