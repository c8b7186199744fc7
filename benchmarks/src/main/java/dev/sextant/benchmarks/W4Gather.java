package dev.sextant.benchmarks;

import dev.sextant.Backend;
import dev.sextant.GatherPlan;
import dev.sextant.internal.cpu.Ceilings;
import dev.sextant.internal.cpu.CpuKernels;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Table;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
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
 * W4: embeddings of BERT base, 4,096 tokens in sequences of 512: rows of a word table at random, of a position table in order and of a
 * type table, summed into an output. Four rows move a token, three read and one written; the ceiling copies two rows to two, as many bytes.
 * {@code ceilingOutput} copies one row a token, what is left when both small tables cost nothing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class W4Gather {

    static final int TOKENS = 4096;
    static final int LENGTH = 512;
    static final int DIM = 768;

    /** Tables and outputs of our own. */
    @State(Scope.Thread)
    public static class Ours {
        /** Backend by name. */
        @Param({"avx512", "avx2", "scalar", "java"})
        public String backend;
        /** Element type of tables and output. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;

        GatherPlan plan;
        Rows[] outputs;
        Positions[][] ids;
        int next;

        /** Makes tables, ids and outputs. */
        @Setup
        public void setup() {
            long bytes = (long) TOKENS * DIM * dtype.bytes();
            int words = Data.sets(bytes) > 2 ? 30_522 : 100;
            plan = GatherPlan.builder(DIM, dtype).withoutInput().add(table(words)).add(table(2)).add(table(LENGTH))
                    .backend(Backend.named(backend)).build();
            outputs = new Rows[Data.sets(bytes)];
            ids = new Positions[outputs.length][];
            SplittableRandom random = new SplittableRandom(20261);
            for (int i = 0; i < outputs.length; i++) {
                outputs[i] = Rows.of(Data.allocate(bytes), dtype, TOKENS, DIM);
                Positions tokens = Positions.ids(random.longs(TOKENS, 0, words).toArray());
                Positions types = Positions.ids(random.longs(TOKENS, 0, 2).toArray());
                ids[i] = new Positions[]{tokens.batched(LENGTH), types.batched(LENGTH),
                        Positions.from(0)};
            }
        }

        private Table table(int rows) {
            MemorySegment memory = Data.heads(dtype, rows, DIM / Data.DIM, false).memory();
            return Table.of(memory, Table.Type.valueOf(dtype.name()), rows, DIM);
        }
    }

    /** Memory of the ceilings. */
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
            long bytes = 2L * TOKENS * DIM * dtype.bytes();
            sets = new MemorySegment[2 * Data.sets(bytes)];
            for (int i = 0; i < sets.length; i++) {
                sets[i] = Data.floats(bytes);
            }
            isa = CpuKernels.bestIsa();
        }
    }

    /** The library. */
    @Benchmark
    public void gather(Ours s) {
        s.next = (s.next + 1) % s.outputs.length;
        s.plan.fill(s.outputs[s.next], TOKENS / LENGTH, s.ids[s.next]);
    }

    /** A copy of as many bytes as the gather moves. */
    @Benchmark
    public void ceiling(Bytes s) {
        copy(s, s.sets[0].byteSize());
    }

    /** A copy of as many bytes as the output has. */
    @Benchmark
    public void ceilingOutput(Bytes s) {
        copy(s, s.sets[0].byteSize() / 2);
    }

    private static void copy(Bytes s, long bytes) {
        s.next = (s.next + 2) % s.sets.length;
        Ceilings.run(Ceilings.Kind.COPY, s.isa, s.sets[s.next], s.sets[s.next + 1], bytes);
    }
}
