package dev.sextant.internal.form;

import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.ConstantFrequencies;
import dev.sextant.encoding.DividedFrequencies;
import dev.sextant.encoding.DynamicNtkByPartsScaling;
import dev.sextant.encoding.DynamicNtkScaling;
import dev.sextant.encoding.DynamicYarnScaling;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.GrokFrequencies;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.LongRopeScaling;
import dev.sextant.encoding.NtkByPartsFrequencies;
import dev.sextant.encoding.NtkFixedFrequencies;
import dev.sextant.encoding.NtkFrequencies;
import dev.sextant.encoding.NtkMixedFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.PeriodFrequencies;
import dev.sextant.encoding.PixelFrequencies;
import dev.sextant.encoding.ProportionalFrequencies;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.VisionRope;
import dev.sextant.encoding.YarnFrequencies;
import java.util.List;
import java.util.function.IntFunction;
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
            new Encoding("ntk-by-parts", "bloc97 2023, jquesnelle/yarn; arXiv:2309.00071, section 3.2", 4,
                    dim -> NtkByPartsFrequencies.of(10_000, 8, 4096)),
            new Encoding("ntk-fixed", "Su 2023, kexue.fm/archives/9706", dim -> new NtkFixedFrequencies(10_000, 8)),
            new Encoding("ntk-mixed", "Su 2023, kexue.fm/archives/9706",
                    dim -> new NtkMixedFrequencies(10_000, 8, 0.625)),
            new Encoding("yarn", "Peng et al., arXiv:2309.00071", dim -> YarnFrequencies.of(1_000_000, 4, 32_768)),
            new Encoding("yarn-log", "class Grok1ScalingRotaryEmbedding of vLLM",
                    dim -> new GrokFrequencies(10_000, 16, 8192, 8, 1)),
            new Encoding("proportional", "Barbero et al., arXiv:2410.06205",
                    dim -> new ProportionalFrequencies(1_000_000, 0.25, 1)),
            new Encoding("period", "Siméoni et al., arXiv:2508.10104", dim -> new PeriodFrequencies(0.5, 90)),
            new Encoding("pixel", "lucidrains/rotary-embedding-torch", dim -> new PixelFrequencies(10)),
            new Encoding("constant", "lucidrains/rotary-embedding-torch", dim -> new ConstantFrequencies(1)),
            new Encoding("divided", "one list of LongRoPE; the factor tensors of a GGUF file",
                    Catalogue::sampleOfDivided),
            new Encoding("explicit", "the caller's own inverse frequencies", Catalogue::sampleOfExplicit));

    /** Rules that become one of {@link #ROTARY} when a length is given: no plan of their own, no kernel of their own. */
    public static final List<Scaling> BY_LENGTH = List.of(
            new Scaling("dynamic", "emozilla 2023", dim -> new DynamicNtkScaling(10_000, 2, 4096)),
            new Scaling("longrope", "Ding et al., arXiv:2402.13753",
                    dim -> new LongRopeScaling(10_000, divisors(dim, 1),
                            divisors(dim, 32), 4096, LongRopeScaling.magnitude(32, 4096))),
            new Scaling("dynamic-yarn", "Peng et al., arXiv:2309.00071, section 3.4",
                    dim -> DynamicYarnScaling.of(10_000, 4096)),
            new Scaling("dynamic-ntk-by-parts", "bloc97 2023, jquesnelle/yarn",
                    dim -> new DynamicNtkByPartsScaling(10_000, 4096, 1, 1)));

    /** Rotations with several coordinates a token, each as a model has it. */
    public static final List<Axes> AXES = List.of(
            new Axes("Qwen2-VL", "Wang et al., arXiv:2409.12191", text(128, AxisMap.sectioned(16, 24, 24))),
            new Axes("Qwen3-VL", "Qwen3-VL, arXiv:2511.21631", text(128, AxisMap.interleaved(24, 20, 20))),
            new Axes("Qwen3-VL in ggml", "ggml, IMROPE", text(128, AxisMap.interleavedGgml(24, 20, 20, 0))),
            new Axes("GLM-4V", "class Glm4vTextRotaryEmbedding",
                    text(64, AxisMap.sectioned(8, 12, 12)).layout(PairLayout.INTERLEAVED)),
            new Axes("Ernie-4.5-VL, Bailing", "class Ernie4_5_VLMoeTextRotaryEmbedding",
                    text(128, AxisMap.ernie(22, 22, 20)).layout(PairLayout.INTERLEAVED)),
            new Axes("HunYuan-VL", "XD-RoPE of Tencent's model code", text(128, AxisMap.xdRope(16, 16, 16, 16))),
            new Axes("openPangu", "vLLM, MRotaryEmbeddingInterleaved", text(128, AxisMap.pangu(16, 24, 24))),
            new Axes("Qwen-VL images", "Wang et al., arXiv:2409.12191", VisionRope.qwenVl(80)),
            new Axes("Pixtral", "Agrawal et al., arXiv:2410.07073", VisionRope.pixtral(64, 10_000)),
            new Axes("SAM 2", "Ravi et al., arXiv:2408.00714", VisionRope.sam2(256)),
            new Axes("EVA-02", "Fang et al., arXiv:2303.11331", VisionRope.eva02(64)),
            new Axes("RoPE-ViT axial", "Heo et al., arXiv:2403.13298", VisionRope.ropeVitAxial(64)),
            new Axes("DINOv3", "Siméoni et al., arXiv:2508.10104", VisionRope.dinov3(64, 100)),
            new Axes("Llama 4 images", "class Llama4VisionRotaryEmbedding", VisionRope.llama4(88)),
            new Axes("Gemma 4 images", "class Gemma4VisionRotaryEmbedding", VisionRope.gemma4(72)),
            new Axes("Kimi K2.5 images", "Kimi-VL, arXiv:2504.07491", VisionRope.kimi(72)),
            new Axes("FLUX.1", "black-forest-labs/flux", VisionRope.flux()),
            new Axes("MiniMax-M3 images", "class MiniMaxM3VLVisionRotaryEmbedding", VisionRope.miniMaxM3(80)),
            new Axes("pixel", "lucidrains/rotary-embedding-torch", VisionRope.pixel(3, 20, 10)));

    /** Additive encodings, one line a convention; the ones of real coordinates last. */
    public static final List<AdditiveCatalogue.Line> ADDITIVE = AdditiveCatalogue.ALL;

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

    /**
     * One rotation with several coordinates a token.
     *
     * @param model the model that has it
     * @param citation where it comes from
     * @param rope the whole definition, as wide as that model's heads
     */
    public record Axes(String model, String citation, Rope rope) {

        @Override
        public String toString() {
            return model;
        }
    }

    /** Half-split pairs, base 10,000. */
    private static Rope text(int rotaryDim, AxisMap axes) {
        return Rope.of(rotaryDim, 10_000).axes(axes);
    }

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

    /** The rules as tables for the README; every line works on every backend, with every element type. */
    public static String markdown() {
        return CatalogueTables.text();
    }

    /** What the encodings are like and which to choose, as the README has it. */
    public static String guide() {
        return CatalogueGuide.guide() + "\n" + CatalogueGuide.traits();
    }
}
