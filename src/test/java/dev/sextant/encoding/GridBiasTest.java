package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Index matrices of image models, as published for small grids. */
class GridBiasTest {

    @Test
    void swin() {
        assertArrayEquals(new int[]{4, 3, 1, 0, 5, 4, 2, 1, 7, 6, 4, 3, 8, 7, 5, 4}, GridBias.swin(2, 2).index());
        assertArrayEquals(new int[]{7, 6, 5, 2, 1, 0}, Arrays.copyOf(GridBias.swin(2, 3).index(), 6));
    }

    @Test
    void beit() {
        assertArrayEquals(new int[]{11, 9, 9, 9, 9, 10, 4, 3, 1, 0, 10, 5, 4, 2, 1, 10, 7, 6, 4, 3, 10, 8, 7, 5, 4},
                GridBias.beit(2, 2).index());
    }

    @Test
    void levit() {
        assertArrayEquals(new int[]{0, 1, 2, 3, 1, 0, 3, 2, 2, 3, 0, 1, 3, 2, 1, 0}, GridBias.levit(2, 1).index());
        assertEquals(4, GridBias.levit(4, 2).queries(), "every second cell of both axes");
    }

    /** The same numbers from both orders of a table. */
    @Test
    void tablesOfBothOrders() {
        float[] byRow = {1, 2, 3, 4, 5, 6, 7, 8};
        float[] byHead = {1, 3, 5, 7, 2, 4, 6, 8};
        GridBias grid = GridBias.levit(2, 1);
        assertArrayEquals(grid.gather(byRow, 2), grid.gatherByHead(byHead, 2));
        assertEquals(8, grid.gather(byRow, 2)[16 + 3], "head 1, cell 0 to cell 3");
    }

    @Test
    void refusals() {
        List<Executable> calls = List.of(() -> GridBias.swin(0, 2), () -> GridBias.beit(2, 0),
                () -> GridBias.levit(2, 0), () -> GridBias.swin(2, 2).gather(new float[8], 1),
                () -> GridBias.swin(2, 2).gather(new float[0], 0));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
