package dev.sextant.cli.plot;

import dev.sextant.AdditivePlan;
import dev.sextant.AttentionCall;
import dev.sextant.AttentionMap;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionShape;
import dev.sextant.cli.text.Progress;
import dev.sextant.encoding.Rounding;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Sequences;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The pictures by name.
 *
 * @param subjects what is drawn, at least one
 * @param tokens positions of a heat map and of a map of attention
 * @param length context: the greatest position of errors, the farthest distance of biases, a level among wavelengths
 * @param heads heads of a bias
 * @param progress where long work is reported, or null
 */
public record Plots(List<Subject> subjects, int tokens, long length, int heads, @Nullable PrintStream progress) {

    private static final int ERROR_POINTS = 400;
    private static final int DIM = 64;
    private static final int MOST_MAP_CELLS = 128;

    /** What can be drawn. */
    public enum What {
        /** Numbers of an additive encoding, or cosines of a rotation, by position and column. */
        HEATMAP,
        /** Wavelength of each pair or wave. */
        WAVELENGTHS,
        /** Turns a token of each pair or wave: above one half it aliases. */
        SPECTRUM,
        /** Error of float32 angles by position. */
        ANGLES,
        /** Bias by distance. */
        BIAS,
        /** Where attention under a bias goes, for random queries and keys. */
        ATTENTION
    }

    /** The figure; an error names an encoding that has no such picture. */
    public Figure draw(What what) {
        return switch (what) {
            case HEATMAP -> heat(only());
            case WAVELENGTHS -> wavelengths();
            case SPECTRUM -> spectrum();
            case ANGLES -> angles();
            case BIAS -> bias();
            case ATTENTION -> attention(only());
        };
    }

    private Subject only() {
        if (subjects.size() != 1) {
            throw new IllegalArgumentException("encodings: got " + subjects.size() + ", wanted one for this picture");
        }
        return subjects.getFirst();
    }

    private Figure heat(Subject s) {
        if (s.bias() != null) {
            throw s.wrong("rows by position");
        }
        double[][] cells = s.additive() == null ? cosines(s) : rows(s);
        return new Figure("heatmap", s.name() + (s.additive() == null ? ": cosine of each pair" : ": rows"),
                s.additive() == null ? "pair" : "column", "position").cells(cells);
    }

    private double[][] cosines(Subject s) {
        double[] frequencies = s.frequencies(Rounding.NONE);
        return IntStream.range(0, tokens)
                .mapToObj(p -> Arrays.stream(frequencies).map(f -> Math.cos(p * f)).toArray()).toArray(double[][]::new);
    }

    /** Rows as a plan makes them; real coordinates go from 0 to 1, several axes have the same coordinate. */
    private double[][] rows(Subject s) {
        var builder = AdditivePlan.builder(Objects.requireNonNull(s.additive()), DType.F32);
        AdditivePlan plan = (s.real() ? builder.realCoordinates() : builder).build();
        float[] all = new float[tokens * plan.width()];
        Positions positions = Positions.from(0);
        if (s.real()) {
            double[] coordinates = new double[tokens * plan.axes()];
            Arrays.setAll(coordinates, i -> (double) (i % tokens) / tokens);
            positions = Positions.coordinates(plan.axes(), coordinates);
        }
        plan.fill(Rows.of(all, tokens, plan.width()), positions);
        double[][] cells = new double[tokens][plan.width()];
        for (int i = 0; i < all.length; i++) {
            cells[i / plan.width()][i % plan.width()] = all[i];
        }
        return cells;
    }

    private static double[] indices(int count) {
        return IntStream.range(0, count).asDoubleStream().toArray();
    }

    private Figure wavelengths() {
        Figure figure = new Figure("wavelengths", "Wavelengths", "pair or wave", "tokens").logarithmic(false, true);
        int most = 1;
        for (Subject s : subjects) {
            double[] frequencies = s.frequencies(Rounding.NONE);
            figure.line(s.name(), indices(frequencies.length),
                    Arrays.stream(frequencies).map(f -> f == 0 ? Double.NaN : 2 * Math.PI / f).toArray());
            most = Math.max(most, frequencies.length - 1);
        }
        return figure.level("context, " + length, 0, most, (double) length).level(
                "2 tokens, below which a wave aliases", 0,
                most, 2);
    }

    private Figure spectrum() {
        Figure figure = new Figure("spectrum", "Frequencies and aliasing", "pair or wave", "turns a token")
                .logarithmic(false, true);
        int most = 1;
        for (Subject s : subjects) {
            double[] frequencies = s.frequencies(Rounding.NONE);
            figure.line(s.name(), indices(frequencies.length),
                    Arrays.stream(frequencies).map(f -> f / (2 * Math.PI)).toArray());
            most = Math.max(most, frequencies.length - 1);
        }
        return figure.level("1/2: above it a wave aliases", 0, most, 0.5)
                .level("1/" + length + ": below it a wave never turns within the context", 0, most, 1.0 / length);
    }

    private Figure angles() {
        Figure figure = new Figure("angles", "Error of float32 angles, the greatest of all pairs", "position",
                "radians")
                .logarithmic(true, true);
        try (Progress steps = Progress.of("angles", (long) subjects.size() * ERROR_POINTS, progress)) {
            for (Subject s : subjects) {
                double[] exact = s.frequencies(Rounding.NONE);
                double[] chain = s.frequencies(Rounding.FLOAT32);
                double[] x = new double[ERROR_POINTS];
                double[] naive = new double[ERROR_POINTS];
                double[] reference = new double[ERROR_POINTS];
                for (int i = 0; i < ERROR_POINTS; i++) {
                    long p = Math.round(Math.pow((double) Math.max(2, length), (double) i / (ERROR_POINTS - 1)));
                    x[i] = p;
                    for (int k = 0; k < exact.length; k++) {
                        naive[i] = Math.max(naive[i], Math.abs((double) ((float) p * (float) exact[k]) - p * exact[k]));
                        reference[i] = Math.max(reference[i],
                                Math.abs((double) ((float) p * (float) chain[k]) - p * exact[k]));
                    }
                    steps.step();
                }
                figure.line(s.name() + ", frequencies rounded once", x, naive);
                if (s.rope() != null) {
                    figure.line(s.name() + ", float32 chain of the reference models", x, reference);
                }
            }
        }
        return figure;
    }

    private Figure bias() {
        Figure figure = new Figure("bias", "Bias by distance", "key position - query position", "added to the score");
        int reach = (int) Math.min(length, 1 << 16);
        double[] x = IntStream.rangeClosed(-reach, reach).asDoubleStream().toArray();
        for (Subject s : subjects) {
            s.bias(heads);
            float[][] curve = Objects.requireNonNull(s.bias()).curve(heads, -reach, reach);
            for (int h = 0; h < heads; h++) {
                float[] of = curve[h];
                figure.line(s.name() + ", head " + h, x,
                        IntStream.range(0, x.length).mapToDouble(i -> of[i]).toArray());
            }
        }
        return figure;
    }

    private Figure attention(Subject s) {
        try (Arena arena = Arena.ofConfined()) {
            long floats = (long) tokens * heads * DIM;
            SplittableRandom random = new SplittableRandom(1);
            MemorySegment[] memory = new MemorySegment[4];
            for (int m = 0; m < 4; m++) {
                memory[m] = arena.allocate(4 * floats, 64);
                for (long i = 0; i < floats; i++) {
                    memory[m].setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
                }
            }
            AttentionPlan plan = AttentionPlan.builder(AttentionShape.of(heads, heads, DIM, DType.F32))
                    .bias(s.bias(heads)).reach(tokens).structure(Structure.causal()).build();
            AttentionCall call = new AttentionCall()
                    .queries(Heads.of(memory[0], DType.F32, tokens, heads, DIM),
                            Heads.of(memory[3], DType.F32, tokens, heads, DIM))
                    .cache(KvCache.of(Heads.of(memory[1], DType.F32, tokens, heads, DIM),
                            Heads.of(memory[2], DType.F32, tokens, heads, DIM)))
                    .sequences(Sequences.of(1, tokens, tokens, Alignment.END));
            AttentionMap map = AttentionMap.of(plan, call, 0, MOST_MAP_CELLS);
            double[][] cells = new double[map.rows()][map.columns()];
            for (int r = 0; r < map.rows(); r++) {
                for (int c = 0; c < map.columns(); c++) {
                    cells[r][c] = map.at(0, r, c);
                }
            }
            return new Figure("attention", "Attention of head 0 of " + heads + " under " + s.name() + ", " + tokens
                    + " random tokens, causal", "keys, " + map.columns() + " cells",
                    "queries, " + map.rows()
                            + " cells")
                    .cells(cells);
        }
    }
}
