package dev.sextant.additive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.AdditivePlan;
import dev.sextant.encoding.Additive;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.CompositeEncoding;
import dev.sextant.encoding.FourierFeatures;
import dev.sextant.encoding.GivenWaves;
import dev.sextant.encoding.GridCoordinates;
import dev.sextant.encoding.GridSinusoidal;
import dev.sextant.encoding.GridSinusoidal.Order;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.encoding.WaveLayout;
import dev.sextant.internal.form.AdditiveCatalogue;
import dev.sextant.internal.form.Catalogue;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Conventions give numbers of the same shape and size, so that nothing but these numbers tells a wrong one. Every pair of them is
 * told apart here, and those that are the same by right are named.
 */
@Tag("goldens")
class ConventionsTest {

    /** Same numbers under two names: a citation each. */
    private static final List<Set<String>> SAME = List.of(Set.of("vaswani", "conformer"),
            Set.of("marian", "ctrl", "transformer-xl"), Set.of("tensor2tensor", "whisper", "ddpm"));

    static Stream<Arguments> pairs() {
        List<AdditiveCatalogue.Line> lines = Catalogue.ADDITIVE.stream()
                .filter(line -> line.of(16).axes() == 1 && line.of(16).width() == 16).toList();
        List<Arguments> pairs = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            for (int j = 0; j < i; j++) {
                pairs.add(Arguments.of(lines.get(j), lines.get(i)));
            }
        }
        return pairs.stream();
    }

    @ParameterizedTest(name = "{0} is told from {1}")
    @MethodSource("pairs")
    void everyPair(AdditiveCatalogue.Line one, AdditiveCatalogue.Line other) {
        boolean same = SAME.stream().anyMatch(s -> s.contains(one.name()) && s.contains(other.name()));
        // where padding is a position, its row is what differs
        long position = Set.of(one.name(), other.name()).contains("fairseq") ? 1 : 3;
        float[] a = row(one.of(16), position);
        float[] b = row(other.of(16), position);
        if (same) {
            assertArrayEquals(a, b);
        } else {
            assertTrue(distance(a, b) > 1e-3, () -> "both give " + Arrays.toString(a));
        }
    }

    /** The rest of fairseq is tensor2tensor. */
    @Test
    void fairseqDiffersInTheRowOfPaddingOnly() {
        assertArrayEquals(new float[8], row(Sinusoidal.fairseq(8, 1), 1));
        assertArrayEquals(row(Sinusoidal.tensor2tensor(8), 2), row(Sinusoidal.fairseq(8, 1), 2));
        assertArrayEquals(new float[8], row(Sinusoidal.fairseq(8, 0), 0));
        assertArrayEquals(row(Sinusoidal.tensor2tensor(8), 1), row(Sinusoidal.fairseq(8, 0), 1));
    }

    /** Even widths hide them. */
    @Test
    void oddWidthsAreToldApart() {
        float[] vaswani = row(Sinusoidal.vaswani(7), 3);
        float[] marian = row(Sinusoidal.marian(7), 3);
        float[] endpoint = row(Sinusoidal.tensor2tensor(7), 3);
        float[] flipped = row(Sinusoidal.stableDiffusion(7), 3);
        assertNotEquals(0, vaswani[6]);
        assertEquals(vaswani[6], marian[3], "the fourth sine");
        assertEquals(0, endpoint[6]);
        assertEquals(0, flipped[6]);
        assertEquals(endpoint[0], flipped[3], "the first sine");
        // rounding k down to width/2 first is another rule than dividing by the odd width
        assertTrue(Math.abs(marian[1] - row(Sinusoidal.stableDiffusion(7), 3)[4]) > 1e-3);
    }

    @Test
    void offsetIsToldFromNone() {
        assertArrayEquals(row(Sinusoidal.vaswani(8), 5), row(Sinusoidal.vaswani(8).offset(2), 3));
        assertTrue(distance(row(Sinusoidal.vaswani(8), 3), row(Sinusoidal.vaswani(8).offset(2), 3)) > 1e-3);
        // an offset moves the position of the zero row, too
        assertArrayEquals(new float[8], row(Sinusoidal.vaswani(8).offset(2).zeroRow(5), 3));
    }

    @Test
    void scaleOfThePositionIsToldFromMagnitudeOfTheRow() {
        float[] plain = row(Sinusoidal.ddpm(8), 4);
        assertArrayEquals(plain, row(Sinusoidal.ddpm(8).scale(2), 2));
        float[] halved = row(Sinusoidal.ddpm(8).magnitude(0.5), 4);
        for (int i = 0; i < 8; i++) {
            assertEquals(plain[i] / 2, halved[i]);
        }
    }

    /** 2e-4 at position 4,095: what a checkpoint trained in float32 has seen. */
    @Test
    void float32AnglesAreToldFromExactOnes() {
        Sinusoidal exact = Sinusoidal.fairseq(512, 1);
        float[] a = row(exact, 4095);
        float[] b = row(exact.angles(AngleMode.HF_FLOAT32), 4095);
        assertTrue(distance(a, b) > 1e-5 && distance(a, b) < 1e-3, "off by " + distance(a, b));
        assertArrayEquals(row(exact, 0), row(exact.angles(AngleMode.HF_FLOAT32), 0));
    }

    @Test
    void rowFirstIsToldFromColumnFirst() {
        Positions at = Positions.axes(2, 1, 2);
        float[] row = row(GridSinusoidal.mae(8, Order.ROW_FIRST), at, false);
        float[] column = row(GridSinusoidal.mae(8, Order.COLUMN_FIRST), at, false);
        assertArrayEquals(Arrays.copyOf(row, 4), Arrays.copyOfRange(column, 4, 8));
        assertArrayEquals(Arrays.copyOfRange(row, 4, 8), Arrays.copyOf(column, 4));
        assertTrue(distance(row, column) > 1e-3);
    }

    @Test
    void detrIsToldFromMaeAndItsTwoCoordinatesFromEachOther() {
        Positions at = Positions.axes(2, 1, 2);
        float[] mae = row(GridSinusoidal.mae(8, Order.ROW_FIRST), at, false);
        float[] detr = row(GridSinusoidal.detr(4, 10_000, 10_000), at, false);
        assertTrue(distance(mae, detr) > 1e-3);
        assertEquals(mae[2], detr[1], "the first cosine");
        assertTrue(distance(detr, row(GridSinusoidal.detr(4, 20, 20), at, false)) > 1e-3, "DAB-DETR");
        boolean[] valid = {true, true, true, true};
        float[] counted = row(GridSinusoidal.detr(4, 10_000, 10_000),
                Positions.coordinates(2, GridCoordinates.cumulative(valid, 2)), true);
        float[] normalised = row(GridSinusoidal.detr(4, 10_000, 10_000),
                Positions.coordinates(2, GridCoordinates.normalised(valid, 2, 2 * Math.PI)), true);
        assertTrue(distance(counted, normalised) > 1e-3);
        assertEquals(Math.sin(1), counted[0], 1e-7, "the first cell is 1, not 0");
    }

    /** A third of the width an axis would be another model. */
    @Test
    void timeHasAQuarterOfAVideo() {
        float[] row = row(GridSinusoidal.video(16), Positions.axes(3, 5, 0, 0), false);
        assertTrue(row[0] != 0 && row[1] != 0, "two sines of time");
        assertArrayEquals(new float[]{0, 0, 0}, Arrays.copyOfRange(row, 4, 7), "then those of the column");
        float[] column = row(GridSinusoidal.video(16), Positions.axes(3, 0, 0, 5), false);
        assertTrue(column[4] != 0 && column[10] == 0, "the column stands before the row");
    }

    @Test
    void nerfsPiIsToldFromNone() {
        Positions at = Positions.coordinates(1, 0.3);
        assertTrue(distance(row(FourierFeatures.nerf(1, 4, true, true), at, true),
                row(FourierFeatures.nerf(1, 4, false, true), at, true)) > 1e-3);
    }

    @Test
    void byBandIsToldFromByAxis() {
        Positions at = Positions.coordinates(2, 0.3, 0.4);
        float[] nerf = row(FourierFeatures.nerf(2, 2, true, false), at, true);
        float[] perceiver = row(FourierFeatures.perceiver(2, false, 4, 4), at, true);
        assertEquals(nerf[0], perceiver[0], 1e-7);
        assertEquals(nerf[1], perceiver[2], 1e-7, "the first sine of the second axis");
        assertTrue(distance(nerf, perceiver) > 1e-3);
    }

    @Test
    void gaussianSinesFirstAreToldFromCosinesFirst() {
        float[][] matrix = {{0.3f, 0.7f}};
        Positions at = Positions.coordinates(1, 0.3);
        float[] sines = row(FourierFeatures.gaussian(matrix, WaveLayout.HALVES), at, true);
        float[] cosines = row(FourierFeatures.gaussian(matrix, WaveLayout.HALVES_FLIPPED), at, true);
        assertArrayEquals(Arrays.copyOf(sines, 2), Arrays.copyOfRange(cosines, 2, 4));
        assertTrue(distance(sines, cosines) > 1e-3);
    }

    @Test
    void addingIsToldFromMultiplyingAndReplacing() {
        AdditivePlan plan = AdditivePlan.of(Sinusoidal.vaswani(4), DType.F32);
        float[] added = {1, 2, 3, 4};
        float[] multiplied = added.clone();
        float[] replaced = added.clone();
        float[] wide = new float[8];
        plan.add(Rows.of(added, 1, 4), 1, Positions.from(1));
        plan.multiply(Rows.of(multiplied, 1, 4), Positions.from(1));
        plan.fill(Rows.of(replaced, 1, 4), Positions.from(1));
        plan.concatenate(Rows.of(new float[]{1, 2, 3, 4}, 1, 4), Rows.of(wide, 1, 8), Positions.from(1));
        float[] e = row(Sinusoidal.vaswani(4), 1);
        for (int i = 0; i < 4; i++) {
            assertEquals(i + 1 + e[i], added[i]);
            assertEquals((i + 1) * (1 + e[i]), multiplied[i]);
            assertEquals(e[i], replaced[i]);
            assertEquals(i + 1, wide[i]);
            assertEquals(e[i], wide[4 + i]);
        }
    }

    /** The first: sqrt(width) times the embedding, as fairseq's descendants; the second: nothing. */
    @Test
    void scaledEmbeddingsAreToldFromPlainOnes() {
        AdditivePlan plan = AdditivePlan.of(Sinusoidal.fairseq(4, 1), DType.F32);
        float[] x = {1, 2, 3, 4};
        plan.add(Rows.of(x, 1, 4), (float) Math.sqrt(4), Positions.from(2));
        float[] e = row(Sinusoidal.fairseq(4, 1), 2);
        for (int i = 0; i < 4; i++) {
            assertEquals(2 * (i + 1) + e[i], x[i]);
        }
    }

    @Test
    void learnedFrequenciesAreScannedAndClamped() {
        assertEquals(List.of(0.5, -3.0, 3.0), GivenWaves.learned(new float[]{0.5f, -7, 4}, 3).frequencies());
        String told = assertThrows(IllegalArgumentException.class,
                () -> GivenWaves.learned(new float[]{1, Float.NaN}, 3)).getMessage();
        assertEquals("learned frequency 1: got NaN, wanted a finite number", told);
        Sinusoidal backwards = Sinusoidal.marian(2).rule(GivenWaves.frequencies(-1));
        assertEquals(-row(Sinusoidal.marian(2), 5)[0], row(backwards, 5)[0]);
        assertEquals(row(Sinusoidal.marian(2), 5)[1], row(backwards, 5)[1]);
    }

    @Test
    void twoAbsoluteEncodingsAreWarnedOf() {
        Sinusoidal a = Sinusoidal.vaswani(8);
        assertEquals(List.of(), CompositeEncoding.of(a, Rope.of(8, 10_000)).warnings());
        List<String> warnings = CompositeEncoding.of(a, Rope.of(8, 10_000), Sinusoidal.marian(8)).warnings();
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().startsWith("embeddings: got 2 absolute encodings, wanted at most one"),
                warnings.getFirst());
        assertEquals(List.of(a, Sinusoidal.marian(8)), CompositeEncoding.of(a, Sinusoidal.marian(8)).additive());
        assertEquals(1, CompositeEncoding.of(Rope.of(8, 10_000), Rope.of(8, 500_000)).warnings().size());
    }

    private static double distance(float[] a, float[] b) {
        double most = 0;
        for (int i = 0; i < a.length; i++) {
            most = Math.max(most, Math.abs(a[i] - b[i]));
        }
        return most;
    }

    private static float[] row(Additive encoding, long position) {
        return row(encoding, Positions.from(position), false);
    }

    /** The first row. */
    private static float[] row(Additive encoding, Positions positions, boolean real) {
        var builder = AdditivePlan.builder(encoding, DType.F32);
        int rows = (int) Math.max(1, positions.count());
        float[] all = new float[rows * encoding.width()];
        (real ? builder.realCoordinates() : builder).build().fill(Rows.of(all, rows, encoding.width()), positions);
        return Arrays.copyOf(all, encoding.width());
    }
}
