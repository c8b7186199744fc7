package dev.sextant.benchmarks;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionPlanBuilder;
import dev.sextant.AttentionShape;
import dev.sextant.Backend;
import dev.sextant.encoding.Alibi;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Sequences;

/**
 * A plan of attention and calls of it over sets of memory, each in turn: float32 queries of 32 heads over keys and values of a cache, on
 * the calling thread or with a pool beside it.
 */
final class AttentionSets implements AutoCloseable {

    private final AttentionPlan plan;
    private final AttentionCall[] calls;
    private final Workers workers;
    private int next;

    /** ALiBi's slopes for the heads of these workloads. */
    static final Alibi ALIBI = Alibi.of(Data.QUERY_HEADS);

    /** The last query at the last key. */
    AttentionSets(AttentionPlan plan, int queries, int keys, boolean headMajor, int threads) {
        this.plan = plan;
        this.workers = new Workers(threads);
        DType cache = plan.shape().cacheType();
        int kvHeads = plan.shape().kvHeads();
        long bytes = 2L * Data.DIM * (4L * queries * Data.QUERY_HEADS + (long) cache.bytes() * keys * kvHeads);
        this.calls = new AttentionCall[Data.sets(bytes)];
        for (int i = 0; i < calls.length; i++) {
            Heads k = Data.heads(cache, keys, kvHeads, headMajor, 2);
            Heads v = Data.heads(cache, keys, kvHeads, headMajor, 3);
            calls[i] = new AttentionCall()
                    .queries(queries(queries, 1), queries(queries, 4))
                    .cache(KvCache.of(k, v))
                    .sequences(Sequences.of(1, queries, keys, Alignment.END));
            calls[i].workspace(Data.allocate(plan.workspaceBytes(calls[i], threads)));
        }
    }

    /** A prompt, token-major; a short one in a smoke run. */
    static AttentionSets prompt(AttentionPlanBuilder plan, int tokens, int threads) {
        return new AttentionSets(plan.build(), Data.tokens(tokens), Data.tokens(tokens), false, threads);
    }

    private static Heads queries(int queries, long seed) {
        return Data.heads(DType.F32, queries, Data.QUERY_HEADS, false, seed);
    }

    /** A plan of these heads. */
    static AttentionPlanBuilder plan(String backend, int kvHeads, DType cache) {
        return AttentionPlan.builder(AttentionShape.of(Data.QUERY_HEADS, kvHeads, Data.DIM, DType.F32).cache(cache))
                .backend(Backend.named(backend));
    }

    /** Attention over the next set. */
    void attend() {
        next = (next + 1) % calls.length;
        if (workers.threads == 1) {
            plan.attend(calls[next]);
        } else {
            plan.attend(calls[next], workers.pool, workers.threads);
        }
    }

    @Override
    public void close() {
        workers.close();
    }
}
