package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sextant.AppendPlan;
import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.PagedKv;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Slots;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Appends that must be refused before anything is written: a slot outside the cache is the one mistake that would overwrite
 * another sequence, or another object.
 */
class AppendRefusalTest extends BoundaryTest {

    private static final Positions AT = Positions.from(0);
    private static final Slots FIRST = Slots.from(0);
    private static final int CAPACITY = 8;
    private static final int PAGES = 4;
    private static final int PAGE = 2;
    private static final int VALUE_DIM = 8;

    private final MemorySegment v = filled(DType.F32, TOKENS * VALUE_DIM);
    private final MemorySegment keys = filled(DType.BF16, CAPACITY * DIM);
    private final MemorySegment values = filled(DType.BF16, CAPACITY * VALUE_DIM);
    private final Heads vHeads = Heads.of(v, DType.F32, TOKENS, 1, VALUE_DIM);
    private final Heads kCache = Heads.of(keys, DType.BF16, CAPACITY, 1, DIM);
    private final Heads vCache = Heads.of(values, DType.BF16, CAPACITY, 1, VALUE_DIM);
    private final KvCache cache = KvCache.of(kCache, vCache);
    private final PagedKv paged = new PagedKv(PagedKv.nhd(keys, null, DType.BF16, PAGES, PAGE, 1, DIM).k(),
            PagedKv.nhd(values, null, DType.BF16, PAGES, PAGE, 1, VALUE_DIM).k());
    private final Refusal.Guard nothing = Refusal.of(q, k, v, keys, values);

    private static AppendPlan append(Backend backend) {
        return plan(backend).append(DType.BF16);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void typesAndShapesMustFit(Backend backend) {
        AppendPlan plan = append(backend);
        Heads other = Heads.of(keys, DType.F16, CAPACITY, 1, DIM);
        nothing.argument("keys of the cache dtype",
                () -> plan.append(kHeads, null, KvCache.keys(other), FIRST, AT));
        nothing.argument("keys of the cache head dim", () -> plan.append(kHeads, vHeads, KvCache.of(vCache, vCache),
                FIRST, AT));
        nothing.argument("k dtype", () -> plan.append(kCache.tokens(0, 3), vHeads, cache, FIRST, AT));
        nothing.argument("k heads", () -> plan.append(qHeads, vHeads, cache, FIRST, AT));
        nothing.argument("v head dim", () -> plan.append(kHeads, kHeads, cache, FIRST, AT));
        nothing.argument("v dtype", () -> plan.append(kHeads, vCache.tokens(0, 3), cache, FIRST, AT));
        nothing.argument("v batches x tokens", () -> plan.append(kHeads, vHeads.tokens(0, 2), cache, FIRST, AT));
        nothing.argument("k batches x tokens",
                () -> plan.append(qHeads, kHeads.tokens(0, 2), vHeads.tokens(0, 2), cache, FIRST, AT));
        nothing.argument("v", () -> plan.append(kHeads, null, cache, FIRST, AT));
        nothing.argument("v", () -> plan.append(kHeads, vHeads, KvCache.keys(kCache), FIRST, AT));
        nothing.argument("q and its output", () -> plan.append(qHeads, null, kHeads, vHeads, cache, FIRST, AT));
        nothing.argument("q and its output", () -> plan.append(null, qHeads, kHeads, vHeads, cache, FIRST, AT));
        nothing.refuses(NullPointerException.class, List.of("slots"),
                () -> plan.append(kHeads, vHeads, cache, null, AT));
        nothing.argument("axes of positions", () -> plan.append(kHeads, vHeads, cache, FIRST, Positions.axes(3, 0, 1, 2,
                0, 0, 0, 0, 0, 0)));
        nothing.bounds("position of token 1",
                () -> plan.append(kHeads, vHeads, cache, FIRST, Positions.ids(0, 1L << 33, 0)));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void memoryMustBeThere(Backend backend) {
        AppendPlan plan = append(backend);
        nothing.bounds("keys of the cache", () -> plan.append(kHeads, vHeads, KvCache.of(kCache.at(1), vCache), FIRST,
                AT));
        nothing.bounds("values of the cache", () -> plan.append(kHeads, vHeads, KvCache.of(kCache, vCache.at(1)), FIRST,
                AT));
        nothing.bounds("k", () -> plan.append(kHeads.at(1), vHeads, cache, FIRST, AT));
        nothing.bounds("v", () -> plan.append(kHeads, vHeads.at(1), cache, FIRST, AT));
        nothing.refuses(IllegalArgumentException.class, List.of("overflow"),
                () -> plan.append(kHeads, vHeads, KvCache.of(kCache.strides(1L << 62, DIM), vCache), FIRST, AT));
        nothing.argument("keys of the cache strides",
                () -> plan.append(kHeads, vHeads, KvCache.of(kCache.strides(DIM - 1, DIM), vCache), FIRST, AT));
        Heads readOnly = Heads.of(keys.asReadOnly(), DType.BF16, CAPACITY, 1, DIM);
        nothing.argument("read-only", () -> plan.append(kHeads, vHeads, KvCache.of(readOnly, vCache), FIRST, AT));
        Heads noValues = Heads.of(values.asReadOnly(), DType.BF16, CAPACITY, 1, VALUE_DIM);
        nothing.argument("read-only", () -> plan.append(kHeads, vHeads, KvCache.of(kCache, noValues), FIRST, AT));
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(1024, 8);
        }
        List<String> words = List.of("closed");
        Class<IllegalStateException> state = IllegalStateException.class;
        Heads gone = Heads.of(closed, DType.BF16, CAPACITY, 1, DIM);
        nothing.refuses(state, words, () -> plan.append(kHeads, vHeads, KvCache.of(gone, vCache), FIRST, AT));
        nothing.refuses(state, words, () -> plan.append(kHeads, vHeads, paged, Slots.mapping(closed, true, 3), AT));
        nothing.refuses(state, words,
                () -> plan.append(kHeads, vHeads, paged, FIRST.blockTable(closed, 1, 2), AT));
        nothing.refuses(state, words, () -> plan.append(kHeads, vHeads, paged,
                FIRST.csr(closed, 1, MemorySegment.ofArray(new int[2]), 2), AT));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void slotsMustBeInsideTheCache(Backend backend) {
        AppendPlan plan = append(backend);
        nothing.bounds("sequence index of token 2 of batch entry 0: got 8",
                () -> plan.append(kHeads, vHeads, cache, Slots.from(6), AT));
        nothing.bounds("sequence index of token 0", () -> plan.append(kHeads, vHeads, cache, Slots.from(9), AT));
        nothing.bounds("sequence index of token 0", () -> plan.append(kHeads, vHeads, cache, Slots.from(Long.MAX_VALUE),
                AT));
        nothing.bounds("sequence index of token 0 of batch entry 0: got -1",
                () -> plan.append(kHeads, vHeads, cache, Slots.starts(-1), AT));
        nothing.bounds("slot of token 1 of batch entry 0: got 8",
                () -> plan.append(kHeads, vHeads, paged, Slots.mapping(0, 8, 1), AT));
        nothing.bounds("slot of token 2 of batch entry 0: got -2",
                () -> plan.append(kHeads, vHeads, paged, Slots.mapping(0L, -1L, -2L), AT));
        nothing.bounds("slot of token 0", () -> plan.append(kHeads, vHeads, cache, Slots.mapping(8, 0, 1), AT));
        nothing.bounds("page 1 of batch entry 0: got 4",
                () -> plan.append(kHeads, vHeads, paged, FIRST.blockTable(new int[]{3, 4}, 2), AT));
        nothing.bounds("page 0 of batch entry 0: got -1",
                () -> plan.append(kHeads, vHeads, paged, FIRST.blockTable(new int[]{-1, 0}, 2), AT));
        nothing.bounds("sequence index of token 2 of batch entry 0: got 4",
                () -> plan.append(kHeads, vHeads, paged, Slots.from(2).blockTable(new int[]{0, 1}, 2), AT));
        nothing.bounds("indptr of batch entry 0: got 0 to 3",
                () -> plan.append(kHeads, vHeads, paged, FIRST.csr(new int[]{0, 3}, new int[]{0, 1}), AT));
        nothing.bounds("indptr of batch entry 0: got 2 to 1",
                () -> plan.append(kHeads, vHeads, paged, FIRST.csr(new int[]{2, 1}, new int[]{0, 1}), AT));
        nothing.bounds("sequence index of token 2",
                () -> plan.append(kHeads, vHeads, paged, FIRST.csr(new int[]{1, 2}, new int[]{0, 1}), AT));
        nothing.bounds("page 0 of batch entry 0: got 7",
                () -> plan.append(kHeads, vHeads, paged, FIRST.csr(new int[]{0, 2}, new int[]{7, 1}), AT));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void listsMustFitTheCall(Backend backend) {
        AppendPlan plan = append(backend);
        nothing.argument("slots", () -> plan.append(kHeads, vHeads, paged, Slots.mapping(0, 1), AT));
        nothing.argument("starts", () -> plan.append(kHeads, vHeads, cache, Slots.starts(0, 1), AT));
        nothing.argument("batch entries of the cache", () -> plan.append(kHeads.tokens(0, 1).batches(3, DIM),
                vHeads.tokens(0, 1).batches(3, VALUE_DIM), cache, FIRST, AT));
        nothing.argument("slots of a paged cache", () -> plan.append(kHeads, vHeads, paged, FIRST, AT));
        nothing.argument("slots of a contiguous cache",
                () -> plan.append(kHeads, vHeads, cache, FIRST.blockTable(new int[]{0, 1}, 2), AT));
        nothing.argument("sequences of the page table",
                () -> plan.append(kHeads, vHeads, paged, FIRST.blockTable(new int[]{0, 1, 2, 3}, 2), AT));
        MemorySegment three = MemorySegment.ofArray(new int[3]);
        nothing.bounds("slot mapping", () -> plan.append(kHeads, vHeads, paged, Slots.mapping(three, true, 3), AT));
        nothing.bounds("slot mapping", () -> plan.append(kHeads, vHeads, paged, Slots.mapping(three, false, 3).at(1),
                AT));
        nothing.bounds("page numbers", () -> plan.append(kHeads, vHeads, paged, FIRST.blockTable(three, 1, 4), AT));
        nothing.bounds("indptr", () -> plan.append(kHeads, vHeads, paged, FIRST.pages(
                new PageTable(three, 0, 1, 0, 3, three, 2)), AT));
        nothing.argument("slot mapping alignment", () -> plan.append(kHeads, vHeads, paged,
                Slots.mapping(Arena.ofAuto().allocate(64, 8).asSlice(2), false, 3), AT));
    }

    /** Whichever came last would win: never what was meant. */
    @ParameterizedTest
    @MethodSource("backends")
    void twoTokensCannotShareASlot(Backend backend) {
        AppendPlan plan = append(backend);
        nothing.argument("slot of token 2 of batch entry 0",
                () -> plan.append(kHeads, vHeads, paged, Slots.mapping(5, 1, 5), AT));
        nothing.argument("slot of token 1", () -> plan.append(kHeads, vHeads, paged, Slots.mapping(5, 5, -1), AT));
        Heads two = kHeads.tokens(0, 1).batches(2, DIM);
        Heads twoValues = vHeads.tokens(0, 1).batches(2, VALUE_DIM);
        nothing.argument("slot of token 0 of batch entry 1", () -> plan.append(two, twoValues, paged,
                Slots.starts(1, 1).blockTable(new int[]{2, 2}, 1), AT));
        nothing.argument("slot of token 0 of batch entry 1",
                () -> plan.append(two, twoValues, paged, Slots.mapping(3), AT));
        Heads four = Heads.of(filled(DType.F32, 4 * DIM), DType.F32, 4, 1, DIM);
        nothing.argument("slot of token 2", () -> plan.append(four, Heads.of(filled(DType.F32, 4 * VALUE_DIM),
                DType.F32, 4, 1, VALUE_DIM), paged, FIRST.blockTable(new int[]{1, 1}, 2), AT));
        // one page in two places of a table is no matter where no token goes there
        plan.append(kHeads.tokens(0, 1), vHeads.tokens(0, 1), paged, FIRST.blockTable(new int[]{1, 1, 1}, 3), AT);
    }

    /** Many slots out of order are told apart as few are. */
    @Test
    void oneSharedSlotAmongThousandsIsFound() {
        int tokens = 5000;
        AppendPlan plan = append(Backend.java());
        Heads many = Heads.of(new float[tokens * DIM], tokens, 1, DIM);
        PagedKv large = PagedKv.nhd(Arena.ofAuto().allocate(2L * 8192 * DIM, 8), null, DType.BF16, 512, 16, 1, DIM);
        int[] slots = IntStream.range(0, tokens).map(i -> i * 4099 % 8192).toArray();
        plan.append(many, null, large, Slots.mapping(slots), AT);
        slots[4999] = slots[17];
        nothing.argument("slot of token 4999", () -> plan.append(many, null, large, Slots.mapping(slots), AT));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void inputsAndOutputsMustNotOverlap(Backend backend) {
        AppendPlan plan = plan(backend).append(DType.F32);
        Heads inQ = Heads.of(q, DType.F32, 6, 1, DIM);
        nothing.argument("q", () -> plan.append(qHeads, kHeads, null, KvCache.keys(inQ), FIRST, AT));
        nothing.argument("q output",
                () -> plan.append(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM), qHeads, kHeads, null,
                        KvCache.keys(inQ), FIRST, AT));
        nothing.argument("k", () -> plan.append(kHeads, null, KvCache.keys(kHeads), FIRST, AT));
        MemorySegment both = filled(DType.F32, 8 * DIM);
        both.set(ValueLayout.JAVA_INT, 0, 1);
        Heads a = Heads.of(both, DType.F32, 4, 1, DIM);
        Refusal.of(both).argument("keys of the cache",
                () -> plan.append(kHeads, kHeads, KvCache.of(a, a.at(DIM)), FIRST, AT));
        Refusal.of(both).argument("v", () -> plan.append(kHeads, a.at(DIM).tokens(0, 3), KvCache.of(a, a.at(4 * DIM)),
                FIRST, AT));
        Refusal.of(both).argument("slots", () -> plan.append(kHeads, null, KvCache.keys(a), Slots.starts(both, false,
                1), AT));
        Refusal.of(both).argument("position ids", () -> plan.append(kHeads, null, KvCache.keys(a), FIRST,
                Positions.ids(both, Positions.Kind.I32, TOKENS)));
        // keys and values of other widths that alternate in one memory are disjoint: [slot, dk + dv]
        MemorySegment mixed = filled(DType.F32, 4 * (DIM + VALUE_DIM));
        Heads k0 = new Heads(mixed, DType.F32, 0, 1, 4, 1, DIM, 0, DIM + VALUE_DIM, 0);
        Heads v0 = new Heads(mixed, DType.F32, DIM, 1, 4, 1, VALUE_DIM, 0, DIM + VALUE_DIM, 0);
        plan.append(kHeads, vHeads, KvCache.of(k0, v0), FIRST, AT);
        Refusal.of(mixed).argument("keys of the cache",
                () -> plan.append(kHeads, vHeads, KvCache.of(k0, v0.at(DIM - 1)), FIRST, AT));
        // types of other sizes in one memory: an extent counts the bytes of its own type
        MemorySegment shared = filled(DType.F32, 8 * DIM);
        Heads wide = Heads.of(shared, DType.F32, TOKENS, 1, DIM);
        AppendPlan narrow = append(backend);
        Refusal.of(shared).argument("k", () -> narrow.append(wide, null, KvCache.keys(
                Heads.of(shared, DType.BF16, 4, 1, DIM).at(5 * DIM)), FIRST, AT));
        narrow.append(wide, null, KvCache.keys(Heads.of(shared, DType.BF16, 4, 1, DIM).at(6 * DIM)), FIRST, AT);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void layoutsThatAreNeverInPlaceAreRefusedForQueries(Backend backend) {
        AppendPlan plan = RotaryPlan
                .builder(Rope.of(DIM, 10_000).layout(PairLayout.INTERLEAVED_IN_HALF_OUT), HeadShape.of(DIM, DType.F32))
                .backend(backend).build().append(DType.BF16);
        nothing.argument("q output", () -> plan.append(qHeads, kHeads, vHeads, cache, FIRST, AT));
        plan.append(kHeads, vHeads, cache, FIRST, AT);
    }

    /** Keys that were rounded before they are converted would be rounded twice; in float32 nothing is rounded before. */
    @ParameterizedTest
    @MethodSource("backends")
    void onlyPlansThatRoundOnceConvert(Backend backend) {
        RotaryPlan rounds = RotaryPlan.builder(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.BF16)).backend(backend)
                .rounding(RotaryRounding.PRODUCTS).build();
        nothing.argument("cache type", () -> rounds.append(DType.F32));
        nothing.argument("cache type", () -> rounds.append(DType.F16));
        rounds.append(DType.BF16);
        Heads rows = Heads.of(new float[4 * DIM], 4, 1, DIM);
        RotaryPlan elements = RotaryPlan.ofElements(Rows.of(rows.memory(), DType.F32, 4, DIM), Rows.of(rows.memory(),
                DType.F32, 4, DIM), PairLayout.HALF_SPLIT, HeadShape.of(DIM, DType.F32), backend);
        nothing.argument("cache type", () -> elements.append(DType.BF16));
        RotaryPlan once = RotaryPlan.builder(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.F32)).backend(backend)
                .rounding(RotaryRounding.PRODUCTS).build();
        once.append(DType.BF16).append(kHeads, vHeads, cache, FIRST, AT);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void executorsNeedSharedMemory(Backend backend) {
        AppendPlan plan = append(backend);
        try (Arena arena = Arena.ofConfined(); var pool = Executors.newFixedThreadPool(1)) {
            Heads confined = Heads.of(arena.allocate(keys.byteSize(), 8), DType.BF16, CAPACITY, 1, DIM);
            nothing.argument("keys of the cache memory", () -> plan.append(null, null, kHeads, vHeads,
                    KvCache.of(confined, vCache), FIRST, AT, pool, 2));
            MemorySegment list = arena.allocate(24, 8);
            list.set(ValueLayout.JAVA_LONG, 8, 1);
            list.set(ValueLayout.JAVA_LONG, 16, 2);
            nothing.argument("slots memory", () -> plan.append(null, null, kHeads, vHeads, paged,
                    Slots.mapping(list, true, 3), AT, pool, 2));
            nothing.argument("tasks", () -> plan.append(null, null, kHeads, vHeads, cache, FIRST, AT, pool, 0));
        }
    }

    @Test
    void viewsRefuseWhatCannotBe() {
        Class<IllegalArgumentException> argument = IllegalArgumentException.class;
        assertThrows(argument, () -> KvCache.keys(Heads.of(keys, DType.BF16, 0, 1, DIM)));
        assertThrows(argument, () -> KvCache.of(kCache, vCache.tokens(0, 7)));
        assertThrows(argument, () -> KvCache.of(kCache, Heads.of(values, DType.F16, CAPACITY, 1, VALUE_DIM)));
        assertThrows(argument, () -> Slots.from(-1));
        assertThrows(argument, () -> Slots.mapping(1).blockTable(new int[]{1}, 1));
        assertThrows(argument, () -> Slots.from(0).blockTable(new int[3], 2));
        assertThrows(argument, () -> Slots.from(0).batched(3));
        assertThrows(argument, () -> PagedKv.nhd(keys, null, DType.BF16, 1, 1L << 40, 1L << 30, DIM));
        assertThrows(IndexOutOfBoundsException.class, () -> Slots.mapping(1, 2).slice(1, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> Slots.from(1).slice(2, 1));
    }

    /** Nothing to store is not an error. */
    @ParameterizedTest
    @MethodSource("backends")
    void emptyCallsAreFine(Backend backend) {
        AppendPlan plan = append(backend);
        Heads none = kHeads.tokens(0, 0);
        plan.append(none, vHeads.tokens(0, 0), cache, FIRST, AT);
        plan.append(none, vHeads.tokens(0, 0), paged, Slots.mapping(new int[0]), AT);
        plan.append(kHeads, vHeads, paged, Slots.mapping(-1, -1, -1), AT);
        nothing.bounds("sequence index", () -> plan.append(kHeads, vHeads, cache, Slots.from(6), AT));
    }
}
