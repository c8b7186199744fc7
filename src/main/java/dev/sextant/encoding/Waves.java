package dev.sextant.encoding;

import java.util.Arrays;
import java.util.Objects;

/**
 * A run of columns of sines and cosines. The angle of wave {@code k} is the sum over the axes of coordinate times frequency; usually one
 * axis drives a wave, and its frequency on the others is 0. Immutable.
 */
public final class Waves implements Columns {

    private final WaveLayout layout;
    /** {@code [axis][wave]}, radians per unit of the coordinate. */
    private final double[][] frequencies;
    private final boolean extraSine;

    private Waves(WaveLayout layout, double[][] frequencies, boolean extraSine) {
        this.layout = Objects.requireNonNull(layout, "layout");
        this.frequencies = frequencies;
        this.extraSine = extraSine;
        if (frequencies.length == 0 || frequencies[0].length == 0) {
            throw new IllegalArgumentException("waves: got none, wanted at least one axis and one frequency");
        }
        for (int axis = 0; axis < frequencies.length; axis++) {
            if (frequencies[axis].length != frequencies[0].length) {
                throw new IllegalArgumentException("frequencies of axis " + axis + ": got " + frequencies[axis].length
                        + ", wanted " + frequencies[0].length + ", as many as those of axis 0");
            }
            for (int k = 0; k < frequencies[axis].length; k++) {
                if (!Double.isFinite(frequencies[axis][k])) {
                    throw new IllegalArgumentException("frequency of wave " + k + " on axis " + axis + ": got "
                            + frequencies[axis][k] + ", wanted a finite number");
                }
            }
        }
    }

    /** Waves of the first axis, with the given frequencies in radians per position; negative ones turn the other way. */
    public static Waves of(WaveLayout layout, double... frequencies) {
        return new Waves(layout, new double[][]{frequencies.clone()}, false);
    }

    /** The same waves, driven by another axis. */
    public Waves on(int axis) {
        if (frequencies.length != 1) {
            throw new IllegalArgumentException("waves: got " + frequencies.length + " axes, wanted waves of one");
        }
        if (axis < 0 || axis > 7) {
            throw new IllegalArgumentException("axis: got " + axis + ", wanted 0 to 7");
        }
        double[][] all = new double[axis + 1][frequencies[0].length];
        all[axis] = frequencies[0];
        return new Waves(layout, all, extraSine);
    }

    /** Waves driven by several axes at once: {@code frequencies[axis][wave]}. */
    public static Waves mixed(WaveLayout layout, double[][] frequencies) {
        return new Waves(layout, Arrays.stream(frequencies).map(double[]::clone).toArray(double[][]::new), false);
    }

    /** The same without the last cosine: an odd width. */
    public Waves withoutLastCosine() {
        return new Waves(layout, frequencies, true);
    }

    /** The order of sines and cosines. */
    public WaveLayout layout() {
        return layout;
    }

    /** Number of waves, each a sine and a cosine. */
    public int waves() {
        return frequencies[0].length;
    }

    /** Whether the last wave has a sine and no cosine. */
    public boolean extraSine() {
        return extraSine;
    }

    /** Radians per unit of coordinate {@code axis} of wave {@code k}, 0 beyond the axes of these waves. */
    public double frequency(int axis, int k) {
        Objects.checkIndex(k, waves());
        return axis < frequencies.length ? frequencies[axis][k] : 0;
    }

    @Override
    public int width() {
        return 2 * waves() - (extraSine ? 1 : 0);
    }

    @Override
    public int axes() {
        return frequencies.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Waves that && layout == that.layout && extraSine == that.extraSine
                && Arrays.deepEquals(frequencies, that.frequencies);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * layout.hashCode() + Arrays.deepHashCode(frequencies)) + Boolean.hashCode(extraSine);
    }

    @Override
    public String toString() {
        return "Waves[" + layout + ", " + waves() + " waves" + (extraSine ? ", the last without a cosine" : "") + "]";
    }
}
