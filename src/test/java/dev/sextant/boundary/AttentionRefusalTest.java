package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionShape;
import dev.sextant.Backend;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.BlockList;
import dev.sextant.encoding.CapturePoint;
import dev.sextant.encoding.DistanceTable;
import dev.sextant.encoding.ExplicitSlopes;
import dev.sextant.encoding.Sandwich;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.PagedKv;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import dev.sextant.tensor.TokenIds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention that must be refused before anything is written: shapes, places, sequences, pages, distances, overlap. */
@Tag("boundary")
class AttentionRefusalTest {

    private static final int DIM = 8;
    private static final int TOKENS = 6;

    private final MemorySegment q = BoundaryTest.filled(DType.F32, TOKENS * 2 * DIM);
    private final MemorySegment k = BoundaryTest.filled(DType.F32, TOKENS * DIM);
    private final MemorySegment v = BoundaryTest.filled(DType.F32, TOKENS * DIM);
    private final MemorySegment o = BoundaryTest.filled(DType.F32, TOKENS * 2 * DIM);
    private final MemorySegment l = BoundaryTest.filled(DType.F32, TOKENS * 2);
    private final MemorySegment w = BoundaryTest.filled(DType.F32, 1 << 20);
    private final MemorySegment square = BoundaryTest.filled(DType.F32, TOKENS * TOKENS * 2);
    private final Heads qs = Heads.of(q, DType.F32, TOKENS, 2, DIM);
    private final Heads ks = Heads.of(k, DType.F32, TOKENS, 1, DIM);
    private final Heads vs = Heads.of(v, DType.F32, TOKENS, 1, DIM);
    private final Heads out = Heads.of(o, DType.F32, TOKENS, 2, DIM);
    private final RowValues lse = RowValues.of(l, 1, 2, TOKENS);
    private final Refusal.Guard nothing = Refusal.of(q, k, v, o, l, w, square);

    static List<Backend> backends() {
        return Backend.available();
    }

    private static AttentionPlan plan(Backend backend, Structure structure) {
        return AttentionPlan.builder(AttentionShape.of(2, 1, DIM, DType.F32)).structure(structure).backend(backend)
                .build();
    }

    private AttentionCall call() {
        return new AttentionCall().queries(qs, out).cache(KvCache.of(ks, vs)).lse(lse).workspace(w)
                .sequences(Sequences.of(1, TOKENS, TOKENS, Alignment.START));
    }

    private void argument(AttentionPlan plan, String what, AttentionCall call) {
        nothing.argument(what, () -> plan.attend(call));
    }

    private void bounds(AttentionPlan plan, String what, AttentionCall call) {
        nothing.bounds(what, () -> plan.attend(call));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void shapesAndTypesMustFit(Backend backend) {
        AttentionPlan plan = plan(backend, Structure.causal());
        argument(plan, "q heads", call().queries(qs.heads(0, 1), out));
        argument(plan, "q dtype", call().queries(Heads.of(q, DType.BF16, TOKENS, 2, DIM), out));
        argument(plan, "q head dim", call().queries(Heads.of(q, DType.F32, TOKENS, 4, DIM / 2), out));
        argument(plan, "out heads", call().queries(qs, out.heads(0, 1)));
        argument(plan, "out batches x tokens", call().queries(qs, out.tokens(0, 3)));
        argument(plan, "keys of the cache heads", call().cache(KvCache.of(qs, vs)));
        argument(plan, "values of the cache head dim",
                call().cache(KvCache.of(ks, Heads.of(v, DType.F32, TOKENS, 1, DIM - 1))));
        argument(plan, "lse batches x heads x tokens", call().lse(RowValues.of(l, 1, 1, TOKENS)));
        argument(plan, "row scale batches x heads x tokens", call().rowScale(RowValues.of(l, 1, 1, TOKENS - 1)));
        nothing.argument("values of the cache", () -> call().cache(KvCache.keys(ks)));
        assertThrows(NullPointerException.class, () -> plan.attend(null));
        assertThrows(NullPointerException.class, () -> plan.attend(call(), null, 2));
        nothing.argument("tasks", () -> plan.workspaceBytes(call(), 0));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void memoryMustBeOffTheHeapAndLargeEnough(Backend backend) {
        AttentionPlan plan = plan(backend, Structure.causal());
        Heads heap = Heads.of(new float[TOKENS * 2 * DIM], TOKENS, 2, DIM);
        for (AttentionCall call : List.of(call().queries(heap, out), call().queries(qs, heap),
                call().cache(KvCache.of(heap.heads(0, 1), vs)), call().cache(KvCache.of(ks, heap.heads(0, 1))),
                call().lse(RowValues.of(MemorySegment.ofArray(new float[12]), 1, 2, TOKENS)),
                call().workspace(MemorySegment.ofArray(new byte[1 << 16])))) {
            nothing.refuses(IllegalArgumentException.class, List.of("got an array on the heap", "copy it"),
                    () -> plan.attend(call));
        }
        bounds(plan, "q", call().queries(qs.at(1), out));
        bounds(plan, "out", call().queries(qs, out.at(1)));
        bounds(plan, "keys of the cache", call().cache(KvCache.of(ks.at(1), vs)));
        bounds(plan, "values of the cache", call().cache(KvCache.of(ks, vs.at(1))));
        bounds(plan, "lse", call().lse(lse.at(1, 0, TOKENS, 1)));
        bounds(plan, "workspace", call().workspace(w.asSlice(0, plan.workspaceBytes(call()) - 1)));
        argument(plan, "workspace alignment", call().workspace(w.asSlice(4)));
        argument(plan, "out", call().queries(qs, Heads.of(o.asReadOnly(), DType.F32, TOKENS, 2, DIM)));
        argument(plan, "lse", call().lse(RowValues.of(l.asReadOnly(), 1, 2, TOKENS)));
        argument(plan, "workspace", call().workspace(w.asReadOnly()));
        argument(plan, "lse strides", call().lse(lse.at(0, 0, 0, 1)));
        argument(plan, "out strides", call().queries(qs, out.strides(DIM, DIM)));
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(1 << 20, 64); // large enough, were it open
        }
        nothing.refuses(IllegalStateException.class, List.of("closed"),
                () -> plan.attend(call().queries(Heads.of(closed, DType.F32, TOKENS, 2, DIM), out)));
        nothing.refuses(IllegalStateException.class, List.of("closed"), () -> plan.attend(call().workspace(closed)));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void sequencesMustBeThere(Backend backend) {
        AttentionPlan plan = plan(backend, Structure.causal());
        bounds(plan, "q of sequence 0", call().sequences(Sequences.of(1, TOKENS + 1, TOKENS, Alignment.START)));
        bounds(plan, "keys of the cache of sequence 0",
                call().sequences(Sequences.of(1, TOKENS, TOKENS + 1, Alignment.START)));
        bounds(plan, "keys of the cache of sequence 0",
                call().sequences(Sequences.empty(1).set(0, 0, 1, Long.MAX_VALUE, 1, 0)));
        bounds(plan, "sequence 0", call().sequences(Sequences.of(1, TOKENS, TOKENS, Alignment.START).offsets(
                1L << 31)));
        argument(plan, "prefix of sequence 0",
                call().sequences(Sequences.of(1, TOKENS, TOKENS, Alignment.START).prefixes(2)));
        argument(plan, "first query of sequence 1", call().sequences(Sequences.packed(new int[]{0, 4, 4}, new int[]{0,
                4, 4}, Alignment.START).set(1, 3, 2, 0, 1, 0)));
        Heads two = Heads.of(q, DType.F32, TOKENS / 2, 2, DIM).batches(2, TOKENS * DIM);
        Heads twoOut = Heads.of(o, DType.F32, TOKENS / 2, 2, DIM).batches(2, TOKENS * DIM);
        argument(plan, "q batches", call().queries(two, twoOut).lse(null));
        nothing.argument("bounds of packed", () -> Sequences.packed(new int[]{0, 1}, new int[]{0}, Alignment.END));
        nothing.argument("first query", () -> Sequences.packed(new int[]{0, -1}, new int[]{0, 1}, Alignment.END));
        nothing.argument("offsets", () -> Sequences.of(2, 1, 1, Alignment.END).offsets(1));
        assertThrows(IndexOutOfBoundsException.class, () -> Sequences.empty(1).set(1, 0, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void pagesMustBeInTheCache(Backend backend) {
        AttentionPlan plan = plan(backend, Structure.causal());
        PagedKv pages = new PagedKv(PagedKv.nhd(k, null, DType.F32, 3, 2, 1, DIM).k(),
                PagedKv.nhd(v, null, DType.F32, 3, 2, 1, DIM).k());
        bounds(plan, "page 1 of sequence 0", call().cache(pages, table(0, 3, 1)));
        bounds(plan, "page 2 of sequence 0", call().cache(pages, table(0, 1, -1)));
        bounds(plan, "keys of sequence 0", call().cache(pages, table(0, 1)));
        nothing.refuses(IllegalArgumentException.class, List.of("page numbers", "heap"),
                () -> plan.attend(call().cache(pages, new PageTable(MemorySegment.ofArray(new int[3]), 0, 1, 3, 3,
                        null, 0))));
        argument(plan, "sequences of the page table",
                call().cache(pages, new PageTable(table(0, 1, 2).pages(), 0, 2, 0, 3, null, 0)));
        MemorySegment bounds = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_INT, 0, 4);
        bounds(plan, "indptr of sequence 0",
                call().cache(pages, new PageTable(table(0, 1, 2).pages(), 0, 1, 0, 3, bounds, 0)));
        MemorySegment numbers = table(0, 1, 2).pages();
        Heads over = Heads.of(numbers.reinterpret(4 * TOKENS * 2 * DIM), DType.F32, TOKENS, 2, DIM);
        argument(plan, "page numbers and out",
                call().cache(pages, new PageTable(numbers, 0, 1, 3, 3, null, 0)).queries(qs, over));
    }

    private static PageTable table(int... pages) {
        MemorySegment list = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_INT, pages);
        return new PageTable(list, 0, 1, pages.length, pages.length, null, 0);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void whatThePlanHasComesWithTheCall(Backend backend) {
        Scores bias = Scores.of(square, 1, 2, TOKENS, TOKENS);
        TokenIds ids = TokenIds.of(Arena.ofAuto().allocate(4 * TOKENS, 4), TOKENS);
        AttentionPlan plain = plan(backend, Structure.causal());
        argument(plain, "bias", call().bias(bias));
        argument(plain, "skew", call().skew(bias));
        argument(plain, "mask", call().mask(Mask.of(square, 1, 2, TOKENS, TOKENS)));
        argument(plain, "documents", call().documents(ids, ids));
        argument(plain, "blocks", call().blocks(ids, ids));
        AttentionPlan tensor = AttentionPlan.builder(AttentionShape.of(2, 1, DIM, DType.F32)).biasTensor()
                .backend(backend).build();
        argument(tensor, "bias", call());
        argument(tensor, "bias sequences x heads", call().bias(Scores.of(square, 1, 1, TOKENS, TOKENS)));
        argument(tensor, "bias queries x keys", call().bias(Scores.of(square, 1, 2, TOKENS, TOKENS - 1)));
        bounds(tensor, "bias", call().bias(bias.at(1, 0, TOKENS * TOKENS, TOKENS, 1)));
        AttentionPlan masked = plan(backend, Structure.all().masked());
        argument(masked, "mask", call());
        AttentionPlan documents = plan(backend, Structure.all().documents());
        argument(documents, "documents", call());
        argument(documents, "documents of keys", call().documents(ids, null));
        bounds(documents, "documents of queries of sequence 0",
                call().documents(TokenIds.of(ids.memory(), TOKENS - 1), ids));
        AttentionPlan list = plan(backend, Structure.all().blockList(BlockList.of(2, 2, new boolean[][]{{true, true},
                {true, true}})));
        bounds(list, "queries x keys of sequence 0", call());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void distancesAndSlopesMustBeThePlans(Backend backend) {
        var builder = AttentionPlan.builder(AttentionShape.of(2, 1, DIM, DType.F32)).backend(backend);
        AttentionPlan table = builder.bias(DistanceTable.of(2, -3, new float[]{1, 2, 3, 4, 1, 2, 3, 4})).build();
        bounds(table, "distances of sequence 0", call());
        bounds(builder.structure(Structure.causal()).build(), "distances of sequence 0", call());
        AttentionPlan sets = builder.bias(ExplicitSlopes.batched(new float[6], 2)).build();
        argument(sets, "sequences", call());
        nothing.argument("reach", () -> builder.bias(Sandwich.of(2, 16)).build());
        nothing.argument("bias", () -> builder.bias(Alibi.of(3)).build());
    }

    @Test
    void impossiblePlans() {
        var builder = AttentionPlan.builder(AttentionShape.of(2, 1, DIM, DType.F32)).backend(Backend.java());
        nothing.argument("skipping",
                () -> AttentionPlan.builder(AttentionShape.of(2, 1, DIM, DType.F32)).backend(Backend.java())
                        .skipping().build());
        nothing.argument("scale", () -> builder.scale(0));
        nothing.argument("scale", () -> builder.scale(Double.NaN));
        nothing.argument("softcap", () -> builder.softcap(-1));
        nothing.argument("sinks", () -> builder.sinks(1));
        nothing.argument("sink of head 1", () -> builder.sinks(1, Float.NaN));
        nothing.argument("reach", () -> builder.reach(0));
        nothing.argument("query heads, kv heads", () -> AttentionShape.of(3, 2, DIM, DType.F32));
        nothing.argument("key dim", () -> AttentionShape.of(2, 2, 0, DType.F32));
        nothing.argument("query type", () -> new AttentionShape(2, 2, DIM, DIM, DType.F16, DType.BF16));
        assertEquals(AttentionShape.of(2, 1, DIM, DType.F32), builder.build().shape());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void nothingMayOverlapWhatIsWritten(Backend backend) {
        AttentionPlan plan = plan(backend, Structure.causal());
        argument(plan, "q and out", call().queries(qs, qs));
        Heads narrow = Heads.of(o, DType.F32, TOKENS, 1, DIM);
        argument(plan, "keys of the cache and out", call().cache(KvCache.of(narrow, vs)));
        argument(plan, "values of the cache and out", call().cache(KvCache.of(ks, narrow)));
        argument(plan, "lse", call().lse(RowValues.of(q, 1, 2, TOKENS)));
        argument(plan, "out and lse", call().lse(RowValues.of(o, 1, 2, TOKENS)));
        argument(plan, "row scale and out", call().rowScale(RowValues.of(o, 1, 1, TOKENS)));
        argument(plan, "row scale and lse", call().rowScale(RowValues.of(l, 1, 1, TOKENS)));
        MemorySegment shared = w.asSlice(64);
        argument(plan, "q and workspace", call().queries(Heads.of(shared, DType.F32, TOKENS, 2, DIM), out));
        argument(plan, "out and workspace", call().queries(qs, Heads.of(shared, DType.F32, TOKENS, 2, DIM)));
        argument(plan, "lse and workspace", call().lse(RowValues.of(shared, 1, 2, TOKENS)));
        Scores scores = Scores.of(square, 1, 2, TOKENS, TOKENS);
        Scores overQ = Scores.of(q.asSlice(0, 0).reinterpret(4 * 72), 1, 2, TOKENS, TOKENS);
        nothing.argument("q and scores", () -> plan.scores(call(), CapturePoint.BIASED, overQ));
        nothing.argument("scores strides",
                () -> plan.scores(call(), CapturePoint.BIASED, scores.at(0, 0, 0, TOKENS, 1)));
        nothing.argument("scores sequences x heads",
                () -> plan.addBias(call(), Scores.of(square, 1, 1, TOKENS, TOKENS)));
        nothing.argument("o and o merged into", () -> plan.merge(qs, lse, qs, RowValues.of(square, 1, 2, TOKENS)));
        nothing.argument("lse and lse merged into", () -> plan.merge(qs, lse, out, lse));
        nothing.argument("o merged into", () -> plan.merge(qs, lse, out.tokens(0, 3), lse));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void otherThreadsMustReachTheMemory(Backend backend) {
        AttentionPlan plan = plan(backend, Structure.causal());
        try (Arena arena = Arena.ofConfined()) {
            Heads mine = Heads.of(arena.allocate(4 * TOKENS * 2 * DIM, 64), DType.F32, TOKENS, 2, DIM);
            nothing.argument("q memory", () -> plan.attend(call().queries(mine, out), Runnable::run, 2));
            nothing.argument("out memory", () -> plan.attend(call().queries(qs, mine), Runnable::run, 2));
        }
    }
}
