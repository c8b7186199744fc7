package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;

/** The three tokens of a case, rotated by the case's own rows. */
final class RotationOfRows {

    private RotationOfRows() {}

    /** Compares one expected tensor; those that are not rotations are somebody else's. */
    static void compare(Case c, String tensor, AxisMap axes, Backend backend, CaseResult result) throws IOException {
        switch (tensor) {
            case "inv_freq", "cos", "sin", "axis_map" -> {}
            case "q_out", "k_out" -> rotate(c, tensor, tensor.substring(0, 1), DType.F32, axes, backend, result);
            case "q_out_bf16", "k_out_bf16", "q_out_bf16_model", "k_out_bf16_model" ->
                rotate(c, tensor, tensor.substring(0, 1) + "_bf16", DType.BF16, axes, backend, result);
            default -> result.fail(tensor + ": is expected, but nothing here makes it");
        }
    }

    private static void rotate(Case c, String expected, String input, DType dtype, AxisMap axes, Backend backend,
            CaseResult result) throws IOException {
        Attributes a = c.attributes();
        int dim = (int) a.integer("head_dim");
        int pairs = c.tensor("cos").size(-1);
        int count = c.tensor("cos").size(0);
        PairLayout layout = CaseRope.layout(c);
        RotaryPlan plan = RotaryPlan.ofTable(Rows.of(c.tensor("cos").floats(), count, pairs),
                Rows.of(c.tensor("sin").floats(), count, pairs), layout, axes,
                HeadShape.of(dim, dtype).rotaryAt((int) a.integer("rotary_offset")), backend);
        if (a.integer("direction") == -1) {
            plan = plan.inverse();
        }
        int tokens = c.tensor(input).size(0);
        int heads = c.tensor(input).size(1);
        Positions rows = Positions.ids(a.integers("apply_rows"));
        if (dtype == DType.F32) {
            float[] x = c.tensor(input).floats();
            float[] y = layout.inPlace() ? x : new float[x.length];
            plan.rotate(Heads.of(x, tokens, heads, dim), Heads.of(y, tokens, heads, dim), null, null, rows);
            result.compare(expected, y, c.tensor(expected).floats(), c.tolerance(expected), i -> 0);
        } else {
            short[] x = c.tensor(input).halves();
            short[] y = layout.inPlace() ? x : new short[x.length];
            plan.rotate(Heads.of(x, dtype, tokens, heads, dim), Heads.of(y, dtype, tokens, heads, dim), null, null,
                    rows);
            result.compareBf16(expected, y, c.tensor(expected).halves(), c.tolerance(expected));
        }
    }
}
