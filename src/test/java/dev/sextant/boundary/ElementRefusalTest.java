package dev.sextant.boundary;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Plans of rows by element. Catches one that is taken for a plan of angles, and rows that do not fit its heads. */
class ElementRefusalTest extends BoundaryTest {

    private static final HeadShape SHAPE = HeadShape.of(DIM, DType.F32);

    private static Rows rows(int rows, int columns) {
        return Rows.of(new float[rows * columns], rows, columns);
    }

    private static RotaryPlan elements(Backend backend, PairLayout layout, DType dtype) {
        return RotaryPlan.ofElements(rows(10, DIM), rows(10, DIM), layout, HeadShape.of(DIM, dtype), backend);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void whatIsNoRotationIsRefused(Backend backend) {
        RotaryPlan plan = elements(backend, PairLayout.HALF_SPLIT, DType.F32);
        nothingWritten.argument("inverse", plan::inverse);
        nothingWritten.argument("inverse", () -> plan.backward().inverse());
        nothingWritten.argument("rotation id", plan::id);
        MemorySegment cos = filled(DType.F32, 8);
        Refusal.of(cos).argument("rows",
                () -> plan.rows(Positions.from(0), Rows.of(cos, DType.F32, 1, 8), rows(1, 8)));
        for (DType dtype : new DType[]{DType.F16, DType.BF16}) {
            RotaryPlan half = elements(backend, PairLayout.HALF_SPLIT, dtype);
            nothingWritten.argument("rounding of rows by element", () -> half.rounding(RotaryRounding.PRODUCTS));
            nothingWritten.argument("rounding of rows by element", () -> half.rounding(RotaryRounding.ROWS));
        }
        plan.rounding(RotaryRounding.PRODUCTS).rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM),
                Positions.from(0));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void rowsMustFit(Backend backend) {
        PairLayout half = PairLayout.HALF_SPLIT;
        nothingWritten.argument("width", () -> RotaryPlan.ofElements(rows(2, 7), rows(2, 7), half, SHAPE, backend));
        nothingWritten.argument("rows x columns",
                () -> RotaryPlan.ofElements(rows(2, 8), rows(3, 8), half, SHAPE, backend));
        nothingWritten.argument("rows x columns",
                () -> RotaryPlan.ofElements(rows(2, 8), rows(2, 6), half, SHAPE, backend));
        nothingWritten.argument("rows x columns",
                () -> RotaryPlan.ofElements(rows(0, 8), rows(0, 8), half, SHAPE, backend));
        nothingWritten.argument("rotary dim",
                () -> RotaryPlan.ofElements(rows(2, 18), rows(2, 18), half, SHAPE, backend));
        nothingWritten.argument("rotary dim",
                () -> RotaryPlan.ofElements(rows(2, DIM), rows(2, DIM), half, SHAPE.rotaryAt(1), backend));
        nothingWritten.argument("dtype", () -> RotaryPlan.ofElements(
                Rows.of(filled(DType.F16, 16), DType.F16, 1, 16), rows(1, 16), half, SHAPE, backend));
        nothingWritten.argument("HALF_SPLIT_BY_AXIS", () -> RotaryPlan.ofElements(rows(2, 8), rows(2, 8),
                PairLayout.HALF_SPLIT_BY_AXIS, SHAPE, backend));
        nothingWritten.bounds("cos", () -> RotaryPlan.ofElements(Rows.of(filled(DType.F32, 15), DType.F32, 2, 8),
                rows(2, 8), half, SHAPE, backend));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void positionsAreRows(Backend backend) {
        RotaryPlan plan = elements(backend, PairLayout.INTERLEAVED, DType.F32);
        nothingWritten.refuses(IndexOutOfBoundsException.class, List.of("token 1", "got 10", "0 to 9"),
                () -> plan.rotate(qHeads, Positions.from(9)));
        nothingWritten.bounds("token 2", () -> plan.backward().rotate(qHeads, Positions.ids(0, 9, -1)));
        nothingWritten.argument("axes of positions", () -> plan.rotate(qHeads, Positions.axes(2, 0, 1, 2, 3, 4, 5)));
        nothingWritten.argument("real coordinates", () -> plan.rotate(qHeads, Positions.coordinates(1, 0, 1, 2)));
    }

    @ParameterizedTest
    @EnumSource(value = PairLayout.class, names = {"INTERLEAVED_IN_HALF_OUT", "HALF_IN_INTERLEAVED_OUT"})
    void betweenLayoutsIsNeverInPlace(PairLayout layout) {
        for (Backend backend : backends()) {
            RotaryPlan plan = elements(backend, layout, DType.F32);
            nothingWritten.argument("never in place", () -> plan.rotate(qHeads, Positions.from(0)));
            nothingWritten.argument("never in place", () -> plan.backward().rotate(qHeads, Positions.from(0)));
        }
    }
}
