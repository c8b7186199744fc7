package dev.sextant.benchmarks;

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
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;

/** Work whose size a curve varies, on the fastest backend: one set of memory, since a curve shows where it leaves the caches. */
final class CurveSets {

    private CurveSets() {}

    /** Queries rotated in place. */
    static Runnable rotation(int tokens, int heads, int dim, Workers workers) {
        Rope rope = new Rope(dim, PairLayout.HALF_SPLIT, new GeometricFrequencies(10_000), AngleMode.EXACT);
        RotaryPlan plan = RotaryPlan.of(rope, HeadShape.of(dim, DType.F32));
        Heads q = Data.heads(DType.F32, tokens, heads, dim, false, 1);
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
        return new AttentionSets(plan, queries, keys, false, workers, 1)::attend;
    }
}
