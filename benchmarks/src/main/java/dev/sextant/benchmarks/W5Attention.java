package dev.sextant.benchmarks;

import dev.sextant.encoding.ScoreBias;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * W5: attention of a prompt, float32 queries of 32 heads over 8 kv heads of any type, head dim 128, from memory (buffer sets of 128 MiB
 * and more): causal with ALiBi, and without a bias causal or over all keys. One operation is the whole call from Java. The ceiling does as
 * many fused multiply-adds as the two products over keys that are seen, nothing else, on as many threads. Plain Java has a shorter
 * prompt, with a ceiling and rows of ours of that length; what the compiler of the JVM has to make warms up longer. Longer prompts: {@link W5Long}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W5Attention {

    private static AttentionSets sets(String backend, DType dtype, int tokens, String structure, int threads,
            ScoreBias bias) {
        return AttentionSets.prompt(AttentionSets.plan(backend, Data.KV_HEADS, dtype).bias(bias)
                .structure(structure.equals("full") ? Structure.all() : Structure.causal()), tokens, threads);
    }

    /** ALiBi. */
    @State(Scope.Thread)
    public static class Biased extends Held<AttentionSets> {
        /** Backend by name. */
        @Param({"avx512", "avx2"})
        public String backend;
        /** Element type of keys and values. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** Keys that a query sees. */
        @Param("causal")
        public String structure;
        /** Bias of the scores. */
        @Param("alibi")
        public String bias;
        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, tokens, structure, threads, AttentionSets.ALIBI);
        }
    }

    /** ALiBi, a prompt short enough for every backend. */
    @State(Scope.Thread)
    public static class Short extends Held<AttentionSets> {
        /** Backend by name. */
        @Param({"avx512", "avx2", "scalar", "java"})
        public String backend;
        /** Element type of keys and values. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("256")
        public int tokens;
        /** Keys that a query sees. */
        @Param("causal")
        public String structure;
        /** Bias of the scores. */
        @Param("alibi")
        public String bias;
        /** Threads. */
        @Param("1")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, tokens, structure, threads, AttentionSets.ALIBI);
        }
    }

    /** No bias. */
    @State(Scope.Thread)
    public static class Unbiased extends Held<AttentionSets> {
        /** Backend by name. */
        @Param({"avx512", "avx2"})
        public String backend;
        /** Element type of keys and values. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** Keys that a query sees. */
        @Param("causal")
        public String structure;
        /** Bias of the scores. */
        @Param("none")
        public String bias;
        /** Threads. */
        @Param("1")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, tokens, structure, threads, ScoreBias.NONE);
        }
    }

    /** No bias, every key. */
    @State(Scope.Thread)
    public static class Full extends Held<AttentionSets> {
        /** Backend by name. */
        @Param({"avx512", "avx2"})
        public String backend;
        /** Element type of keys and values. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** Keys that a query sees. */
        @Param("full")
        public String structure;
        /** Bias of the scores. */
        @Param("none")
        public String bias;
        /** Threads. */
        @Param("1")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, tokens, structure, threads, ScoreBias.NONE);
        }
    }

    /** As many multiply-adds. */
    @State(Scope.Thread)
    public static class Operations extends Held<SharedCeilings> {
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** Keys that a query sees. */
        @Param({"causal", "full"})
        public String structure;
        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        @Override
        SharedCeilings make() {
            return SharedCeilings.multiplying(structure, tokens, threads);
        }
    }

    /** As many, of the short prompt. */
    @State(Scope.Thread)
    public static class OperationsShort extends Held<SharedCeilings> {
        /** Queries, and as many keys. */
        @Param("256")
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

    /** Plain Java, float32 only. */
    @State(Scope.Thread)
    public static class Plain {
        /** Element type of keys and values. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("256")
        public int tokens;
        /** Keys that a query sees. */
        @Param("causal")
        public String structure;
        /** Bias of the scores. */
        @Param("alibi")
        public String bias;
        /** Threads. */
        @Param("1")
        public int threads;

        AttentionLoops loops;

        /** Allocates the sets. */
        @Setup
        public void setup() {
            loops = new AttentionLoops(Data.tokens(tokens), Data.tokens(tokens), false);
        }
    }

    /** The library with ALiBi. */
    @Benchmark
    public void alibi(Biased s) {
        s.it.attend();
    }

    /** The same, a short prompt. */
    @Benchmark
    @Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
    public void alibiShort(Short s) {
        s.it.attend();
    }

    /** The library without a bias. */
    @Benchmark
    public void plain(Unbiased s) {
        s.it.attend();
    }

    /** The library, every query over every key. */
    @Benchmark
    public void full(Full s) {
        s.it.attend();
    }

    /** As many fused multiply-adds. */
    @Benchmark
    public void ceiling(Operations s) {
        s.it.multiply();
    }

    /** As many, of the short prompt. */
    @Benchmark
    public void ceilingShort(OperationsShort s) {
        s.it.multiply();
    }

    /** The loop engines carry today. */
    @Benchmark
    @Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
    public void naive(Plain s) {
        s.loops.naive();
    }

    /** A good Vector API loop. */
    @Benchmark
    @Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
    public void vectorApi(Plain s) {
        s.loops.vectorApi();
    }
}
