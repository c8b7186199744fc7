package dev.sextant.parity;

import dev.sextant.Backend;
import dev.sextant.RotaryPlan;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.RandomCases;
import dev.sextant.testkit.RotaryCase;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Plans of several instruction sets at once, and one plan used by several threads. Catches a kernel pointer kept in a
 * global, a call struct shared between threads, and a scratch row that two calls write.
 */
@Tag("parity")
@Timeout(120)
class SharedPlansTest {

    @Test
    void plansOfAllInstructionSetsLiveSideBySide() {
        SeededCases.run(SharedPlansTest.class, 200, random -> {
            RotaryCase rotation = RandomCases.next(random);
            List<MemorySegment> wanted = rotation.run(Backend.java(), RotaryCase.WHOLE);
            List<RotaryPlan> plans = Backends.all().stream().map(rotation::plan).toList();
            for (int round = 0; round < 2; round++) {
                for (RotaryPlan plan : plans) {
                    rotation.assertSame(wanted, rotation.run(plan, RotaryCase.WHOLE), "beside others: " + plan);
                }
            }
        });
    }

    @Test
    void onePlanServesManyThreads() throws Exception {
        for (Backend backend : Backends.all()) {
            try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
                shared(pool, backend);
            }
            try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                shared(pool, backend);
            }
        }
    }

    private static void shared(ExecutorService pool, Backend backend) throws Exception {
        List<Callable<Void>> users = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            RotaryCase rotation = RandomCases.next(SeededCases.random(i));
            RotaryPlan plan = rotation.plan(backend);
            List<MemorySegment> wanted = rotation.run(Backend.java(), RotaryCase.WHOLE);
            for (int user = 0; user < 4; user++) {
                users.add(() -> {
                    for (int round = 0; round < 30; round++) {
                        rotation.assertSame(wanted, rotation.run(plan, RotaryCase.WHOLE), "shared " + plan);
                    }
                    return null;
                });
            }
        }
        for (Future<Void> user : pool.invokeAll(users)) {
            user.get();
        }
    }
}
