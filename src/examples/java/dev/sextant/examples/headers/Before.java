package dev.sextant.examples.headers;

import java.io.IOException;

/** One layer of the engine on the host and on the device, as far as it rotates. */
final class Before {

    private final Model model;
    private final FloatArray cos;
    private final FloatArray sin;

    Before(Model model) throws IOException {
        this.model = model;
        int context = model.context();
        int pairs = model.headSize() / 2;
        this.cos = new FloatArray(context * pairs);
        this.sin = new FloatArray(context * pairs);
        Kernels.tables(model, cos, sin); // -
    }

    /** On the host: rotates, then stores the key in the cache. */
    void host(FloatArray q, FloatArray k, FloatArray cache, int layer, int position) {
        int heads = model.heads();
        int kvHeads = model.kvHeads();
        int size = model.headSize();
        for (int i = 0; i < heads * size; i += 2) { // -
            float c = cos.get(position * size / 2 + i % size / 2); // -
            float s = sin.get(position * size / 2 + i % size / 2); // -
            for (int n = 0; n < (i < kvHeads * size ? 2 : 1); n++) { // -
                FloatArray x = n == 0 ? q : k; // -
                float x0 = x.get(i); // -
                float x1 = x.get(i + 1); // -
                x.set(i, x0 * c - x1 * s); // -
                x.set(i + 1, x0 * s + x1 * c); // -
            } // -
        } // -
        store(k, cache, layer, position);
    }

    /** On the device. */
    void device(FloatArray q, FloatArray k, FloatArray cache, int layer, int position) {
        Kernels.rotate(q, k, model, position); // -
        store(k, cache, layer, position);
    }

    private void store(FloatArray k, FloatArray cache, int layer, int position) {
        int width = model.kvHeads() * model.headSize();
        for (int i = 0; i < width; i++) {
            cache.set((layer * model.context() + position) * width + i, k.get(i));
        }
    }
}
