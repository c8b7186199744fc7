package dev.sextant.cli.conform;

import dev.sextant.AdditivePlan;
import dev.sextant.AdditivePlanBuilder;
import dev.sextant.Backend;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.Tensor;
import dev.sextant.cli.reference.UnreadableException;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.OddWidth;
import dev.sextant.encoding.PositionIds;
import dev.sextant.encoding.ShiftedRule;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.encoding.VaswaniRule;
import dev.sextant.encoding.WaveLayout;
import dev.sextant.encoding.WaveRule;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sinusoidal tables of published models, and those of padded batches. A class whose table is the exact one works in double; the
 * others are compared with our float32 arithmetic.
 */
final class SinusoidCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Sinusoidal exact = sinusoid(c);
        AngleMode ofModel = c.attributes().number("model_max_difference", 1) == 0
                ? AngleMode.EXACT
                : AngleMode.HF_FLOAT32;
        for (String tensor : c.expected().keySet()) {
            switch (tensor) {
                case "ids" -> result.compare("ids", Arrays.stream(ids(c)).asLongStream().toArray(),
                        c.tensor("ids").longs());
                case "table_exact", "embedding_exact" -> table(c, tensor, exact, backend, result);
                case "table_model", "embedding_model" -> table(c, tensor, exact.angles(ofModel), backend, result);
                default -> result.fail(tensor + ": is expected, but nothing here makes it");
            }
        }
    }

    private static void table(Case c, String expected, Sinusoidal sinusoid, Backend backend, CaseResult result)
            throws IOException {
        boolean real = c.has("positions") && c.tensor("positions").dtype() == Tensor.Type.F32;
        AdditivePlanBuilder builder = AdditivePlan.builder(sinusoid, DType.F32).backend(backend);
        AdditivePlan plan = (real ? builder.realCoordinates() : builder).build();
        int width = sinusoid.width();
        int rows = c.tensor(expected).count() / width;
        float[] got = new float[rows * width];
        double[] arguments = new double[rows];
        Positions positions;
        if (real) {
            float[] given = c.tensor("positions").floats();
            positions = Positions.coordinates(1, given);
            Arrays.setAll(arguments, i -> given[i] * sinusoid.scale());
        } else {
            long[] given = c.has("positions")
                    ? c.tensor("positions").longs()
                    : Arrays.stream(ids(c)).asLongStream().toArray();
            positions = Positions.ids(given);
            Arrays.setAll(arguments, i -> given[i] * sinusoid.scale());
        }
        plan.fill(Rows.of(got, rows, width), positions);
        result.compare(expected, got, c.tensor(expected).floats(), c.tolerance(expected),
                i -> (long) Math.ceil(Math.abs(arguments[i / width])));
    }

    private static int[] ids(Case c) throws IOException {
        int[] tokens = Arrays.stream(c.tensor("tokens").longs()).mapToInt(Math::toIntExact).toArray();
        return PositionIds.afterPaddingId(tokens, c.tensor("tokens").size(-1),
                (int) c.attributes().integer("padding_id"), (int) c.attributes().integer("past"));
    }

    private static Sinusoidal sinusoid(Case c) throws IOException {
        Attributes a = c.attributes();
        double base = a.number("base", 10_000);
        WaveRule rule = switch (a.text("rule")) {
            case "VASWANI" -> new VaswaniRule(base);
            case "ENDPOINT" -> new ShiftedRule(base, 1);
            case "SHIFTED" -> new ShiftedRule(base, a.integer("shift"));
            default -> throw new UnreadableException(c.name() + ": rule got " + a.text("rule"));
        };
        OddWidth odd = switch (a.has("odd") ? a.text("odd") : "") {
            case "sin" -> OddWidth.SINE;
            case "zero" -> OddWidth.ZERO;
            default -> OddWidth.REFUSED;
        };
        Sinusoidal sinusoid = Sinusoidal
                .of((int) a.integer("dim"), WaveLayout.valueOf(a.text("layout")), rule, odd)
                .scale(a.number("scale", 1)).magnitude(1 / a.number("divide", 1));
        return a.has("zero_rows") ? sinusoid.zeroRow(a.integers("zero_rows")[0]) : sinusoid;
    }
}
