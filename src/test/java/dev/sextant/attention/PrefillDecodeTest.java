package dev.sextant.attention;

import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.encoding.Structure;
import dev.sextant.testkit.AttentionCase;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A prompt, then one token after the other over the cache, is attention over the whole. Catches a bias that counts from the first query
 * and not from its position, and a window that forgets the cache.
 */
@Tag("parity")
class PrefillDecodeTest {

    private static final int TOKENS = 70;
    private static final int PROMPT = 37;

    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#biases")
    void prefillAndStepsEqualFullAttention(Backend backend, int kind) {
        for (Structure structure : new Structure[]{Structure.causal(), Structure.slidingWindow(9),
                Structure.streaming(3, 12), Structure.causalChunks(16), Structure.causal().dilated(3)}) {
            AttentionCase whole = Same.problem(new SplittableRandom(7 + kind), kind, TOKENS, TOKENS);
            whole.structure = structure;
            AttentionCase.Result full = whole.attend(Same.plan(whole, backend));
            step(whole, backend, full, 0, PROMPT);
            for (int t = PROMPT; t < TOKENS; t++) {
                step(whole, backend, full, t, t + 1);
            }
            step(whole, backend, full, PROMPT, TOKENS); // the rest of the prompt as one chunk
        }
    }

    /** Queries {@code from} to {@code to} over the keys before {@code to}. */
    private static void step(AttentionCase whole, Backend backend, AttentionCase.Result full, int from, int to) {
        AttentionCase part = part(whole, from, to, 0, to);
        AttentionPlan plan = Same.plan(part, backend);
        Same.assertNear(full, from, part.attend(plan), to - from, whole.heads, whole.valueDim,
                backend + ", " + whole.structure + ", queries " + from + " to " + to);
    }

    /** The problem of some of the queries over some of the keys, positions as before. */
    static AttentionCase part(AttentionCase whole, int fromQuery, int toQuery, int fromKey, int toKey) {
        AttentionCase part = new AttentionCase(new SplittableRandom(1));
        part.heads = whole.heads;
        part.kvHeads = whole.kvHeads;
        part.keyDim = whole.keyDim;
        part.valueDim = whole.valueDim;
        part.structure = whole.structure;
        part.bias = whole.bias;
        part.dense = whole.dense;
        part.sinks = whole.sinks;
        part.queries = new int[]{toQuery - fromQuery};
        part.keys = new int[]{toKey - fromKey};
        part.offsets = new long[]{whole.offsets[0] + fromQuery - fromKey};
        part.draw();
        part.q[0] = Arrays.copyOfRange(whole.q[0], fromQuery, toQuery);
        part.k[0] = Arrays.copyOfRange(whole.k[0], fromKey, toKey);
        part.v[0] = Arrays.copyOfRange(whole.v[0], fromKey, toKey);
        for (int h = 0; whole.dense && h < whole.heads; h++) {
            for (int i = 0; i < part.queries[0]; i++) {
                part.denseValues[0][h][i] = Arrays.copyOfRange(whole.denseValues[0][h][fromQuery + i], fromKey, toKey);
            }
        }
        return part;
    }
}
