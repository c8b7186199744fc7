package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sextant.internal.form.StructureForm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The windows of the frameworks by name: how many keys each shows, and which of them one number means to whom. */
class StructureTest {

    private static final long KEYS = 1000;
    private static final long MIDDLE = 500;

    /** Keys that a query in the middle sees. */
    private static long seen(Structure structure) {
        return seen(structure, MIDDLE, 0);
    }

    private static long seen(Structure structure, long p, long prefix) {
        StructureForm form = StructureForm.of(structure);
        long count = 0;
        for (long j = 0; j < KEYS; j++) {
            count += form.shows(p, j, prefix, KEYS) ? 1 : 0;
        }
        return count;
    }

    @Test
    void windowsDoNotCountTheQueryItself() {
        assertEquals(4 + 1 + 2, seen(Structure.all().window(4, 2)));
        assertEquals(1, seen(Structure.all().window(0, 0)));
        assertEquals(MIDDLE + 1 + 2, seen(Structure.all().window(-1, 2)));
        assertEquals(5, seen(Structure.causal().window(4, 2)), "causality cuts the right side");
    }

    /** Hugging Face's number counts the query's own key; the same number to flash-attention is one key more. */
    @Test
    void slidingWindowIsOneKeyNarrowerThanFlashAttentions() {
        assertEquals(4, seen(Structure.slidingWindow(4)));
        assertEquals(5, seen(Structure.causal().window(4, 0)));
        assertEquals(Structure.causal().window(3, -1), Structure.slidingWindow(4));
    }

    @Test
    void oneNumberHasThreeBidirectionalMeanings() {
        assertEquals(2 * 8 + 1, seen(Structure.bidirectionalWindow(8)));
        assertEquals(2 * 4 + 1, seen(Structure.symmetricWindow(8)));
        assertEquals(64 + 1 + 64, seen(Structure.symmetricWindow(128)), "ModernBERT's local attention");
        assertEquals(8, seen(Structure.slidingWindow(8)));
        assertEquals(2 * 3 + 1, seen(Structure.symmetricWindow(7)), "an odd size loses one, as |d| < 7/2 + 1 does");
    }

    @Test
    void chunksAreCausalAndCountFromTheStart() {
        assertEquals(1, seen(Structure.causalChunks(100)), "500 begins a chunk");
        assertEquals(100, seen(Structure.causalChunks(100), 499, 0));
        assertEquals(100, seen(Structure.all().chunks(100)));
    }

    @Test
    void dilationSkipsAndAWindowCountsPositions() {
        assertEquals(4 + 1, seen(Structure.causal().window(8, -1).dilated(2)));
        assertEquals(2 * 2 + 1, seen(Structure.all().window(8, 8).dilated(4)));
    }

    @Test
    void keptKeysAreAddedButNotBeyondCausality() {
        assertEquals(4 + 16, seen(Structure.streaming(4, 16)));
        assertEquals(3, seen(Structure.streaming(4, 16), 2, 0), "positions 0 to 2");
        assertEquals(10, seen(Structure.streaming(4, 16), 9, 0), "kept and recent keys overlap");
    }

    @Test
    void aPrefixIsSeenWholeAndByAll() {
        assertEquals(7, seen(Structure.prefixCausal(), 2, 7));
        assertEquals(10, seen(Structure.prefixCausal(), 9, 7));
        assertEquals(7 + 3, seen(Structure.slidingWindow(3).prefix(), MIDDLE, 7), "or, not and");
    }

    /** Row i of 7 rows over 4 keys, aligned at the end. */
    @Test
    void moreQueriesThanKeysLeaveDeadRowsAtTheEndAlignment() {
        StructureForm form = StructureForm.of(Structure.causal());
        for (int i = 0; i < 7; i++) {
            assertEquals(Math.max(0, i - 3 + 1), form.to(i - 3, 4) - form.from(i - 3, 4), "row " + i);
        }
    }

    /** Every step narrows, so the order in which a structure is put together does not matter. */
    @Test
    void compositionOnlyNarrows() {
        assertEquals(Structure.slidingWindow(3), Structure.slidingWindow(5).window(2, -1));
        assertEquals(Structure.slidingWindow(3), Structure.slidingWindow(3).window(4, -1));
        assertEquals(Structure.all().window(2, 3), Structure.all().window(-1, 3).window(2, -1));
        assertEquals(Structure.causal().keepFirst(4), Structure.causal().keepFirst(4).keepFirst(2));
        BlockList list = BlockList.of(2, 2, new boolean[]{true, false});
        assertEquals(list, Structure.all().blockList(list).blockList(list).blocks());
        assertTrue(list.keeps(0, 0));
        assertFalse(list.keeps(0, 1));
    }

    @Test
    void aStructureSaysWhatItIs() {
        assertEquals("Structure[all keys]", Structure.all().toString());
        assertEquals("Structure[causal, window of 3 before, all after, or first 2, mask]",
                Structure.slidingWindow(4).keepFirst(2).masked().toString());
        assertEquals("Structure[causal, chunks of 8192]", Structure.causalChunks(8192).toString());
        assertEquals("Structure[causal, or prefix, or same block, same document]",
                Structure.prefixCausal().sameBlock().documents().toString());
        assertNotEquals(Structure.blocksCausal(), Structure.documentsCausal());
    }

    @Test
    void refusals() {
        BlockList list = BlockList.of(2, 2, new boolean[]{true, false});
        List<Executable> calls = List.of(
                () -> Structure.slidingWindow(0), () -> Structure.bidirectionalWindow(0),
                () -> Structure.symmetricWindow(0), () -> Structure.causalChunks(0), () -> Structure.streaming(-1, 4),
                () -> Structure.streaming(4, 0), () -> Structure.all().window(-2, 0),
                () -> Structure.all().window(4, 4).window(0, -2), () -> Structure.all().dilated(0),
                () -> Structure.all().chunks(-1), () -> Structure.causalChunks(4).chunks(8),
                () -> Structure.all().dilated(2).dilated(3), () -> Structure.causal().keepFirst(4).keepFirst(-1),
                () -> Structure.all().blockList(list).blockList(BlockList.of(2, 2, new boolean[]{true})),
                () -> BlockList.of(0, 1, new boolean[]{true}), () -> BlockList.of(1, 1),
                () -> BlockList.of(1, 1, new boolean[]{true}, new boolean[0]));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
