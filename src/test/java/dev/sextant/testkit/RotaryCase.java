package dev.sextant.testkit;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RotaryPlanBuilder;
import dev.sextant.RowRecipe;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One rotation, complete: plan, geometry, memory, positions, contents. It can be run any number of times, each time on
 * fresh buffers with the same contents.
 *
 * @param places where each buffer lives
 * @param sizes elements of each buffer
 * @param qOut the same object as {@code q} when in place
 * @param k null without keys
 * @param real whether the plan takes real coordinates
 * @param elements whether it has rows by element, {@code table} of them, and not those of {@code rope}
 */
public record RotaryCase(Rope rope, HeadShape shape, RowRecipe recipe, RotaryRounding rounding, long table,
        boolean real, boolean elements, boolean inverse, long batches, long tokens,
        List<Place> places, List<Long> sizes, View q, View qOut, View k, View kOut, Ids ids, long contents,
        boolean awkward) {

    /** How a case is called: whole, cut, on an executor. */
    @FunctionalInterface
    public interface Call {
        void rotate(RotaryPlan plan, Heads q, Heads qOut, Heads k, Heads kOut, Positions positions);
    }

    /** The whole case in one call. */
    public static final Call WHOLE = RotaryPlan::rotate;

    /** The plan on a backend. */
    public RotaryPlan plan(Backend backend) {
        if (elements) {
            float[][] given = elementRows();
            int width = rope.rotaryDim();
            RotaryPlan plan = RotaryPlan.ofElements(Rows.of(given[0], table, width), Rows.of(given[1], table, width),
                    rope.layout(), shape, backend);
            return inverse ? plan.backward() : plan;
        }
        RotaryPlan plan = builder(rope, backend).rounding(rounding).build();
        return inverse ? plan.inverse() : plan;
    }

    /** The same case with another definition. */
    public RotaryCase withRope(Rope other) {
        return new RotaryCase(other, shape, recipe, rounding, table, real, elements, inverse, batches, tokens, places,
                sizes, q, qOut, k, kOut, ids, contents, awkward);
    }

    /** A plan with the rows of this case for another rotation, unrounded. */
    RotaryPlanBuilder builder(Rope other, Backend backend) {
        RotaryPlanBuilder builder = RotaryPlan.builder(other, shape).backend(backend).recipe(recipe);
        if (real) {
            builder.realCoordinates();
        }
        return table > 0 ? builder.table(table) : builder;
    }

    /** Cosines and sines {@code [table][rotaryDim]}, unlike for the two elements of a pair. */
    float[][] elementRows() {
        SplittableRandom random = new SplittableRandom(~contents);
        float[][] rows = new float[2][Math.toIntExact(table * rope.rotaryDim())];
        for (float[] half : rows) {
            for (int i = 0; i < half.length; i++) {
                half[i] = (float) random.nextDouble(-1.5, 1.5);
            }
        }
        return rows;
    }

    /** The layout in which the plan reads and writes; a transpose goes the other way. */
    PairLayout layout() {
        return switch (rope.layout()) {
            case INTERLEAVED_IN_HALF_OUT -> elements && inverse
                    ? PairLayout.HALF_IN_INTERLEAVED_OUT
                    : rope.layout();
            case HALF_IN_INTERLEAVED_OUT -> elements && inverse
                    ? PairLayout.INTERLEAVED_IN_HALF_OUT
                    : rope.layout();
            default -> rope.layout();
        };
    }

    /** Fresh buffers with the contents of this case. */
    public List<MemorySegment> buffers() {
        SplittableRandom random = new SplittableRandom(contents);
        List<MemorySegment> buffers = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            MemorySegment memory = places.get(i).allocate(shape.dtype(), sizes.get(i));
            Bits.fill(memory, shape.dtype(), random, awkward);
            buffers.add(memory);
        }
        return buffers;
    }

    /** Runs the case on a backend and returns its buffers. */
    public List<MemorySegment> run(Backend backend, Call call) {
        return run(plan(backend), call);
    }

    /** Runs the case with a plan made earlier. */
    public List<MemorySegment> run(RotaryPlan plan, Call call) {
        List<MemorySegment> buffers = buffers();
        Heads qIn = bind(q, buffers);
        Heads kIn = k == null ? null : bind(k, buffers);
        call.rotate(plan, qIn, qOut == q ? qIn : bind(qOut, buffers), kIn, kOut == k ? kIn : bind(kOut, buffers),
                ids.bind());
        return buffers;
    }

    private Heads bind(View view, List<MemorySegment> buffers) {
        return view.bind(buffers.get(view.slot()), shape.dtype(), batches, tokens, shape.dim());
    }

    /** Compares all buffers of two runs. */
    public void assertSame(List<MemorySegment> wanted, List<MemorySegment> got, String what) {
        for (int i = 0; i < wanted.size(); i++) {
            Bits.assertSame(wanted.get(i), got.get(i), shape.dtype(), what + ", buffer " + i + " of " + this);
        }
    }
}
