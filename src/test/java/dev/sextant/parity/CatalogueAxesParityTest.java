package dev.sextant.parity;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RotaryPlanBuilder;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.Rope;
import dev.sextant.internal.form.Catalogue;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.Place;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rotation of the catalogue with several axes, by ids, by real coordinates and by a table. Catches a backend that
 * takes the coordinate of another pair, or the axes of another token.
 */
@Tag("parity")
class CatalogueAxesParityTest {

    private static final int TOKENS = 5;
    private static final int HEADS = 3;

    static List<Catalogue.Axes> lines() {
        return Catalogue.AXES;
    }

    @ParameterizedTest
    @MethodSource("lines")
    void everyBackendGivesTheBitsOfJava(Catalogue.Axes line) {
        SplittableRandom random = new SplittableRandom(line.model().hashCode());
        int axes = line.rope().axes().axes();
        Positions ids = Positions.axes(axes, random.ints((long) axes * TOKENS, 0, 100).toArray());
        float[] real = new float[axes * TOKENS];
        for (int i = 0; i < real.length; i++) {
            real[i] = (float) (random.nextDouble() * 40 - 20);
        }
        Positions coordinates = Positions.coordinates(axes, real);
        for (DType dtype : DType.values()) {
            for (AngleMode angles : AngleMode.values()) {
                Rope rope = line.rope().angles(angles);
                HeadShape heads = new HeadShape(rope.rotaryDim() + 7, dtype, 3);
                compare(RotaryPlan.builder(rope, heads), ids);
                compare(RotaryPlan.builder(rope, heads).table(100), ids);
                compare(RotaryPlan.builder(rope, heads).realCoordinates(), coordinates);
            }
        }
    }

    private static void compare(RotaryPlanBuilder builder, Positions positions) {
        MemorySegment wanted = rotate(builder.backend(Backend.java()).build(), positions);
        for (Backend backend : Backends.others()) {
            RotaryPlan plan = builder.backend(backend).build();
            Bits.assertSame(wanted, rotate(plan, positions), plan.shape().dtype(), plan.toString());
        }
    }

    private static MemorySegment rotate(RotaryPlan plan, Positions positions) {
        DType dtype = plan.shape().dtype();
        int dim = plan.shape().dim();
        MemorySegment x = Place.NATIVE.allocate(dtype, (long) TOKENS * HEADS * dim);
        Bits.fill(x, dtype, new SplittableRandom(dim), true);
        plan.rotate(Heads.of(x, dtype, TOKENS, HEADS, dim), positions);
        return x;
    }
}
