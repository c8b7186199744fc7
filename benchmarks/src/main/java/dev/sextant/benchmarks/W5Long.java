package dev.sextant.benchmarks;

import dev.sextant.encoding.Structure;
import dev.sextant.tensor.DType;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * W5 of long prompts, whose rows take seconds: causal attention with ALiBi on the best instruction set, and what leaving keys out saves: a
 * window of 256, and exact skipping of what lies below float32 rounding, norms of the keys made in the call. Heads and memory as in
 * {@link W5Attention}; scores are scaled by 3, as if queries and keys had variance 1, because how much can be skipped depends on their
 * norms. The ceiling counts the multiply-adds of all keys that the structure shows, so {@code skipping} may pass 1.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 1, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W5Long {

    private static AttentionSets sets(String backend, DType dtype, int tokens, Structure structure, boolean skipping,
            int threads) {
        var plan = AttentionSets.plan(backend, Data.KV_HEADS, dtype).bias(AttentionSets.ALIBI).structure(structure)
                .scale(3 / Math.sqrt(Data.DIM));
        return AttentionSets.prompt(skipping ? plan.skipping() : plan, tokens, threads);
    }

    /** Every key up to the query. */
    @State(Scope.Thread)
    public static class Whole extends Held<AttentionSets> {
        /** Backend by name. */
        @Param("avx512")
        public String backend;
        /** Element type of keys and values. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param({"2048", "4096", "8192"})
        public int tokens;
        /** Keys that a query sees. */
        @Param("causal")
        public String structure;
        /** Threads. */
        @Param("1")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, tokens, Structure.causal(), false, threads);
        }
    }

    /** The same on two threads. */
    @State(Scope.Thread)
    public static class Two extends Held<AttentionSets> {
        /** Backend by name. */
        @Param("avx512")
        public String backend;
        /** Element type of keys and values. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("2048")
        public int tokens;
        /** Keys that a query sees. */
        @Param("causal")
        public String structure;
        /** Threads. */
        @Param("2")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, tokens, Structure.causal(), false, threads);
        }
    }

    /** The newest keys. */
    @State(Scope.Thread)
    public static class Window extends Held<AttentionSets> {
        /** Backend by name. */
        @Param("avx512")
        public String backend;
        /** Element type of keys and values. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("4096")
        public int tokens;
        /** Keys that a query sees. */
        @Param("window256")
        public String structure;
        /** Threads. */
        @Param("1")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, tokens, Structure.slidingWindow(256), false, threads);
        }
    }

    /** Keys that count. */
    @State(Scope.Thread)
    public static class Skipping extends Held<AttentionSets> {
        /** Backend by name. */
        @Param("avx512")
        public String backend;
        /** Element type of keys and values. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("8192")
        public int tokens;
        /** Keys that a query sees. */
        @Param("causal")
        public String structure;
        /** Threads. */
        @Param("1")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, tokens, Structure.causal(), true, threads);
        }
    }

    /** As many multiply-adds. */
    @State(Scope.Thread)
    public static class Operations extends Held<SharedCeilings> {
        /** Queries, and as many keys. */
        @Param({"2048", "4096", "8192"})
        public int tokens;
        /** Keys that a query sees. */
        @Param("causal")
        public String structure;
        /** Threads. */
        @Param("1")
        public int threads;

        @Override
        SharedCeilings make() {
            return SharedCeilings.multiplying(structure, tokens, threads);
        }
    }

    /** As many, on two threads. */
    @State(Scope.Thread)
    public static class OperationsTwo extends Held<SharedCeilings> {
        /** Queries, and as many keys. */
        @Param("2048")
        public int tokens;
        /** Keys that a query sees. */
        @Param("causal")
        public String structure;
        /** Threads. */
        @Param("2")
        public int threads;

        @Override
        SharedCeilings make() {
            return SharedCeilings.multiplying(structure, tokens, threads);
        }
    }

    /** As many, of a window. */
    @State(Scope.Thread)
    public static class OperationsWindow extends Held<SharedCeilings> {
        /** Queries, and as many keys. */
        @Param("4096")
        public int tokens;
        /** Keys that a query sees. */
        @Param("window256")
        public String structure;
        /** Threads. */
        @Param("1")
        public int threads;

        @Override
        SharedCeilings make() {
            return SharedCeilings.multiplying(structure, tokens, threads);
        }
    }

    /** The library with ALiBi. */
    @Benchmark
    public void alibi(Whole s) {
        s.it.attend();
    }

    /** The same on two threads. */
    @Benchmark
    public void alibiParallel(Two s) {
        s.it.attend();
    }

    /** The library with ALiBi in a window. */
    @Benchmark
    public void window(Window s) {
        s.it.attend();
    }

    /** The library with ALiBi, leaving out what cannot count. */
    @Benchmark
    public void skipping(Skipping s) {
        s.it.attend();
    }

    /** As many fused multiply-adds. */
    @Benchmark
    public void ceiling(Operations s) {
        s.it.multiply();
    }

    /** As many, on two threads. */
    @Benchmark
    public void ceilingParallel(OperationsTwo s) {
        s.it.multiply();
    }

    /** As many, of a window. */
    @Benchmark
    public void ceilingWindow(OperationsWindow s) {
        s.it.multiply();
    }
}
