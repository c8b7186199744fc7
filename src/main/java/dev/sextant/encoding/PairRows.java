package dev.sextant.encoding;

import java.util.Objects;

/**
 * Cosine and sine of every pair of every row, made by a rule that is not one frequency a pair: learned mixtures and learned two-axis
 * frequencies. They become a table plan, one a head where heads differ ({@code RotaryPlan.ofTable}); row t is for token t of the
 * coordinates they were made from. Immutable.
 */
public final class PairRows {

    private final int pairs;
    private final float[] cos;
    private final float[] sin;

    /** Takes the arrays without a copy. */
    PairRows(int pairs, float[] cos, float[] sin) {
        this.pairs = pairs;
        this.cos = cos;
        this.sin = sin;
    }

    /** Rows. */
    public int rows() {
        return cos.length / pairs;
    }

    /** Pairs of a row. */
    public int pairs() {
        return pairs;
    }

    /** The cosine of one pair of a row. */
    public float cos(int row, int pair) {
        return cos[Objects.checkIndex(row, rows()) * pairs + Objects.checkIndex(pair, pairs)];
    }

    /** The sine of one pair of a row. */
    public float sin(int row, int pair) {
        return sin[Objects.checkIndex(row, rows()) * pairs + Objects.checkIndex(pair, pairs)];
    }

    /** Cosines {@code [rows][pairs]}, a copy. */
    public float[] cos() {
        return cos.clone();
    }

    /** Sines {@code [rows][pairs]}, a copy. */
    public float[] sin() {
        return sin.clone();
    }
}
