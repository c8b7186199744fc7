package dev.sextant.encoding;

import java.util.Objects;

/**
 * Rotary position embedding of one model or layer type, as its weights expect it. Source: Su et al., RoFormer,
 * arXiv:2104.09864; the scalings cite their own papers on their records.
 *
 * @param rotaryDim width of the rotated slice of a head, even, at least 2
 * @param layout which two elements form a pair
 * @param frequencies the rule giving each pair its frequency
 * @param angles arithmetic of frequencies and angles
 * @param axes which coordinate of a token drives each pair
 */
public record Rope(int rotaryDim, PairLayout layout, Frequencies frequencies, AngleMode angles, AxisMap axes)
        implements
            Rotary {

    /** Refuses an odd or empty slice. */
    public Rope {
        Objects.requireNonNull(layout, "layout");
        Objects.requireNonNull(frequencies, "frequencies");
        Objects.requireNonNull(angles, "angles");
        if (rotaryDim < 2 || rotaryDim % 2 != 0) {
            throw new IllegalArgumentException("rotaryDim: got " + rotaryDim + ", wanted an even number of at least 2");
        }
        if (axes.axes() > 1 && axes.pairs() != rotaryDim / 2) {
            throw new IllegalArgumentException("axes: got a map of " + axes.pairs() + " pairs, wanted " + rotaryDim / 2
                    + " for rotary dim " + rotaryDim);
        }
    }

    /** A rotation of text: one position drives every pair. */
    public Rope(int rotaryDim, PairLayout layout, Frequencies frequencies, AngleMode angles) {
        this(rotaryDim, layout, frequencies, angles, AxisMap.text());
    }

    /** Plain RoPE of the given base: half-split pairs, exact angles. */
    public static Rope of(int rotaryDim, double base) {
        return new Rope(rotaryDim, PairLayout.HALF_SPLIT, new GeometricFrequencies(base), AngleMode.EXACT);
    }

    /** The same with another pair layout. */
    public Rope layout(PairLayout newLayout) {
        return new Rope(rotaryDim, newLayout, frequencies, angles, axes);
    }

    /** The same with another frequency rule. */
    public Rope frequencies(Frequencies newFrequencies) {
        return new Rope(rotaryDim, layout, newFrequencies, angles, axes);
    }

    /** The same with another angle arithmetic. */
    public Rope angles(AngleMode newAngles) {
        return new Rope(rotaryDim, layout, frequencies, newAngles, axes);
    }

    /** The same with several coordinates a token. */
    public Rope axes(AxisMap newAxes) {
        return new Rope(rotaryDim, layout, frequencies, angles, newAxes);
    }
}
