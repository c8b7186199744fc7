package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.YarnFrequencies;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What users of other engines ran into when a model's file was read, one test a report, named after its row. */
class Section16ConfigTest {

    private static ModelConfig model(String name) throws IOException {
        ModelList.Entry entry = ModelList.entries().stream().filter(e -> e.model().equals(name)).findFirst()
                .orElseThrow();
        return HfConfig.parse(entry.json(), name);
    }

    private static ModelConfig llama(String more) {
        return HfConfig.parse("""
                {"model_type": "llama", "num_attention_heads": 8, "num_key_value_heads": 8, "head_dim": 128, %s}"""
                .formatted(more), "test");
    }

    /** Cached keys of both sides of the switch do not fit together, so there is no rotation without a length. */
    @Test
    void row3LongRopeSwitchIsNeverSilent() throws IOException {
        ModelConfig phi = model("microsoft/Phi-3.5-mini-instruct");
        assertThrows(ConfigException.class, phi::rope);
        assertNotEquals(phi.rope(4096), phi.rope(4097));
    }

    @Test
    void row4ScoreScaleOfLatentAttention() throws IOException {
        assertEquals(1.8738542070926265, model("deepseek-ai/DeepSeek-V3").set().scoreFactor(), 1e-15);
        assertEquals(1.5896261651208736, model("deepseek-ai/DeepSeek-V2-Lite").set().scoreFactor(), 1e-15);
        assertEquals(1, model("zai-org/GLM-5.2").set().scoreFactor());
        assertEquals(1, model("mistralai/Ministral-3-3B-2512").set().scoreFactor(), "not latent");
    }

    @Test
    void row6AttentionFactorIsNotIgnored() throws IOException {
        assertEquals(1.2079441541679836,
                model("allenai/Olmo-3.1-32B-Instruct").rope("full_attention").frequencies().attentionFactor());
        assertEquals(1, model("mistralai/Ministral-3-3B-2512").rope().frequencies().attentionFactor(),
                "ratio of both mscales");
    }

    @Test
    void row7TruncateFalse() throws IOException {
        assertFalse(((YarnFrequencies) model("openai/gpt-oss-20b").rope().frequencies()).truncate());
    }

    @Test
    void row9BaseInEitherGeneration() {
        assertEquals(new GeometricFrequencies(5e6), llama("\"rope_theta\": 5000000").rope().frequencies());
        assertEquals(new GeometricFrequencies(5e6),
                llama("\"rope_parameters\": {\"rope_theta\": 5000000}").rope().frequencies());
        assertEquals(new GeometricFrequencies(5e6),
                llama("\"rope_scaling\": {\"rope_theta\": 5e6}").rope().frequencies());
    }

    @Test
    void row10PermutedWeightsHaveAnotherLayout() throws IOException {
        assertEquals(PairLayout.HALF_SPLIT, llama("\"rope_theta\": 10000").rope().layout());
        assertEquals(PairLayout.INTERLEAVED, TinyGguf.of("llama").read().model().rope().layout());
    }

    @Test
    void row11ScalingIsNotIgnored() {
        for (String rule : new String[]{"linear", "dynamic", "yarn"}) {
            String block = "\"max_position_embeddings\": 2048, \"rope_scaling\": {\"type\": \"" + rule
                    + "\", \"factor\": 4}";
            assertNotEquals(new GeometricFrequencies(10_000), llama(block).rope(8192).frequencies(), rule);
        }
    }

    @Test
    void row13PartialFactorIsAppliedOnce() throws IOException {
        String both = "\"partial_rotary_factor\": 0.5, \"rope_parameters\": {\"rope_type\": \"default\", \"partial_rotary_factor\": 0.5}";
        assertEquals(64, llama(both).rope().rotaryDim());
        assertEquals(64, model("mistral4 (class defaults)").rope().rotaryDim());
        assertEquals(512, model("google/gemma-4-26B-A4B").rope("full_attention").rotaryDim(),
                "pairs span the whole head");
    }

    @Test
    void row14SliceOfLatentAttention() throws IOException {
        RotarySet set = model("deepseek-ai/DeepSeek-V3").set();
        assertEquals(128, set.rotaryOffset());
        assertEquals(64, set.definition().rotaryDim());
        assertEquals(192, set.headDim());
    }

    @Test
    void row15UnknownTypesAreNotIgnored() {
        String message = assertThrows(ConfigException.class,
                () -> llama("\"rope_scaling\": {\"type\": \"stretchy\", \"factor\": 4}"))
                .getMessage();
        assertTrue(message.contains("rope type 'stretchy' is not known; known: default, dynamic"), message);
    }
}
