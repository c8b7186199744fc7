package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RowRecipe;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Layouts;
import dev.sextant.testkit.Place;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Catches native code that leaves denormals flushed to zero, or another rounding, for the whole JVM thread. */
class FloatControlTest extends BoundaryTest {

    private static volatile float least = Float.MIN_NORMAL;
    private static volatile float half = 0.5f;
    private static volatile float one = 1f;
    private static volatile float justOverHalf = 0x1.8p-24f;
    private static volatile double leastDouble = Double.MIN_NORMAL;

    @ParameterizedTest
    @MethodSource("backends")
    void kernelsLeaveTheControlWordAlone(Backend backend) {
        canary("before");
        for (DType dtype : DType.values()) {
            for (PairLayout layout : Layouts.IN_PLACE) {
                for (RowRecipe recipe : RowRecipe.values()) {
                    RotaryPlan plan = RotaryPlan.builder(Rope.of(34, 10_000).layout(layout), HeadShape.of(40, dtype))
                            .backend(backend).recipe(recipe).build();
                    plan.rotate(Heads.of(Place.NATIVE.allocate(dtype, 80), dtype, 1, 2, 40), Positions.from(3));
                    canary(plan + ", rotate");
                    plan.rows(Positions.from(3), Rows.of(Place.NATIVE.allocate(dtype, 34), dtype, 2, 17),
                            Rows.of(Place.NATIVE.allocate(dtype, 34), dtype, 2, 17));
                    canary(plan + ", rows");
                }
            }
        }
    }

    private static void canary(String where) {
        assertEquals(0x1p-127f, least * half, where + ": a denormal float");
        assertEquals(0x1p-1023, leastDouble * half, where + ": a denormal double");
        assertEquals(0x1.000002p0f, one + justOverHalf, where + ": rounding up");
        assertEquals(-0x1.000002p0f, -one - justOverHalf, where + ": rounding away from zero below");
        assertEquals(1f, one + half * 0x1p-23f, where + ": a tie goes to even");
    }
}
