package dev.sextant.encoding;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Sinusoids of several coordinates side by side: images and videos. Each part is a {@link Sinusoidal} of one axis; the order of the
 * parts is stated, never a default, because models differ and the numbers do not tell: in MAE, the original and Hugging Face's, the
 * first half encodes the column, in RT-DETR the row. Axes are numbered by the order in which positions are given, row and column, or time, row
 * and column ({@link PatchGrid}, {@link GridCoordinates}).
 *
 * @param parts the parts from left to right
 * @param zeroRow a token whose every coordinate is this number has a row of zeros (a class token at -1, -1)
 */
public record GridSinusoidal(List<Part> parts, OptionalLong zeroRow) implements Additive {

    /**
     * Sines and cosines of one axis.
     *
     * @param axis which coordinate drives it, 0 to 7
     * @param waves its columns; scale, rule and layout are its own, offset, zero row and magnitude must be absent
     */
    public record Part(int axis, Sinusoidal waves) {

        /** Refuses what belongs to the whole row. */
        public Part {
            Objects.requireNonNull(waves, "waves");
            if (axis < 0 || axis > 7) {
                throw new IllegalArgumentException("axis: got " + axis + ", wanted 0 to 7");
            }
            if (waves.offset() != 0 || waves.zeroRow().isPresent() || waves.magnitude() != 1) {
                throw new IllegalArgumentException("part of axis " + axis + ": got " + waves
                        + ", wanted one without offset, zero row and magnitude");
            }
        }
    }

    /** Which of two axes stands first. */
    public enum Order {
        /** The row (height, y) first: DETR, RT-DETR. */
        ROW_FIRST,
        /** The column (width, x) first: MAE and AIMv2, whose weights were made that way, diffusers. */
        COLUMN_FIRST
    }

    /** Refuses an empty list and parts of two arithmetics. */
    public GridSinusoidal {
        Objects.requireNonNull(zeroRow, "zeroRow");
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.stream().map(p -> p.waves().angles()).distinct().count() != 1) {
            throw new IllegalArgumentException(
                    "parts: got " + parts + ", wanted at least one, all with the same angles");
        }
    }

    /**
     * MAE and the ViTs after it: half the width an axis, sines then cosines in each, {@code temperature^(-k/(width/4))}. Source: He et al.,
     * arXiv:2111.06377, {@code get_2d_sincos_pos_embed}.
     *
     * @param width columns, a multiple of 4
     * @param order which axis is first
     */
    public static GridSinusoidal mae(int width, Order order) {
        return mae(width, order, 10_000);
    }

    /** The same with another temperature. */
    public static GridSinusoidal mae(int width, Order order, double temperature) {
        return pair(multiple(width, 4) / 2, order, WaveLayout.HALVES, temperature, temperature);
    }

    /**
     * DETR and its descendants: row, then column, {@code features} columns each, sines and cosines interleaved. Positions are
     * {@link GridCoordinates#cumulative}. Source: Carion et al., arXiv:2005.12872; DAB-DETR has temperature 20, arXiv:2201.12329.
     *
     * @param features columns of one axis, even
     * @param rowTemperature base of the row's waves (10,000)
     * @param columnTemperature base of the column's waves, usually the same
     */
    public static GridSinusoidal detr(int features, double rowTemperature, double columnTemperature) {
        return pair(multiple(features, 2), Order.ROW_FIRST, WaveLayout.INTERLEAVED, rowTemperature, columnTemperature);
    }

    /**
     * The video rows of diffusers, CogVideoX for one: time has a quarter of the width, then columns and rows have three eighths each, sines then cosines
     * in each.
     *
     * @param width columns, a multiple of 16
     */
    public static GridSinusoidal video(int width) {
        int time = multiple(width, 16) / 4;
        int space = 3 * width / 8;
        return new GridSinusoidal(List.of(part(0, time, WaveLayout.HALVES, 10_000),
                part(2, space, WaveLayout.HALVES, 10_000), part(1, space, WaveLayout.HALVES, 10_000)),
                OptionalLong.empty());
    }

    /** The same with a row of zeros for tokens whose every coordinate is {@code coordinate}. */
    public GridSinusoidal zeroRow(long coordinate) {
        return new GridSinusoidal(parts, OptionalLong.of(coordinate));
    }

    /** The same with another arithmetic. */
    public GridSinusoidal angles(AngleMode angles) {
        return new GridSinusoidal(parts.stream().map(p -> new Part(p.axis(), p.waves().angles(angles))).toList(),
                zeroRow);
    }

    private static GridSinusoidal pair(int width, Order order, WaveLayout layout, double rowBase, double columnBase) {
        Part row = part(0, width, layout, rowBase);
        Part column = part(1, width, layout, columnBase);
        return new GridSinusoidal(order == Order.ROW_FIRST ? List.of(row, column) : List.of(column, row),
                OptionalLong.empty());
    }

    private static Part part(int axis, int width, WaveLayout layout, double base) {
        return new Part(axis, Sinusoidal.of(width, layout, new VaswaniRule(base), OddWidth.REFUSED));
    }

    private static int multiple(int width, int of) {
        if (width < of || width % of != 0) {
            throw new IllegalArgumentException("width: got " + width + ", wanted a multiple of " + of);
        }
        return width;
    }

    @Override
    public int width() {
        return parts.stream().mapToInt(p -> p.waves().width()).sum();
    }

    @Override
    public AngleMode angles() {
        return parts.getFirst().waves().angles();
    }

    @Override
    public List<Columns> columns() {
        List<Columns> columns = new ArrayList<>();
        for (Part part : parts) {
            for (Columns each : part.waves().columns()) {
                columns.add(each instanceof Waves waves ? waves.on(part.axis()) : each);
            }
        }
        return columns;
    }
}
