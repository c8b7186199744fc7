package dev.sextant.examples.tensors;

import java.io.IOException;

/** Attention of the engine, as far as it rotates. */
final class Before {

    private final Config config;
    private final float[][] table; // -

    Before(Config config) throws IOException {
        this.config = config;
        this.table = Table.of(config); // -
    }

    /** Rotates the queries of a batch, and their keys where the cache has them: row p is position p. */
    void rotate(Tensor queries, Tensor cache, int start) {
        int dim = config.headDim(); // -
        int group = config.heads() / config.kvHeads(); // -
        for (int b = 0; b < queries.rows(); b++) {
            Tensor query = queries.row(b);
            Tensor key = cache.row(start + b);
            for (int g = 0; g < config.kvHeads(); g++) { // -
                int row = (start + b) * dim / 2 + (group > 1 ? g * dim : 0); // -
                for (int h = g * group; h < (g + 1) * group; h++) { // -
                    rotate(query, h * dim, row); // -
                } // -
                rotate(key, g * dim, row); // -
            } // -
        }
    }

    private void rotate(Tensor x, int head, int row) { // -
        int pairs = config.headDim() / 2; // -
        for (int j = head; j < head + pairs; j++) { // -
            float[] turn = table[row + j - head]; // -
            float x0 = x.get(0, j); // -
            float x1 = x.get(0, j + pairs); // -
            x.set(x0 * turn[0] - x1 * turn[1], 0, j); // -
            x.set(x0 * turn[1] + x1 * turn[0], 0, j + pairs); // -
        } // -
    } // -
}
