package dev.sextant.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.Place;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The plan of the gradient. Catches a gradient that is rotated as values are, divided by the attention factor, read in the
 * order in which the forward pass read, or taken by the sines of the wrong element.
 */
@Tag("parity")
class BackwardTest {

    private static final double FACTOR = 1.25;
    private static final int OFFSET = 3;
    private static final Set<PairLayout> BY_ELEMENT = EnumSet.complementOf(EnumSet.of(PairLayout.HALF_SPLIT_BY_AXIS));

    /** Frequencies with an attention factor; two axes where the layout asks for them. */
    private static RotaryPlan angles(SplittableRandom random, PairLayout layout, int pairs, Backend backend) {
        double[] inverse = random.doubles(pairs, 0, 1).toArray();
        Rope rope = Rope.of(2 * pairs, 10_000).layout(layout).frequencies(new ExplicitFrequencies(inverse, FACTOR));
        if (layout == PairLayout.HALF_SPLIT_BY_AXIS) {
            rope = rope.axes(AxisMap.of(2, IntStream.range(0, pairs).map(j -> j / (pairs / 2)).toArray()));
        }
        return RotaryPlan.builder(rope, shape(pairs, DType.F32)).backend(backend).build();
    }

    private static RotaryPlan elements(SplittableRandom random, PairLayout layout, int pairs, Backend backend) {
        return RotaryPlan.ofElements(Rows.of(numbers(random, 6 * pairs), 3, 2 * pairs),
                Rows.of(numbers(random, 6 * pairs), 3, 2 * pairs), layout, shape(pairs, DType.F32), backend);
    }

    private static HeadShape shape(int pairs, DType dtype) {
        return HeadShape.of(2 * pairs + 2 * OFFSET, dtype).rotaryAt(OFFSET);
    }

    private static float[] numbers(SplittableRandom random, int count) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) random.nextDouble(-1, 1);
        }
        return x;
    }

    private static float[] rotated(RotaryPlan plan, float[] x, Positions positions) {
        int dim = plan.shape().dim();
        float[] y = new float[x.length];
        plan.rotate(Heads.of(x, 1, x.length / dim, dim), Heads.of(y, 1, x.length / dim, dim), null, null, positions);
        return y;
    }

    private static double dot(float[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
    }

    private interface Law { void check(RotaryPlan plan, float[] x, float[] y, Positions at); }

    private static void everywhere(PairLayout layout, boolean byElement, Law law) {
        for (Backend backend : Backends.all()) {
            SeededCases.run(BackwardTest.class, 40, random -> {
                int pairs = 2 * random.nextInt(1, 40);
                RotaryPlan plan = byElement
                        ? elements(random, layout, pairs, backend)
                        : angles(random, layout, pairs, backend);
                int count = plan.shape().dim() * random.nextInt(1, 4);
                law.check(plan, numbers(random, count), numbers(random, count),
                        Positions.from(byElement ? random.nextInt(3) : random.nextInt(100_000)));
            });
        }
    }

    @ParameterizedTest
    @EnumSource(PairLayout.class)
    void backwardIsTheAdjoint(PairLayout layout) {
        for (boolean byElement : new boolean[]{false, true}) {
            if (!byElement || BY_ELEMENT.contains(layout)) {
                everywhere(layout, byElement, (plan, x, y, at) -> {
                    double forward = dot(rotated(plan, x, at), y);
                    double back = dot(x, rotated(plan.backward(), y, at));
                    // three roundings to float an element, of numbers below 2.5
                    assertEquals(forward, back, 3 * 2.5 * 0x1p-24 * 2 * x.length, plan::toString);
                });
            }
        }
    }

    /** The attention factor is applied both ways. */
    @ParameterizedTest
    @EnumSource(PairLayout.class)
    void backAndForthIsTheSquareOfTheFactor(PairLayout layout) {
        everywhere(layout, false, (plan, x, y, at) -> {
            float[] back = rotated(plan.backward(), rotated(plan, x, at), at);
            int dim = plan.shape().dim();
            for (int i = 0; i < x.length; i++) {
                boolean inside = i % dim >= OFFSET && i % dim < dim - OFFSET;
                double wanted = inside ? FACTOR * FACTOR * x[i] : x[i];
                assertEquals(wanted, back[i], inside ? 2e-6 : 0, plan + ", element " + i);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(PairLayout.class)
    void twiceBackwardIsForward(PairLayout layout) {
        for (boolean byElement : new boolean[]{false, true}) {
            if (!byElement || BY_ELEMENT.contains(layout)) {
                everywhere(layout, byElement, (plan, x, y, at) -> {
                    same(rotated(plan, x, at), rotated(plan.backward().backward(), x, at), plan);
                    if (!byElement && layout.inPlace()) {
                        same(rotated(plan.inverse(), x, at), rotated(plan.backward(), x, at), plan);
                    }
                });
            }
        }
    }

    private static void same(float[] wanted, float[] got, RotaryPlan plan) {
        Bits.assertSame(MemorySegment.ofArray(wanted), MemorySegment.ofArray(got), DType.F32, plan.toString());
    }

    /** Rows by element that say the same twice are rows of pairs, in every type and both directions. */
    @ParameterizedTest
    @EnumSource(value = PairLayout.class, mode = EnumSource.Mode.EXCLUDE, names = "HALF_SPLIT_BY_AXIS")
    void equalElementsAreAPair(PairLayout layout) {
        boolean half = layout == PairLayout.HALF_SPLIT || layout == PairLayout.INTERLEAVED_IN_HALF_OUT;
        for (Backend backend : Backends.all()) {
            SeededCases.run(BackwardTest.class, 60, random -> {
                int pairs = random.nextInt(1, 70);
                DType dtype = DType.values()[random.nextInt(3)];
                Rows[] ofPairs = new Rows[2];
                Rows[] ofElements = new Rows[2];
                for (int i = 0; i < 2; i++) {
                    float[] pair = numbers(random, 3 * pairs);
                    float[] element = new float[6 * pairs];
                    for (int e = 0; e < element.length; e++) {
                        int column = e % (2 * pairs);
                        element[e] = pair[e / (2 * pairs) * pairs + (half ? column % pairs : column / 2)];
                    }
                    ofPairs[i] = Rows.of(pair, 3, pairs);
                    ofElements[i] = Rows.of(element, 3, 2 * pairs);
                }
                RotaryPlan one = RotaryPlan.ofTable(ofPairs[0], ofPairs[1], layout, shape(pairs, dtype), backend);
                RotaryPlan two = RotaryPlan.ofElements(ofElements[0], ofElements[1], layout, shape(pairs, dtype),
                        backend);
                compare(random.nextLong(), one, two);
                compare(random.nextLong(), one.backward(), two.backward());
            });
        }
    }

    private static void compare(long seed, RotaryPlan one, RotaryPlan two) {
        Bits.assertSame(rotated(one, seed), rotated(two, seed), one.shape().dtype(), two.toString());
    }

    /** Three tokens of two heads, awkward numbers among them. */
    private static MemorySegment rotated(RotaryPlan plan, long seed) {
        DType dtype = plan.shape().dtype();
        int dim = plan.shape().dim();
        MemorySegment x = Place.HEAP.allocate(dtype, 6L * dim);
        MemorySegment y = Place.HEAP.allocate(dtype, 6L * dim);
        Bits.fill(x, dtype, new SplittableRandom(seed), true);
        plan.rotate(Heads.of(x, dtype, 3, 2, dim), Heads.of(y, dtype, 3, 2, dim), null, null, Positions.from(0));
        return y;
    }
}
