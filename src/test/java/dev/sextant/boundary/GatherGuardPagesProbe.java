package dev.sextant.boundary;

import dev.sextant.Backend;
import dev.sextant.GatherPlan;
import dev.sextant.GatherPlanBuilder;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Table;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Runs every gather on buffers that end, or begin, at a page that may not be touched; tables, which must not be written, lie in read-only
 * pages. Started by {@link GuardPagesTest}.
 */
final class GatherGuardPagesProbe {

    private static final int[] WIDTHS = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 200};
    private static final int ROWS = 5;

    private final MemorySegment[] pages = new MemorySegment[4];
    private final boolean atEnd;

    private GatherGuardPagesProbe(Arena arena, boolean atEnd) {
        this.atEnd = atEnd;
        for (int i = 0; i < pages.length; i++) {
            pages[i] = Posix.guarded(2 * Posix.PAGE, arena);
        }
    }

    public static void main(String[] args) {
        int cases = 0;
        for (Backend backend : Backend.available()) {
            for (boolean atEnd : new boolean[]{true, false}) {
                try (Arena arena = Arena.ofShared()) {
                    cases += new GatherGuardPagesProbe(arena, atEnd).run(backend);
                }
            }
        }
        System.out.println("done " + cases);
    }

    private int run(Backend backend) {
        int cases = 0;
        for (DType dtype : DType.values()) {
            for (Table.Type type : Table.Type.values()) {
                System.out.println(backend + " " + dtype + " " + type + (atEnd ? " end" : " begin"));
                for (int width : WIDTHS) {
                    one(backend, dtype, type, width);
                    cases++;
                }
            }
        }
        return cases;
    }

    private void one(Backend backend, DType dtype, Table.Type type, int width) {
        Posix.writable(pages[0]);
        Table table = Table.of(next(0, (long) ROWS * width * type.bytes()), type, ROWS, width);
        Posix.readOnly(pages[0]);
        Rows x = Rows.of(next(1, 3L * width * dtype.bytes()), dtype, 3, width);
        Rows out = Rows.of(next(2, 3L * width * dtype.bytes()), dtype, 3, width);
        Positions ids = Positions.ids(next(3, 12), Positions.Kind.I32, 3);
        GatherPlanBuilder builder = GatherPlan.builder(width, dtype).backend(backend).add(table).multiply(table);
        GatherPlan plan = builder.replaceAt(0, table).add(table).build();
        plan.add(x, Positions.from(2), Positions.all(4), ids, ids);
        plan.add(x, out, 1, Positions.from(2), Positions.from(0), Positions.all(4), ids);
    }

    /** Buffer {@code i}, flush with one of its guards. */
    private MemorySegment next(int i, long bytes) {
        return pages[i].asSlice(atEnd ? pages[i].byteSize() - bytes : 0, bytes);
    }
}
