package dev.sextant.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** ALiBi's slopes and what is made of them. Catches the uniform rule, shards with slopes of their own, bias outside the scale. */
class AlibiTest {

    private static double[] slopes(LinearBias bias) {
        return IntStream.range(0, bias.heads()).mapToDouble(h -> bias.slope(0, h)).toArray();
    }

    @Test
    void powersOfTwoAreExact() {
        assertArrayEquals(new double[]{.25, .0625, .015625, .00390625}, slopes(Alibi.of(4)));
        assertArrayEquals(new double[]{.5, .25, .125, .0625, .03125, .015625, .0078125, .00390625},
                slopes(Alibi.of(8)));
        assertArrayEquals(new double[]{.0625, .00390625, .000244140625, .0000152587890625},
                slopes(Alibi.of(4).maxBias(16)));
    }

    @Test
    void otherNumbersTakeEverySecondSlopeOfTheNextPower() {
        assertArrayEquals(new double[]{.0625, .00390625, .25}, slopes(Alibi.of(3)));
        assertArrayEquals(new double[]{.25, .0625, .015625, .00390625, .5, .125}, slopes(Alibi.of(6)));
        assertArrayEquals(new double[]{.5, .25, .125, .0625, .70710678, .35355339}, slopes(Alibi.of(6).maxBias(4)),
                5e-9);
        double[] sixteen = slopes(Alibi.of(16));
        assertArrayEquals(new double[]{.70710678, .5, .35355339, .25}, IntStream.range(0, 4).mapToDouble(
                h -> sixteen[h]).toArray(), 5e-9);
        assertEquals(.00390625, sixteen[15]);
    }

    /** {@code 2^(-8 (h+1) / H)} for every H is a known mistake. */
    @Test
    void uniformSlopesAreAnotherModel() {
        double[] right = slopes(Alibi.of(6));
        for (int h = 0; h < 6; h++) {
            assertNotEquals(StrictMath.pow(2, -8.0 * (h + 1) / 6), right[h], 1e-3);
        }
        double[] power = slopes(Alibi.of(8));
        for (int h = 0; h < 8; h++) {
            assertEquals(StrictMath.pow(2, -8.0 * (h + 1) / 8), power[h]);
        }
    }

    /** MPT writes the rule as the odd, then the even slopes of the next power of two. */
    @Test
    void rotatedSlopesOfTheNextPowerAreTheSame() {
        for (int heads = 1; heads <= 70; heads++) {
            int next = heads == 1 ? 1 : Integer.highestOneBit(heads - 1) * 2;
            for (int h = 0; h < heads; h++) {
                int step = next == heads ? h + 1 : h < next / 2 ? 2 * (h + 1) : 2 * (h - next / 2) + 1;
                assertEquals(StrictMath.pow(2, -8.0 * step / next), Alibi.of(heads).slope(h), 1e-15, heads + ", " + h);
            }
        }
    }

    @Test
    void aRankHasASliceAndNotSlopesOfItsOwn() {
        LinearBias second = Alibi.of(16).slice(4, 4);
        assertArrayEquals(IntStream.range(4, 8).mapToDouble(Alibi.of(16)::slope).toArray(), slopes(second));
        assertNotEquals(Alibi.of(4).slope(0), second.slope(0, 0));
    }

    @Test
    void headsWithoutABiasHaveSlopeZero() {
        assertArrayEquals(new double[]{.25, .0625, .015625, .00390625, 0, 0}, slopes(Alibi.of(6).onFirst(4)));
    }

    @Test
    void insideTheScaleSlopesAreDivided() {
        assertArrayEquals(new double[]{.25 / 8, .0625 / 8, .015625 / 8, .00390625 / 8}, slopes(Alibi.falcon(4, 64)));
        assertArrayEquals(new double[]{24, 6, 1.5, .375}, slopes(Alibi.bipe(4)));
        assertArrayEquals(new double[]{.125, .03125, .0078125, .001953125}, slopes(Alibi.of(4).interpolated(2)));
        assertArrayEquals(slopes(Alibi.of(4).interpolated(2)), slopes(Alibi.of(4).interpolated(2)),
                "a factor is applied once however often it is asked for");
    }

    @Test
    void callersSlopes() {
        ExplicitSlopes each = ExplicitSlopes.batched(new float[]{.5f, .25f, 1, 2, 3, 4}, 2);
        assertEquals(3, each.batches());
        assertEquals(2, each.heads());
        assertEquals(4, each.slope(2, 1));
        assertEquals(1, each.times(.5).slope(1, 1));
        assertEquals(3, each.times(.5).batches());
        assertEquals(ExplicitSlopes.of(.5, .25), ExplicitSlopes.of(new float[]{.5f, .25f}));
        assertNotEquals(ExplicitSlopes.of(.5, .25), ExplicitSlopes.batched(new float[]{.5f, .25f}, 1));
    }

    @Test
    void twoSidesCanBeToldApart() {
        TwoSidedSlopes bias = new TwoSidedSlopes(List.of(.5), List.of(.25));
        assertEquals(-1.5, bias.bias(0, -3));
        assertEquals(-.75, bias.bias(0, 3));
        assertEquals(0, bias.bias(0, 0));
    }

    @Test
    void refusals() {
        List<Executable> calls = List.of(
                () -> Alibi.of(0), () -> Alibi.of(4).maxBias(0), () -> Alibi.of(4).maxBias(Double.NaN),
                () -> Alibi.of(4).onFirst(5), () -> Alibi.of(4).onFirst(0), () -> Alibi.falcon(4, 0),
                () -> Alibi.of(4).interpolated(0), () -> Alibi.of(4).interpolated(Double.NaN),
                () -> Alibi.of(8).slice(6, 3), () -> Alibi.of(8).slice(-1, 3), () -> Alibi.of(8).slice(0, 0),
                () -> Alibi.of(8).times(Double.POSITIVE_INFINITY), () -> ExplicitSlopes.of(new double[0]),
                () -> ExplicitSlopes.of(Double.NaN), () -> ExplicitSlopes.batched(new float[3], 2),
                () -> ExplicitSlopes.batched(new float[3], 0), () -> new TwoSidedSlopes(List.of(), List.of()),
                () -> new TwoSidedSlopes(List.of(1.0), List.of(Double.NaN)));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
        assertThrows(IndexOutOfBoundsException.class, () -> Alibi.of(4).slope(4));
        assertThrows(IndexOutOfBoundsException.class, () -> ExplicitSlopes.of(1.0, 2.0).slope(1, 0));
    }
}
