package dev.sextant.internal.form;

import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rotary;
import dev.sextant.tensor.DType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form of every rotary encoding: the only thing kernels know about one. Arrays are owned by the form and never
 * written after it is made.
 *
 * @param headDim elements of a head
 * @param offset first rotated element of a head
 * @param dtype element type of queries and keys
 * @param layout which elements pair up
 * @param pairs half the rotary dim
 * @param source where rows come from
 * @param magnitude multiplier of cos and sin, applied in float32 after they were rounded
 * @param fractionHi frequency of each pair as a fraction of a turn, upper words ({@link RowSource#EXACT}, FAST)
 * @param fractionLo lower words
 * @param inverse float32 frequencies in radians ({@link RowSource#FLOAT32})
 * @param table float32 rows {@code [cos 0..pairs | sin 0..pairs]}, magnitude included ({@link RowSource#TABLE})
 * @param tableRows rows of the table
 */
public record RotaryForm(int headDim, int offset, DType dtype, PairLayout layout, int pairs, RowSource source,
        float magnitude, long[] fractionHi, long[] fractionLo, float[] inverse, @Nullable MemorySegment table,
        long tableRows) {

    /** A table belongs to its source and to no other. */
    public RotaryForm {
        if ((source == RowSource.TABLE) != (table != null)) {
            throw new IllegalArgumentException(
                    "table: got " + (table == null ? "none" : "one") + " with source " + source);
        }
    }

    /** Above this a float32 angle could leave the exact range of the reduction to turns; phases have no such range. */
    private static final double LARGEST_FLOAT32_FREQUENCY = 0x1p16;
    private static final double LARGEST_FREQUENCY = 0x1p63;

    /** Compiles a definition for heads of one shape; {@code fast} asks for the float32 row recipe. */
    public static RotaryForm of(Rotary rotary, int headDim, int offset, DType dtype, boolean fast) {
        double[] frequencies = rotary.frequencies().inverse(rotary.rotaryDim(), rotary.angles().rounding());
        int pairs = rotary.rotaryDim() / 2;
        if (frequencies.length != pairs) {
            throw new IllegalArgumentException("frequencies of rule '" + rotary.frequencies().ruleName() + "': got "
                    + frequencies.length + " values, wanted " + pairs + " for rotary dim " + rotary.rotaryDim());
        }
        RowSource source = rotary.angles() == AngleMode.HF_FLOAT32
                ? RowSource.FLOAT32
                : fast ? RowSource.FAST : RowSource.EXACT;
        double largest = source == RowSource.FLOAT32 ? LARGEST_FLOAT32_FREQUENCY : LARGEST_FREQUENCY;
        long[] hi = new long[pairs];
        long[] lo = new long[pairs];
        float[] inverse = new float[pairs];
        for (int j = 0; j < pairs; j++) {
            double f = frequencies[j];
            if (!(f >= 0 && f <= largest)) {
                throw new IllegalArgumentException(
                        "frequency of pair " + j + ": got " + f + ", wanted 0 to " + largest
                                + " radians per position");
            }
            TurnFraction turn = TurnFraction.of(f);
            hi[j] = turn.hi();
            lo[j] = turn.lo();
            inverse[j] = (float) f;
        }
        return new RotaryForm(headDim, offset, dtype, rotary.layout(), pairs, source,
                (float) rotary.frequencies().attentionFactor(), hi, lo, inverse, null, 0);
    }

    /** A form of the given heads whose rows are read from {@code table}. */
    public static RotaryForm ofTable(int headDim, int offset, DType dtype, PairLayout layout, int pairs,
            MemorySegment table,
            long tableRows) {
        return new RotaryForm(headDim, offset, dtype, layout, pairs, RowSource.TABLE, 1f, new long[0], new long[0],
                new float[0], table, tableRows);
    }

    /** The same rotation with rows read from {@code rows} rows of {@code table}. */
    public RotaryForm withTable(MemorySegment newTable, long rows) {
        return ofTable(headDim, offset, dtype, layout, pairs, newTable, rows);
    }
}
