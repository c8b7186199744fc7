package dev.sextant.goldens;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.ElementRows;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.PatchGrid;
import dev.sextant.encoding.VJepa2;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** V-JEPA 2's heads by a plan of its rows. Catches tables that were repeated as they should have been. */
@Tag("goldens")
class VJepa2Test {

    @Test
    void headsAreTheClasss() throws Exception {
        Reference reference = new Reference("rope-models");
        Reference.Case c = reference.cases().stream().filter(e -> e.kind().equals("rope-vjepa2")).findFirst()
                .orElseThrow();
        int dim = c.attributes().get("head_dim").integer();
        int side = c.attributes().get("grid_size").integer();
        int[] ids = ints(reference.longs(c, "token_ids"));
        int[] coordinates = new PatchGrid(32, side, side).ofTokens(ids);
        assertArrayEquals(ints(reference.longs(c, "positions")), coordinates);
        ElementRows rows = VJepa2.rows(dim, coordinates);
        assertEquals(60, rows.rotaryDim());
        assertEquals(PairLayout.INTERLEAVED, rows.layout());
        Json tolerance = reference.tolerance("vjepa-f32");
        for (Backend backend : Backends.all()) {
            RotaryPlan plan = RotaryPlan.ofElements(Rows.of(rows.cos(), rows.rows(), 60),
                    Rows.of(rows.sin(), rows.rows(), 60), rows.layout(), HeadShape.of(dim, DType.F32), backend);
            for (String tensor : new String[]{"q", "k"}) {
                float[] x = reference.floats(c, tensor);
                float[] wanted = reference.floats(c, tensor + "_out");
                plan.rotate(Heads.of(x, ids.length, x.length / ids.length / dim, dim), Positions.from(0));
                for (int i = 0; i < x.length; i++) {
                    double slack = tolerance.get("abs").number() + tolerance.get("rel").number() * Math.abs(wanted[i]);
                    assertEquals(wanted[i], x[i], i % dim < 60 ? slack : 0, plan + ", " + tensor + ", element " + i);
                }
            }
        }
    }

    private static int[] ints(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }

    /** The grid of the case is the raster of its video. */
    @Test
    void idsRunThroughTheVideo() {
        PatchGrid grid = new PatchGrid(3, 4, 5);
        assertArrayEquals(grid.rasterWithTime(), grid.ofTokens(IntStream.range(0, grid.tokens()).toArray()));
    }
}
