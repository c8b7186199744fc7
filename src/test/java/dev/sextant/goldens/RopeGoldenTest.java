package dev.sextant.goldens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.encoding.Rounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.Place;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Small figures of a second origin: frequencies of published models, heads of eight elements rotated by the models' own
 * functions in three types, rows at positions up to 2^31. Catches a mode mixed up with the other, which small positions
 * hide.
 */
@Tag("goldens")
class RopeGoldenTest {

    private final Json golden;

    RopeGoldenTest() throws IOException {
        golden = Json.resource("/goldens/rope-golden.json");
    }

    @Test
    void frequencies() {
        int checked = 0;
        for (Json c : golden.get("frequency_cases").list()) {
            Frequencies rule = rule(c);
            if (rule != null) {
                float[] wanted = c.get("inv_freq").floats();
                double[] got = rule.inverse(2 * wanted.length, Rounding.FLOAT32);
                double[] exact = rule.inverse(2 * wanted.length, Rounding.NONE);
                for (int j = 0; j < wanted.length; j++) {
                    assertEquals(wanted[j], got[j], 1e-6 * wanted[j], c.get("name").text() + ", pair " + j);
                    assertEquals(wanted[j], exact[j], 2e-6 * wanted[j], c.get("name").text() + ", exact, pair " + j);
                }
                checked++;
            }
        }
        assertEquals(10, checked);
    }

    private static Frequencies rule(Json c) {
        Json given = c.has("params") ? c.get("params") : c.get("rope_parameters");
        double base = given.has("rope_theta") ? given.get("rope_theta").number() : 0;
        return switch (c.get("kind").text()) {
            case "default" -> new GeometricFrequencies(base);
            case "linear" -> new LinearFrequencies(base, given.get("factor").number());
            case "llama3" -> new Llama3Frequencies(base, given.get("factor").number(),
                    given.get("low_freq_factor").number(),
                    given.get("high_freq_factor").number(), given.get("original_max_position_embeddings").integer());
            default -> null;
        };
    }

    /** 16-bit heads have the model's bits under the model's rounding; float32 ones have its framework's cosines. */
    @Test
    void rotatedHeads() {
        Map<DType, Integer> checked = new EnumMap<>(DType.class);
        for (Json c : golden.get("apply_cases").list()) {
            DType dtype = switch (c.get("dtype").text()) {
                case "float32" -> DType.F32;
                case "float16" -> DType.F16;
                default -> DType.BF16;
            };
            PairLayout layout = switch (c.get("layout").text()) {
                case "neox (llama)" -> PairLayout.HALF_SPLIT;
                case "interleaved (cohere)" -> PairLayout.INTERLEAVED;
                default -> PairLayout.INTERLEAVED_IN_HALF_OUT;
            };
            RotaryRounding rounding = c.get("arith").text().contains("each product and the sum rounded to dtype")
                    ? RotaryRounding.PRODUCTS
                    : RotaryRounding.ROWS;
            rotated(c, layout, dtype, rounding);
            checked.merge(dtype, 1, Integer::sum);
        }
        assertEquals(Map.of(DType.F32, 30, DType.F16, 8, DType.BF16, 20), checked);
    }

    private static void rotated(Json c, PairLayout layout, DType dtype, RotaryRounding rounding) {
        float[] input = c.get("input").floats();
        float[] wanted = c.get("output").floats();
        double slack = dtype == DType.F32 ? 3e-7 : 0;
        for (Backend backend : Backends.all()) {
            MemorySegment x = Place.HEAP.allocate(dtype, 8);
            MemorySegment y = Place.HEAP.allocate(dtype, 8);
            for (int i = 0; i < 8; i++) {
                Bits.set(x, dtype, i, input[i]);
            }
            RotaryPlan plan = RotaryPlan.builder(Rope.of(8, 10_000).layout(layout).angles(AngleMode.HF_FLOAT32),
                    HeadShape.of(8, dtype)).backend(backend).rounding(rounding).build();
            plan.rotate(Heads.of(x, dtype, 1, 1, 8), Heads.of(y, dtype, 1, 1, 8), null, null,
                    Positions.from(c.get("pos").integer()));
            for (int i = 0; i < 8; i++) {
                assertEquals(wanted[i], Bits.get(y, dtype, i), slack,
                        plan + " at " + c.get("pos").text() + ", element " + i);
            }
        }
    }

    @Test
    void largePositions() {
        Json large = golden.get("large_positions");
        Rope model = Rope.of(8, large.get("rope_theta").number()).angles(AngleMode.HF_FLOAT32);
        double[] wide = model.frequencies().inverse(8, Rounding.FLOAT32);
        Rope exact = model.frequencies(ExplicitFrequencies.of(wide)).angles(AngleMode.EXACT);
        for (Backend backend : Backends.all()) {
            RotaryPlan modelPlan = RotaryPlan.builder(model, HeadShape.of(8, DType.F32)).backend(backend).build();
            RotaryPlan exactPlan = RotaryPlan.builder(exact, HeadShape.of(8, DType.F32)).backend(backend).build();
            for (Json row : large.get("rows").list()) {
                long position = row.get("pos").integer();
                float[][] got = rows(modelPlan, position);
                float[] wantedCos = row.get("cos_fp32").floats();
                float[] wantedSin = row.get("sin_fp32").floats();
                float[] wantedExact = row.get("cos_exact_product").floats();
                float[] gotExact = rows(exactPlan, position)[0];
                for (int j = 0; j < 4; j++) {
                    String where = backend + ", position " + position + ", pair " + j;
                    assertEquals(wantedCos[j], got[0][j], 2.5e-7, "cos, " + where);
                    assertEquals(wantedSin[j], got[1][j], 2.5e-7, "sin, " + where);
                    assertEquals(wantedExact[j], gotExact[j], 1.3e-7, "exact, " + where);
                }
            }
        }
    }

    private static float[][] rows(RotaryPlan plan, long position) {
        float[][] rows = new float[2][plan.pairs()];
        plan.rows(Positions.from(position), Rows.of(rows[0], 1, plan.pairs()), Rows.of(rows[1], 1, plan.pairs()));
        return rows;
    }
}
