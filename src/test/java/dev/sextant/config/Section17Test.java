package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.NtkFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The fifteen errors that users are owed in plain words, from model files to calls, and what is a warning only. */
class Section17Test {

    private static final String LLAMA = """
            {"model_type": "llama", "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, %s}""";

    private static ModelConfig llama(String more) {
        return HfConfig.parse(LLAMA.formatted(more), "test");
    }

    private static RotaryPlan plan(Rope rope, int dim) {
        return RotaryPlan.of(rope, HeadShape.of(dim, DType.F32));
    }

    private static void refused(String more, String... words) {
        refused(() -> llama(more), words);
    }

    private static void refused(Executable call, String... words) {
        refused(ConfigException.class, call, words);
    }

    private static void refused(Class<? extends RuntimeException> type, Executable call, String... words) {
        String message = assertThrows(type, call).getMessage();
        for (String each : words) {
            assertTrue(message.contains(each), message);
        }
    }

    @Test
    void error1UnknownRopeType() {
        refused("\"rope_scaling\": {\"rope_type\": \"wavy\"}", "'wavy' is not known",
                "default, dynamic, linear, llama3");
        String json = LLAMA.formatted("\"rope_scaling\": {\"rope_type\": \"wavy\"}");
        refused(() -> HfConfig.parse(json, "test", Strictness.LENIENT), "'wavy' is not known");
    }

    @Test
    void error2RequiredKeyMissing() {
        refused("\"max_position_embeddings\": 4096, \"rope_scaling\": {\"type\": \"yarn\"}",
                "'rope_scaling.factor': is missing; rope type 'yarn' needs it");
        refused("\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}",
                "'max_position_embeddings': is missing; rope type 'dynamic'");
        refused("\"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [1]}",
                "'rope_scaling.long_factor': is missing");
        refused("\"rope_scaling\": {\"type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1, \"high_freq_factor\": 4}",
                "'rope_scaling.original_max_position_embeddings': is missing; rope type 'llama3' needs it");
    }

    @Test
    void error3RotaryDim() {
        refused("\"partial_rotary_factor\": 0.102", "rotary dim of 13", "head dim 128");
        refused("\"partial_rotary_factor\": 0.001", "rotary dim of 0");
        refused("\"rotary_dim\": 256", "rotary dim of 256", "head dim 128");
        refused(IllegalArgumentException.class,
                () -> plan(Rope.of(8, 10_000).frequencies(ExplicitFrequencies.of(1, 0.1, 0.01)), 8),
                "explicit frequencies: got 3 values, wanted 4 for rotary dim 8");
        refused(IllegalArgumentException.class, () -> new OnnxRotary(false, 8, 0).rotaryDim(16, 8),
                "rotary dim: got 8 of a head of 16 with cos and sin of 8");
        refused(IllegalArgumentException.class, () -> RotaryPlan.ofTable(Rows.of(new float[12], 2, 6),
                Rows.of(new float[12], 2, 6), PairLayout.HALF_SPLIT, HeadShape.of(8, DType.F32), Backend.java()),
                "rotary dim: got 12 from element 0, wanted a slice inside a head of 8");
    }

    @Test
    void error4FactorLists() {
        String lists = "\"rope_scaling\": {\"type\": \"su\", \"short_factor\": [1, 1], \"long_factor\": [2, 2], "
                + "\"original_max_position_embeddings\": 4096, \"factor\": 4}, \"rope_theta\": 10000";
        refused(lists, "'rope_scaling.short_factor': got 2 numbers, wanted 64 for rotary dim 128");
        assertEquals("longrope", llama(lists + ", \"rotary_dim\": 4").set().scaling().orElseThrow().ruleName());
        refused(lists.replace("[2, 2]", "[2, -2]") + ", \"rotary_dim\": 4",
                "element 1: got -2.0, wanted a number above 0");
        refused(lists.replace("[2, 2]", "[2, \"x\"]") + ", \"rotary_dim\": 4",
                "element 1: got \"x\", wanted a finite number");
    }

    private static ModelConfig qwen(String sections) {
        return HfConfig.parse("""
                {"model_type": "qwen2_vl", "num_attention_heads": 8, "num_key_value_heads": 2, "head_dim": 128,
                 "rope_scaling": {"type": "mrope", %s}}""".formatted(sections), "test");
    }

    @Test
    void error5Sections() {
        assertEquals(3, qwen("\"mrope_section\": [16, 24, 24]").rope().axes().axes());
        refused(() -> qwen("\"mrope_section\": [16, 24, 25]"), "16 + 24 + 25 = 65 pairs, wanted 64 for rotary dim 128");
        refused(() -> qwen("\"mrope_section\": [16, 16, 16, 16]"),
                "got 4 sections, wanted a count of pairs for each of 3 axes");
        refused(() -> qwen("\"mrope_section\": [16, 24.5, 23.5]"), "wanted a count of pairs");
        refused(() -> qwen("\"mrope_interleaved\": false"), "'rope_scaling.mrope_section': is missing");
        refused(() -> qwen("\"mrope_section\": [16, 24, 24], \"mrope_interleaved\": true"), "got true, but the class");
    }

    @Test
    void error6BaseAndFactor() {
        refused("\"rope_theta\": 1.0", "'rope_theta': got 1.0, wanted a number above 1");
        refused("\"rope_theta\": Infinity", "'rope_theta': got Infinity, wanted a finite number");
        refused("\"rope_scaling\": {\"type\": \"linear\", \"factor\": 0}",
                "'rope_scaling.factor': got 0, wanted a number above 0");
        refused("\"rope_scaling\": {\"type\": \"yarn\", \"factor\": -1}, \"max_position_embeddings\": 4096", "got -1");
    }

    @Test
    void error7BaseAbsent() {
        refused(() -> HfConfig.parse(LLAMA.formatted("\"x\": 0").replace("llama", "olmo2"), "test"),
                "'rope_theta': is missing, and model type 'olmo2' has no default known here");
    }

    @Test
    void error8LayerTypes() {
        ModelConfig nested = llama("""
                "rope_parameters": {"full_attention": {"rope_theta": 1e6, "rope_type": "linear", "factor": 8},
                                    "sliding_attention": {"rope_theta": 10000}},
                "num_hidden_layers": 2, "layer_types": ["sliding_attention", "full_attention"]""");
        refused(nested::rope, "ask for the set of one of full_attention, sliding_attention");
        refused(nested::headDim, "ask for the set of one of full_attention, sliding_attention");
        refused(() -> nested.rope("chunked_attention"),
                "layer type 'chunked_attention' has no rotation; layer types that have one: full_attention, sliding_attention");
        assertEquals("linear", nested.rope("full_attention").frequencies().ruleName());
        assertEquals("default", nested.layer(0).orElseThrow().definition().frequencies().ruleName());
        refused("""
                "rope_parameters": {"full_attention": {"rope_theta": 1e6}}, "layer_types": ["sliding_attention"]""",
                "names 'sliding_attention', which has no rotation; layer types that have one: full_attention");
        refused("\"layer_types\": [\"warped_attention\"]",
                "names 'warped_attention', which is not a known type of layer");
        refused("\"num_hidden_layers\": 3, \"layer_types\": [\"full_attention\", \"mamba\"]", "lists 2 layers of 3");
    }

    @Test
    void error9PositionOutOfRange() {
        RotaryPlan table = RotaryPlan.builder(Rope.of(8, 10_000), HeadShape.of(8, DType.F32)).table(10).build();
        Heads two = Heads.of(new float[16], 2, 1, 8);
        refused(IndexOutOfBoundsException.class, () -> table.rotate(two, Positions.from(9)),
                "position of token 1: got 10, wanted 0 to 9 (the rows of the plan's table)");
        refused(IndexOutOfBoundsException.class, () -> table.rotate(two, Positions.ids(0, -1)),
                "position of token 1: got -1, wanted 0 to 9 (the rows of the plan's table)");
        refused(IndexOutOfBoundsException.class,
                () -> plan(Rope.of(8, 10_000), 8).rotate(two, Positions.ids(1L << 32, 0)),
                "position of token 0: got 4294967296, wanted -4294967295 to 4294967295 (the range of generated rows)");
    }

    @Test
    void error10HeadsStridesSlice() {
        refused(() -> HfConfig.parse(LLAMA.formatted("\"x\": 0").replace(": 8,", ": 5,"), "test"),
                "'num_key_value_heads': got 5, wanted a divisor of the 32 query heads");
        refused(IllegalArgumentException.class, () -> new OnnxRotary(false, 0, 3).headDim(32),
                "num_heads: got 3, wanted a divisor of the last axis of 32");
        RotaryPlan plan = plan(Rope.of(8, 10_000), 8);
        refused(IllegalArgumentException.class,
                () -> plan.rotate(Heads.of(new float[32], 2, 2, 8).strides(8, 4), Positions.from(0)),
                "q strides: got batch 0, token 8, head 4, wanted strides under which no two elements share memory");
        refused(IllegalArgumentException.class,
                () -> RotaryPlan.of(Rope.of(8, 10_000), HeadShape.of(12, DType.F32).rotaryAt(5)),
                "rotary dim: got 8 from element 5, wanted a slice inside a head of 12");
    }

    /** Weights of a GGUF file pair up as its converter left them, so the layout follows the source of the file. */
    @Test
    void error11LayoutBySource() throws Exception {
        refused(() -> HfConfig.parse("{\"num_attention_heads\": 8}", "test"),
                "'model_type': is missing; the pair layout depends on it");
        assertEquals("HALF_SPLIT", llama("\"rope_theta\": 10000").rope().layout().name());
        assertEquals("INTERLEAVED", TinyGguf.of("llama").read().model().rope().layout().name());
    }

    @Test
    void error12KeysOfOtherFrequencies() {
        RotaryPlan now = plan(Rope.of(8, 10_000), 8);
        RotaryPlan then = plan(Rope.of(8, 20_000), 8);
        refused(IllegalArgumentException.class, () -> now.keyShift(then.id()),
                "keys cached under rotation: got " + then.id() + ", wanted " + now.id()
                        + ", this plan's: keys of other frequencies cannot be shifted");
    }

    @Test
    void error13OnePairWithNtk() {
        refused("\"rotary_dim\": 2, \"max_position_embeddings\": 4096, \"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}",
                "divides by zero for a rotary dim of 2, wanted at least 4");
        assertThrows(IllegalArgumentException.class, () -> new NtkFrequencies(10_000, 2).inverse(2, Rounding.NONE));
    }

    /** Pairs are written where others are yet to be read. */
    @Test
    void error14InPlaceBetweenLayouts() {
        RotaryPlan plan = plan(Rope.of(8, 10_000).layout(PairLayout.INTERLEAVED_IN_HALF_OUT), 8);
        refused(IllegalArgumentException.class,
                () -> plan.rotate(Heads.of(new float[8], 1, 1, 8), Positions.from(1)),
                "q output: got its input, wanted other memory: layout INTERLEAVED_IN_HALF_OUT is never in place");
    }

    @Test
    void error15ElementType() {
        refused(IllegalArgumentException.class,
                () -> plan(Rope.of(8, 10_000), 8).rotate(Heads.of(new short[8], DType.BF16, 1, 1, 8),
                        Positions.from(1)),
                "q dtype: got BF16, wanted F32, the plan's");
        Rows brain = Rows.of(MemorySegment.ofArray(new short[8]), DType.BF16, 2, 4);
        refused(IllegalArgumentException.class, () -> RotaryPlan.ofTable(brain, brain, PairLayout.HALF_SPLIT,
                HeadShape.of(8, DType.F32), Backend.java()), "cos and sin dtype: got BF16 and BF16, wanted F32");
    }

    private static List<String> warnings(String more) {
        return llama(more).warnings();
    }

    @Test
    void warningsOnly() {
        String llama3 = "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 16, \"low_freq_factor\": 1, "
                + "\"high_freq_factor\": 1, \"original_max_position_embeddings\": 8192}";
        assertTrue(warnings(llama3).getFirst().contains("low_freq_factor' is 1.0, not below"),
                warnings(llama3)::toString);
        String yarn = "\"max_position_embeddings\": %d, \"rope_scaling\": {\"rope_type\": \"yarn\", \"factor\": %s, "
                + "\"beta_fast\": %d, \"original_max_position_embeddings\": 4096}";
        assertEquals(List.of(), warnings(yarn.formatted(16_384, "4", 32)));
        assertTrue(warnings(yarn.formatted(16_385, "4", 32)).getFirst()
                .contains("but the context grows from 4096.0 to 16385.0"));
        assertTrue(warnings(yarn.formatted(2048, "0.5", 32)).getFirst().contains("a factor below 1"));
        assertTrue(warnings(yarn.formatted(16_384, "4.0", 0)).isEmpty(), "0 means the default");
        String crossed = yarn.formatted(16_384, "4", 1).replace("\"beta_fast\"", "\"beta_slow\": 2, \"beta_fast\"");
        assertTrue(warnings(crossed).getFirst().contains("below the beta_slow of 2.0"), warnings(crossed)::toString);
    }

    @Test
    void unknownKeysAreAWarningOnRequest() {
        String json = LLAMA.formatted("\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4, \"wobble\": 3}");
        refused(() -> HfConfig.parse(json, "test"), "'rope_scaling.wobble': is not a key of rope type 'linear'");
        ModelConfig model = HfConfig.parse(json, "test", Strictness.LENIENT);
        assertEquals("linear", model.rope().frequencies().ruleName());
        assertTrue(model.warnings().getFirst().startsWith("'rope_scaling.wobble' is not a key of rope type 'linear'"),
                model.warnings()::toString);
    }
}
