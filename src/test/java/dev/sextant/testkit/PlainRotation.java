package dev.sextant.testkit;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.PairLayout;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The rotation once more, from its definition and straight from the indices, sharing nothing with the backends but the
 * rows: an oracle for strides, offsets, copies and rounding.
 */
public final class PlainRotation {

    private PlainRotation() {}

    /** The buffers of {@code rotation} after it. */
    public static List<MemorySegment> run(RotaryCase rotation) {
        RotaryPlan rows = rotation.plan(Backend.java());
        List<MemorySegment> before = rotation.buffers();
        List<MemorySegment> after = rotation.buffers();
        float[] cos = new float[rows.pairs()];
        float[] sin = new float[rows.pairs()];
        for (long b = 0; b < rotation.batches(); b++) {
            for (long t = 0; t < rotation.tokens(); t++) {
                rows.rows(Positions.ids(rotation.ids().at(b, t)), Rows.of(cos, 1, cos.length),
                        Rows.of(sin, 1, sin.length));
                token(rotation, rotation.q(), rotation.qOut(), b, t, cos, sin, before, after);
                if (rotation.k() != null) {
                    token(rotation, rotation.k(), rotation.kOut(), b, t, cos, sin, before, after);
                }
            }
        }
        return after;
    }

    private static void token(RotaryCase rotation, View in, View out, long b, long t, float[] cos, float[] sin,
            List<MemorySegment> before, List<MemorySegment> after) {
        HeadShape shape = rotation.shape();
        DType dtype = shape.dtype();
        MemorySegment from = before.get(in.slot());
        MemorySegment to = after.get(out.slot());
        PairLayout layout = rotation.rope().layout();
        boolean half = layout == PairLayout.HALF_SPLIT || layout == PairLayout.HALF_IN_INTERLEAVED_OUT;
        boolean halfOut = layout == PairLayout.HALF_SPLIT || layout == PairLayout.INTERLEAVED_IN_HALF_OUT;
        for (long h = 0; h < in.heads(); h++) {
            long x = in.index(b, t, h);
            long y = out.index(b, t, h);
            MemorySegment.copy(from, x * dtype.bytes(), to, y * dtype.bytes(), (long) shape.dim() * dtype.bytes());
            for (int j = 0; j < cos.length; j++) {
                int i0 = shape.rotaryOffset() + (half ? j : 2 * j);
                int i1 = half ? i0 + cos.length : i0 + 1;
                int o0 = shape.rotaryOffset() + (halfOut ? j : 2 * j);
                int o1 = halfOut ? o0 + cos.length : o0 + 1;
                float s = rotation.inverse() ? -sin[j] : sin[j];
                float x0 = Bits.get(from, dtype, x + i0);
                float x1 = Bits.get(from, dtype, x + i1);
                float a = x0 * cos[j];
                float d = x1 * s;
                float e = x1 * cos[j];
                float f = x0 * s;
                Bits.set(to, dtype, y + o0, a - d);
                Bits.set(to, dtype, y + o1, e + f);
            }
        }
    }
}
