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
 * A plan of attention and calls of it over sets of memory, each in turn: float32 queries over keys and values of a cache, on
 * the calling thread or with a pool beside it.
 */
final class AttentionSets implements AutoCloseable {

    private final AttentionPlan plan;
    private final AttentionCall[] calls;
    private final Workers workers;
    private int next;

    /** ALiBi's slopes for the heads of these workloads. */
    static final Alibi ALIBI = Alibi.of(Data.QUERY_HEADS);

    /** The last query at the last key; sets enough to leave every cache behind. */
    AttentionSets(AttentionPlan plan, int queries, int keys, boolean headMajor, int threads) {
        this(plan, queries, keys, headMajor, new Workers(threads), Data.sets(bytes(plan.shape(), queries, keys)));
    }

    /** The same with threads and a number of sets given. */
    AttentionSets(AttentionPlan plan, int queries, int keys, boolean headMajor, Workers workers, int sets) {
        this.plan = plan;
        this.workers = workers;
        this.calls = new AttentionCall[sets];
        AttentionShape shape = plan.shape();
        for (int i = 0; i < sets; i++) {
            Heads k = Data.heads(shape.cacheType(), keys, shape.kvHeads(), shape.keyDim(), headMajor, 2);
            Heads v = Data.heads(shape.cacheType(), keys, shape.kvHeads(), shape.keyDim(), headMajor, 3);
            calls[i] = new AttentionCall()
                    .queries(queries(shape, queries, 1), queries(shape, queries, 4))
                    .cache(KvCache.of(k, v))
                    .sequences(Sequences.of(1, queries, keys, Alignment.END));
            calls[i].workspace(Data.allocate(plan.workspaceBytes(calls[i], workers.threads)));
        }
    }

    private static long bytes(AttentionShape shape, long queries, long keys) {
        return 2 * shape.keyDim() * (4 * queries * shape.heads() + shape.cacheType().bytes() * keys * shape.kvHeads());
    }

    /** A prompt, token-major; a short one in a smoke run. */
    static AttentionSets prompt(AttentionPlanBuilder plan, int tokens, int threads) {
        return new AttentionSets(plan.build(), Data.tokens(tokens), Data.tokens(tokens), false, threads);
    }

    private static Heads queries(AttentionShape shape, int queries, long seed) {
        return Data.heads(DType.F32, queries, shape.heads(), shape.keyDim(), false, seed);
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
