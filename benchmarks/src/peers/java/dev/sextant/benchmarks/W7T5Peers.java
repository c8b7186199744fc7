package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
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
 * {@link W7T5} by others; the bias is a tensor that is made before ({@link W7T5BiasPeers} makes it). float32, of libtorch for the reason
 * in {@link W5AttentionPeers}; ONNX Runtime has float16 too, but works in float32 then.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W7T5Peers {

    private static PeerAttention problem(String bias, int tokens) {
        int rows = Data.tokens(tokens);
        return new PeerAttention(bias.equals("none") ? ScoreBias.NONE : NaiveT5Bias.DEFINITION, Structure.all(),
                Data.QUERY_HEADS, 1, rows, rows);
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
        /** Bias of the scores. */
        @Param({"t5", "none"})
        public String bias;
        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        Ort.Call call;

        /** Builds the session and the tensors, and compares a call with ours. */
        @Setup
        public void setup() throws OrtException {
            PeerAttention problem = problem(bias, tokens);
            Heads q = problem.queries(dtype, false);
            Heads k = problem.keys(dtype, false);
            Heads v = problem.values(dtype, false);
            Heads out = problem.queries(dtype, false);
            Ort session = OrtAttention.all(dtype, problem.scale(), problem.isBiased(), threads);
            call = OrtAttention.all(session, q, k, v, problem.isBiased() ? problem.tensor(dtype) : null, out);
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
        /** Bias of the scores. */
        @Param({"t5", "none"})
        public String bias;
        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        TorchPrompt prompt;

        /** Builds the tensors, and compares a result with ours. */
        @Setup
        public void setup() {
            prompt = new TorchPrompt(problem(bias, tokens), dtype, false, threads);
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
            s.prompt.attend(s.prompt.k, s.prompt.v);
        }
    }
}
