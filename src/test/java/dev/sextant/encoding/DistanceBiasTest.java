package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Biases that are functions of the distance: published figures, sign and clip of the distance. */
class DistanceBiasTest {

    @Test
    void kerpleLog() {
        KerpleLog bias = new KerpleLog(List.of(1.0), List.of(.5));
        double[] wanted = {0, -.40546511, -.69314718};
        for (int n = 0; n < 3; n++) {
            assertEquals(wanted[n], bias.bias(0, -n), 5e-9);
        }
        assertEquals(-1.79175947, bias.bias(0, -10), 5e-9);
        assertEquals(0, bias.bias(0, 3), 0.0, "keys after the query");
    }

    @Test
    void kerplePower() {
        KerplePower bias = new KerplePower(List.of(.5, 2.0), List.of(1.0, 2.0));
        assertEquals(-3.5, bias.bias(0, -7), "exponent 1 is a learned ALiBi");
        assertEquals(-98, bias.bias(1, -7));
        assertEquals(0, bias.bias(1, 7), 0.0);
    }

    /** A checkpoint may hold what the model's code clamps before use. */
    @Test
    void kerpleClampsWeights() {
        assertEquals(new KerpleLog(List.of(.01, 1.5), List.of(.01, .5)),
                KerpleLog.ofWeights(new float[]{-3, 1.5f}, new float[]{0, .5f}));
        assertEquals(new KerplePower(List.of(.01), List.of(2.0)),
                KerplePower.ofWeights(new float[]{0}, new float[]{3}));
    }

    @Test
    void sandwich() {
        Sandwich bias = Sandwich.of(4, 8);
        assertEquals(-.00252317, bias.bias(0, -1), 5e-9);
        assertEquals(-.01006772, bias.bias(0, -2), 5e-9);
        assertEquals(-.15326195, bias.bias(0, -8), 5e-9);
        for (int n : new int[]{1, 2, 8}) {
            assertEquals(bias.bias(0, -n) / 4, bias.bias(3, -n), 1e-16, "the ratio grows with the head");
        }
        assertEquals(0, bias.bias(0, 5));
    }

    @Test
    void clippedTablesReadTheirEnds() {
        DistanceTable bias = DistanceTable.clipped(1, new float[]{10, 11, 12, 13, 14});
        int[] wanted = {10, 10, 11, 12, 13, 14, 14};
        for (int d = -3; d <= 3; d++) {
            assertEquals(wanted[d + 3], bias.bias(0, d), "distance " + d);
        }
        assertEquals(14, bias.reversed().bias(0, -5), "query minus key is the other way round");
    }

    @Test
    void aTableThatIsNotClippedHasNoOtherDistances() {
        DistanceTable bias = DistanceTable.of(2, -1, new float[]{1, 2, 3, 4, 5, 6});
        assertEquals(6, bias.bias(1, 1));
        assertEquals(1, bias.last());
        assertThrows(IndexOutOfBoundsException.class, () -> bias.bias(0, 2));
        assertEquals(bias, bias.reversed().reversed());
    }

    @Test
    void anyFunctionCanBeSampled() {
        DistanceTable bias = DistanceTable.sampled(2, -4, 4, false, (h, d) -> d * d + h);
        assertEquals(17, bias.bias(1, -4));
        assertEquals(8.5, bias.slice(1, 1).times(.5).bias(0, 4));
    }

    /** Positions that are no indices: a left-padded batch in BLOOM's own counting, and segments. */
    @Test
    void positionsOfTheCallers() {
        assertArrayEquals(new float[]{-.25f, -0f, -.5f}, PositionedBias.of(ExplicitSlopes.of(.25), new long[]{1},
                new long[]{0, 1, 3}));
        assertArrayEquals(new float[]{0, 0, -24, -24}, PositionedBias.of(Alibi.bipe(4).slice(0, 1), new long[]{0, 1},
                new long[]{0, 0}), 0f);
        assertArrayEquals(new float[]{12, 14}, PositionedBias.of(DistanceTable.clipped(1, new float[]{10, 11, 12, 13,
                14}), new long[]{5}, new long[]{5, 100}));
    }

    @Test
    void refusals() {
        List<Executable> calls = List.of(
                () -> new KerpleLog(List.of(), List.of()), () -> new KerpleLog(List.of(1.0), List.of(0.0)),
                () -> new KerpleLog(List.of(1.0, 2.0), List.of(1.0)),
                () -> new KerplePower(List.of(1.0), List.of(2.5)), () -> Sandwich.of(4, 7), () -> Sandwich.of(0, 8),
                () -> new Sandwich(4, 8, 1), () -> DistanceTable.clipped(1, new float[4]),
                () -> DistanceTable.clipped(2, new float[4]), () -> DistanceTable.of(1, -5, new float[3]),
                () -> DistanceTable.of(1, 1, new float[3]), () -> DistanceTable.of(2, 0, new float[3]),
                () -> DistanceTable.of(1, 0, new float[]{Float.NaN}),
                () -> PositionedBias.of(ScoreBias.NONE, new long[1], new long[1]),
                () -> PositionedBias.of(ExplicitSlopes.batched(new float[2], 1), new long[1], new long[1]),
                () -> PositionedBias.of(DistanceTable.of(1, 0, new float[1]), new long[]{0}, new long[]{1}));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
