package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What engines got wrong about each rule, one test a trap. */
class FrequencyTrapsTest {

    private static final double[] PLAIN = new GeometricFrequencies(10_000).inverse(128, Rounding.NONE);

    private static double[] exact(Frequencies rule, int dim) {
        return rule.inverse(dim, Rounding.NONE);
    }

    @Test
    void ntkKeepsTheFastestPairAndDividesTheSlowest() {
        double[] f = exact(new NtkFrequencies(10_000, 8), 128);
        assertEquals(1, f[0]);
        assertEquals(PLAIN[63] / 8, f[63], 1e-15);
        assertEquals(11158839.92507748, new NtkFrequencies(10_000, 1000).scaledBase(128), 1e-8);
    }

    @Test
    void dynamicIsPlainWithinTheTrainedContext() {
        DynamicNtkScaling rule = new DynamicNtkScaling(10_000, 2, 4096);
        for (long length : new long[]{1, 4095, 4096}) {
            assertArrayEquals(PLAIN, exact(rule.at(length), 128), "length " + length);
        }
        assertTrue(exact(rule.at(4097), 128)[63] < PLAIN[63], "one token more and it scales");
        assertEquals(PLAIN[63] / 3, exact(rule.at(8192), 128)[63], 1e-15, "2 * 2 - 1");
    }

    private static final List<Double> SHORT = List.of(1.0, 2.0);
    private static final List<Double> LONG = List.of(3.0, 4.0);

    @Test
    void longRopeIsShortAtExactlyTheOriginalContext() {
        LongRopeScaling rule = new LongRopeScaling(10_000, SHORT, LONG, 4096, 1.19);
        assertEquals(new DividedFrequencies(10_000, SHORT, 1.19), rule.at(4096));
        assertEquals(new DividedFrequencies(10_000, LONG, 1.19), rule.at(4097));
        assertEquals(1.1902380714238083, LongRopeScaling.magnitude(32, 4096));
        assertEquals(1, LongRopeScaling.magnitude(0.5, 4096));
    }

    @Test
    void yarnMagnitudes() {
        assertEquals(1.2079441541679836, YarnFrequencies.magnitude(8, 1));
        assertEquals(1.3465735902799727, YarnFrequencies.magnitude(32, 1));
        assertEquals(1, YarnFrequencies.magnitude(0.5, 1));
    }

    /** gpt-oss: the range 8.09 to 17.40 is not rounded, so pair 17 is not divided whole; rounded, it ends at 18. */
    @Test
    void yarnTruncates() {
        double[] plain = exact(new GeometricFrequencies(150_000), 64);
        double[] whole = exact(new YarnFrequencies(150_000, 32, 4096, 32, 1, true, 1), 64);
        double[] parts = exact(new YarnFrequencies(150_000, 32, 4096, 32, 1, false, 1), 64);
        assertEquals(plain[8], whole[8], "8 is the start of the ramp");
        assertEquals(plain[8], parts[8], "8 lies before 8.09");
        assertEquals(plain[18] / 32, whole[18], 1e-18, "18 is its end");
        assertEquals(plain[18] / 32, parts[18], 1e-18, "18 lies behind 17.40");
        assertTrue(parts[17] < whole[17] && parts[17] > plain[17] / 32);
        assertEquals(1 - (17 - 8.092779115512402) / (17.39802450158856 - 8.092779115512402),
                (parts[17] - plain[17] / 32) / (plain[17] - plain[17] / 32), 1e-12);
    }

    /** Kimi-K2: both ends at one turn; the range is that of one number, rounded outwards. */
    @Test
    void yarnStep() {
        double[] plain = exact(new GeometricFrequencies(50_000), 64);
        double[] f = exact(new YarnFrequencies(50_000, 32, 4096, 1, 1, true, 1), 64);
        long kept = IntStream.range(0, 32).filter(j -> f[j] == plain[j]).count();
        long divided = IntStream.range(0, 32).filter(j -> Math.abs(f[j] * 32 / plain[j] - 1) < 1e-12).count();
        assertEquals(32, kept + divided);
        assertEquals(20, kept);
    }

    /** Not partial rotary: exponents divide by the whole head, and the other pairs stand still. */
    @Test
    void proportionalStopsPairs() {
        double[] f = exact(new ProportionalFrequencies(1e6, 0.25, 1), 512);
        assertEquals(256, f.length);
        assertEquals(64, IntStream.range(0, 256).filter(j -> f[j] > 0).count());
        assertEquals(StrictMath.pow(1e6, -126.0 / 512), f[63], 1e-15);
        assertEquals(0, f[64]);
    }

    /** Llama 4 Scout: nothing lies between, so nothing divides by zero. */
    @Test
    void equalLlama3Factors() {
        for (double f : new Llama3Frequencies(500_000, 16, 1, 1, 8192).inverse(128, Rounding.FLOAT32)) {
            assertTrue(f > 0 && f <= 1, "frequency " + f);
        }
    }

    @Test
    void refusals() {
        List<Double> nan = List.of(1.0, Double.NaN);
        List<Executable> calls = List.of(
                () -> new NtkFrequencies(10_000, 0), () -> new NtkFrequencies(1, 2),
                () -> new NtkFrequencies(10_000, 2).scaledBase(2),
                () -> new DynamicNtkScaling(10_000, 2, 0), () -> new DynamicNtkScaling(10_000, -1, 1),
                () -> new DynamicNtkScaling(10_000, 2, 10).at(0),
                () -> new LongRopeScaling(10_000, SHORT, nan, 4096, 1),
                () -> new LongRopeScaling(10_000, SHORT, List.of(1.0), 4096, 1),
                () -> new LongRopeScaling(10_000, SHORT, LONG, 4096, Double.POSITIVE_INFINITY),
                () -> new LongRopeScaling(10_000, SHORT, LONG, 0, 1),
                () -> new LongRopeScaling(10_000, SHORT, LONG, 9, 1).at(0),
                () -> new DividedFrequencies(10_000, SHORT, 0), () -> new DividedFrequencies(10_000, nan, 1),
                () -> new DividedFrequencies(10_000, SHORT, 1).inverse(6, Rounding.NONE),
                () -> new DividedFrequencies(10_000, Collections.nCopies(2, 0.0), 1),
                () -> new YarnFrequencies(10_000, 4, 4096, 0, 1, true, 1),
                () -> new YarnFrequencies(10_000, 0, 4096, 32, 1, true, 1),
                () -> new YarnFrequencies(10_000, 4, 0.5, 32, 1, true, 1),
                () -> new YarnFrequencies(10_000, 4, 4096, 32, 1, true, 0),
                () -> new YarnFrequencies(10_000, 4, Double.POSITIVE_INFINITY, 32, 1, true, 1),
                () -> new ProportionalFrequencies(10_000, 0, 1), () -> new ProportionalFrequencies(10_000, 1.1, 1));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
