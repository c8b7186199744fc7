package dev.sextant;

import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.form.RotaryRows;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** Plans over rows of the caller's own, which are copied in the order in which kernels read them. */
final class GivenRows {

    private GivenRows() {}

    /** A cosine and a sine for each pair. */
    static RotaryPlan ofPairs(Rows cos, Rows sin, PairLayout layout, AxisMap axes, HeadShape shape, Backend backend) {
        check(cos, sin);
        Objects.requireNonNull(layout, "layout");
        int pairs = cos.dim();
        RotaryPlanBuilder.sliceInside(shape, 2L * pairs);
        MemorySegment table = RotaryPlanBuilder.allocate(cos.rows(), pairs);
        for (long r = 0; r < cos.rows(); r++) {
            for (int j = 0; j < pairs; j++) {
                copy(cos, r, j, table, r * 2 * pairs + j);
                copy(sin, r, j, table, r * 2 * pairs + pairs + j);
            }
        }
        RotaryForm form = RotaryForm.of(layout, axes, pairs, RotaryPlanBuilder.choices(shape, false, false),
                RotaryRows.table(table.asReadOnly(), cos.rows(), false));
        return plan("given table of " + cos.rows() + " rows, " + layout, form, shape, backend);
    }

    /** A cosine and a sine for each element. */
    static RotaryPlan ofElements(Rows cos, Rows sin, PairLayout layout, HeadShape shape, Backend backend) {
        check(cos, sin);
        if (cos.dim() % 2 != 0) {
            throw Checks.wanted("cos and sin width", cos.dim(), "an even number, a column for each element");
        }
        if (Objects.requireNonNull(layout, "layout") == PairLayout.HALF_SPLIT_BY_AXIS) {
            throw Checks.wanted("layout of rows by element", layout, "one without axes");
        }
        int pairs = cos.dim() / 2;
        RotaryPlanBuilder.sliceInside(shape, cos.dim());
        boolean half = layout == PairLayout.HALF_SPLIT || layout == PairLayout.INTERLEAVED_IN_HALF_OUT;
        MemorySegment table = RotaryPlanBuilder.allocate(cos.rows(), 2 * pairs);
        for (long r = 0; r < cos.rows(); r++) {
            for (int j = 0; j < pairs; j++) {
                int first = half ? j : 2 * j;
                int second = half ? j + pairs : 2 * j + 1;
                long to = r * 4 * pairs + j;
                copy(cos, r, first, table, to);
                copy(cos, r, second, table, to + pairs);
                copy(sin, r, first, table, to + 2L * pairs);
                copy(sin, r, second, table, to + 3L * pairs);
            }
        }
        RotaryForm form = RotaryForm.of(layout, AxisMap.text(), pairs, RotaryPlanBuilder.choices(shape, false, false),
                RotaryRows.table(table.asReadOnly(), cos.rows(), true));
        return plan("given table of " + cos.rows() + " rows by element, " + layout, form, shape, backend);
    }

    private static void check(Rows cos, Rows sin) {
        Checks.readable("cos", cos);
        Checks.readable("sin", sin);
        if (cos.rows() < 1 || cos.rows() != sin.rows() || cos.dim() != sin.dim()) {
            throw Checks.wanted("cos and sin rows x columns",
                    cos.rows() + " x " + cos.dim() + " and " + sin.rows() + " x " + sin.dim(),
                    "equal, at least one row");
        }
        if (cos.dtype() != DType.F32 || sin.dtype() != DType.F32) {
            throw Checks.wanted("cos and sin dtype", cos.dtype() + " and " + sin.dtype(), DType.F32);
        }
    }

    private static RotaryPlan plan(String rows, RotaryForm form, HeadShape shape, Backend backend) {
        return new RotaryPlan(backend, shape, form, null, backend.kernels().rotary(form),
                rows + ", rotary dim " + 2 * form.pairs() + " of " + shape.dim(), false);
    }

    /** NaNs become the canonical one, so that a table's NaN survives rounding to bfloat16 without a path of its own. */
    private static void copy(Rows from, long row, int column, MemorySegment table, long index) {
        float value = from.memory().get(ValueLayout.JAVA_FLOAT_UNALIGNED,
                4 * (from.origin() + row * from.stride() + column));
        table.setAtIndex(ValueLayout.JAVA_FLOAT, index, Float.isNaN(value) ? Float.NaN : value);
    }
}
