package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import dev.sextant.examples.session.OnnxModel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.util.List;
import java.util.Map;

/**
 * ONNX Runtime's own RotaryEmbedding (domain com.microsoft) for queries and for keys in one graph: two nodes, one call. It cannot work
 * in place.
 */
final class OrtRotation {

    private final PeerRows rows;
    private final Ort session;

    OrtRotation(PeerRows rows, int threads) throws OrtException {
        this.rows = rows;
        OnnxModel.Type type = Ort.type(rows.dtype());
        session = new Ort(new OnnxModel("com.microsoft", 1).inputs(type, "q", "k", "cos", "sin")
                .inputs(OnnxModel.Type.INT64, "position")
                .node("RotaryEmbedding", List.of("q", "position", "cos", "sin"), List.of("q2"),
                        Map.of("interleaved", 0, "num_heads", Data.QUERY_HEADS))
                .node("RotaryEmbedding", List.of("k", "position", "cos", "sin"), List.of("k2"),
                        Map.of("interleaved", 0, "num_heads", Data.KV_HEADS))
                .outputs(type, "q2", "k2"), threads);
    }

    /** The call that rotates q and k, token-major or head-major as they are, from {@code position} on. */
    Ort.Call call(Heads q, Heads qOut, Heads k, Heads kOut, long position) throws OrtException {
        DType dtype = rows.dtype();
        return session.call().in("q", q.memory(), dtype, shape(q)).in("k", k.memory(), dtype, shape(k))
                .longs("position", new long[]{position}, 1)
                .in("cos", rows.cos(), dtype, rows.positions(), Data.PAIRS)
                .in("sin", rows.sin(), dtype, rows.positions(), Data.PAIRS)
                .out("q2", qOut.memory(), dtype, shape(qOut)).out("k2", kOut.memory(), dtype, shape(kOut));
    }

    private static long[] shape(Heads x) {
        return x.tokenStride() == x.heads() * x.dim()
                ? new long[]{1, x.tokens(), x.heads() * x.dim()}
                : new long[]{1, x.heads(), x.tokens(), x.dim()};
    }
}
