package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sextant.testkit.SeededCases;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Image rotations that no reference file has, and the rules they are made of. */
class VisionRopeTest {

    private static double[] frequencies(Rope rope) {
        return rope.frequencies().inverse(rope.rotaryDim(), Rounding.NONE);
    }

    private static final int CASES = 200;

    /** Whatever the map: the k-th pair of an axis has the k-th frequency of a rule as wide as that axis. */
    @Test
    void axialStartsAnewOnEveryAxis() {
        SeededCases.run(VisionRopeTest.class, CASES, random -> {
            int axes = random.nextInt(2, 5);
            int pairs = random.nextInt(1, 40);
            int[] axisOfPair = random.ints(pairs, 0, axes).toArray();
            int[] count = new int[axes];
            for (int axis : axisOfPair) {
                count[axis]++;
            }
            Frequencies rule = random.nextBoolean() ? new GeometricFrequencies(100) : new PixelFrequencies(10);
            double[] got = new AxialFrequencies(rule, AxisMap.of(axes, axisOfPair)).inverse(2 * pairs,
                    Rounding.FLOAT32);
            int[] seen = new int[axes];
            for (int j = 0; j < pairs; j++) {
                int axis = axisOfPair[j];
                assertEquals(rule.inverse(2 * count[axis], Rounding.FLOAT32)[seen[axis]++], got[j], "pair " + j);
            }
        });
    }

    @Test
    void fluxHasAxesOfTheirOwnWidths() {
        Rope flux = VisionRope.flux();
        assertEquals(128, flux.rotaryDim());
        assertEquals(AngleMode.EXACT, flux.angles());
        assertEquals(PairLayout.INTERLEAVED, flux.layout());
        double[] f = frequencies(flux);
        assertEquals(1, f[0]);
        assertEquals(StrictMath.pow(10_000, -2.0 / 16), f[1], 1e-16);
        assertEquals(1, f[8], "rows start at 16 elements");
        assertEquals(StrictMath.pow(10_000, -54.0 / 56), f[35], 1e-16);
        assertEquals(1, f[36], "columns start at 72 elements");
        assertEquals(2, flux.axes().axis(63));
    }

    @Test
    void miniMaxLeavesTheRestOfTheHead() {
        Rope rope = VisionRope.miniMaxM3(80);
        assertEquals(78, rope.rotaryDim(), "3 * 2 * ((80 / 3) / 2)");
        assertEquals(3, rope.axes().axes());
        double[] f = frequencies(rope);
        assertEquals(1, f[13]);
        assertEquals(StrictMath.pow(10_000, -24.0 / 26), f[38], 1e-16);
        assertEquals(60, VisionRope.miniMaxM3(64).rotaryDim());
    }

    /** The two towers differ in base and in which axis is first. */
    @Test
    void evaIsRowsFirstAndRopeVitColumnsFirst() {
        Rope eva = VisionRope.eva02(64);
        Rope vit = VisionRope.ropeVitAxial(64);
        assertEquals(0, eva.axes().axis(0));
        assertEquals(1, vit.axes().axis(0));
        assertEquals(StrictMath.pow(10_000, -30.0 / 32), frequencies(eva)[15], 1e-16);
        assertEquals(StrictMath.pow(100, -60.0 / 64), frequencies(vit)[15], 1e-16);
        assertNotEquals(eva, VisionRope.sam2(64));
    }

    @Test
    void pixtralDealsFrequenciesInTurn() {
        double[] whole = new GeometricFrequencies(10_000).inverse(64, Rounding.NONE);
        double[] got = frequencies(VisionRope.pixtral(64, 10_000));
        for (int k = 0; k < 16; k++) {
            assertEquals(whole[2 * k], got[k], "row " + k);
            assertEquals(whole[2 * k + 1], got[16 + k], "column " + k);
        }
    }

    /** Figures of the published formula in float32, in another language. */
    @Test
    void periods() {
        double[] f = new PeriodFrequencies(0.5, 90).inverse(32, Rounding.FLOAT32);
        double[][] wanted = {{0, 2.0}, {1, 1.4147460460662842}, {7, 0.1772431582212448}, {8, 0.12537701427936554},
                {15, 0.011111111380159855}};
        for (double[] pair : wanted) {
            assertEquals(pair[1], f[(int) pair[0]], 1.2e-6 * pair[1], "pair " + (int) pair[0]);
        }
        double[] exact = frequencies(VisionRope.dinov3(64, 0.5, 90));
        assertEquals(1 / 0.5, exact[0], 1e-15);
        assertEquals(1 / 90.0, exact[15], 1e-17);
        assertEquals(1 / 90.0, exact[31], 1e-17, "again on the other axis");
        assertArrayEquals(new double[]{2}, new PeriodFrequencies(0.5, 90).inverse(2, Rounding.NONE), 1e-15);
    }

    @Test
    void pixels() {
        double[] f = new PixelFrequencies(10).inverse(32, Rounding.FLOAT32);
        double[][] wanted = {{0, 3.1415927410125732}, {1, 3.9793508052825928}, {7, 9.005898475646973},
                {8, 9.843657493591309}, {15, 15.707963943481445}};
        for (double[] pair : wanted) {
            assertEquals(pair[1], f[(int) pair[0]], 6e-7 * pair[1], "pair " + (int) pair[0]);
        }
        Rope rope = VisionRope.pixel(3, 20, 10);
        assertEquals(60, rope.rotaryDim());
        assertEquals(StrictMath.PI, frequencies(rope)[20], 1e-15, "the third axis starts anew");
        assertArrayEquals(new double[]{0.5, 0.5}, new ConstantFrequencies(0.5).inverse(4, Rounding.FLOAT32));
    }

    @Test
    void refusals() {
        AxisMap two = AxisMap.axial(4, 0, 1);
        Frequencies plain = new GeometricFrequencies(100);
        List<Executable> calls = List.of(
                () -> VisionRope.qwenVl(82), () -> VisionRope.sam2(0), () -> VisionRope.kimi(2),
                () -> VisionRope.dinov3(66, 100), () -> VisionRope.dinov3(64, 2, 1), () -> VisionRope.miniMaxM3(5),
                () -> VisionRope.flux(10_000, 16, 55, 57), () -> VisionRope.flux(10_000, 16, 0),
                () -> VisionRope.pixel(1, 20, 10), () -> VisionRope.pixel(9, 2, 10), () -> VisionRope.pixel(2, 3, 10),
                () -> new AxialFrequencies(plain, AxisMap.text()), () -> new StridedFrequencies(plain, AxisMap.text()),
                () -> new AxialFrequencies(plain, two).inverse(14, Rounding.NONE),
                () -> new StridedFrequencies(plain, two).inverse(18, Rounding.NONE),
                () -> new StridedFrequencies(plain, AxisMap.sectioned(3, 4)),
                () -> new PixelFrequencies(1), () -> new PixelFrequencies(1e6), () -> new PeriodFrequencies(0, 1),
                () -> new PeriodFrequencies(2, 1), () -> new PeriodFrequencies(1, Double.POSITIVE_INFINITY),
                () -> new ConstantFrequencies(-1), () -> new ConstantFrequencies(Double.NaN));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
