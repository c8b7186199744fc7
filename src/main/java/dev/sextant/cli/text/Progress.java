package dev.sextant.cli.text;

import java.io.Console;
import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Progress of work that takes longer than a moment: a bar where somebody watches a terminal, else (in a build, say) a line
 * every two seconds. Not thread-safe.
 */
public final class Progress implements AutoCloseable {

    private static final long PATIENCE_NANOS = 1_000_000_000;
    private static final long BETWEEN_LINES_NANOS = 2_000_000_000;
    private static final int WIDTH = 100;

    private final String task;
    private final long steps;
    private final @Nullable PrintStream out;
    private final boolean watched;
    private final long begin = System.nanoTime();
    private long lastLine = begin;
    private long done;
    private @Nullable ProgressBar bar;

    private Progress(String task, long steps, @Nullable PrintStream out) {
        this.task = task;
        this.steps = steps;
        this.out = out;
        this.watched = isTerminal();
    }

    /** Progress of {@code steps} equal steps told on {@code out}; null is nowhere. */
    public static Progress of(String task, long steps, @Nullable PrintStream out) {
        return new Progress(task, steps, out);
    }

    @SuppressWarnings("SystemConsoleNull") // from JDK 25 on it is null again when nobody watches
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** One step is done. */
    public void step() {
        done++;
        long now = System.nanoTime();
        if (out == null || now - begin < PATIENCE_NANOS) {
            return;
        }
        if (!watched) {
            if (now - lastLine >= BETWEEN_LINES_NANOS) {
                lastLine = now;
                out.println(task + ": " + 100 * done / steps + " %");
            }
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder().setTaskName(task).setInitialMax(steps).setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(250).clearDisplayOnFinish()
                    .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH)).build();
        }
        bar.stepTo(done);
    }

    /** Ends the bar, if one was drawn. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
