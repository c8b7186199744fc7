package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import dev.sextant.examples.session.OnnxModel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attention with a bias by ONNX Runtime's own operators (domain com.microsoft). */
final class OrtAttention {

    private OrtAttention() {}

    /**
     * GroupQueryAttention, which is causal. Keys and values are head-major caches; tokens that the call brings are appended to them first,
     * in place, as past and present are the same memory.
     */
    static Ort grouped(DType dtype, double scale, boolean biased, int threads) throws OrtException {
        OnnxModel.Type type = Ort.type(dtype);
        OnnxModel model = new OnnxModel("com.microsoft", 1).inputs(type, "q", "k", "v", "past_k", "past_v")
                .inputs(OnnxModel.Type.INT32, "last", "total")
                .node("GroupQueryAttention",
                        List.of("q", "k", "v", "past_k", "past_v", "last", "total", "", "", "", biased ? "bias" : ""),
                        List.of("out", "present_k", "present_v"),
                        Map.of("num_heads", Data.QUERY_HEADS, "kv_num_heads", Data.KV_HEADS, "scale", (float) scale))
                .outputs(type, "out", "present_k", "present_v");
        return new Ort(biased ? model.inputs(type, "bias") : model, threads);
    }

    /**
     * A call of {@link #grouped}.
     *
     * @param q queries, token-major
     * @param k the last keys, of as many tokens as queries, token-major
     * @param v the last values
     * @param cacheK the cache of all keys, head-major
     * @param cacheV the cache of all values
     * @param bias {@code [heads, queries, keys]}; null for a session without
     * @param out results, token-major
     */
    static Ort.Call grouped(Ort session, Heads q, Heads k, Heads v, Heads cacheK, Heads cacheV,
            @Nullable MemorySegment bias, Heads out) throws OrtException {
        DType dtype = q.dtype();
        long keys = cacheK.tokens();
        long[] cache = {1, cacheK.heads(), keys, cacheK.dim()};
        Ort.Call call = session.call().in("q", q.memory(), dtype, row(q)).in("k", k.memory(), dtype, row(k))
                .in("v", v.memory(), dtype, row(v)).in("past_k", cacheK.memory(), dtype, cache)
                .in("past_v", cacheV.memory(), dtype, cache).ints("last", new int[]{(int) keys - 1}, 1)
                .ints("total", new int[]{(int) keys}, 1);
        return biased(call, bias, q, keys).out("out", out.memory(), dtype, row(out))
                .out("present_k", cacheK.memory(), dtype, cache)
                .out("present_v", cacheV.memory(), dtype, cache);
    }

    /** MultiHeadAttention: as many heads of keys as of queries, whatever the bias shows. */
    static Ort all(DType dtype, double scale, boolean biased, int threads) throws OrtException {
        OnnxModel.Type type = Ort.type(dtype);
        OnnxModel model = new OnnxModel("com.microsoft", 1).inputs(type, "q", "k", "v")
                .node("MultiHeadAttention", List.of("q", "k", "v", "", "", biased ? "bias" : ""), List.of("out"),
                        Map.of("num_heads", Data.QUERY_HEADS, "scale", (float) scale))
                .outputs(type, "out");
        return new Ort(biased ? model.inputs(type, "bias") : model, threads);
    }

    /** A call of {@link #all}, everything token-major; no bias for a session without. */
    static Ort.Call all(Ort session, Heads q, Heads k, Heads v, @Nullable MemorySegment bias, Heads out)
            throws OrtException {
        DType dtype = q.dtype();
        Ort.Call call = session.call().in("q", q.memory(), dtype, row(q)).in("k", k.memory(), dtype, row(k))
                .in("v", v.memory(), dtype, row(v));
        return biased(call, bias, q, k.tokens()).out("out", out.memory(), dtype, row(out));
    }

    private static Ort.Call biased(Ort.Call call, @Nullable MemorySegment bias, Heads q, long keys)
            throws OrtException {
        return bias == null ? call : call.in("bias", bias, q.dtype(), 1, q.heads(), q.tokens(), keys);
    }

    private static long[] row(Heads x) {
        return new long[]{1, x.tokens(), x.heads() * x.dim()};
    }
}
