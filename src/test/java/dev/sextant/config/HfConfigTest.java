package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.YarnFrequencies;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Published configurations: what is read of each, or by which words each is refused. */
class HfConfigTest {

    private static final String READ = """
            file,             type,        q,  kv, dim, rotary, layout,      base
            llama-2-7b,       llama,       32, 32, 128, 128,    HALF_SPLIT,  10000
            llama-3.1-8b,     llama,       32, 8,  128, 128,    HALF_SPLIT,  500000
            llama-3.2-1b,     llama,       32, 8,  64,  64,     HALF_SPLIT,  500000
            llama-4-scout,    llama4_text, 40, 8,  128, 128,    INTERLEAVED, 500000
            llama-4-maverick, llama4_text, 40, 8,  128, 128,    INTERLEAVED, 500000
            qwen3-8b,         qwen3,       32, 8,  128, 128,    HALF_SPLIT,  1000000
            gemma-2b,         gemma,       8,  1,  256, 256,    HALF_SPLIT,  10000
            aya-23-8b,        cohere,      32, 8,  128, 128,    INTERLEAVED, 10000
            glm-4-9b-chat,    chatglm,     32, 2,  128, 64,     INTERLEAVED, 5000000
            pythia-14m,       gpt_neox,    4,  4,  32,  8,      HALF_SPLIT,  10000
            phi-1,            phi,         32, 32, 64,  32,     HALF_SPLIT,  10000
            phi-4,            phi3,        40, 10, 128, 128,    HALF_SPLIT,  250000
            stablelm-3b-4e1t, stablelm,    32, 32, 80,  20,     HALF_SPLIT,  10000
            minimax-m2.7,     minimax_m2,  48, 8,  128, 64,     HALF_SPLIT,  5000000
            exaone-4.0-32b,   exaone4,     40, 8,  128, 128,    HALF_SPLIT,  1000000
            smollm3-3b,       smollm3,     16, 4,  128, 128,    HALF_SPLIT,  5000000
            glm-defaults,     glm,         32, 2,  128, 64,     INTERLEAVED, 10000
            apertus-defaults, apertus,     32, 32, 128, 128,    HALF_SPLIT,  12000000
            gptj-defaults,    gptj,        16, 16, 256, 64,     INTERLEAVED, 10000
            falcon-defaults,  falcon,      71, 1,  64,  64,     HALF_SPLIT,  10000
            orion-14b,        orion,       40, 40, 128, 128,    HALF_SPLIT,  10000
            gpt-oss-20b,      gpt_oss,     64, 8,  64,  64,     HALF_SPLIT,  150000
            nanochat-defaults, nanochat,   6,  6,  128, 128,    HALF_SPLIT,  10000
            qwen2.5-vl-7b,    qwen2_5_vl,  28, 4,  128, 128,    HALF_SPLIT,  1000000
            qwen3-vl-32b,     qwen3_vl_text, 64, 8, 128, 128,   HALF_SPLIT,  5000000
            deepseek-v3,      deepseek_v3, 128, 128, 192, 64,   INTERLEAVED_IN_HALF_OUT, 10000
            glm-5.2,          glm_moe_dsa, 64, 64, 256, 64,     INTERLEAVED_IN_HALF_OUT, 8000000
            """;

    /** Read, but there is no single answer: what the error names. */
    private static final String NO_SINGLE_ROTATION = """
            file,                words of the error
            phi-4-mini,          `depends on the length of the sequence (rule 'longrope'); ask for rope(length)`
            internlm2.5-7b-chat, `depends on the length of the sequence (rule 'dynamic'); ask for rope(length)`
            gemma-3-1b-it,       `differs from layer to layer; ask for the set of one of full_attention, sliding_attention`
            gemma-4-26b-a4b,     `differs from layer to layer; ask for the set of one of full_attention, sliding_attention`
            """;

    private static final String REFUSED = """
            file,                words of the refusal
            kimi-k3,             it has no rotary embedding
            nemotron-3-super,    it has no rotary embedding
            gpt-j-6b-preset,     rope type 'gptj' is not known
            """;

    private static ModelConfig read(String file) throws IOException {
        try (InputStream in = HfConfigTest.class.getResourceAsStream(file + ".json")) {
            return HfConfig.read(in, file);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = READ, useHeadersInDisplayName = true)
    void publishedConfigurations(String file, String type, int q, int kv, int dim, int rotary, PairLayout layout,
            double base)
            throws IOException {
        ModelConfig model = read(file);
        assertEquals(type, model.modelType());
        assertEquals(q, model.queryHeads());
        assertEquals(kv, model.kvHeads());
        assertEquals(dim, model.headDim());
        assertEquals(rotary, model.rope().rotaryDim());
        assertEquals(layout, model.rope().layout());
        assertEquals(AngleMode.HF_FLOAT32, model.rope().angles());
        assertEquals(base, switch (model.rope().frequencies()) {
            case GeometricFrequencies g -> g.base();
            case LinearFrequencies l -> l.base();
            case Llama3Frequencies l -> l.base();
            case YarnFrequencies y -> y.base();
            default -> throw new AssertionError(model.rope());
        });
    }

    @ParameterizedTest
    @CsvSource(textBlock = REFUSED, quoteCharacter = '`', useHeadersInDisplayName = true)
    void refusedByName(String file, String words) {
        ConfigException refusal = assertThrows(ConfigException.class, () -> read(file));
        assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
        assertEquals(file, refusal.source());
        assertTrue(refusal.line() > 0, "the refusal points at a line");
    }

    @ParameterizedTest
    @CsvSource(textBlock = NO_SINGLE_ROTATION, quoteCharacter = '`', useHeadersInDisplayName = true)
    void noSingleRotation(String file, String words) throws IOException {
        ModelConfig model = read(file);
        ConfigException refusal = assertThrows(ConfigException.class, model::rope);
        assertTrue(refusal.getMessage().startsWith(file + ": the rotation ") && refusal.getMessage().contains(words),
                refusal.getMessage());
    }

    /** A new file beside the others must be expected here, one way or the other. */
    @Test
    void everyFileIsExpected() throws Exception {
        Path folder = Path.of(HfConfigTest.class.getResource("llama-3.1-8b.json").toURI()).getParent();
        Set<String> expected = Stream.of(READ, NO_SINGLE_ROTATION, REFUSED).flatMap(t -> t.lines().skip(1))
                .map(l -> l.substring(0, l.indexOf(',')))
                .collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> files = Files.list(folder)) {
            Set<String> present = files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".json"))
                    .map(n -> n.substring(0, n.length() - 5)).collect(Collectors.toCollection(TreeSet::new));
            assertEquals(expected, present);
        }
    }

    @Test
    void llama3OfTheBundledModel() throws IOException {
        ModelConfig model = read("llama-3.1-8b");
        assertEquals(new Llama3Frequencies(500_000, 8, 1, 4, 8192), model.rope().frequencies());
        assertEquals(32, model.layers().orElseThrow());
        assertEquals(131_072, model.maxPositions().orElseThrow());
    }

    /** Llama 4 Scout has low = high = 1. */
    @Test
    void equalLlama3FactorsAreRead() throws IOException {
        assertEquals(new Llama3Frequencies(500_000, 16, 1, 1, 8192), read("llama-4-scout").rope().frequencies());
    }

    private static ModelConfig llama(String more) {
        return HfConfig.parse("""
                {"model_type": "llama", "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
                %s}""".formatted(more), "test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4}",
            "\"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 4.0}, \"rope_parameters\": null",
            "\"rope_scaling\": {\"rope_type\": \"linear\", \"type\": \"linear\", \"factor\": 4}",
            "\"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 4, \"rope_theta\": 10000.0}, \"rope_theta\": 777"})
    void spellingsOfLinear(String block) {
        assertEquals(new LinearFrequencies(10_000, 4), llama(block).rope().frequencies());
    }

    @Test
    void originalContextAtTheTopWins() {
        ModelConfig model = llama("""
                "original_max_position_embeddings": 4096, "rope_scaling": {"rope_type": "llama3", "factor": 8,
                "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192}""");
        assertEquals(new Llama3Frequencies(10_000, 8, 1, 4, 4096), model.rope().frequencies());
    }

    @Test
    void nullMeansAbsent() {
        ModelConfig model = llama("\"head_dim\": null, \"rope_scaling\": null, \"rope_theta\": null");
        assertEquals(128, model.headDim());
        assertEquals(new GeometricFrequencies(10_000), model.rope().frequencies());
    }

    /** 192 * 0.334 is 64.1, and the reference truncates. */
    @Test
    void partialFactorIsTruncated() {
        assertEquals(64, llama("\"head_dim\": 192, \"partial_rotary_factor\": 0.334").rope().rotaryDim());
    }
}
