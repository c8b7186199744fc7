package dev.sextant.testkit;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.tensor.DType;
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
        RowsOf rows = rotation.elements() ? given(rotation) : new Generated(rotation);
        List<MemorySegment> before = rotation.buffers();
        List<MemorySegment> after = rotation.buffers();
        for (long b = 0; b < rotation.batches(); b++) {
            for (long t = 0; t < rotation.tokens(); t++) {
                float[][] token = rows.of(b, t);
                token(rotation, rotation.q(), rotation.qOut(), b, t, token, before, after);
                if (rotation.k() != null) {
                    token(rotation, rotation.k(), rotation.kOut(), b, t, token, before, after);
                }
            }
        }
        return after;
    }

    /** Of each pair: cosines of first elements, of second ones, sines of first, of second ones. */
    private interface RowsOf {
        float[][] of(long b, long t);
    }

    /** Rows of one axis, a column from the row of the axis that it follows. */
    private static final class Generated implements RowsOf {

        private final RotaryCase rotation;
        private final RotaryPlan rows;

        Generated(RotaryCase rotation) {
            this.rotation = rotation;
            this.rows = rotation.builder(rotation.rope().axes(AxisMap.text()).layout(PairLayout.HALF_SPLIT),
                    Backend.java()).build();
        }

        @Override
        public float[][] of(long b, long t) {
            AxisMap axes = rotation.rope().axes();
            int pairs = rows.pairs();
            float[][] row = new float[2][pairs];
            float[] cos = new float[pairs];
            float[] sin = new float[pairs];
            for (int axis = 0; axis < axes.axes(); axis++) {
                rows.rows(rotation.ids().single(b, axis, t), Rows.of(cos, 1, pairs), Rows.of(sin, 1, pairs));
                for (int j = 0; j < pairs; j++) {
                    if (axes.axis(j) == axis) {
                        row[0][j] = rounded(rotation, RotaryRounding.ROWS, cos[j]);
                        row[1][j] = rounded(rotation, RotaryRounding.ROWS, sin[j]);
                    }
                }
            }
            return new float[][]{row[0], row[0], row[1], row[1]};
        }
    }

    private static RowsOf given(RotaryCase rotation) {
        float[][] rows = rotation.elementRows();
        int width = rotation.rope().rotaryDim();
        PairLayout layout = rotation.rope().layout();
        boolean half = layout == PairLayout.HALF_SPLIT || layout == PairLayout.INTERLEAVED_IN_HALF_OUT;
        return (b, t) -> {
            int at = (int) rotation.ids().at(b, 0, t) * width;
            float[][] row = new float[4][width / 2];
            for (int j = 0; j < width / 2; j++) {
                int first = at + (half ? j : 2 * j);
                int second = half ? first + width / 2 : first + 1;
                row[0][j] = rows[0][first];
                row[1][j] = rows[0][second];
                row[2][j] = rows[1][first];
                row[3][j] = rows[1][second];
            }
            return row;
        };
    }

    /** {@code value}, rounded to the element type if the case rounds at {@code step} or later. */
    private static float rounded(RotaryCase rotation, RotaryRounding step, float value) {
        DType dtype = rotation.shape().dtype();
        return rotation.elements() || dtype == DType.F32 || rotation.rounding().compareTo(step) < 0
                ? value
                : Bits.widen(dtype, Bits.narrow(dtype, value));
    }

    private static float product(RotaryCase rotation, float x, float c) {
        float product = x * c;
        return rounded(rotation, RotaryRounding.PRODUCTS, product);
    }

    private static void token(RotaryCase rotation, View in, View out, long b, long t, float[][] row,
            List<MemorySegment> before, List<MemorySegment> after) {
        HeadShape shape = rotation.shape();
        DType dtype = shape.dtype();
        MemorySegment from = before.get(in.slot());
        MemorySegment to = after.get(out.slot());
        PairLayout layout = rotation.layout();
        boolean byAxis = layout == PairLayout.HALF_SPLIT_BY_AXIS;
        boolean half = layout == PairLayout.HALF_SPLIT || byAxis || layout == PairLayout.HALF_IN_INTERLEAVED_OUT;
        boolean halfOut = layout == PairLayout.HALF_SPLIT || byAxis || layout == PairLayout.INTERLEAVED_IN_HALF_OUT;
        int pairs = rotation.rope().rotaryDim() / 2;
        int block = byAxis ? pairs / rotation.rope().axes().axes() : pairs;
        for (long h = 0; h < in.heads(); h++) {
            long x = in.index(b, t, h);
            long y = out.index(b, t, h);
            MemorySegment.copy(from, x * dtype.bytes(), to, y * dtype.bytes(), (long) shape.dim() * dtype.bytes());
            for (int j = 0; j < pairs; j++) {
                int part = shape.rotaryOffset() + j / block * block * 2;
                int i0 = part + (half ? j % block : 2 * j);
                int i1 = half ? i0 + block : i0 + 1;
                int o0 = part + (halfOut ? j % block : 2 * j);
                int o1 = halfOut ? o0 + block : o0 + 1;
                float x0 = Bits.get(from, dtype, x + i0);
                float x1 = Bits.get(from, dtype, x + i1);
                float a = product(rotation, x0, row[0][j]);
                float d = product(rotation, x1, row[rotation.inverse() ? 3 : 2][j]);
                float e = product(rotation, x1, row[1][j]);
                float f = product(rotation, x0, row[rotation.inverse() ? 2 : 3][j]);
                Bits.set(to, dtype, y + o0, rotation.inverse() ? a + d : a - d);
                Bits.set(to, dtype, y + o1, rotation.inverse() ? e - f : e + f);
            }
        }
    }
}
