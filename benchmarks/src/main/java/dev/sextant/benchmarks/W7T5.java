package dev.sextant.benchmarks;

import dev.sextant.encoding.ScoreBias;
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
 * W7: attention of a T5 encoder, 32 heads of keys and of queries, head dim 128, 1,024 tokens that all see each other, with the bias of
 * T5's buckets and without; keys and values of any type, from memory (buffer sets of 128 MiB and more). One operation is the whole call
 * from Java; the bias is never written down ({@link W7T5Bias} writes it). The ceiling does as many fused multiply-adds as the two
 * products, nothing else, on as many threads.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W7T5 {

    private static AttentionSets sets(String backend, DType dtype, int tokens, int threads, ScoreBias bias) {
        return AttentionSets.prompt(AttentionSets.plan(backend, Data.QUERY_HEADS, dtype).bias(bias).scale(1), tokens,
                threads);
    }

    /** The bias of T5. */
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
        /** Bias of the scores. */
        @Param("t5")
        public String bias;
        /** Threads. */
        @Param("1")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, tokens, threads, NaiveT5Bias.DEFINITION);
        }
    }

    /** The same on two threads. */
    @State(Scope.Thread)
    public static class Two extends Held<AttentionSets> {
        /** Backend by name. */
        @Param({"avx512", "avx2"})
        public String backend;
        /** Element type of keys and values. */
        @Param("F32")
        public DType dtype;
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** Bias of the scores. */
        @Param("t5")
        public String bias;
        /** Threads. */
        @Param("2")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, tokens, threads, NaiveT5Bias.DEFINITION);
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
        /** Bias of the scores. */
        @Param("none")
        public String bias;
        /** Threads. */
        @Param("1")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, tokens, threads, ScoreBias.NONE);
        }
    }

    /** As many multiply-adds. */
    @State(Scope.Thread)
    public static class Operations extends Held<SharedCeilings> {
        /** Queries, and as many keys. */
        @Param("1024")
        public int tokens;
        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        @Override
        SharedCeilings make() {
            return SharedCeilings.multiplying("full", tokens, threads);
        }
    }

    /** The library with the bias. */
    @Benchmark
    public void t5(Biased s) {
        s.it.attend();
    }

    /** The same on two threads. */
    @Benchmark
    public void t5Parallel(Two s) {
        s.it.attend();
    }

    /** The library without a bias. */
    @Benchmark
    public void plain(Unbiased s) {
        s.it.attend();
    }

    /** As many fused multiply-adds. */
    @Benchmark
    public void ceiling(Operations s) {
        s.it.multiply();
    }
}
