package dev.sextant.goldens;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.PatchGrid;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rounding;
import dev.sextant.encoding.VisionRope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Image rotations against the models' own classes: frequencies, axes, coordinates, rows, rotated heads. Catches rows
 * and columns swapped, frequencies that do not restart, a wrong pairing, a coordinate off by one or by 2 pi.
 */
@Tag("goldens")
class RopeVisionTest {

    private static Reference reference;

    @BeforeAll
    static void load() throws Exception {
        reference = new Reference("rope-models");
    }

    static List<Reference.Case> cases() throws Exception {
        return new Reference("rope-models").cases().stream().filter(c -> c.kind().equals("rope-vision")).toList();
    }

    @Test
    void thereAreCases() throws Exception {
        assertEquals(7, cases().size());
    }

    private static Rope rope(Reference.Case c) {
        int dim = c.attributes().get("head_dim").integer();
        double base = c.attributes().get("rope_theta").number();
        return switch (model(c)) {
            case "qwen2_5_vl" -> VisionRope.qwenVl(dim);
            case "pixtral" -> VisionRope.pixtral(dim, base);
            case "dinov3_vit" -> VisionRope.dinov3(dim, base);
            case "llama4" -> VisionRope.llama4(dim);
            case "gemma4" -> VisionRope.gemma4(dim);
            case "kimi_k25" -> VisionRope.kimi(dim);
            case "sam2_video" -> VisionRope.sam2(dim);
            default -> throw new AssertionError(c.name());
        };
    }

    private static String model(Reference.Case c) {
        return c.name().substring(0, c.name().indexOf('-'));
    }

    private static PatchGrid grid(Reference.Case c) {
        List<Json> grid = c.attributes().get("grid").list();
        int rows = grid.get(0).integer();
        int columns = grid.get(1).integer();
        return PatchGrid.image(rows, columns);
    }

    /** Row or column of each of the case's axes, in its order. */
    private static int[] axes(Reference.Case c) {
        if (model(c).equals("gemma4")) {
            return new int[]{1, 0};
        }
        return c.attributes().get("axes").list().stream().mapToInt(a -> a.text().equals("h") ? 0 : 1).toArray();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void frequenciesAreTheClasss(Reference.Case c) {
        if (!c.expected().has("inv_freq")) {
            return; // Llama 4 keeps none: its rows are compared
        }
        float[] wanted = reference.floats(c, "inv_freq");
        Rope rope = rope(c);
        double[] inverse = rope.frequencies().inverse(rope.rotaryDim(), Rounding.FLOAT32);
        double relative = reference.tolerance("rope-inv-freq").get("rel").number();
        boolean whole = wanted.length == inverse.length; // Pixtral's buffer has both axes, the others' one for both
        for (int axis = 0; axis < 2; axis++) {
            int[] pairs = rope.axes().pairsOf(axis);
            for (int k = 0; k < pairs.length; k++) {
                float want = wanted[whole ? pairs[k] : k];
                assertEquals(want, inverse[pairs[k]], relative * want, "axis " + axis + ", frequency " + k);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void axesAreTheClasss(Reference.Case c) {
        AxisMap map = rope(c).axes();
        int[] names = axes(c);
        if (c.expected().has("axis_map")) {
            long[] wanted = reference.longs(c, "axis_map");
            assertArrayEquals(Arrays.stream(wanted).mapToInt(a -> names[(int) a]).toArray(),
                    IntStream.range(0, map.pairs()).map(map::axis).toArray());
        }
        assertEquals(layout(c.attributes().get("pairing").text()), rope(c).layout());
    }

    private static PairLayout layout(String pairing) {
        return switch (pairing) {
            case "half" -> PairLayout.HALF_SPLIT;
            case "interleaved" -> PairLayout.INTERLEAVED;
            case "half-per-axis" -> PairLayout.HALF_SPLIT_BY_AXIS;
            default -> throw new AssertionError(pairing);
        };
    }

    /** Gemma's ids are made by its image processor, column by column in the case, row by row in an image. */
    static List<Reference.Case> casesWithIds() throws Exception {
        return cases().stream().filter(c -> !model(c).equals("gemma4")).toList();
    }

    /** Row and column ids of the class, whatever it puts first. */
    @ParameterizedTest
    @MethodSource("casesWithIds")
    void gridsAreTheClasss(Reference.Case c) {
        long[] wanted = reference.longs(c, "positions");
        int tokens = wanted.length / 2;
        boolean classToken = model(c).equals("llama4");
        int[] got = classToken ? grid(c).fromOneThenClass() : grid(c).raster();
        int[] names = axes(c);
        assertEquals(wanted.length, got.length);
        for (int a = 0; a < 2; a++) {
            for (int t = 0; t < tokens; t++) {
                long want = wanted[a * tokens + t] + (classToken ? 1 : 0);
                assertEquals(want, got[names[a] * tokens + t], "axis " + a + ", token " + t);
            }
        }
    }

    /** What a plan takes for the case's tokens. */
    private static Positions positions(Reference.Case c) {
        return switch (model(c)) {
            case "dinov3_vit" -> Positions.coordinates(2, grid(c).centres(PatchGrid.Normalization.SEPARATE));
            case "llama4" -> Positions.axes(2, grid(c).fromOneThenClass());
            case "gemma4" -> Positions.axes(2, swapped(reference.longs(c, "positions")));
            default -> Positions.axes(2, grid(c).raster());
        };
    }

    private static long[] swapped(long[] ids) {
        long[] swapped = new long[ids.length];
        System.arraycopy(ids, 0, swapped, ids.length / 2, ids.length / 2);
        System.arraycopy(ids, ids.length / 2, swapped, 0, ids.length / 2);
        return swapped;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rowsAreTheClasss(Reference.Case c) {
        float[] cos = reference.floats(c, "cos");
        float[] sin = reference.floats(c, "sin");
        int pairs = rope(c).rotaryDim() / 2;
        int rows = cos.length / pairs;
        double slack = reference.tolerance("rope-table").get("abs").number();
        slack += 7 * 4 * Math.ulp(1f); // frequencies of our own, up to 6e-7 off, and angles up to 7
        for (Backend backend : Backends.all()) {
            float[] gotCos = new float[cos.length];
            float[] gotSin = new float[cos.length];
            plan(c, backend).rows(positions(c), Rows.of(gotCos, rows, pairs), Rows.of(gotSin, rows, pairs));
            for (int i = 0; i < cos.length; i++) {
                assertEquals(cos[i], gotCos[i], slack, backend + ", cos, row " + i / pairs + ", pair " + i % pairs);
                assertEquals(sin[i], gotSin[i], slack, backend + ", sin, row " + i / pairs + ", pair " + i % pairs);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void headsAreTheClasss(Reference.Case c) {
        int dim = c.attributes().get("head_dim").integer();
        long[] rows = c.attributes().get("apply_rows").longs();
        for (Backend backend : Backends.all()) {
            for (String tensor : new String[]{"q", "k"}) {
                float[] x = reference.floats(c, tensor);
                int heads = x.length / dim / 3;
                for (int t = 0; t < 3; t++) {
                    plan(c, backend).rotate(Heads.of(x, 3, heads, dim).tokens(t, t + 1),
                            positions(c).slice(rows[t], rows[t] + 1));
                }
                float[] wanted = reference.floats(c, tensor + "_out");
                for (int i = 0; i < x.length; i++) {
                    assertEquals(wanted[i], x[i], 2e-5, backend + ", " + tensor + ", element " + i % dim);
                }
            }
        }
    }

    private static RotaryPlan plan(Reference.Case c, Backend backend) {
        return RotaryPlan.builder(rope(c), HeadShape.of(c.attributes().get("head_dim").integer(), DType.F32))
                .backend(backend).build();
    }
}
