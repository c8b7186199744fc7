package dev.sextant.cli.conform;

import dev.sextant.AttentionCall;
import dev.sextant.Backend;
import dev.sextant.ScoreBiasPlan;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Biases of one sequence by a plan.
 *
 * @param backend where the plan runs
 * @param queries query rows
 * @param keys keys
 * @param offset position of the first query
 */
record BiasRun(Backend backend, int queries, int keys, long offset) {

    /** The bias itself, {@code [heads, queries, keys]}. */
    float[] materialise(ScoreBias bias) {
        return run(bias, new float[bias.heads() * queries * keys], false);
    }

    /** The bias added to scores. */
    float[] add(ScoreBias bias, float[] scores) {
        return run(bias, scores, true);
    }

    private float[] run(ScoreBias bias, float[] scores, boolean add) {
        ScoreBiasPlan plan = ScoreBiasPlan.builder(bias.heads()).bias(bias)
                .reach(Math.abs(offset) + queries + keys).backend(backend).build();
        AttentionCall call = new AttentionCall()
                .sequences(Sequences.of(1, queries, keys, Alignment.START).offsets(offset));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4L * scores.length, 64);
            MemorySegment.copy(scores, 0, memory, ValueLayout.JAVA_FLOAT, 0, scores.length);
            Scores view = Scores.of(memory, 1, bias.heads(), queries, keys);
            if (add) {
                plan.addTo(call, view);
            } else {
                plan.materialise(call, view);
            }
            return OffHeap.floats(memory, scores.length);
        }
    }

    /** Negated: what frameworks add that count from the first key, of a query at position 0. */
    static float[] negated(float[] values) {
        float[] negated = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            negated[i] = -values[i];
        }
        return negated;
    }

    /** Each of {@code heads} rows {@code times} times. */
    static float[] repeated(float[] rows, int heads, int times) {
        float[] repeated = new float[rows.length * times];
        int width = rows.length / heads;
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < times; i++) {
                System.arraycopy(rows, h * width, repeated, (h * times + i) * width, width);
            }
        }
        return repeated;
    }
}
