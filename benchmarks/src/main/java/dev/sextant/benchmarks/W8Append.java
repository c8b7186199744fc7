package dev.sextant.benchmarks;

import dev.sextant.AppendPlan;
import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.internal.cpu.Ceilings;
import dev.sextant.internal.cpu.CpuKernels;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.KvStore;
import dev.sextant.tensor.PagedKv;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Slots;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
 * W8: float32 queries of 32 heads rotated in place, keys and values of 8 heads into a cache of another or the same type, head
 * dim 128, half-split; a prompt of 2,048 tokens from memory, or one token at position 5,000 in cache. One operation is the
 * whole call from Java. The ceiling scales the queries' bytes in place and copies as many bytes as keys and values are read and
 * written, both with regular stores: what was appended is what attention reads next.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 6, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class W8Append {

    private static final int POSITION = 5000;
    private static final int PAGE = 16;

    private static long start(int tokens) {
        return tokens == 1 ? POSITION : 0;
    }

    private static long capacity(int tokens) {
        return tokens == 1 ? POSITION + 120 : tokens;
    }

    /** One token stays in cache; a prompt comes from memory. */
    private static int sets(int tokens, DType cache) {
        return tokens == 1
                ? 1
                : Data.sets((long) tokens * Data.DIM
                        * (4 * (Data.QUERY_HEADS + 2 * Data.KV_HEADS) + 2 * Data.KV_HEADS * cache.bytes()));
    }

    /** Rows of our own. */
    @State(Scope.Thread)
    public static class Ours {
        /** Backend by name. */
        @Param({"avx512", "avx2", "scalar", "java"})
        public String backend;
        /** Element type of the cache. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Tokens of a call. */
        @Param({"1", "2048"})
        public int tokens;
        /** Contiguous or pages of 16 tokens in any order; tokens outside (NHD) or heads outside (HND). */
        @Param({"NHD", "HND", "pagedNHD"})
        public String cache;

        AppendPlan plan;
        Heads[] q;
        Heads[] k;
        Heads[] v;
        KvStore[] caches;
        Slots slots;
        Positions positions;
        int next;

        /** Builds the plan and the buffer sets. */
        @Setup
        public void setup() {
            plan = RotaryPlan.builder(Data.LLAMA, HeadShape.of(Data.DIM, DType.F32)).backend(Backend.named(backend))
                    .build().append(dtype);
            int sets = sets(tokens, dtype);
            q = new Heads[sets];
            k = new Heads[sets];
            v = new Heads[sets];
            caches = new KvStore[sets];
            for (int i = 0; i < sets; i++) {
                q[i] = Data.heads(DType.F32, tokens, Data.QUERY_HEADS, false);
                k[i] = Data.heads(DType.F32, tokens, Data.KV_HEADS, false);
                v[i] = Data.heads(DType.F32, tokens, Data.KV_HEADS, false);
                caches[i] = cache();
            }
            positions = Positions.from(start(tokens));
            slots = Slots.from(start(tokens));
            if (cache.startsWith("paged")) {
                slots = slots.blockTable(table(), (int) capacity(tokens) / PAGE);
            }
        }

        private KvStore cache() {
            long capacity = capacity(tokens);
            MemorySegment keys = Data.floats(capacity * Data.KV_HEADS * Data.DIM * dtype.bytes());
            MemorySegment values = Data.floats(keys.byteSize());
            long pages = capacity / PAGE;
            return switch (cache) {
                case "NHD" -> KvCache.of(Heads.of(keys, dtype, capacity, Data.KV_HEADS, Data.DIM),
                        Heads.of(values, dtype, capacity, Data.KV_HEADS, Data.DIM));
                case "HND" -> KvCache.of(Heads.headMajor(keys, dtype, capacity, Data.KV_HEADS, Data.DIM),
                        Heads.headMajor(values, dtype, capacity, Data.KV_HEADS, Data.DIM));
                case "pagedNHD" -> PagedKv.nhd(keys, values, dtype, pages, PAGE, Data.KV_HEADS, Data.DIM);
                default -> PagedKv.hnd(keys, values, dtype, pages, PAGE, Data.KV_HEADS, Data.DIM);
            };
        }

        private int[] table() {
            List<Integer> pages = new ArrayList<>();
            for (int i = 0; i < capacity(tokens) / PAGE; i++) {
                pages.add(i);
            }
            Collections.shuffle(pages, new Random(20261));
            return pages.stream().mapToInt(i -> i).toArray();
        }
    }

    /** Memory of the ceiling. */
    @State(Scope.Thread)
    public static class Bytes {
        /** Element type of the cache. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Tokens of a call. */
        @Param({"1", "2048"})
        public int tokens;

        MemorySegment[] queries;
        MemorySegment[] from;
        MemorySegment[] to;
        int isa;
        int next;

        /** Allocates the sets. */
        @Setup
        public void setup() {
            int sets = sets(tokens, dtype);
            queries = new MemorySegment[sets];
            from = new MemorySegment[sets];
            to = new MemorySegment[sets];
            for (int i = 0; i < sets; i++) {
                queries[i] = Data.floats(4L * tokens * Data.QUERY_HEADS * Data.DIM);
                from[i] = Data.floats((long) tokens * Data.KV_HEADS * Data.DIM * (4 + dtype.bytes()));
                to[i] = Data.floats(from[i].byteSize());
            }
            isa = CpuKernels.bestIsa();
        }
    }

    /** Plain Java. */
    @State(Scope.Thread)
    public static class Plain {
        /** Element type of the cache. */
        @Param({"F32", "F16", "BF16"})
        public DType dtype;
        /** Tokens of a call. */
        @Param({"1", "2048"})
        public int tokens;

        AppendLoops loops;

        /** Allocates the sets and the table. */
        @Setup
        public void setup() {
            loops = new AppendLoops(dtype, tokens, (int) start(tokens), sets(tokens, dtype));
        }
    }

    /** The same of the Vector API, which has no 16-bit floats. */
    @State(Scope.Thread)
    public static class PlainVectors {
        /** Element type of the cache. */
        @Param("F32")
        public DType dtype;
        /** Tokens of a call. */
        @Param({"1", "2048"})
        public int tokens;

        AppendVectors loops;

        /** Allocates the sets and the table. */
        @Setup
        public void setup() {
            loops = new AppendVectors(tokens, (int) start(tokens), sets(tokens, dtype));
        }
    }

    /** The library. */
    @Benchmark
    public void append(Ours s) {
        s.next = (s.next + 1) % s.q.length;
        s.plan.append(s.q[s.next], s.k[s.next], s.v[s.next], s.caches[s.next], s.slots, s.positions);
    }

    /** As many bytes scaled in place and copied. */
    @Benchmark
    public void ceiling(Bytes s) {
        s.next = (s.next + 1) % s.queries.length;
        MemorySegment q = s.queries[s.next];
        Ceilings.run(Ceilings.Kind.IN_PLACE, s.isa, q, q, q.byteSize());
        Ceilings.run(Ceilings.Kind.COPY, s.isa, s.to[s.next], s.from[s.next], s.from[s.next].byteSize());
    }

    /** The loops engines carry today: rotate q and k where they are, then store k and v. */
    @Benchmark
    @Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
    public void naive(Plain s) {
        s.loops.append();
    }

    /** A good Vector API loop: the same, token by token. */
    @Benchmark
    @Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
    public void vectorApi(PlainVectors s) {
        s.loops.append();
    }
}
