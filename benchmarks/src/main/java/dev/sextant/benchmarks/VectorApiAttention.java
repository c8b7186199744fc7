package dev.sextant.benchmarks;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A good Vector API attention with ALiBi, float32: dot products of four keys with two heads at a time by fused multiply-adds, vector
 * exponentials, values summed in registers over blocks of keys; each key and value is fetched from memory once for all heads of its
 * group. Causal, the last query at the last key. Not thread-safe: scores and sums are kept.
 */
final class VectorApiAttention {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = SPECIES.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    /** Dot products at once: keys. */
    static final int KEYS = 4;
    /** Keys whose values, of one head, stay in the first-level cache while all heads of the group pass. */
    private static final int BLOCK = 32;
    /** Vectors of sums. */
    private static final int SUMS = 8;

    private final int heads;
    private final int group;
    private final int dim;
    private final float scale;
    private final float[] slopes;
    private final float[][] scores;
    private final float[] sums;
    private final float[] weights;

    VectorApiAttention(int heads, int kvHeads, int dim, float[] slopes, int maxKeys) {
        this.heads = heads;
        this.group = heads / kvHeads;
        this.dim = dim;
        this.scale = (float) (1 / Math.sqrt(dim));
        this.slopes = slopes;
        if (group % 2 != 0 || dim % (SUMS * WIDTH) != 0 || maxKeys % KEYS != 0) {
            throw new IllegalArgumentException("query heads of a kv head, dim, keys: got " + group + ", " + dim + ", "
                    + maxKeys + ", wanted multiples of 2, " + SUMS * WIDTH + ", " + KEYS);
        }
        this.scores = new float[group][Math.ceilDiv(maxKeys, WIDTH) * WIDTH];
        this.sums = new float[group * dim];
        this.weights = new float[group];
    }

    /**
     * Attends; arguments as {@link NaiveAttention#attend}, memory off the heap. Up to {@link #KEYS} - 1 hidden keys are read and left out,
     * so {@code keys} is a multiple of it.
     */
    void attend(MemorySegment q, MemorySegment k, MemorySegment v, MemorySegment out, int queries, int keys,
            long tokenStride, long headStride) {
        for (int g = 0; g < heads / group; g++) {
            long first = 4 * g * headStride;
            for (int i = 0; i < queries; i++) {
                long row = 4L * (i * heads + g * group) * dim;
                int position = keys - queries + i;
                for (int j = 0; j <= position; j += KEYS) {
                    for (int h = 0; h < group; h += 2) {
                        dots(q, row + 4L * h * dim, k, first + 4 * j * tokenStride, 4 * tokenStride, h, j);
                    }
                }
                for (int h = 0; h < group; h++) {
                    weights[h] = softmax(scores[h], slopes[g * group + h], position);
                }
                Arrays.fill(sums, 0);
                for (int j = 0; j <= position; j += BLOCK) {
                    int end = Math.min(j + BLOCK, position + 1);
                    for (int h = 0; h < group; h++) {
                        for (int d = 0; d < dim; d += SUMS * WIDTH) {
                            values(v, first + 4L * d, 4 * tokenStride, scores[h], j, end, h * dim + d);
                        }
                    }
                }
                store(out, row);
            }
        }
    }

    /** Products of two heads from byte {@code at} of q with four keys from byte {@code key} of k. */
    private void dots(MemorySegment q, long at, MemorySegment k, long key, long step, int h, int j) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        for (int d = 0; d < dim; d += WIDTH) {
            FloatVector qa = load(q, at + 4L * d);
            FloatVector qb = load(q, at + 4L * (dim + d));
            FloatVector k0 = load(k, key + 4L * d);
            FloatVector k1 = load(k, key + step + 4L * d);
            FloatVector k2 = load(k, key + 2 * step + 4L * d);
            FloatVector k3 = load(k, key + 3 * step + 4L * d);
            a0 = qa.fma(k0, a0);
            a1 = qa.fma(k1, a1);
            a2 = qa.fma(k2, a2);
            a3 = qa.fma(k3, a3);
            b0 = qb.fma(k0, b0);
            b1 = qb.fma(k1, b1);
            b2 = qb.fma(k2, b2);
            b3 = qb.fma(k3, b3);
        }
        float[] a = scores[h];
        a[j] = a0.reduceLanes(VectorOperators.ADD);
        a[j + 1] = a1.reduceLanes(VectorOperators.ADD);
        a[j + 2] = a2.reduceLanes(VectorOperators.ADD);
        a[j + 3] = a3.reduceLanes(VectorOperators.ADD);
        float[] b = scores[h + 1];
        b[j] = b0.reduceLanes(VectorOperators.ADD);
        b[j + 1] = b1.reduceLanes(VectorOperators.ADD);
        b[j + 2] = b2.reduceLanes(VectorOperators.ADD);
        b[j + 3] = b3.reduceLanes(VectorOperators.ADD);
    }

    /** Dot products to exponentials in place, scaled and biased on the way; returns one over their sum. */
    private float softmax(float[] s, float slope, int position) {
        int end = Math.ceilDiv(position + 1, WIDTH) * WIDTH;
        FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector distance = FloatVector.zero(SPECIES).addIndex(1).sub(position);
        for (int j = position + 1; j < end; j++) {
            s[j] = Float.NEGATIVE_INFINITY;
        }
        for (int j = 0; j < end; j += WIDTH) {
            FloatVector score = FloatVector.fromArray(SPECIES, s, j).mul(scale).add(distance.add(j).mul(slope));
            score.intoArray(s, j);
            max = max.max(score);
        }
        float greatest = max.reduceLanes(VectorOperators.MAX);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = 0; j < end; j += WIDTH) {
            FloatVector weight = FloatVector.fromArray(SPECIES, s, j).sub(greatest).lanewise(VectorOperators.EXP);
            weight.intoArray(s, j);
            sum = sum.add(weight);
        }
        return 1 / sum.reduceLanes(VectorOperators.ADD);
    }

    /** Adds weighted values of keys {@code from} to {@code end} to eight vectors of sums. */
    private void values(MemorySegment v, long first, long step, float[] s, int from, int end, int at) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, sums, at);
        FloatVector s1 = FloatVector.fromArray(SPECIES, sums, at + WIDTH);
        FloatVector s2 = FloatVector.fromArray(SPECIES, sums, at + 2 * WIDTH);
        FloatVector s3 = FloatVector.fromArray(SPECIES, sums, at + 3 * WIDTH);
        FloatVector s4 = FloatVector.fromArray(SPECIES, sums, at + 4 * WIDTH);
        FloatVector s5 = FloatVector.fromArray(SPECIES, sums, at + 5 * WIDTH);
        FloatVector s6 = FloatVector.fromArray(SPECIES, sums, at + 6 * WIDTH);
        FloatVector s7 = FloatVector.fromArray(SPECIES, sums, at + 7 * WIDTH);
        for (int j = from; j < end; j++) {
            FloatVector weight = FloatVector.broadcast(SPECIES, s[j]);
            long value = first + j * step;
            s0 = weight.fma(load(v, value), s0);
            s1 = weight.fma(load(v, value + 4L * WIDTH), s1);
            s2 = weight.fma(load(v, value + 8L * WIDTH), s2);
            s3 = weight.fma(load(v, value + 12L * WIDTH), s3);
            s4 = weight.fma(load(v, value + 16L * WIDTH), s4);
            s5 = weight.fma(load(v, value + 20L * WIDTH), s5);
            s6 = weight.fma(load(v, value + 24L * WIDTH), s6);
            s7 = weight.fma(load(v, value + 28L * WIDTH), s7);
        }
        s0.intoArray(sums, at);
        s1.intoArray(sums, at + WIDTH);
        s2.intoArray(sums, at + 2 * WIDTH);
        s3.intoArray(sums, at + 3 * WIDTH);
        s4.intoArray(sums, at + 4 * WIDTH);
        s5.intoArray(sums, at + 5 * WIDTH);
        s6.intoArray(sums, at + 6 * WIDTH);
        s7.intoArray(sums, at + 7 * WIDTH);
    }

    private void store(MemorySegment out, long row) {
        for (int h = 0; h < group; h++) {
            for (int d = 0; d < dim; d += WIDTH) {
                FloatVector.fromArray(SPECIES, sums, h * dim + d).mul(weights[h])
                        .intoMemorySegment(out, row + 4L * (h * dim + d), ORDER);
            }
        }
    }

    private static FloatVector load(MemorySegment memory, long at) {
        return FloatVector.fromMemorySegment(SPECIES, memory, at, ORDER);
    }
}
