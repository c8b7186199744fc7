package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.Isa;
import dev.sextant.RotaryPlan;
import dev.sextant.RowRecipe;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.ExplicitFrequencies;
import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.Rotary;
import dev.sextant.encoding.Rounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans and definitions that make no sense. Catches one that is accepted and rotates something else. */
class PlanRefusalTest extends BoundaryTest {

    @ParameterizedTest
    @MethodSource("backends")
    void theSliceMustLieInTheHead(Backend backend) {
        for (HeadShape shape : new HeadShape[]{HeadShape.of(30, DType.F32), HeadShape.of(40, DType.F32).rotaryAt(9),
                HeadShape.of(40, DType.F32).rotaryAt(Integer.MAX_VALUE)}) {
            nothingWritten.argument("rotary dim",
                    () -> RotaryPlan.builder(Rope.of(32, 10_000), shape).backend(backend).build());
            nothingWritten.argument("rotary dim", () -> RotaryPlan.ofTable(Rows.of(new float[16], 1, 16),
                    Rows.of(new float[16], 1, 16), PairLayout.HALF_SPLIT, shape, backend));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void fastRowsNeedExactAngles(Backend backend) {
        nothingWritten.argument("recipe", () -> RotaryPlan.builder(Rope.of(16, 10_000).angles(AngleMode.HF_FLOAT32),
                HeadShape.of(16, DType.BF16)).backend(backend).recipe(RowRecipe.FAST).build());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void tablesMustBeSane(Backend backend) {
        for (long rows : new long[]{0, -1, Long.MIN_VALUE, (1L << 32) + 1, Long.MAX_VALUE}) {
            nothingWritten.argument("table rows", () -> table(backend, rows));
        }
        HeadShape shape = HeadShape.of(16, DType.F32);
        Rows two = Rows.of(new float[16], 2, 8);
        nothingWritten.argument("cos and sin rows", () -> ofTable(two, two.rows(0, 1), shape, backend));
        nothingWritten.argument("cos and sin rows", () -> ofTable(two, Rows.of(new float[8], 2, 4), shape, backend));
        nothingWritten.argument("cos and sin rows", () -> ofTable(two.rows(0, 0), two.rows(0, 0), shape, backend));
        Rows brain = Rows.of(filled(DType.BF16, 16), DType.BF16, 2, 8);
        nothingWritten.argument("cos and sin dtype", () -> ofTable(brain, brain, shape, backend));
        nothingWritten.bounds("sin", () -> ofTable(two, Rows.of(new float[15], 2, 8), shape, backend));
    }

    private static RotaryPlan ofTable(Rows cos, Rows sin, HeadShape shape, Backend backend) {
        return RotaryPlan.ofTable(cos, sin, PairLayout.INTERLEAVED, shape, backend);
    }

    @Test
    void nullIsRefused() {
        Rope rope = Rope.of(16, 10_000);
        HeadShape shape = HeadShape.of(16, DType.F32);
        Rows row = Rows.of(new float[8], 1, 8);
        assertThrows(NullPointerException.class, () -> RotaryPlan.of(null, shape));
        assertThrows(NullPointerException.class, () -> RotaryPlan.of(rope, null));
        assertThrows(NullPointerException.class, () -> RotaryPlan.builder(rope, shape).backend(null));
        assertThrows(NullPointerException.class, () -> RotaryPlan.builder(rope, shape).recipe(null));
        assertThrows(NullPointerException.class, () -> HeadShape.of(16, null));
        assertThrows(NullPointerException.class,
                () -> new Rope(16, null, new GeometricFrequencies(10), AngleMode.EXACT));
        assertThrows(NullPointerException.class,
                () -> RotaryPlan.ofTable(row, row, PairLayout.HALF_SPLIT, shape, null));
        assertThrows(NullPointerException.class, () -> RotaryPlan.ofTable(row, row, null, shape, Backend.java()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -2, 1, 7, Integer.MIN_VALUE})
    void rotaryDimMustBeEven(int dim) {
        nothingWritten.argument("rotaryDim", () -> Rope.of(dim, 10_000));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1, Double.NaN, Double.POSITIVE_INFINITY})
    void basesMustBeAboveOne(double base) {
        nothingWritten.argument("base", () -> new GeometricFrequencies(base));
        nothingWritten.argument("base", () -> new LinearFrequencies(base, 2));
        nothingWritten.argument("base", () -> new Llama3Frequencies(base, 8, 1, 4, 8192));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void factorsMustBePositive(double factor) {
        nothingWritten.argument("factor", () -> new LinearFrequencies(10_000, factor));
        nothingWritten.argument("factor", () -> new Llama3Frequencies(10_000, factor, 1, 4, 8192));
        nothingWritten.argument("attentionFactor", () -> new ExplicitFrequencies(new double[]{1}, factor));
        if (factor != Double.POSITIVE_INFINITY) {
            nothingWritten.argument("lowFactor", () -> new Llama3Frequencies(10_000, 8, factor, 4, 8192));
            nothingWritten.argument("highFactor", () -> new Llama3Frequencies(10_000, 8, 1, factor, 8192));
        }
    }

    @Test
    void frequenciesMustFit() {
        HeadShape shape = HeadShape.of(4, DType.F32);
        nothingWritten.argument("explicit frequencies",
                () -> RotaryPlan.of(Rope.of(4, 10).frequencies(ExplicitFrequencies.of(1.0)), shape));
        for (double bad : new double[]{-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            nothingWritten.argument("frequency of pair 1", () -> ExplicitFrequencies.of(1, bad));
        }
        nothingWritten.argument("frequency of pair 1",
                () -> RotaryPlan.of(Rope.of(4, 10).angles(AngleMode.HF_FLOAT32)
                        .frequencies(ExplicitFrequencies.of(1, 1e6)), shape));
        // a phase has no such limit: whole turns vanish
        RotaryPlan.of(Rope.of(4, 10).frequencies(ExplicitFrequencies.of(1, 1e6)), shape);
        nothingWritten.argument("head dim", () -> HeadShape.of(1, DType.F32));
        nothingWritten.argument("rotary offset", () -> shape.rotaryAt(-1));
        nothingWritten.argument("originalContext", () -> new Llama3Frequencies(10_000, 8, 1, 4, 0));
    }

    @Test
    void unknownNamesAreRefused() {
        nothingWritten.refuses(IllegalArgumentException.class, List.of("'sse'", "java, cpu, scalar, avx2, avx512"),
                () -> Backend.named("sse"));
        nothingWritten.refuses(IllegalArgumentException.class, List.of("'AVX2'", "[scalar, avx2, avx512]"),
                () -> Isa.of("AVX2"));
    }

    /** Definitions that a configuration can state and no kernel runs yet are refused by name. */
    @Test
    void whatKernelsDoNotDoIsRefused() {
        HeadShape shape = HeadShape.of(8, DType.F32);
        RotaryPlan inOut = RotaryPlan.of(Rope.of(16, 10_000).layout(PairLayout.INTERLEAVED_IN_HALF_OUT),
                HeadShape.of(16, DType.F32));
        nothingWritten.argument("q output", () -> inOut.rotate(qHeads, Positions.from(1)));
        nothingWritten.argument("q output",
                () -> inOut.rotate(qHeads, Heads.of(q.asSlice(0), DType.F32, TOKENS, 2, DIM), null, null,
                        Positions.from(1)));
    }

    /** The interface is open to everyone: what a definition says is checked, not believed. */
    @Test
    void aForeignDefinitionIsChecked() {
        HeadShape shape = HeadShape.of(8, DType.F32);
        for (int dim : new int[]{0, -2, 5}) {
            nothingWritten.argument("rotary dim", () -> RotaryPlan.of(foreign(dim, 1), shape));
        }
        for (double factor : new double[]{0, -1, Double.NaN, 1e300}) {
            nothingWritten.argument("attention factor", () -> RotaryPlan.of(foreign(4, factor), shape));
        }
    }

    private static Rotary foreign(int rotaryDim, double attentionFactor) {
        Frequencies frequencies = new Frequencies() {
            @Override
            public double[] inverse(int dim, Rounding rounding) {
                return new double[Math.max(0, dim / 2)];
            }

            @Override
            public double attentionFactor() {
                return attentionFactor;
            }

            @Override
            public String ruleName() {
                return "foreign";
            }
        };
        return new Rotary() {
            @Override
            public int rotaryDim() {
                return rotaryDim;
            }

            @Override
            public PairLayout layout() {
                return PairLayout.HALF_SPLIT;
            }

            @Override
            public Frequencies frequencies() {
                return frequencies;
            }

            @Override
            public AngleMode angles() {
                return AngleMode.EXACT;
            }

            @Override
            public AxisMap axes() {
                return AxisMap.text();
            }
        };
    }
}
