package dev.sextant.benchmarks;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionShape;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Sequences;

/** Work whose size a curve varies, on the fastest backend: one set of memory, since a curve shows where it leaves the caches. */
final class CurveSets {

    private CurveSets() {}

    /** Queries rotated in place. */
    static Runnable rotation(int tokens, int heads, int dim, Workers workers) {
        Rope rope = new Rope(dim, PairLayout.HALF_SPLIT, new GeometricFrequencies(10_000), AngleMode.EXACT);
        RotaryPlan plan = RotaryPlan.of(rope, HeadShape.of(dim, DType.F32));
        Heads q = heads(DType.F32, tokens, heads, dim);
        return workers.threads == 1
                ? () -> plan.rotate(q, Positions.from(0))
                : () -> plan.rotate(q, q, null, null, Positions.from(0), workers.pool, workers.threads);
    }

    /** Attention with ALiBi, the last query at the last key; {@code heads} query heads, a quarter as many key and value heads. */
    static Runnable attention(int queries, int keys, int heads, int dim, Structure structure, Workers workers) {
        DType cache = queries == 1 ? DType.BF16 : DType.F32;
        int kvHeads = Math.max(1, heads / 4);
        AttentionPlan plan = AttentionPlan.builder(AttentionShape.of(heads, kvHeads, dim, DType.F32).cache(cache))
                .bias(Alibi.of(heads)).structure(structure).build();
        AttentionCall call = new AttentionCall()
                .queries(heads(DType.F32, queries, heads, dim), heads(DType.F32, queries, heads, dim))
                .cache(KvCache.of(heads(cache, keys, kvHeads, dim), heads(cache, keys, kvHeads, dim)))
                .sequences(Sequences.of(1, queries, keys, Alignment.END));
        call.workspace(Data.allocate(plan.workspaceBytes(call, workers.threads)));
        return workers.threads == 1
                ? () -> plan.attend(call)
                : () -> plan.attend(call, workers.pool, workers.threads);
    }

    private static Heads heads(DType dtype, long tokens, int heads, int dim) {
        // positive and below 1.5: as floats, and their halves as 16-bit numbers, never denormal
        return Heads.of(Data.floats(tokens * heads * dim * dtype.bytes()), dtype, tokens, heads, dim);
    }
}
