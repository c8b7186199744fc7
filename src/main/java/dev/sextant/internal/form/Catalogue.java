package dev.sextant.internal.form;

import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

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
            new Encoding("explicit", "the caller's own inverse frequencies", Catalogue::sampleOfExplicit));

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
     * @param frequencies a sample of it for a rotary dim
     */
    public record Encoding(String rule, String citation, IntFunction<Frequencies> frequencies) {

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
        return text.toString();
    }
}
