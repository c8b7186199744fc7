package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import com.github.tjake.jlama.tensor.AbstractTensor;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
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
 * {@link W2Decode} by others, everything in cache. libtorch's rows are made once, as for all layers of a model; so are those of ONNX
 * Runtime.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W2DecodePeers {

    private static final int POSITIONS = 8192;

    private static Heads heads(DType dtype, int heads) {
        return Data.heads(dtype, 1, heads, false);
    }

    /** Ours, for the comparison. */
    private static Heads rotated(DType dtype, int heads) {
        Heads x = heads(dtype, heads);
        RotaryPlan.of(Data.LLAMA, HeadShape.of(Data.DIM, dtype)).rotate(x, Positions.from(W2Decode.POSITION));
        return x;
    }

    /** ONNX Runtime has no bfloat16 on the CPU. */
    @State(Scope.Thread)
    public static class OnnxRuntime {
        /** Element type. */
        @Param({"F32", "F16"})
        public DType dtype;

        Ort.Call call;

        /** Builds the session and the buffers, and compares a call with ours. */
        @Setup
        public void setup() throws OrtException {
            PeerRows rows = PeerRows.of(dtype, POSITIONS);
            Heads qOut = heads(dtype, Data.QUERY_HEADS);
            Heads kOut = heads(dtype, Data.KV_HEADS);
            call = new OrtRotation(rows, 1).call(heads(dtype, Data.QUERY_HEADS), qOut, heads(dtype, Data.KV_HEADS),
                    kOut,
                    W2Decode.POSITION);
            call.run();
            Agreement.check(Ort.NAME, qOut.memory(), rotated(dtype, Data.QUERY_HEADS).memory(), dtype,
                    rows.tolerance());
            Agreement.check(Ort.NAME, kOut.memory(), rotated(dtype, Data.KV_HEADS).memory(), dtype, rows.tolerance());
        }
    }

    /** libtorch, half-split, any type. */
    @State(Scope.Thread)
    public static class LibTorch {
        /** Element type. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;

        TorchRotation rotation;
        Tensor q;
        Tensor k;
        Tensor q2;
        Tensor k2;
        private final Torch torch = new Torch(1);

        /** Builds the row and the buffers, and compares both forms with ours. */
        @Setup
        public void setup() {
            PeerRows rows = PeerRows.of(dtype, POSITIONS);
            rotation = new TorchRotation(torch, rows, W2Decode.POSITION, 1, false);
            q = torch.heads(heads(dtype, Data.QUERY_HEADS));
            k = torch.heads(heads(dtype, Data.KV_HEADS));
            q2 = torch.heads(heads(dtype, Data.QUERY_HEADS));
            k2 = torch.heads(heads(dtype, Data.KV_HEADS));
            Heads ours = rotated(dtype, Data.QUERY_HEADS);
            Agreement.check(Torch.NAME, torch.elements(rotation.halves(q), dtype), ours.memory(), dtype,
                    rows.tolerance());
            rotation.halves(q, q2);
            Agreement.check(Torch.NAME, torch.elements(q2, dtype), ours.memory(), dtype, rows.tolerance());
        }
    }

    /** Jlama, float32. */
    @State(Scope.Thread)
    public static class JlamaLoop {
        /** Element type. */
        @Param("F32")
        public DType dtype;

        Jlama jlama;
        AbstractTensor<?, ?> q;
        AbstractTensor<?, ?> k;

        /** Builds the table and the buffers, and compares a rotation with ours. */
        @Setup
        public void setup() {
            jlama = new Jlama(POSITIONS);
            Heads queries = heads(dtype, Data.QUERY_HEADS);
            q = Jlama.tensor(queries);
            k = Jlama.tensor(heads(dtype, Data.KV_HEADS));
            Heads ours = heads(dtype, Data.QUERY_HEADS);
            Jlama.plan().rotate(ours, Positions.from(W2Decode.POSITION));
            jlama.rotate(q, Data.QUERY_HEADS, W2Decode.POSITION);
            Agreement.check(Jlama.NAME, queries.memory(), ours.memory(), dtype, Jlama.TOLERANCE);
        }
    }

    /** Two RotaryEmbedding nodes. */
    @Benchmark
    public void onnxRuntime(OnnxRuntime s) throws OrtException {
        s.call.run();
    }

    /** The form of Hugging Face's models. */
    @Benchmark
    public void libtorch(LibTorch s) {
        try (PointerScope scope = new PointerScope()) {
            s.rotation.halves(s.q);
            s.rotation.halves(s.k);
        }
    }

    /** Into tensors that are there. */
    @Benchmark
    public void libtorchReused(LibTorch s) {
        try (PointerScope scope = new PointerScope()) {
            s.rotation.halves(s.q, s.q2);
            s.rotation.halves(s.k, s.k2);
        }
    }

    /** The loop of its attention layer. */
    @Benchmark
    public void jlama(JlamaLoop s) {
        s.jlama.rotate(s.q, Data.QUERY_HEADS, W2Decode.POSITION);
        s.jlama.rotate(s.k, Data.KV_HEADS, W2Decode.POSITION);
    }
}
