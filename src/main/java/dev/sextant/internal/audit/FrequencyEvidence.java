package dev.sextant.internal.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Inverse frequencies, one a pair, or each twice as the tables of some engines have them. */
public final class FrequencyEvidence extends Evidence {

    /** Libraries differ by one or two units in the last place of float32 in a power. */
    static final double BOUND = 1e-6;

    private final double[] observed;
    private final boolean negative;
    private final Doubling doubling;

    /** Evidence for a model that turns by the negative angle where {@code negative}: then the sign of frequencies is its own. */
    public FrequencyEvidence(double[] values, boolean negative) {
        this.negative = negative;
        this.doubling = Doubling.of(values.length, 1, (row, i) -> values[i]);
        double[] once = new double[doubling.pairs(values.length)];
        for (int j = 0; j < once.length; j++) {
            once[j] = values[doubling.first(j)];
        }
        this.observed = once;
    }

    @Override
    Fit fit(Engine engine, boolean all) {
        double[] frequencies = new Turns(engine).frequencies();
        int pairs = Math.max(frequencies.length, observed.length);
        Fit.Sum sum = new Fit.Sum(pairs);
        double sign = engine.inverse() == negative ? 1 : -1;
        for (int j = 0; j < pairs; j++) {
            double error = j < Math.min(frequencies.length, observed.length)
                    ? difference(observed[j], sign * frequencies[j])
                    : 1;
            sum.add(j, error, BOUND, BOUND, 0);
        }
        return sum.fit();
    }

    private static double difference(double a, double b) {
        return a == b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
    }

    @Override
    double agreement(Engine engine, int level) {
        double[] frequencies = new Turns(engine).frequencies();
        if (frequencies.length != observed.length) {
            return -1;
        }
        double apart = 0;
        for (int j = 0; j < frequencies.length; j++) {
            double ratio = observed[j] / frequencies[j];
            apart += ratio > 0 && ratio < Double.POSITIVE_INFINITY ? Math.min(1, Math.abs(StrictMath.log(ratio))) : 1;
        }
        return 1 - apart / frequencies.length;
    }

    @Override
    int levels() {
        return 1;
    }

    @Override
    double sharpness(int level) {
        return 1;
    }

    @Override
    int pairs() {
        return observed.length;
    }

    @Override
    OptionalDouble magnitude(Engine engine) {
        return OptionalDouble.empty();
    }

    @Override
    List<Long> shifts(Engine engine) {
        return List.of();
    }

    @Override
    Optional<Slice> changed() {
        return Optional.empty();
    }

    @Override
    public String description() {
        return observed.length + " inverse frequencies" + doubling.words()
                + (Arrays.stream(observed).anyMatch(f -> !Double.isFinite(f)) ? ", some not finite" : "");
    }
}
