package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
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
 * {@link W5Attention} by others, causal: ALiBi, and with it the mask, is a tensor that is made before. libtorch in float32 only: its
 * 16-bit attention takes seconds, as this build has no fast products of such matrices.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W5AttentionPeers {

    private static PeerAttention problem(String bias, int tokens) {
        int rows = Data.tokens(tokens);
        return new PeerAttention(bias.equals("none") ? ScoreBias.NONE : AttentionSets.ALIBI, Structure.causal(),
                Data.KV_HEADS, 1 / Math.sqrt(Data.DIM), rows, rows);
    }

    /** ONNX Runtime; in float16 its queries are of that type too. */
    @State(Scope.Thread)
    public static class OnnxRuntime {
        /** Element type. */
        @Param({"F32", "F16"})
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** Keys that a query sees. */
        @Param("causal")
        public String structure;
        /** Bias of the scores. */
        @Param({"alibi", "none"})
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
            Ort session = OrtAttention.grouped(dtype, problem.scale(), problem.isBiased(), threads);
            call = OrtAttention.grouped(session, q, k, v, problem.keys(dtype, true), problem.values(dtype, true),
                    problem.isBiased() ? problem.tensor(dtype) : null, out);
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
        /** Keys that a query sees. */
        @Param("causal")
        public String structure;
        /** Bias of the scores. */
        @Param({"alibi", "none"})
        public String bias;
        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        TorchPrompt prompt;
        Tensor allK;
        Tensor allV;

        /** Builds the tensors, and compares both forms with ours. */
        @Setup
        public void setup() {
            prompt = new TorchPrompt(problem(bias, tokens), dtype, true, threads);
            allK = TorchAttention.expanded(prompt.k);
            allV = TorchAttention.expanded(prompt.v);
            prompt.check(allK, allV);
        }
    }

    /** GroupQueryAttention. */
    @Benchmark
    public void onnxRuntime(OnnxRuntime s) throws OrtException {
        s.call.run();
    }

    /** {@code scaled_dot_product_attention} of grouped heads. */
    @Benchmark
    public void libtorch(LibTorch s) {
        try (PointerScope scope = new PointerScope()) {
            s.prompt.attend(s.prompt.k, s.prompt.v);
        }
    }

    /** The same of heads that were copied for every query head before. */
    @Benchmark
    public void libtorchExpanded(LibTorch s) {
        try (PointerScope scope = new PointerScope()) {
            s.prompt.attend(s.allK, s.allV);
        }
    }
}
