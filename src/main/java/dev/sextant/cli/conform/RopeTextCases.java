package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
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
        return CaseRope.angles(c) == null ? "angle " + c.attributes().text("angle") : null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Rope rope = CaseRope.of(c, result);
        frequencies(c, rope, result);
        rows(c, rope, backend, result);
        for (String tensor : c.expected().keySet()) {
            RotationOfRows.compare(c, tensor, AxisMap.text(), backend, result);
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
}
