package dev.sextant.benchmarks;

import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.operations.TensorOperations;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import dev.sextant.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * Decoding as Jlama's attention layer does it, with its native operations, on one thread: head by head all scores, scaled, softmax, and
 * the values added up. It has no bias; the bias of a head is added by its {@code accumulate}.
 */
final class JlamaAttention {

    private final TensorOperations operations = TensorOperationsProvider.get();
    private final float scale;
    private final AbstractTensor<?, ?>[] bias = new AbstractTensor<?, ?>[Data.QUERY_HEADS];
    private final AbstractTensor<?, ?> scores;
    private final int keys;

    /** With a bias {@code [heads, keys]} of float32. */
    JlamaAttention(MemorySegment bias, int keys, double scale) {
        if (!operations.name().startsWith("Native")) {
            throw new IllegalStateException("Jlama's operations: got " + operations.name() + ", wanted native ones");
        }
        for (int h = 0; h < this.bias.length; h++) {
            this.bias[h] = Jlama.tensor(bias.asSlice(4L * h * keys, 4L * keys), DType.F32, 1, keys);
        }
        this.keys = keys;
        this.scale = (float) scale;
        this.scores = new FloatBufferTensor(1, keys);
    }

    /**
     * Attends.
     *
     * @param q {@code [1, heads * dim]}
     * @param k {@code [keys, kv heads * dim]}
     * @param v the same
     * @param out {@code [1, heads * dim]}
     */
    void attend(AbstractTensor<?, ?> q, AbstractTensor<?, ?> k, AbstractTensor<?, ?> v, AbstractTensor<?, ?> out) {
        out.clear();
        for (int h = 0; h < Data.QUERY_HEADS; h++) {
            int head = h * Data.DIM;
            int kvHead = h / (Data.QUERY_HEADS / Data.KV_HEADS) * Data.DIM;
            operations.batchDotProduct(scores, q, k, head, kvHead, Data.DIM, 0, 0, keys);
            operations.scale(scale, scores, 0, keys);
            operations.accumulate(scores, bias[h], 0, keys);
            VectorMath.softMax(scores, 0, keys);
            operations.saxpy(scores, v, out, kvHead, head, Data.DIM, 0, 0, keys);
        }
    }
}
