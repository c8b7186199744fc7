package dev.sextant.internal.java;

import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.form.RotaryRows;
import dev.sextant.tensor.Positions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Cosine and sine of a pair at the position of a token, by whatever the form's rows are. */
final class JavaRows {

    private final RotaryRows rows;
    private final int pairs;
    private final int axes;
    private final byte[] axisOfPair;

    JavaRows(RotaryForm form) {
        this.rows = form.rows();
        this.pairs = form.pairs();
        this.axes = form.axes();
        this.axisOfPair = form.axisOfPair();
    }

    /** Of pair {@code j} for token {@code t} of batch entry {@code b}, packed by {@link Phase#pack}. */
    long cosSin(Positions positions, long b, long t, int j) {
        int axis = axes == 1 ? 0 : axisOfPair[j];
        MemorySegment table = rows.table();
        if (table != null) {
            long row = positions.at(b, axis, t) * 2 * pairs;
            return Phase.pack(table.getAtIndex(ValueLayout.JAVA_FLOAT, row + j),
                    table.getAtIndex(ValueLayout.JAVA_FLOAT, row + pairs + j));
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
}
