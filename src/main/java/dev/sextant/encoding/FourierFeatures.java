package dev.sextant.encoding;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Sines and cosines of real coordinates, sometimes beside the coordinates themselves: NeRF, Perceiver, Gaussian Fourier features.
 * Plans take real coordinates, {@code realCoordinates()}.
 *
 * <p>Traps: NeRF's paper has a factor pi that its published code has not; the blocks are by axis in one method and by band in the
 * other; 2*pi is inside the matrix's product for Gaussian features.
 *
 * @param name what these features are called, for reports
 * @param columns runs of columns from left to right
 */
public record FourierFeatures(String name, List<Columns> columns) implements Additive {

    /** Refuses an empty list. */
    public FourierFeatures {
        Objects.requireNonNull(name, "name");
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("columns: got none, wanted at least one run");
        }
    }

    /**
     * NeRF: {@code [x, sin(2^0 x), cos(2^0 x), sin(2^1 x), ...]}, every axis inside each function. Source: Mildenhall et al.,
     * arXiv:2003.08934, and its code, which has no pi.
     *
     * @param axes coordinates (3 for points and for directions), 1 to 8
     * @param bands octaves (10 for points, 4 for directions), 1 to 32
     * @param timesPi whether angles hold the paper's factor pi
     * @param withInput whether the coordinates come first
     */
    public static FourierFeatures nerf(int axes, int bands, boolean timesPi, boolean withInput) {
        requireAxes(axes);
        if (bands < 1 || bands > 32) {
            throw new IllegalArgumentException("bands: got " + bands + ", wanted 1 to 32");
        }
        List<Columns> columns = new ArrayList<>();
        if (withInput) {
            coordinates(columns, axes);
        }
        for (int band = 0; band < bands; band++) {
            double[][] frequencies = new double[axes][axes];
            for (int axis = 0; axis < axes; axis++) {
                frequencies[axis][axis] = StrictMath.scalb(timesPi ? StrictMath.PI : 1, band);
            }
            columns.add(Waves.mixed(WaveLayout.HALVES, frequencies));
        }
        return new FourierFeatures("NeRF", columns);
    }

    /**
     * Perceiver: {@code [coordinates | sin(pi*f*x) | cos(pi*f*x)]}, by axis and then by band, {@code f} evenly spaced from 1 to half the resolution of the axis.
     * Coordinates run from -1 to 1, {@link GridCoordinates#endToEnd}. Source: Jaegle et al., arXiv:2103.03206.
     *
     * @param bands frequencies an axis, at least 1
     * @param withInput whether the coordinates come first
     * @param resolutions largest resolution of each axis, at least 2, 1 to 8 axes
     */
    public static FourierFeatures perceiver(int bands, boolean withInput, int... resolutions) {
        int axes = requireAxes(resolutions.length);
        if (bands < 1) {
            throw new IllegalArgumentException("bands: got " + bands + ", wanted at least 1");
        }
        double[][] frequencies = new double[axes][axes * bands];
        for (int axis = 0; axis < axes; axis++) {
            if (resolutions[axis] < 2) {
                throw new IllegalArgumentException(
                        "resolution of axis " + axis + ": got " + resolutions[axis] + ", wanted at least 2");
            }
            double[] spaced = Linspace.of(1, resolutions[axis] / 2.0, bands, Rounding.NONE);
            for (int band = 0; band < bands; band++) {
                frequencies[axis][axis * bands + band] = StrictMath.PI * spaced[band];
            }
        }
        List<Columns> columns = new ArrayList<>();
        if (withInput) {
            coordinates(columns, axes);
        }
        columns.add(Waves.mixed(WaveLayout.HALVES, frequencies));
        return new FourierFeatures("Perceiver", columns);
    }

    /**
     * Gaussian Fourier features: {@code [sin(2*pi*B x) | cos(2*pi*B x)]} with a fixed random matrix. SAM's points and boxes with coordinates
     * {@code 2c - 1}; the noise levels of score models with one axis and perhaps a logarithm taken first. Source: Tancik et al.,
     * arXiv:2006.10739.
     *
     * @param matrix {@code [axes][features]}, 1 to 8 axes
     * @param layout {@link WaveLayout#HALVES} for SAM, {@link WaveLayout#HALVES_FLIPPED} for "flip_sin_to_cos" of diffusers
     */
    public static FourierFeatures gaussian(float[][] matrix, WaveLayout layout) {
        requireAxes(matrix.length);
        double[][] frequencies = new double[matrix.length][];
        for (int axis = 0; axis < matrix.length; axis++) {
            frequencies[axis] = new double[matrix[axis].length];
            for (int k = 0; k < frequencies[axis].length; k++) {
                frequencies[axis][k] = 2 * StrictMath.PI * matrix[axis][k];
            }
        }
        return new FourierFeatures("Gaussian", List.of(Waves.mixed(layout, frequencies)));
    }

    private static int requireAxes(int axes) {
        if (axes < 1 || axes > 8) {
            throw new IllegalArgumentException("axes: got " + axes + ", wanted 1 to 8");
        }
        return axes;
    }

    private static void coordinates(List<Columns> columns, int axes) {
        for (int axis = 0; axis < axes; axis++) {
            columns.add(new Columns.Coordinate(axis));
        }
    }

    @Override
    public int width() {
        return columns.stream().mapToInt(Columns::width).sum();
    }

    @Override
    public AngleMode angles() {
        return AngleMode.EXACT;
    }
}
