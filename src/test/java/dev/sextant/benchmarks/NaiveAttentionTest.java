package dev.sextant.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.ScoreBiasPlan;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What benchmarks compare with computes the same thing, so that no row is quick because it is wrong. */
class NaiveAttentionTest {

    /** Outputs are averages of values between -1 and 1. */
    private static final float TOLERANCE = 4e-6f;

    /** Prompts, chunks and single queries, either layout, keys beside every multiple of a vector. */
    @ParameterizedTest
    @CsvSource({"36, 36, false", "36, 36, true", "64, 64, false", "5, 260, true", "5, 44, false", "1, 4, false",
            "1, 300, true", "1, 1024, false"})
    void plainJavaAgreesWithEveryBackend(int queries, int keys, boolean headMajor) {
        Heads q = Data.heads(DType.F32, queries, Data.QUERY_HEADS, false, 1);
        Heads k = Data.heads(DType.F32, keys, Data.KV_HEADS, headMajor, 2);
        Heads v = Data.heads(DType.F32, keys, Data.KV_HEADS, headMajor, 3);
        int tokenStride = (int) k.tokenStride();
        int headStride = (int) k.headStride();

        float[] naive = new float[queries * Data.QUERY_HEADS * Data.DIM];
        new NaiveAttention(Data.QUERY_HEADS, Data.KV_HEADS, Data.DIM, AttentionLoops.slopes(), keys).attend(array(q),
                array(k), array(v), naive, queries, keys, tokenStride, headStride);
        MemorySegment vector = Data.allocate(4L * naive.length);
        new VectorApiAttention(Data.QUERY_HEADS, Data.KV_HEADS, Data.DIM, AttentionLoops.slopes(), keys).attend(
                q.memory(), k.memory(), v.memory(), vector, queries, keys, tokenStride, headStride);

        for (Backend backend : Backend.available()) {
            Heads out = Data.heads(DType.F32, queries, Data.QUERY_HEADS, false, 4);
            AttentionPlan plan = AttentionSets.plan(backend.name(), Data.KV_HEADS, DType.F32).bias(AttentionSets.ALIBI)
                    .structure(Structure.causal()).build();
            AttentionCall call = new AttentionCall().queries(q, out).cache(KvCache.of(k, v))
                    .sequences(Sequences.of(1, queries, keys, Alignment.END));
            call.workspace(Data.allocate(plan.workspaceBytes(call)));
            plan.attend(call);
            assertArrayEquals(array(out), naive, TOLERANCE, backend + ", naive");
            assertArrayEquals(array(out), vector.toArray(ValueLayout.JAVA_FLOAT), TOLERANCE, backend + ", Vector API");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 300})
    void t5BiasBuiltByLogarithmsHasTheSameBits(int tokens) {
        int heads = Data.QUERY_HEADS;
        float[] naive = new float[heads * tokens * tokens];
        NaiveT5Bias.write(naive, new int[tokens * tokens], tokens);
        for (Backend backend : Backend.available()) {
            MemorySegment bias = Data.floats(4L * naive.length);
            ScoreBiasPlan.builder(heads).bias(NaiveT5Bias.DEFINITION).backend(backend).build().materialise(
                    new AttentionCall().sequences(Sequences.of(1, tokens, tokens, Alignment.START)),
                    Scores.of(bias, 1, heads, tokens, tokens));
            assertArrayEquals(naive, bias.toArray(ValueLayout.JAVA_FLOAT), 0, backend.toString());
        }
    }

    /** Ceilings count what a structure shows. */
    @ParameterizedTest
    @CsvSource({"causal, 1, 1", "causal, 5, 15", "full, 5, 25", "window2, 5, 9", "window5, 5, 15", "window9, 5, 15",
            "window1, 5, 5"})
    void pairsAreCounted(String structure, long tokens, long pairs) {
        assertEquals(pairs, SharedCeilings.pairs(structure, tokens));
    }

    private static float[] array(Heads heads) {
        return heads.memory().toArray(ValueLayout.JAVA_FLOAT);
    }
}
