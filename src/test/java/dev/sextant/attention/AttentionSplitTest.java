package dev.sextant.attention;

import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.testkit.AttentionCase;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.RandomAttention;
import dev.sextant.testkit.SeededCases;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One, two, three and seven threads have the same bits, prompts and decoding alike. */
@Tag("parity")
@Timeout(300)
class AttentionSplitTest {

    private static final int[] TASKS = {1, 2, 3, 7};

    @Test
    void threadsDoNotChangeBits() {
        try (ExecutorService pool = Executors.newFixedThreadPool(6)) {
            SeededCases.run(AttentionSplitTest.class, 120, random -> everyNumberOfTasks(random, pool));
        }
    }

    /** A long cache is divided among threads even for one query. */
    @Test
    void norDoTheyInLongDecoding() {
        try (ExecutorService pool = Executors.newFixedThreadPool(6)) {
            for (int kind = 0; kind < Same.KINDS; kind++) {
                AttentionCase c = Same.problem(new SplittableRandom(kind), kind, 1, 3001);
                same(c, pool);
            }
        }
    }

    @Test
    void saturatedAndStoppedPoolsDoNotMatter() {
        CountDownLatch over = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            pool.execute(() -> {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            SeededCases.run(AttentionSplitTest.class, 20, random -> everyNumberOfTasks(random, pool));
            over.countDown();
        }
        SeededCases.run(AttentionSplitTest.class, 20, random -> everyNumberOfTasks(random, task -> {
            throw new RejectedExecutionException("closed");
        }));
    }

    private static void everyNumberOfTasks(SplittableRandom random, Executor executor) {
        same(RandomAttention.any(random), executor);
    }

    private static void same(AttentionCase c, Executor executor) {
        for (Backend backend : Backends.all()) {
            AttentionPlan plan = Same.plan(c, backend);
            AttentionCase.Result alone = c.attend(plan);
            for (int tasks : TASKS) {
                AttentionCase.Result together = c.newResult();
                plan.attend(c.call(plan, together, tasks), executor, tasks);
                Same.assertBits(alone, together, backend + ", " + tasks + " tasks: " + c);
            }
        }
    }
}
