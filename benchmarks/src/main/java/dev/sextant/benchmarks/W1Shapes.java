package dev.sextant.benchmarks;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.Rope;
import dev.sextant.internal.cpu.Ceilings;
import dev.sextant.internal.cpu.CpuKernels;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import java.lang.foreign.MemorySegment;
import java.util.Random;
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
 * The prompt of W1 in other shapes that rotate as many bytes, 64 elements of each of 40 heads: whole heads of 64, the first
 * half of heads of 128 (partial rotary), and whole heads of 64 by three coordinates a token (M-RoPE of Qwen2-VL, every token
 * another triple). In place, from memory. The ceiling reads, scales and writes as many bytes in place.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class W1Shapes {

    private static final int TOKENS = W1Rotation.TOKENS;
    private static final int ROTATED = 64;
    private static final int[] SECTIONS = {8, 12, 12};

    /** What is rotated. */
    public enum Shape {
        /** Whole heads of 64. */
        PLAIN,
        /** The first 64 elements of heads of 128. */
        PARTIAL,
        /** Whole heads of 64, three axes. */
        MROPE
    }

    /** Rows of our own. */
    @State(Scope.Thread)
    public static class Ours {
        /** Backend by name. */
        @Param({"avx512", "avx2"})
        public String backend;
        /** Element type. */
        @Param({"F32", "BF16"})
        public DType dtype;
        /** What is rotated. */
        @Param({"PLAIN", "PARTIAL", "MROPE"})
        public Shape shape;

        RotaryPlan plan;
        Heads[] q;
        Heads[] k;
        Positions positions;
        int next;

        /** Builds the plan and the buffer sets. */
        @Setup
        public void setup() {
            int dim = shape == Shape.PARTIAL ? Data.DIM : ROTATED;
            Rope rope = Rope.of(ROTATED, 1_000_000);
            plan = RotaryPlan
                    .builder(shape == Shape.MROPE ? rope.axes(AxisMap.sectioned(SECTIONS)) : rope,
                            HeadShape.of(dim, dtype))
                    .backend(Backend.named(backend)).build();
            int sets = Data.sets((long) TOKENS * 40 * ROTATED * dtype.bytes());
            q = new Heads[sets];
            k = new Heads[sets];
            for (int i = 0; i < sets; i++) {
                q[i] = heads(dtype, Data.QUERY_HEADS, dim);
                k[i] = heads(dtype, Data.KV_HEADS, dim);
            }
            positions = shape == Shape.MROPE
                    ? Positions.axes(3, new Random(20261).ints(3L * TOKENS, 0, 4096).toArray())
                    : Positions.from(0);
        }

        /** 16-bit elements get pairs of float bits: finite numbers, and no kernel's speed depends on them. */
        private static Heads heads(DType dtype, int heads, int dim) {
            MemorySegment memory = Data.floats((long) TOKENS * heads * dim * dtype.bytes());
            return Heads.of(memory, dtype, TOKENS, heads, dim);
        }
    }

    /** Memory of the ceiling. */
    @State(Scope.Thread)
    public static class Bytes {
        /** Element type whose bytes are moved. */
        @Param({"F32", "BF16"})
        public DType dtype;

        MemorySegment[] sets;
        int isa;
        int next;

        /** Allocates the sets. */
        @Setup
        public void setup() {
            long bytes = (long) TOKENS * 40 * ROTATED * dtype.bytes();
            sets = new MemorySegment[Data.sets(bytes)];
            for (int i = 0; i < sets.length; i++) {
                sets[i] = Data.floats(bytes);
            }
            isa = CpuKernels.bestIsa();
        }
    }

    /** The library. */
    @Benchmark
    public void rotate(Ours s) {
        s.next = (s.next + 1) % s.q.length;
        s.plan.rotate(s.q[s.next], s.k[s.next], s.positions);
    }

    /** In-place read-modify-write of the same bytes. */
    @Benchmark
    public void ceiling(Bytes s) {
        s.next = (s.next + 1) % s.sets.length;
        Ceilings.run(Ceilings.Kind.IN_PLACE, s.isa, s.sets[s.next], s.sets[s.next], s.sets[s.next].byteSize());
    }
}
