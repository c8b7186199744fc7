package dev.sextant.additive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.AdditivePlan;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.SeededCases;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Laws that hold for sinusoids whatever their numbers. Catches a sine taken for a cosine, and frequencies of another wave. */
@Tag("parity")
class AdditiveLawsTest {

    private static final int WIDTH = 64;

    private static float[] row(Sinusoidal sinusoid, long position) {
        float[] row = new float[WIDTH];
        AdditivePlan.of(sinusoid, DType.F32).fill(Rows.of(row, 1, WIDTH), Positions.from(position));
        return row;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int c = 0; c < a.length; c++) {
            sum += (double) a[c] * b[c];
        }
        return sum;
    }

    /** {@code [sin((p+d)w), cos((p+d)w)] = Rot(dw) [sin pw, cos pw]}: a step of d is the same rotation everywhere. */
    @Test
    void aStepIsARotation() {
        SeededCases.run(AdditiveLawsTest.class, 100, random -> {
            long p = random.nextLong(-1_000_000, 1_000_000);
            long d = random.nextLong(-5000, 5000);
            float[] at = row(Sinusoidal.vaswani(WIDTH), p);
            float[] step = row(Sinusoidal.vaswani(WIDTH), d);
            float[] there = row(Sinusoidal.vaswani(WIDTH), p + d);
            for (int k = 0; k < WIDTH; k += 2) {
                assertEquals((double) at[k] * step[k + 1] + (double) at[k + 1] * step[k], there[k], 3e-7);
                assertEquals((double) at[k + 1] * step[k + 1] - (double) at[k] * step[k], there[k + 1], 3e-7);
            }
        });
    }

    @Test
    void dotProductsDependOnTheDistanceOnly() {
        SeededCases.run(AdditiveLawsTest.class, 100, random -> {
            Sinusoidal sinusoid = random.nextBoolean() ? Sinusoidal.marian(WIDTH) : Sinusoidal.musicGen(WIDTH);
            long p = random.nextLong(-1_000_000, 1_000_000);
            long d = random.nextLong(-5000, 5000);
            assertEquals(dot(row(sinusoid, 0), row(sinusoid, d)), dot(row(sinusoid, p), row(sinusoid, p + d)), 1e-5);
            assertEquals(WIDTH / 2.0, dot(row(sinusoid, p), row(sinusoid, p)), 1e-5);
        });
    }

    @Test
    void everyPositionHasItsOwnRow() {
        int length = 1000;
        float[] rows = new float[length * WIDTH];
        AdditivePlan.of(Sinusoidal.vaswani(WIDTH), DType.F32).fill(Rows.of(rows, length, WIDTH), Positions.from(0));
        double least = Double.MAX_VALUE;
        for (int p = 0; p < length; p++) {
            for (int q = 0; q < p; q++) {
                double square = 0;
                for (int c = 0; c < WIDTH; c++) {
                    double difference = rows[p * WIDTH + c] - rows[q * WIDTH + c];
                    square += difference * difference;
                }
                least = Math.min(least, square);
            }
        }
        assertTrue(least > 0.5, "two rows are only " + Math.sqrt(least) + " apart");
    }

    @Test
    void negativePositionsMirror() {
        float[] there = row(Sinusoidal.conformer(WIDTH), 77);
        float[] back = row(Sinusoidal.conformer(WIDTH), -77);
        for (int k = 0; k < WIDTH; k += 2) {
            assertEquals(-there[k], back[k]);
            assertEquals(there[k + 1], back[k + 1]);
        }
    }
}
