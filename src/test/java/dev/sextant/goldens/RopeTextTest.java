package dev.sextant.goldens;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import dev.sextant.encoding.Rounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.Bits;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables and rotated heads of the models' own classes: frequencies by rule, rows within a unit of the framework's
 * cosine, the rotation by the model's rows bit for bit. Catches a wrong pair layout, offset, direction or frequency of
 * a published model.
 */
@Tag("goldens")
class RopeTextTest {

    private static Reference reference;

    @BeforeAll
    static void load() throws Exception {
        reference = new Reference("rope-models");
    }

    /** The cases whose rule this library knows. */
    static List<Reference.Case> cases() throws Exception {
        return new Reference("rope-models").cases().stream()
                .filter(c -> c.kind().equals("rope-text") && rule(c.attributes().get("frequencies")) != null).toList();
    }

    @Test
    void thereAreCases() throws Exception {
        assertEquals(56, cases().size());
    }

    private static Frequencies rule(Json given) {
        double base = given.get("rope_theta").number();
        return switch (given.get("rope_type").text()) {
            case "default" -> new GeometricFrequencies(base);
            case "linear" -> new LinearFrequencies(base, given.get("factor").number());
            case "llama3" -> new Llama3Frequencies(base, given.get("factor").number(),
                    given.get("low_freq_factor").number(),
                    given.get("high_freq_factor").number(), given.get("original_max_position_embeddings").integer());
            default -> null;
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void frequenciesFollowTheRule(Reference.Case c) {
        if (c.expected().has("inv_freq")) {
            float[] wanted = reference.floats(c, "inv_freq");
            double[] got = rule(c.attributes().get("frequencies")).inverse(c.attributes().get("rotary_dim").integer(),
                    Rounding.FLOAT32);
            double relative = reference.tolerance("rope-inv-freq").get("rel").number();
            assertEquals(wanted.length, got.length);
            for (int j = 0; j < got.length; j++) {
                assertEquals(wanted[j], got[j], relative * wanted[j], "pair " + j);
                assertEquals(got[j], (float) got[j], "pair " + j + " is a float32");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rowsAreTheModels(Reference.Case c) {
        int pairs = c.attributes().get("rotary_dim").integer() / 2;
        float[] cos = reference.floats(c, "cos");
        float[] sin = reference.floats(c, "sin");
        int rows = cos.length / pairs;
        long[] positions = reference.longs(c, "positions");
        long[] axisOf = c.attributes().has("axes") ? reference.longs(c, "axis_map") : new long[pairs];
        double slack = reference.tolerance("rope-table").get("abs").number();
        for (Backend backend : Backends.all()) {
            RotaryPlan plan = RotaryPlan.builder(rope(c, pairs), HeadShape.of(2 * pairs, DType.F32)).backend(backend)
                    .build();
            float[] gotCos = new float[positions.length * pairs];
            float[] gotSin = new float[positions.length * pairs];
            plan.rows(Positions.ids(positions), Rows.of(gotCos, positions.length, pairs),
                    Rows.of(gotSin, positions.length, pairs));
            for (int r = 0; r < rows; r++) {
                for (int j = 0; j < pairs; j++) {
                    int at = (int) ((axisOf[j] * rows + r) * pairs + j);
                    assertEquals(cos[r * pairs + j], gotCos[at], slack, "cos");
                    assertEquals(sin[r * pairs + j], gotSin[at], slack, "sin");
                }
            }
        }
    }

    /** By the case's own frequencies where it has them, as its tolerance demands. */
    private static Rope rope(Reference.Case c, int pairs) {
        AngleMode angles = c.attributes().get("angle").text().equals("HF_FLOAT32")
                ? AngleMode.HF_FLOAT32
                : AngleMode.EXACT;
        Frequencies frequencies = c.expected().has("inv_freq")
                ? ExplicitFrequencies.of(reference.floats(c, "inv_freq"))
                : rule(c.attributes().get("frequencies"));
        return new Rope(2 * pairs, PairLayout.HALF_SPLIT, frequencies, angles);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rotationsAreTheModels(Reference.Case c) {
        for (Backend backend : Backends.all()) {
            for (String tensor : new String[]{"q", "k"}) {
                float[] x = reference.floats(c, tensor);
                plan(c, DType.F32, backend).rotate(Heads.of(x, 3, x.length / dim(c) / 3, dim(c)), rows(c));
                Bits.assertSame(MemorySegment.ofArray(reference.floats(c, tensor + "_out")), MemorySegment.ofArray(x),
                        DType.F32,
                        backend + " " + c + " " + tensor);
                short[] b = reference.brains(c, tensor + "_bf16");
                plan(c, DType.BF16, backend).rotate(Heads.of(b, DType.BF16, 3, b.length / dim(c) / 3, dim(c)), rows(c));
                Bits.assertSame(MemorySegment.ofArray(reference.brains(c, tensor + "_out_bf16")),
                        MemorySegment.ofArray(b),
                        DType.BF16, backend + " " + c + " " + tensor + " bf16");
            }
        }
    }

    private static int dim(Reference.Case c) {
        return c.attributes().get("head_dim").integer();
    }

    private static Positions rows(Reference.Case c) {
        return Positions.ids(c.attributes().get("apply_rows").longs());
    }

    private static RotaryPlan plan(Reference.Case c, DType dtype, Backend backend) {
        float[] cos = reference.floats(c, "cos");
        float[] sin = reference.floats(c, "sin");
        int pairs = c.attributes().get("rotary_dim").integer() / 2;
        PairLayout layout = c.attributes().get("pairing").text().equals("half")
                ? PairLayout.HALF_SPLIT
                : PairLayout.INTERLEAVED;
        RotaryPlan plan = RotaryPlan.ofTable(Rows.of(cos, cos.length / pairs, pairs),
                Rows.of(sin, sin.length / pairs, pairs),
                layout, HeadShape.of(dim(c), dtype).rotaryAt(c.attributes().get("rotary_offset").integer()), backend);
        return c.attributes().get("direction").integer() < 0 ? plan.inverse() : plan;
    }
}
