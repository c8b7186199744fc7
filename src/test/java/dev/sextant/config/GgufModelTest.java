package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.DividedFrequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.LongRopeScaling;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.ProportionalFrequencies;
import dev.sextant.encoding.Rounding;
import dev.sextant.encoding.YarnFrequencies;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What GGUF metadata mean: defaults, layouts by architecture, magnitudes after the reference's own correction. */
class GgufModelTest {

    private static ModelConfig read(TinyGguf file) throws IOException {
        return file.read().model();
    }

    @Test
    void defaults() throws IOException {
        ModelConfig model = read(TinyGguf.of("llama"));
        assertEquals(new GeometricFrequencies(10_000), model.rope().frequencies());
        assertEquals(PairLayout.INTERLEAVED, model.rope().layout(), "the converter permutes the weights of Llama");
        assertEquals(128, model.rope().rotaryDim());
        assertEquals(8, model.kvHeads());
        assertEquals(131_072, model.maxPositions().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"llama, INTERLEAVED", "qwen2, HALF_SPLIT", "gemma2, HALF_SPLIT", "chatglm, INTERLEAVED",
            "gpt-oss, HALF_SPLIT",
            "glm4, INTERLEAVED", "glm4moe, HALF_SPLIT", "ernie4_5, INTERLEAVED", "minimax-m2, HALF_SPLIT"})
    void layoutByArchitecture(String architecture, PairLayout layout) throws IOException {
        assertEquals(layout, read(TinyGguf.of(architecture)).rope().layout());
    }

    /** A scaling type that is absent is linear; a factor that is absent or 0 is 1; the old key still counts. */
    @Test
    void linearIsTheDefaultType() throws IOException {
        assertEquals(new LinearFrequencies(10_000, 4),
                read(TinyGguf.of("llama").put("llama.rope.scaling.factor", 4f)).rope().frequencies());
        assertEquals(new LinearFrequencies(10_000, 2),
                read(TinyGguf.of("llama").put("llama.rope.scale_linear", 2f)).rope().frequencies());
        assertEquals(new GeometricFrequencies(10_000), read(TinyGguf.of("llama").put("llama.rope.scaling.factor", 0f)
                .put("llama.rope.scale_linear", 2f)).rope().frequencies());
        assertEquals(new GeometricFrequencies(10_000), read(TinyGguf.of("llama").put("llama.rope.scaling.factor", 4f)
                .put("llama.rope.scaling.type", "none")).rope().frequencies());
    }

    private static TinyGguf yarn(String architecture, float factor) {
        String scaling = architecture + ".rope.scaling.";
        return TinyGguf.of(architecture).put(scaling + "type", "yarn").put(scaling + "factor", factor)
                .put(scaling + "original_context_length", 4096);
    }

    /** The operator is given 1 and multiplies its own magnitude in, so a plain model ends with 0.1 ln f + 1. */
    @Test
    void yarnMagnitude() throws IOException {
        assertEquals(new YarnFrequencies(10_000, 32, 4096, 32, 1, true, 1.3465735902799727),
                read(yarn("qwen2", 32)).rope().frequencies());
        assertEquals(1.3465735902799727 * 0.5,
                read(yarn("qwen2", 32).put("qwen2.rope.scaling.attn_factor", 0.5f)).rope().frequencies()
                        .attentionFactor(),
                1e-15);
    }

    /** DeepSeek writes a tenth of mscale_all_dim: cos and sin end with 1, the scores carry its square. */
    @Test
    void deepSeekMagnitude() throws IOException {
        ModelConfig model = read(yarn("deepseek2", 40).put("deepseek2.rope.scaling.yarn_log_multiplier", 0.1f)
                .put("deepseek2.attention.key_length", 192).put("deepseek2.rope.dimension_count", 64)
                .put("deepseek2.attention.head_count_kv", 32));
        assertEquals(1, model.rope().frequencies().attentionFactor(), 1e-7);
        assertEquals(1.8738542070926265, model.set().scoreFactor(), 1e-7);
        assertEquals(128, model.set().rotaryOffset());
        assertEquals(PairLayout.INTERLEAVED, model.rope().layout());
    }

    @Test
    void rampIsReadWhereTheLoaderReadsIt() throws IOException {
        ModelConfig reads = read(yarn("mistral3", 16).put("mistral3.rope.scaling.yarn_beta_fast", 8f));
        assertEquals(8, ((YarnFrequencies) reads.rope().frequencies()).betaFast());
        ModelConfig ignores = read(yarn("qwen2", 16).put("qwen2.rope.scaling.yarn_beta_fast", 8f));
        assertEquals(32, ((YarnFrequencies) ignores.rope().frequencies()).betaFast());
        assertTrue(ignores.warnings().getFirst().contains("yarn_beta_fast"), ignores.warnings()::toString);
    }

    private static float[] filled(int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return values;
    }

    @Test
    void llama3IsATensor() throws IOException {
        float[] divisors = filled(64, 1);
        divisors[63] = 8;
        ModelConfig model = read(TinyGguf.of("llama").put("llama.rope.freq_base", 500_000f)
                .tensor("rope_freqs.weight", divisors).tensor("rope_factors_long.weight", 3));
        double[] f = model.rope().frequencies().inverse(128, Rounding.NONE);
        double[] plain = new GeometricFrequencies(500_000).inverse(128, Rounding.NONE);
        assertEquals(plain[62], f[62], 1e-12 * plain[62]);
        assertEquals(plain[63] / 8, f[63], 1e-12 * f[63]);
    }

    @Test
    void longRopeIsTwoTensors() throws IOException {
        ModelConfig model = read(TinyGguf.of("phi3").put("phi3.rope.dimension_count", 96)
                .put("phi3.rope.scaling.original_context_length", 4096).put("phi3.rope.scaling.attn_factor", 1.25f)
                .tensor("rope_factors_short.weight", filled(48, 1)).tensor("rope_factors_long.weight", filled(48, 30)));
        assertInstanceOf(LongRopeScaling.class, model.set().scaling().orElseThrow());
        assertEquals(new DividedFrequencies(10_000, Collections.nCopies(48, 1.0), 1.25),
                model.rope(4096).frequencies());
        assertEquals(new DividedFrequencies(10_000, Collections.nCopies(48, 30.0), 1.25),
                model.rope(4097).frequencies());
        assertThrows(ConfigException.class, model::rope);
    }

    /** Full layers scale, sliding layers have a base of their own and do not. */
    @Test
    void gemma3() throws IOException {
        ModelConfig model = read(TinyGguf.of("gemma3").put("gemma3.rope.freq_base", 1_000_000f)
                .put("gemma3.attention.key_length", 256).put("gemma3.rope.scaling.factor", 8f)
                .put("gemma3.rope.scaling.type", "linear").put("gemma3.attention.sliding_window", 1024));
        assertEquals(new LinearFrequencies(1_000_000, 8), model.rope("full_attention").frequencies());
        assertEquals(new GeometricFrequencies(10_000), model.rope("sliding_attention").frequencies());
        assertEquals("sliding_attention", model.layer(4).orElseThrow().layerType());
        assertEquals("full_attention", model.layer(5).orElseThrow().layerType());
    }

    /** Full layers have wider heads, most pairs of which stand still: the divisor of those is 1e30. */
    @Test
    void gemma4() throws IOException {
        float[] divisors = filled(256, 1e30f);
        Arrays.fill(divisors, 0, 64, 1);
        ModelConfig model = read(TinyGguf.of("gemma4").put("gemma4.rope.freq_base", 1_000_000f)
                .put("gemma4.rope.freq_base_swa", 10_000f).put("gemma4.attention.key_length", 512)
                .put("gemma4.attention.key_length_swa", 256).put("gemma4.rope.dimension_count_swa", 256)
                .tensor("rope_freqs.weight", divisors));
        double[] f = model.rope("full_attention").frequencies().inverse(512, Rounding.FLOAT32);
        double[] wanted = new ProportionalFrequencies(1e6, 0.25, 1).inverse(512, Rounding.FLOAT32);
        for (int j = 0; j < 256; j++) {
            assertEquals(wanted[j], f[j], j < 64 ? 1e-6 * wanted[j] : 1e-29, "pair " + j);
        }
        assertEquals(new GeometricFrequencies(10_000), model.rope("sliding_attention").frequencies());
        assertEquals(256, model.set("sliding_attention").headDim());
        assertThrows(ConfigException.class, () -> model.layer(0), "the pattern is not read");
    }

    @Test
    void layersWithoutRotation() throws IOException {
        ModelConfig llama4 = read(TinyGguf.of("llama4"));
        assertEquals(24, IntStream.range(0, 32).filter(i -> llama4.layer(i).isPresent()).count());
        assertTrue(llama4.layer(3).isEmpty() && llama4.layer(0).isPresent());
        int[] keyHeads = new int[32];
        keyHeads[2] = 8;
        ModelConfig lfm2 = read(TinyGguf.of("lfm2").put("lfm2.attention.head_count_kv", keyHeads));
        assertEquals(8, lfm2.kvHeads());
        assertTrue(lfm2.layer(2).isPresent() && lfm2.layer(3).isEmpty());
    }

    /** Pairs that no rule of the interleaved map claims go to the fourth axis here, to time elsewhere. */
    @Test
    void axes() throws IOException {
        ModelConfig sectioned = read(
                TinyGguf.of("qwen2vl").put("qwen2vl.rope.dimension_sections", new int[]{16, 24, 24, 0}));
        assertEquals(AxisMap.sectioned(16, 24, 24), sectioned.rope().axes());
        AxisMap woven = read(TinyGguf.of("qwen3vl").put("qwen3vl.rope.dimension_sections", new int[]{24, 20, 20, 0}))
                .rope().axes();
        AxisMap other = AxisMap.interleaved(24, 20, 20);
        for (int j = 0; j < 64; j++) {
            assertEquals(j == 61 || j == 62 ? 3 : other.axis(j), woven.axis(j), "pair " + j);
        }
        AxisMap same = read(TinyGguf.of("qwen35").put("qwen35.rope.dimension_count", 64)
                .put("qwen35.rope.dimension_sections", new int[]{11, 11, 10, 0})).rope().axes();
        assertEquals(AxisMap.interleaved(11, 11, 10), same);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    bloom     |                             |      | architecture 'bloom': it has no rotary embedding
                    deepseek4 |                             |      | its layers have two rotations
                    warp      |                             |      | architecture 'warp' is not known, so its pair layout is not
                    llama     | rope.scaling.type           | warp | scaling type 'warp' is not known; known: linear, longrope, none, yarn
                    llama     | rope.scaling.type           | longrope | is longrope, but the file has no rope_factors tensors
                    llama     | rope.dimension_count        | 64   | got 64, wanted the head dim 128
                    qwen2     | rope.dimension_count        | 63   | gives a rotary dim of 63, wanted an even number from 2 to the head dim 128
                    qwen2     | rope.dimension_count        | 256  | gives a rotary dim of 256
                    qwen2     | rope.freq_base              | 1    | got 1.0, wanted a number above 1
                    qwen2     | rope.scaling.factor         | -2   | got -2.0, wanted a number above 0
                    qwen2     | attention.head_count_kv     | 5    | got 5.0, wanted one divisor of the 32 query heads
                    qwen2     | attention.max_alibi_bias    | 8    | linear biases (ALiBi)
                    mistral3  | rope.scaling.yarn_ext_factor | 0.5 | got 0.5, wanted 0 or 1
                    qwen2vl   |                             |      | 'qwen2vl.rope.dimension_sections': is missing
                    """)
    void refusals(String architecture, String key, String value, String words) {
        TinyGguf file = TinyGguf.of(architecture);
        if (key != null) {
            boolean number = value.matches("-?[0-9.]+");
            file.put(architecture + "." + key, number ? (Object) Double.parseDouble(value) : value);
        }
        String message = assertThrows(ConfigException.class, () -> read(file)).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void tensorsMustFit() {
        for (float[] divisors : new float[][]{filled(63, 1), filled(64, 0), filled(64, Float.NaN)}) {
            String message = assertThrows(ConfigException.class,
                    () -> read(TinyGguf.of("llama").tensor("rope_freqs.weight", divisors))).getMessage();
            assertTrue(message.contains("tensor 'rope_freqs.weight': "), message);
        }
    }
}
