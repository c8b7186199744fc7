package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.GatherPlan;
import dev.sextant.GatherPlanBuilder;
import dev.sextant.encoding.LearnedPositions;
import dev.sextant.encoding.PositionIds;
import dev.sextant.encoding.TooLong;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Table;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ids outside a table, tables that are gone, embeddings that do not fit: refused by name, and nothing was written. */
class GatherRefusalTest extends BoundaryTest {

    private static final int ROWS = 10;

    private final Rows x = Rows.of(q, DType.F32, 6, DIM);
    private final Table ten = Table.of(filled(DType.F32, ROWS * DIM), Table.Type.F32, ROWS, DIM);
    private final Positions zeros = Positions.all(0);

    private GatherPlanBuilder builder(Backend backend) {
        return GatherPlan.builder(DIM, DType.F32).backend(backend);
    }

    /** The last of two tables has the bad id, behind good ones of six rows. */
    private void refused(GatherPlan plan, Positions ids, long token, long got, String... bounds) {
        List<String> words = new ArrayList<>(List.of("token " + token, "table 1", "got " + got, "wanted "));
        words.addAll(List.of(bounds));
        nothingWritten.refuses(IndexOutOfBoundsException.class, words, () -> plan.add(x, zeros, ids));
        Rows out = Rows.of(filled(DType.F32, 6 * DIM), DType.F32, 6, DIM);
        Refusal.of(q, out.memory()).refuses(IndexOutOfBoundsException.class, words,
                () -> plan.add(x, out, 1, zeros, ids));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void idOutsideATableNamesTokenTableValueAndBound(Backend backend) {
        GatherPlan plan = builder(backend).add(ten).add(ten).build();
        refused(plan, Positions.ids(0, 1, 2, 3, 4, 10), 5, 10, "0 to 9", "10 rows");
        refused(plan, Positions.ids(0, -1, 99, 3, 4, 5), 1, -1, "0 to 9");
        refused(plan, Positions.ids(0L, 1L, 1L << 32, 3L, 4L, 5L), 2, 1L << 32, "0 to 9");
        refused(plan, Positions.ids(0L, 1L, Long.MIN_VALUE, 3L, 4L, 5L), 2, Long.MIN_VALUE, "0 to 9");
        refused(plan, Positions.from(5), 5, 10, "0 to 9");
        refused(plan, Positions.from(-1), 0, -1, "0 to 9");
        refused(plan, Positions.from(Long.MAX_VALUE), 0, Long.MAX_VALUE, "0 to 9");
        refused(plan, Positions.all(10), 0, 10, "0 to 9");
        refused(plan, Positions.from(PositionIds.NO_POSITION), 0, PositionIds.NO_POSITION, "0 to 9");
    }

    /** Rows less the first one are the positions, and -1 is the row before the first, never "none". */
    @ParameterizedTest
    @MethodSource("backends")
    void positionsEndBeforeTheRowsDo(Backend backend) {
        GatherPlan plan = builder(backend).add(ten).add(ten, LearnedPositions.opt(ROWS - 2)).build();
        refused(plan, Positions.ids(7, 8, 2, 3, 4, 5), 1, 8, "-2 to 7", "the first one used is 2");
        refused(plan, Positions.ids(-1, -2, -3, 3, 4, 5), 2, -3, "-2 to 7");
        refused(plan, Positions.from(3), 5, 8, "-2 to 7");
        plan.add(Rows.of(filled(DType.F32, 6 * DIM), DType.F32, 6, DIM), zeros, Positions.from(2));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void tooLongIsTheCallersChoice(Backend backend) {
        LearnedPositions rule = LearnedPositions.bert(ROWS);
        GatherPlan error = builder(backend).add(ten).add(ten, rule).build();
        refused(error, Positions.from(7), 3, 10, "0 to 9");

        GatherPlan clamp = builder(backend).withoutInput().add(ten, rule.tooLong(TooLong.CLAMP)).build();
        float[] clamped = new float[6 * DIM];
        clamp.fill(Rows.of(clamped, 6, DIM), Positions.from(7));
        float[] wanted = new float[6 * DIM];
        builder(backend).withoutInput().add(ten).build().fill(Rows.of(wanted, 6, DIM), Positions.ids(7, 8, 9, 9, 9, 9));
        assertArrayEquals(wanted, clamped);
        assertThrows(IndexOutOfBoundsException.class, () -> clamp.fill(Rows.of(clamped, 6, DIM), Positions.from(-1)));
        clamp.fill(Rows.of(clamped, 6, DIM), Positions.all(Long.MAX_VALUE));

        GatherPlan resize = builder(backend).add(ten).add(ten, rule.tooLong(TooLong.RESIZE), 13).build();
        refused(resize, Positions.from(8), 5, 13, "0 to 12", "13 rows");
        resize.add(Rows.of(filled(DType.F32, 6 * DIM), DType.F32, 6, DIM), zeros, Positions.from(7));
        Refusal.of().argument("length", () -> builder(backend).add(ten, rule, 11));
        Refusal.of().argument("rule", () -> builder(backend).add(ten, rule.tooLong(TooLong.RESIZE)));
        Refusal.of().argument("table rows", () -> builder(backend).add(ten, LearnedPositions.bert(9)));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void noPositionSkipsTheTable(Backend backend) {
        GatherPlan plan = builder(backend).add(ten).build();
        float[] some = new float[3 * DIM];
        Arrays.fill(some, 1);
        plan.add(Rows.of(some, 3, DIM), Positions.ids(PositionIds.NO_POSITION, 4, PositionIds.NO_POSITION));
        for (int d = 0; d < DIM; d++) {
            assertEquals(1, some[d]);
            assertTrue(some[DIM + d] != 1);
            assertEquals(1, some[2 * DIM + d]);
        }
        plan.add(Rows.of(some, 3, DIM), Positions.all(PositionIds.NO_POSITION));
        assertEquals(1, some[0]);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void badIdOfALaterBatchIsNamed(Backend backend) {
        GatherPlan plan = builder(backend).add(ten).build();
        nothingWritten.bounds("token 4", () -> plan.add(x, 2, Positions.ids(0, 1, 2, 3, 10, 5).batched(3)));
        nothingWritten.argument("position ids", () -> plan.add(x, 2, Positions.ids(0, 1, 2, 3, 4, 5)));
        nothingWritten.argument("batches", () -> plan.add(x, 4, zeros));
        nothingWritten.argument("batches", () -> plan.add(x, 0, zeros));
        nothingWritten.argument("ids: ", () -> plan.add(x, 2));
        nothingWritten.argument("ids: ", () -> plan.add(x, 2, zeros, zeros));
        nothingWritten.argument("ids of table 0", () -> plan.add(x, Positions.coordinates(1, 0, 0, 0, 0, 0, 0)));
        nothingWritten.argument("ids of table 0", () -> plan.add(x, Positions.axes(2, new int[12])));
        nothingWritten.argument("call: got ", () -> plan.fill(x, zeros));
        nothingWritten.argument("call: got ", () -> builder(backend).withoutInput().add(ten).build().add(x, zeros));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void embeddingsMustFit(Backend backend) {
        GatherPlan plan = builder(backend).add(ten).build();
        nothingWritten.argument("x width", () -> plan.add(Rows.of(q, DType.F32, 6, DIM - 1), zeros));
        nothingWritten.argument("x dtype", () -> plan.add(Rows.of(q, DType.F16, 6, DIM), zeros));
        nothingWritten.bounds("x", () -> plan.add(Rows.of(q, DType.F32, 7, DIM), zeros));
        nothingWritten.bounds("x", () -> plan.add(x.at(1, DIM), zeros));
        nothingWritten.argument("output rows", () -> plan.add(x, Rows.of(k, DType.F32, 3, DIM), 1, zeros));
        nothingWritten.argument("read-only", () -> plan.add(Rows.of(q.asReadOnly(), DType.F32, 6, DIM), zeros));
        nothingWritten.argument("overlap", () -> plan.add(x.rows(0, 5), x.rows(1, 6), 1, zeros));
        Rows half = new Rows(q, DType.F32, 0, 3, DIM, 2 * DIM);
        nothingWritten.argument("x and output overlap", () -> plan.add(half, half.at(1, 2 * DIM), 1, zeros));
        nothingWritten.argument("x and output overlap",
                () -> plan.add(half.rows(0, 2), half.rows(1, 3).at(2 * DIM - 1, 2 * DIM), 1, zeros));
        nothingWritten.argument("x and output overlap", () -> plan.add(half, x.rows(0, 3), 1, zeros));
        MemorySegment copy = filled(DType.F32, 6 * DIM);
        Rows left = new Rows(copy, DType.F32, 0, 3, DIM, 2 * DIM);
        plan.add(left, left.at(DIM, 2 * DIM), 1, zeros); // columns of one matrix
        MemorySegment odd = Arena.ofAuto().allocate(q.byteSize() + 8, 8).asSlice(2);
        nothingWritten.argument("x alignment", () -> plan.add(Rows.of(odd, DType.F32, 6, DIM), zeros));
        plan.add(x.rows(0, 0), zeros);
        plan.add(x.rows(0, 0), Positions.from(99));
        nothingWritten.argument("width", () -> plan.add(Rows.of(q, DType.F32, 0, 3), zeros));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void outputsMayNotShareBytesWithTablesOrIds(Backend backend) {
        Table inside = Table.of(q, Table.Type.F32, 2, DIM);
        nothingWritten.argument("table 0 and output overlap", () -> builder(backend).add(inside).build().add(x, zeros));
        Table eight = Table.of(new byte[2 * DIM], DIM, 1).rowScales(q);
        nothingWritten.argument("row scales of table 0 and output overlap",
                () -> builder(backend).add(eight).build().add(x, zeros));
        GatherPlan plan = builder(backend).add(ten).build();
        nothingWritten.argument("ids of table 0 and output overlap",
                () -> plan.add(x, Positions.ids(q, Positions.Kind.I32, 6)));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void tablesMustBeThereWholeAndOpen(Backend backend) {
        Refusal.of().bounds("table 0",
                () -> builder(backend).add(Table.of(ten.memory(), Table.Type.F32, ROWS + 1, DIM)).build());
        Refusal.of().bounds("table 0", () -> builder(backend).add(ten.at(1, DIM)).build());
        Refusal.of().argument("table 0 alignment",
                () -> builder(backend).add(Table.of(MemorySegment.ofArray(new byte[4 * DIM]), Table.Type.F32, 1, DIM))
                        .build());
        Refusal.of().bounds("row scales of table 1", () -> builder(backend).add(ten)
                .add(ten.rowScales(MemorySegment.ofArray(new float[ROWS - 1]))).build());
        Refusal.of().argument("table width",
                () -> builder(backend).add(Table.of(new float[3], 3)));
        Refusal.of().argument("columns", () -> builder(backend).addAt(14, Table.of(new float[3], 3)));
        Refusal.of().argument("columns", () -> builder(backend).replaceAt(-1, Table.of(new float[3], 3)));
        Refusal.of().argument("tables", () -> builder(backend).build());
        GatherPlanBuilder full = builder(backend);
        for (int i = 0; i < GatherPlan.MOST_TABLES; i++) {
            full.add(ten);
        }
        Refusal.of().argument("tables", () -> full.add(ten));
        Refusal.of().argument("column 3",
                () -> builder(backend).withoutInput().addAt(0, Table.of(new float[3], 3)).build());
        Refusal.of().argument("columns under table 1", () -> builder(backend).withoutInput()
                .addAt(0, Table.of(new float[3], 3)).add(ten).build());
        Refusal.of().argument("columns under table 0", () -> builder(backend).withoutInput().multiply(ten).build());
        Refusal.of().argument("input scale", () -> builder(backend).withoutInput().inputScale(2).add(ten).build());

        GatherPlan plan;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(ten.memory().byteSize(), 64);
            plan = builder(backend).add(ten).add(Table.of(memory, Table.Type.F32, ROWS, DIM)).build();
            plan.add(Rows.of(filled(DType.F32, 6 * DIM), DType.F32, 6, DIM), zeros, zeros);
        }
        nothingWritten.refuses(IllegalStateException.class, List.of("closed"), () -> plan.add(x, zeros, zeros));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void confinedTablesStayWithTheirThread(Backend backend) throws Exception {
        try (Arena arena = Arena.ofConfined(); var pool = Executors.newFixedThreadPool(1)) {
            Table mine = Table.of(arena.allocate(ten.memory().byteSize(), 64), Table.Type.F32, ROWS, DIM);
            GatherPlan plan = builder(backend).add(mine).build();
            nothingWritten.argument("table memory", () -> plan.add(x, x, 1, pool, 2, zeros));
            pool.submit(() -> nothingWritten.refuses(WrongThreadException.class, List.of("outside owning thread"),
                    () -> plan.add(x, zeros))).get();
            plan.add(Rows.of(filled(DType.F32, 6 * DIM), DType.F32, 6, DIM), zeros);
        }
    }
}
