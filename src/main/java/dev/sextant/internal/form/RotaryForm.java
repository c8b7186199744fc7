package dev.sextant.internal.form;

import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rotary;
import dev.sextant.encoding.RotaryRounding;
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
 * @param layout which elements pair up, inside each block
 * @param pairs half the rotary dim
 * @param blocks equal parts of the slice that pair up on their own, usually 1
 * @param rounding where 16-bit work rounds
 * @param axes coordinates of a token
 * @param axisOfPair which of them drives each pair, empty for one axis
 * @param rows the rows
 */
public record RotaryForm(int headDim, int offset, DType dtype, PairLayout layout, int pairs, int blocks,
        RotaryRounding rounding, int axes, byte[] axisOfPair, RotaryRows rows) {

    /** What a plan chooses beyond the definition. */
    public record Choices(int headDim, int offset, DType dtype, RotaryRounding rounding, boolean fast, boolean real) {}

    /** Compiles a definition for heads of one shape. */
    public static RotaryForm of(Rotary rotary, Choices choices) {
        return of(rotary.layout(), rotary.axes(), rotary.rotaryDim() / 2, choices, RotaryRows.of(rotary, choices));
    }

    /** A form that reads {@code rows} of the given pairs. */
    public static RotaryForm of(PairLayout layout, AxisMap map, int pairs, Choices choices, RotaryRows rows) {
        if (map.axes() > 1 && map.pairs() != pairs) {
            throw new IllegalArgumentException("axes: got a map of " + map.pairs() + " pairs, wanted " + pairs);
        }
        byte[] axisOfPair = new byte[map.axes() == 1 ? 0 : pairs];
        for (int j = 0; j < axisOfPair.length; j++) {
            axisOfPair[j] = (byte) map.axis(j);
        }
        boolean byAxis = layout == PairLayout.HALF_SPLIT_BY_AXIS;
        if (byAxis && pairs % map.axes() != 0) {
            throw new IllegalArgumentException("layout " + layout + ": got " + pairs + " pairs for " + map.axes()
                    + " axes, wanted a multiple of the axes");
        }
        return new RotaryForm(choices.headDim(), choices.offset(), choices.dtype(),
                byAxis ? PairLayout.HALF_SPLIT : layout, pairs, byAxis ? map.axes() : 1, choices.rounding(), map.axes(),
                axisOfPair, rows);
    }

    /** The same rotation with other rows. */
    public RotaryForm with(RotaryRows newRows) {
        return new RotaryForm(headDim, offset, dtype, layout, pairs, blocks, rounding, axes, axisOfPair, newRows);
    }

    /** The same rotation with another layout. */
    public RotaryForm layout(PairLayout newLayout) {
        return new RotaryForm(headDim, offset, dtype, newLayout, pairs, blocks, rounding, axes, axisOfPair, rows);
    }

    /** The same rotation, rounded elsewhere. */
    public RotaryForm rounding(RotaryRounding newRounding) {
        return new RotaryForm(headDim, offset, dtype, layout, pairs, blocks, newRounding, axes, axisOfPair, rows);
    }

    /** Whether cosines and sines are rounded to the element type. */
    public boolean roundsRows() {
        return rounding != RotaryRounding.ONCE && dtype != DType.F32;
    }

    /** Whether products are. */
    public boolean roundsProducts() {
        return rounding == RotaryRounding.PRODUCTS && dtype != DType.F32;
    }

    /** Where rows come from. */
    public RowSource source() {
        return rows.source();
    }

    /** The table of rows, null when they are generated. */
    public @Nullable MemorySegment table() {
        return rows.table();
    }
}
