package dev.sextant.parity;

import dev.sextant.Backend;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.RandomCases;
import dev.sextant.testkit.RotaryCase;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two ways of saying one rotation give its bits. Catches ids of the wrong axis where all are equal, a rounding that a
 * table has and generated rows have not, and a rounding of float32.
 */
@Tag("parity")
class SameRotationTest {

    /** Ids {@code [axes][tokens]} that all say the same, one list for all axes, and a rotation of one axis. */
    @Test
    void axesThatAgreeAreOneAxis() {
        everywhere((rotation, backend) -> {
            AxisMap axes = rotation.rope().axes();
            if (axes.axes() == 1 || rotation.rope().layout() == PairLayout.HALF_SPLIT_BY_AXIS
                    || rotation.batches() > 1) {
                return;
            }
            long[] once = new long[(int) rotation.tokens()];
            Arrays.setAll(once, t -> 7L * t % Math.max(rotation.table(), 3));
            long[] everyAxis = new long[axes.axes() * once.length];
            Arrays.setAll(everyAxis, i -> once[i % once.length]);
            RotaryPlan one = rotation.withRope(rotation.rope().axes(AxisMap.text())).plan(backend);
            RotaryPlan many = rotation.plan(backend);
            List<MemorySegment> wanted = rotation.run(one, at(Positions.ids(once)));
            rotation.assertSame(wanted, rotation.run(many, at(Positions.axes(axes.axes(), everyAxis))), "every axis");
            rotation.assertSame(wanted, rotation.run(many, at(Positions.ids(once))), "one list");
        });
    }

    /** On float32 heads no rounding is different from another; on others a plan may be rounded late. */
    @Test
    void roundingIsAChoiceOfThePlan() {
        everywhere((rotation, backend) -> {
            if (!rotation.elements()) {
                List<MemorySegment> wanted = rotation.run(rotation.plan(backend), RotaryCase.WHOLE);
                for (RotaryRounding other : RotaryRounding.values()) {
                    RotaryPlan plan = rotation.plan(backend).rounding(other);
                    rotation.assertSame(wanted, rotation.run(plan.rounding(rotation.rounding()), RotaryCase.WHOLE),
                            "by way of " + plan);
                    if (rotation.shape().dtype() == DType.F32) {
                        rotation.assertSame(wanted, rotation.run(plan, RotaryCase.WHOLE), plan.toString());
                    }
                }
            }
        });
    }

    private interface Law { void check(RotaryCase rotation, Backend backend); }

    private static void everywhere(Law law) {
        SeededCases.run(SameRotationTest.class, 300, random -> {
            RotaryCase rotation = RandomCases.next(random);
            for (Backend backend : Backends.all()) {
                law.check(rotation, backend);
            }
        });
    }

    private static RotaryCase.Call at(Positions positions) {
        return (RotaryPlan plan, Heads q, Heads qOut, Heads k, Heads kOut, Positions own) -> plan.rotate(q, qOut, k,
                kOut, positions);
    }
}
