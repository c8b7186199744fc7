package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Coordinates of patches: orders, and the float32 steps of the reference classes. */
class PatchGridTest {

    @Test
    void rasterIsRowsThenColumns() {
        assertArrayEquals(new int[]{0, 0, 0, 1, 1, 1, /* columns */ 0, 1, 2, 0, 1, 2}, PatchGrid.image(2, 3).raster());
        assertArrayEquals(new int[]{0, 0, 1, 1, /* rows */ 0, 1, 0, 1, /* columns */ 0, 0, 0, 0},
                new PatchGrid(2, 2, 1).rasterWithTime());
    }

    /** Four patches of a block are neighbours in memory. */
    @Test
    void mergeBlocks() {
        assertArrayEquals(
                new int[]{0, 0, 1, 1, 0, 0, 1, 1, /* columns */ 0, 1, 0, 1, 2, 3, 2, 3},
                PatchGrid.image(2, 4).mergeBlocks(2));
        int[] video = new PatchGrid(2, 4, 2).mergeBlocks(2);
        assertArrayEquals(new int[]{0, 0, 1, 1, 2, 2, 3, 3}, Arrays.copyOfRange(video, 8, 16), "the second frame");
        assertArrayEquals(PatchGrid.image(4, 6).raster(), PatchGrid.image(4, 6).mergeBlocks(1));
    }

    @Test
    void everyPatchOnceWhateverTheOrder() {
        PatchGrid grid = new PatchGrid(3, 6, 9);
        for (int size : new int[]{1, 3}) {
            int[] ids = grid.mergeBlocksWithTime(size);
            boolean[] seen = new boolean[grid.tokens()];
            for (int t = 0; t < grid.tokens(); t++) {
                seen[(ids[t] * 6 + ids[grid.tokens() + t]) * 9 + ids[2 * grid.tokens() + t]] = true;
            }
            for (int t = 0; t < seen.length; t++) {
                assertEquals(true, seen[t], "patch " + t + " of blocks of " + size);
            }
        }
    }

    @Test
    void idsOfOtherModels() {
        assertArrayEquals(new int[]{0, 1, 2, 64, 65, 66}, PatchGrid.image(2, 3).pixtralIds(64));
        assertArrayEquals(
                new int[]{0, 0, 0, 0, /* rows */ 0, 0, 0, 1, /* columns */ 0, 0, 0, 0},
                PatchGrid.image(2, 1).afterText(2));
        assertArrayEquals(new int[]{1, 1, 2, 2, 0, /* columns */ 1, 2, 1, 2, 0},
                PatchGrid.image(2, 2).fromOneThenClass());
        assertArrayEquals(new int[]{0, 1, 0, 1, /* columns */ 0, 0, 0, 0}, PatchGrid.image(2, 1).repeated(2));
        assertArrayEquals(new int[]{2, 0, /* rows */ 1, 0, /* columns */ 2, 1}, new PatchGrid(1, 2, 3).ofTokens(17, 1));
    }

    /** EVA-02 at 384 pixels, trained at 224: 24 patches stretched over 16; figures of the published code. */
    @Test
    void interpolated() {
        float[] got = PatchGrid.image(24, 24).interpolated(16);
        assertEquals(0f, got[0]);
        assertEquals(0.6666667f, got[24]);
        assertEquals(3.3333333f, got[5 * 24]);
        assertEquals(15.333333f, got[24 * 24 + 23]);
        float[] same = PatchGrid.image(16, 16).interpolated(16);
        int[] raster = PatchGrid.image(16, 16).raster();
        for (int i = 0; i < same.length; i++) {
            assertEquals(raster[i], same[i], "at its own resolution a raster");
        }
    }

    /** The last one is not minus the first: float32 as the class has it. */
    @Test
    void centres() {
        float[] wanted = {-5.385587692260742f, -3.5903913974761963f, -1.7951956987380981f, 0f, 1.7951956987380981f,
                3.5903913974761963f, 5.385587215423584f};
        float[] got = PatchGrid.image(7, 1).centres(PatchGrid.Normalization.SEPARATE);
        assertArrayEquals(wanted, Arrays.copyOf(got, 7));
        assertArrayEquals(new float[7], Arrays.copyOfRange(got, 7, 14), "one column is in the middle");
        float[] longer = {-4.1887898445129395f, 0f, 4.1887898445129395f, 8.377579689025879f, 12.566370964050293f};
        float[] min = PatchGrid.image(5, 3).centres(PatchGrid.Normalization.MIN);
        for (int row = 0; row < 5; row++) {
            assertEquals(longer[row], min[3 * row], "row " + row);
        }
        float[] max = PatchGrid.image(3, 5).centres(PatchGrid.Normalization.MAX);
        assertEquals((float) (2 * Math.PI) * (2f * (0.5f / 5) - 1f), max[0]);
    }

    @Test
    void endToEnd() {
        float[] got = PatchGrid.image(3, 1).endToEnd();
        assertArrayEquals(new float[]{-1, 0, 1, -1, -1, -1}, got);
    }

    @Test
    void refusals() {
        PatchGrid grid = PatchGrid.image(4, 6);
        List<Executable> calls = List.of(
                () -> PatchGrid.image(0, 6), () -> new PatchGrid(-1, 2, 2), () -> PatchGrid.image(1 << 13, 1 << 13),
                () -> new PatchGrid(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE),
                () -> grid.mergeBlocks(3), () -> grid.mergeBlocks(0), () -> grid.pixtralIds(5),
                () -> grid.pixtralIds(1 << 16), () -> grid.afterText(-1), () -> grid.repeated(0),
                () -> grid.interpolated(0), () -> grid.ofTokens(3, -1));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
