package dev.sextant.benchmarks;

import dev.sextant.AttentionCall;
import dev.sextant.Backend;
import dev.sextant.ScoreBiasPlan;
import dev.sextant.internal.cpu.Ceilings;
import dev.sextant.internal.cpu.CpuKernels;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
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
 * W7 written down: T5's bias of 32 heads and 1,024 tokens, 128 MiB of float32, as a tensor for other attention kernels, or added to scores
 * that are there, from memory. One operation is the whole call from Java. The ceilings write as many bytes, by regular or by
 * non-temporal stores, or scale as many in place.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W7T5Bias {

    private static long bytes(int tokens) {
        return 4L * Data.QUERY_HEADS * Data.tokens(tokens) * Data.tokens(tokens);
    }

    /** Plan and scores of our own rows. */
    static final class Tensors {

        final ScoreBiasPlan plan;
        final AttentionCall call;
        private final Scores[] sets;
        private int next;

        Tensors(String backend, int tokens) {
            plan = ScoreBiasPlan.builder(Data.QUERY_HEADS).bias(NaiveT5Bias.DEFINITION).backend(Backend.named(backend))
                    .build();
            int rows = Data.tokens(tokens);
            call = new AttentionCall().sequences(Sequences.of(1, rows, rows, Alignment.START));
            sets = new Scores[Data.sets(bytes(tokens))];
            for (int i = 0; i < sets.length; i++) {
                sets[i] = Scores.of(Data.floats(bytes(tokens)), 1, Data.QUERY_HEADS, rows, rows);
            }
        }

        Scores next() {
            next = (next + 1) % sets.length;
            return sets[next];
        }
    }

    /** The tensor. */
    @State(Scope.Thread)
    public static class Written {
        /** Backend by name. */
        @Param({"avx512", "avx2", "scalar", "java"})
        public String backend;
        /** Element type. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** What happens to memory. */
        @Param("write")
        public String memory;

        Tensors tensors;

        /** Builds the plan and the tensors. */
        @Setup
        public void setup() {
            tensors = new Tensors(backend, tokens);
        }
    }

    /** Scores with the bias. */
    @State(Scope.Thread)
    public static class Added {
        /** Backend by name. */
        @Param({"avx512", "avx2", "scalar", "java"})
        public String backend;
        /** Element type. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** What happens to memory. */
        @Param("inPlace")
        public String memory;

        Tensors tensors;

        /** Builds the plan and the scores. */
        @Setup
        public void setup() {
            tensors = new Tensors(backend, tokens);
        }
    }

    /** Memory of a ceiling. */
    static final class Sets {

        private final MemorySegment[] sets;
        private final int isa = CpuKernels.bestIsa();
        private int next;

        Sets(long bytes) {
            sets = new MemorySegment[Data.sets(bytes)];
            for (int i = 0; i < sets.length; i++) {
                sets[i] = Data.floats(bytes);
            }
        }

        void run(Ceilings.Kind kind) {
            next = (next + 1) % sets.length;
            Ceilings.run(kind, isa, sets[next], MemorySegment.NULL, sets[next].byteSize());
        }
    }

    /** As many bytes to write. */
    @State(Scope.Thread)
    public static class BytesWritten {
        /** Element type. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** What happens to memory. */
        @Param("write")
        public String memory;

        Sets sets;

        /** Allocates them. */
        @Setup
        public void setup() {
            sets = new Sets(bytes(tokens));
        }
    }

    /** As many bytes to scale. */
    @State(Scope.Thread)
    public static class BytesInPlace {
        /** Element type. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** What happens to memory. */
        @Param("inPlace")
        public String memory;

        Sets sets;

        /** Allocates them. */
        @Setup
        public void setup() {
            sets = new Sets(bytes(tokens));
        }
    }

    /** Plain Java. */
    @State(Scope.Thread)
    public static class Plain {
        /** Element type. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** What happens to memory. */
        @Param("write")
        public String memory;

        float[][] sets;
        int[] buckets;
        int next;

        /** Allocates the tensors. */
        @Setup
        public void setup() {
            sets = new float[Data.sets(bytes(tokens))][(int) (bytes(tokens) / 4)];
            buckets = new int[Data.tokens(tokens) * Data.tokens(tokens)];
        }
    }

    /** The library writes the bias. */
    @Benchmark
    public void materialise(Written s) {
        s.tensors.plan.materialise(s.tensors.call, s.tensors.next());
    }

    /** The library adds the bias to scores. */
    @Benchmark
    public void addBias(Added s) {
        s.tensors.plan.addTo(s.tensors.call, s.tensors.next());
    }

    /** Regular stores of the same bytes. */
    @Benchmark
    public void ceilingWrite(BytesWritten s) {
        s.sets.run(Ceilings.Kind.WRITE);
    }

    /** Non-temporal stores of the same bytes. */
    @Benchmark
    public void ceilingWriteNt(BytesWritten s) {
        s.sets.run(Ceilings.Kind.WRITE_NT);
    }

    /** In-place read-modify-write of the same bytes. */
    @Benchmark
    public void ceilingInPlace(BytesInPlace s) {
        s.sets.run(Ceilings.Kind.IN_PLACE);
    }

    /** The tensor as models build it. */
    @Benchmark
    @Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
    public void naive(Plain s) {
        s.next = (s.next + 1) % s.sets.length;
        NaiveT5Bias.write(s.sets[s.next], s.buckets, Data.tokens(s.tokens));
    }
}
