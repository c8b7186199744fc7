package dev.sextant.companions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.PadFill;
import dev.sextant.encoding.PositionIds;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.SinkCache;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.testkit.SeededCases;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Catches ids that drift from what a batch means: padding that counts, sequences that do not restart, evicted tokens. */
class PositionIdsTest {

    private static final boolean X = true;
    private static final boolean O = false;

    @Test
    void paddingOnEitherSideDoesNotCount() {
        boolean[] mask = {O, O, X, X, X, X, X, O};
        assertArrayEquals(new int[]{0, 0, 0, 1, 0, 1, 2, 0}, PositionIds.fromMask(mask, 4, PadFill.ZERO));
        assertArrayEquals(new int[]{1, 1, 0, 1, 0, 1, 2, 1}, PositionIds.fromMask(mask, 4, PadFill.ONE));
        assertArrayEquals(new int[0], PositionIds.fromMask(new boolean[0], 4, PadFill.ONE));
    }

    @Test
    void packedSequencesRestart() {
        assertArrayEquals(new int[]{0, 1, 2, 0, 0, 1}, PositionIds.packed(0, 3, 3, 4, 6));
        assertArrayEquals(new int[0], PositionIds.packed(0));
        assertArrayEquals(new long[]{7, 8, 9, 5_000_000_000L, 0, 1},
                PositionIds.packed(new int[]{0, 3, 3, 4, 6}, new long[]{7, 1, 5_000_000_000L, 0}));
        assertArrayEquals(new int[]{0, 0, 0, 1, 2, 2}, PositionIds.sequenceOf(0, 1, 2, 0, 0, 1));
    }

    @Test
    void decodingGoesOnAfterThePrefix() {
        assertArrayEquals(new long[]{12, 0, 4096}, PositionIds.following(new long[]{12, 0, 4096}, 1));
        assertArrayEquals(new long[]{12, 13, 0, 1}, PositionIds.following(new long[]{12, 0}, 2));
        assertEquals(0, PositionIds.following(new long[]{12, 0}, 0).length);
    }

    @Test
    void aSegmentEndsWithItsSeparator() {
        int[][] ids = PositionIds.segments(new int[]{5, 6, 869, 7, 13, 8, 9}, t -> t == 869 || t == 13, 1023);
        assertArrayEquals(new int[]{0, 0, 0, 1, 1, 2, 2}, ids[0]);
        assertArrayEquals(new int[]{0, 1, 2, 0, 1, 0, 1}, ids[1]);
        assertArrayEquals(new int[]{0, 1, 1, 1}, PositionIds.segments(new int[4], t -> false, 1)[1]);
    }

    /** A left-padded batch rotates its real tokens exactly like the sequences one by one. */
    @Test
    void aPaddedBatchIsItsSequences() {
        RotaryPlan plan = RotaryPlan.builder(Rope.of(4, 10_000), HeadShape.of(4, DType.F32))
                .backend(Backend.java()).build();
        SeededCases.run(PositionIdsTest.class, 20, random -> {
            int batches = 1 + random.nextInt(3);
            int tokens = 1 + random.nextInt(6);
            boolean[] mask = new boolean[batches * tokens];
            float[] x = new float[batches * tokens * 4];
            for (int i = 0; i < x.length; i++) {
                x[i] = random.nextFloat() - 0.5f;
                mask[i / 4] = random.nextBoolean();
            }
            float[] padded = x.clone();
            Positions ids = Positions.ids(PositionIds.fromMask(mask, tokens, PadFill.ONE)).batched(tokens);
            plan.rotate(Heads.of(padded, tokens, 1, 4).batches(batches, tokens * 4L), ids);
            for (int b = 0; b < batches; b++) {
                int position = 0;
                for (int i = b * tokens; i < (b + 1) * tokens; i++) {
                    if (mask[i]) {
                        float[] one = {x[4 * i], x[4 * i + 1], x[4 * i + 2], x[4 * i + 3]};
                        plan.rotate(Heads.of(one, 1, 1, 4), Positions.from(position++));
                        for (int d = 0; d < 4; d++) {
                            assertEquals(one[d], padded[4 * i + d], "slot " + i);
                        }
                    }
                }
            }
        });
    }

    /** The paper's example (section 3.2): with tokens 0, 1, 2, 3, 6, 7, 8 kept, the tenth is decoded at 7. */
    @Test
    void aStreamingCacheCountsItsSlots() {
        SinkCache cache = new SinkCache(4, 4);
        int[] kept = {0, 1, 2, 3, 6, 7, 8, 9};
        for (int slot = 0; slot < kept.length; slot++) {
            assertEquals(slot, cache.position(kept[slot], 10));
        }
        assertFalse(cache.holds(4, 10));
        assertFalse(cache.holds(5, 10));
        assertEquals(8, cache.size(10));
        assertTrue(cache.holds(4, 8), "not full before");
        assertEquals(4, cache.position(4, 8));
        assertEquals(7, cache.position(1L << 40, (1L << 40) + 1), "a position stays small");
        assertEquals(5, cache.size(5));
        assertEquals(0, cache.size(0));
    }

    @Test
    void slotsAreTheOrderOfWhatIsKept() {
        SeededCases.run(PositionIdsTest.class, 50, random -> {
            SinkCache cache = new SinkCache(random.nextInt(5), 1 + random.nextInt(5));
            long length = random.nextInt(20);
            int next = 0;
            for (long token = 0; token < length; token++) {
                if (cache.holds(token, length)) {
                    assertEquals(next++, cache.position(token, length), cache + ", token " + token + " of " + length);
                }
            }
            assertEquals(next, cache.size(length));
        });
    }

    @Test
    void refusals() {
        List<Executable> calls = List.of(
                () -> PositionIds.fromMask(new boolean[5], 2, PadFill.ONE),
                () -> PositionIds.fromMask(new boolean[5], 0, PadFill.ONE),
                () -> PositionIds.afterPaddingId(new int[5], 2, 1, 0),
                () -> PositionIds.afterPaddingId(new int[4], 2, -1, 0),
                () -> PositionIds.afterPaddingId(new int[4], 2, 1, -1),
                () -> PositionIds.afterPaddingId(new int[4], 2, 1, Integer.MAX_VALUE - 2),
                () -> PositionIds.packed(), () -> PositionIds.packed(1, 2), () -> PositionIds.packed(0, 3, 2),
                () -> PositionIds.packed(new int[]{0, 3}, new long[2]),
                () -> PositionIds.following(new long[1], -1),
                () -> PositionIds.following(new long[1 << 16], 1 << 16),
                () -> PositionIds.following(new long[]{Long.MAX_VALUE}, 2),
                () -> PositionIds.packed(new int[]{0, 2}, new long[]{Long.MAX_VALUE}),
                () -> PositionIds.segments(new int[1], t -> true, -1),
                () -> new SinkCache(-1, 1), () -> new SinkCache(0, 0), () -> new SinkCache(Integer.MAX_VALUE, 1),
                () -> new SinkCache(1, 2).position(1, 9), () -> new SinkCache(1, 2).position(9, 9),
                () -> new SinkCache(1, 2).position(-1, 9), () -> new SinkCache(1, 2).size(-1));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
