package dev.sextant.benchmarks;

import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.lang.foreign.MemorySegment;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** A prompt attended to by libtorch, its bias a tensor that is made before; compared with our plan when it is built. */
final class TorchPrompt {

    /** Keys and values as they are. */
    final Tensor k;
    final Tensor v;
    private final TorchAttention attention;
    private final Tensor q;
    private final TensorOptional bias;
    private final boolean causal;
    private final DType dtype;
    private final Torch own;
    private final MemorySegment ours;

    /** Without a bias, {@code causal} says whether all keys are seen; a bias says it itself. */
    TorchPrompt(PeerAttention problem, DType dtype, boolean causal, int threads) {
        this.own = new Torch(threads);
        this.dtype = dtype;
        this.causal = causal;
        this.attention = new TorchAttention(problem.scale());
        Heads queries = problem.queries(dtype, true);
        Heads keys = problem.keys(dtype, true);
        Heads values = problem.values(dtype, true);
        this.q = own.heads(queries).unsqueeze(0);
        this.k = own.heads(keys).unsqueeze(0);
        this.v = own.heads(values).unsqueeze(0);
        this.bias = problem.isBiased()
                ? new TensorOptional(own.tensor(problem.tensor(dtype), dtype, 1, Data.QUERY_HEADS, problem.queries(),
                        problem.keys()))
                : new TensorOptional();
        this.ours = problem.attended(queries, keys, values);
        check(k, v);
    }

    /** Throws when attention over these keys and values is not ours. */
    void check(Tensor keys, Tensor values) {
        Agreement.check(Torch.NAME, own.elements(attend(keys, values), dtype), ours, dtype,
                PeerAttention.tolerance(dtype));
    }

    Tensor attend(Tensor keys, Tensor values) {
        return bias.has_value()
                ? attention.fused(q, keys, values, bias)
                : attention.unbiased(q, keys, values, causal);
    }
}
