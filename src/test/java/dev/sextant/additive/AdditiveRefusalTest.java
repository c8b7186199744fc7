package dev.sextant.additive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.AdditivePlan;
import dev.sextant.Backend;
import dev.sextant.RowRecipe;
import dev.sextant.encoding.Additive;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.Columns;
import dev.sextant.encoding.FourierFeatures;
import dev.sextant.encoding.GivenWaves;
import dev.sextant.encoding.GridSinusoidal;
import dev.sextant.encoding.GridSinusoidal.Order;
import dev.sextant.encoding.ShiftedRule;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.encoding.VaswaniRule;
import dev.sextant.encoding.WaveLayout;
import dev.sextant.encoding.Waves;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.Place;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a call or a plan must not accept: the right exception, in words that say what, got and wanted, nothing written. */
@Tag("boundary")
class AdditiveRefusalTest {

    private static final int WIDTH = 8;
    private static final long TOKENS = 3;
    private static final long LAST = (1L << 32) - 1;
    private static final Positions AT = Positions.from(1);

    private final MemorySegment memory = filled(DType.F32, 60);
    private final MemorySegment before = Bits.snapshot(memory);
    private final Rows x = Rows.of(memory, DType.F32, TOKENS, WIDTH);

    static List<Backend> backends() {
        return Backend.available();
    }

    private static MemorySegment filled(DType dtype, long elements) {
        MemorySegment memory = Place.NATIVE.allocate(dtype, elements);
        Bits.fill(memory, dtype, new SplittableRandom(5), false);
        return memory;
    }

    private static AdditivePlan plan(Backend backend) {
        return AdditivePlan.builder(Sinusoidal.vaswani(WIDTH), DType.F32).backend(backend).build();
    }

    private void refuses(Class<? extends Throwable> type, List<String> words, Executable call) {
        Throwable thrown = assertThrows(type, call);
        assertEquals(type, thrown.getClass(), "exact type of " + thrown);
        for (String word : words) {
            assertTrue(String.valueOf(thrown.getMessage()).contains(word),
                    "message should contain '" + word + "': " + thrown.getMessage());
        }
        assertEquals(-1, before.mismatch(memory), "a refused call wrote");
    }

    private void argument(String what, Executable call) {
        refuses(IllegalArgumentException.class, List.of(what, "got ", "wanted "), call);
    }

    private void bounds(String what, Executable call) {
        refuses(IndexOutOfBoundsException.class, List.of(what, "got ", "wanted "), call);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void shapesMustFit(Backend backend) {
        AdditivePlan plan = plan(backend);
        Rows other = Rows.of(filled(DType.F32, 60), DType.F32, TOKENS, WIDTH);
        argument("out width: got 7, wanted 8", () -> plan.add(Rows.of(memory, DType.F32, TOKENS, 7), 1, AT));
        argument("out width", () -> plan.fill(Rows.of(memory, DType.F32, TOKENS, 9), AT));
        argument("x width", () -> plan.add(Rows.of(memory, DType.F32, TOKENS, 7), other, 1, AT));
        argument("out rows", () -> plan.multiply(other.rows(0, 2), x, AT));
        argument("out dtype", () -> plan.fill(Rows.of(memory, DType.F16, TOKENS, WIDTH), AT));
        argument("x dtype", () -> plan.add(Rows.of(memory, DType.BF16, TOKENS, WIDTH), other, 1, AT));
        argument("scale", () -> plan.add(x, Float.NaN, AT));
        argument("scale", () -> plan.add(x, other, Float.POSITIVE_INFINITY, AT));
        bounds("out", () -> plan.fill(Rows.of(memory, DType.F32, 8, WIDTH), AT));
        bounds("x", () -> plan.add(Rows.of(memory, DType.F32, 8, WIDTH), Rows.of(filled(DType.F32, 64), DType.F32, 8,
                WIDTH), 1, AT));
        argument("read-only", () -> plan.fill(Rows.of(memory.asReadOnly(), DType.F32, TOKENS, WIDTH), AT));
        argument("alignment", () -> plan.fill(
                Rows.of(MemorySegment.ofArray(new byte[96]), DType.F32, TOKENS, WIDTH), AT));
        argument("tasks", () -> plan.fill(x, AT, Runnable::run, 0));
        plan.fill(Rows.of(memory, DType.F32, 0, WIDTH), AT);
        plan.add(Rows.of(memory.asReadOnly(), DType.F32, TOKENS, WIDTH), other, 1, AT);
        assertEquals(-1, before.mismatch(memory));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void concatenationNamesBothWidths(Backend backend) {
        AdditivePlan plan = plan(backend);
        Rows out = Rows.of(memory, DType.F32, TOKENS, 12);
        argument("out width: got 12, wanted 13: 5 of x and 8 of the encoding",
                () -> plan.concatenate(Rows.of(filled(DType.F32, 60), DType.F32, TOKENS, 5), out, AT));
        argument("overlap", () -> plan.concatenate(Rows.of(memory, DType.F32, TOKENS, 4).at(1, 12), out, AT));
        argument("overlap", () -> plan.concatenate(Rows.of(memory, DType.F32, TOKENS, 4), out, AT));
        argument("out rows",
                () -> plan.concatenate(Rows.of(filled(DType.F32, 60), DType.F32, 2, 4), out, AT));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void partialOverlapIsRefused(Backend backend) {
        AdditivePlan plan = plan(backend);
        for (long shift : new long[]{1, WIDTH, 2 * WIDTH, 23}) {
            argument("overlap", () -> plan.add(x, x.at(shift, WIDTH), 1, AT));
            argument("overlap", () -> plan.multiply(x.at(shift, WIDTH), x, AT));
        }
        argument("overlap", () -> plan.add(x, x.at(0, WIDTH + 1), 1, AT));
        Positions inside = Positions.ids(memory.asSlice(0), Positions.Kind.I32, TOKENS);
        MemorySegment ids = memory;
        ids.fill((byte) 0);
        Rows out = Rows.of(ids, DType.F32, TOKENS, WIDTH);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> plan.fill(out, inside)).getMessage()
                .contains("position ids"));
        // the same view made twice is in place; columns of the same rows are apart
        plan.add(Rows.of(ids, DType.F32, TOKENS, WIDTH), Rows.of(ids.asSlice(0), DType.F32, TOKENS, WIDTH), 1, AT);
        plan.add(x.at(0, 20), x.at(8, 20), 1, AT);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void positionsMustBeInRange(Backend backend) {
        AdditivePlan plan = plan(backend);
        bounds("token 2: got " + (LAST + 1), () -> plan.fill(x, Positions.from(LAST - 1)));
        bounds("token 0: got " + (-LAST - 1), () -> plan.add(x, 1, Positions.ids(-LAST - 1, 0, 0)));
        bounds("token 1", () -> plan.fill(x, Positions.ids(0, Long.MIN_VALUE, 0)));
        argument("position ids", () -> plan.fill(x, Positions.ids(1, 2)));
        argument("real coordinates", () -> plan.fill(x, Positions.coordinates(1, 1f, 2, 3)));
        argument("axes of positions", () -> plan.fill(x, Positions.axes(2, 1, 2, 3, 4, 5, 6)));
        AdditivePlan moved = AdditivePlan.builder(Sinusoidal.vaswani(WIDTH).offset(10), DType.F32).backend(backend)
                .build();
        bounds("token 2", () -> moved.fill(x, Positions.from(LAST - 11)));
        AdditivePlan table = AdditivePlan.builder(Sinusoidal.vaswani(WIDTH), DType.F32).backend(backend).table(10)
                .build();
        bounds("token 2: got 10, wanted 0 to 9", () -> table.add(x, 1, Positions.from(8)));
        bounds("token 0: got -1", () -> table.fill(x, Positions.from(-1)));
        AdditivePlan real = AdditivePlan.builder(Sinusoidal.vaswani(WIDTH), DType.F32).backend(backend)
                .realCoordinates().build();
        bounds("token 1: got NaN", () -> real.fill(x, Positions.coordinates(1, 1d, Double.NaN, 3)));
        bounds("token 2", () -> real.fill(x, Positions.coordinates(1, 1d, 0, 1e10)));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void confinedMemoryStaysWithItsThread(Backend backend) {
        AdditivePlan plan = plan(backend);
        try (Arena arena = Arena.ofConfined()) {
            Rows confined = Rows.of(arena.allocate(96), DType.F32, TOKENS, WIDTH);
            plan.fill(confined, AT);
            argument("confined", () -> plan.fill(confined, AT, Runnable::run, 2));
        }
        Arena closed = Arena.ofShared();
        Rows gone = Rows.of(closed.allocate(96), DType.F32, TOKENS, WIDTH);
        closed.close();
        assertThrows(IllegalStateException.class, () -> plan.fill(gone, AT));
    }

    @Test
    void plansThatCannotBe() {
        Sinusoidal float32 = Sinusoidal.vaswani(WIDTH).angles(AngleMode.HF_FLOAT32);
        argument("recipe", () -> AdditivePlan.builder(float32, DType.F32).recipe(RowRecipe.FAST).build());
        argument("recipe", () -> AdditivePlan.builder(Sinusoidal.vaswani(WIDTH), DType.F32).recipe(RowRecipe.FAST)
                .realCoordinates().build());
        argument("recipe", () -> AdditivePlan.builder(FourierFeatures.gaussian(new float[][]{{1}, {2}},
                WaveLayout.HALVES), DType.F32).recipe(RowRecipe.FAST).build());
        argument("table", () -> AdditivePlan.builder(GridSinusoidal.mae(WIDTH, Order.ROW_FIRST), DType.F32).table(9)
                .build());
        argument("table rows", () -> AdditivePlan.builder(Sinusoidal.vaswani(WIDTH), DType.F32).table(0));
        argument("offset", () -> AdditivePlan.of(Sinusoidal.vaswani(WIDTH).offset(Long.MIN_VALUE), DType.F32));
        argument("frequency", () -> AdditivePlan.builder(Sinusoidal.marian(2).rule(GivenWaves.frequencies(1e6)),
                DType.F32).realCoordinates().build());
        argument("table dtype",
                () -> AdditivePlan.ofTable(Rows.of(memory, DType.F16, 2, 2), DType.F32, Backend.java()));
        argument("table rows", () -> AdditivePlan.ofTable(Rows.of(memory, DType.F32, 0, 2), DType.F32, Backend.java()));
        argument("columns of", () -> AdditivePlan.of(new Wrong(), DType.F32));
    }

    /** A definition from outside whose width is not that of its columns. */
    private static final class Wrong implements Additive {

        @Override
        public int width() {
            return 3;
        }

        @Override
        public List<Columns> columns() {
            return List.of(new Columns.Zeros(4));
        }

        @Override
        public AngleMode angles() {
            return AngleMode.EXACT;
        }
    }

    @Test
    void definitionsThatCannotBe() {
        argument("width", () -> Sinusoidal.whisper(7));
        argument("width", () -> Sinusoidal.vaswani(0));
        argument("width", () -> Sinusoidal.ddpm(1));
        argument("scale", () -> Sinusoidal.ddpm(8).scale(0));
        argument("magnitude", () -> Sinusoidal.ddpm(8).magnitude(Double.NaN));
        argument("base", () -> new VaswaniRule(1));
        argument("shift", () -> new ShiftedRule(10_000, 2));
        argument("period of wave 1", () -> GivenWaves.periods(1, 0));
        argument("given waves",
                () -> AdditivePlan.of(Sinusoidal.vaswani(8).rule(GivenWaves.frequencies(1)), DType.F32));
        argument("width", () -> GridSinusoidal.mae(6, Order.ROW_FIRST));
        argument("width", () -> GridSinusoidal.video(24));
        argument("parts", () -> new GridSinusoidal(List.of(), OptionalLong.empty()));
        argument("part of axis 0", () -> new GridSinusoidal.Part(0, Sinusoidal.vaswani(8).offset(1)));
        argument("bands", () -> FourierFeatures.nerf(3, 0, false, true));
        argument("axes", () -> FourierFeatures.nerf(9, 1, false, true));
        argument("resolution of axis 1", () -> FourierFeatures.perceiver(2, true, 8, 1));
        argument("frequency of wave 0 on axis 0", () -> Waves.of(WaveLayout.HALVES, Double.NaN));
        argument("frequencies of axis 1", () -> Waves.mixed(WaveLayout.HALVES, new double[][]{{1, 2}, {3}}));
        argument("waves", () -> Waves.of(WaveLayout.HALVES));
        argument("distances", () -> Sinusoidal.distances(0, 1));
    }
}
