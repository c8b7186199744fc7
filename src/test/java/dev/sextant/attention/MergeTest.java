package dev.sextant.attention;

import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.DType;
import dev.sextant.testkit.AttentionCase;
import dev.sextant.testkit.SeededCases;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention over parts of the keys, merged in any order, is attention over all of them; parts that a row does not see add nothing. */
@Tag("parity")
class MergeTest {

    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#biases")
    void anySplitOfTheKeysMergesToTheWhole(Backend backend, int kind) {
        SeededCases.run(MergeTest.class, 12, random -> {
            int keys = 20 + random.nextInt(90);
            AttentionCase whole = Same.problem(random, kind, 9, keys);
            whole.structure = random.nextBoolean() ? Structure.causal() : Structure.all();
            AttentionCase.Result full = whole.attend(Same.plan(whole, backend));
            int[] cuts = cuts(random, keys);
            AttentionCase.Result sum = null;
            AttentionPlan plan = Same.plan(whole, backend);
            for (int n : order(random, cuts.length - 1)) {
                AttentionCase part = PrefillDecodeTest.part(whole, 0, 9, cuts[n], cuts[n + 1]);
                AttentionCase.Result result = part.attend(Same.plan(part, backend));
                if (sum == null) {
                    sum = result;
                } else {
                    plan.merge(result.out, result.lse, sum.out, sum.lse);
                }
            }
            Same.assertNear(full, 0, sum, 9, whole.heads, whole.valueDim, backend + ", cuts " + Arrays.toString(cuts));
        });
    }

    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#backends")
    void aSinkBelongsInOnePart(Backend backend) {
        AttentionCase whole = Same.problem(new SplittableRandom(3), 1, 9, 40);
        whole.sinks = new float[]{1, -2, 0.5f, 3};
        AttentionCase.Result full = whole.attend(Same.plan(whole, backend));
        AttentionCase first = PrefillDecodeTest.part(whole, 0, 9, 0, 35);
        AttentionCase second = PrefillDecodeTest.part(whole, 0, 9, 35, 40);
        second.sinks = new float[0];
        AttentionCase.Result sum = first.attend(Same.plan(first, backend));
        AttentionCase.Result other = second.attend(Same.plan(second, backend));
        Same.plan(whole, backend).merge(other.out, other.lse, sum.out, sum.lse);
        Same.assertNear(full, 0, sum, 9, whole.heads, whole.valueDim, backend.name());
    }

    /** Of a part that saw nothing the output is not even read. */
    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#backends")
    void partsThatSawNothingAddNothing(Backend backend) {
        AttentionCase c = Same.problem(new SplittableRandom(3), 0, 4, 12);
        AttentionPlan plan = Same.plan(c, backend);
        AttentionCase.Result full = c.attend(plan);
        AttentionCase.Result sum = c.attend(plan);
        AttentionCase.Result empty = c.newResult();
        empty.out.memory().fill((byte) 0xff);
        for (long e = 0; e < empty.lse.memory().byteSize() / 4; e++) {
            dev.sextant.testkit.Bits.set(empty.lse.memory(), DType.F32, e, Float.NEGATIVE_INFINITY);
        }
        plan.merge(empty.out, empty.lse, sum.out, sum.lse);
        Same.assertBits(full, sum, "merged with nothing");
        plan.merge(full.out, full.lse, empty.out, empty.lse);
        Same.assertBits(full, empty, "nothing merged with it");
    }

    private static int[] cuts(SplittableRandom random, int keys) {
        int[] cuts = new int[2 + random.nextInt(5)];
        for (int n = 1; n < cuts.length - 1; n++) {
            cuts[n] = random.nextInt(keys + 1);
        }
        cuts[cuts.length - 1] = keys;
        Arrays.sort(cuts);
        return cuts;
    }

    private static int[] order(SplittableRandom random, int count) {
        int[] order = new int[count];
        for (int n = 0; n < count; n++) {
            int at = random.nextInt(n + 1);
            order[n] = order[at];
            order[at] = n;
        }
        return order;
    }
}
