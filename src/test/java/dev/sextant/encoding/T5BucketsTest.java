package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** T5's buckets: published thresholds, and the ways in which a bucket is one off. */
class T5BucketsTest {

    @Test
    void thresholdsOfTwoSides() {
        assertArrayEquals(new int[]{8, 12, 16, 23, 32, 46, 64, 91}, T5Buckets.t5(true).thresholds());
    }

    @Test
    void thresholdsOfOneSide() {
        assertArrayEquals(new int[]{16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113},
                T5Buckets.t5(false).thresholds());
    }

    @Test
    void rowOfTwoSides() {
        assertArrayEquals(
                new int[]{10, 10, 10, 10, 10, 9, 9, 9, 9, 8, 8, 8, 8, 7, 6, 5, 4, 3, 2, 1, 0, 17, 18, 19, 20, 21, 22,
                        23, 24, 24, 24, 24, 25, 25, 25, 25, 26, 26, 26, 26, 26},
                T5Buckets.t5(true).of(-20, 20));
        assertTrue(Arrays.stream(T5Buckets.t5(true).of(-300, 300)).noneMatch(b -> b == 16),
                "keys after the query begin at distance 1");
    }

    /** A logarithm that is one unit too low, as fast-math and GPU logarithms are, moves exactly these into the bucket before. */
    @Test
    void exactPowersBeginABucket() {
        T5Buckets buckets = T5Buckets.t5(true);
        for (int n : new int[]{16, 32, 64}) {
            assertEquals(buckets.of(-n, -n)[0], buckets.of(-n + 1, -n + 1)[0] + 1, "distance " + n);
        }
    }

    @Test
    void anEncoderReadWithOneSideLosesItsFuture() {
        assertArrayEquals(new int[5], T5Buckets.t5(false).of(0, 4));
        assertArrayEquals(new int[]{0, 17, 18, 19, 20}, T5Buckets.t5(true).of(0, 4));
    }

    /** The published chain in float32, the way models evaluate it, for many settings. */
    @Test
    void float32LogarithmsAgree() {
        for (int[] setting : new int[][]{{32, 128}, {64, 256}, {16, 64}, {320, 800}, {12, 40}}) {
            for (boolean twoSides : new boolean[]{true, false}) {
                T5Buckets buckets = new T5Buckets(twoSides, setting[0], setting[1]);
                int exact = buckets.side() / 2;
                int[] got = buckets.of(-2 * setting[1], 0);
                for (int n = 0; n <= 2 * setting[1]; n++) {
                    float part = (float) StrictMath.log((float) n / exact)
                            / (float) StrictMath.log((float) setting[1] / exact) * (buckets.side() - exact);
                    int wanted = n < exact ? n : Math.min(buckets.side() - 1, exact + (int) part);
                    assertEquals(wanted, got[2 * setting[1] - n], buckets + ", distance " + n);
                }
            }
        }
    }

    @Test
    void theBiasIsTheTableAtTheBucket() {
        float[] table = new float[32 * 2];
        for (int i = 0; i < table.length; i++) {
            table[i] = i;
        }
        T5Bias bias = T5Bias.of(T5Buckets.t5(false), 2, table);
        assertEquals(2 * 5 + 1, bias.bias(1, -5));
        assertEquals(1, bias.bias(1, 7), "the future has bucket 0");
        assertEquals(2 * 31, bias.bias(0, -1000));
        assertEquals(-113, bias.first());
        assertEquals(0, bias.last());
        assertEquals(91, T5Bias.of(T5Buckets.t5(true), 2, table).last());
        table[11] = 5;
        assertEquals(11, bias.bias(1, -5), "the table was copied");
    }

    @Test
    void refusals() {
        List<Executable> calls = List.of(
                () -> new T5Buckets(true, 3, 128), () -> new T5Buckets(false, 1, 128),
                () -> new T5Buckets(true, 32, 8), () -> new T5Buckets(true, 1 << 13, 1 << 20),
                () -> T5Bias.of(T5Buckets.t5(true), 2, new float[63]),
                () -> T5Bias.of(T5Buckets.t5(true), 0, new float[0]));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
        assertNotEquals(T5Bias.of(T5Buckets.t5(true), 1, new float[32]),
                T5Bias.of(T5Buckets.t5(false), 1, new float[32]));
    }
}
