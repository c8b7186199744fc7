package dev.sextant.encoding;

import java.util.Objects;

/**
 * The frequencies of the whole head dealt to the axes in turn: with A axes, the k-th pair of axis a has the frequency of index
 * {@code A*k + a}. Source: Agrawal et al., Pixtral 12B, arXiv:2410.07073, and the class
 * {@code PixtralVisionRotaryEmbedding}: even indices to rows, odd ones to columns.
 *
 * <p>Trap: not the axial rule. Columns never turn at the fastest frequency, 1.
 *
 * @param rule the rule of the whole rotary dim
 * @param axes which pairs belong to which axis, as many on each
 */
public record StridedFrequencies(Frequencies rule, AxisMap axes) implements Frequencies {

    /** Refuses a map that names no pairs or not as many on each axis. */
    public StridedFrequencies {
        Objects.requireNonNull(rule, "rule");
        axes.requirePairs();
        for (int axis = 0; axis < axes.axes(); axis++) {
            if (axes.pairsOf(axis).length * axes.axes() != axes.pairs()) {
                throw new IllegalArgumentException("axes: got " + axes.pairsOf(axis).length + " pairs on axis " + axis
                        + ", wanted as many on each of " + axes.axes() + " axes");
            }
        }
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding rounding) {
        axes.requirePairs(rotaryDim);
        double[] whole = rule.inverse(rotaryDim, rounding);
        double[] inverse = new double[whole.length];
        for (int axis = 0; axis < axes.axes(); axis++) {
            int[] pairs = axes.pairsOf(axis);
            for (int k = 0; k < pairs.length; k++) {
                inverse[pairs[k]] = whole[axes.axes() * k + axis];
            }
        }
        return inverse;
    }

    @Override
    public double attentionFactor() {
        return rule.attentionFactor();
    }

    @Override
    public String ruleName() {
        return "strided";
    }
}
