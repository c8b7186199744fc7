package dev.sextant.cli.text;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A progress bar on the terminal, for work that takes longer than a moment; invisible otherwise. Not thread-safe.
 */
public final class Progress implements AutoCloseable {

    private static final long PATIENCE_NANOS = 1_000_000_000;
    private static final int WIDTH = 100;

    private final String task;
    private final long steps;
    private final @Nullable PrintStream terminal;
    private final long begin = System.nanoTime();
    private long done;
    private @Nullable ProgressBar bar;

    private Progress(String task, long steps, @Nullable PrintStream terminal) {
        this.task = task;
        this.steps = steps;
        this.terminal = terminal;
    }

    /** Progress of {@code steps} equal steps on {@code terminal}; null is nowhere. */
    public static Progress of(String task, long steps, @Nullable PrintStream terminal) {
        return new Progress(task, steps, terminal);
    }

    /** One step is done. */
    public void step() {
        done++;
        if (terminal == null || System.nanoTime() - begin < PATIENCE_NANOS) {
            return;
        }
        if (bar == null) {
            bar = new ProgressBarBuilder().setTaskName(task).setInitialMax(steps).setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(250).clearDisplayOnFinish()
                    .setConsumer(new ConsoleProgressBarConsumer(terminal, WIDTH)).build();
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
