package dev.sextant.parity;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RotaryPlanBuilder;
import dev.sextant.RowRecipe;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.internal.form.Catalogue;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.Layouts;
import dev.sextant.testkit.Place;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rule of the catalogue on every shape of it. Catches a kernel that is right on the shape it was tuned for only,
 * and a rule whose frequencies reach a backend other than as data.
 */
@Tag("parity")
class CatalogueParityTest {

    static Stream<Arguments> lines() {
        return Catalogue.lines().stream().map(line -> Arguments.of(line.encoding(), line.shape()));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("lines")
    void everyBackendGivesTheBitsOfJava(Catalogue.Encoding encoding, Catalogue.Shape shape) {
        for (DType dtype : DType.values()) {
            for (PairLayout layout : Layouts.IN_PLACE) {
                Rope rope = encoding.rope(shape.rotaryDim()).layout(layout);
                HeadShape heads = new HeadShape(shape.headDim(), dtype, shape.offset());
                compare(shape, RotaryPlan.builder(rope, heads));
                compare(shape, RotaryPlan.builder(rope, heads).recipe(RowRecipe.FAST));
                compare(shape, RotaryPlan.builder(rope.angles(AngleMode.HF_FLOAT32), heads));
                compare(shape, RotaryPlan.builder(rope, heads).table(100));
            }
        }
    }

    /** A prefill of five tokens and a decode of one, from the middle of the range. */
    private static void compare(Catalogue.Shape shape, RotaryPlanBuilder builder) {
        for (long tokens : new long[]{5, 1}) {
            MemorySegment[] wanted = rotate(builder.backend(Backend.java()).build(), shape, tokens);
            for (Backend backend : Backends.others()) {
                RotaryPlan plan = builder.backend(backend).build();
                MemorySegment[] got = rotate(plan, shape, tokens);
                Bits.assertSame(wanted[0], got[0], plan.shape().dtype(), plan + ", q");
                Bits.assertSame(wanted[1], got[1], plan.shape().dtype(), plan + ", k");
            }
        }
    }

    private static MemorySegment[] rotate(RotaryPlan plan, Catalogue.Shape shape, long tokens) {
        DType dtype = plan.shape().dtype();
        MemorySegment q = Place.NATIVE.allocate(dtype, tokens * shape.queryHeads() * shape.headDim());
        MemorySegment k = Place.HEAP.allocate(dtype, tokens * shape.keyHeads() * shape.headDim());
        SplittableRandom random = new SplittableRandom(shape.headDim());
        Bits.fill(q, dtype, random, false);
        Bits.fill(k, dtype, random, true);
        plan.rotate(Heads.of(q, dtype, tokens, shape.queryHeads(), shape.headDim()),
                Heads.of(k, dtype, tokens, shape.keyHeads(), shape.headDim()), Positions.from(95));
        return new MemorySegment[]{q, k};
    }
}
