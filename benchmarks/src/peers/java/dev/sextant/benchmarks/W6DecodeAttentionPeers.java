package dev.sextant.benchmarks;

import ai.onnxruntime.OrtException;
import com.github.tjake.jlama.tensor.AbstractTensor;
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
 * {@link W6DecodeAttention} by others; the bias is a tensor that is made before. Their queries have the type of the cache, Jlama's are
 * float32 as ours.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W6DecodeAttentionPeers {

    private static PeerAttention problem(int keys) {
        return new PeerAttention(AttentionSets.ALIBI, Structure.all(), Data.KV_HEADS, 1 / Math.sqrt(Data.DIM), 1,
                keys);
    }

    private static int sets(int keys, DType dtype) {
        return Data.sets(2L * keys * Data.KV_HEADS * Data.DIM * dtype.bytes());
    }

    /** ONNX Runtime: its caches are head-major, and the last key and value arrive with the query. */
    @State(Scope.Thread)
    public static class OnnxRuntime {
        /** Element type. */
        @Param({"F32", "F16"})
        public DType dtype;
        /** Keys in the cache. */
        @Param("8192")
        public int keys;
        /** Head-major. */
        @Param("HTD")
        public String layout;
        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        Ort.Call[] calls;
        int next;

        /** Builds the session and the caches, and compares a call with ours. */
        @Setup
        public void setup() throws OrtException {
            PeerAttention problem = problem(keys);
            Ort session = OrtAttention.grouped(dtype, problem.scale(), true, threads);
            Heads q = problem.queries(dtype, false);
            Heads out = problem.queries(dtype, false);
            MemorySegment bias = problem.tensor(dtype);
            calls = new Ort.Call[sets(keys, dtype)];
            for (int i = 0; i < calls.length; i++) {
                Heads cacheK = problem.keys(dtype, true);
                Heads cacheV = problem.values(dtype, true);
                Heads k = Data.heads(dtype, 1, Data.KV_HEADS, false, 5);
                Heads v = Data.heads(dtype, 1, Data.KV_HEADS, false, 6);
                calls[i] = OrtAttention.grouped(session, q, k, v, cacheK, cacheV, bias, out);
                if (i == 0) {
                    calls[i].run();
                    Agreement.check(Ort.NAME, out.memory(), problem.attended(q, cacheK, cacheV), dtype,
                            PeerAttention.tolerance(dtype));
                }
            }
        }
    }

    /** libtorch. */
    @State(Scope.Thread)
    public static class LibTorch {
        /** Element type. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Keys in the cache. */
        @Param("8192")
        public int keys;
        /** {@code THD} token-major, {@code HTD} head-major. */
        @Param({"HTD", "THD"})
        public String layout;
        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        TorchAttention attention;
        Tensor q;
        Tensor folded;
        Tensor[] k;
        Tensor[] v;
        TensorOptional bias;
        Tensor foldedBias;
        int next;
        private Torch own;

        /** Builds the caches, and compares both forms with ours. */
        @Setup
        public void setup() {
            own = own();
            PeerAttention problem = problem(keys);
            boolean headMajor = layout.equals("HTD");
            attention = new TorchAttention(problem.scale());
            Heads queries = problem.queries(dtype, false);
            q = own.tensor(queries.memory(), dtype, 1, Data.QUERY_HEADS, 1, Data.DIM);
            folded = q.view(Data.KV_HEADS, -1, Data.DIM);
            Tensor scores = own.tensor(problem.tensor(dtype), dtype, 1, Data.QUERY_HEADS, 1, keys);
            bias = new TensorOptional(scores);
            foldedBias = scores.view(Data.KV_HEADS, -1, keys);
            k = new Tensor[sets(keys, dtype)];
            v = new Tensor[k.length];
            for (int i = 0; i < k.length; i++) {
                k[i] = perHead(problem.keys(dtype, headMajor), headMajor);
                v[i] = perHead(problem.values(dtype, headMajor), headMajor);
            }
            MemorySegment ours = problem.attended(queries, problem.keys(dtype, headMajor),
                    problem.values(dtype, headMajor));
            check(folded(0), ours);
            check(fused(0), ours);
        }

        /** The matrices are multiplied one after another, each on all threads; beside them an operator's own threads are in the way. */
        Torch own() {
            return new Torch(1, threads);
        }

        private Tensor perHead(Heads x, boolean headMajor) {
            Tensor tensor = own.heads(x);
            return headMajor ? tensor : tensor.transpose(0, 1);
        }

        private void check(Tensor got, MemorySegment ours) {
            Agreement.check(Torch.NAME, own.elements(got, dtype), ours, dtype, PeerAttention.tolerance(dtype));
        }

        Tensor folded(int set) {
            return attention.folded(folded, k[set], v[set], foldedBias);
        }

        Tensor fused(int set) {
            return attention.fused(q, k[set].unsqueeze(0), v[set].unsqueeze(0), bias);
        }
    }

    /** libtorch's fused attention, which shares out heads. */
    public static class LibTorchFused extends LibTorch {
        @Override
        Torch own() {
            return new Torch(threads, 1);
        }
    }

    /** Jlama: its caches are token-major. */
    @State(Scope.Thread)
    public static class JlamaLayer {
        /** Element type of keys and values. */
        @Param({"F32", "BF16"})
        public DType dtype;
        /** Keys in the cache. */
        @Param("8192")
        public int keys;
        /** Token-major. */
        @Param("THD")
        public String layout;
        /** One: its own pool has as many as the machine has cores. */
        @Param("1")
        public int threads;

        JlamaAttention attention;
        AbstractTensor<?, ?> q;
        AbstractTensor<?, ?> out;
        AbstractTensor<?, ?>[] k;
        AbstractTensor<?, ?>[] v;
        int next;

        /** Builds the caches, and compares a result with ours. */
        @Setup
        public void setup() {
            PeerAttention problem = problem(keys);
            attention = new JlamaAttention(problem.tensor(DType.F32), keys, problem.scale());
            Heads queries = problem.queries(DType.F32, false);
            Heads results = problem.queries(DType.F32, false);
            q = Jlama.tensor(queries);
            out = Jlama.tensor(results);
            k = new AbstractTensor<?, ?>[sets(keys, dtype)];
            v = new AbstractTensor<?, ?>[k.length];
            for (int i = 0; i < k.length; i++) {
                k[i] = Jlama.tensor(problem.keys(dtype, false));
                v[i] = Jlama.tensor(problem.values(dtype, false));
            }
            attention.attend(q, k[0], v[0], out);
            Agreement.check(Jlama.NAME, results.memory(),
                    problem.attended(queries, problem.keys(dtype, false), problem.values(dtype, false)), DType.F32,
                    PeerAttention.tolerance(DType.F32));
        }
    }

    /** GroupQueryAttention. */
    @Benchmark
    public void onnxRuntime(OnnxRuntime s) throws OrtException {
        s.next = (s.next + 1) % s.calls.length;
        s.calls[s.next].run();
    }

    /** Products of matrices, a group of query heads at a time. */
    @Benchmark
    public void libtorch(LibTorch s) {
        s.next = (s.next + 1) % s.k.length;
        try (PointerScope scope = new PointerScope()) {
            s.folded(s.next);
        }
    }

    /** {@code scaled_dot_product_attention} of grouped heads. */
    @Benchmark
    public void libtorchFused(LibTorchFused s) {
        s.next = (s.next + 1) % s.k.length;
        try (PointerScope scope = new PointerScope()) {
            s.fused(s.next);
        }
    }

    /** Its native operations, head by head. */
    @Benchmark
    public void jlama(JlamaLayer s) {
        s.next = (s.next + 1) % s.k.length;
        s.attention.attend(s.q, s.k[s.next], s.v[s.next], s.out);
    }
}
