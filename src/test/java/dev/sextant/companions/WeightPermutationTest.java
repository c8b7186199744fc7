package dev.sextant.companions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.WeightPermutation;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Catches the wrong direction, a half taken of the head instead of the slice, rows lost in a cycle, the wrong head count. */
class WeightPermutationTest {

    private static final PairLayout HALF = PairLayout.HALF_SPLIT;
    private static final PairLayout INTERLEAVED = PairLayout.INTERLEAVED;

    private static MemorySegment numbered(int elements) {
        return MemorySegment.ofArray(IntStream.range(0, elements).toArray());
    }

    private static int[] ints(MemorySegment memory) {
        return memory.toArray(ValueLayout.JAVA_INT_UNALIGNED);
    }

    @Test
    void rowsOfAHead() {
        int[] toInterleaved = {0, 3, 1, 4, 2, 5};
        int[] toHalf = {0, 2, 4, 1, 3, 5};
        WeightPermutation there = WeightPermutation.of(1, 6, HALF, INTERLEAVED);
        assertArrayEquals(toInterleaved, IntStream.range(0, 6).map(there::source).toArray());
        assertArrayEquals(toHalf, IntStream.range(0, 6).map(there.inverse()::source).toArray());
        WeightPermutation partial = WeightPermutation.of(1, 8, 2, 4, HALF, INTERLEAVED);
        assertArrayEquals(new int[]{0, 1, 2, 4, 3, 5, 6, 7}, IntStream.range(0, 8).map(partial::source).toArray());
        WeightPermutation same = WeightPermutation.of(1, 6, HALF, HALF);
        assertArrayEquals(IntStream.range(0, 6).toArray(), IntStream.range(0, 6).map(same::source).toArray());
    }

    /**
     * llama.cpp's conversion: rows seen as (heads, 2, dim/2), the two middle axes swapped, so that row (h, i, j) goes to
     * h * dim + 2j + i; and, for partial rotation the other way, even rows first, then odd ones.
     */
    @Test
    void asLlamaCppConverts() {
        int heads = 3;
        int dim = 10;
        MemorySegment got = numbered(heads * dim);
        WeightPermutation.of(heads, dim, HALF, INTERLEAVED).permute(got, 4);
        int[] wanted = new int[heads * dim];
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < dim / 2; j++) {
                    wanted[(h * (dim / 2) + j) * 2 + i] = (h * 2 + i) * (dim / 2) + j;
                }
            }
        }
        assertArrayEquals(wanted, ints(got));
        MemorySegment glm = numbered(heads * dim);
        WeightPermutation.of(heads, dim, 0, 6, INTERLEAVED, HALF).permute(glm, 4);
        assertArrayEquals(new int[]{10, 12, 14, 11, 13, 15, 16, 17, 18, 19},
                IntStream.of(ints(glm)).skip(10).limit(10).toArray());
    }

    private static WeightPermutation random(SplittableRandom random) {
        int rotary = 2 + 2 * random.nextInt(34);
        int offset = random.nextInt(3);
        int dim = offset + rotary + random.nextInt(3);
        PairLayout from = random.nextBoolean() ? HALF : INTERLEAVED;
        PairLayout other = from == HALF ? INTERLEAVED : HALF;
        return new WeightPermutation(1 + random.nextInt(3), dim, offset, rotary, dim + random.nextInt(3), from,
                random.nextInt(8) == 0 ? from : other);
    }

    /** Any shape and any size of a row; both ways of calling agree, every row arrives once, rows between heads stay. */
    @Test
    void thereAndBackIsTheIdentity() {
        SeededCases.run(WeightPermutationTest.class, 200, random -> {
            WeightPermutation there = random(random);
            int rowBytes = 1 + random.nextInt(9);
            byte[] rows = new byte[there.heads() * there.headStride() * rowBytes];
            random.nextBytes(rows);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = random.nextBoolean()
                        ? MemorySegment.ofArray(rows.clone())
                        : arena.allocate(rows.length).copyFrom(MemorySegment.ofArray(rows));
                MemorySegment out = MemorySegment.ofArray(rows.clone());
                there.permute(memory, out, rowBytes);
                assertArrayEquals(rows, memory.toArray(ValueLayout.JAVA_BYTE), "only read");
                there.permute(memory, rowBytes);
                assertEquals(-1, memory.mismatch(out), there.toString());
                for (int h = 0; h < there.heads(); h++) {
                    for (int row = 0; row < there.headStride(); row++) {
                        int source = row < there.headDim() ? there.source(row) : row;
                        for (int b = 0; b < rowBytes; b++) {
                            assertEquals(rows[(h * there.headStride() + source) * rowBytes + b], memory.get(
                                    ValueLayout.JAVA_BYTE, ((long) h * there.headStride() + row) * rowBytes + b));
                        }
                    }
                }
                there.inverse().permute(memory, rowBytes);
                assertArrayEquals(rows, memory.toArray(ValueLayout.JAVA_BYTE), there.toString());
            }
        });
    }

    /** What the permutation is for: permuted weights under the other layout give the same scores, biases and norms included. */
    @Test
    void scoresStay() {
        SeededCases.run(WeightPermutationTest.class, 30, random -> {
            int rotary = 2 + 2 * random.nextInt(4);
            int offset = random.nextInt(3);
            int dim = offset + rotary + random.nextInt(3);
            int width = 5;
            int kvHeads = 1 + random.nextInt(2);
            int heads = kvHeads * 2;
            PairLayout from = random.nextBoolean() ? HALF : INTERLEAVED;
            PairLayout to = from == HALF ? INTERLEAVED : HALF;
            float[][] weights = {floats(random, heads * dim * width), floats(random, heads * dim), floats(random, dim),
                    floats(random, kvHeads * dim * width), floats(random, kvHeads * dim), floats(random, dim)};
            float[] x = floats(random, 2 * width);
            float[] before = scores(weights, x, heads, kvHeads, dim, offset, rotary, from);
            int[] counts = {heads, heads, 1, kvHeads, kvHeads, 1};
            for (int w = 0; w < weights.length; w++) {
                WeightPermutation.of(counts[w], dim, offset, rotary, from, to)
                        .permute(MemorySegment.ofArray(weights[w]), w % 3 == 0 ? width * 4L : 4);
            }
            float[] after = scores(weights, x, heads, kvHeads, dim, offset, rotary, to);
            assertArrayEquals(before, after, 1e-5f);
            float[] mixed = scores(weights, x, heads, kvHeads, dim, offset, rotary, from);
            assertTrue(
                    rotary == 2
                            || IntStream.range(0, mixed.length).anyMatch(i -> Math.abs(mixed[i] - before[i]) > 1e-4),
                    "the wrong layout shows");
        });
    }

    private static float[] floats(SplittableRandom random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        return values;
    }

    /** Scores of two tokens at positions 9 and 4: projection, bias, norm weight, rotation, dot product. */
    private static float[] scores(float[][] w, float[] x, int heads, int kvHeads, int dim, int offset, int rotary,
            PairLayout layout) {
        float[] q = projected(w[0], w[1], w[2], x, 0, heads, dim);
        float[] k = projected(w[3], w[4], w[5], x, x.length / 2, kvHeads, dim);
        RotaryPlan plan = RotaryPlan.builder(Rope.of(rotary, 100).layout(layout),
                HeadShape.of(dim, DType.F32).rotaryAt(offset)).backend(Backend.java()).build();
        plan.rotate(Heads.of(q, 1, heads, dim), Positions.from(9));
        plan.rotate(Heads.of(k, 1, kvHeads, dim), Positions.from(4));
        float[] scores = new float[heads];
        for (int h = 0; h < heads; h++) {
            for (int d = 0; d < dim; d++) {
                scores[h] += q[h * dim + d] * k[h * kvHeads / heads * dim + d];
            }
        }
        return scores;
    }

    private static float[] projected(float[] weight, float[] bias, float[] norm, float[] x, int at, int heads,
            int dim) {
        float[] y = bias.clone();
        int width = weight.length / y.length;
        for (int row = 0; row < heads * dim; row++) {
            for (int c = 0; c < width; c++) {
                y[row] += weight[row * width + c] * x[at + c];
            }
            y[row] *= 1 + norm[row % dim];
        }
        return y;
    }

    /** Queries of a fused projection, head by head between keys and values: its part is cut out, the rest stays. */
    @Test
    void fusedProjection() {
        MemorySegment fused = numbered(2 * 3 * 4);
        WeightPermutation.of(2, 4, HALF, INTERLEAVED).headStride(12).permute(fused.asSlice(4 * 4, 16 * 4), 4);
        int[] wanted = IntStream.range(0, 24).toArray();
        for (int key : new int[]{4, 16}) {
            wanted[key + 1] = key + 2;
            wanted[key + 2] = key + 1;
        }
        assertArrayEquals(wanted, ints(fused));
    }

    @Test
    void rowsOfPackedTypesMustBeWhole() {
        assertEquals(8192, WeightPermutation.rowBytes(4096, 1, 2));
        assertEquals(4352, WeightPermutation.rowBytes(4096, 32, 34));
        assertEquals(2, WeightPermutation.rowBytes(4, 2, 1));
        assertThrows(IllegalArgumentException.class, () -> WeightPermutation.rowBytes(4100, 32, 34));
        assertThrows(IllegalArgumentException.class, () -> WeightPermutation.rowBytes(1, 32, 34), "a quantised bias");
        assertThrows(IllegalArgumentException.class, () -> WeightPermutation.rowBytes(0, 1, 2));
        assertThrows(IllegalArgumentException.class, () -> WeightPermutation.rowBytes(Long.MAX_VALUE, 1, 2));
    }

    @Test
    void refusals() {
        WeightPermutation good = WeightPermutation.of(8, 4, HALF, INTERLEAVED);
        MemorySegment rows = numbered(32);
        List<Runnable> calls = List.of(
                () -> WeightPermutation.of(8, 4, PairLayout.INTERLEAVED_IN_HALF_OUT, HALF),
                () -> WeightPermutation.of(8, 4, HALF, PairLayout.INTERLEAVED_IN_HALF_OUT),
                () -> WeightPermutation.of(0, 4, HALF, INTERLEAVED),
                () -> WeightPermutation.of(8, 5, HALF, INTERLEAVED),
                () -> WeightPermutation.of(8, 4, 0, 3, HALF, INTERLEAVED),
                () -> WeightPermutation.of(8, 4, 2, 4, HALF, INTERLEAVED),
                () -> WeightPermutation.of(8, 4, -1, 2, HALF, INTERLEAVED),
                () -> WeightPermutation.of(8, 4, 0, 0, HALF, INTERLEAVED),
                () -> good.headStride(3),
                () -> good.permute(rows, 0), () -> good.permute(rows, 2), () -> good.permute(rows, 8),
                () -> WeightPermutation.of(32, 4, HALF, INTERLEAVED).permute(rows, 4),
                () -> good.permute(rows.asReadOnly(), 4), () -> good.permute(rows, rows, 4),
                () -> good.permute(numbered(32), rows.asReadOnly(), 4), () -> good.permute(rows, numbered(31), 4),
                () -> good.permute(rows, Long.MAX_VALUE / 2));
        for (int i = 0; i < calls.size(); i++) {
            String message = assertThrows(IllegalArgumentException.class, calls.get(i)::run, "call " + i).getMessage();
            assertTrue(message.contains("got ") && message.contains("wanted "), message);
        }
        assertThrows(NullPointerException.class, () -> WeightPermutation.of(8, 4, null, HALF));
        assertArrayEquals(IntStream.range(0, 32).toArray(), ints(rows), "nothing was written");
    }
}
