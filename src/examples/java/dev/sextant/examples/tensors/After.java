package dev.sextant.examples.tensors;

import dev.sextant.*; // +
import dev.sextant.config.HfConfig; // +
import dev.sextant.tensor.*; // +
import java.io.IOException;

/** Attention of the engine, as far as it rotates. */
final class After {

    private final Config config;
    private final RotaryPlan plan; // +

    After(Config config) throws IOException {
        this.config = config;
        DType type = DType.valueOf(config.type().name()); // +
        this.plan = RotaryPlan.of(HfConfig.read(config.file()).rope(), HeadShape.of(config.headDim(), type)); // +
    }

    /** Rotates the queries of a batch, and their keys where the cache has them: row p is position p. */
    void rotate(Tensor queries, Tensor cache, int start) {
        for (int b = 0; b < queries.rows(); b++) {
            Tensor query = queries.row(b);
            Tensor key = cache.row(start + b);
            plan.rotate(heads(query, config.heads()), heads(key, config.kvHeads()), Positions.from(start + b)); // +
        }
    }

    private Heads heads(Tensor x, int heads) { // +
        return Heads.of(x.segment(), plan.shape().dtype(), 1, heads, config.headDim()).at(x.first()); // +
    } // +
}
