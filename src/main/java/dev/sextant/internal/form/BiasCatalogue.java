package dev.sextant.internal.form;

import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.DerivedDistances;
import dev.sextant.encoding.DistanceTable;
import dev.sextant.encoding.ExplicitSlopes;
import dev.sextant.encoding.KerpleLog;
import dev.sextant.encoding.KerplePower;
import dev.sextant.encoding.Sandwich;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.T5Bias;
import dev.sextant.encoding.T5Buckets;
import dev.sextant.encoding.TwoSidedSlopes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;

/**
 * Every score bias, in one place: parity tests, properties, benchmarks, curves and the tables of the README walk this list. A new bias is
 * one record in {@code dev.sextant.encoding} and one line here.
 */
public final class BiasCatalogue {

    /** One line a bias; numbers that a model learns are samples. */
    public static final List<Line> LINES = List.of(
            new Line("none", "Kazemnejad et al., arXiv:2305.19466", heads -> ScoreBias.NONE),
            new Line("ALiBi", "Press et al., arXiv:2108.12409", Alibi::of),
            new Line("ALiBi inside the scale", "class FalconAttention", heads -> Alibi.falcon(heads, 64)),
            new Line("slopes", "flash-attention, alibi_slopes",
                    heads -> ExplicitSlopes.of(each(heads, h -> 1.0 / (h + 1)))),
            new Line("two-sided slopes", "ofirpress/attention_with_linear_biases, issue 5",
                    heads -> new TwoSidedSlopes(list(heads, h -> 0.5 / (h + 1)), list(heads, h -> 0.25 / (h + 1)))),
            new Line("T5, two sides", "Raffel et al., arXiv:1910.10683", heads -> t5(T5Buckets.t5(true), heads)),
            new Line("T5, one side", "Raffel et al., arXiv:1910.10683", heads -> t5(T5Buckets.t5(false), heads)),
            new Line("WavLM", "Chen et al., arXiv:2110.13900", heads -> t5(T5Buckets.wavLm(), heads)),
            new Line("clipped table", "Shaw et al., arXiv:1803.02155", heads -> DistanceTable.clipped(heads,
                    values(heads, 33))),
            new Line("table of distances", "the caller's own numbers",
                    heads -> DistanceTable.of(heads, -64, values(heads, 129))),
            new Line("part of a table", "tensor parallelism", heads -> new DerivedDistances(
                    t5(T5Buckets.t5(true), heads + 1), 1, heads, 0.5)),
            new Line("KERPLE, logarithm", "Chi et al., arXiv:2205.09921",
                    heads -> new KerpleLog(list(heads, h -> 2.0 / (h + 1)), list(heads, h -> 0.5 / (h + 1)))),
            new Line("KERPLE, power", "Chi et al., arXiv:2205.09921",
                    heads -> new KerplePower(list(heads, h -> 0.25 / (h + 1)), list(heads, h -> 1 - 0.5 * h / heads))),
            new Line("Sandwich", "Chi et al., arXiv:2212.10356", heads -> Sandwich.of(heads, 128)));

    private BiasCatalogue() {}

    /**
     * One bias.
     *
     * @param name its name
     * @param citation where it comes from
     * @param sample it for a number of heads
     */
    public record Line(String name, String citation, IntFunction<ScoreBias> sample) {

        /** Its form for {@code heads} heads and distances of at most {@code reach}. */
        public BiasForm form(int heads, long reach) {
            return BiasForm.of(sample.apply(heads), heads, reach, false);
        }

        /**
         * The bias of distances {@code first} to {@code last}, key minus query, as kernels add it: {@code [heads][last - first + 1]}. NaN
         * where it has none.
         */
        public float[][] curve(int heads, long first, long last) {
            BiasForm form = form(heads, Math.max(1, Math.max(Math.abs(first), Math.abs(last))));
            float[][] curve = new float[heads][Math.toIntExact(Math.addExact(Math.subtractExact(last, first), 1))];
            for (int h = 0; h < heads; h++) {
                for (int t = 0; t < curve[h].length; t++) {
                    long distance = first + t;
                    curve[h][t] = form.serves(distance, distance) ? form.at(0, h, distance) : Float.NaN;
                }
            }
            return curve;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static T5Bias t5(T5Buckets buckets, int heads) {
        return T5Bias.of(buckets, heads, values(buckets.buckets(), heads));
    }

    /** Numbers that differ from their neighbours, so that a wrong index shows. */
    private static float[] values(int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) StrictMath.sin(i) * 2;
        }
        return values;
    }

    private static double[] each(int heads, IntToDoubleFunction value) {
        double[] values = new double[heads];
        Arrays.setAll(values, value);
        return values;
    }

    private static List<Double> list(int heads, IntToDoubleFunction value) {
        List<Double> values = new ArrayList<>();
        for (int h = 0; h < heads; h++) {
            values.add(value.applyAsDouble(h));
        }
        return values;
    }
}
