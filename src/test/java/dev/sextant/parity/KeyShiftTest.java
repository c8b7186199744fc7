package dev.sextant.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.RotationId;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.DynamicNtkScaling;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.YarnFrequencies;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.SeededCases;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Cached keys moved to other positions. Catches the attention factor applied twice, keys shifted across frequency tables,
 * the layout of the weights taken for that of the cache, and a slice of latent attention that is shifted whole.
 */
@Tag("parity")
class KeyShiftTest {

    private static final int DIM = 48;
    private static final int OFFSET = 16;

    private static float[] random(SplittableRandom random, int tokens) {
        float[] keys = new float[tokens * DIM];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (float) random.nextDouble(-1, 1);
        }
        return keys;
    }

    private static RotaryPlan plan(Rope rope, Backend backend) {
        return RotaryPlan.builder(rope, HeadShape.of(DIM, DType.F32).rotaryAt(OFFSET)).backend(backend).build();
    }

    private static float[] rotated(RotaryPlan plan, float[] keys, int tokens, Positions positions) {
        float[] out = new float[keys.length];
        plan.rotate(Heads.of(keys, tokens, 1, DIM), Heads.of(out, tokens, 1, DIM), null, null, positions);
        return out;
    }

    /** The property of ggml's own rope test: by 100 + i, then by -67, is by 33 + i. */
    @Test
    void shiftedKeysAreKeysOfTheOtherPosition() {
        SeededCases.run(KeyShiftTest.class, 200, random -> {
            int tokens = random.nextInt(1, 9);
            PairLayout layout = PairLayout.values()[random.nextInt(4)];
            Rope rope = new Rope(32, layout, YarnFrequencies.of(1_000_000, 4, 32_768),
                    AngleMode.values()[random.nextInt(2)]);
            float[] keys = random(random, tokens);
            long delta = random.nextInt(-100, 1000);
            for (Backend backend : Backends.all()) {
                RotaryPlan plan = plan(rope.layout(layout), backend);
                float[] got = rotated(plan, keys, tokens, Positions.from(100));
                plan.keyShift(plan.id()).rotate(Heads.of(got, tokens, 1, DIM), Positions.all(delta));
                float[] wanted = rotated(plan, keys, tokens, Positions.from(100 + delta));
                for (int i = 0; i < got.length; i++) {
                    assertEquals(wanted[i], got[i], 2e-4, backend + ", element " + i + ", " + layout);
                }
            }
        });
    }

    /** A key of yarn is longer than it was before rotation, and no longer after a shift. */
    @Test
    void theMagnitudeIsNotAppliedAgain() {
        Rope rope = Rope.of(32, 1_000_000).frequencies(YarnFrequencies.of(1_000_000, 4, 32_768));
        assertTrue(rope.frequencies().attentionFactor() > 1.1);
        RotaryPlan plan = plan(rope, Backend.java());
        float[] key = rotated(plan, random(new SplittableRandom(1), 1), 1, Positions.from(7));
        double before = norm(key);
        plan.keyShift(plan.id()).rotate(Heads.of(key, 1, 1, DIM), Positions.all(-7));
        assertEquals(before, norm(key), 1e-6 * before);
    }

    private static double norm(float[] key) {
        double sum = 0;
        for (float x : key) {
            sum += (double) x * x;
        }
        return Math.sqrt(sum);
    }

    @Test
    void elementsOutsideTheSliceStay() {
        RotaryPlan plan = plan(Rope.of(16, 10_000), Backend.best());
        float[] key = random(new SplittableRandom(2), 1);
        float[] before = key.clone();
        plan.keyShift(plan.id()).rotate(Heads.of(key, 1, 1, DIM), Positions.all(5));
        for (int i = 0; i < DIM; i++) {
            if (i < OFFSET || i >= OFFSET + 16) {
                assertEquals(before[i], key[i], "element " + i);
            } else {
                assertNotEquals(before[i], key[i], "element " + i);
            }
        }
    }

    @Test
    void keysOfOtherFrequenciesAreRefused() {
        HeadShape shape = HeadShape.of(64, DType.F32);
        DynamicNtkScaling rule = new DynamicNtkScaling(10_000, 2, 4096);
        RotaryPlan within = RotaryPlan.of(Rope.of(64, 10_000).frequencies(rule.at(4096)), shape);
        RotaryPlan beyond = RotaryPlan.of(Rope.of(64, 10_000).frequencies(rule.at(8192)), shape);
        String message = assertThrows(IllegalArgumentException.class, () -> beyond.keyShift(within.id()))
                .getMessage();
        assertTrue(message.contains(within.id().value()) && message.contains(beyond.id().value()), message);
        RotaryPlan given = RotaryPlan.ofTable(Rows.of(new float[32], 1, 32), Rows.of(new float[32], 1, 32),
                PairLayout.HALF_SPLIT, shape, Backend.java());
        assertThrows(IllegalArgumentException.class, given::id);
    }

    /** What changes the angles, the magnitude or the order of elements changes the id; where rows are kept does not. */
    @Test
    void anIdNamesTheRotationAndNothingElse() {
        Rope rope = Rope.of(64, 10_000);
        RotationId id = RotaryPlan.of(rope, HeadShape.of(64, DType.F32)).id();
        assertEquals(id, RotaryPlan.builder(rope, HeadShape.of(128, DType.BF16)).table(9).backend(Backend.java())
                .build().id());
        for (Rope other : new Rope[]{Rope.of(64, 10_001), rope.layout(PairLayout.INTERLEAVED), Rope.of(62, 10_000),
                rope.angles(AngleMode.HF_FLOAT32), rope.axes(AxisMap.sectioned(8, 12, 12))}) {
            assertNotEquals(id, RotaryPlan.of(other, HeadShape.of(64, DType.F32)).id(), other.toString());
        }
        assertEquals(id, new RotationId(id.value()));
        assertThrows(IllegalArgumentException.class, () -> new RotationId("0123"));
    }
}
