package dev.sextant.benchmarks;

import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The plain-Java rivals of attention with ALiBi over sets of float32 memory, each in turn: heap arrays for the one, off the heap for the other. */
final class AttentionLoops {

    private final int queries;
    private final int keys;
    private final int tokenStride;
    private final int headStride;
    private final float[][][] heap;
    private final MemorySegment[][] segments;
    private final NaiveAttention naive;
    private final VectorApiAttention vector;
    private int next;

    AttentionLoops(int queries, int keys, boolean headMajor) {
        this.queries = queries;
        this.keys = keys;
        this.tokenStride = headMajor ? Data.DIM : Data.KV_HEADS * Data.DIM;
        this.headStride = headMajor ? keys * Data.DIM : Data.DIM;
        int sets = Data.sets(8L * Data.DIM * ((long) queries * Data.QUERY_HEADS + (long) keys * Data.KV_HEADS));
        this.heap = new float[sets][][];
        this.segments = new MemorySegment[sets][];
        for (int i = 0; i < sets; i++) {
            segments[i] = new MemorySegment[]{
                    floats(queries, Data.QUERY_HEADS, false, 1), floats(keys, Data.KV_HEADS, headMajor, 2),
                    floats(keys, Data.KV_HEADS, headMajor, 3), floats(queries, Data.QUERY_HEADS, false, 4)};
            heap[i] = new float[4][];
            for (int s = 0; s < 4; s++) {
                heap[i][s] = segments[i][s].toArray(ValueLayout.JAVA_FLOAT);
            }
        }
        this.naive = new NaiveAttention(Data.QUERY_HEADS, Data.KV_HEADS, Data.DIM, slopes(), keys);
        this.vector = new VectorApiAttention(Data.QUERY_HEADS, Data.KV_HEADS, Data.DIM, slopes(), keys);
    }

    private static MemorySegment floats(int tokens, int heads, boolean headMajor, long seed) {
        Heads filled = Data.heads(DType.F32, tokens, heads, headMajor, seed);
        return filled.memory();
    }

    /** ALiBi's slopes in float32. */
    static float[] slopes() {
        float[] slopes = new float[Data.QUERY_HEADS];
        for (int h = 0; h < slopes.length; h++) {
            slopes[h] = (float) AttentionSets.ALIBI.slope(h);
        }
        return slopes;
    }

    void naive() {
        next = (next + 1) % heap.length;
        float[][] x = heap[next];
        naive.attend(x[0], x[1], x[2], x[3], queries, keys, tokenStride, headStride);
    }

    void vectorApi() {
        next = (next + 1) % segments.length;
        MemorySegment[] x = segments[next];
        vector.attend(x[0], x[1], x[2], x[3], queries, keys, tokenStride, headStride);
    }
}
