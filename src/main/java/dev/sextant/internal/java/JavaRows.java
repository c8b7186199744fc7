package dev.sextant.internal.java;

import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.form.RotaryRows;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Cosine and sine of a pair at the position of a token, by whatever the form's rows are. */
final class JavaRows {

    private final RotaryRows rows;
    private final int pairs;
    private final int axes;
    private final byte[] axisOfPair;
    private final DType dtype;
    private final boolean rounds;

    JavaRows(RotaryForm form) {
        this.rows = form.rows();
        this.pairs = form.pairs();
        this.axes = form.axes();
        this.axisOfPair = form.axisOfPair();
        this.dtype = form.dtype();
        this.rounds = form.roundsRows();
    }

    /**
     * Of pair {@code j} for token {@code t} of batch entry {@code b}, packed by {@link Phase#pack}; where elements have their own, of its
     * first element.
     */
    long cosSin(Positions positions, long b, long t, int j) {
        long cosSin = unrounded(positions, b, t, j);
        return rounds
                ? Phase.pack(Elements.rounded(Phase.cos(cosSin), dtype), Elements.rounded(Phase.sin(cosSin), dtype))
                : cosSin;
    }

    /** Of the second element of pair {@code j}, given that of the first. */
    long second(long first, Positions positions, long b, long t, int j) {
        MemorySegment table = rows.table();
        return rows.elements() && table != null ? given(table, 4 * positions.at(b, 0, t) + 1, j, 2) : first;
    }

    private long unrounded(Positions positions, long b, long t, int j) {
        int axis = axes == 1 ? 0 : axisOfPair[j];
        MemorySegment table = rows.table();
        if (table != null) {
            return rows.elements()
                    ? given(table, 4 * positions.at(b, axis, t), j, 2)
                    : given(table, 2 * positions.at(b, axis, t), j, 1);
        }
        long cosSin = switch (rows.source()) {
            case EXACT -> Phase.exact(positions.at(b, axis, t), rows.fractionHi()[j], rows.fractionLo()[j]);
            case FAST -> Phase.fast(positions.at(b, axis, t), rows.fractionHi()[j]);
            case REAL -> Phase.real(positions.coordinate(b, axis, t), rows.frequency()[j]);
            case FLOAT32, TABLE -> Phase.float32((float) positions.coordinate(b, axis, t), rows.inverse()[j]);
        };
        float m = rows.magnitude();
        return m == 1 ? cosSin : Phase.pack(Phase.cos(cosSin) * m, Phase.sin(cosSin) * m);
    }

    /** Column {@code j} of a list of cosines, and of the sines some lists further on. */
    private long given(MemorySegment table, long list, int j, int sines) {
        return Phase.pack(table.getAtIndex(ValueLayout.JAVA_FLOAT, list * pairs + j),
                table.getAtIndex(ValueLayout.JAVA_FLOAT, (list + sines) * pairs + j));
    }
}
