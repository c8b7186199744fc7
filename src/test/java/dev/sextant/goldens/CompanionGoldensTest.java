package dev.sextant.goldens;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.encoding.LatentAttentionScale;
import dev.sextant.encoding.MRopeAdvance;
import dev.sextant.encoding.MRopePositions;
import dev.sextant.encoding.MRopePositionsBuilder;
import dev.sextant.encoding.PadFill;
import dev.sextant.encoding.PositionIds;
import dev.sextant.encoding.QueryTemperature;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Position ids and query factors against figures of the frameworks that made them. */
@Tag("goldens")
class CompanionGoldensTest {

    private static List<Reference.Case> cases(Reference reference, String kind, int count) {
        List<Reference.Case> cases = reference.cases().stream().filter(c -> c.kind().equals(kind)).toList();
        assertEquals(count, cases.size(), kind);
        return cases;
    }

    private static int[] ints(Reference reference, Reference.Case c, String tensor) {
        return Arrays.stream(reference.longs(c, tensor)).mapToInt(Math::toIntExact).toArray();
    }

    @Test
    void positionIds() throws Exception {
        Reference additive = new Reference("additive");
        for (Reference.Case c : cases(additive, "position-ids-mask", 1)) {
            int[] mask = ints(additive, c, "mask");
            boolean[] attended = new boolean[mask.length];
            IntStream.range(0, mask.length).forEach(i -> attended[i] = mask[i] != 0);
            int tokens = (int) additive.shape(c, "mask")[1];
            assertArrayEquals(ints(additive, c, "ids_fill0"), PositionIds.fromMask(attended, tokens, PadFill.ZERO));
            assertArrayEquals(ints(additive, c, "ids_fill1"), PositionIds.fromMask(attended, tokens, PadFill.ONE));
        }
        for (Reference.Case c : cases(additive, "position-ids-packed", 1)) {
            int[] ids = PositionIds.packed(ints(additive, c, "cu_seqlens"));
            assertArrayEquals(ints(additive, c, "ids"), ids);
            assertArrayEquals(ints(additive, c, "sequence"), PositionIds.sequenceOf(ids));
        }
        for (Reference.Case c : cases(additive, "position-ids-roberta", 3)) {
            assertArrayEquals(ints(additive, c, "ids"), PositionIds.afterPaddingId(ints(additive, c, "tokens"),
                    (int) additive.shape(c, "tokens")[1], c.attributes().get("padding_id").integer(),
                    c.attributes().get("past").integer()), c.name());
        }
        for (Reference.Case c : cases(additive, "position-ids-bipe", 1)) {
            long[] separators = c.attributes().get("separators").longs();
            int[][] ids = PositionIds.segments(ints(additive, c, "tokens"),
                    t -> Arrays.stream(separators).anyMatch(s -> s == t), c.attributes().get("clamp").integer());
            assertArrayEquals(ints(additive, c, "segment"), ids[0]);
            assertArrayEquals(ints(additive, c, "offset"), ids[1]);
        }
    }

    /** The frameworks' own functions, run on prompts of text, images and videos, some of them padded on the left. */
    @Test
    void multimodalIds() throws Exception {
        List<Json> cases = Json.resource("/goldens/mrope-ids.json").get("cases").list();
        assertEquals(48, cases.size());
        for (Json c : cases) {
            MRopePositionsBuilder builder = MRopePositions.builder(MRopeAdvance.valueOf(c.get("rule").text()),
                    c.get("spatial_merge").integer());
            for (Json part : c.get("parts").list()) {
                add(builder, part.list(), c.get("tokens_per_second").number(), c.get("second_per_grid").number());
            }
            MRopePositions ids = builder.build();
            boolean transformers4 = c.get("source").text().startsWith("transformers 4");
            int padding = c.get("padding").integer();
            boolean[] attended = new boolean[padding + ids.tokens()];
            Arrays.fill(attended, padding, attended.length, true);
            int[] wanted = c.get("ids").list().stream().flatMapToInt(row -> Arrays.stream(row.longs())
                    .mapToInt(Math::toIntExact)).toArray();
            assertArrayEquals(wanted, ids.ids(3, attended, transformers4 ? PadFill.ONE : PadFill.ZERO), c.text());
            assertEquals(c.get("delta").integer(), ids.delta(transformers4 ? attended.length : ids.tokens()), c.text());
        }
    }

    private static void add(MRopePositionsBuilder builder, List<Json> part, double tokensPerSecond, double seconds) {
        int[] n = part.stream().skip(1).mapToInt(Json::integer).toArray();
        switch (part.getFirst().text()) {
            case "text" -> builder.text(n[0]);
            case "image" -> builder.image(n[0], n[1]);
            case "video" -> builder.video(n[0], n[1], n[2], tokensPerSecond, seconds);
            default -> throw new AssertionError(part.toString());
        }
    }

    /** Factors of Llama 4 and Ministral 3, the models' float32 chain and the same in double. */
    @Test
    void queryFactors() throws Exception {
        Reference bias = new Reference("bias");
        for (Reference.Case c : cases(bias, "query-temperature", 2)) {
            QueryTemperature rule = c.attributes().has("beta")
                    ? QueryTemperature.ministral3(c.attributes().get("beta").number(),
                            c.attributes().get("original_context").number())
                    : QueryTemperature.llama4(c.attributes().get("floor_scale").number(),
                            c.attributes().get("attn_scale").number());
            long[] positions = bias.longs(c, "positions");
            float[] factors = new float[positions.length];
            rule.factors(positions, factors);
            assertArrayEquals(bias.floats(c, "scale_double"), factors, c.name());
            Json slack = bias.tolerance(c.expected().get("scale").text());
            float[] model = bias.floats(c, "scale");
            for (int i = 0; i < model.length; i++) {
                assertEquals(model[i], factors[i], slack.get("abs").number() + slack.get("rel").number() * model[i],
                        c + " at " + positions[i]);
            }
        }
        Json llama4 = Json.resource("/goldens/rope-golden.json").get("scalars").get("llama4_temperature");
        for (Object key : llama4.map().keySet()) {
            long position = Long.parseLong(key.toString().substring("pos ".length()));
            assertEquals(llama4.get(key.toString()).number(), QueryTemperature.llama4(8192, 0.1).factor(position),
                    1e-15);
        }
    }

    @Test
    void latentScales() throws Exception {
        Json scalars = Json.resource("/goldens/rope-golden.json").get("scalars");
        assertEquals(scalars.get("deepseek_v3_softmax_scale_multiplier").number(),
                new LatentAttentionScale(40, 1).multiplier(), 1e-15);
        assertEquals(scalars.get("deepseek_v2_softmax_scale_multiplier").number(),
                new LatentAttentionScale(40, 0.707).multiplier(), 1e-15);
    }
}
