package dev.sextant.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/** The calling thread and a pool of the others: what an engine gives a plan, and what a ceiling runs on beside it. */
final class Workers implements AutoCloseable {

    final int threads;
    final ExecutorService pool;

    Workers(int threads) {
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(Math.max(1, threads - 1));
    }

    /** Runs parts 0 to {@code threads} - 1, the first one here, and waits for all. */
    void run(IntConsumer part) {
        CompletableFuture<?>[] others = new CompletableFuture<?>[threads - 1];
        for (int i = 0; i < others.length; i++) {
            int of = i + 1;
            others[i] = CompletableFuture.runAsync(() -> part.accept(of), pool);
        }
        part.accept(0);
        for (CompletableFuture<?> other : others) {
            other.join();
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
