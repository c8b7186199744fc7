package dev.sextant.benchmarks;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Attention with a bias by libtorch, on head-major tensors {@code [1, heads, tokens, dim]}. */
final class TorchAttention {

    private final DoubleOptional scale;
    private final Scalar factor;
    private final Scalar one = new Scalar(1f);
    private final TensorOptional none = new TensorOptional();

    TorchAttention(double scale) {
        this.scale = new DoubleOptional(scale);
        this.factor = new Scalar(scale);
    }

    /** Its fused attention with a bias, which holds the mask; groups of query heads share a head of keys. */
    Tensor fused(Tensor q, Tensor k, Tensor v, TensorOptional bias) {
        return torch.scaled_dot_product_attention(q, k, v, bias, 0, false, scale, q.size(1) != k.size(1));
    }

    /** The same without a bias; causal, or over all keys. */
    Tensor unbiased(Tensor q, Tensor k, Tensor v, boolean causal) {
        return torch.scaled_dot_product_attention(q, k, v, none, 0, causal, scale, q.size(1) != k.size(1));
    }

    /** Heads of keys or values copied for every query head of their group. */
    static Tensor expanded(Tensor x) {
        return x.repeat_interleave(Data.QUERY_HEADS / Data.KV_HEADS, new LongOptional(1), new LongOptional());
    }

    /**
     * One query a head: the query heads of a group as rows of one matrix, so that keys and values are read once.
     *
     * @param q {@code [kv heads, group, dim]}
     * @param k {@code [kv heads, keys, dim]}
     * @param v the same
     * @param bias {@code [kv heads, group, keys]}
     */
    Tensor folded(Tensor q, Tensor k, Tensor v, Tensor bias) {
        Tensor scores = torch.baddbmm(bias, q, k.transpose(1, 2), one, factor);
        return torch.bmm(scores.softmax(-1), v);
    }
}
