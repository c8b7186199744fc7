package dev.sextant.parity;

import dev.sextant.Backend;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.GatherCase;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random gathers: up to twelve tables of every type, in every merge and column range, ids of every kind with and without positions. Catches a
 * table that is merged out of turn, a run of columns cut at the wrong place, a scale of another row, a NaN that became a number.
 */
@Tag("parity")
@Timeout(300)
class GatherParityTest {

    @Test
    void javaDoesWhatTheDefinitionSays() {
        SeededCases.run(GatherParityTest.class, 2000, random -> {
            GatherCase gather = GatherCase.next(random, false);
            gather.assertSame(gather.plain(), gather.run(Backend.java(), gather.whole()), "java");
        });
    }

    @Test
    void everyBackendGivesTheBitsOfJava() {
        SeededCases.run(GatherParityTest.class, 2000, random -> compare(random, false));
    }

    /** More rows than one call is given, and more work than one critical call may do. */
    @Test
    void largeCallsToo() {
        SeededCases.run(GatherParityTest.class, 40, random -> compare(random, true));
    }

    private static void compare(SplittableRandom random, boolean large) {
        GatherCase gather = GatherCase.next(random, large);
        List<MemorySegment> wanted = gather.run(Backend.java(), gather.whole());
        for (Backend backend : Backends.others()) {
            gather.assertSame(wanted, gather.run(backend, gather.whole()), backend.name());
        }
    }

    @Test
    void rowRangesMakeTheWhole() {
        everywhere(300, gather -> (plan, x, out, batches, ids) -> {
            long tokens = out.rows() / batches;
            Positions[] some = new Positions[ids.length];
            for (long b = 0; b < batches; b++) {
                for (long[] part : new long[][]{{tokens / 3, tokens}, {0, tokens / 3}}) {
                    for (int i = 0; i < ids.length; i++) {
                        some[i] = ids[i].ids() == null ? ids[i] : ids[i].at(ids[i].origin() + b * ids[i].batchStride());
                        some[i] = some[i].slice(part[0], part[1]);
                    }
                    Rows to = out.rows(b * tokens + part[0], b * tokens + part[1]);
                    gather.whole().run(plan, x.rows(b * tokens + part[0], b * tokens + part[1]), to, 1, some);
                }
            }
        });
    }

    @Test
    void executorsDoNotChangeBits() {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int tasks : new int[]{1, 2, 7}) {
                everywhere(60, gather -> (plan, x, out, batches, ids) -> {
                    if (gather.input()) {
                        plan.add(x, out, batches, pool, tasks, ids);
                    } else {
                        plan.fill(out, batches, pool, tasks, ids);
                    }
                });
            }
        }
    }

    @Test
    void rejectingPoolDoesNotMatter() {
        everywhere(40, gather -> (plan, x, out, batches, ids) -> {
            if (gather.input()) {
                plan.add(x, out, batches, GatherParityTest::reject, 3, ids);
            } else {
                plan.fill(out, batches, GatherParityTest::reject, 3, ids);
            }
        });
    }

    private static void reject(Runnable task) {
        throw new RejectedExecutionException("closed: " + task);
    }

    private interface Cut { GatherCase.Call of(GatherCase gather); }

    private static void everywhere(int cases, Cut cut) {
        SeededCases.run(GatherParityTest.class, cases, random -> {
            GatherCase gather = GatherCase.next(random, false);
            List<MemorySegment> wanted = gather.run(Backend.java(), gather.whole());
            for (Backend backend : Backends.all()) {
                gather.assertSame(wanted, gather.run(backend, cut.of(gather)), backend + " cut");
            }
        });
    }
}
