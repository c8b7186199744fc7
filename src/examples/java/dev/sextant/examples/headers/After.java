package dev.sextant.examples.headers;

import dev.sextant.*; // +
import dev.sextant.config.GgufMetadata; // +
import dev.sextant.tensor.*; // +
import java.io.IOException;

/** One layer of the engine on the host and on the device, as far as it rotates. */
final class After {

    private final Model model;
    private final FloatArray cos;
    private final FloatArray sin;
    private final RotaryPlan plan; // +

    After(Model model) throws IOException {
        this.model = model;
        int context = model.context();
        int pairs = model.headSize() / 2;
        this.cos = new FloatArray(context * pairs);
        this.sin = new FloatArray(context * pairs);
        plan = RotaryPlan.of(GgufMetadata.read(model.file()).model().rope(), HeadShape.of(2 * pairs, DType.F32)); // +
        Rows rows = Rows.of(cos.segment(), DType.F32, context, pairs).at(FloatArray.HEADER, pairs); // +
        plan.rows(Positions.from(0), rows, Rows.of(sin.segment(), DType.F32, context, pairs).at(rows.origin(), pairs)); // +
    }

    /** On the host: rotates, then stores the key in the cache. */
    void host(FloatArray q, FloatArray k, FloatArray cache, int layer, int position) {
        int heads = model.heads();
        int kvHeads = model.kvHeads();
        int size = model.headSize();
        plan.rotate(Heads.of(q.segment(), DType.F32, 1, heads, size).at(FloatArray.HEADER), // +
                Heads.of(k.segment(), DType.F32, 1, kvHeads, size).at(FloatArray.HEADER), Positions.from(position)); // +
        store(k, cache, layer, position);
    }

    /** On the device. */
    void device(FloatArray q, FloatArray k, FloatArray cache, int layer, int position) {
        Kernels.rotate(q, k, model, position, cos, sin); // +
        store(k, cache, layer, position);
    }

    private void store(FloatArray k, FloatArray cache, int layer, int position) {
        int width = model.kvHeads() * model.headSize();
        for (int i = 0; i < width; i++) {
            cache.set((layer * model.context() + position) * width + i, k.get(i));
        }
    }
}
