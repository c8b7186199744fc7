package dev.sextant;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Work in independent parts on the caller's executor. Whoever is free takes the next part, the calling thread included; the
 * caller then waits only for parts that another thread has taken, never for a task that has not started. A saturated or
 * stopped pool therefore cannot deadlock.
 */
abstract class Split {

    /** Never started: stands for "some other thread" when a segment is asked who may use it. */
    private static final Thread ANOTHER = Thread.ofPlatform().inheritInheritableThreadLocals(false).unstarted(() -> {});

    private final int parts;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch open;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Split(int parts) {
        this.parts = parts;
        this.open = new CountDownLatch(parts);
    }

    /** At most {@code tasks} parts, and no more than there are pieces; at least one. */
    static int parts(long pieces, int tasks) {
        if (tasks < 1) {
            throw Checks.wanted("tasks", tasks, "at least 1");
        }
        return Math.clamp(pieces, 1, tasks);
    }

    /** First piece of part {@code part}, of {@code pieces} shared out evenly. */
    final long cut(long pieces, int part) {
        // the same as pieces * part / parts, without the product
        return pieces / parts * part + pieces % parts * part / parts;
    }

    /** Does part {@code part}. */
    abstract void run(int part);

    final int parts() {
        return parts;
    }

    final void run(Executor executor) {
        for (int i = 1; i < parts; i++) {
            try {
                executor.execute(this::takeParts);
            } catch (RejectedExecutionException e) {
                break; // the calling thread does the rest
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e); // thrown when no other thread is at work on the buffers any more
                break;
            }
        }
        takeParts();
        awaitTaken();
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError(e);
        }
    }

    private void takeParts() {
        for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
            try {
                run(part);
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            } finally {
                open.countDown();
            }
        }
    }

    /** All parts are taken when this is called; the ones still open are being worked on. */
    private void awaitTaken() {
        boolean interrupted = false;
        while (true) {
            try {
                open.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // buffers are in use: finish, then tell
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static void refuseConfined(String what, @Nullable MemorySegment memory) {
        if (memory != null && !memory.isAccessibleBy(ANOTHER)) {
            throw Checks.wanted(what + " memory", "a segment confined to one thread",
                    "one that other threads may use: allocate it from a shared, automatic or global arena");
        }
    }
}
