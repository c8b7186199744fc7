package dev.sextant.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.SeededCases;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Queries and keys of one fused projection alternate in memory without meeting. Catches such a layout refused, and, worse, two
 * views that do meet taken for one: every verdict is compared with the sets of elements themselves.
 */
class AlternatingViewsTest extends BoundaryTest {

    private static final int DIM = 4;

    private final float[] memory = new float[4000];
    private int met;
    private int apart;

    @Test
    void verdictsAreThoseOfTheElements() {
        RotaryPlan plan = RotaryPlan.builder(Rope.of(DIM, 10_000), HeadShape.of(DIM, DType.F32)).backend(Backend.java())
                .build();
        int cases = 20_000;
        SeededCases.run(AlternatingViewsTest.class, cases, random -> verdict(plan, random));
        if (met + apart > cases / 10) { // a whole run: both verdicts occur often
            assertTrue(met > 500 && apart > 500, met + " met, " + apart + " apart");
        }
    }

    private void verdict(RotaryPlan plan, SplittableRandom random) {
        Heads q = view(memory, random);
        Heads other = random.nextInt(4) == 0 ? view(memory, random) : like(q, random);
        Heads k = new Heads(other.memory(), DType.F32, other.origin(), q.batches(), q.tokens(), other.heads(), DIM,
                other.batchStride(), other.tokenStride(), other.headStride());
        BitSet ofQ = fits(q) ? elements(q) : null;
        BitSet ofK = fits(k) ? elements(k) : null;
        if (ofQ == null || ofK == null) {
            return;
        }
        boolean meet = ofQ.intersects(ofK);
        boolean refused = false;
        try {
            plan.rotate(q, k, Positions.from(0));
        } catch (IllegalArgumentException e) {
            if (!e.getMessage().contains("overlap")) {
                return; // strides that do not nest are refused for themselves
            }
            refused = true;
        }
        boolean sameStrides = q.headStride() == k.headStride() && q.tokenStride() == k.tokenStride()
                && q.batchStride() == k.batchStride();
        if (meet || sameStrides) {
            assertEquals(meet, refused, q + "\n" + k);
        }
        met += meet ? 1 : 0;
        apart += meet ? 0 : 1;
    }

    private static Heads view(float[] memory, SplittableRandom random) {
        int heads = random.nextInt(1, 4);
        int tokens = random.nextInt(1, 5);
        int batches = random.nextInt(1, 3);
        long near = DIM * random.nextInt(1, 5) + random.nextInt(3);
        boolean headsInside = random.nextBoolean();
        long far = near * (headsInside ? heads : tokens) + random.nextInt(20);
        long batch = far * (headsInside ? tokens : heads) + random.nextInt(20);
        Heads dense = Heads.of(memory, tokens, heads, DIM).at(random.nextInt(200));
        return dense.strides(headsInside ? far : near, headsInside ? near : far).batches(batches, batch);
    }

    private static Heads like(Heads q, SplittableRandom random) {
        return new Heads(q.memory(), DType.F32, Math.max(0, q.origin() + random.nextInt(-40, 40)), q.batches(),
                q.tokens(),
                random.nextInt(1, 4), DIM, q.batchStride(), q.tokenStride(), q.headStride());
    }

    private static boolean fits(Heads h) {
        return h.origin() + (h.batches() - 1) * h.batchStride() + (h.tokens() - 1) * h.tokenStride()
                + (h.heads() - 1) * h.headStride() + DIM <= 4000;
    }

    /** All elements of a view, null when two of its own share one. */
    private static BitSet elements(Heads h) {
        BitSet all = new BitSet();
        for (long b = 0; b < h.batches(); b++) {
            for (long t = 0; t < h.tokens(); t++) {
                for (long n = 0; n < h.heads(); n++) {
                    int first = (int) (h.origin() + b * h.batchStride() + t * h.tokenStride() + n * h.headStride());
                    if (all.get(first, first + DIM).cardinality() > 0) {
                        return null;
                    }
                    all.set(first, first + DIM);
                }
            }
        }
        return all;
    }
}
