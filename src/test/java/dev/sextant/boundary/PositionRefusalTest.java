package dev.sextant.boundary;

import dev.sextant.Backend;
import dev.sextant.RotaryPlan;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Positions out of range, and ids that do not fit the tokens. Catches a read outside a table, a phase of more bits than
 * the recipe has, and a call that had rotated half its tokens before it found the bad id.
 */
class PositionRefusalTest extends BoundaryTest {

    private static final long LAST = (1L << 32) - 1;

    @ParameterizedTest
    @MethodSource("backends")
    void tablesEnd(Backend backend) {
        RotaryPlan plan = table(backend, 10);
        refused(plan, Positions.from(-1), 0, -1, "9");
        refused(plan, Positions.from(8), 2, 10, "9");
        refused(plan, Positions.from(10), 0, 10, "9");
        refused(plan, Positions.from(Long.MAX_VALUE), 0, Long.MAX_VALUE, "9");
        refused(plan, Positions.ids(9, 10, 11), 1, 10, "9");
        refused(plan, Positions.ids(0, 1, -1), 2, -1, "9");
        refused(plan, Positions.ids(0L, 1L << 40, -1L), 1, 1L << 40, "9");
        refused(plan, Positions.ids(0L, 1L, 1L << 32), 2, 1L << 32, "9");
        plan.rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM), Positions.ids(9, 0, 9));
        plan.rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM), Positions.from(7));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void generatedRowsEndAt32Bits(Backend backend) {
        RotaryPlan plan = plan(backend);
        String limit = String.valueOf(LAST);
        refused(plan, Positions.from(LAST - 1), 2, LAST + 1, limit);
        refused(plan, Positions.from(-LAST - 1), 0, -LAST - 1, limit);
        refused(plan, Positions.from(Long.MIN_VALUE), 0, Long.MIN_VALUE, limit);
        refused(plan, Positions.from(Long.MAX_VALUE), 0, Long.MAX_VALUE, limit);
        refused(plan, Positions.ids(0L, LAST + 1, Long.MIN_VALUE), 1, LAST + 1, limit);
        refused(plan, Positions.ids(LAST, -LAST, -LAST - 1), 2, -LAST - 1, limit);
        plan.rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM), Positions.from(LAST - 2));
        plan.rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM), Positions.from(-LAST));
        plan.rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM), Positions.ids(LAST, -LAST, 0L));
        plan.rotate(Heads.of(filled(DType.F32, 96), DType.F32, TOKENS, 2, DIM),
                Positions.ids(Integer.MIN_VALUE, Integer.MAX_VALUE, 0));
    }

    private void refused(RotaryPlan plan, Positions positions, long index, long got, String bound) {
        List<String> words = List.of("token " + index, "got " + got, "wanted ", bound);
        nothingWritten.refuses(IndexOutOfBoundsException.class, words, () -> plan.rotate(qHeads, kHeads, positions));
        MemorySegment rows = filled(DType.F32, 48);
        Refusal.of(rows).refuses(IndexOutOfBoundsException.class, words, () -> plan.rows(positions,
                Rows.of(rows, DType.F32, 3, 8), Rows.of(rows.asSlice(96), DType.F32, 3, 8)));
    }

    /** The index counts through the batch entries. */
    @ParameterizedTest
    @MethodSource("backends")
    void badIdOfALaterBatchIsNamed(Backend backend) {
        MemorySegment memory = filled(DType.F32, 2 * 96);
        Refusal.Guard guard = Refusal.of(memory);
        Heads two = Heads.of(memory, DType.F32, TOKENS, 2, DIM).batches(2, 96);
        MemorySegment ids = MemorySegment.ofArray(new int[]{0, 1, 2, 99, 3, 4, 77});
        Positions lists = Positions.ids(ids, Positions.Kind.I32, 3).batched(4);
        guard.bounds("token 5", () -> table(backend, 10).rotate(two, lists));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void idsMustFitTheTokens(Backend backend) {
        RotaryPlan plan = plan(backend);
        nothingWritten.argument("position ids", () -> plan.rotate(qHeads, Positions.ids(1, 2)));
        nothingWritten.argument("position ids", () -> plan.rotate(qHeads, Positions.ids(1, 2, 3, 4)));
        nothingWritten.argument("position ids", () -> plan.rotate(qHeads, Positions.ids(new long[0])));
        MemorySegment three = MemorySegment.ofArray(new int[3]);
        nothingWritten.bounds("position ids",
                () -> plan.rotate(qHeads, Positions.ids(three.asSlice(0, 11), Positions.Kind.I32, 3)));
        MemorySegment longs = filled(DType.F32, 5);
        nothingWritten.bounds("position ids", () -> plan.rotate(qHeads, Positions.ids(longs, Positions.Kind.I64, 3)));
        Heads two = Heads.of(filled(DType.F32, 192), DType.F32, TOKENS, 2, DIM).batches(2, 96);
        nothingWritten.bounds("position ids", () -> plan.rotate(two, Positions.ids(1, 2, 3, 4, 5).batched(3)));
        nothingWritten.argument("batch stride",
                () -> plan.rotate(two,
                        new Positions(Positions.Kind.I32, 0, MemorySegment.ofArray(new int[9]), 1, 0, 3, 1, 0, 2)));
    }
}
