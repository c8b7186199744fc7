package dev.sextant.goldens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Correctly rounded cosines and sines made in 320 bits, on every backend, bit for bit. Catches a wrong digit in a
 * polynomial, a fraction of a turn that is too short, a missing low word near a zero crossing; and that farther
 * positions are refused.
 */
@Tag("goldens")
class SincosExactTest {

    private static final long FARTHEST = (1L << 32) - 1;
    private static Reference reference;

    @BeforeAll
    static void load() throws Exception {
        reference = new Reference("sincos-exact");
        assertEquals(33, reference.cases().size());
    }

    static List<Reference.Case> cases() throws Exception {
        return new Reference("sincos-exact").cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyValueIsCorrectlyRounded(Reference.Case c) {
        long[] all = reference.longs(c, "positions");
        double[] frequencies = frequencies(c);
        double[] distinct = Arrays.stream(frequencies).distinct().sorted().toArray();
        int[] near = IntStream.range(0, all.length).filter(i -> Math.abs(all[i]) <= FARTHEST).toArray();
        long[] positions = Arrays.stream(near).mapToLong(i -> all[i]).toArray();
        float[] wantedCos = reference.floats(c, "cos_f32");
        float[] wantedSin = reference.floats(c, "sin_f32");
        for (Backend backend : Backends.all()) {
            RotaryPlan plan = plan(c, distinct, backend);
            int pairs = distinct.length;
            float[] cos = new float[positions.length * pairs];
            float[] sin = new float[positions.length * pairs];
            plan.rows(Positions.ids(positions), Rows.of(cos, positions.length, pairs),
                    Rows.of(sin, positions.length, pairs));
            for (int i = 0; i < near.length; i++) {
                int at = i * pairs + Arrays.binarySearch(distinct, frequencies[near[i]]);
                if (bits(cos[at]) != bits(wantedCos[near[i]]) || bits(sin[at]) != bits(wantedSin[near[i]])) {
                    throw new AssertionError(
                            backend + ", " + c + "[" + near[i] + "]: position " + positions[i] + ", frequency "
                                    + frequencies[near[i]] + ": got " + cos[at] + ", " + sin[at] + ", wanted "
                                    + wantedCos[near[i]]
                                    + ", " + wantedSin[near[i]]);
                }
            }
            refusesTheRest(plan, all);
        }
    }

    private static void refusesTheRest(RotaryPlan plan, long[] all) {
        float[] row = new float[plan.pairs()];
        float[] other = new float[plan.pairs()];
        for (long p : all) {
            if (Math.abs(p) > FARTHEST) {
                IndexOutOfBoundsException e = assertThrows(IndexOutOfBoundsException.class,
                        () -> plan.rows(Positions.from(p), Rows.of(row, 1, row.length), Rows.of(other, 1, row.length)));
                assertTrue(e.getMessage().contains(String.valueOf(p)), e.getMessage());
            }
        }
    }

    private static double[] frequencies(Reference.Case c) {
        if (reference.dtype(c, "frequencies").equals("F64")) {
            return reference.doubles(c, "frequencies");
        }
        float[] narrow = reference.floats(c, "frequencies");
        double[] wide = new double[narrow.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = narrow[i];
        }
        return wide;
    }

    private static RotaryPlan plan(Reference.Case c, double[] frequencies, Backend backend) {
        AngleMode angles = c.kind().equals("hf-float32") ? AngleMode.HF_FLOAT32 : AngleMode.EXACT;
        int dim = 2 * frequencies.length;
        Rope rope = new Rope(dim, PairLayout.HALF_SPLIT, ExplicitFrequencies.of(frequencies), angles);
        return RotaryPlan.builder(rope, HeadShape.of(dim, DType.F32)).backend(backend).build();
    }

    private static int bits(float value) {
        return Float.floatToRawIntBits(value);
    }
}
