package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sextant.Backend;
import dev.sextant.RotaryPlan;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Views that do not fit the plan or each other. Catches a kernel called with the counts of one tensor and another's
 * memory.
 */
class ShapeRefusalTest extends BoundaryTest {

    @ParameterizedTest
    @MethodSource("backends")
    void nullIsRefused(Backend backend) {
        RotaryPlan plan = plan(backend);
        Positions at = Positions.from(0);
        assertThrows(NullPointerException.class, () -> plan.rotate(null, at));
        assertThrows(NullPointerException.class, () -> plan.rotate(qHeads, null));
        assertThrows(NullPointerException.class, () -> plan.rotate(qHeads, null, null, null, at));
        assertThrows(NullPointerException.class, () -> plan.rotate(null, qHeads, null, null, at));
        assertThrows(NullPointerException.class, () -> plan.rotate(qHeads, qHeads, kHeads, kHeads, null));
        assertThrows(NullPointerException.class, () -> plan.rows(at, null, Rows.of(new float[8], 1, 8)));
        assertThrows(NullPointerException.class,
                () -> plan.rows(null, Rows.of(new float[8], 1, 8), Rows.of(new float[8], 1, 8)));
        nothingWritten.argument("k", () -> plan.rotate(qHeads, qHeads, kHeads, null, at));
        nothingWritten.argument("k", () -> plan.rotate(qHeads, qHeads, null, kHeads, at));
        assertThrows(NullPointerException.class, () -> Heads.headMajor(null, DType.F32, 1, 1, 2));
        assertThrows(NullPointerException.class, () -> Heads.of(q, null, 1, 1, 2));
        assertThrows(NullPointerException.class, () -> Positions.ids((int[]) null));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void countsMustFit(Backend backend) {
        RotaryPlan plan = plan(backend);
        Positions at = Positions.from(0);
        nothingWritten.argument("q head dim", () -> plan.rotate(Heads.of(q, DType.F32, TOKENS, 1, 32), at));
        nothingWritten.argument("k head dim", () -> plan.rotate(qHeads, Heads.of(k, DType.F32, TOKENS, 1, 8), at));
        nothingWritten.argument("k batches x tokens", () -> plan.rotate(qHeads, kHeads.tokens(0, 2), at));
        nothingWritten.argument("k batches x tokens",
                () -> plan.rotate(qHeads, kHeads.tokens(0, 1).batches(3, DIM), at));
        nothingWritten.argument("q output heads",
                () -> plan.rotate(qHeads, Heads.of(filled(DType.F32, 99), DType.F32, TOKENS, 1, DIM), null, null, at));
        nothingWritten.argument("q output batches x tokens",
                () -> plan.rotate(qHeads, Heads.of(filled(DType.F32, 99), DType.F32, 1, 2, DIM), null, null, at));
        nothingWritten.argument("k output heads", () -> plan.rotate(qHeads, qHeads, kHeads,
                Heads.of(filled(DType.F32, 99), DType.F32, TOKENS, 2, DIM), at));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void typesMustFit(Backend backend) {
        RotaryPlan plan = plan(backend);
        Positions at = Positions.from(0);
        for (DType other : new DType[]{DType.F16, DType.BF16}) {
            Heads wrong = Heads.of(q, other, TOKENS, 2, DIM);
            nothingWritten.argument("q dtype", () -> plan.rotate(wrong, at));
            nothingWritten.argument("k dtype", () -> plan.rotate(qHeads, Heads.of(k, other, TOKENS, 1, DIM), at));
            nothingWritten.argument("q output dtype", () -> plan.rotate(qHeads, wrong, null, null, at));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void rowsMustFit(Backend backend) {
        RotaryPlan plan = plan(backend);
        Positions at = Positions.from(0);
        Rows cos = Rows.of(filled(DType.F32, 24), DType.F32, 3, 8);
        Rows sin = Rows.of(filled(DType.F32, 24), DType.F32, 3, 8);
        Refusal.Guard rows = Refusal.of(cos.memory(), sin.memory());
        rows.argument("cos width", () -> plan.rows(at, Rows.of(cos.memory(), DType.F32, 3, 7), sin));
        rows.argument("sin width", () -> plan.rows(at, cos, Rows.of(sin.memory(), DType.F32, 1, 9)));
        rows.argument("sin rows, dtype, stride", () -> plan.rows(at, cos, sin.rows(0, 2)));
        rows.argument("sin rows, dtype, stride", () -> plan.rows(at, cos, Rows.of(sin.memory(), DType.BF16, 3, 8)));
        rows.argument("sin rows, dtype, stride", () -> plan.rows(at, cos.rows(0, 2), sin.rows(0, 2).at(0, 9)));
        rows.argument("overlap", () -> plan.rows(at, cos, cos));
        rows.argument("overlap", () -> plan.rows(at, cos.rows(0, 2), cos.rows(1, 3)));
        rows.argument("cos", () -> plan.rows(at, Rows.of(cos.memory().asReadOnly(), DType.F32, 3, 8), sin));
        rows.argument("sin", () -> plan.rows(at, cos, Rows.of(sin.memory().asReadOnly(), DType.F32, 3, 8)));
        rows.bounds("cos", () -> plan.rows(at, Rows.of(cos.memory(), DType.F32, 4, 8), sin));
        rows.bounds("sin", () -> plan.rows(at, cos, sin.at(1, 8)));
        rows.argument("position ids", () -> plan.rows(Positions.ids(1, 2), cos, sin));
        rows.argument("position ids",
                () -> plan.rows(Positions.ids(cos.memory(), Positions.Kind.I32, 3), cos, sin));
    }

    /** Views refuse what they can know alone. */
    @ParameterizedTest
    @MethodSource("backends")
    void viewsRefuseNegativeNumbers(Backend backend) {
        for (int i = 0; i < 7; i++) {
            long[] n = {0, 1, 1, 1, 1, 1, 1};
            n[i] = -1;
            nothingWritten.refuses(IllegalArgumentException.class, List.of("got -1", "wanted"),
                    () -> new Heads(q, DType.F32, n[0], n[1], n[2], n[3], DIM, n[4], n[5], n[6]));
        }
        nothingWritten.argument("dim", () -> Heads.of(q, DType.F32, 1, 1, 0));
        nothingWritten.argument("rows", () -> new Rows(q, DType.F32, 0, -1, 1, 1));
        nothingWritten.argument("stride", () -> new Rows(q, DType.F32, 0, 1, 4, 3));
        nothingWritten.argument("count", () -> Positions.ids(q, Positions.Kind.I32, -1));
        nothingWritten.refuses(IllegalArgumentException.class, List.of("ids"),
                () -> Positions.ids(q, Positions.Kind.START, 1));
        nothingWritten.refuses(IllegalArgumentException.class, List.of("ids"),
                () -> Positions.ids(null, Positions.Kind.I64, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> qHeads.tokens(2, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> qHeads.heads(-1, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> Positions.ids(1, 2).slice(1, 3));
    }
}
