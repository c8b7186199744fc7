package dev.sextant.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RotaryPlanBuilder;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.internal.java.Elements;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.Place;
import dev.sextant.testkit.RandomCases;
import dev.sextant.testkit.RotaryCase;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Rows written out: any type, stride and memory, cosines and sines apart or as columns of one table. Catches a row
 * kernel that differs from the rows the rotation uses, a second row that starts from a rounded phase, and a store past
 * the last pair.
 */
@Tag("parity")
class RowsParityTest {

    @Test
    void everyBackendGivesTheBitsOfJava() {
        SeededCases.run(RowsParityTest.class, 1000, random -> {
            RotaryCase any = RandomCases.withRows(random);
            compare(any, Sheet.random(random, any, any.tokens()),
                    RandomCases.ids(random, any, any.tokens()).bind());
        });
    }

    /** More rows than one critical call may make. */
    @Test
    void manyRowsToo() {
        SeededCases.run(RowsParityTest.class, 20, random -> {
            RotaryCase any = RandomCases.withRows(random);
            long rows = 20_000 / any.rope().rotaryDim() + 3;
            if (any.table() == 0) {
                compare(any, Sheet.random(random, any, rows), RandomCases.ids(random, any, rows).bind());
            }
        });
    }

    /** A table is the generated rows, row by row: 0 when anything in the two row kernels differs. */
    @Test
    void tableRowsAreGeneratedRows() {
        SeededCases.run(RowsParityTest.class, 300, random -> {
            RotaryCase any = RandomCases.withRows(random);
            for (Backend backend : Backends.all()) {
                RotaryPlanBuilder builder = RotaryPlan.builder(any.rope(), any.shape()).backend(backend)
                        .recipe(any.recipe()).rounding(any.rounding());
                RotaryPlan generated = builder.build();
                RotaryPlan table = builder.table(50).build();
                assertEquals(0, generated.capacity());
                assertEquals(50, table.capacity());
                Sheet sheet = Sheet.random(random, any, 9);
                for (long start : new long[]{0, 1, 41}) {
                    Bits.assertSame(sheet.write(generated, Positions.from(start)),
                            sheet.write(table, Positions.from(start)),
                            sheet.dtype, backend + ", table from " + start);
                }
            }
        });
    }

    /** Pair by pair, the row of several coordinates is that of the pair's own. */
    @Test
    void rowsOfSeveralAxesAreColumnsOfRowsOfOne() {
        SeededCases.run(RowsParityTest.class, 300, random -> {
            RotaryCase any = RandomCases.withRows(random);
            AxisMap axes = any.rope().axes();
            if (any.table() > 0 && any.table() < 5) {
                return; // fewer rows than positions
            }
            Positions ids = RandomCases.ids(random, any, 5).bind();
            if (ids.axes() == 1) {
                return;
            }
            for (Backend backend : Backends.all()) {
                float[][] got = rows(any.plan(backend), ids);
                RotaryPlan plain = any.withRope(any.rope().axes(AxisMap.text()).layout(PairLayout.HALF_SPLIT))
                        .plan(backend);
                for (int axis = 0; axis < axes.axes(); axis++) {
                    Positions own = new Positions(ids.kind(), 0, ids.ids(), 1,
                            ids.origin() + axis * ids.axisStride(), 5, ids.tokenStride(), 0, 0);
                    float[][] wanted = rows(plain, own);
                    for (int i = 0; i < wanted[0].length; i++) {
                        if (axes.axis(i % plain.pairs()) == axis) {
                            assertEquals(wanted[0][i], got[0][i], () -> backend + " cos, " + any);
                            assertEquals(wanted[1][i], got[1][i], () -> backend + " sin, " + any);
                        }
                    }
                }
            }
        });
    }

    private static float[][] rows(RotaryPlan plan, Positions positions) {
        float[][] rows = new float[2][5 * plan.pairs()];
        plan.rows(positions, Rows.of(rows[0], 5, plan.pairs()), Rows.of(rows[1], 5, plan.pairs()));
        return rows;
    }

    private static void compare(RotaryCase any, Sheet sheet, Positions positions) {
        MemorySegment wanted = sheet.write(any.plan(Backend.java()), positions);
        for (Backend backend : Backends.others()) {
            Bits.assertSame(wanted, sheet.write(any.plan(backend), positions), sheet.dtype,
                    backend + ", " + positions + ", rows " + sheet + " of " + any.shape() + " " + any.rope());
        }
    }

    /** Where rows go: both halves in one buffer, at most {@code gap} elements unused after each. */
    private record Sheet(DType dtype, Place place, long rows, int pairs, int origin, int gap, boolean columns) {

        static Sheet random(SplittableRandom random, RotaryCase any, long rows) {
            return new Sheet(DType.values()[random.nextInt(3)], Place.values()[random.nextInt(3)], rows,
                    any.rope().rotaryDim() / 2, random.nextInt(4), random.nextInt(4), random.nextBoolean());
        }

        MemorySegment write(RotaryPlan plan, Positions positions) {
            long stride = (columns ? 2L : 1L) * (pairs + gap);
            long half = columns ? pairs + gap : rows * stride;
            MemorySegment memory = place.allocate(dtype, origin + 2 * rows * (pairs + gap) + 3);
            Bits.fill(memory, dtype, new SplittableRandom(7), false);
            plan.rows(positions, new Rows(memory, dtype, origin, rows, pairs, stride),
                    new Rows(memory, dtype, origin + half, rows, pairs, stride));
            return memory;
        }
    }

    /** A plan over the caller's rows uses them as they are, whatever they hold. */
    @Test
    void givenRowsAreTaken() {
        float[] cos = {1, 2, Float.NaN, -0f, 0.5f, Float.MIN_VALUE};
        float[] sin = {0, -3, 1, Float.POSITIVE_INFINITY, 0.25f, -1};
        for (Backend backend : Backends.all()) {
            RotaryPlan plan = RotaryPlan.ofTable(Rows.of(cos, 2, 3), Rows.of(sin, 2, 3),
                    PairLayout.INTERLEAVED, HeadShape.of(6, DType.F32), backend);
            float[] c = new float[6];
            float[] s = new float[6];
            plan.rows(Positions.from(0), Rows.of(c, 2, 3), Rows.of(s, 2, 3));
            Bits.assertSame(MemorySegment.ofArray(cos), MemorySegment.ofArray(c), DType.F32, backend + " cos");
            Bits.assertSame(MemorySegment.ofArray(sin), MemorySegment.ofArray(s), DType.F32, backend + " sin");
        }
    }

    /** Memory that was never set is full of NaNs with every bit on: rounding must not carry one into a number. */
    @Test
    void aTablesNansStayNans() {
        float[] cos = new float[3];
        int[] bits = {0xffffffff, 0x7fffffff, 0x7f800001};
        for (int j = 0; j < 3; j++) {
            cos[j] = Float.intBitsToFloat(bits[j]);
        }
        for (Backend backend : Backends.all()) {
            for (DType dtype : DType.values()) {
                RotaryPlan plan = RotaryPlan.ofTable(Rows.of(cos, 1, 3), Rows.of(cos, 1, 3), PairLayout.HALF_SPLIT,
                        HeadShape.of(6, dtype), backend);
                MemorySegment rows = MemorySegment.ofArray(new float[3]);
                plan.rows(Positions.from(0), new Rows(rows, dtype, 0, 1, 3, 3),
                        new Rows(MemorySegment.ofArray(new float[3]), dtype, 0, 1, 3, 3));
                MemorySegment q = MemorySegment.ofArray(new float[6]);
                plan.rotate(Heads.of(q, dtype, 1, 1, 6), Positions.from(0));
                for (int j = 0; j < 3; j++) {
                    assertTrue(Float.isNaN(Elements.load(rows, dtype, j)), backend + " row " + j + " " + dtype);
                    assertTrue(Float.isNaN(Elements.load(q, dtype, j)), backend + " head " + j + " " + dtype);
                }
            }
        }
    }
}
