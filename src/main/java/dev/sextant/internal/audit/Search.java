package dev.sextant.internal.audit;

import java.util.Locale;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of an engine fitted to evidence: a coarse walk over its logarithm at the widest level, then ever finer ones
 * around the best point, each level only as fine as the next needs (finer would trust the noise).
 */
final class Search {

    private static final int COARSE = 1500;
    private static final int MOST_COARSE = 60_000;
    private static final int FINE = 40;
    private static final double WINDOW = 3;
    private static final double DONE = 1e-10;

    private final Evidence evidence;
    private final DoubleFunction<@Nullable Engine> engines;

    private Search(Evidence evidence, DoubleFunction<@Nullable Engine> engines) {
        this.evidence = evidence;
        this.engines = engines;
    }

    /** The value from {@code low} to {@code high} whose engine agrees best; NaN where the evidence shows no frequencies. */
    static double best(Evidence evidence, double low, double high, DoubleFunction<@Nullable Engine> engines) {
        return evidence.levels() == 0
                ? Double.NaN
                : StrictMath.exp(new Search(evidence, engines).run(StrictMath.log(low), StrictMath.log(high)));
    }

    private double run(double low, double high) {
        double wanted = (high - low) * evidence.sharpness(0);
        int points = (int) Math.clamp(wanted, COARSE, MOST_COARSE);
        double step = (high - low) / points;
        double best = walk(low, step, points, 0);
        for (int level = 0; level < evidence.levels(); level++) {
            boolean last = level == evidence.levels() - 1;
            double goal = last ? DONE : 0.5 / evidence.sharpness(level + 1);
            do {
                double window = WINDOW * step;
                step = 2 * window / FINE;
                best = walk(best - window, step, FINE, level);
            } while (step > goal);
        }
        return best;
    }

    private double walk(double from, double step, int points, int level) {
        double best = from;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i <= points; i++) {
            double x = from + i * step;
            Engine engine = engines.apply(StrictMath.exp(x));
            double agreement = engine == null ? -1 : evidence.agreement(engine, level);
            if (agreement > most) {
                most = agreement;
                best = x;
            }
        }
        return best;
    }

    /** The roundest of {@code x} to 1, 2, ... 6 digits that still explains the evidence, else {@code x} itself. */
    static double round(Evidence evidence, double x, DoubleFunction<@Nullable Engine> engines) {
        for (int digits = 1; digits <= 6; digits++) {
            double rounded = Double.parseDouble(String.format(Locale.ROOT, "%." + (digits - 1) + "e", x));
            Engine engine = engines.apply(rounded);
            if (engine != null && Math.abs(rounded / x - 1) < 1e-3 && evidence.fit(engine, false).isWide()) {
                return rounded;
            }
        }
        return x;
    }
}
