package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@link W7T5} by others; the bias is a tensor that is made before ({@link W7T5BiasPeers} makes it). In float16 the queries of ONNX
 * Runtime are of that type too; of libtorch see {@link W5AttentionPeers}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W7T5Peers {

    private static PeerAttention problem(int tokens) {
        return new PeerAttention(PeerT5.BIAS, Structure.all(), Data.QUERY_HEADS, 1, tokens, tokens);
    }

    /** ONNX Runtime. */
    @State(Scope.Thread)
    public static class OnnxRuntime {
        /** Element type. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        Ort.Call call;

        /** Builds the session and the tensors, and compares a call with ours. */
        @Setup
        public void setup() throws OrtException {
            PeerAttention problem = problem(tokens);
            Heads q = problem.queries(dtype, false);
            Heads k = problem.keys(dtype, false);
            Heads v = problem.values(dtype, false);
            Heads out = problem.queries(dtype, false);
            call = OrtAttention.all(OrtAttention.all(dtype, problem.scale(), threads), q, k, v, problem.tensor(dtype),
                    out);
            call.run();
            Agreement.check(Ort.NAME, out.memory(), problem.attended(q, k, v), dtype, PeerAttention.tolerance(dtype));
        }
    }

    /** libtorch. */
    @State(Scope.Thread)
    public static class LibTorch {
        /** Element type. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        TorchAttention attention;
        Tensor q;
        Tensor k;
        Tensor v;
        TensorOptional bias;
        private Torch own;

        /** Builds the tensors, and compares a result with ours. */
        @Setup
        public void setup() {
            own = new Torch(threads);
            PeerAttention problem = problem(tokens);
            attention = new TorchAttention(problem.scale());
            Heads queries = problem.queries(dtype, true);
            Heads keys = problem.keys(dtype, true);
            Heads values = problem.values(dtype, true);
            q = own.heads(queries).unsqueeze(0);
            k = own.heads(keys).unsqueeze(0);
            v = own.heads(values).unsqueeze(0);
            bias = new TensorOptional(
                    own.tensor(problem.tensor(dtype), dtype, 1, Data.QUERY_HEADS, tokens, tokens));
            MemorySegment ours = problem.attended(queries, keys, values);
            Agreement.check(Torch.NAME, own.elements(attention.fused(q, k, v, bias), dtype), ours, dtype,
                    PeerAttention.tolerance(dtype));
        }
    }

    /** MultiHeadAttention. */
    @Benchmark
    public void onnxRuntime(OnnxRuntime s) throws OrtException {
        s.call.run();
    }

    /** {@code scaled_dot_product_attention}. */
    @Benchmark
    public void libtorch(LibTorch s) {
        try (PointerScope scope = new PointerScope()) {
            s.attention.fused(s.q, s.k, s.v, s.bias);
        }
    }
}
