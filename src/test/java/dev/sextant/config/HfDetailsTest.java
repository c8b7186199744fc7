package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.DividedFrequencies;
import dev.sextant.encoding.DynamicNtkScaling;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.NtkFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.YarnFrequencies;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that mean something else than they seem to, one test each; most were a fault of some engine. */
class HfDetailsTest {

    private static ModelConfig read(String type, String more) {
        return HfConfig.parse("""
                {"model_type": "%s", "num_attention_heads": 8, "num_key_value_heads": 8, "head_dim": 64, %s}"""
                .formatted(type, more), "test");
    }

    private static YarnFrequencies yarn(String more) {
        return (YarnFrequencies) read("llama",
                "\"max_position_embeddings\": 16384, \"rope_scaling\": {\"type\": \"yarn\", "
                        + "\"original_max_position_embeddings\": 4096, " + more + "}")
                .rope().frequencies();
    }

    @Test
    void yarnDefaults() {
        assertEquals(YarnFrequencies.of(10_000, 4, 4096), yarn("\"factor\": 4"));
        assertEquals(YarnFrequencies.of(10_000, 4, 4096), yarn("\"factor\": null"));
        assertEquals(YarnFrequencies.of(10_000, 4, 4096), yarn("\"factor\": 4, \"beta_fast\": 0, \"beta_slow\": null"));
        assertEquals(false, yarn("\"factor\": 4, \"truncate\": false").truncate());
    }

    /** Stated; the ratio of both; the paper's, also where one of the two is 0 (Devstral-2-123B). */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "factor": 8, "attention_factor": 1.5, "mscale": 1, "mscale_all_dim": 1 | 1.5
            "factor": 40, "mscale": 1, "mscale_all_dim": 1                          | 1
            "factor": 40, "mscale": 0.707, "mscale_all_dim": 0.707                  | 1
            "factor": 64, "mscale": 1.0, "mscale_all_dim": 0.0                      | 1.4158883083359672
            "factor": 64, "mscale": 1.0                                             | 1.4158883083359672
            "factor": 0.5                                                           | 1
            """)
    void yarnMagnitude(String keys, double magnitude) {
        assertEquals(magnitude, yarn(keys).attentionFactor());
    }

    /** A nested block's own key counts; the reference reads the outer dictionary and loses it. */
    @Test
    void nestedTruncateIsHonoured() {
        ModelConfig model = read("llama",
                """
                        "original_max_position_embeddings": 2048, "rope_parameters": {"full_attention": {"rope_type": "yarn", "factor": 4,
                        "truncate": false, "original_max_position_embeddings": 4096, "rope_theta": 10000}}""");
        YarnFrequencies rule = (YarnFrequencies) model.rope("full_attention").frequencies();
        assertEquals(false, rule.truncate());
        assertEquals(4096, rule.originalContext(), "a length at the top is not meant for a nested block");
    }

    @Test
    void alphaIsStatic() {
        ModelConfig model = read("hunyuan_v1_dense",
                """
                        "rope_theta": 10000, "rope_scaling": {"type": "dynamic", "alpha": 1000.0, "factor": 1.0, "beta_fast": 32,
                        "beta_slow": 1, "mscale": 1.0, "mscale_all_dim": 1.0}""");
        assertEquals(new NtkFrequencies(10_000, 1000), model.rope().frequencies());
        assertEquals(11158839.92507748, new NtkFrequencies(10_000, 1000).scaledBase(128), 1e-8);
    }

    @Test
    void dynamicTakesTheTrainedContext() {
        ModelConfig model = read("llama",
                "\"max_position_embeddings\": 2048, \"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}");
        assertEquals(new DynamicNtkScaling(10_000, 2, 2048), model.set().scaling().orElseThrow());
        assertEquals(new NtkFrequencies(10_000, 1), model.rope(2048).frequencies());
        assertEquals(new NtkFrequencies(10_000, 3), model.rope(4096).frequencies());
    }

    private static final String LISTS = "\"short_factor\": [1, 1], \"long_factor\": [2, 4]";

    @Test
    void phiMoeStatesBothMagnitudes() {
        ModelConfig model = read("phimoe",
                "\"rope_theta\": 10000, \"rotary_dim\": 4, \"rope_scaling\": {\"type\": \"longrope\", "
                        + LISTS
                        + ", \"original_max_position_embeddings\": 4096, \"short_mscale\": 1.25, \"long_mscale\": 1.5}");
        assertEquals(new DividedFrequencies(10_000, List.of(1.0, 1.0), 1.25), model.rope(4096).frequencies());
        assertEquals(new DividedFrequencies(10_000, List.of(2.0, 4.0), 1.5), model.rope(4097).frequencies());
    }

    /** Old files of Phi-3 say yarn and mean LongRoPE. */
    @Test
    void yarnOfPhi3() {
        ModelConfig model = read("phi3",
                "\"rope_theta\": 10000, \"rotary_dim\": 4, \"max_position_embeddings\": 131072, "
                        + "\"original_max_position_embeddings\": 4096, \"rope_scaling\": {\"type\": \"yarn\", " + LISTS
                        + "}");
        assertEquals(1.1902380714238083, model.rope(1).frequencies().attentionFactor());
    }

    @Test
    void scalingOfGemma3IsForFullLayersOnly() {
        ModelConfig model = read("gemma3_text", """
                "num_hidden_layers": 62, "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "rope_theta": 1000000,
                "rope_local_base_freq": 10000""");
        assertEquals(new LinearFrequencies(1e6, 8), model.rope("full_attention").frequencies());
        assertEquals(new GeometricFrequencies(10_000), model.rope("sliding_attention").frequencies());
        assertEquals(List.of(5, 11), IntStream.range(0, 12)
                .filter(i -> model.layer(i).orElseThrow().layerType().equals("full_attention")).boxed().toList());
    }

    @Test
    void scalingOfModernBertIsForAllLayers() {
        ModelConfig model = read("modernbert",
                """
                        "num_hidden_layers": 4, "rope_scaling": {"factor": 2.0, "rope_type": "linear"}, "local_rope_theta": 5000""");
        assertEquals(new LinearFrequencies(160_000, 2), model.rope("full_attention").frequencies());
        assertEquals(new LinearFrequencies(5000, 2), model.rope("sliding_attention").frequencies());
        assertEquals("full_attention", model.layer(3).orElseThrow().layerType(), "every third from the first");
    }

    /** 1 is rotate; an empty list is none, so that the interval counts. */
    @Test
    void noRopeLayersSaysWhichRotate() {
        ModelConfig stated = read("smollm3", "\"num_hidden_layers\": 3, \"no_rope_layers\": [1, 0, 1]");
        assertTrue(stated.layer(0).isPresent() && stated.layer(1).isEmpty() && stated.layer(2).isPresent());
        ModelConfig interval = read("llama4_text",
                "\"num_hidden_layers\": 6, \"no_rope_layers\": [], \"no_rope_layer_interval\": 2");
        assertEquals(List.of(0, 2, 4),
                IntStream.range(0, 6).filter(i -> interval.layer(i).isPresent()).boxed().toList());
        assertThrows(ConfigException.class, () -> read("smollm3", "\"rope_theta\": 10000").layer(0),
                "no count of layers");
    }

    @Test
    void onlySlidingLayersRotateWhereThereAreBoth() {
        ModelConfig hybrid = read("exaone4",
                "\"rope_theta\": 10000, \"sliding_window\": 4096, \"num_hidden_layers\": 4");
        assertTrue(hybrid.layer(0).isPresent() && hybrid.layer(3).isEmpty());
        ModelConfig full = read("exaone4", "\"rope_theta\": 10000, \"sliding_window\": null, \"num_hidden_layers\": 4");
        assertTrue(full.layer(3).isPresent());
        assertThrows(ConfigException.class, () -> read("cohere2", "\"sliding_window\": null"));
    }

    /** A list of layers that rotate and blocks by layer type would contradict each other. */
    @Test
    void nestedBlocksOfModelsThatSkipLayers() {
        for (String type : List.of("smollm3", "cohere2", "llama4_text")) {
            assertThrows(ConfigException.class,
                    () -> read(type, "\"rope_parameters\": {\"full_attention\": {\"rope_theta\": 10000}}"), type);
        }
    }

    @Test
    void interleaveFlagOfLatentAttention() {
        String heads = "\"qk_nope_head_dim\": 128, \"qk_rope_head_dim\": 64, \"partial_rotary_factor\": 0.5, \"rope_interleave\": ";
        assertEquals(PairLayout.HALF_SPLIT, read("deepseek_v3", heads.replace("128", "64") + "false").rope().layout());
        ModelConfig model = read("deepseek_v3", heads.replace("128", "64") + "true");
        assertEquals(PairLayout.INTERLEAVED_IN_HALF_OUT, model.rope().layout());
        assertEquals(64, model.rope().rotaryDim(), "a factor beside the width is not applied once more");
        assertEquals(64, model.set().rotaryOffset());
        assertThrows(ConfigException.class, () -> read("deepseek_v3", heads.replace("0.5", "0.3") + "true"));
    }

    @Test
    void kimiStepsOverOnePair() {
        YarnFrequencies step = yarn("\"factor\": 32, \"beta_fast\": 1.0, \"beta_slow\": 1.0");
        assertEquals(step.betaFast(), step.betaSlow());
    }

    @Test
    void typeOfATextModelFollowsTheWhole() {
        ModelConfig model = HfConfig.parse(
                """
                        {"model_type": "qwen3_vl", "text_config": {"num_attention_heads": 8, "num_key_value_heads": 8, "head_dim": 128,
                         "rope_theta": 5000000, "rope_scaling": {"rope_type": "default"}},
                         "vision_config": {"rope_parameters": {"rope_type": "warp"}}}""",
                "test");
        assertEquals("qwen3_vl_text", model.modelType());
        assertEquals(AxisMap.interleaved(24, 20, 20), model.rope().axes());
    }

    @Test
    void equalBlocksOfBothGenerations() {
        String nested = "{\"full_attention\": {\"rope_theta\": 1e6}, \"sliding_attention\": {\"rope_theta\": 10000}}";
        ModelConfig model = read("gemma3_text", "\"rope_parameters\": " + nested + ", \"rope_scaling\": " + nested);
        assertEquals(List.of("full_attention", "sliding_attention"), model.rotatingTypes());
        assertThrows(ConfigException.class, () -> read("gemma3_text",
                "\"rope_parameters\": " + nested + ", \"rope_scaling\": " + nested.replace("1e6", "2e6")));
    }

    /** An attack: a pattern over a number of layers that no model has. */
    @Test
    void countsOfLayersAreLimited() {
        assertThrows(ConfigException.class, () -> read("gemma3_text", "\"num_hidden_layers\": 1000000"));
        String many = String.join(",", Collections.nCopies(70_000, "1"));
        assertThrows(ConfigException.class, () -> read("smollm3", "\"no_rope_layers\": [" + many + "]"));
    }
}
