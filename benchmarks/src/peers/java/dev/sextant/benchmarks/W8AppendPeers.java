package dev.sextant.benchmarks;

import com.github.tjake.jlama.tensor.AbstractTensor;
import dev.sextant.AppendPlan;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Slots;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
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
 * {@link W8Append} by others, composed of their rotation and their copies: none has an operator for it apart from attention. Contiguous
 * caches.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W8AppendPeers {

    /** Queries, keys, values and the caches of keys and values of one set, in the same layouts as ours. */
    record Buffers(Heads q, Heads k, Heads v, Heads cacheK, Heads cacheV) {

        static Buffers of(int tokens, DType dtype, boolean headMajor) {
            return new Buffers(Data.heads(DType.F32, tokens, Data.QUERY_HEADS, false, 1),
                    Data.heads(DType.F32, tokens, Data.KV_HEADS, false, 2),
                    Data.heads(DType.F32, tokens, Data.KV_HEADS, false, 3),
                    Data.heads(dtype, capacity(tokens), Data.KV_HEADS, headMajor),
                    Data.heads(dtype, capacity(tokens), Data.KV_HEADS, headMajor));
        }

        /** What ours make of the same numbers. */
        static Buffers appended(Rope rope, int tokens, DType dtype, boolean headMajor) {
            Buffers ours = of(tokens, dtype, headMajor);
            AppendPlan plan = RotaryPlan.of(rope, HeadShape.of(Data.DIM, DType.F32)).append(dtype);
            plan.append(ours.q, ours.k, ours.v, KvCache.of(ours.cacheK, ours.cacheV), Slots.from(first(tokens)),
                    Positions.from(first(tokens)));
            return ours;
        }

        /** Compares the caches, all slots of them. */
        void check(String peer, Buffers ours) {
            DType dtype = cacheK.dtype();
            Agreement.check(peer, cacheK.memory(), ours.cacheK.memory(), dtype, tolerance(dtype));
            Agreement.check(peer, cacheV.memory(), ours.cacheV.memory(), dtype, tolerance(dtype));
        }
    }

    private static int first(int tokens) {
        return tokens == 1 ? W2Decode.POSITION : 0;
    }

    private static int capacity(int tokens) {
        return tokens == 1 ? W2Decode.POSITION + 120 : tokens;
    }

    /** One token stays in cache; a prompt comes from memory. */
    private static int sets(int tokens, DType dtype) {
        return tokens == 1
                ? 1
                : Data.sets((long) tokens * Data.DIM
                        * (4 * (Data.QUERY_HEADS + 2 * Data.KV_HEADS) + 2 * Data.KV_HEADS * dtype.bytes()));
    }

    /** Of rotations in float32, rounded once to the cache's type: one unit of it below 2. */
    private static double tolerance(DType dtype) {
        return switch (dtype) {
            case F32 -> Jlama.TOLERANCE;
            case F16 -> 0x1p-10;
            case BF16 -> 0x1p-7;
        };
    }

    /** libtorch. */
    @State(Scope.Thread)
    public static class LibTorch {
        /** Element type of the cache. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Tokens of a call. */
        @Param({"1", "2048"})
        public int tokens;
        /** Tokens outside (NHD) or heads outside (HND). */
        @Param({"NHD", "HND"})
        public String cache;

        /** Tensors of one set, tokens first whatever the layout. */
        record Tensors(Tensor q, Tensor k, Tensor v, Tensor cacheK, Tensor cacheV, Tensor newK, Tensor newV) {}

        TorchRotation rotation;
        Tensors[] sets;
        Tensor slots;
        Tensor q2;
        Tensor k2;
        int next;
        private final Torch own = new Torch(1);

        /** Builds the buffer sets, and compares both forms with ours. */
        @Setup
        public void setup() {
            boolean headMajor = cache.equals("HND");
            rotation = new TorchRotation(own, PeerRows.of(DType.F32, capacity(tokens)), first(tokens), tokens, false);
            slots = own.longs(LongStream.range(first(tokens), first(tokens) + tokens).toArray());
            q2 = own.heads(Data.heads(DType.F32, tokens, Data.QUERY_HEADS, false));
            k2 = own.heads(Data.heads(DType.F32, tokens, Data.KV_HEADS, false));
            sets = new Tensors[sets(tokens, dtype)];
            Buffers ours = Buffers.appended(Data.LLAMA, tokens, dtype, headMajor);
            for (int i = 0; i < sets.length; i++) {
                Buffers buffers = Buffers.of(tokens, dtype, headMajor);
                sets[i] = tensors(buffers, headMajor);
                if (i == 0) {
                    Tensor q = append(sets[i]);
                    buffers.check(Torch.NAME, ours);
                    checkQueries(q, ours);
                    Buffers others = Buffers.of(tokens, dtype, headMajor);
                    appendReused(tensors(others, headMajor));
                    others.check(Torch.NAME, ours);
                    checkQueries(q2, ours);
                }
            }
        }

        private Tensors tensors(Buffers b, boolean headMajor) {
            Tensor cacheK = headMajor ? own.heads(b.cacheK).transpose(0, 1) : own.heads(b.cacheK);
            Tensor cacheV = headMajor ? own.heads(b.cacheV).transpose(0, 1) : own.heads(b.cacheV);
            return new Tensors(own.heads(b.q), own.heads(b.k), own.heads(b.v), cacheK, cacheV,
                    cacheK.narrow(0, first(tokens), tokens), cacheV.narrow(0, first(tokens), tokens));
        }

        private void checkQueries(Tensor q, Buffers ours) {
            Agreement.check(Torch.NAME, own.elements(q, DType.F32), ours.q.memory(), DType.F32, tolerance(DType.F32));
        }

        /** Returns the rotated queries. */
        Tensor append(Tensors t) {
            Tensor q = rotation.halves(t.q);
            t.cacheK.index_copy_(0, slots, rotation.halves(t.k).to(Torch.type(dtype)));
            t.cacheV.index_copy_(0, slots, t.v.to(Torch.type(dtype)));
            return q;
        }

        void appendReused(Tensors t) {
            rotation.halves(t.q, q2);
            rotation.halves(t.k, k2);
            t.newK.copy_(k2);
            t.newV.copy_(t.v);
        }
    }

    /** Jlama: float32, token-major; keys are copied into the cache and rotated there. */
    @State(Scope.Thread)
    public static class JlamaLoop {
        /** Element type of the cache. */
        @Param("F32")
        public DType dtype;
        /** Tokens of a call. */
        @Param({"1", "2048"})
        public int tokens;
        /** Tokens outside. */
        @Param("NHD")
        public String cache;

        /** Matrices of one set, a row a token. */
        record Tensors(AbstractTensor<?, ?> q, AbstractTensor<?, ?> k, AbstractTensor<?, ?> v,
                AbstractTensor<?, ?> cacheK,
                AbstractTensor<?, ?> cacheV) {}

        Jlama jlama;
        Tensors[] sets;
        int next;

        /** Builds the table and the buffer sets, and compares a call with ours. */
        @Setup
        public void setup() {
            jlama = new Jlama(capacity(tokens));
            sets = new Tensors[sets(tokens, dtype)];
            for (int i = 0; i < sets.length; i++) {
                Buffers b = Buffers.of(tokens, dtype, false);
                sets[i] = new Tensors(Jlama.tensor(b.q), Jlama.tensor(b.k), Jlama.tensor(b.v), Jlama.tensor(b.cacheK),
                        Jlama.tensor(b.cacheV));
                if (i == 0) {
                    append(sets[i]);
                    Buffers ours = Buffers.appended(Jlama.ROPE, tokens, dtype, false);
                    b.check(Jlama.NAME, ours);
                    Agreement.check(Jlama.NAME, b.q.memory(), ours.q.memory(), DType.F32, Jlama.TOLERANCE);
                }
            }
        }

        void append(Tensors t) {
            int width = Data.KV_HEADS * Data.DIM;
            for (int i = 0; i < tokens; i++) {
                int position = first(tokens) + i;
                AbstractTensor<?, ?> key = t.cacheK.slice(position);
                key.copyFrom(t.k.slice(i), 0, 0, width);
                t.cacheV.slice(position).copyFrom(t.v.slice(i), 0, 0, width);
                jlama.rotate(t.q.slice(i), Data.QUERY_HEADS, position);
                jlama.rotate(key, Data.KV_HEADS, position);
            }
        }
    }

    /** The rotation of Hugging Face's models, then {@code index_copy_}. */
    @Benchmark
    public void libtorch(LibTorch s) {
        s.next = (s.next + 1) % s.sets.length;
        try (PointerScope scope = new PointerScope()) {
            s.append(s.sets[s.next]);
        }
    }

    /** The rotation into tensors that are there, then {@code copy_} into slots that lie together. */
    @Benchmark
    public void libtorchReused(LibTorch s) {
        s.next = (s.next + 1) % s.sets.length;
        try (PointerScope scope = new PointerScope()) {
            s.appendReused(s.sets[s.next]);
        }
    }

    /** Copies, and the loop of its attention layer. */
    @Benchmark
    public void jlama(JlamaLoop s) {
        s.next = (s.next + 1) % s.sets.length;
        s.append(s.sets[s.next]);
    }
}
