package dev.sextant.goldens;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.Bits;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bfloat16 runs of the models' own classes, bit for bit, each under the rounding that its code has. Catches a product
 * that is rounded where the model keeps it, a row that is not rounded where the model's is, and the reverse.
 */
@Tag("goldens")
class ModelRoundingTest {

    /** By model type, for vision towers by class; all others round products. */
    private static final Map<String, RotaryRounding> OTHERS = Map.ofEntries(
            Map.entry("olmo2", RotaryRounding.ONCE), Map.entry("olmo3", RotaryRounding.ONCE),
            Map.entry("llama4_text", RotaryRounding.ONCE), Map.entry("deepseek_v2", RotaryRounding.ONCE),
            Map.entry("ernie4_5", RotaryRounding.ONCE), Map.entry("ernie4_5_vl_moe_text", RotaryRounding.ONCE),
            Map.entry("Qwen2_5_VLVisionRotaryEmbedding", RotaryRounding.ONCE),
            Map.entry("Llama4VisionRotaryEmbedding", RotaryRounding.ONCE),
            Map.entry("Kimi_K25VisionRotaryEmbedding", RotaryRounding.ONCE),
            Map.entry("Sam2VideoVisionRotaryEmbedding", RotaryRounding.ONCE),
            Map.entry("cohere", RotaryRounding.ROWS), Map.entry("modernbert", RotaryRounding.ROWS),
            Map.entry("deepseek_v4", RotaryRounding.ROWS));

    static List<Reference.Case> cases() throws Exception {
        return new Reference("rope-models").cases().stream()
                .filter(c -> c.expected().has("q_out_bf16_model")).toList();
    }

    private static RotaryRounding rounding(Reference.Case c) {
        String model = c.attributes().has("model_type")
                ? c.attributes().get("model_type").text()
                : c.attributes().get("rotary_class").text();
        return OTHERS.getOrDefault(model, RotaryRounding.PRODUCTS);
    }

    @Test
    void everyRoundingHasModels() throws Exception {
        Map<RotaryRounding, Integer> models = new EnumMap<>(RotaryRounding.class);
        cases().forEach(c -> models.merge(rounding(c), 1, Integer::sum));
        assertEquals(Map.of(RotaryRounding.ONCE, 13, RotaryRounding.ROWS, 6, RotaryRounding.PRODUCTS, 63), models);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void headsAreTheModelsOwn(Reference.Case c) throws Exception {
        Reference reference = new Reference("rope-models");
        for (Backend backend : Backends.all()) {
            RotaryPlan plan = plan(reference, c, backend).rounding(rounding(c));
            for (String tensor : new String[]{"q", "k"}) {
                long[] shape = reference.shape(c, tensor);
                short[] x = reference.brains(c, tensor + "_bf16");
                short[] y = new short[x.length];
                plan.rotate(Heads.of(x, DType.BF16, shape[0], shape[1], (int) shape[2]),
                        Heads.of(y, DType.BF16, shape[0], shape[1], (int) shape[2]), null, null, rows(c, shape[0]));
                Bits.assertSame(MemorySegment.ofArray(reference.brains(c, tensor + "_out_bf16_model")),
                        MemorySegment.ofArray(y), DType.BF16, plan + ", " + c + " " + tensor);
            }
        }
    }

    private static Positions rows(Reference.Case c, long tokens) {
        return c.attributes().has("apply_rows")
                ? Positions.ids(c.attributes().get("apply_rows").longs())
                : Positions.ids(LongStream.range(0, tokens).toArray());
    }

    private static RotaryPlan plan(Reference reference, Reference.Case c, Backend backend) {
        Json attributes = c.attributes();
        float[] cos = reference.floats(c, "cos");
        float[] sin = reference.floats(c, "sin");
        int pairs = attributes.get("rotary_dim").integer() / 2;
        PairLayout layout = switch (attributes.get("pairing").text()) {
            case "half" -> PairLayout.HALF_SPLIT;
            case "interleaved" -> PairLayout.INTERLEAVED;
            case "interleaved-in-half-out" -> PairLayout.INTERLEAVED_IN_HALF_OUT;
            default -> PairLayout.HALF_SPLIT_BY_AXIS;
        };
        AxisMap axes = layout == PairLayout.HALF_SPLIT_BY_AXIS
                ? AxisMap.sectioned(pairs / 2, pairs / 2)
                : AxisMap.text();
        int offset = attributes.has("rotary_offset") ? attributes.get("rotary_offset").integer() : 0;
        HeadShape shape = new HeadShape((int) reference.shape(c, "q")[2], DType.BF16, offset);
        RotaryPlan plan = RotaryPlan.ofTable(Rows.of(cos, cos.length / pairs, pairs),
                Rows.of(sin, sin.length / pairs, pairs), layout, axes, shape, backend);
        return attributes.has("direction") && attributes.get("direction").integer() < 0 ? plan.inverse() : plan;
    }
}
