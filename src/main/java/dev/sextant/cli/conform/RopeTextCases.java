package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rotary tables and rotated heads of the classes of published models: the frequencies from the model's configuration,
 * the cos/sin rows from the case's own frequencies, the rotation from the case's own rows. Each step is given what the
 * step before should have made, so that one wrong value is reported once.
 */
final class RopeTextCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) throws IOException {
        String rule = CaseRope.rule(c);
        if (!CaseRope.RULES.contains(rule)) {
            return "rule " + rule;
        }
        String pairing = c.attributes().text("pairing");
        if (pairing.equals("half-per-axis")) {
            return "pairing " + pairing;
        }
        return CaseRope.angles(c) == null ? "angle " + c.attributes().text("angle") : null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Rope rope = CaseRope.of(c, result);
        frequencies(c, rope, result);
        rows(c, rope, backend, result);
        for (String tensor : c.expected().keySet()) {
            switch (tensor) {
                case "inv_freq", "cos", "sin", "axis_map" -> {}
                case "q_out", "k_out" -> rotation(c, tensor, tensor.substring(0, 1), DType.F32, backend, result);
                case "q_out_bf16", "k_out_bf16", "q_out_bf16_model", "k_out_bf16_model" ->
                    rotation(c, tensor, tensor.substring(0, 1) + "_bf16", DType.BF16, backend, result);
                default -> result.fail(tensor + ": is expected, but nothing here makes it");
            }
        }
    }

    private static void frequencies(Case c, Rope rope, CaseResult result) throws IOException {
        if (c.expected().containsKey("inv_freq")) {
            double[] inverse = rope.frequencies().inverse(rope.rotaryDim(), rope.angles().rounding());
            float[] got = new float[inverse.length];
            for (int j = 0; j < got.length; j++) {
                got[j] = (float) inverse[j];
            }
            result.compare("inv_freq", got, c.tensor("inv_freq").floats(), c.tolerance("inv_freq"), j -> 0);
        }
    }

    /** Rows of the case's positions from the case's frequencies; where it has none, from those of its rule. */
    private static void rows(Case c, Rope rope, Backend backend, CaseResult result) throws IOException {
        double factor = c.attributes().number("attention_factor", 1);
        Rope given = c.has("inv_freq")
                ? rope.frequencies(new ExplicitFrequencies(c.tensor("inv_freq").doubles(), factor))
                : rope;
        RotaryPlan plan = RotaryPlan.builder(given, HeadShape.of(given.rotaryDim(), DType.F32)).backend(backend)
                .build();
        long[] positions = c.tensor("positions").longs();
        int pairs = plan.pairs();
        int axes = c.tensor("positions").shape().length == 1 ? 1 : c.tensor("positions").size(0);
        int count = positions.length / axes;
        float[] cos = new float[count * pairs];
        float[] sin = new float[count * pairs];
        plan.rows(Positions.axes(axes, positions), Rows.of(cos, count, pairs), Rows.of(sin, count, pairs));
        if (axes > 1) {
            long[] map = IntStream.range(0, pairs).map(rope.axes()::axis).asLongStream().toArray();
            result.compare("axis_map", map, c.tensor("axis_map").longs());
        }
        result.compare("cos", cos, c.tensor("cos").floats(), c.tolerance("cos"), i -> positions[i / pairs]);
        result.compare("sin", sin, c.tensor("sin").floats(), c.tolerance("sin"), i -> positions[i / pairs]);
    }

    /** Rotates the three tokens of the case by the case's own rows. */
    private static void rotation(Case c, String expected, String input, DType dtype, Backend backend, CaseResult result)
            throws IOException {
        Attributes a = c.attributes();
        int dim = (int) a.integer("head_dim");
        int pairs = c.tensor("cos").size(-1);
        int count = c.tensor("cos").size(0);
        RotaryPlan plan = RotaryPlan.ofTable(Rows.of(c.tensor("cos").floats(), count, pairs),
                Rows.of(c.tensor("sin").floats(), count, pairs), CaseRope.layout(c),
                HeadShape.of(dim, dtype).rotaryAt((int) a.integer("rotary_offset")), backend);
        if (a.integer("direction") == -1) {
            plan = plan.inverse();
        }
        int tokens = c.tensor(input).size(0);
        int heads = c.tensor(input).size(1);
        boolean inPlace = CaseRope.layout(c) != PairLayout.INTERLEAVED_IN_HALF_OUT;
        Positions rows = Positions.ids(a.integers("apply_rows"));
        if (dtype == DType.F32) {
            float[] x = c.tensor(input).floats();
            float[] y = inPlace ? x : new float[x.length];
            plan.rotate(Heads.of(x, tokens, heads, dim), Heads.of(y, tokens, heads, dim), null, null, rows);
            result.compare(expected, y, c.tensor(expected).floats(), c.tolerance(expected), i -> 0);
        } else {
            short[] x = c.tensor(input).halves();
            short[] y = inPlace ? x : new short[x.length];
            plan.rotate(Heads.of(x, dtype, tokens, heads, dim), Heads.of(y, dtype, tokens, heads, dim), null, null,
                    rows);
            result.compareBf16(expected, y, c.tensor(expected).halves(), c.tolerance(expected));
        }
    }
}
