package dev.sextant.internal.java;

import dev.sextant.internal.form.AdditiveForm;
import dev.sextant.internal.form.Merge;
import dev.sextant.internal.form.RotaryRows;
import dev.sextant.internal.kernel.AdditiveKernel;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/**
 * Additive rows as the numeric contract states them: {@code s*x + e} and {@code x*(1 + e)} in float32, every product and every sum
 * rounded once (Java never contracts), one rounding to the element type at the end.
 */
final class JavaAdditive implements AdditiveKernel {

    private final AdditiveForm form;
    private final RotaryRows rows;

    JavaAdditive(AdditiveForm form) {
        this.form = form;
        this.rows = form.rows();
    }

    @Override
    public void merge(Merge merge, Rows x, Rows out, int column, float scale, Positions positions) {
        for (long r = 0; r < out.rows(); r++) {
            long from = x.origin() + r * x.stride();
            long to = out.origin() + r * out.stride() + column;
            MemorySegment table = form.table();
            if (table != null) {
                long row = positions.at(0, 0, r) * form.width();
                for (int c = 0; c < form.width(); c++) {
                    put(merge, x, from + c, out, to + c, scale, table.getAtIndex(ValueLayout.JAVA_FLOAT, row + c));
                }
                continue;
            }
            boolean zero = form.hasZeroRow() && isZeroRow(positions, r);
            for (int b = 0; b < form.blocks().size(); b++) {
                block(form.blocks().get(b), merge, x, from, out, to, scale, positions, r, zero);
            }
        }
    }

    private boolean isZeroRow(Positions positions, long r) {
        for (int axis = 0; axis < form.axes(); axis++) {
            if (coordinate(positions, axis, r) != form.zeroRow()) {
                return false;
            }
        }
        return true;
    }

    private void block(AdditiveForm.Block block, Merge merge, Rows x, long from, Rows out, long to, float scale,
            Positions positions, long r, boolean zero) {
        for (int k = 0; k < block.waves(); k++) {
            long cosSin = zero ? 0 : cosSin(positions, r, block.wave() + k);
            int sine = switch (block.kind()) {
                case INTERLEAVED -> 2 * k;
                case HALVES_FLIPPED -> block.cosines() + k;
                default -> k;
            };
            int cosine = switch (block.kind()) {
                case INTERLEAVED -> 2 * k + 1;
                case HALVES_FLIPPED -> k;
                default -> block.sines() + k;
            };
            int at = block.column();
            put(merge, x, from + at + sine, out, to + at + sine, scale, Phase.sin(cosSin));
            if (k < block.cosines()) {
                put(merge, x, from + at + cosine, out, to + at + cosine, scale, Phase.cos(cosSin));
            }
        }
        if (block.waves() == 0) {
            boolean coordinate = block.kind() == AdditiveForm.Kind.COORDINATE && !zero;
            float e = coordinate ? (float) coordinate(positions, block.axis(), r) * rows.magnitude() : 0;
            for (int c = block.column(); c < block.column() + block.columns(); c++) {
                put(merge, x, from + c, out, to + c, scale, e);
            }
        }
    }

    private double coordinate(Positions positions, int axis, long r) {
        double given = positions.coordinate(0, axis, r);
        return form.offset() == 0 ? given : given + form.offset(); // a coordinate of -0 stays what it is
    }

    /** Of wave {@code j} at the position of row {@code r}, packed by {@link Phase#pack}. */
    private long cosSin(Positions positions, long r, int j) {
        int axis = form.axisOfWave().length == 0 ? 0 : form.axisOfWave()[j];
        long cosSin = switch (rows.source()) {
            case EXACT -> Phase.exact(positions.at(0, axis, r) + form.offset(), rows.fractionHi()[j],
                    rows.fractionLo()[j]);
            case FAST -> Phase.fast(positions.at(0, axis, r) + form.offset(), rows.fractionHi()[j]);
            case REAL -> form.mixed()
                    ? Phase.real(mixed(positions, r, j), 1)
                    : Phase.real(coordinate(positions, axis, r), rows.frequency()[j]);
            case FLOAT32, TABLE -> Phase.float32((float) coordinate(positions, axis, r), rows.inverse()[j]);
        };
        float m = rows.magnitude();
        return m == 1 ? cosSin : Phase.pack(Phase.cos(cosSin) * m, Phase.sin(cosSin) * m);
    }

    /** The angle of a wave that all axes drive: products summed from axis 0 on, each step a fused multiply-add. */
    private double mixed(Positions positions, long r, int j) {
        double angle = coordinate(positions, 0, r) * rows.frequency()[j];
        for (int axis = 1; axis < form.axes(); axis++) {
            angle = Math.fma(coordinate(positions, axis, r), rows.frequency()[axis * form.waves() + j], angle);
        }
        return angle;
    }

    private void put(Merge merge, Rows x, long i, Rows out, long o, float scale, float e) {
        float value = switch (merge) {
            case FILL -> e;
            case ADD -> scale * Elements.load(x.memory(), form.dtype(), i) + e;
            case MULTIPLY -> Elements.load(x.memory(), form.dtype(), i) * (1 + e);
        };
        Elements.store(out.memory(), form.dtype(), o, value);
    }

    @Override
    public String name() {
        return "sx_additive_" + form.dtype().name().toLowerCase(Locale.ROOT) + "_java";
    }
}
