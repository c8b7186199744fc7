package dev.sextant.examples.arrays;

import java.io.IOException;
import java.util.stream.IntStream;

/** The forward pass of the engine, as far as it rotates. */
final class Before {

    private final Model model;
    private final float[] cos; // -
    private final float[] sin; // -

    Before(Model model) throws IOException {
        this.model = model;
        boolean scaled = model.tensors().contains("rope_freqs"); // -
        this.cos = Tables.of(model, scaled, Math::cos); // -
        this.sin = Tables.of(model, scaled, Math::sin); // -
    }

    /** Rotates the queries and keys of a prompt, one array a token. */
    void rotate(float[][] q, float[][] k, int start) {
        int heads = model.heads();
        int kvHeads = model.kvHeads();
        int size = model.headSize();
        IntStream.range(0, q.length).parallel().forEach(t -> {
            for (int i = 0; i < heads * size; i += 2) { // -
                float c = cos[(start + t) * size / 2 + i % size / 2]; // -
                float s = sin[(start + t) * size / 2 + i % size / 2]; // -
                for (int n = 0; n < (i < kvHeads * size ? 2 : 1); n++) { // -
                    float[] x = n == 0 ? q[t] : k[t]; // -
                    float x0 = x[i]; // -
                    float x1 = x[i + 1]; // -
                    x[i] = x0 * c - x1 * s; // -
                    x[i + 1] = x0 * s + x1 * c; // -
                } // -
            } // -
        });
    }
}
