package dev.sextant.internal.form;

import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.DividedFrequencies;
import dev.sextant.encoding.DynamicNtkScaling;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.LongRopeScaling;
import dev.sextant.encoding.NtkFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.ProportionalFrequencies;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.YarnFrequencies;
import dev.sextant.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Every encoding and every shape worth trying, in one place: parity tests, properties, benchmarks and the tables of the
 * README all walk these lists. A new frequency rule is one record in {@code dev.sextant.encoding} and one line here.
 */
public final class Catalogue {

    /** Rotary encodings, one line a frequency rule. */
    public static final List<Encoding> ROTARY = List.of(
            new Encoding("default", "Su et al., arXiv:2104.09864", dim -> new GeometricFrequencies(10_000)),
            new Encoding("linear", "Chen et al., arXiv:2306.15595", dim -> new LinearFrequencies(1_000_000, 8)),
            new Encoding("llama3", "Grattafiori et al., arXiv:2407.21783",
                    dim -> new Llama3Frequencies(500_000, 8, 1, 4, 8192)),
            new Encoding("ntk", "bloc97 2023; Peng et al., arXiv:2309.00071, definition 1", 4,
                    dim -> new NtkFrequencies(10_000, 8)),
            new Encoding("yarn", "Peng et al., arXiv:2309.00071", dim -> YarnFrequencies.of(1_000_000, 4, 32_768)),
            new Encoding("proportional", "Barbero et al., arXiv:2410.06205",
                    dim -> new ProportionalFrequencies(1_000_000, 0.25, 1)),
            new Encoding("divided", "one list of LongRoPE; the factor tensors of a GGUF file",
                    Catalogue::sampleOfDivided),
            new Encoding("explicit", "the caller's own inverse frequencies", Catalogue::sampleOfExplicit));

    /** Rules that become one of {@link #ROTARY} when a length is given: no plan of their own, no kernel of their own. */
    public static final List<Scaling> BY_LENGTH = List.of(
            new Scaling("dynamic", "emozilla 2023", dim -> new DynamicNtkScaling(10_000, 2, 4096)),
            new Scaling("longrope", "Ding et al., arXiv:2402.13753",
                    dim -> new LongRopeScaling(10_000, divisors(dim, 1),
                            divisors(dim, 32), 4096, LongRopeScaling.magnitude(32, 4096))));

    /**
     * Shapes of real models, and the ones where kernels break: no full vector, a prime number of pairs, a far offset.
     */
    public static final List<Shape> SHAPES = List.of(
            new Shape("Llama 3.1 8B", 128, 128, 0, 32, 8),
            new Shape("Llama 3.2 1B", 64, 64, 0, 32, 8),
            new Shape("Gemma 2B", 256, 256, 0, 8, 1),
            new Shape("GPT-J", 256, 64, 0, 16, 16),
            new Shape("StableLM 3B", 80, 20, 0, 32, 32),
            new Shape("DeepSeek MLA slice", 192, 64, 128, 16, 1),
            new Shape("Pythia 14M", 32, 8, 0, 4, 4),
            new Shape("prime", 83, 74, 5, 3, 1),
            new Shape("smallest", 2, 2, 0, 1, 1));

    private Catalogue() {}

    /**
     * One rotary encoding.
     *
     * @param rule the rule's name in model configurations
     * @param citation where it comes from
     * @param leastDim the least rotary dim it is defined for
     * @param frequencies a sample of it for a rotary dim
     */
    public record Encoding(String rule, String citation, int leastDim, IntFunction<Frequencies> frequencies) {

        Encoding(String rule, String citation, IntFunction<Frequencies> frequencies) {
            this(rule, citation, 2, frequencies);
        }

        /** The sample on half-split pairs with exact angles. */
        public Rope rope(int rotaryDim) {
            return new Rope(rotaryDim, PairLayout.HALF_SPLIT, frequencies.apply(rotaryDim), AngleMode.EXACT);
        }

        @Override
        public String toString() {
            return rule;
        }
    }

    /**
     * One rule that needs a length.
     *
     * @param rule the rule's name in model configurations
     * @param citation where it comes from
     * @param scaling a sample of it for a rotary dim
     */
    public record Scaling(String rule, String citation, IntFunction<LengthDependent> scaling) {}

    /** An encoding on heads that it is defined for. */
    public record Line(Encoding encoding, Shape shape) {}

    /** Every encoding on every shape that fits it. */
    public static List<Line> lines() {
        return ROTARY.stream().flatMap(e -> SHAPES.stream().filter(s -> s.rotaryDim() >= e.leastDim())
                .map(s -> new Line(e, s))).toList();
    }

    /** The encodings that are defined for a rotary dim. */
    public static List<Encoding> fitting(int rotaryDim) {
        return ROTARY.stream().filter(e -> rotaryDim >= e.leastDim()).toList();
    }

    /**
     * Heads of one layer.
     *
     * @param name the model that has them, or why they are here
     * @param headDim elements of a head
     * @param rotaryDim width of the rotated slice
     * @param offset first rotated element
     * @param queryHeads query heads
     * @param keyHeads key heads
     */
    public record Shape(String name, int headDim, int rotaryDim, int offset, int queryHeads, int keyHeads) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** Falls off slower than any power of a base; the attention factor is not 1, so that rows are multiplied by it. */
    private static Frequencies sampleOfExplicit(int rotaryDim) {
        double[] values = new double[rotaryDim / 2];
        for (int j = 0; j < values.length; j++) {
            values[j] = 1.0 / (1 + j);
        }
        return new ExplicitFrequencies(values, 1.25);
    }

    private static Frequencies sampleOfDivided(int rotaryDim) {
        return new DividedFrequencies(10_000, divisors(rotaryDim, 32), LongRopeScaling.magnitude(32, 4096));
    }

    /** From 1 for the fastest pair to {@code slowest}, as the lists of LongRoPE grow. */
    private static List<Double> divisors(int rotaryDim, double slowest) {
        int pairs = rotaryDim / 2;
        return IntStream.range(0, pairs).mapToObj(j -> 1 + (slowest - 1) * j / pairs).toList();
    }

    /** The rules as a table for the README; every line works on every backend, with every element type. */
    public static String markdown() {
        String types = Arrays.stream(DType.values()).map(t -> t.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        StringBuilder text = new StringBuilder("""
                | `rope_type` | definition | java, scalar, avx2, avx512 | source |
                |---|---|---|---|
                """);
        for (Encoding each : ROTARY) {
            text.append("| `").append(each.rule()).append("` | `")
                    .append(each.frequencies().apply(2).getClass().getSimpleName()).append("` | ").append(types)
                    .append(" | ")
                    .append(each.citation()).append(" |\n");
        }
        for (Scaling each : BY_LENGTH) {
            text.append("| `").append(each.rule()).append("` | `")
                    .append(each.scaling().apply(4).getClass().getSimpleName())
                    .append("`, by length | ").append(types).append(" | ")
                    .append(each.citation()).append(" |\n");
        }
        return text.toString();
    }
}
