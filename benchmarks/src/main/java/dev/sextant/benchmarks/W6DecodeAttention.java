package dev.sextant.benchmarks;

import dev.sextant.internal.cpu.Ceilings;
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
 * W6: attention of one float32 query of 32 heads with ALiBi over a cache of 8,192 keys of 8 heads, head dim 128, of any type and either
 * layout, from memory (caches of 128 MiB and more in all). One operation is the whole call from Java. The ceilings read as many bytes as
 * keys and values have, once, in one stream or in eight, on as many threads. What the
 * compiler of the JVM has to make warms up longer.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W6DecodeAttention {

    private static AttentionSets sets(String backend, DType dtype, int keys, String layout, int threads) {
        return new AttentionSets(
                AttentionSets.plan(backend, Data.KV_HEADS, dtype).bias(AttentionSets.ALIBI).build(), 1, keys,
                layout.equals("HTD"), threads);
    }

    /** The library. */
    @State(Scope.Thread)
    public static class Ours extends Held<AttentionSets> {
        /** Backend by name. */
        @Param({"avx512", "avx2", "scalar", "java"})
        public String backend;
        /** Element type of keys and values. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Keys in the cache. */
        @Param("8192")
        public int keys;
        /** {@code THD} token-major, {@code HTD} head-major. */
        @Param({"HTD", "THD"})
        public String layout;
        /** Threads. */
        @Param("1")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, keys, layout, threads);
        }
    }

    /** The library on two threads. */
    @State(Scope.Thread)
    public static class Two extends Held<AttentionSets> {
        /** Backend by name. */
        @Param({"avx512", "avx2"})
        public String backend;
        /** Element type of keys and values. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Keys in the cache. */
        @Param("8192")
        public int keys;
        /** {@code THD} token-major, {@code HTD} head-major. */
        @Param({"HTD", "THD"})
        public String layout;
        /** Threads. */
        @Param("2")
        public int threads;

        @Override
        AttentionSets make() {
            return sets(backend, dtype, keys, layout, threads);
        }
    }

    /** As many bytes to read. */
    @State(Scope.Thread)
    public static class Bytes extends Held<SharedCeilings> {
        /** Element type of keys and values. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Keys in the cache. */
        @Param("8192")
        public int keys;
        /** Threads. */
        @Param({"1", "2"})
        public int threads;

        @Override
        SharedCeilings make() {
            return SharedCeilings.moving(2L * keys * Data.KV_HEADS * Data.DIM * dtype.bytes(), threads);
        }
    }

    /** Plain Java, float32 only. */
    @State(Scope.Thread)
    public static class Plain {
        /** Element type of keys and values. */
        @Param("F32")
        public DType dtype;
        /** Keys in the cache. */
        @Param("8192")
        public int keys;
        /** {@code THD} token-major, {@code HTD} head-major. */
        @Param({"HTD", "THD"})
        public String layout;
        /** Threads. */
        @Param("1")
        public int threads;

        AttentionLoops loops;

        /** Allocates the sets. */
        @Setup
        public void setup() {
            loops = new AttentionLoops(1, keys, layout.equals("HTD"));
        }
    }

    /** The library. */
    @Benchmark
    @Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
    public void alibi(Ours s) {
        s.it.attend();
    }

    /** The library on two threads. */
    @Benchmark
    public void alibiParallel(Two s) {
        s.it.attend();
    }

    /** As many bytes read in one stream a thread. */
    @Benchmark
    public void ceiling(Bytes s) {
        s.it.move(Ceilings.Kind.READ);
    }

    /** As many bytes read in eight streams a thread. */
    @Benchmark
    public void ceilingStreams(Bytes s) {
        s.it.move(Ceilings.Kind.READ_8);
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
