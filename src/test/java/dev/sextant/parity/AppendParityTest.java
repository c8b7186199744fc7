package dev.sextant.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.AppendPlan;
import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.KvStore;
import dev.sextant.tensor.PagedKv;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Slots;
import dev.sextant.testkit.AppendCase;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.Place;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Keys that are rotated on their way into a cache are the keys that were rotated and then stored. Catches a slot of the wrong
 * page, a row of the wrong token, a second rounding, a NaN that became a number, an element outside the slice that stayed
 * behind, a cut that is not the whole.
 */
@Tag("parity")
@Timeout(180)
class AppendParityTest {

    @Test
    void everyBackendGivesThePlainBits() {
        SeededCases.run(AppendParityTest.class, 500, random -> {
            AppendCase append = new AppendCase(random, false);
            List<MemorySegment> wanted = append.plain();
            for (Backend backend : Backends.all()) {
                append.assertSame(wanted, append.run(backend, AppendCase.WHOLE), backend + "");
            }
        });
    }

    @Test
    void workOfManyShortCalls() {
        SeededCases.run(AppendParityTest.class, 20, random -> {
            AppendCase append = new AppendCase(random, true);
            List<MemorySegment> wanted = append.plain();
            for (Backend backend : Backends.others()) {
                append.assertSame(wanted, append.run(backend, AppendCase.WHOLE), backend + " large");
            }
        });
    }

    @Test
    void tokenRangesMakeTheWhole() {
        everywhere(200, (plan, q, qOut, k, v, cache, slots, positions) -> {
            long cut = k.tokens() / 3;
            for (long[] part : new long[][]{{cut, k.tokens()}, {0, cut}}) {
                Heads some = q == null ? null : q.tokens(part[0], part[1]);
                plan.append(some, q == qOut ? some : qOut.tokens(part[0], part[1]), k.tokens(part[0], part[1]),
                        v == null ? null : v.tokens(part[0], part[1]), cache, slots.slice(part[0], part[1]),
                        positions.slice(part[0], part[1]));
            }
        });
    }

    /** A prompt and then token after token, as a model generates. */
    @Test
    void prefillAndDecodeMakeTheWhole() {
        everywhere(100, (plan, q, qOut, k, v, cache, slots, positions) -> {
            for (long t = 0; t < k.tokens(); t++) {
                Heads some = q == null ? null : q.tokens(t, t + 1);
                plan.append(some, q == qOut ? some : qOut.tokens(t, t + 1), k.tokens(t, t + 1),
                        v == null ? null : v.tokens(t, t + 1), cache, slots.slice(t, t + 1), positions.slice(t, t + 1));
            }
        });
    }

    @Test
    void executorsDoNotChangeBits() {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int tasks : new int[]{1, 2, 3, 7}) {
                everywhere(50,
                        (plan, q, qOut, k, v, cache, slots, positions) -> plan.append(q, qOut, k, v, cache, slots,
                                positions, pool, tasks));
            }
        }
    }

    private static void everywhere(int cases, AppendCase.Call cut) {
        SeededCases.run(AppendParityTest.class, cases, random -> {
            AppendCase append = new AppendCase(random, false);
            List<MemorySegment> wanted = append.run(Backend.java(), AppendCase.WHOLE);
            for (Backend backend : Backends.all()) {
                append.assertSame(wanted, append.run(backend, cut), backend + " cut");
            }
        });
    }

    /** Without a conversion the two ways round equally often: the rotation's own bits, then a copy. */
    @Test
    void oneTypeGivesTheBitsOfRotatingFirst() {
        int tokens = 37;
        int heads = 3;
        int dim = 80;
        for (Backend backend : Backends.all()) {
            for (DType dtype : DType.values()) {
                RotaryPlan plan = RotaryPlan.builder(Rope.of(64, 10_000), HeadShape.of(dim, dtype).rotaryAt(8))
                        .backend(backend).build();
                MemorySegment k = filled(dtype, tokens * heads * dim);
                MemorySegment cache = Place.NATIVE.allocate(dtype, tokens * heads * dim);
                plan.append(dtype).append(Heads.of(k, dtype, tokens, heads, dim), null,
                        KvCache.keys(Heads.of(cache, dtype, tokens, heads, dim)), Slots.from(0), Positions.from(1000));
                plan.rotate(Heads.of(k, dtype, tokens, heads, dim), Positions.from(1000));
                Bits.assertSame(k, cache, dtype, backend + " " + dtype);
            }
        }
    }

    /** Whatever a plan rounds on the way, or reads a value an element for, its cached keys are its rotated keys. */
    @Test
    void plansOfEveryKindGiveTheBitsOfRotatingFirst() {
        int tokens = 21;
        int dim = 40;
        float[] rows = new float[40 * 32];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextDouble(-1, 1);
        }
        for (Backend backend : Backends.all()) {
            for (DType dtype : DType.values()) {
                HeadShape shape = HeadShape.of(dim, dtype).rotaryAt(5);
                for (RotaryRounding rounding : RotaryRounding.values()) {
                    same(RotaryPlan.builder(Rope.of(32, 10_000), shape).backend(backend).rounding(rounding).build(),
                            tokens, rounding + "");
                }
                same(RotaryPlan.ofElements(Rows.of(rows, 40, 32), Rows.of(rows, 40, 32), PairLayout.INTERLEAVED, shape,
                        backend), tokens, "by element");
                same(RotaryPlan.builder(Rope.of(32, 10_000).axes(AxisMap.sectioned(4, 6, 6)), shape).backend(backend)
                        .build(), tokens,
                        "three axes");
            }
        }
    }

    private static void same(RotaryPlan plan, int tokens, String what) {
        DType dtype = plan.shape().dtype();
        int dim = plan.shape().dim();
        Positions at = what.equals("three axes")
                ? Positions.axes(3, IntStream.range(0, 3 * tokens).map(i -> i * 7 % 31).toArray())
                : Positions.from(3);
        MemorySegment k = filled(dtype, tokens * 2 * dim);
        MemorySegment cache = Place.NATIVE.allocate(dtype, tokens * 2 * dim);
        plan.append(dtype).append(Heads.of(k, dtype, tokens, 2, dim), null,
                KvCache.keys(Heads.of(cache, dtype, tokens, 2, dim)), Slots.from(0), at);
        plan.rotate(Heads.of(k, dtype, tokens, 2, dim), at);
        Bits.assertSame(k, cache, dtype, plan + " " + what);
    }

    /** Pages hold, slot for slot, what a contiguous cache holds: NHD, HND, two tensors and one. */
    @Test
    void pagesHoldWhatAContiguousCacheHolds() {
        int tokens = 45;
        int heads = 2;
        int dim = 32;
        long pageSize = 16;
        int[] table = {5, 1, 4};
        for (Backend backend : Backends.all()) {
            AppendPlan plan = RotaryPlan.builder(Rope.of(dim, 10_000), HeadShape.of(dim, DType.F32)).backend(backend)
                    .build().append(DType.BF16);
            Heads k = Heads.of(filled(DType.F32, tokens * heads * dim), DType.F32, tokens, heads, dim);
            Heads v = Heads.of(filled(DType.F32, tokens * heads * dim), DType.F32, tokens, heads, dim);
            Heads kFlat = Heads.of(cache(48 * heads * dim), DType.BF16, 48, heads, dim);
            Heads vFlat = Heads.of(cache(48 * heads * dim), DType.BF16, 48, heads, dim);
            plan.append(k, v, KvCache.of(kFlat, vFlat), Slots.from(2), Positions.from(2));
            long size = 6 * pageSize * heads * dim;
            List<PagedKv> shapes = List.of(
                    PagedKv.nhd(cache(size), cache(size), DType.BF16, 6, pageSize, heads, dim),
                    PagedKv.hnd(cache(size), cache(size), DType.BF16, 6, pageSize, heads, dim),
                    PagedKv.nhd(cache(2 * size), DType.BF16, 6, pageSize, heads, dim),
                    PagedKv.hnd(cache(2 * size), DType.BF16, 6, pageSize, heads, dim));
            for (PagedKv paged : shapes) {
                plan.append(k, v, paged, Slots.from(2).blockTable(table, 3), Positions.from(2));
                for (long i = 0; i < 48; i++) {
                    same(kFlat, i, paged.k(), table[(int) (i / pageSize)], i % pageSize);
                    same(vFlat, i, paged.v(), table[(int) (i / pageSize)], i % pageSize);
                }
            }
        }
    }

    private static void same(Heads flat, long token, Heads paged, long page, long slot) {
        for (long h = 0; h < flat.heads(); h++) {
            for (int d = 0; d < flat.dim(); d++) {
                long at = token * flat.tokenStride() + h * flat.headStride() + d;
                long there = paged.origin() + page * paged.batchStride() + slot * paged.tokenStride()
                        + h * paged.headStride() + d;
                assertEquals(Bits.get(flat.memory(), DType.BF16, at), Bits.get(paged.memory(), DType.BF16, there),
                        "token " + token + " head " + h + " element " + d);
            }
        }
    }

    /** What vLLM's engine does with padding: its queries are rotated, nothing is stored. */
    @Test
    void tokensWithoutASlotAreOnlyRotated() {
        for (Backend backend : Backends.all()) {
            AppendPlan plan = RotaryPlan.builder(Rope.of(16, 10_000), HeadShape.of(16, DType.F32)).backend(backend)
                    .build().append(DType.F16);
            Heads q = Heads.of(filled(DType.F32, 3 * 16), DType.F32, 3, 1, 16);
            Heads wanted = Heads.of(Bits.snapshot(q.memory()).asSlice(0), DType.F32, 3, 1, 16);
            MemorySegment rotated = Place.NATIVE.allocate(DType.F32, 3 * 16);
            rotated.copyFrom(wanted.memory());
            plan.rotary().rotate(Heads.of(rotated, DType.F32, 3, 1, 16), Positions.from(9));
            KvStore cache = PagedKv.nhd(Place.NATIVE.allocate(DType.F16, 4 * 2 * 16), null, DType.F16, 4, 2, 1, 16);
            plan.append(q, Heads.of(filled(DType.F32, 3 * 16), DType.F32, 3, 1, 16), null, cache, Slots.mapping(-1, -1,
                    -1), Positions.from(9));
            Bits.assertSame(rotated, q.memory(), DType.F32, backend + " q");
            assertEquals(-1, cache.k().memory().mismatch(Place.NATIVE.allocate(DType.F16, 4 * 2 * 16)), "stored");
        }
    }

    private static MemorySegment cache(long elements) {
        return Place.NATIVE.allocate(DType.BF16, elements);
    }

    private static MemorySegment filled(DType dtype, long elements) {
        MemorySegment memory = Place.NATIVE.allocate(dtype, elements);
        Bits.fill(memory, dtype, new SplittableRandom(7), false);
        return memory;
    }
}
