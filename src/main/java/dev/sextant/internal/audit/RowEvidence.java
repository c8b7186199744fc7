package dev.sextant.internal.audit;

import dev.sextant.encoding.PairLayout;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Turns by position: a table of cos and sin, or heads before and after. For one judgement by one thread: it remembers. */
public final class RowEvidence extends Evidence {

    /** Two units in the last place of a float32 frequency. */
    private static final double FREQUENCY_SLACK = 0x1p-22;
    private static final double DOUBLE_SLACK = 0x1p-52;
    private static final int FARTHEST_SHIFT = 1 << 16;

    private final RowReader reader;
    private final boolean negative;
    private final long[] sample;
    private final List<Span> spans;
    private final Map<Slice, Seen> seen = new HashMap<>();
    private final @Nullable HeadReader heads;

    /** Two rows of the sample; a {@code from} below 0 stands for position 0, where nothing turns. */
    private record Span(int from, int to, long length) {}

    /** The sample as a slice reads it. */
    private record Seen(double[][] re, double[][] im, double[][] misfit, double[][] phases) {}

    private RowEvidence(RowReader reader, boolean negative, long[] sample, @Nullable HeadReader heads) {
        this.reader = reader;
        this.negative = negative;
        this.sample = sample;
        this.heads = heads;
        this.spans = spans();
    }

    /** A table; its sines are positive whatever way the model turns, so {@code negative} is the model's own direction. */
    public static RowEvidence table(Rows cos, Rows sin, Positions positions, boolean negative) {
        long[] sample = Sample.of(cos.rows());
        return new RowEvidence(new TableReader(cos, sin, positions, sample), negative, sample, null);
    }

    /** Heads of equal shape before and after. */
    public static RowEvidence heads(Heads before, Heads after, Positions positions) {
        long[] sample = Sample.of(before.batches() * before.tokens());
        HeadReader reader = new HeadReader(before, after, positions, sample);
        return new RowEvidence(reader, false, sample, reader);
    }

    /** From the closest two rows on to rows ever farther from the first of them. */
    private List<Span> spans() {
        Integer[] byPosition = new Integer[sample.length];
        Arrays.setAll(byPosition, i -> i);
        Arrays.sort(byPosition, Comparator.comparingLong(i -> reader.position(sample[i])));
        int from = -1;
        long least = Long.MAX_VALUE;
        for (int i = 1; i < byPosition.length; i++) {
            long gap = position(byPosition[i]) - position(byPosition[i - 1]);
            if (gap > 0 && gap < least) {
                least = gap;
                from = byPosition[i - 1];
            }
        }
        long start = from < 0 ? 0 : position(from);
        int origin = from;
        List<Integer> nearest = Arrays.stream(byPosition)
                .sorted(Comparator.comparingLong(i -> Math.abs(position(i) - start))).toList();
        List<Span> chosen = new ArrayList<>();
        for (int to : nearest) {
            long length = position(to) - start;
            boolean farther = chosen.isEmpty()
                    ? length != 0
                    : Math.abs(length) >= 1.5 * Math.abs(chosen.getLast().length);
            if (farther || to == nearest.getLast() && length != 0) {
                chosen.add(new Span(origin, to, length));
            }
        }
        return chosen;
    }

    private long position(int sampled) {
        return reader.position(sample[sampled]);
    }

    private Seen seen(Slice slice) {
        return seen.computeIfAbsent(slice, s -> {
            int pairs = reader.pairs(s);
            double[][] re = new double[sample.length][pairs];
            double[][] im = new double[sample.length][pairs];
            double[][] misfit = new double[sample.length][pairs];
            for (int i = 0; i < sample.length; i++) {
                reader.read(sample[i], s, re[i], im[i], misfit[i]);
            }
            double[][] phases = new double[spans.size()][pairs];
            for (int k = 0; k < phases.length; k++) {
                int a = spans.get(k).from;
                int b = spans.get(k).to;
                for (int j = 0; j < pairs; j++) {
                    double c = a < 0 ? 1 : re[a][j];
                    double d = a < 0 ? 0 : im[a][j];
                    phases[k][j] = StrictMath.atan2(im[b][j] * c - re[b][j] * d, re[b][j] * c + im[b][j] * d);
                }
            }
            return new Seen(re, im, misfit, phases);
        });
    }

    private double sign(Engine engine) {
        return engine.inverse() == negative ? 1 : -1;
    }

    @Override
    Fit fit(Engine engine, boolean all) {
        Slice slice = engine.slice();
        int there = reader.pairs(slice);
        if (there == 0) {
            return Fit.impossible(engine.pairs());
        }
        int both = Math.min(there, engine.pairs());
        int either = Math.max(there, engine.pairs());
        Turns turns = new Turns(engine);
        Fit.Sum sum = new Fit.Sum(either);
        double[] cos = new double[engine.pairs()];
        double[] sin = new double[engine.pairs()];
        Seen sampled = all ? null : seen(slice);
        double[] re = new double[there];
        double[] im = new double[there];
        double[] misfit = new double[there];
        double sign = sign(engine);
        double m = Math.max(1, engine.magnitude());
        double strict = reader.bound() * m;
        double flip = engine.arithmetic().flip() * 1.5 * m;
        long rows = all ? reader.rows() : sample.length;
        for (long i = 0; i < rows; i++) {
            long row = all ? i : sample[(int) i];
            if (sampled == null) {
                reader.read(row, slice, re, im, misfit);
            } else {
                re = sampled.re[(int) i];
                im = sampled.im[(int) i];
                misfit = sampled.misfit[(int) i];
            }
            long position = reader.position(row);
            turns.row(position, cos, sin);
            for (int j = 0; j < both; j++) {
                if (!Double.isNaN(misfit[j])) {
                    double error = Math.hypot(Math.hypot(re[j] - cos[j], im[j] - sign * sin[j]), misfit[j]);
                    double angle = Math.abs((position + engine.shift()) * turns.frequencies()[j]) * m;
                    double narrow = strict + DOUBLE_SLACK * angle;
                    sum.add(j, error, narrow, narrow + FREQUENCY_SLACK * angle, flip);
                }
            }
            for (int j = both; j < either; j++) {
                sum.add(j, 1, strict, strict, 0); // a pair that one of the two does not have
            }
            double outsidePairs = reader.outsidePairs(slice);
            if (outsidePairs > 0) {
                sum.outside(reader.outside(row, slice), reader.bound(), outsidePairs);
            }
        }
        return sum.fit();
    }

    @Override
    double agreement(Engine engine, int level) {
        if (engine.pairs() != reader.pairs(engine.slice()) || spans.isEmpty()) {
            return -1;
        }
        double[][] phases = seen(engine.slice()).phases;
        double[] frequencies = new Turns(engine).frequencies();
        double sign = sign(engine);
        double sum = 0;
        for (int k = 0; k <= level; k++) {
            double length = sign * spans.get(k).length;
            for (int j = 0; j < frequencies.length; j++) {
                double turns = (phases[k][j] - frequencies[j] * length) / (2 * Math.PI);
                double apart = turns - Math.rint(turns);
                sum += Double.isNaN(apart) ? 0 : 1 - 8 * apart * apart; // 1 in phase, -1 half a turn apart
            }
        }
        return sum / frequencies.length / (level + 1);
    }

    @Override
    int levels() {
        return spans.size();
    }

    @Override
    double sharpness(int level) {
        return Math.abs(spans.get(level).length);
    }

    @Override
    int pairs() {
        return heads == null ? reader.pairs(new Slice(PairLayout.HALF_SPLIT, 0, 2)) : 0;
    }

    @Override
    OptionalDouble magnitude(Engine engine) {
        Seen s = seen(engine.slice());
        double[] sizes = IntStream.range(0, sample.length).boxed()
                .flatMapToDouble(i -> IntStream.range(0, s.re[i].length)
                        .filter(j -> s.misfit[i][j] < Double.POSITIVE_INFINITY)
                        .mapToDouble(j -> Math.hypot(s.re[i][j], s.im[i][j])))
                .sorted().toArray();
        return sizes.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(sizes[sizes.length / 2]);
    }

    @Override
    List<Long> shifts(Engine engine) {
        if (engine.pairs() != reader.pairs(engine.slice())) {
            return List.of();
        }
        Seen s = seen(engine.slice());
        Turns turns = new Turns(engine);
        Shifts shifts = new Shifts(turns.frequencies());
        double[] cos = new double[engine.pairs()];
        double[] sin = new double[engine.pairs()];
        for (int i = 0; i < sample.length; i++) {
            turns.row(position(i), cos, sin);
            for (int j = 0; j < cos.length; j++) {
                if (s.misfit[i][j] < Double.POSITIVE_INFINITY) {
                    shifts.add(j, s.re[i][j], sign(engine) * s.im[i][j], cos[j], sin[j]);
                }
            }
        }
        return shifts.best(FARTHEST_SHIFT, -position(0));
    }

    @Override
    Optional<Slice> changed() {
        return heads == null ? Optional.empty() : heads.changed(sample);
    }

    @Override
    public String description() {
        return reader.description();
    }
}
