package dev.sextant.additive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.AdditivePlan;
import dev.sextant.Backend;
import dev.sextant.encoding.Additive;
import dev.sextant.encoding.FourierFeatures;
import dev.sextant.encoding.GivenWaves;
import dev.sextant.encoding.GridCoordinates;
import dev.sextant.encoding.GridSinusoidal;
import dev.sextant.encoding.GridSinusoidal.Order;
import dev.sextant.encoding.OddWidth;
import dev.sextant.encoding.ShiftedRule;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.encoding.VaswaniRule;
import dev.sextant.encoding.WaveLayout;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Numbers of the literature, eight digits each, on every backend. Catches a convention that is right but for its order. */
@Tag("goldens")
class WorkedExamplesTest {

    private static final float DIGITS = 6e-9f;

    private static void row(Additive encoding, double position, double... wanted) {
        rows(encoding, Positions.coordinates(1, position), wanted);
        if (position == Math.rint(position)) {
            for (Backend backend : Backends.all()) {
                float[] got = new float[wanted.length];
                AdditivePlan.builder(encoding, DType.F32).backend(backend).build()
                        .fill(Rows.of(got, 1, got.length), Positions.from((long) position));
                assertClose(wanted, got, encoding + " on " + backend);
            }
        }
    }

    private static void rows(Additive encoding, Positions positions, double... wanted) {
        for (Backend backend : Backends.all()) {
            float[] got = new float[wanted.length];
            AdditivePlan.builder(encoding, DType.F32).backend(backend).realCoordinates().build()
                    .fill(Rows.of(got, got.length / encoding.width(), encoding.width()), positions);
            assertClose(wanted, got, encoding + " on " + backend);
        }
    }

    /** Eight digits, and the rounding of a float. */
    private static void assertClose(double[] wanted, float[] got, String what) {
        for (int i = 0; i < wanted.length; i++) {
            assertEquals(wanted[i], got[i], DIGITS + Math.ulp((float) wanted[i]), what + ", column " + i);
        }
    }

    @Test
    void vaswaniOfWidth4() {
        row(Sinusoidal.vaswani(4), 0, 0, 1, 0, 1);
        row(Sinusoidal.vaswani(4), 1, .84147098, .54030231, .00999983, .99995000);
        row(Sinusoidal.vaswani(4), 2, .90929743, -.41614684, .01999867, .99980001);
    }

    @Test
    void vaswaniOfWidth6() {
        row(Sinusoidal.vaswani(6), 2, .90929743, -.41614684, .09269850, .99569422, .00430886, .99999072);
    }

    @Test
    void vaswaniOfAnOddWidthEndsInASine() {
        row(Sinusoidal.vaswani(5), 1, .84147098, .54030231, .02511622, .99968454, .00063096);
    }

    @Test
    void marianHasTheSameNumbersInHalves() {
        row(Sinusoidal.marian(6), 2, .90929743, .09269850, .00430886, -.41614684, .99569422, .99999072);
        row(Sinusoidal.marian(5), 1, .84147098, .02511622, .00063096, .54030231, .99968454);
    }

    @Test
    void fairseqReachesTheLastWavelength() {
        row(Sinusoidal.tensor2tensor(6), 2, .90929743, .01999867, .00020000, -.41614684, .99980001, .99999998);
        row(Sinusoidal.tensor2tensor(7), 1, .84147098, .00999983, .00010000, .54030231, .99995000, 1.0, 0);
        row(Sinusoidal.fairseq(6, 1), 2, .90929743, .01999867, .00020000, -.41614684, .99980001, .99999998);
        row(Sinusoidal.fairseq(6, 1), 1, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void ddpm() {
        row(Sinusoidal.ddpm(8), 10, -.54402111, .44767083, .02154268, .00100000, -.83907153, .89419843, .99976793,
                .99999950);
    }

    @Test
    void stableDiffusion() {
        row(Sinusoidal.stableDiffusion(8), 10, -.83907153, .54030231, .99500417, .99995000, -.54402111, .84147098,
                .09983342, .00999983);
    }

    /** The cheapest check that tells the two frequency rules apart: the first five sines of width 512 at position 1. */
    @Test
    void width512AtPosition1() {
        double[] vaswani = {.84147098, .82185619, .80196180, .78188711, .76172041};
        double[] endpoint = {.84147098, .82177865, .80180493, .78165023, .76140377};
        assertClose(vaswani, firstSines(Sinusoidal.marian(512)), "vaswani");
        assertClose(endpoint, firstSines(Sinusoidal.fairseq(512, 1).offset(0).zeroRow(-1)), "endpoint");
    }

    private static float[] firstSines(Sinusoidal sinusoid) {
        float[] row = new float[512];
        AdditivePlan.of(sinusoid, DType.F32).fill(Rows.of(row, 1, 512), Positions.from(1));
        return Arrays.copyOf(row, 5);
    }

    @Test
    void maeOfWidth8() {
        double[] other = {.841471, .01, .540302, .99995};
        Positions at = Positions.axes(2, 0, 1);
        for (Backend backend : Backends.all()) {
            float[] row = new float[8];
            AdditivePlan.builder(GridSinusoidal.mae(8, Order.ROW_FIRST), DType.F32).backend(backend).build()
                    .fill(Rows.of(row, 1, 8), at);
            assertArrayEquals(new float[]{0, 0, 1, 1}, Arrays.copyOf(row, 4), "the row is 0");
            for (int i = 0; i < 4; i++) {
                assertEquals(other[i], row[4 + i], 1e-6);
            }
            float[] swapped = new float[8];
            AdditivePlan.builder(GridSinusoidal.mae(8, Order.COLUMN_FIRST), DType.F32).backend(backend).build()
                    .fill(Rows.of(swapped, 1, 8), at);
            assertArrayEquals(new float[]{0, 0, 1, 1}, Arrays.copyOfRange(swapped, 4, 8), "the column stands first");
        }
    }

    /** Cell (0, 0) of 2 x 3. The reference class works in float32: its first number is 1.34e-6, the true one 1.57e-6. */
    @Test
    void detrOfASmallGrid() {
        boolean[] valid = new boolean[6];
        Arrays.fill(valid, true);
        float[] rows = new float[6 * 8];
        AdditivePlan.builder(GridSinusoidal.detr(4, 10_000, 10_000), DType.F32).realCoordinates().build().fill(
                Rows.of(rows, 6, 8), Positions.coordinates(2, GridCoordinates.normalised(valid, 3, 2 * Math.PI)));
        double[] wanted = {1.34e-6, -1, .03141075, .99950653, .86602575, -.49999943, .02094241, .99978065};
        for (int i = 0; i < wanted.length; i++) {
            assertEquals(wanted[i], rows[i], 2e-6, "channel " + i);
        }
    }

    @Test
    void detrCountsOnlyValidCells() {
        boolean[] valid = {true, true, false, true, true, false};
        assertArrayEquals(new double[]{1, 1, 0, 2, 2, 0, 1, 2, 2, 1, 2, 2}, GridCoordinates.cumulative(valid, 3));
    }

    @Test
    void gridsOfOtherSizes() {
        assertArrayEquals(new double[]{0, 0, .5, .5, 0, .5, 0, .5}, GridCoordinates.rescaled(2, 2, 2, 2));
        assertArrayEquals(new double[]{1, 1, 2, 2, 1, 2, 1, 2}, GridCoordinates.centred(2, 2, 4));
        assertArrayEquals(new double[]{-1, -1, 1, 1, -1, 1, -1, 1}, GridCoordinates.endToEnd(2, 2));
    }

    @Test
    void nerfHasItsCoordinatesFirst() {
        row(FourierFeatures.nerf(1, 2, false, true), 0.5, .5, Math.sin(.5), Math.cos(.5), Math.sin(1), Math.cos(1));
        row(FourierFeatures.nerf(1, 2, true, false), 0.25, Math.sin(Math.PI / 4), Math.cos(Math.PI / 4), 1, 0);
    }

    @Test
    void axesStandInsideEachFunctionOfNerfAndOutsideOfPerceiver() {
        Positions at = Positions.coordinates(2, 0.25, -0.5);
        double pi = Math.PI;
        rows(FourierFeatures.nerf(2, 2, false, false), at, Math.sin(.25), Math.sin(-.5), Math.cos(.25), Math.cos(-.5),
                Math.sin(.5), Math.sin(-1), Math.cos(.5), Math.cos(-1));
        rows(FourierFeatures.perceiver(2, false, 4, 6), at, Math.sin(pi / 4), Math.sin(pi / 2), Math.sin(-pi / 2),
                Math.sin(-1.5 * pi), Math.cos(pi / 4), 0, 0, 0);
    }

    @Test
    void gaussianFeaturesMixTheirAxes() {
        float[][] matrix = {{0.5f, -0.25f}, {0.125f, 1}};
        Positions at = Positions.coordinates(2, 0.5, -0.25);
        double a = 2 * Math.PI * (0.5 * 0.5 - 0.25 * 0.125);
        double b = 2 * Math.PI * (-0.25 * 0.5 - 0.25);
        rows(FourierFeatures.gaussian(matrix, WaveLayout.HALVES), at, Math.sin(a), Math.sin(b), Math.cos(a),
                Math.cos(b));
        rows(FourierFeatures.gaussian(matrix, WaveLayout.HALVES_FLIPPED), at, Math.cos(a), Math.cos(b), Math.sin(a),
                Math.sin(b));
    }

    /** The hours of a day: 6 o'clock is a quarter turn, and so it is after 1000 days. */
    @Test
    void periodsComeBack() {
        Sinusoidal day = Sinusoidal.of(4, WaveLayout.INTERLEAVED, GivenWaves.periods(24, 168), OddWidth.REFUSED);
        row(day, 6, 1, 0, Math.sin(2 * Math.PI / 28), Math.cos(2 * Math.PI / 28));
        rows(day, Positions.coordinates(1, 6 + 24_000d, 1.5), 1, 0, Math.sin(2 * Math.PI * 24_006 / 168),
                Math.cos(2 * Math.PI * 24_006 / 168), Math.sin(Math.PI / 8), Math.cos(Math.PI / 8),
                Math.sin(2 * Math.PI / 112), Math.cos(2 * Math.PI / 112));
    }

    /** Seconds since 1970 in a double are exact; in a float they are minutes off. */
    @Test
    void timestampsNeedDoubles() {
        double stamp = 1_790_000_123.25;
        double turn = stamp / 86_400 % 1 * 2 * Math.PI;
        Sinusoidal day = Sinusoidal.of(2, WaveLayout.HALVES, GivenWaves.periods(86_400), OddWidth.REFUSED);
        float[] row = new float[2];
        AdditivePlan.builder(day, DType.F32).realCoordinates().build().fill(Rows.of(row, 1, 2),
                Positions.coordinates(1, stamp));
        assertEquals(Math.sin(turn), row[0], 1e-7);
        assertEquals(Math.cos(turn), row[1], 1e-7);
    }

    @Test
    void negativePositionsFlipTheSines() {
        List<Double> sines = List.of(-.84147098, -.00999983);
        row(Sinusoidal.transformerXl(4), -1, sines.get(0), sines.get(1), .54030231, .99995000);
        assertArrayEquals(new int[]{2, 1, 0, -1, -2}, Sinusoidal.distances(2, -2));
    }

    @Test
    void scalesOffsetsAndMagnitudes() {
        row(Sinusoidal.of(2, WaveLayout.HALVES, new VaswaniRule(10), OddWidth.REFUSED).scale(1000), 0.25,
                Math.sin(250), Math.cos(250));
        row(Sinusoidal.vaswani(2).offset(2), 3, Math.sin(5), Math.cos(5));
        row(Sinusoidal.vaswani(2).magnitude(0.5), 3, (float) Math.sin(3) / 2, (float) Math.cos(3) / 2);
        row(Sinusoidal.of(3, WaveLayout.HALVES_FLIPPED, new ShiftedRule(100, 1), OddWidth.SINE), 1, Math.cos(1),
                Math.sin(1), Math.sin(.01));
    }
}
