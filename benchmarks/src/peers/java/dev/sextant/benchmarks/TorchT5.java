package dev.sextant.benchmarks;

import dev.sextant.tensor.DType;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The bias of T5 as a tensor {@code [heads, tokens, tokens]}, by libtorch's operators as Hugging Face's models call them. */
final class TorchT5 {

    private static final int SIDE = PeerT5.BUCKETS / 2;
    private static final int EXACT = SIDE / 2;

    private final Tensor weight;
    private final Scalar tokens;
    private final TensorOptions integers = new TensorOptions(ScalarType.Long);
    private final Tensor buckets;
    private final Tensor gathered;

    TorchT5(Torch own, int tokens) {
        weight = own.tensor(PeerT5.weight(), DType.F32, PeerT5.BUCKETS, Data.QUERY_HEADS);
        this.tokens = new Scalar(tokens);
        buckets = own.longs(Arrays.stream(PeerT5.buckets(tokens)).asLongStream().toArray());
        gathered = own.tensor(Data.allocate(4L * tokens * tokens * Data.QUERY_HEADS), DType.F32,
                (long) tokens * tokens, Data.QUERY_HEADS);
    }

    /** Buckets, a row of the table for each, and heads outside: all made anew. */
    Tensor made() {
        Tensor positions = torch.arange(tokens, integers);
        return torch.embedding(weight, buckets(positions.unsqueeze(0).sub(positions.unsqueeze(1)))).permute(2, 0, 1)
                .contiguous();
    }

    private static Tensor buckets(Tensor distances) {
        Tensor sides = distances.gt(new Scalar(0)).to(ScalarType.Long).mul(new Scalar(SIDE));
        Tensor n = distances.abs();
        Tensor far = n.to(ScalarType.Float).div(new Scalar((float) EXACT)).log()
                .div(new Scalar((float) Math.log((double) PeerT5.LONGEST / EXACT)))
                .mul(new Scalar((float) (SIDE - EXACT)))
                .to(ScalarType.Long).add(new Scalar(EXACT));
        Tensor capped = torch.min(far, torch.full_like(far, new Scalar(SIDE - 1)));
        return sides.add(torch.where(n.lt(new Scalar(EXACT)), n, capped));
    }

    /** From buckets that are there into tensors that are there. */
    void fill(Tensor out) {
        torch.index_select_out(gathered, weight, 0, buckets);
        out.copy_(gathered.view(out.size(1), out.size(2), out.size(0)).permute(2, 0, 1));
    }
}
