package dev.sextant.benchmarks;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Rounding;
import dev.sextant.internal.cpu.Ceilings;
import dev.sextant.internal.cpu.CpuKernels;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * W1: rotation of a prompt, queries of 32 and keys of 8 heads, 2,048 tokens, head dim 128, half-split, in place, from memory
 * (buffer sets of 128 MiB and more). One operation is the whole call from Java. The ceiling reads, scales and writes as many
 * bytes in place.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W1Rotation {

    static final int TOKENS = 2048;

    /** Rows of our own. */
    @State(Scope.Thread)
    public static class Ours {
        /** Backend by name. */
        @Param({"avx512", "avx2", "scalar", "java"})
        public String backend;
        /** Element type. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** {@code THD} token-major, {@code HTD} head-major. */
        @Param({"THD", "HTD"})
        public String layout;

        RotaryPlan plan;
        Heads[] q;
        Heads[] k;
        int next;

        /** Builds the plan and the buffer sets. */
        @Setup
        public void setup() {
            plan = RotaryPlan.builder(Data.LLAMA, HeadShape.of(Data.DIM, dtype)).backend(Backend.named(backend))
                    .build();
            int sets = Data.sets(bytes(dtype));
            q = new Heads[sets];
            k = new Heads[sets];
            for (int i = 0; i < sets; i++) {
                q[i] = Data.heads(dtype, TOKENS, Data.QUERY_HEADS, layout.equals("HTD"));
                k[i] = Data.heads(dtype, TOKENS, Data.KV_HEADS, layout.equals("HTD"));
            }
        }
    }

    /** Rows of our own on two threads. */
    @State(Scope.Thread)
    public static class Two extends Ours {
        /** Threads. */
        @Param("2")
        public int threads;

        Workers workers;

        /** Starts the pool. */
        @Setup
        public void start() {
            workers = new Workers(threads);
        }

        /** Ends it. */
        @TearDown
        public void end() {
            workers.close();
        }
    }

    /** Memory of their ceiling. */
    @State(Scope.Thread)
    public static class BytesOfTwo extends Held<SharedCeilings> {
        /** Element type whose bytes are moved. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Threads. */
        @Param("2")
        public int threads;

        @Override
        SharedCeilings make() {
            return SharedCeilings.moving(bytes(dtype), threads);
        }
    }

    private static long bytes(DType dtype) {
        return (long) TOKENS * 40 * Data.DIM * dtype.bytes();
    }

    /** Memory of the ceiling and of the plain-Java rows. */
    @State(Scope.Thread)
    public static class Bytes {
        /** Element type whose bytes are moved. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;

        MemorySegment[] sets;
        int isa;
        int next;

        /** Allocates the sets. */
        @Setup
        public void setup() {
            sets = new MemorySegment[Data.sets(bytes(dtype))];
            for (int i = 0; i < sets.length; i++) {
                sets[i] = Data.floats(bytes(dtype));
            }
            isa = CpuKernels.bestIsa();
        }
    }

    /** Plain Java, float32 only. */
    @State(Scope.Thread)
    public static class Plain {
        /** Element type. */
        @Param("F32")
        public DType dtype;

        float[][] heap;
        MemorySegment[] sets;
        NaiveRotation naive;
        VectorApiRotation vector;
        int next;

        /** Allocates the sets and the tables. */
        @Setup
        public void setup() {
            int floats = TOKENS * 40 * Data.DIM;
            heap = new float[Data.sets(4L * floats)][floats];
            sets = new MemorySegment[heap.length];
            for (int i = 0; i < sets.length; i++) {
                sets[i] = Data.floats(4L * floats);
                MemorySegment.copy(sets[i], 0, MemorySegment.ofArray(heap[i]), 0, 4L * floats);
            }
            naive = new NaiveRotation(TOKENS, Data.LLAMA.frequencies().inverse(Data.DIM, Rounding.NONE));
            float[] cos = new float[TOKENS * Data.PAIRS];
            float[] sin = new float[TOKENS * Data.PAIRS];
            RotaryPlan.of(Data.LLAMA, HeadShape.of(Data.DIM, DType.F32)).rows(Positions.from(0),
                    Rows.of(cos, TOKENS, Data.PAIRS), Rows.of(sin, TOKENS, Data.PAIRS));
            vector = new VectorApiRotation(cos, sin);
        }
    }

    /** The library. */
    @Benchmark
    public void rotate(Ours s) {
        s.next = (s.next + 1) % s.q.length;
        s.plan.rotate(s.q[s.next], s.k[s.next], Positions.from(0));
    }

    /** The library on two threads. */
    @Benchmark
    public void rotateParallel(Two s) {
        s.next = (s.next + 1) % s.q.length;
        s.plan.rotate(s.q[s.next], s.q[s.next], s.k[s.next], s.k[s.next], Positions.from(0), s.workers.pool, s.threads);
    }

    /** In-place read-modify-write of the same bytes on two threads. */
    @Benchmark
    public void ceilingRotateParallel(BytesOfTwo s) {
        s.it.move(Ceilings.Kind.IN_PLACE);
    }

    /** In-place read-modify-write of the same bytes. */
    @Benchmark
    public void ceiling(Bytes s) {
        s.next = (s.next + 1) % s.sets.length;
        Ceilings.run(Ceilings.Kind.IN_PLACE, s.isa, s.sets[s.next], s.sets[s.next], s.sets[s.next].byteSize());
    }

    /** The loop engines carry today. */
    @Benchmark
    @Warmup(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
    public void naive(Plain s) {
        s.next = (s.next + 1) % s.heap.length;
        for (int t = 0; t < TOKENS; t++) {
            s.naive.rotate(s.heap[s.next], t * 40 * Data.DIM, 40, Data.DIM, t);
        }
    }

    /** A good Vector API loop. */
    @Benchmark
    @Warmup(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
    public void vectorApi(Plain s) {
        s.next = (s.next + 1) % s.sets.length;
        for (int t = 0; t < TOKENS; t++) {
            s.vector.rotate(s.sets[s.next], (long) t * 40 * Data.DIM, 40, Data.DIM, t);
        }
    }
}
