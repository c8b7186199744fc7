package dev.sextant.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RowRecipe;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.Layouts;
import dev.sextant.testkit.SeededCases;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Laws of a rotation that need no oracle. Catch what equal bits cannot: all backends wrong in the same way, a sign, a
 * pair layout, a position off by one.
 */
@Tag("parity")
class LawsTest {

    private static final int DIM = 128;

    private static float[] numbers(SplittableRandom random, int count) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) (random.nextDouble() - 0.5);
        }
        return x;
    }

    private static RotaryPlan plan(Backend backend, PairLayout layout) {
        return RotaryPlan.builder(Rope.of(DIM, 10_000).layout(layout), HeadShape.of(DIM, DType.F32)).backend(backend)
                .build();
    }

    private static float[] rotated(RotaryPlan plan, float[] x, long position) {
        float[] y = x.clone();
        plan.rotate(Heads.of(y, 1, x.length / plan.shape().dim(), plan.shape().dim()), Positions.from(position));
        return y;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Test
    void normsAreKept() {
        everywhere((plan, x, position) -> {
            float[] y = rotated(plan, x, position);
            assertEquals(1, Math.sqrt(dot(y, y) / dot(x, x)), 4e-7, "norm");
        });
    }

    @Test
    void inverseUndoes() {
        everywhere((plan, x, position) -> {
            float[] back = rotated(plan.inverse(), rotated(plan, x, position), position);
            float[] mirrored = rotated(plan, rotated(plan, x, position), -position);
            for (int i = 0; i < x.length; i++) {
                assertEquals(x[i], back[i], 4e-7, "inverse, element " + i);
                assertEquals(x[i], mirrored[i], 4e-7, "negative position, element " + i);
            }
        });
    }

    @Test
    void positionZeroIsTheIdentity() {
        for (RowRecipe recipe : RowRecipe.values()) {
            for (Backend backend : Backends.all()) {
                RotaryPlan plan = RotaryPlan.builder(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.F32))
                        .backend(backend)
                        .recipe(recipe).build();
                SeededCases.run(LawsTest.class, 20, random -> {
                    float[] x = numbers(random, DIM);
                    x[3] = Float.MIN_VALUE;
                    x[70] = Float.MAX_VALUE;
                    float[] y = rotated(plan, x, 0);
                    for (int i = 0; i < DIM; i++) {
                        assertEquals(Float.floatToRawIntBits(x[i]), Float.floatToRawIntBits(y[i]),
                                plan + ", element " + i);
                    }
                });
            }
        }
    }

    /** The score of a query and a key depends on how far apart they are, not on where they are. */
    @Test
    void scoresDependOnDistanceOnly() {
        for (Backend backend : Backends.all()) {
            RotaryPlan plan = plan(backend, PairLayout.HALF_SPLIT);
            SeededCases.run(LawsTest.class, 50, random -> {
                float[] q = numbers(random, DIM);
                float[] k = numbers(random, DIM);
                long distance = random.nextLong(-4000, 4000);
                double wanted = dot(rotated(plan, q, 5000), rotated(plan, k, 5000 + distance));
                for (long p : new long[]{0, 1, 77_777, 1L << 31, -123_456}) {
                    assertEquals(wanted, dot(rotated(plan, q, p), rotated(plan, k, p + distance)), 1e-5, "at " + p);
                }
            });
        }
    }

    /** Two turns in a row are one turn by the sum. */
    @Test
    void rotationsAddUp() {
        everywhere((plan, x, position) -> {
            float[] twice = rotated(plan, rotated(plan, x, 1234), position);
            float[] once = rotated(plan, x, position + 1234);
            for (int i = 0; i < x.length; i++) {
                assertEquals(once[i], twice[i], 5e-7, "element " + i);
            }
        });
    }

    @Test
    void bothLayoutsAreOnePermutation() {
        for (Backend backend : Backends.all()) {
            SeededCases.run(LawsTest.class, 50, random -> {
                float[] half = numbers(random, DIM);
                float[] pairs = new float[DIM];
                for (int j = 0; j < DIM / 2; j++) {
                    pairs[2 * j] = half[j];
                    pairs[2 * j + 1] = half[j + DIM / 2];
                }
                long position = random.nextLong(1L << 32);
                float[] y = rotated(plan(backend, PairLayout.HALF_SPLIT), half, position);
                float[] z = rotated(plan(backend, PairLayout.INTERLEAVED), pairs, position);
                for (int j = 0; j < DIM / 2; j++) {
                    assertEquals(y[j], z[2 * j], "pair " + j);
                    assertEquals(y[j + DIM / 2], z[2 * j + 1], "pair " + j);
                }
            });
        }
    }

    /** What lies outside the slice is kept bit for bit, NaN payloads included, in place and out of place. */
    @Test
    void theRestOfAHeadIsUntouched() {
        for (Backend backend : Backends.all()) {
            for (PairLayout layout : Layouts.IN_PLACE) {
                RotaryPlan plan = RotaryPlan
                        .builder(Rope.of(20, 10_000).layout(layout), HeadShape.of(61, DType.F32).rotaryAt(7))
                        .backend(backend).build();
                SeededCases.run(LawsTest.class, 20, random -> {
                    float[] x = new float[61 * 6];
                    for (int i = 0; i < x.length; i++) {
                        x[i] = Float.intBitsToFloat(random.nextInt());
                    }
                    float[] out = numbers(random, x.length);
                    Heads in = Heads.of(x, 2, 3, 61);
                    plan.rotate(in, Heads.of(out, 2, 3, 61), null, null, Positions.from(random.nextLong(1000)));
                    float[] same = x.clone();
                    plan.rotate(Heads.of(same, 2, 3, 61), Positions.from(9));
                    for (int i = 0; i < x.length; i++) {
                        if (i % 61 < 7 || i % 61 >= 27) {
                            String where = plan + ", element " + i;
                            int bits = Float.floatToRawIntBits(x[i]);
                            assertEquals(bits, Float.floatToRawIntBits(out[i]), where + " out of place");
                            assertEquals(bits, Float.floatToRawIntBits(same[i]), where + " in place");
                        }
                    }
                });
            }
        }
    }

    /** FAST stays within its promise of ACCURATE. */
    @Test
    void fastRowsAreClose() {
        RotaryPlan accurate = RotaryPlan.of(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.F32));
        RotaryPlan fast = RotaryPlan.builder(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.F32)).recipe(RowRecipe.FAST)
                .build();
        SeededCases.run(LawsTest.class, 500, random -> {
            float[][] rows = new float[4][DIM / 2];
            Positions at = Positions.from(random.nextLong(-(1L << 32) + 1, 1L << 32));
            accurate.rows(at, Rows.of(rows[0], 1, DIM / 2), Rows.of(rows[1], 1, DIM / 2));
            fast.rows(at, Rows.of(rows[2], 1, DIM / 2), Rows.of(rows[3], 1, DIM / 2));
            for (int j = 0; j < DIM / 2; j++) {
                // the accurate value is itself up to half a unit, 3e-8, off
                assertTrue(Math.abs((double) rows[0][j] - rows[2][j]) <= 1.3e-7,
                        "cos of pair " + j + " at " + at.start());
                assertTrue(Math.abs((double) rows[1][j] - rows[3][j]) <= 1.3e-7,
                        "sin of pair " + j + " at " + at.start());
            }
        });
    }

    private interface Law { void check(RotaryPlan plan, float[] x, long position); }

    private static void everywhere(Law law) {
        for (Backend backend : Backends.all()) {
            for (PairLayout layout : Layouts.IN_PLACE) {
                RotaryPlan plan = plan(backend, layout);
                SeededCases.run(LawsTest.class, 50,
                        random -> law.check(plan, numbers(random, DIM), random.nextLong(-(1L << 31), 1L << 31)));
            }
        }
    }
}
