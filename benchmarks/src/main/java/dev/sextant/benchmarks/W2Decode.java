package dev.sextant.benchmarks;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RotaryPlanBuilder;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * W2: rotation of one token, 32 query and 8 kv heads, head dim 128, position 5,000, data in cache. One operation is the whole
 * call from Java: validation, downcall, row, rotation. The ceiling scales as many bytes in place, by one downcall.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W2Decode {

    static final int POSITION = 5000;

    /** Rows of our own. */
    @State(Scope.Thread)
    public static class Ours {
        /** Backend by name. */
        @Param({"avx512", "avx2", "scalar", "java"})
        public String backend;
        /** Element type. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Rows generated in the call, or read from a table. */
        @Param({"generated", "table"})
        public String rows;

        RotaryPlan plan;
        Heads q;
        Heads k;
        final Positions position = Positions.from(POSITION);

        /** Builds the plan and the buffers. */
        @Setup
        public void setup() {
            RotaryPlanBuilder builder = RotaryPlan.builder(Data.LLAMA, HeadShape.of(Data.DIM, dtype))
                    .backend(Backend.named(backend));
            plan = (rows.equals("table") ? builder.table(8192) : builder).build();
            q = Data.heads(dtype, 1, Data.QUERY_HEADS, false);
            k = Data.heads(dtype, 1, Data.KV_HEADS, false);
        }
    }

    /** Memory of the ceiling. */
    @State(Scope.Thread)
    public static class Bytes {
        /** Element type whose bytes are moved. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;

        MemorySegment memory;
        int isa;

        /** Allocates it. */
        @Setup
        public void setup() {
            memory = Data.floats(40L * Data.DIM * dtype.bytes());
            isa = CpuKernels.bestIsa();
        }
    }

    /** Plain Java, float32 only. */
    @State(Scope.Thread)
    public static class Plain {
        /** Element type. */
        @Param("F32")
        public DType dtype;

        final float[] heap = new float[40 * Data.DIM];
        final MemorySegment memory = Data.floats(4L * 40 * Data.DIM);
        final NaiveRotation naive = new NaiveRotation(POSITION + 1,
                Data.LLAMA.frequencies().inverse(Data.DIM, Rounding.NONE));
        VectorApiRotation vector;

        /** Makes the table. */
        @Setup
        public void setup() {
            float[] cos = new float[(POSITION + 1) * Data.PAIRS];
            float[] sin = new float[(POSITION + 1) * Data.PAIRS];
            RotaryPlan.of(Data.LLAMA, HeadShape.of(Data.DIM, DType.F32)).rows(Positions.from(0),
                    Rows.of(cos, POSITION + 1, Data.PAIRS), Rows.of(sin, POSITION + 1, Data.PAIRS));
            vector = new VectorApiRotation(cos, sin);
            MemorySegment.copy(memory, 0, MemorySegment.ofArray(heap), 0, memory.byteSize());
        }
    }

    /** The library. */
    @Benchmark
    public void rotate(Ours s) {
        s.plan.rotate(s.q, s.k, s.position);
    }

    /** In-place read-modify-write of the same bytes in cache. */
    @Benchmark
    public void ceiling(Bytes s) {
        Ceilings.run(Ceilings.Kind.IN_PLACE, s.isa, s.memory, s.memory, s.memory.byteSize());
    }

    /** The loop engines carry today. */
    @Benchmark
    public void naive(Plain s) {
        s.naive.rotate(s.heap, 0, 40, Data.DIM, POSITION);
    }

    /** A good Vector API loop. */
    @Benchmark
    public void vectorApi(Plain s) {
        s.vector.rotate(s.memory, 0, 40, Data.DIM, POSITION);
    }
}
