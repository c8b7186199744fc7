package dev.sextant.benchmarks;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Rotation as libtorch's users compose it, which has no operator for it, on tensors {@code [tokens, heads, dim]} or
 * {@code [heads, tokens, dim]}. Rows are made once, as for all layers of a model.
 */
final class TorchRotation {

    /** {@code [tokens, 1, dim]} or {@code [tokens, dim]}: every row twice, for either half of a head. */
    private final Tensor cos;
    private final Tensor sin;
    /** The same, once. */
    private final Tensor halfCos;
    private final Tensor halfSin;
    private final Scalar minusOne = new Scalar(-1f);

    /** The rows of {@code tokens} positions from {@code first} on. */
    TorchRotation(Torch own, PeerRows rows, long first, int tokens, boolean headMajor) {
        Tensor c = own.tensor(rows.cos(), rows.dtype(), rows.positions(), Data.PAIRS).narrow(0, first, tokens);
        Tensor s = own.tensor(rows.sin(), rows.dtype(), rows.positions(), Data.PAIRS).narrow(0, first, tokens);
        cos = twice(c, headMajor);
        sin = twice(s, headMajor);
        halfCos = headMajor ? c : c.unsqueeze(1);
        halfSin = headMajor ? s : s.unsqueeze(1);
    }

    private static Tensor twice(Tensor x, boolean headMajor) {
        Tensor both = torch.cat(new TensorVector(x, x), -1);
        return headMajor ? both : both.unsqueeze(1);
    }

    /** Half-split: the form of Hugging Face's models, {@code x * cos + rotate_half(x) * sin}. */
    Tensor halves(Tensor x) {
        Tensor low = x.narrow(-1, 0, Data.PAIRS);
        Tensor high = x.narrow(-1, Data.PAIRS, Data.PAIRS);
        return x.mul(cos).add(torch.cat(new TensorVector(high.neg(), low), -1).mul(sin));
    }

    /** Half-split without new tensors: each half of {@code out} is a product and a product added. */
    void halves(Tensor x, Tensor out) {
        Tensor low = x.narrow(-1, 0, Data.PAIRS);
        Tensor high = x.narrow(-1, Data.PAIRS, Data.PAIRS);
        Tensor outLow = out.narrow(-1, 0, Data.PAIRS);
        Tensor outHigh = out.narrow(-1, Data.PAIRS, Data.PAIRS);
        torch.mul_out(outLow, low, halfCos);
        outLow.addcmul_(high, halfSin, minusOne);
        torch.mul_out(outHigh, high, halfCos);
        outHigh.addcmul_(low, halfSin);
    }

    /** Interleaved: the form of Llama's first code. What {@link #pairs} are multiplied by, {@code [tokens, 1, pairs]}. */
    static Tensor turns(Torch own, PeerRows rows, int tokens) {
        Tensor cos = own.tensor(rows.cos(), rows.dtype(), tokens, Data.PAIRS);
        Tensor sin = own.tensor(rows.sin(), rows.dtype(), tokens, Data.PAIRS);
        return torch.view_as_complex(torch.stack(new TensorVector(cos, sin), -1)).unsqueeze(1);
    }

    /** Heads of float32 as complex numbers {@code [tokens, heads, pairs]}, in the same memory. */
    static Tensor pairs(Tensor x) {
        return torch.view_as_complex(x.view(x.size(0), x.size(1), Data.PAIRS, 2));
    }
}
