package dev.sextant.encoding;

import java.util.Objects;

/**
 * Resizing of learned tables, along a line or over a grid, to the arithmetic of torch's {@code interpolate}, in double and rounded once.
 * The first rows of a table (class token, registers) can be kept as they are. Which model wants which: bicubic for ViT, BEiT,
 * DINOv2, CLIP, SigLIP, DeiT, MAE; bicubic with antialias for timm, DINOv2 with registers, SAM 2; bilinear with antialias for
 * SigLIP 2; bilinear with aligned corners for ViLT; linear for one axis.
 *
 * <p>Output {@code i} of {@code n1} lies at {@code x = (i + 0.5) * n0 / n1 - 0.5} of {@code n0} inputs; with a scale factor {@code s} at
 * {@code (i + 0.5) / s - 0.5} (the first DINO); with aligned corners at {@code i * (n0 - 1) / (n1 - 1)}. The cubic kernel is Keys'
 * with a = -0.75 at four taps, those beyond an edge read the edge; with antialias a = -0.5, stretched by n0 / n1 when that is more than 1,
 * taps beyond an edge left out and weights divided by their sum. Immutable.
 *
 * @param filter the kernel
 * @param alignCorners first and last row stay what they are; not with antialias or scale factors
 * @param antialias the kernel widens where rows become fewer
 * @param rowScale factor of the rows (of the only axis of a line), 0 = the ratio of sizes
 * @param columnScale factor of the columns, 0 = the ratio of sizes
 */
public record TableResize(Filter filter, boolean alignCorners, boolean antialias, double rowScale, double columnScale) {

    /** The kernel. */
    public enum Filter {
        /** Linear; bilinear over a grid. */
        LINEAR(1, 0),
        /** Cubic; bicubic over a grid. */
        CUBIC(2, -0.75);

        private final int support;
        private final double a;

        Filter(int support, double a) {
            this.support = support;
            this.a = a;
        }

        /** Weight at distance {@code x}; {@code sharpness} is Keys' a. */
        private double weight(double x, double sharpness) {
            double d = Math.abs(x);
            if (d >= support) {
                return 0;
            }
            if (this == LINEAR) {
                return 1 - d;
            }
            return d <= 1
                    ? ((sharpness + 2) * d - (sharpness + 3)) * d * d + 1
                    : ((sharpness * d - 5 * sharpness) * d + 8 * sharpness) * d - 4 * sharpness;
        }
    }

    private static final double ANTIALIAS_A = -0.5;

    /** Refuses combinations that no reference defines. */
    public TableResize {
        Objects.requireNonNull(filter, "filter");
        boolean scaled = rowScale != 0 || columnScale != 0;
        if (alignCorners && (antialias || scaled)) {
            throw new IllegalArgumentException("aligned corners: got " + (antialias ? "antialias" : "scale factors")
                    + " as well, wanted one or the other");
        }
        if (!(rowScale >= 0 && columnScale >= 0 && rowScale < Double.POSITIVE_INFINITY
                && columnScale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "scale factors: got " + rowScale + ", " + columnScale + ", wanted 0 (none) or positive numbers");
        }
    }

    /** Linear, or bilinear, half-pixel centres. */
    public static TableResize linear() {
        return new TableResize(Filter.LINEAR, false, false, 0, 0);
    }

    /** Cubic, or bicubic, half-pixel centres. */
    public static TableResize cubic() {
        return new TableResize(Filter.CUBIC, false, false, 0, 0);
    }

    /** The same with aligned corners. */
    public TableResize corners() {
        return new TableResize(filter, true, antialias, rowScale, columnScale);
    }

    /** The same with antialias. */
    public TableResize smooth() {
        return new TableResize(filter, alignCorners, true, rowScale, columnScale);
    }

    /** The same with factors that place the samples instead of the ratio of sizes. */
    public TableResize scale(double rows, double columns) {
        return new TableResize(filter, alignCorners, antialias, rows, columns);
    }

    /**
     * The rule of the first DINO, which adds 0.1 to the wanted size so that its floor is right, and passes the factor on:
     * {@code (wanted + 0.1) / given} on both axes, bicubic.
     */
    public static TableResize dino(int givenRows, int givenColumns, int rows, int columns) {
        return cubic().scale((rows + 0.1) / givenRows, (columns + 0.1) / givenColumns);
    }

    /**
     * A line of rows.
     *
     * @param table {@code [prefix + n, dim]}
     * @param prefix first rows, kept
     * @param to rows after them in the result
     * @return {@code [prefix + to, dim]}
     */
    public float[] rows(float[] table, int dim, int prefix, int to) {
        int all = rowsOf(table, dim);
        return grid(table, dim, prefix, all - prefix, 1, to, 1);
    }

    /**
     * A grid, row by row.
     *
     * @param table {@code [prefix + rows * columns, dim]}
     * @param prefix first rows of the table, kept
     * @return {@code [prefix + toRows * toColumns, dim]}; the table's own numbers where the sizes are the same and no factor is given
     */
    public float[] grid(float[] table, int dim, int prefix, int rows, int columns, int toRows, int toColumns) {
        int all = rowsOf(table, dim);
        if (prefix < 0 || rows < 1 || columns < 1 || (long) prefix + (long) rows * columns != all) {
            throw new IllegalArgumentException(
                    "table: got " + all + " rows, wanted " + prefix + " and a grid of " + rows
                            + " x " + columns);
        }
        if (toRows < 1 || toColumns < 1
                || ((long) toRows * toColumns + prefix) * dim > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("size: got " + toRows + " x " + toColumns + " rows of " + dim
                    + ", wanted at least 1 and at most an array of floats");
        }
        if (rows == toRows && columns == toColumns && rowScale == 0 && columnScale == 0) {
            return table.clone();
        }
        double[] given = new double[rows * columns * dim];
        for (int i = 0; i < given.length; i++) {
            given[i] = table[prefix * dim + i];
        }
        double[] wide = resize(given, rows, columns, dim, taps(columns, toColumns, columnScale));
        double[] high = resize(wide, 1, rows, toColumns * dim, taps(rows, toRows, rowScale));
        float[] result = new float[prefix * dim + high.length];
        System.arraycopy(table, 0, result, 0, prefix * dim);
        for (int i = 0; i < high.length; i++) {
            result[prefix * dim + i] = (float) high[i];
        }
        return result;
    }

    private static int rowsOf(float[] table, int dim) {
        if (dim < 1 || table.length % dim != 0) {
            throw new IllegalArgumentException(
                    "table: got " + table.length + " numbers, wanted whole rows of " + dim);
        }
        return table.length / dim;
    }

    /** Which inputs make an output, and with what weights. */
    private record Taps(int[] index, double[] weight) {}

    private static double[] resize(double[] in, int outer, int n, int inner, Taps[] taps) {
        double[] out = new double[outer * taps.length * inner];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < taps.length; i++) {
                Taps t = taps[i];
                int to = (o * taps.length + i) * inner;
                for (int k = 0; k < t.index.length; k++) {
                    int from = (o * n + t.index[k]) * inner;
                    for (int d = 0; t.weight[k] != 0 && d < inner; d++) {
                        out[to + d] += t.weight[k] * in[from + d];
                    }
                }
            }
        }
        return out;
    }

    private Taps[] taps(int n0, int n1, double factor) {
        Taps[] taps = new Taps[n1];
        double step = factor != 0 ? 1 / factor : alignCorners ? n1 > 1 ? (n0 - 1.0) / (n1 - 1) : 0 : (double) n0 / n1;
        for (int i = 0; i < n1; i++) {
            taps[i] = antialias
                    ? wide(n0, step, step * (i + 0.5))
                    : narrow(n0, alignCorners ? i * step : (i + 0.5) * step - 0.5);
        }
        return taps;
    }

    /** Without antialias: the two or four inputs around {@code x}. */
    private Taps narrow(int n0, double x) {
        double at = filter == Filter.LINEAR ? Math.clamp(x, 0, n0 - 1.0) : x;
        int first = (int) Math.floor(at) - filter.support + 1;
        int[] index = new int[2 * filter.support];
        double[] weight = new double[index.length];
        for (int k = 0; k < index.length; k++) {
            index[k] = Math.clamp(first + k, 0, n0 - 1);
            weight[k] = filter.weight(at - (first + k), filter.a);
        }
        return new Taps(index, weight);
    }

    /** With antialias: all inputs under the stretched kernel. */
    private Taps wide(int n0, double step, double centre) {
        double stretch = Math.max(step, 1);
        double support = filter.support * stretch;
        int first = Math.max(0, (int) (centre - support + 0.5));
        int end = Math.min(n0, (int) (centre + support + 0.5));
        if (end <= first) { // a factor that places samples beyond the table: its edge
            int edge = Math.clamp(first, 0, n0 - 1);
            return new Taps(new int[]{edge}, new double[]{1});
        }
        int[] index = new int[end - first];
        double[] weight = new double[index.length];
        double sum = 0;
        for (int k = 0; k < index.length; k++) {
            index[k] = first + k;
            weight[k] = filter.weight((first + k - centre + 0.5) / stretch, ANTIALIAS_A);
            sum += weight[k];
        }
        for (int k = 0; k < weight.length; k++) {
            weight[k] /= sum;
        }
        return new Taps(index, weight);
    }
}
