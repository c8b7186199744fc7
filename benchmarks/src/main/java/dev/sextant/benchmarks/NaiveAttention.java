package dev.sextant.benchmarks;

import java.util.Arrays;

/**
 * The loop that single-file JVM engines carry today, with ALiBi: a row of scores for each query and head, softmax over it, values
 * added up key by key, heap arrays. Float32 throughout, exponentials in double. Causal, the last query at the last key. Not
 * thread-safe: the row of scores is kept.
 */
final class NaiveAttention {

    private final int heads;
    private final int kvHeads;
    private final int dim;
    private final float[] slopes;
    private final float[] scores;

    NaiveAttention(int heads, int kvHeads, int dim, float[] slopes, int maxKeys) {
        this.heads = heads;
        this.kvHeads = kvHeads;
        this.dim = dim;
        this.slopes = slopes;
        this.scores = new float[maxKeys];
    }

    /**
     * Attends.
     *
     * @param q {@code [queries, heads, dim]}
     * @param k keys, element (j, g, d) at {@code j * tokenStride + g * headStride + d}
     * @param v values, likewise
     * @param out {@code [queries, heads, dim]}
     */
    void attend(float[] q, float[] k, float[] v, float[] out, int queries, int keys, int tokenStride,
            int headStride) {
        float scale = (float) (1 / Math.sqrt(dim));
        for (int i = 0; i < queries; i++) {
            int position = keys - queries + i;
            for (int h = 0; h < heads; h++) {
                int row = (i * heads + h) * dim;
                int first = h / (heads / kvHeads) * headStride;
                for (int j = 0; j <= position; j++) {
                    float dot = 0;
                    for (int d = 0; d < dim; d++) {
                        dot += q[row + d] * k[first + j * tokenStride + d];
                    }
                    scores[j] = dot * scale - slopes[h] * (position - j);
                }
                softmax(position + 1);
                Arrays.fill(out, row, row + dim, 0);
                for (int j = 0; j <= position; j++) {
                    float weight = scores[j];
                    for (int d = 0; d < dim; d++) {
                        out[row + d] += weight * v[first + j * tokenStride + d];
                    }
                }
            }
        }
    }

    private void softmax(int count) {
        float max = scores[0];
        for (int j = 1; j < count; j++) {
            max = Math.max(max, scores[j]);
        }
        float sum = 0;
        for (int j = 0; j < count; j++) {
            scores[j] = (float) Math.exp(scores[j] - max);
            sum += scores[j];
        }
        for (int j = 0; j < count; j++) {
            scores[j] /= sum;
        }
    }
}
