package dev.sextant.boundary;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RotaryPlanBuilder;
import dev.sextant.RowRecipe;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Positions of several axes and real coordinates. Catches ids of one axis checked and those of another read, a coordinate
 * that is no number, and ids that lie in the output between two of its heads.
 */
class AxesRefusalTest extends BoundaryTest {

    private static RotaryPlanBuilder builder(Backend backend) {
        return RotaryPlan.builder(Rope.of(DIM, 10_000).axes(AxisMap.sectioned(2, 3, 3)), HeadShape.of(DIM, DType.F32))
                .backend(backend);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void axesMustBeOneOrThePlans(Backend backend) {
        RotaryPlan three = builder(backend).build();
        Positions two = Positions.axes(2, 1, 2, 3, 4, 5, 6);
        nothingWritten.refuses(IllegalArgumentException.class, List.of("axes of positions", "got 2", "wanted 1 or 3"),
                () -> three.rotate(qHeads, two));
        nothingWritten.refuses(IllegalArgumentException.class, List.of("axes of positions", "got 2", "wanted 1"),
                () -> plan(backend).rotate(qHeads, two));
        nothingWritten.argument("axes of positions",
                () -> three.rows(two, Rows.of(new float[24], 3, 8), Rows.of(new float[24], 3, 8)));
        three.rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM), Positions.ids(1, 2, 3));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theAxisOfABadIdIsNamed(Backend backend) {
        Positions ids = Positions.axes(3, 0, 1, 2, 3, 4, 5, 6, 99, 8);
        nothingWritten.refuses(IndexOutOfBoundsException.class,
                List.of("token 1", "axis 2", "got 99", "wanted 0 to 9"),
                () -> builder(backend).table(10).build().rotate(qHeads, ids));
        Positions byToken = Positions.axes(3, 0L, 1L, 2L, 3L, 4L, -(1L << 32), 6L, 7L, 8L).strides(3, 1);
        nothingWritten.refuses(IndexOutOfBoundsException.class,
                List.of("token 1", "axis 2", "got " + -(1L << 32), "wanted "),
                () -> builder(backend).build().rotate(qHeads, byToken));
        builder(backend).table(10).build().rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM),
                Positions.axes(3, 0, 1, 2, 3, 4, 5, 6, 9, 8));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void idsOfEveryAxisMustBeThere(Backend backend) {
        RotaryPlan plan = builder(backend).build();
        MemorySegment eight = MemorySegment.ofArray(new int[8]);
        nothingWritten.bounds("position ids",
                () -> plan.rotate(qHeads, Positions.axes(eight, Positions.Kind.I32, 3, TOKENS)));
        nothingWritten.argument("position ids", () -> plan.rotate(qHeads, Positions.axes(3, 1, 2, 3, 4, 5, 6)));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void realCoordinatesNeedAPlanOfThem(Backend backend) {
        Positions real = Positions.coordinates(3, 0, 1, 2, 3, 4, 5, 6, 7, 8.5f);
        nothingWritten.argument("realCoordinates()", () -> builder(backend).build().rotate(qHeads, real));
        nothingWritten.argument("realCoordinates()",
                () -> builder(backend).recipe(RowRecipe.FAST).build().rotate(qHeads, real));
        nothingWritten.argument("a table has rows of whole positions",
                () -> builder(backend).table(10).realCoordinates().build().rotate(qHeads, real));
        nothingWritten.argument("FAST with real coordinates",
                () -> builder(backend).recipe(RowRecipe.FAST).realCoordinates().build());
        RotaryPlan good = builder(backend).realCoordinates().build();
        good.rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM), real);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void coordinatesAreNumbers(Backend backend) {
        Rope rope = Rope.of(DIM, 10_000).axes(AxisMap.sectioned(2, 3, 3));
        RotaryPlan exact = builder(backend).realCoordinates().build();
        RotaryPlan model = RotaryPlan.builder(rope.angles(AngleMode.HF_FLOAT32), HeadShape.of(DIM, DType.F32))
                .backend(backend).build();
        for (RotaryPlan plan : List.of(exact, model)) {
            for (float bad : new float[]{Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0x1p32f,
                    -0x1p32f}) {
                Positions positions = Positions.coordinates(3, 0, 1, 2, 3, 4, bad, 6, 7, 8);
                nothingWritten.refuses(IndexOutOfBoundsException.class,
                        List.of("token 2", "axis 1", "got " + (double) bad, "wanted "),
                        () -> plan.rotate(qHeads, kHeads, positions));
            }
        }
    }

    /** [tokens][axes] reaches further than tokens: its last id lies in the last head. */
    @ParameterizedTest
    @MethodSource("backends")
    void idsBetweenHeadsAreRefused(Backend backend) {
        RotaryPlan plan = builder(backend).build();
        MemorySegment memory = filled(DType.F32, 300);
        memory.asSlice(0, 4 * 60).fill((byte) 0);
        Refusal.Guard guard = Refusal.of(memory);
        Heads heads = Heads.of(memory, DType.F32, TOKENS, 2, DIM).at(40);
        MemorySegment ids = memory.asSlice(0, 4 * 60);
        Positions far = new Positions(Positions.Kind.I32, 0, ids, 3, 0, TOKENS, 20, 1, 0);
        guard.argument("overlap", () -> plan.rotate(heads, far));
        guard.argument("overlap", () -> plan.rotate(heads, new Positions(Positions.Kind.I32, 0, ids, 3, 0, TOKENS, 1,
                20, 0)));
        plan.rotate(heads, new Positions(Positions.Kind.I32, 0, ids, 3, 0, TOKENS, 18, 1, 0));
    }
}
