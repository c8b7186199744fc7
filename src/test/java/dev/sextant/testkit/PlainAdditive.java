package dev.sextant.testkit;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Additive;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.Columns;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.WaveLayout;
import dev.sextant.encoding.Waves;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;

/**
 * Additive rows once more, from the definition and straight from the columns. What it shares with the backends is the sine of one
 * angle: a rotation with the frequency of the wave. Waves of several axes at once are summed here.
 */
public final class PlainAdditive {

    private PlainAdditive() {}

    /** The output buffer of {@code merge} after it. */
    public static MemorySegment run(AdditiveCase merge) {
        MemorySegment out = merge.buffer();
        MemorySegment x = merge.input(out);
        Rows to = merge.out(out);
        Rows from = merge.x(x);
        for (long r = 0; r < merge.rows(); r++) {
            float[] e = row(merge, r);
            for (int c = 0; c < e.length; c++) {
                float in = Bits.get(x, merge.dtype(), from.origin() + r * from.stride() + c);
                float product = in * merge.scale();
                float factor = 1 + e[c];
                Bits.set(out, merge.dtype(), to.origin() + r * to.stride() + c, switch (merge.verb()) {
                    case FILL -> e[c];
                    case ADD -> product + e[c];
                    case MULTIPLY -> in * factor;
                });
            }
        }
        return out;
    }

    private static float[] row(AdditiveCase merge, long r) {
        Additive encoding = merge.encoding();
        double[] at = new double[encoding.axes()];
        boolean zero = encoding.zeroRow().isPresent();
        for (int axis = 0; axis < at.length; axis++) {
            at[axis] = merge.positions().coordinate(0, axis, r);
            at[axis] = encoding.offset() == 0 ? at[axis] : at[axis] + encoding.offset();
            zero &= at[axis] == encoding.zeroRow().orElse(0);
        }
        float[] row = new float[encoding.width()];
        int column = 0;
        for (Columns columns : encoding.columns()) {
            switch (columns) {
                case Waves waves -> waves(merge, waves, at, row, column);
                case Columns.Coordinate c -> row[column] = (float) at[c.axis()] * (float) encoding.magnitude();
                case Columns.Zeros zeros -> {}
            }
            column += columns.width();
        }
        return zero ? new float[row.length] : row;
    }

    private static void waves(AdditiveCase merge, Waves waves, double[] at, float[] row, int column) {
        int n = waves.waves();
        int cosines = waves.width() - n;
        for (int k = 0; k < n; k++) {
            float[] pair = pair(merge, waves, k, at);
            int sine = switch (waves.layout()) {
                case INTERLEAVED -> 2 * k;
                case HALVES -> k;
                case HALVES_FLIPPED -> cosines + k;
            };
            int cosine = waves.layout() == WaveLayout.INTERLEAVED
                    ? 2 * k + 1
                    : waves.layout() == WaveLayout.HALVES ? n + k : k;
            row[column + sine] = pair[1];
            if (k < cosines) {
                row[column + cosine] = pair[0];
            }
        }
    }

    private static float[] pair(AdditiveCase merge, Waves waves, int k, double[] at) {
        int axis = 0;
        double angle = at[0] * waves.frequency(0, k);
        for (int a = 0; a < at.length; a++) {
            if (waves.frequency(a, k) != 0) {
                axis = a;
            }
            angle = a == 0 ? angle : Math.fma(at[a], waves.frequency(a, k), angle);
        }
        boolean mixed = isMixed(merge.encoding());
        double frequency = mixed ? 0x1p16 : waves.frequency(axis, k);
        boolean backwards = mixed ? angle < 0 : frequency < 0;
        AngleMode angles = merge.encoding().angles();
        Rope rope = new Rope(2, PairLayout.HALF_SPLIT, ExplicitFrequencies.of(Math.abs(frequency)), angles);
        var builder = RotaryPlan.builder(rope, HeadShape.of(2, DType.F32)).backend(Backend.java());
        boolean real = mixed || merge.real() && angles == AngleMode.EXACT;
        RotaryPlan plan = (real ? builder.realCoordinates() : builder.recipe(merge.recipe())).build();
        double where = mixed ? Math.abs(angle) * 0x1p-16 : at[axis];
        Positions position = real || where != Math.rint(where) || angles != AngleMode.EXACT
                ? Positions.coordinates(1, where)
                : Positions.ids((long) where);
        float[] cos = new float[1];
        float[] sin = new float[1];
        plan.rows(position, Rows.of(cos, 1, 1), Rows.of(sin, 1, 1));
        float m = (float) merge.encoding().magnitude();
        float s = backwards ? -sin[0] : sin[0];
        return m == 1 ? new float[]{cos[0], s} : new float[]{cos[0] * m, s * m};
    }

    private static boolean isMixed(Additive encoding) {
        for (Columns columns : encoding.columns()) {
            if (columns instanceof Waves waves) {
                for (int k = 0; k < waves.waves(); k++) {
                    int drivers = 0;
                    for (int axis = 0; axis < waves.axes(); axis++) {
                        drivers += waves.frequency(axis, k) == 0 ? 0 : 1;
                    }
                    if (drivers > 1) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
