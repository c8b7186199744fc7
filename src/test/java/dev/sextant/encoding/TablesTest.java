package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Worked numbers of learned tables: which row is read, how tables are resized, decomposed, disturbed and compressed. */
class TablesTest {

    private static final float[] LINE = {1, 3, 2, 5};

    private static void line(TableResize rule, int to, double... wanted) {
        float[] got = rule.rows(LINE, 1, 0, to);
        assertEquals(wanted.length, got.length);
        for (int i = 0; i < got.length; i++) {
            assertEquals(wanted[i], got[i], 2e-6, rule + " at " + i);
        }
    }

    /** Figures of torch's interpolate. */
    @Test
    void resizingALine() {
        line(TableResize.cubic(), 6, .8263891, 2.09375, 2.9780092, 1.917824, 3.40625, 5.2604165);
        line(TableResize.cubic().corners(), 6, 1, 2.332, 2.944, 1.936, 3.056, 5);
        line(TableResize.cubic().smooth(), 6, .8684214, 2, 2.960648, 1.9699075, 3.529412, 5.1973686);
        line(TableResize.cubic().scale(1.6, 0), 6, .81433105, 1.94036865, 3.0244751, 2.06072998, 2.76629639,
                4.84820557);
        line(TableResize.cubic(), 3, 1.3043983, 2.40625, 4.552085);
        line(TableResize.cubic().smooth(), 3, 1.5514873, 2.4647987, 4.2013736);
        line(TableResize.linear(), 6, 1, 2, 2.8333333, 2.1666667, 3.5, 5);
        line(TableResize.linear(), 3, 1.3333333, 2.5, 4.5);
        line(TableResize.linear().smooth(), 3, 1.6, 2.5, 4.1);
        line(TableResize.linear().corners(), 1, 1);
    }

    @Test
    void resizingAGrid() {
        float[] got = TableResize.cubic().grid(new float[]{1, 2, 3, 5}, 1, 0, 2, 2, 3, 3);
        double[] wanted = {.74711883, 1.28298628, 1.81885409, 1.8697921, 2.75, 3.63020825, 2.99246526, 4.21701384,
                5.44156313};
        for (int i = 0; i < wanted.length; i++) {
            assertEquals(wanted[i], got[i], 2e-6);
        }
    }

    /** A grid turned on its side has as many rows, and is no identity. */
    @Test
    void onlyEqualSizesAreLeftAlone() {
        float[] table = {7, 8, 1, 2, 3, 4, 5, 6};
        assertArrayEquals(table, TableResize.cubic().grid(table, 1, 2, 2, 3, 2, 3));
        float[] turned = TableResize.cubic().grid(table, 1, 2, 2, 3, 3, 2);
        assertEquals(7, turned[0]);
        assertEquals(8, turned[1]);
        assertNotEquals(2, turned[3]);
        assertNotEquals(table[2], TableResize.dino(2, 3, 2, 3).grid(table, 1, 2, 2, 3, 2, 3)[2]);
    }

    @Test
    void resizingRefusesWhatNoReferenceDefines() {
        assertThrows(IllegalArgumentException.class, () -> TableResize.cubic().smooth().corners());
        assertThrows(IllegalArgumentException.class, () -> TableResize.cubic().scale(2, 2).corners());
        assertThrows(IllegalArgumentException.class, () -> TableResize.cubic().scale(-1, 2));
        assertThrows(IllegalArgumentException.class, () -> TableResize.cubic().rows(LINE, 3, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> TableResize.cubic().grid(LINE, 1, 0, 2, 3, 2, 2));
        assertThrows(IllegalArgumentException.class, () -> TableResize.cubic().rows(LINE, 1, 0, 0));
    }

    @Test
    void rowsOfFamilies() {
        boolean[] left = {false, false, true, true, true};
        assertArrayEquals(new int[]{1, 1, 2, 3, 4}, LearnedPositions.opt(20).rows(left, 5, 0));
        assertArrayEquals(new int[]{1, 1, 2, 3, 1}, LearnedPositions.roberta(514, 1)
                .rows(new boolean[]{false, false, true, true, false}, 5, 0));
        assertArrayEquals(new int[]{2, 3, 4, 5, 6}, LearnedPositions.bart(20).rows(left, 5, 0));
        assertArrayEquals(new int[]{3, 4, 5, 6, 7}, LearnedPositions.bert(20).rows(left, 5, 3));
        assertArrayEquals(new int[]{0, 0, 1, 2, 2}, LearnedPositions.prophetNet(3, 0).rows(left, 5, 0));
        assertEquals(512, LearnedPositions.roberta(514, 1).positions());
        assertEquals(2050, LearnedPositions.opt(2048).rows());
        LearnedPositions skipped = new LearnedPositions(9, 0, PositionIds.NO_POSITION, TooLong.ERROR);
        assertArrayEquals(new int[]{PositionIds.NO_POSITION, PositionIds.NO_POSITION, 0, 1, 2},
                skipped.rows(left, 5, 0));
    }

    @Test
    void tooLongNamesTokenPositionAndBound() {
        boolean[] all = {true, true, true};
        IndexOutOfBoundsException thrown = assertThrows(IndexOutOfBoundsException.class,
                () -> LearnedPositions.opt(10).rows(all, 3, 8));
        assertTrue(thrown.getMessage().contains("token 2: got 8 + 2, wanted at most 9"), thrown.getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> LearnedPositions.opt(10).rows(all, 3, Long.MAX_VALUE));
        assertArrayEquals(new int[]{10, 11, 11},
                LearnedPositions.opt(10).tooLong(TooLong.CLAMP).rows(all, 3, 8));
        assertArrayEquals(new int[]{11, 11, 11},
                LearnedPositions.opt(10).tooLong(TooLong.CLAMP).rows(all, 3, Long.MAX_VALUE));
        assertThrows(IndexOutOfBoundsException.class, () -> LearnedPositions.bert(10).row(10));
        assertThrows(IndexOutOfBoundsException.class, () -> LearnedPositions.prophetNet(10, 0).row(-1));
        assertEquals(9, LearnedPositions.prophetNet(10, 0).row(1L << 40));
    }

    @Test
    void stretchedTablesKeepTheRowsBeforeTheFirst() {
        LearnedPositions rule = LearnedPositions.bart(4).tooLong(TooLong.RESIZE);
        float[] table = {8, 9, 1, 3, 2, 5};
        assertEquals(8, rule.forLength(6).rows());
        assertArrayEquals(new float[]{8, 9, 1, 2, 2.8333333f, 2.1666667f, 3.5f, 5}, rule.table(table, 1, 6), 1e-6f);
        assertArrayEquals(table, rule.table(table, 1, 4));
        assertThrows(IllegalArgumentException.class, () -> LearnedPositions.bart(4).forLength(5));
    }

    /** alpha 0.4; learned positions stay, the ninth of three rows is reached. */
    @Test
    void hierarchicalDecomposition() {
        float[] e = {1, 2, 3, 5, 4, 0};
        HierarchicalPositions rule = HierarchicalPositions.standard();
        float[] u = rule.table(e, 2);
        long[] all = LongStream.range(0, 9).toArray();
        long[][] ids = CoordinateIds.blocks(all, 3);
        double[][] sums = new double[9][2];
        for (int p = 0; p < 9; p++) {
            for (int d = 0; d < 2; d++) {
                sums[p][d] = rule.outer() * u[(int) ids[0][p] * 2 + d] + rule.inner() * u[(int) ids[1][p] * 2 + d];
            }
        }
        for (int i = 0; i < 6; i++) {
            assertEquals(e[i], sums[i / 2][i % 2], 1e-6);
        }
        assertArrayEquals(new double[]{2.3333333, 4}, sums[3], 1e-6);
        assertArrayEquals(new double[]{4.3333333, 7}, sums[4], 1e-6);
        assertArrayEquals(new double[]{6, -1.3333333}, sums[8], 1e-6);
        assertEquals(512 * 512, rule.positions(512));
        assertThrows(IllegalArgumentException.class, () -> new HierarchicalPositions(0.5));
    }

    @Test
    void bilevelSegmentsAndPlaces() {
        int[][] ids = PositionIds.segments(new int[]{5, 6, 869, 7, 13, 8, 9}, t -> t == 869 || t == 13, 1023);
        assertArrayEquals(new int[]{0, 0, 0, 1, 1, 2, 2}, ids[0]);
        assertArrayEquals(new int[]{0, 1, 2, 0, 1, 0, 1}, ids[1]);
    }

    @Test
    void boxesWindowsAndChunks() {
        int[][] box = CoordinateIds.boxes(new int[]{1, 2, 30, 40, 0, 0, 1000, 1000}, 1000);
        assertArrayEquals(new int[][]{{1, 0}, {2, 0}, {30, 1000}, {40, 1000}, {38, 1000}, {29, 1000}}, box);
        assertThrows(IllegalArgumentException.class, () -> CoordinateIds.boxes(new int[]{1, 2, 30, 1001}, 1000));
        assertThrows(IllegalArgumentException.class, () -> CoordinateIds.boxes(new int[]{5, 2, 4, 3}, 1000));
        assertThrows(IllegalArgumentException.class, () -> CoordinateIds.blocks(new long[]{-1}, 3));
        assertArrayEquals(new int[]{0, 1, 2, 0, 1}, CoordinateIds.windowed(5, 3));
        ChunkedSequence chunks = new ChunkedSequence(10, 4, 1);
        assertEquals(3, chunks.chunks());
        assertArrayEquals(new int[]{3, 4, 5, 6}, chunks.ids(1, ChunkedSequence.Numbering.GLOBAL));
        assertArrayEquals(new int[]{0, 1, 2, 3}, chunks.ids(2, ChunkedSequence.Numbering.RESTART));
        assertArrayEquals(new int[]{3, 3, 3, 3}, chunks.ids(2, ChunkedSequence.Numbering.CLAMP));
        assertEquals(10, chunks.end(2));
        assertEquals(0, new ChunkedSequence(0, 4, 1).chunks());
        assertEquals(1, new ChunkedSequence(4, 4, 3).chunks());
        assertEquals(2, new ChunkedSequence(5, 4, 3).chunks());
        assertThrows(IllegalArgumentException.class, () -> new ChunkedSequence(5, 4, 4));
    }

    @Test
    void normalisedPositions() {
        assertArrayEquals(new float[]{0, .25f, .5f, .75f, 1}, NormalisedPositions.unit(5));
        assertArrayEquals(new float[]{0}, NormalisedPositions.unit(1));
        assertArrayEquals(new float[]{0, .5f, 1, 1.5f}, NormalisedPositions.interpolated(4, 2));
        assertArrayEquals(new float[]{0, 1}, NormalisedPositions.interpolated(2, 4));
        assertArrayEquals(new float[]{-1.5f, -.5f, .5f, 1.5f}, NormalisedPositions.centred(4));
        assertArrayEquals(new float[]{0, .6931472f, 1.0986123f}, NormalisedPositions.logarithmic(3));
    }

    @Test
    void noiseIsReplayedAndStaysInItsBounds() {
        PositionNoise noise = new PositionNoise(20261);
        assertArrayEquals(noise.subset(100, 1000, 7), new PositionNoise(20261).subset(100, 1000, 7));
        assertTrue(!Arrays.equals(noise.subset(100, 1000, 7), noise.subset(100, 1000, 8)));
        assertTrue(!Arrays.equals(noise.subset(100, 1000, 7), new PositionNoise(20262).subset(100, 1000, 7)));
        int[] count = new int[20];
        for (long step = 0; step < 4000; step++) {
            int[] subset = noise.subset(5, 20, step);
            for (int i = 0; i < 5; i++) {
                count[subset[i]]++;
                assertTrue(i == 0 || subset[i] > subset[i - 1]);
            }
            long[] moved = noise.shifted(3, 10, step);
            assertTrue(moved[0] >= 0 && moved[0] <= 10 && moved[2] == moved[0] + 2);
        }
        for (int each : count) {
            assertEquals(1000, each, 130, "every position is as likely as another");
        }
        assertArrayEquals(IntStream.range(0, 9).toArray(), noise.subset(9, 9, 1));
        assertThrows(IllegalArgumentException.class, () -> noise.subset(10, 9, 1));
    }

    @Test
    void capeMovesWithinItsBoundsAndKeepsOrder() {
        PositionNoise noise = new PositionNoise(1);
        float[] positions = {0, 1, 2, 3, 4, 5, 6, 7};
        for (long step = 0; step < 500; step++) {
            float[] moved = noise.cape(positions, 5, 0.5, 1.1, step);
            for (int t = 0; t < moved.length; t++) {
                double low = Math.min((t - 5.5) / 1.1, (t - 5.5) * 1.1);
                double high = Math.max((t + 5.5) / 1.1, (t + 5.5) * 1.1);
                assertTrue(moved[t] >= low - 1e-5 && moved[t] <= high + 1e-5, () -> Arrays.toString(moved));
                assertTrue(t == 0 || moved[t] >= moved[t - 1], () -> Arrays.toString(moved));
            }
        }
        assertArrayEquals(positions, noise.cape(positions, 0, 0, 1, 3));
        long[] ids = LongStream.range(0, 10_000).toArray();
        long gone = Arrays.stream(noise.dropped(ids, 0.25, 4)).filter(i -> i == PositionIds.NO_POSITION).count();
        assertEquals(2500, gone, 200);
        assertArrayEquals(ids, noise.dropped(ids, 0, 4));
    }

    @Test
    void compressedTablesStateTheirError() {
        SplittableRandom random = new SplittableRandom(11);
        float[] waves = new float[64 * 50];
        float[] wide = new float[waves.length];
        for (int i = 0; i < waves.length; i++) {
            waves[i] = (float) Math.sin(random.nextDouble() * 100);
            wide[i] = (float) (random.nextDouble() - 0.5) * (1 + i / 64);
        }
        assertError(CompressedTable.f16(waves), waves, 64, 0x1p-12);
        assertError(CompressedTable.bf16(waves), waves, 64, 0x1p-9);
        assertError(CompressedTable.int8Waves(waves), waves, 64, 1 / 254.0 + 1e-7);
        assertError(CompressedTable.int8(wide), wide, 64, 25 / 254.0 + 1e-5);
        CompressedTable rows = CompressedTable.int8PerRow(wide, 64);
        assertError(rows, wide, 64, 25 / 254.0 + 1e-5);
        assertTrue(Math.abs(rows.bytes()[0] * rows.scales()[0] - wide[0]) <= 0.5 / 254 + 1e-7,
                "a row has its own scale");
        assertThrows(IllegalArgumentException.class, () -> CompressedTable.f16(new float[]{1e6f}));
        assertThrows(IllegalArgumentException.class, () -> CompressedTable.int8(new float[]{Float.NaN}));
        assertThrows(IllegalArgumentException.class, () -> CompressedTable.int8Waves(new float[]{1.5f}));
        assertEquals(0, CompressedTable.int8(new float[4]).maxError());
    }

    private static void assertError(CompressedTable table, float[] was, int dim, double bound) {
        double worst = 0;
        for (int i = 0; i < was.length; i++) {
            double is;
            if (table.bytes().length > 0) {
                is = table.bytes()[i] * table.scales()[table.scales().length == 1 ? 0 : i / dim];
            } else {
                double f16 = Float.float16ToFloat(table.halves()[i]);
                double bf16 = Float.intBitsToFloat(table.halves()[i] << 16);
                is = Math.abs(f16 - was[i]) < Math.abs(bf16 - was[i]) ? f16 : bf16;
            }
            worst = Math.max(worst, Math.abs(is - was[i]));
        }
        assertEquals(worst, table.maxError(), "the error is the measured one");
        assertTrue(worst > 0 && worst <= bound, () -> table.maxError() + " of " + bound);
    }

    @Test
    void coarseAndFineTablesStayWithinTheirBound() {
        double[] frequencies = new GeometricFrequencies(10_000).inverse(128, Rounding.NONE);
        CoarseFineTable table = new CoarseFineTable(frequencies, 256, 512);
        float[] cos = new float[64];
        float[] sin = new float[64];
        double worst = 0;
        for (long p = 0; p < table.positions(); p += 17) {
            table.row(p, cos, sin);
            for (int j = 0; j < 64; j++) {
                worst = Math.max(worst, Math.abs(cos[j] - StrictMath.cos(p * frequencies[j])));
                worst = Math.max(worst, Math.abs(sin[j] - StrictMath.sin(p * frequencies[j])));
            }
        }
        assertEquals(131_072, table.positions());
        assertEquals(4 * 128 * 768, table.bytes());
        double seen = worst;
        assertTrue(worst <= CoarseFineTable.MAX_ERROR && worst > 6e-8, () -> seen + "");
        assertThrows(IndexOutOfBoundsException.class, () -> table.row(131_072, cos, sin));
        assertThrows(IllegalArgumentException.class,
                () -> new CoarseFineTable(frequencies, 1 << 13, 1 << 12));
    }
}
