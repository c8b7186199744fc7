package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Correctly rounded cosines and sines of (position, frequency) pairs. Each pair becomes one pair of a plan with
 * explicit frequencies; 64 of them share a plan and 64 rows, of which the diagonal is wanted. Positions of 2^32 and
 * beyond are outside the stated range: there the plan must refuse and write nothing.
 */
final class SincosCases implements Kind {

    private static final long RANGE = 1L << 32;
    private static final int GROUP = 64;
    private static final float UNTOUCHED = -7.25f;

    private final AngleMode angles;

    SincosCases(AngleMode angles) {
        this.angles = angles;
    }

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        long[] positions = c.tensor("positions").longs();
        double[] frequencies = c.tensor("frequencies").doubles();
        int[] inside = indices(positions, true);
        float[] cos = new float[inside.length];
        float[] sin = new float[inside.length];
        for (int from = 0; from < inside.length; from += GROUP) {
            int[] group = Arrays.copyOfRange(inside, from, Math.min(from + GROUP, inside.length));
            diagonal(backend, group, positions, frequencies, cos, sin, from);
        }
        result.compare("cos_f32", cos, select(c.tensor("cos_f32").floats(), inside), c.tolerance("cos_f32"),
                i -> positions[inside[i]]);
        result.compare("sin_f32", sin, select(c.tensor("sin_f32").floats(), inside), c.tolerance("sin_f32"),
                i -> positions[inside[i]]);
        for (int i : indices(positions, false)) {
            refusal(backend, positions[i], frequencies[i], result);
        }
        for (String tensor : c.expected().keySet()) {
            switch (tensor) {
                case "cos_f32", "sin_f32" -> {}
                case "cos_f64", "sin_f64" -> result.addNotProduced("float64 rows");
                case "angle_f32" -> result.addNotProduced("angles themselves");
                default -> result.fail(tensor + ": is expected, but nothing here makes it");
            }
        }
    }

    private RotaryPlan plan(Backend backend, double[] frequencies) {
        Rope rope = new Rope(2 * frequencies.length, PairLayout.HALF_SPLIT, ExplicitFrequencies.of(frequencies),
                angles);
        return RotaryPlan.builder(rope, HeadShape.of(2 * frequencies.length, DType.F32)).backend(backend).build();
    }

    private void diagonal(Backend backend, int[] group, long[] positions, double[] frequencies, float[] cos,
            float[] sin,
            int at) {
        int n = group.length;
        float[] c = new float[n * n];
        float[] s = new float[n * n];
        long[] ids = Arrays.stream(group).mapToLong(i -> positions[i]).toArray();
        plan(backend, Arrays.stream(group).mapToDouble(i -> frequencies[i]).toArray())
                .rows(Positions.ids(ids), Rows.of(c, n, n), Rows.of(s, n, n));
        for (int i = 0; i < n; i++) {
            cos[at + i] = c[i * n + i];
            sin[at + i] = s[i * n + i];
        }
    }

    private void refusal(Backend backend, long position, double frequency, CaseResult result) {
        float[] cos = {UNTOUCHED};
        float[] sin = {UNTOUCHED};
        try {
            plan(backend, new double[]{frequency}).rows(Positions.from(position), Rows.of(cos, 1, 1),
                    Rows.of(sin, 1, 1));
            result.fail("position " + position + ": got a row, wanted the documented refusal");
        } catch (IndexOutOfBoundsException e) {
            if (cos[0] == UNTOUCHED && sin[0] == UNTOUCHED) {
                result.addRefused();
            } else {
                result.fail("position " + position + ": was refused, but a row was written");
            }
        }
    }

    private static int[] indices(long[] positions, boolean inside) {
        int[] found = new int[positions.length];
        int count = 0;
        for (int i = 0; i < positions.length; i++) {
            if ((positions[i] > -RANGE && positions[i] < RANGE) == inside) {
                found[count++] = i;
            }
        }
        return Arrays.copyOf(found, count);
    }

    private static float[] select(float[] all, int[] indices) {
        float[] some = new float[indices.length];
        for (int i = 0; i < some.length; i++) {
            some[i] = all[indices[i]];
        }
        return some;
    }
}
