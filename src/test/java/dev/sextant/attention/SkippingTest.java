package dev.sextant.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.Backend;
import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.ExplicitSlopes;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.DType;
import dev.sextant.testkit.AttentionCase;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.SeededCases;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Leaving out keys that cannot matter changes a row by one unit in the last place of its largest value at most, whatever norms the old
 * keys and values have. Catches a bound that forgets an old key of great norm, or an old value of great size.
 */
@Tag("parity")
class SkippingTest {

    private static AttentionCase problem(SplittableRandom random, int queries, int keys) {
        AttentionCase c = new AttentionCase(random);
        c.heads = 4;
        c.kvHeads = 2;
        c.keyDim = 16;
        c.valueDim = 12;
        c.queries = new int[]{queries};
        c.keys = new int[]{keys};
        c.offsets = new long[]{keys - queries};
        c.structure = Structure.causal();
        c.bias = Alibi.of(4);
        c.poison = false;
        return c;
    }

    @Test
    void rowsStayWithinOneUnitOnAdversarialNorms() {
        SeededCases.run(SkippingTest.class, 60, random -> {
            AttentionCase c = problem(random, 1 + random.nextInt(40), 300 + random.nextInt(1500));
            c.cacheType = DType.values()[random.nextInt(3)];
            c.softcap = random.nextInt(3) == 0 ? 20 : 0;
            c.rowScale = random.nextInt(4) == 0;
            if (random.nextInt(4) == 0) {
                c.bias = ExplicitSlopes.of(0.9, 0, -0.01, 0.05);
            }
            c.structure = random.nextInt(3) == 0 ? Structure.streaming(3, 200) : c.structure;
            c.draw();
            adversarial(c, random);
            for (Backend backend : Backends.all()) {
                c.skipping = false;
                AttentionCase.Result whole = c.attend(Same.plan(c, backend));
                c.skipping = true;
                AttentionCase.Result some = c.attend(Same.plan(c, backend));
                near(c, whole, some, backend);
            }
        });
    }

    /** Old keys that point where queries do, great norms, and great values behind small weights. */
    private static void adversarial(AttentionCase c, SplittableRandom random) {
        float[][] k = c.k[0];
        float[][] v = c.v[0];
        for (int n = 0; n < 6; n++) {
            int j = random.nextInt(k.length);
            float norm = (float) Math.pow(2, random.nextInt(6));
            float size = (float) Math.pow(10, random.nextInt(5));
            for (int d = 0; d < k[j].length; d++) {
                k[j][d] = c.q[0][0][d % c.keyDim] * norm;
            }
            for (int d = 0; d < v[j].length; d++) {
                v[j][d] *= size;
            }
        }
    }

    private static void near(AttentionCase c, AttentionCase.Result whole, AttentionCase.Result some, Backend backend) {
        for (int i = 0; i < c.queries[0]; i++) {
            for (int h = 0; h < c.heads; h++) {
                float largest = 0;
                for (int d = 0; d < c.valueDim; d++) {
                    largest = Math.max(largest, Math.abs(whole.o(0, i, h, d)));
                }
                String where = backend + ", row " + i + ", head " + h + " of " + c;
                for (int d = 0; d < c.valueDim; d++) {
                    assertEquals(whole.o(0, i, h, d), some.o(0, i, h, d), Math.ulp(largest), where);
                }
                assertEquals(whole.lse(0, i, h), some.lse(0, i, h), 1.2e-7 + Math.ulp(whole.lse(0, i, h)), where);
            }
        }
    }

    /** Steep slopes over a long text leave most tiles unread; the caller's own norms serve as well as those of the call. */
    @ParameterizedTest
    @MethodSource("dev.sextant.attention.Same#backends")
    void mostTilesAreLeftOut(Backend backend) {
        assumeFalse(backend.name().equals("java"), "the Java backend visits every key");
        AttentionCase c = problem(new SplittableRandom(4), 8, 4096);
        c.skipping = true;
        c.bias = ExplicitSlopes.of(0.5, 0.25, 0.125, 0.0625);
        c.draw();
        AttentionPlan plan = Same.plan(c, backend);
        AttentionCase.Result result = c.newResult();
        AttentionCall call = c.call(plan, result, 1);
        plan.attend(call);
        assertTrue(call.tilesSkipped() > 2 * call.tilesVisited(),
                call.tilesVisited() + " tiles, " + call.tilesSkipped() + " left out");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment norms = arena.allocate(plan.normsBytes(call), 64);
            AttentionCase.Result again = c.newResult();
            AttentionCall kept = c.call(plan, again, 1).norms(norms);
            plan.norms(kept);
            plan.attend(kept);
            Same.assertBits(result, again, backend + ", norms kept");
            assertEquals(call.tilesSkipped(), kept.tilesSkipped());
        }
    }
}
