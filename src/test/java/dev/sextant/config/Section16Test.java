package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.WeightPermutation;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.MRopeAdvance;
import dev.sextant.encoding.MRopePositions;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rounding;
import dev.sextant.encoding.YarnFrequencies;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Bits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What users of engines ran into, one test a report: fifteen rows, from the file of a model that was read wrongly to a position
 * that was rounded away.
 */
class Section16Test {

    private static final int DIM = 128;

    private static float[] cos(RotaryPlan plan, long position) {
        float[] cos = new float[plan.pairs()];
        plan.rows(Positions.from(position), Rows.of(cos, 1, cos.length), Rows.of(new float[cos.length], 1, cos.length));
        return cos;
    }

    private static float[] numbers(int count) {
        SplittableRandom random = new SplittableRandom(count);
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

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

    /** A position in bfloat16 is exact up to 256 only; 16-bit heads must not make 16-bit positions or frequencies. */
    @Test
    void row1_positionsAndFrequenciesKeepTheirBits() {
        Rope rope = Rope.of(DIM, 10_000);
        RotaryPlan narrow = RotaryPlan.of(rope, HeadShape.of(DIM, DType.BF16));
        RotaryPlan wide = RotaryPlan.of(rope, HeadShape.of(DIM, DType.F32));
        double worst = 0;
        for (long position : new long[]{257, 4095, 131_071}) {
            assertArrayEquals(cos(wide, position), cos(narrow, position));
            short[] x = new short[DIM];
            Arrays.fill(x, 0, DIM / 2, Bits.narrow(DType.BF16, 1));
            narrow.rotate(Heads.of(x, DType.BF16, 1, 1, DIM), Positions.from(position));
            for (int j = 0; j < DIM / 2; j++) {
                double inverse = Math.pow(10_000, -2.0 * j / DIM);
                double rounded = Bits.widen(DType.BF16, Bits.narrow(DType.BF16, (float) inverse));
                double right = Math.cos(position * inverse);
                assertEquals(right, Bits.widen(DType.BF16, x[j]), 0x1p-9, "pair " + j + " at " + position);
                worst = Math.max(worst, Math.abs(Math.cos(position * rounded) - right));
            }
        }
        assertTrue(worst > 0.8, "what frequencies of 16 bits would have done");
    }

    /** A plan is made for one length and keeps it: no batch mate and no later length turns cached keys another way. */
    @Test
    void row2_dynamicRotationKeepsItsLength() {
        ModelConfig model = llama(
                "\"max_position_embeddings\": 2048, \"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}");
        assertThrows(ConfigException.class, model::rope);
        HeadShape shape = HeadShape.of(DIM, DType.F32);
        RotaryPlan plan = RotaryPlan.of(model.rope(3000), shape);
        float[] whole = numbers(3000 * DIM);
        float[] cached = whole.clone();
        plan.rotate(Heads.of(cached, 3000, 1, DIM).tokens(0, 2000), Positions.from(0));
        RotaryPlan.of(model.rope(9000), shape).rotate(Heads.of(numbers(DIM), 1, 1, DIM), Positions.from(8999));
        for (int t = 2000; t < 3000; t++) {
            plan.rotate(Heads.of(cached, 3000, 1, DIM).tokens(t, t + 1), Positions.from(t));
        }
        plan.rotate(Heads.of(whole, 3000, 1, DIM), Positions.from(0));
        assertArrayEquals(whole, cached);
        assertFalse(Arrays.equals(cos(plan, 2999), cos(RotaryPlan.of(model.rope(9000), shape), 2999)));
    }

    /** Cached keys of both sides of the switch do not fit together, so there is no rotation without a length. */
    @Test
    void row3_longRopeSwitchIsNeverSilent() throws IOException {
        ModelConfig phi = model("microsoft/Phi-3.5-mini-instruct");
        assertThrows(ConfigException.class, phi::rope);
        assertNotEquals(phi.rope(4096), phi.rope(4097));
    }

    @Test
    void row4_scoreScaleOfLatentAttention() throws IOException {
        assertEquals(1.8738542070926265, model("deepseek-ai/DeepSeek-V3").set().scoreFactor(), 1e-15);
        assertEquals(1.5896261651208736, model("deepseek-ai/DeepSeek-V2-Lite").set().scoreFactor(), 1e-15);
        assertEquals(1, model("zai-org/GLM-5.2").set().scoreFactor());
        assertEquals(1, model("mistralai/Ministral-3-3B-2512").set().scoreFactor(), "not latent");
    }

    /** Products of 11 bits round odd positions above 2048 away; here neighbours differ, and each is the cosine of its angle. */
    @Test
    void row5_positionsAboveTwoThousandKeepTheirLastBit() throws IOException {
        RotaryPlan plan = RotaryPlan.of(model("Qwen/Qwen3-8B").rope(), HeadShape.of(DIM, DType.F32));
        for (long position : new long[]{2049, 40_959, (1 << 24) - 1}) {
            assertEquals((float) StrictMath.cos((double) position), cos(plan, position)[0], "at " + position);
            assertNotEquals(cos(plan, position)[0], cos(plan, position - 1)[0], "at " + position);
        }
    }

    @Test
    void row6_attentionFactorIsNotIgnored() throws IOException {
        assertEquals(1.2079441541679836,
                model("allenai/Olmo-3.1-32B-Instruct").rope("full_attention").frequencies().attentionFactor());
        assertEquals(1, model("mistralai/Ministral-3-3B-2512").rope().frequencies().attentionFactor(),
                "ratio of both mscales");
    }

    @Test
    void row7_truncateFalse() throws IOException {
        assertFalse(((YarnFrequencies) model("openai/gpt-oss-20b").rope().frequencies()).truncate());
    }

    /** Not a read of other memory: an error that names token, position and bound, before anything is written. */
    @Test
    void row8_positionsOutOfRange() {
        RotaryPlan table = RotaryPlan.builder(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.F32)).table(2048).build();
        float[] x = numbers(3 * DIM);
        float[] before = x.clone();
        for (long bad : new long[]{2048, -1, 1L << 32}) {
            String message = assertThrows(IndexOutOfBoundsException.class,
                    () -> table.rotate(Heads.of(x, 3, 1, DIM), Positions.ids(0, 2047, bad))).getMessage();
            assertEquals("position of token 2: got " + bad + ", wanted 0 to 2047 (the rows of the plan's table)",
                    message);
        }
        assertArrayEquals(before, x);
        RotaryPlan.of(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.F32)).rotate(Heads.of(x, 3, 1, DIM),
                Positions.ids(-1, 2048, Integer.MAX_VALUE));
    }

    @Test
    void row9_baseInEitherGeneration() {
        assertEquals(new GeometricFrequencies(5e6), llama("\"rope_theta\": 5000000").rope().frequencies());
        assertEquals(new GeometricFrequencies(5e6),
                llama("\"rope_parameters\": {\"rope_theta\": 5000000}").rope().frequencies());
        assertEquals(new GeometricFrequencies(5e6),
                llama("\"rope_scaling\": {\"rope_theta\": 5e6}").rope().frequencies());
    }

    @Test
    void row10_permutedWeightsHaveAnotherLayout() throws IOException {
        PairLayout from = llama("\"rope_theta\": 10000").rope().layout();
        PairLayout to = TinyGguf.of("llama").read().model().rope().layout();
        assertEquals(PairLayout.HALF_SPLIT, from);
        assertEquals(PairLayout.INTERLEAVED, to);
        byte[] rows = {0, 1, 2, 3, 4, 5, 6, 7};
        WeightPermutation.of(1, 8, from, to).permute(MemorySegment.ofArray(rows), 1);
        assertArrayEquals(new byte[]{0, 4, 1, 5, 2, 6, 3, 7}, rows);
    }

    /** One list up to the original context, the other beyond it, by the length that is asked for and nothing else. */
    @Test
    void row10_longAndShortFactors() throws IOException {
        float[] small = new float[48];
        float[] large = new float[48];
        Arrays.fill(small, 1);
        Arrays.fill(large, 30);
        ModelConfig phi = TinyGguf.of("phi3").put("phi3.rope.dimension_count", 96)
                .put("phi3.rope.scaling.original_context_length", 4096).put("phi3.rope.scaling.attn_factor", 1.25f)
                .tensor("rope_factors_short.weight", small).tensor("rope_factors_long.weight", large).read().model();
        assertEquals(1, phi.rope(4096).frequencies().inverse(96, Rounding.NONE)[0]);
        assertEquals(1 / 30.0, phi.rope(4097).frequencies().inverse(96, Rounding.NONE)[0]);
        assertThrows(ConfigException.class, phi::rope);
    }

    @Test
    void row11_scalingIsNotIgnored() {
        for (String rule : new String[]{"linear", "dynamic", "yarn"}) {
            String block = "\"max_position_embeddings\": 2048, \"rope_scaling\": {\"type\": \"" + rule
                    + "\", \"factor\": 4}";
            assertNotEquals(new GeometricFrequencies(10_000), llama(block).rope(8192).frequencies(), rule);
        }
    }

    /** Time runs by the clock, rows and columns by themselves, text goes on after the largest; each id drives its own pairs. */
    @Test
    void row12_videoIds() throws IOException {
        MRopePositions ids = MRopePositions.builder(MRopeAdvance.MAX_PLUS_ONE, 2).text(2)
                .video(3, 2, 4, 2, 1.5).text(1).build();
        assertArrayEquals(new int[]{0, 1, 2, 2, 5, 5, 8, 8, 9, 0, 1, 2, 2, 2, 2, 2, 2, 9, 0, 1, 2, 3, 2, 3, 2, 3, 9},
                ids.ids(3));
        RotaryPlan plan = RotaryPlan.of(model("Qwen/Qwen2.5-VL-7B-Instruct").rope(), HeadShape.of(DIM, DType.F32));
        float[] cos = new float[9 * 64];
        plan.rows(Positions.axes(3, ids.ids(3)), Rows.of(cos, 9, 64), Rows.of(new float[9 * 64], 9, 64));
        assertEquals(cos(plan, 8)[15], cos[7 * 64 + 15], "time");
        assertEquals(cos(plan, 2)[16], cos[7 * 64 + 16], "height");
        assertEquals(cos(plan, 3)[40], cos[7 * 64 + 40], "width");
    }

    @Test
    void row13_partialFactorIsAppliedOnce() throws IOException {
        String both = "\"partial_rotary_factor\": 0.5, \"rope_parameters\": {\"rope_type\": \"default\", \"partial_rotary_factor\": 0.5}";
        assertEquals(64, llama(both).rope().rotaryDim());
        assertEquals(64, model("mistral4 (class defaults)").rope().rotaryDim());
        assertEquals(512, model("google/gemma-4-26B-A4B").rope("full_attention").rotaryDim(),
                "pairs span the whole head");
    }

    @Test
    void row14_sliceOfLatentAttention() throws IOException {
        RotarySet set = model("deepseek-ai/DeepSeek-V3").set();
        assertEquals(128, set.rotaryOffset());
        assertEquals(64, set.definition().rotaryDim());
        assertEquals(192, set.headDim());
    }

    /** Cached keys that move turn in the slice alone, and are not scaled once more. */
    @Test
    void row14_contextShift() throws IOException {
        for (String name : new String[]{"deepseek-ai/DeepSeek-V3", "openai/gpt-oss-20b"}) {
            RotarySet set = model(name).set();
            RotaryPlan plan = RotaryPlan.of(set.definition(),
                    new HeadShape(set.headDim(), DType.F32, set.rotaryOffset()));
            float[] key = numbers(set.headDim());
            float[] moved = rotated(plan, key, 100);
            plan.keyShift(plan.id()).rotate(Heads.of(moved, 1, 1, key.length), Positions.all(-67));
            float[] wanted = rotated(plan, key, 33);
            for (int i = 0; i < key.length; i++) {
                assertEquals(wanted[i], moved[i], i < set.rotaryOffset() ? 0 : 1e-4, name + ", element " + i);
            }
        }
    }

    private static float[] rotated(RotaryPlan plan, float[] key, long position) {
        float[] out = new float[key.length];
        plan.rotate(Heads.of(key, 1, 1, key.length), Heads.of(out, 1, 1, key.length), null, null,
                Positions.from(position));
        return out;
    }

    @Test
    void row15_unknownTypesAreNotIgnored() {
        String message = assertThrows(ConfigException.class,
                () -> llama("\"rope_scaling\": {\"type\": \"stretchy\", \"factor\": 4}"))
                .getMessage();
        assertTrue(message.contains("rope type 'stretchy' is not known; known: default, dynamic"), message);
    }
}
