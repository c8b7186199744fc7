package dev.sextant.benchmarks;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RowRecipe;
import dev.sextant.internal.cpu.Ceilings;
import dev.sextant.internal.cpu.CpuKernels;
import dev.sextant.tensor.DType;
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
 * W3: cos and sin rows of 131,072 positions and 64 pairs with the frequencies of Llama 3.1. The ceiling writes as many bytes
 * with non-temporal stores; {@code ceilingRegular} is the same with ordinary stores.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class W3Rows {

    static final int POSITIONS = 131_072;

    /** Rows of our own. */
    @State(Scope.Thread)
    public static class Ours {
        /** Backend by name. */
        @Param({"avx512", "avx2", "scalar", "java"})
        public String backend;
        /** Element type of the rows. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Row recipe. */
        @Param({"ACCURATE", "FAST"})
        public RowRecipe recipe;

        RotaryPlan plan;
        Rows[] tables;
        int next;

        /** Builds the plan and two sets of tables. */
        @Setup
        public void setup() {
            plan = RotaryPlan.builder(Data.LLAMA, HeadShape.of(Data.DIM, dtype)).recipe(recipe)
                    .backend(Backend.named(backend)).build();
            int sets = Data.sets((long) POSITIONS * Data.DIM * dtype.bytes());
            tables = new Rows[2 * sets];
            for (int i = 0; i < tables.length; i++) {
                MemorySegment memory = Data.allocate((long) POSITIONS * Data.PAIRS * dtype.bytes());
                tables[i] = Rows.of(memory, dtype, POSITIONS, Data.PAIRS);
            }
        }
    }

    /** Memory of the ceilings. */
    @State(Scope.Thread)
    public static class Bytes {
        /** Element type whose bytes are written. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;

        MemorySegment[] sets;
        int isa;
        int next;

        /** Allocates the sets. */
        @Setup
        public void setup() {
            long bytes = (long) POSITIONS * Data.DIM * dtype.bytes();
            sets = new MemorySegment[Data.sets(bytes)];
            for (int i = 0; i < sets.length; i++) {
                sets[i] = Data.allocate(bytes);
            }
            isa = CpuKernels.bestIsa();
        }
    }

    /** The library. */
    @Benchmark
    public void rows(Ours s) {
        s.next = (s.next + 2) % s.tables.length;
        s.plan.rows(Positions.from(0), s.tables[s.next], s.tables[s.next + 1]);
    }

    /** Non-temporal writes of the same bytes. */
    @Benchmark
    public void ceiling(Bytes s) {
        write(s, Ceilings.Kind.WRITE_NT);
    }

    /** Ordinary writes of the same bytes. */
    @Benchmark
    public void ceilingRegular(Bytes s) {
        write(s, Ceilings.Kind.WRITE);
    }

    private static void write(Bytes s, Ceilings.Kind kind) {
        s.next = (s.next + 1) % s.sets.length;
        Ceilings.run(kind, s.isa, s.sets[s.next], s.sets[s.next], s.sets[s.next].byteSize());
    }
}
