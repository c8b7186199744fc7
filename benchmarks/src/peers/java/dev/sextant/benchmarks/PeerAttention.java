package dev.sextant.benchmarks;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionShape;
import dev.sextant.ScoreBiasPlan;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import java.lang.foreign.MemorySegment;

/**
 * A problem of attention for peers, whose biases are tensors: made once by us, masks included, and not timed. What they compute is
 * compared with our plan, which makes its bias as it goes.
 */
record PeerAttention(ScoreBias bias, Structure structure, int kvHeads, double scale, int queries, int keys) {

    /** Whether peers get a tensor. */
    boolean isBiased() {
        return bias != ScoreBias.NONE;
    }

    /** Queries; token-major or head-major. */
    Heads queries(DType dtype, boolean headMajor) {
        return Data.heads(dtype, queries, Data.QUERY_HEADS, headMajor, 1);
    }

    /** Keys. */
    Heads keys(DType dtype, boolean headMajor) {
        return Data.heads(dtype, keys, kvHeads, headMajor, 2);
    }

    /** Values. */
    Heads values(DType dtype, boolean headMajor) {
        return Data.heads(dtype, keys, kvHeads, headMajor, 3);
    }

    /** The bias {@code [heads, queries, keys]}, minus infinity where the structure hides a key. */
    MemorySegment tensor(DType dtype) {
        long elements = (long) Data.QUERY_HEADS * queries * keys;
        MemorySegment floats = Data.allocate(4 * elements);
        ScoreBiasPlan.builder(Data.QUERY_HEADS).bias(bias).structure(structure).build()
                .materialise(new AttentionCall().sequences(sequences()),
                        Scores.of(floats, 1, Data.QUERY_HEADS, queries, keys));
        return PeerRows.rounded(floats, dtype, elements);
    }

    /** Ours, of the layout of {@code q}. */
    MemorySegment attended(Heads q, Heads k, Heads v) {
        Heads out = queries(q.dtype(), q.tokenStride() == q.dim());
        AttentionPlan plan = AttentionPlan
                .builder(AttentionShape.of(Data.QUERY_HEADS, kvHeads, Data.DIM, q.dtype()).cache(k.dtype()))
                .bias(bias).structure(structure).scale(scale).build();
        AttentionCall call = new AttentionCall().queries(q, out).cache(KvCache.of(k, v)).sequences(sequences());
        call.workspace(Data.allocate(plan.workspaceBytes(call)));
        plan.attend(call);
        return out.memory();
    }

    private Sequences sequences() {
        return Sequences.of(1, queries, keys, Alignment.END);
    }

    /**
     * How far averages of numbers up to 1 may be from ours. In float32: scores of 128 products, summed in another order, are off by about
     * 2^-19, and so are their exponentials. In 16 bits: they round biases, probabilities and results, of which ours rounds the results
     * only.
     */
    static double tolerance(DType dtype) {
        return switch (dtype) {
            case F32 -> 0x1p-16;
            case F16 -> 0x1p-9;
            case BF16 -> 0x1p-6;
        };
    }
}
