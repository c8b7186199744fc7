package dev.sextant.examples.arrays;

import dev.sextant.*; // +
import dev.sextant.config.GgufMetadata; // +
import dev.sextant.tensor.*; // +
import java.io.IOException;
import java.util.stream.IntStream;

/** The forward pass of the engine, as far as it rotates. */
final class After {

    private final Model model;
    private final RotaryPlan plan; // +

    After(Model model) throws IOException {
        this.model = model;
        HeadShape shape = HeadShape.of(model.headSize(), DType.F32); // +
        this.plan = RotaryPlan.of(GgufMetadata.read(model.file()).model().rope(), shape); // +
    }

    /** Rotates the queries and keys of a prompt, one array a token. */
    void rotate(float[][] q, float[][] k, int start) {
        int heads = model.heads();
        int kvHeads = model.kvHeads();
        int size = model.headSize();
        IntStream.range(0, q.length).parallel().forEach(t -> {
            Heads queries = Heads.of(q[t], 1, heads, size); // +
            plan.rotate(queries, Heads.of(k[t], 1, kvHeads, size), Positions.from(start + t)); // +
        });
    }
}
