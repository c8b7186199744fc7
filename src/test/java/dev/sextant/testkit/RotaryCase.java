package dev.sextant.testkit;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RotaryPlanBuilder;
import dev.sextant.RowRecipe;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
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
 */
public record RotaryCase(Rope rope, HeadShape shape, RowRecipe recipe, long table, boolean inverse, long batches,
        long tokens,
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
        RotaryPlanBuilder builder = RotaryPlan.builder(rope, shape).backend(backend).recipe(recipe);
        RotaryPlan plan = (table > 0 ? builder.table(table) : builder).build();
        return inverse ? plan.inverse() : plan;
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
