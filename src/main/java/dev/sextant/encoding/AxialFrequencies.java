package dev.sextant.encoding;

import java.util.Objects;

/**
 * A rule that starts anew on every axis: the k-th pair of an axis with n pairs has the k-th frequency of {@code rule} for a rotary dim
 * of 2n. What images use: each coordinate gets the whole range of frequencies. Source: Heo et al., Rotary Position Embedding for
 * Vision Transformer, arXiv:2403.13298 ("axial"); the classes named in {@link VisionRope}.
 *
 * <p>Trap: text models with several axes (M-RoPE) do not restart; a pair there keeps the frequency of its index.
 *
 * @param rule the rule of one axis
 * @param axes which pairs belong to which axis; widths may differ
 */
public record AxialFrequencies(Frequencies rule, AxisMap axes) implements Frequencies {

    /** Refuses a map that names no pairs. */
    public AxialFrequencies {
        Objects.requireNonNull(rule, "rule");
        axes.requirePairs();
    }

    @Override
    public double[] inverse(int rotaryDim, Rounding rounding) {
        axes.requirePairs(rotaryDim);
        double[] inverse = new double[rotaryDim / 2];
        for (int axis = 0; axis < axes.axes(); axis++) {
            int[] pairs = axes.pairsOf(axis);
            double[] one = rule.inverse(2 * pairs.length, rounding);
            for (int k = 0; k < pairs.length; k++) {
                inverse[pairs[k]] = one[k];
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
        return "axial";
    }
}
