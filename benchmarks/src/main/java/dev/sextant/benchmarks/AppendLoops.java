package dev.sextant.benchmarks;

import dev.sextant.encoding.Rounding;
import dev.sextant.internal.java.Elements;
import dev.sextant.tensor.DType;
import java.lang.foreign.MemorySegment;

/** Rotation and append as single-file JVM engines do it: in two steps, on heap arrays, token-major, sets of memory in turn. */
final class AppendLoops {

    private final DType dtype;
    private final int tokens;
    private final int start;
    private final NaiveRotation naive;
    final float[][] q;
    final float[][] k;
    final float[][] v;
    /** Keys, then values; empty for a cache of 16 bits. */
    final float[][] wide;
    /** The same in 16 bits. */
    final short[][] narrow;
    private int next;

    AppendLoops(DType dtype, int tokens, int start, int sets) {
        this.dtype = dtype;
        this.tokens = tokens;
        this.start = start;
        int kv = tokens * Data.KV_HEADS * Data.DIM;
        q = new float[sets][tokens * Data.QUERY_HEADS * Data.DIM];
        k = new float[sets][kv];
        v = new float[sets][kv];
        wide = new float[sets][dtype == DType.F32 ? 2 * kv : 0];
        narrow = new short[sets][dtype == DType.F32 ? 0 : 2 * kv];
        for (int i = 0; i < sets; i++) {
            for (float[] x : new float[][]{q[i], k[i], v[i]}) {
                MemorySegment.copy(Data.floats(4L * x.length), 0, MemorySegment.ofArray(x), 0, 4L * x.length);
            }
        }
        naive = new NaiveRotation(start + tokens, Data.LLAMA.frequencies().inverse(Data.DIM, Rounding.NONE));
    }

    /** Rotates q and k of the next set where they are, then stores k and v. */
    void append() {
        next = (next + 1) % q.length;
        for (int t = 0; t < tokens; t++) {
            naive.rotate(q[next], t * Data.QUERY_HEADS * Data.DIM, Data.QUERY_HEADS, Data.DIM, start + t);
            naive.rotate(k[next], t * Data.KV_HEADS * Data.DIM, Data.KV_HEADS, Data.DIM, start + t);
        }
        store(k[next], 0);
        store(v[next], k[next].length);
    }

    private void store(float[] from, int at) {
        switch (dtype) {
            case F32 -> System.arraycopy(from, 0, wide[next], at, from.length);
            case F16 -> {
                short[] to = narrow[next];
                for (int i = 0; i < from.length; i++) {
                    to[at + i] = Float.floatToFloat16(from[i]);
                }
            }
            case BF16 -> {
                short[] to = narrow[next];
                for (int i = 0; i < from.length; i++) {
                    to[at + i] = Elements.floatToBfloat16(from[i]);
                }
            }
        }
    }
}
