package dev.sextant.internal.form;

import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.Rotary;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Where the cos/sin rows of a rotation come from: frequencies in the arithmetic of their recipe, or a table.
 *
 * @param source the recipe
 * @param magnitude multiplier of cos and sin, applied in float32 after they were rounded
 * @param fractionHi frequency of each pair as a fraction of a turn, upper words ({@link RowSource#EXACT}, FAST)
 * @param fractionLo lower words
 * @param inverse float32 frequencies in radians ({@link RowSource#FLOAT32})
 * @param frequency frequencies in radians ({@link RowSource#REAL})
 * @param table float32 rows {@code [cos 0..pairs | sin 0..pairs]}, magnitude included ({@link RowSource#TABLE}); with
 *     {@code elements} {@code [cos of first elements | cos of second elements | sin likewise]}
 * @param tableRows rows of the table
 * @param elements whether the table has a cosine and a sine for each element and not for each pair
 */
public record RotaryRows(RowSource source, float magnitude, long[] fractionHi, long[] fractionLo, float[] inverse,
        double[] frequency, @Nullable MemorySegment table, long tableRows, boolean elements) {

    /** Above this an angle could leave the exact range of the reduction to turns; phases have no such range. */
    private static final double LARGEST_ANGULAR_FREQUENCY = 0x1p16;
    private static final double LARGEST_FREQUENCY = 0x1p63;

    /** A table belongs to its source and to no other. */
    public RotaryRows {
        if ((source == RowSource.TABLE) != (table != null)) {
            throw new IllegalArgumentException(
                    "table: got " + (table == null ? "none" : "one") + " with source " + source);
        }
    }

    static RotaryRows of(Rotary rotary, RotaryForm.Choices choices) {
        double[] frequencies = rotary.frequencies().inverse(rotary.rotaryDim(), rotary.angles().rounding());
        int pairs = rotary.rotaryDim() / 2;
        if (frequencies.length != pairs) {
            throw new IllegalArgumentException("frequencies of rule '" + rotary.frequencies().ruleName() + "': got "
                    + frequencies.length + " values, wanted " + pairs + " for rotary dim " + rotary.rotaryDim());
        }
        for (int j = 0; j < pairs; j++) {
            if (!(frequencies[j] >= 0)) {
                throw new IllegalArgumentException(
                        "frequency of pair " + j + ": got " + frequencies[j] + ", wanted at least 0");
            }
        }
        return of(frequencies, source(rotary, choices), (float) rotary.frequencies().attentionFactor());
    }

    /** Generated rows of the given frequencies, in radians per position; negative ones turn the other way. */
    static RotaryRows of(double[] frequencies, RowSource source, float magnitude) {
        int pairs = frequencies.length;
        boolean radians = source == RowSource.FLOAT32 || source == RowSource.REAL;
        double largest = radians ? LARGEST_ANGULAR_FREQUENCY : LARGEST_FREQUENCY;
        long[] hi = new long[pairs];
        long[] lo = new long[pairs];
        float[] inverse = new float[pairs];
        for (int j = 0; j < pairs; j++) {
            double f = frequencies[j];
            if (!(Math.abs(f) <= largest)) {
                throw new IllegalArgumentException("frequency of pair " + j + ": got " + f + ", wanted at most "
                        + largest + " radians per position");
            }
            TurnFraction turn = TurnFraction.of(Math.abs(f));
            boolean backwards = f < 0;
            lo[j] = backwards ? -turn.lo() : turn.lo();
            hi[j] = backwards ? ~turn.hi() + (turn.lo() == 0 ? 1 : 0) : turn.hi();
            inverse[j] = (float) f;
        }
        return new RotaryRows(source, magnitude, hi, lo, inverse, frequencies, null, 0, false);
    }

    private static RowSource source(Rotary rotary, RotaryForm.Choices choices) {
        if (rotary.angles() == AngleMode.HF_FLOAT32) {
            return RowSource.FLOAT32;
        }
        return choices.real() ? RowSource.REAL : choices.fast() ? RowSource.FAST : RowSource.EXACT;
    }

    /** Rows read from a table. */
    public static RotaryRows table(MemorySegment table, long rows, boolean elements) {
        return new RotaryRows(RowSource.TABLE, 1f, new long[0], new long[0], new float[0], new double[0], table, rows,
                elements);
    }

    /** The same frequencies with magnitude 1. */
    public RotaryRows unscaled() {
        return new RotaryRows(source, 1f, fractionHi, fractionLo, inverse, frequency, table, tableRows, elements);
    }
}
