package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import dev.sextant.AttentionCall;
import dev.sextant.ScoreBiasPlan;
import dev.sextant.examples.session.OnnxModel;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
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

/** {@link W7T5Bias} by others: the tensor written, from buckets that they are given or that they compute. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W7T5BiasPeers {

    private static MemorySegment tensor(int tokens) {
        return Data.allocate(bytes(tokens));
    }

    private static long bytes(int tokens) {
        return 4L * Data.QUERY_HEADS * tokens * tokens;
    }

    /** Numbers of the table: no arithmetic, so equal. */
    private static void check(String peer, MemorySegment got, int tokens) {
        MemorySegment ours = tensor(tokens);
        ScoreBiasPlan.of(NaiveT5Bias.DEFINITION).materialise(
                new AttentionCall().sequences(Sequences.of(1, tokens, tokens, Alignment.START)),
                Scores.of(ours, 1, Data.QUERY_HEADS, tokens, tokens));
        Agreement.check(peer, got, ours, DType.F32, 0);
    }

    /** ONNX Runtime: buckets are given. */
    @State(Scope.Thread)
    public static class OnnxRuntime {
        /** Element type. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** What happens to memory. */
        @Param("write")
        public String memory;

        Ort.Call[] calls;
        Ort.Call[] byHead;
        int next;

        /** Builds the sessions and the tensors, and compares a call of both with ours. */
        @Setup
        public void setup() throws OrtException {
            Ort rows = new Ort(new OnnxModel("", 14).inputs(OnnxModel.Type.FLOAT, "table")
                    .inputs(OnnxModel.Type.INT32, "buckets")
                    .node("Gather", List.of("table", "buckets"), List.of("rows"), Map.of("axis", 0))
                    .node("Transpose", List.of("rows"), List.of("bias"), Map.of("perm", List.of(2, 0, 1)))
                    .outputs(OnnxModel.Type.FLOAT, "bias"), 1);
            Ort columns = new Ort(new OnnxModel("", 14).inputs(OnnxModel.Type.FLOAT, "table")
                    .inputs(OnnxModel.Type.INT32, "buckets")
                    .node("Gather", List.of("table", "buckets"), List.of("bias"), Map.of("axis", 1))
                    .outputs(OnnxModel.Type.FLOAT, "bias"), 1);
            int[] buckets = PeerT5.buckets(tokens);
            calls = new Ort.Call[Data.sets(bytes(tokens))];
            byHead = new Ort.Call[calls.length];
            for (int i = 0; i < calls.length; i++) {
                MemorySegment out = tensor(tokens);
                calls[i] = rows.call().in("table", PeerT5.weight(), dtype, PeerT5.BUCKETS, Data.QUERY_HEADS)
                        .ints("buckets", buckets, tokens, tokens)
                        .out("bias", out, dtype, Data.QUERY_HEADS, tokens, tokens);
                byHead[i] = columns.call().in("table", PeerT5.weightByHead(), dtype, Data.QUERY_HEADS, PeerT5.BUCKETS)
                        .ints("buckets", buckets, tokens, tokens)
                        .out("bias", out, dtype, Data.QUERY_HEADS, tokens, tokens);
                if (i == 0) {
                    calls[i].run();
                    check(Ort.NAME, out, tokens);
                    out.fill((byte) 0);
                    byHead[i].run();
                    check(Ort.NAME, out, tokens);
                }
            }
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
        /** What happens to memory. */
        @Param("write")
        public String memory;

        TorchT5 t5;
        Tensor[] sets;
        int next;
        private final Torch own = new Torch(1);

        /** Makes the tensors, and compares both forms with ours. */
        @Setup
        public void setup() {
            t5 = new TorchT5(own, tokens);
            sets = new Tensor[Data.sets(bytes(tokens))];
            for (int i = 0; i < sets.length; i++) {
                sets[i] = own.tensor(tensor(tokens), dtype, Data.QUERY_HEADS, tokens, tokens);
            }
            check(Torch.NAME, own.elements(t5.made(), dtype), tokens);
            t5.fill(sets[0]);
            check(Torch.NAME, own.elements(sets[0], dtype), tokens);
        }
    }

    /** Gather of rows, then Transpose. */
    @Benchmark
    public void onnxRuntime(OnnxRuntime s) throws OrtException {
        s.next = (s.next + 1) % s.calls.length;
        s.calls[s.next].run();
    }

    /** Gather of columns of a table that has its heads outside. */
    @Benchmark
    public void onnxRuntimeByHead(OnnxRuntime s) throws OrtException {
        s.next = (s.next + 1) % s.byHead.length;
        s.byHead[s.next].run();
    }

    /** The form of Hugging Face's models. */
    @Benchmark
    public void libtorch(LibTorch s) {
        try (PointerScope scope = new PointerScope()) {
            s.t5.made();
        }
    }

    /** From buckets that are there into tensors that are there. */
    @Benchmark
    public void libtorchReused(LibTorch s) {
        s.next = (s.next + 1) % s.sets.length;
        try (PointerScope scope = new PointerScope()) {
            s.t5.fill(s.sets[s.next]);
        }
    }
}
