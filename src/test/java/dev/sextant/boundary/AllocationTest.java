package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Place;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Catches a hot call that allocates: a boxed number, an Optional or a segment that the compiler could not remove. */
class AllocationTest extends BoundaryTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** The compiler needs some thousand calls and, on a busy machine, some time. */
    private static final long PATIENCE = 15_000_000_000L;

    @ParameterizedTest
    @EnumSource(value = Place.class, names = {"HEAP", "NATIVE"})
    void hotCallsAllocateNothing(Place place) {
        Heads hotQ = Heads.of(place.allocate(DType.F32, 4 * DIM), DType.F32, 1, 4, DIM);
        Heads hotK = Heads.of(place.allocate(DType.F32, DIM), DType.F32, 1, 1, DIM);
        Heads out = Heads.of(place.allocate(DType.F32, 4 * DIM), DType.F32, 1, 4, DIM);
        Positions ids = Positions.ids(7);
        Positions start = Positions.from(7);
        for (var backend : backends()) {
            RotaryPlan plan = plan(backend);
            quiet(plan + ", in place, from a start, " + place, () -> plan.rotate(hotQ, hotK, start));
            quiet(plan + ", in place, ids, " + place, () -> plan.rotate(hotQ, hotK, ids));
            quiet(plan + ", out of place, " + place, () -> plan.rotate(hotQ, out, null, null, start));
            Rows cos = Rows.of(place.allocate(DType.F32, 16), DType.F32, 2, 8);
            Rows sin = Rows.of(place.allocate(DType.F32, 16), DType.F32, 2, 8);
            quiet(plan + ", rows, " + place, () -> plan.rows(start, cos, sin));
            RotaryPlan table = table(backend, 10);
            quiet(table + ", table, " + place, () -> table.rotate(hotQ, hotK, ids));
        }
    }

    /** Heap memory and more work than one critical call may do. */
    @ParameterizedTest
    @EnumSource(value = Place.class, names = {"HEAP", "NATIVE"})
    void callsThatAreCutAllocateNothing(Place place) {
        Heads large = Heads.of(place.allocate(DType.F32, 70_000), DType.F32, 273, 16, DIM);
        for (var backend : backends()) {
            RotaryPlan plan = RotaryPlan.builder(Rope.of(2, 10_000), HeadShape.of(DIM, DType.F32)).backend(backend).build();
            Positions start = Positions.from(0);
            quiet(plan + ", large, " + place, 60, () -> plan.rotate(large, start));
        }
    }

    private static void quiet(String what, Runnable call) {
        quiet(what, 2000, call);
    }

    /** Rounds of calls until three in a row allocate nothing: before that the compiler has not finished. */
    private static void quiet(String what, int calls, Runnable call) {
        long last = 0;
        int clean = 0;
        long end = System.nanoTime() + PATIENCE;
        while (clean < 3 && System.nanoTime() < end) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                call.run();
            }
            last = THREADS.getCurrentThreadAllocatedBytes() - before;
            clean = last == 0 ? clean + 1 : 0;
        }
        assertEquals(3, clean, what + ": the last " + calls + " calls allocated " + last + " bytes");
    }
}
