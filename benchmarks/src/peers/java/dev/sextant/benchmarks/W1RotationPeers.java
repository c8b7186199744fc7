package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import com.github.tjake.jlama.tensor.AbstractTensor;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
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

/** {@link W1Rotation} by others. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W1RotationPeers {

    private static final int TOKENS = W1Rotation.TOKENS;

    /** ONNX Runtime has no bfloat16 on the CPU. */
    @State(Scope.Thread)
    public static class OnnxRuntime {
        /** Element type. */
        @Param({"F32", "F16"})
        public DType dtype;
        /** {@code THD} token-major, {@code HTD} head-major. */
        @Param({"THD", "HTD"})
        public String layout;

        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        Ort.Call[] calls;
        int next;

        /** Builds the session and the buffer sets, and compares a call with ours. */
        @Setup
        public void setup() throws OrtException {
            PeerRows rows = PeerRows.of(dtype, TOKENS);
            OrtRotation rotation = new OrtRotation(rows, threads);
            calls = new Ort.Call[Data.sets(2L * TOKENS * 40 * Data.DIM * dtype.bytes())];
            for (int i = 0; i < calls.length; i++) {
                Heads q = heads(Data.QUERY_HEADS);
                Heads k = heads(Data.KV_HEADS);
                Heads qOut = heads(Data.QUERY_HEADS);
                Heads kOut = heads(Data.KV_HEADS);
                calls[i] = rotation.call(q, qOut, k, kOut, 0);
                if (i == 0) {
                    calls[i].run();
                    RotaryPlan.of(Data.LLAMA, HeadShape.of(Data.DIM, dtype)).rotate(q, k, Positions.from(0));
                    Agreement.check(Ort.NAME, qOut.memory(), q.memory(), dtype, rows.tolerance());
                    Agreement.check(Ort.NAME, kOut.memory(), k.memory(), dtype, rows.tolerance());
                }
            }
        }

        private Heads heads(int heads) {
            return Data.heads(dtype, TOKENS, heads, layout.equals("HTD"));
        }
    }

    /** libtorch, half-split, any type. */
    @State(Scope.Thread)
    public static class LibTorch {
        /** Element type. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** {@code THD} token-major, {@code HTD} head-major. */
        @Param({"THD", "HTD"})
        public String layout;

        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        TorchRotation rotation;
        Tensor[] q;
        Tensor[] k;
        Tensor[] q2;
        Tensor[] k2;
        int next;
        private Torch torch;

        /** Builds the rows and the buffer sets, and compares both forms with ours. */
        @Setup
        public void setup() {
            torch = new Torch(threads);
            boolean headMajor = layout.equals("HTD");
            PeerRows rows = PeerRows.of(dtype, TOKENS);
            rotation = new TorchRotation(torch, rows, 0, TOKENS, headMajor);
            int sets = Data.sets(2L * TOKENS * 40 * Data.DIM * dtype.bytes());
            q = tensors(sets, Data.QUERY_HEADS);
            k = tensors(sets, Data.KV_HEADS);
            q2 = tensors(sets, Data.QUERY_HEADS);
            k2 = tensors(sets, Data.KV_HEADS);
            Heads ours = Data.heads(dtype, TOKENS, Data.QUERY_HEADS, headMajor);
            RotaryPlan.of(Data.LLAMA, HeadShape.of(Data.DIM, dtype)).rotate(ours, Positions.from(0));
            Agreement.check(Torch.NAME, torch.elements(rotation.halves(q[0]), dtype), ours.memory(), dtype,
                    rows.tolerance());
            rotation.halves(q[0], q2[0]);
            Agreement.check(Torch.NAME, torch.elements(q2[0], dtype), ours.memory(), dtype, rows.tolerance());
        }

        private Tensor[] tensors(int sets, int heads) {
            Tensor[] tensors = new Tensor[sets];
            for (int i = 0; i < sets; i++) {
                tensors[i] = torch.heads(Data.heads(dtype, TOKENS, heads, layout.equals("HTD")));
            }
            return tensors;
        }
    }

    /** libtorch, pairs as complex numbers: interleaved, float32, token-major. */
    @State(Scope.Thread)
    public static class Complex {
        /** Element type. */
        @Param("F32")
        public DType dtype;
        /** Token-major. */
        @Param("THD")
        public String layout;

        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        Tensor turns;
        Tensor[] q;
        Tensor[] k;
        int next;
        private Torch torch;

        /** Builds the rows and the buffer sets, and compares both forms with ours. */
        @Setup
        public void setup() {
            torch = new Torch(threads);
            PeerRows rows = PeerRows.of(dtype, TOKENS);
            turns = TorchRotation.turns(torch, rows, TOKENS);
            q = new Tensor[Data.sets((long) TOKENS * 40 * Data.DIM * dtype.bytes())];
            k = new Tensor[q.length];
            for (int i = 0; i < q.length; i++) {
                q[i] = TorchRotation.pairs(torch.heads(Data.heads(dtype, TOKENS, Data.QUERY_HEADS, false)));
                k[i] = TorchRotation.pairs(torch.heads(Data.heads(dtype, TOKENS, Data.KV_HEADS, false)));
            }
            Heads ours = Data.heads(dtype, TOKENS, Data.QUERY_HEADS, false);
            Rope rope = new Rope(Data.DIM, PairLayout.INTERLEAVED, Data.LLAMA.frequencies(), AngleMode.EXACT);
            RotaryPlan.of(rope, HeadShape.of(Data.DIM, dtype)).rotate(ours, Positions.from(0));
            check(q[0].mul(turns), ours, rows);
            q[0].mul_(turns);
            check(q[0], ours, rows);
        }

        private void check(Tensor got, Heads wanted, PeerRows rows) {
            Agreement.check(Torch.NAME, torch.elements(org.bytedeco.pytorch.global.torch.view_as_real(got), dtype),
                    wanted.memory(), dtype, rows.tolerance());
        }
    }

    /** Jlama, float32, token-major as its layers are. */
    @State(Scope.Thread)
    public static class JlamaLoop {
        /** Element type. */
        @Param("F32")
        public DType dtype;
        /** Token-major. */
        @Param("THD")
        public String layout;

        /** Threads. */
        @Param("1")
        public int threads;

        Jlama jlama;
        AbstractTensor<?, ?>[] q;
        AbstractTensor<?, ?>[] k;
        int next;

        /** Builds the table and the buffer sets, and compares a rotation with ours. */
        @Setup
        public void setup() {
            jlama = new Jlama(TOKENS);
            q = new AbstractTensor<?, ?>[Data.sets((long) TOKENS * 40 * Data.DIM * dtype.bytes())];
            k = new AbstractTensor<?, ?>[q.length];
            for (int i = 0; i < q.length; i++) {
                Heads queries = Data.heads(dtype, TOKENS, Data.QUERY_HEADS, false);
                q[i] = Jlama.tensor(queries);
                k[i] = Jlama.tensor(Data.heads(dtype, TOKENS, Data.KV_HEADS, false));
                if (i == 0) {
                    Heads ours = Data.heads(dtype, TOKENS, Data.QUERY_HEADS, false);
                    Jlama.plan().rotate(ours, Positions.from(0));
                    rotate(q[i], Data.QUERY_HEADS);
                    Agreement.check(Jlama.NAME, queries.memory(), ours.memory(), dtype, Jlama.TOLERANCE);
                }
            }
        }

        void rotate(AbstractTensor<?, ?> x, int heads) {
            for (int t = 0; t < TOKENS; t++) {
                jlama.rotate(x.slice(t), heads, t);
            }
        }
    }

    /** Two RotaryEmbedding nodes. */
    @Benchmark
    public void onnxRuntime(OnnxRuntime s) throws OrtException {
        s.next = (s.next + 1) % s.calls.length;
        s.calls[s.next].run();
    }

    /** The form of Hugging Face's models: five passes. */
    @Benchmark
    public void libtorch(LibTorch s) {
        s.next = (s.next + 1) % s.q.length;
        try (PointerScope scope = new PointerScope()) {
            s.rotation.halves(s.q[s.next]);
            s.rotation.halves(s.k[s.next]);
        }
    }

    /** Into tensors that are there. */
    @Benchmark
    public void libtorchReused(LibTorch s) {
        s.next = (s.next + 1) % s.q.length;
        try (PointerScope scope = new PointerScope()) {
            s.rotation.halves(s.q[s.next], s.q2[s.next]);
            s.rotation.halves(s.k[s.next], s.k2[s.next]);
        }
    }

    /** Complex products into new tensors. */
    @Benchmark
    public void libtorchComplex(Complex s) {
        s.next = (s.next + 1) % s.q.length;
        try (PointerScope scope = new PointerScope()) {
            s.q[s.next].mul(s.turns);
            s.k[s.next].mul(s.turns);
        }
    }

    /** Complex products in place. */
    @Benchmark
    public void libtorchComplexInPlace(Complex s) {
        s.next = (s.next + 1) % s.q.length;
        try (PointerScope scope = new PointerScope()) {
            s.q[s.next].mul_(s.turns);
            s.k[s.next].mul_(s.turns);
        }
    }

    /** The loop of its attention layer. */
    @Benchmark
    public void jlama(JlamaLoop s) {
        s.next = (s.next + 1) % s.q.length;
        s.rotate(s.q[s.next], Data.QUERY_HEADS);
        s.rotate(s.k[s.next], Data.KV_HEADS);
    }
}
