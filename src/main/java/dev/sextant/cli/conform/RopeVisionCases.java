package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.PatchGrid;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.VisionRope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Image towers of published models: the frequencies and the axis map of our definition of the class, its rows at the patches
 * of the case from the case's own frequencies, the rotation from the case's own rows.
 */
final class RopeVisionCases implements Kind {

    private static final double PIXTRAL_BASE = 10_000;
    private static final double DINO_BASE = 100;

    /** By class of the model's configuration: our definition for heads of a given size. */
    private static final Map<String, IntFunction<Rope>> MODELS = Map.of(
            "Qwen2_5_VLVisionConfig", VisionRope::qwenVl,
            "PixtralVisionConfig", dim -> VisionRope.pixtral(dim, PIXTRAL_BASE),
            "DINOv3ViTConfig", dim -> VisionRope.dinov3(dim, DINO_BASE),
            "Llama4VisionConfig", VisionRope::llama4,
            "Gemma4VisionConfig", VisionRope::gemma4,
            "Kimi_K25VisionConfig", VisionRope::kimi,
            "Sam2VideoConfig", VisionRope::sam2);

    @Override
    public @Nullable String unsupported(Case c) throws IOException {
        String model = c.attributes().text("config_class");
        return MODELS.containsKey(model) ? null : "model " + model;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Attributes a = c.attributes();
        Rope rope = Objects.requireNonNull(MODELS.get(a.text("config_class"))).apply((int) a.integer("rotary_dim"));
        if (!CaseRope.layout(c).equals(rope.layout())) {
            result.fail("layout: got " + rope.layout() + ", wanted " + CaseRope.layout(c));
        }
        if (c.has("axis_map")) {
            result.compare("axis_map", axisMap(c, rope.axes()), c.tensor("axis_map").longs());
        }
        rows(c, frequencies(c, rope, result), backend, result);
        for (String tensor : c.expected().keySet()) {
            RotationOfRows.compare(c, tensor, rope.axes(), backend, result);
        }
    }

    /** The axis of each pair, counted as the case counts its axes. */
    private static long[] axisMap(Case c, AxisMap map) throws IOException {
        boolean columnsFirst = columnsFirst(c);
        long[] axes = new long[map.pairs()];
        for (int j = 0; j < axes.length; j++) {
            axes[j] = columnsFirst ? 1 - map.axis(j) : map.axis(j);
        }
        return axes;
    }

    /** Whether the case's first coordinate is the column. Gemma 4's class calls it h, and is given x. */
    private static boolean columnsFirst(Case c) throws IOException {
        return c.attributes().text("style").equals("gemma4")
                || String.valueOf(c.attributes().asMap().get("axes")).equals("[w, h]");
    }

    /** Compares our frequencies, and gives the rotation those of the case. */
    private static Rope frequencies(Case c, Rope rope, CaseResult result) throws IOException {
        if (!c.has("inv_freq")) {
            return rope;
        }
        double[] own = rope.frequencies().inverse(rope.rotaryDim(), rope.angles().rounding());
        double[] given = c.tensor("inv_freq").doubles();
        double[] ofPair = new double[own.length];
        float[] got = new float[given.length];
        int[] next = new int[rope.axes().axes()];
        for (int j = 0; j < own.length; j++) {
            int axis = rope.axes().axis(j);
            // one list for all pairs, or one that every axis begins anew
            int index = given.length == own.length ? j : next[axis]++;
            got[index] = (float) own[j];
            ofPair[j] = given[index];
        }
        result.compare("inv_freq", got, c.tensor("inv_freq").floats(), c.tolerance("inv_freq"), j -> 0);
        return rope.frequencies(ExplicitFrequencies.of(ofPair));
    }

    private static void rows(Case c, Rope rope, Backend backend, CaseResult result) throws IOException {
        RotaryPlan plan = RotaryPlan.builder(rope, HeadShape.of(rope.rotaryDim(), DType.F32)).backend(backend).build();
        int count = c.tensor("cos").size(0);
        float[] cos = new float[count * plan.pairs()];
        float[] sin = new float[cos.length];
        plan.rows(positions(c), Rows.of(cos, count, plan.pairs()), Rows.of(sin, count, plan.pairs()));
        result.compare("cos", cos, c.tensor("cos").floats(), c.tolerance("cos"), i -> 0);
        result.compare("sin", sin, c.tensor("sin").floats(), c.tolerance("sin"), i -> 0);
    }

    /** The case's patches as the model counts them: rows on axis 0, columns on axis 1. */
    private static Positions positions(Case c) throws IOException {
        int[] grid = c.attributes().integers("grid");
        PatchGrid patches = PatchGrid.image(grid[0], grid[1]);
        return switch (c.attributes().text("style")) {
            case "dinov3" -> Positions.coordinates(2, patches.centres(PatchGrid.Normalization.SEPARATE));
            case "llama4" -> Positions.axes(2, patches.fromOneThenClass());
            default -> Positions.axes(2, rowsFirst(c));
        };
    }

    private static long[] rowsFirst(Case c) throws IOException {
        long[] stated = c.tensor("positions").longs();
        if (!columnsFirst(c)) {
            return stated;
        }
        int half = stated.length / 2;
        long[] swapped = new long[stated.length];
        System.arraycopy(stated, half, swapped, 0, half);
        System.arraycopy(stated, 0, swapped, half, half);
        return swapped;
    }
}
