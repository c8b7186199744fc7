package dev.sextant.benchmarks;

import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;

/**
 * A good Vector API rotation and append, float32, off the heap, token-major, sets of memory in turn: each token's keys are copied
 * while they are in cache.
 */
final class AppendVectors {

    private static final long KV_BYTES = 4L * Data.KV_HEADS * Data.DIM;

    private final int tokens;
    private final int start;
    private final VectorApiRotation vector;
    final MemorySegment[] q;
    final MemorySegment[] k;
    final MemorySegment[] v;
    /** Keys, then values. */
    final MemorySegment[] cache;
    private int next;

    AppendVectors(int tokens, int start, int sets) {
        this.tokens = tokens;
        this.start = start;
        q = new MemorySegment[sets];
        k = new MemorySegment[sets];
        v = new MemorySegment[sets];
        cache = new MemorySegment[sets];
        for (int i = 0; i < sets; i++) {
            q[i] = Data.floats(4L * tokens * Data.QUERY_HEADS * Data.DIM);
            k[i] = Data.floats(tokens * KV_BYTES);
            v[i] = Data.floats(tokens * KV_BYTES);
            cache[i] = Data.floats(2 * tokens * KV_BYTES);
        }
        int rows = start + tokens;
        float[] cos = new float[rows * Data.PAIRS];
        float[] sin = new float[rows * Data.PAIRS];
        RotaryPlan.of(Data.LLAMA, HeadShape.of(Data.DIM, DType.F32)).rows(Positions.from(0),
                Rows.of(cos, rows, Data.PAIRS), Rows.of(sin, rows, Data.PAIRS));
        vector = new VectorApiRotation(cos, sin);
    }

    /** Rotates q and k of the next set where they are and stores k and v. */
    void append() {
        next = (next + 1) % q.length;
        for (int t = 0; t < tokens; t++) {
            vector.rotate(q[next], (long) t * Data.QUERY_HEADS * Data.DIM, Data.QUERY_HEADS, Data.DIM, start + t);
            vector.rotate(k[next], (long) t * Data.KV_HEADS * Data.DIM, Data.KV_HEADS, Data.DIM, start + t);
            MemorySegment.copy(k[next], t * KV_BYTES, cache[next], t * KV_BYTES, KV_BYTES);
            MemorySegment.copy(v[next], t * KV_BYTES, cache[next], (tokens + t) * KV_BYTES, KV_BYTES);
        }
    }
}
