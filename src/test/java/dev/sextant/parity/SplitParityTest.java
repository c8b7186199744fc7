package dev.sextant.parity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.RandomCases;
import dev.sextant.testkit.RotaryCase;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Any cut of tokens or heads gives the bits of the whole. Catches ids that are not cut with their tokens, an output cut
 * at another place than its input, a split that waits for a pool that never runs it, and a part that is lost or done
 * twice.
 */
@Tag("parity")
@Timeout(120)
class SplitParityTest {

    @Test
    void tokenRangesMakeTheWhole() {
        everywhere(300, (plan, q, qOut, k, kOut, positions) -> {
            long cut = q.tokens() / 3;
            for (long[] part : new long[][]{{cut, q.tokens()}, {0, cut}}) {
                Heads some = q.tokens(part[0], part[1]);
                Heads someK = k == null ? null : k.tokens(part[0], part[1]);
                plan.rotate(some, q == qOut ? some : qOut.tokens(part[0], part[1]), someK,
                        k == kOut ? someK : kOut.tokens(part[0], part[1]), positions.slice(part[0], part[1]));
            }
        });
    }

    @Test
    void headRangesMakeTheWhole() {
        everywhere(300, (plan, q, qOut, k, kOut, positions) -> {
            for (long h = 0; h < q.heads(); h++) {
                Heads some = q.heads(h, h + 1);
                plan.rotate(some, q == qOut ? some : qOut.heads(h, h + 1), null, null, positions);
            }
            if (k != null) {
                plan.rotate(k, kOut, null, null, positions);
            }
        });
    }

    @Test
    void executorsDoNotChangeBits() {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            onExecutor(pool, 100);
        }
    }

    @Test
    void virtualThreadsToo() {
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            onExecutor(pool, 50);
        }
    }

    /** The only thread of the pool is busy until the calls are over: the caller must do all the work. */
    @Test
    void saturatedPoolDoesNotBlock() {
        CountDownLatch over = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            pool.execute(() -> await(over));
            onExecutor(pool, 50);
            over.countDown();
        }
    }

    @Test
    void rejectingPoolDoesNotMatter() {
        onExecutor(task -> {
            throw new RejectedExecutionException("closed");
        }, 50);
    }

    /** It took a task, then fails: nobody may be writing to the buffers any more when the call throws. */
    @Test
    void failingExecutorIsToldWhenTheWorkIsOver() {
        AtomicInteger started = new AtomicInteger();
        AtomicInteger finished = new AtomicInteger();
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            Executor failing = task -> {
                if (started.getAndIncrement() > 0) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                pool.execute(() -> {
                    task.run();
                    finished.incrementAndGet();
                });
            };
            RotaryPlan plan = RotaryPlan.of(Rope.of(64, 10_000), HeadShape.of(64, DType.F32));
            float[] x = new float[64 * 4000];
            Arrays.fill(x, 1);
            Heads heads = Heads.of(x, 4000, 1, 64);
            assertThrows(OutOfMemoryError.class,
                    () -> plan.rotate(heads, heads, null, null, Positions.from(1), failing, 5));
            float[] seen = x.clone();
            pool.submit(() -> {}).get();
            assertArrayEquals(seen, x, "somebody was still writing");
            assertEquals(1, finished.get());
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** An executor that forgets what it was given costs speed, not progress. */
    @Test
    void forgetfulExecutorDoesNotMatter() {
        onExecutor(task -> {}, 50);
    }

    /** One of several threads of the same pool calls: tasks and caller meet in one queue. */
    @Test
    void callsFromThePoolItself() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            pool.submit(() -> onExecutor(pool, 30)).get();
        }
    }

    @Test
    void interruptedCallerFinishesAndStaysInterrupted() {
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            Thread.currentThread().interrupt();
            onExecutor(pool, 20);
            assertTrue(Thread.interrupted(), "the interrupt was lost");
        }
    }

    private static void onExecutor(Executor executor, int cases) {
        for (int tasks : new int[]{1, 2, 3, 7}) {
            everywhere(cases / 4 + 1,
                    (plan, q, qOut, k, kOut, positions) -> plan.rotate(q, qOut, k, kOut, positions, executor, tasks));
        }
    }

    private static void everywhere(int cases, RotaryCase.Call cut) {
        SeededCases.run(SplitParityTest.class, cases, random -> {
            RotaryCase rotation = RandomCases.next(random);
            List<MemorySegment> wanted = rotation.run(Backend.java(), RotaryCase.WHOLE);
            for (Backend backend : Backends.all()) {
                rotation.assertSame(wanted, rotation.run(backend, cut), backend + " cut");
            }
        });
    }

    /** A prompt at once, or a prompt and then token after token. */
    @Test
    void prefillAndDecodeMakeTheWhole() {
        SeededCases.run(SplitParityTest.class, 100, random -> {
            RotaryCase rotation = RandomCases.next(random);
            if (rotation.ids().kind() != Positions.Kind.START) {
                return;
            }
            List<MemorySegment> wanted = rotation.run(Backend.java(), RotaryCase.WHOLE);
            for (Backend backend : Backends.all()) {
                rotation.assertSame(wanted, rotation.run(backend, SplitParityTest::tokenByToken), backend + " decode");
            }
        });
    }

    private static void tokenByToken(RotaryPlan plan, Heads q, Heads qOut, Heads k, Heads kOut, Positions positions) {
        for (long t = 0; t < q.tokens(); t++) {
            plan.rotate(q.tokens(t, t + 1), qOut.tokens(t, t + 1), k == null ? null : k.tokens(t, t + 1),
                    kOut == null ? null : kOut.tokens(t, t + 1), Positions.from(positions.start() + t));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
