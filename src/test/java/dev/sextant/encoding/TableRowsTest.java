package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sextant.testkit.SeededCases;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Rows that are tables: learned mixtures, learned two-axis frequencies, and the ones whose pairs have two angles. */
class TableRowsTest {

    private static float[] floats(java.util.SplittableRandom random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (random.nextDouble() * 2 - 1);
        }
        return values;
    }

    /** With the frequencies of the axial form the mixed form is the axial form. */
    @Test
    void mixedAxesHoldTheAxialOnes() {
        Rope axial = VisionRope.ropeVitAxial(16);
        double[] f = axial.frequencies().inverse(16, Rounding.FLOAT32);
        float[] ofColumn = new float[8];
        float[] ofRow = new float[8];
        for (int j = 0; j < 8; j++) {
            (axial.axes().axis(j) == 1 ? ofColumn : ofRow)[j] = (float) f[j];
        }
        PatchGrid grid = PatchGrid.image(5, 7);
        int[] ids = grid.raster();
        PairRows rows = MixedAxes.rows(ofColumn, ofRow, ids);
        assertEquals(35, rows.rows());
        assertEquals(8, rows.pairs());
        for (int t = 0; t < 35; t++) {
            for (int j = 0; j < 8; j++) {
                float angle = (float) (ids[axial.axes().axis(j) * 35 + t] * f[j]);
                assertEquals((float) StrictMath.cos(angle), rows.cos(t, j), "token " + t + ", pair " + j);
                assertEquals((float) StrictMath.sin(angle), rows.sin(t, j), "token " + t + ", pair " + j);
            }
        }
    }

    private static final int CASES = 100;

    @Test
    void mixedAxesAddTheAngles() {
        SeededCases.run(TableRowsTest.class, CASES, random -> {
            int pairs = random.nextInt(1, 9);
            int tokens = random.nextInt(1, 9);
            float[] fx = floats(random, pairs);
            float[] fy = floats(random, pairs);
            float[] at = floats(random, 2 * tokens);
            PairRows rows = MixedAxes.rows(fx, fy, at);
            for (int t = 0; t < tokens; t++) {
                for (int j = 0; j < pairs; j++) {
                    double angle = (double) at[tokens + t] * fx[j] + (double) at[t] * fy[j];
                    assertEquals(Math.cos(angle), rows.cos(t, j), 3e-7);
                    assertEquals(Math.sin(angle), rows.sin(t, j), 3e-7);
                }
            }
        });
    }

    /** Slowest kept frequency: one whole turn within 512 positions and no less. */
    @Test
    void fopeKeepsWhatCompletesATurn() {
        float[] kept = Fope.kept(10_000, 64, 512);
        double[] all = new GeometricFrequencies(10_000).inverse(64, Rounding.FLOAT32);
        assertEquals(16, kept.length);
        assertEquals(all[15], kept[15]);
        assertEquals(true, 512 * kept[15] > 2 * Math.PI && 512 * all[16] <= 2 * Math.PI);
        assertEquals(0, Fope.kept(10_000, 64, 1).length);
        assertEquals(32, Fope.kept(10_000, 64, 1 << 20).length);
    }

    /** With unit matrices it is RoPE where it has outputs, and its padding beyond: the paper's turns, vLLM's stands still. */
    @Test
    void fopeWithUnitMatricesIsRope() {
        float[] f = Fope.kept(10_000, 16, 512);
        float[] unit = new float[f.length * f.length];
        for (int i = 0; i < f.length; i++) {
            unit[i * f.length + i] = 1;
        }
        assertEquals(4, f.length);
        for (Fope.Padding padding : Fope.Padding.values()) {
            PairRows rows = Fope.rows(16, f, unit, unit, padding, 0, 1, 300);
            for (int t = 0; t < 3; t++) {
                for (int j = 0; j < 4; j++) {
                    float angle = new float[]{0, 1, 300}[t] * f[j];
                    assertEquals((float) StrictMath.cos(angle), rows.cos(t, j));
                    assertEquals((float) StrictMath.sin(angle), rows.sin(t, j));
                }
                for (int j = 4; j < 8; j++) {
                    assertEquals(1f, rows.cos(t, j));
                    assertEquals(padding == Fope.Padding.PAPER ? 1f : 0f, rows.sin(t, j));
                }
            }
        }
    }

    @Test
    void fopeMixes() {
        SeededCases.run(TableRowsTest.class, CASES, random -> {
            int inputs = random.nextInt(1, 9);
            int outputs = random.nextInt(0, 9);
            float[] f = floats(random, inputs);
            float[] c = floats(random, inputs * outputs);
            float[] s = floats(random, inputs * outputs);
            long position = random.nextInt(1000);
            PairRows rows = Fope.rows(16, f, c, s, Fope.Padding.PAPER, position);
            for (int d = 0; d < outputs; d++) {
                double cos = 0;
                double sin = 0;
                for (int k = 0; k < inputs; k++) {
                    cos += Math.cos((float) position * f[k]) * c[k * outputs + d];
                    sin += Math.sin((float) position * f[k]) * s[k * outputs + d];
                }
                assertEquals(cos, rows.cos(0, d), 2e-6, "output " + d);
                assertEquals(sin, rows.sin(0, d), 2e-6, "output " + d);
            }
        });
    }

    /** Text has equal ids on every axis: then every element of a pair has one angle, that of plain RoPE. */
    @Test
    void sectionedElementsAreRopeForText() {
        Rope rope = Rope.of(16, 10_000).angles(AngleMode.HF_FLOAT32);
        int[] ids = {0, 5, 900, 0, 5, 900, 0, 5, 900, 0, 5, 900};
        ElementRows rows = ElementRows.sectioned(rope, new int[]{2, 2, 2, 2}, ids);
        double[] f = rope.frequencies().inverse(16, Rounding.FLOAT32);
        for (int t = 0; t < 3; t++) {
            for (int e = 0; e < 16; e++) {
                float angle = (float) (ids[t] * f[e % 8]);
                assertEquals((float) StrictMath.cos(angle), rows.cos(t, e), "row " + t + ", element " + e);
                assertEquals((float) StrictMath.sin(angle), rows.sin(t, e), "row " + t + ", element " + e);
            }
        }
    }

    /** In an image the two elements of a pair follow different axes: element 1 the first, element 9 the third. */
    @Test
    void sectionedElementsAreNoRotationForImages() {
        Rope rope = Rope.of(16, 10_000);
        ElementRows rows = ElementRows.sectioned(rope, new int[]{2, 2, 2, 2}, 10, 20, 30, 40);
        double[] f = rope.frequencies().inverse(16, Rounding.NONE);
        int[] axisOfElement = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
        for (int e = 0; e < 16; e++) {
            assertEquals(Math.cos(10 * (axisOfElement[e] + 1) * f[e % 8]), rows.cos(0, e), 1e-7, "element " + e);
        }
        assertNotEquals(rows.cos(0, 1), rows.cos(0, 9));
    }

    @Test
    void pairsSaidElementByElement() {
        PairRows pairs = Fope.rows(8, new float[]{1, 0.5f}, new float[]{1, 0, 0, 1}, new float[]{1, 0, 0, 1},
                Fope.Padding.STILL, 3, 7);
        ElementRows half = ElementRows.of(PairLayout.HALF_SPLIT, pairs);
        ElementRows woven = ElementRows.of(PairLayout.INTERLEAVED, pairs);
        assertEquals(8, half.rotaryDim());
        for (int t = 0; t < 2; t++) {
            for (int j = 0; j < 4; j++) {
                for (int e : new int[]{j, j + 4}) {
                    assertEquals(pairs.cos(t, j), half.cos(t, e));
                    assertEquals(pairs.sin(t, j), half.sin(t, e));
                }
                for (int e : new int[]{2 * j, 2 * j + 1}) {
                    assertEquals(pairs.cos(t, j), woven.cos(t, e));
                    assertEquals(pairs.sin(t, j), woven.sin(t, e));
                }
            }
        }
        assertArrayEquals(half.cos(), ElementRows.of(PairLayout.HALF_SPLIT, 8, half.cos(), half.sin()).cos());
    }

    @Test
    void nothingGivenOutIsShared() {
        float[] cos = {1, 2, 3, 4};
        ElementRows rows = ElementRows.of(PairLayout.HALF_SPLIT, 4, cos, cos);
        Arrays.fill(cos, 9);
        rows.cos()[0] = 9;
        rows.sin()[0] = 9;
        assertEquals(1f, rows.cos(0, 0));
        assertEquals(4f, rows.sin(0, 3));
        PairRows pairs = Fope.rows(2, new float[]{1}, new float[]{1}, new float[]{1}, Fope.Padding.PAPER, 0);
        pairs.cos()[0] = 9;
        assertEquals(1f, pairs.cos(0, 0));
        assertNotSame(pairs.sin(), pairs.sin());
    }

    @Test
    void vJepaWidths() {
        assertEquals(60, VJepa2.rotaryDim(64));
        assertEquals(6, VJepa2.rotaryDim(6));
        assertEquals(78, VJepa2.rotaryDim(80));
        assertEquals(0, VJepa2.rows(64).rows());
    }

    @Test
    void refusals() {
        float[] two = {1, 2};
        Rope rope = Rope.of(16, 10_000);
        PairRows pairs = MixedAxes.rows(two, two, 1, 1);
        List<Executable> calls = List.of(
                () -> MixedAxes.rows(two, new float[]{1}, 1, 1), () -> MixedAxes.rows(new float[0], new float[0], 1, 1),
                () -> MixedAxes.rows(two, two, 1, 1, 1), () -> MixedAxes.rows(two, two, Float.MAX_VALUE, 3e38f),
                () -> Fope.kept(10_000, 63, 512), () -> Fope.kept(10_000, 64, 0), () -> Fope.kept(0.5, 64, 512),
                () -> Fope.rows(7, two, two, two, Fope.Padding.PAPER, 0),
                () -> Fope.rows(8, two, two, new float[4], Fope.Padding.PAPER, 0),
                () -> Fope.rows(8, two, new float[3], new float[3], Fope.Padding.PAPER, 0),
                () -> Fope.rows(2, two, new float[4], new float[4], Fope.Padding.PAPER, 0),
                () -> Fope.rows(8, new float[0], new float[0], new float[0], Fope.Padding.PAPER, 0),
                () -> ElementRows.of(PairLayout.HALF_SPLIT_BY_AXIS, 2, two, two),
                () -> ElementRows.of(PairLayout.INTERLEAVED_IN_HALF_OUT, pairs),
                () -> ElementRows.of(PairLayout.HALF_SPLIT, 3, new float[3], new float[3]),
                () -> ElementRows.of(PairLayout.HALF_SPLIT, 2, two, new float[4]),
                () -> ElementRows.of(PairLayout.HALF_SPLIT, 4, two, two),
                () -> ElementRows.sectioned(rope, new int[]{2, 2, 2}, 1, 1, 1),
                () -> ElementRows.sectioned(rope, new int[]{2, 2, 2, 2}, 1, 1, 1),
                () -> VJepa2.rows(5, 1, 1, 1), () -> VJepa2.rows(64, 1, 1));
        for (int i : IntStream.range(0, calls.size()).toArray()) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
        assertThrows(IndexOutOfBoundsException.class, () -> pairs.cos(1, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> pairs.sin(0, 2));
    }
}
