package dev.sextant.boundary;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.Alignment;
import dev.sextant.tensor.Sequences;
import dev.sextant.testkit.Allocations;
import dev.sextant.testkit.AttentionCase;
import java.util.SplittableRandom;

/**
 * Prints what calls of attention allocate once the compiler is done, one line a kind of call: a step of decoding whose sequences are set
 * again, a prompt, and a long cache that is divided. Started by {@link AttentionAllocationTest}.
 */
final class AttentionAllocationProbe {

    private AttentionAllocationProbe() {}

    public static void main(String[] args) {
        AttentionCase step = problem(1, 40);
        AttentionPlan plan = step.builder().backend(Backend.best()).build();
        AttentionCall call = step.call(plan, step.newResult(), 1);
        Sequences sequences = Sequences.of(1, 1, 40, Alignment.END);
        call.sequences(sequences);
        Allocations.say("step", 2000, () -> {
            sequences.set(0, 0, 1, 0, 39, 38);
            plan.attend(call);
        });
        AttentionCase prompt = problem(30, 30);
        AttentionCall whole = prompt.call(plan, prompt.newResult(), 1);
        Allocations.say("prompt", 200, () -> plan.attend(whole));
        AttentionCase cache = problem(1, 5000);
        AttentionCall divided = cache.call(plan, cache.newResult(), 1);
        Allocations.say("long cache", 100, () -> plan.attend(divided));
    }

    private static AttentionCase problem(int queries, int keys) {
        AttentionCase c = new AttentionCase(new SplittableRandom(1));
        c.queries = new int[]{queries};
        c.keys = new int[]{keys};
        c.offsets = new long[]{keys - queries};
        c.structure = Structure.causal();
        c.bias = Alibi.of(c.heads);
        c.poison = false;
        return c.draw();
    }
}
