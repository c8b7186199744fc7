package dev.sextant.companions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sextant.encoding.FloorLogTemperature;
import dev.sextant.encoding.LatentAttentionScale;
import dev.sextant.encoding.LogLengthTemperature;
import dev.sextant.encoding.QueryTemperature;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Where the stairs begin, and the numbers worked out elsewhere. */
class QueryTemperatureTest {

    /** Off by one: the first stair begins at 8191 because the position counts from one. */
    @Test
    void llama4StepsBeforeTheFloorScale() {
        QueryTemperature rule = QueryTemperature.llama4(8192, 0.1);
        assertEquals(1, rule.factor(0));
        assertEquals(1, rule.factor(8190));
        assertEquals(1.0693147180559945, rule.factor(8191));
        assertEquals(1.0693147180559945, rule.factor(16_382));
        assertEquals(1 + 0.1 * StrictMath.log(3), rule.factor(16_383), 1e-15);
        assertEquals(1.4859812404361672, rule.factor(1_048_575), 1e-15);
    }

    @Test
    void ministralStepsAtTheOriginalContext() {
        QueryTemperature rule = QueryTemperature.ministral3(0.1, 16_384);
        assertEquals(1, rule.factor(16_383));
        assertEquals(1.0693147180559945, rule.factor(16_384));
    }

    /** The two are one rule with other numbers, llama.cpp's. */
    @Test
    void oneParametrisation() {
        assertEquals(new FloorLogTemperature(1, 8192, 0.1), QueryTemperature.llama4(8192, 0.1));
        assertEquals(new FloorLogTemperature(0, 16_384, 0.1), QueryTemperature.ministral3(0.1, 16_384));
    }

    @Test
    void logLengthBeginsWhereTrainingEnded() {
        QueryTemperature rule = QueryTemperature.logLength(4096);
        assertEquals(1, rule.factor(0));
        assertEquals(1, rule.factor(4095));
        assertEquals(13.0 / 12, rule.factor(8191), 1e-15, "log2 of 8192 over log2 of 4096");
        assertEquals(2, rule.factor((1L << 24) - 1), 1e-15);
    }

    @Test
    void factorsOfManyPositions() {
        QueryTemperature rule = QueryTemperature.llama4(4, 0.5);
        float[] row = new float[9];
        rule.factors(2, row);
        float second = (float) (0.5 * StrictMath.log(2) + 1);
        float third = (float) (0.5 * StrictMath.log(3) + 1);
        assertArrayEquals(new float[]{1, second, second, second, second, third, third, third, third}, row);
        float[] some = new float[3];
        rule.factors(new long[]{7, 0, 3}, some);
        assertArrayEquals(new float[]{third, 1, second}, some);
        rule.factors(Long.MAX_VALUE, new float[0]);
    }

    @Test
    void latentAttention() {
        assertEquals(1.8738542070926265, new LatentAttentionScale(40, 1).multiplier(), 1e-15, "DeepSeek V3, R1");
        assertEquals(1.5896261651208736, new LatentAttentionScale(40, 0.707).multiplier(), 1e-15, "DeepSeek V2");
        assertEquals(1.8738542070926265 / StrictMath.sqrt(192), new LatentAttentionScale(40, 1).scale(128 + 64), 1e-16);
        assertEquals(1, new LatentAttentionScale(40, 0).multiplier(), "no mscale_all_dim");
        assertEquals(1, new LatentAttentionScale(1, 1).multiplier(), "not scaled");
        assertEquals(0.125, new LatentAttentionScale(0.5, 1).scale(64), "factors below 1 count as 1");
    }

    @Test
    void refusals() {
        double inf = Double.POSITIVE_INFINITY;
        List<Executable> calls = List.of(
                () -> new FloorLogTemperature(-1, 8192, 0.1), () -> new FloorLogTemperature(1, 0, 0.1),
                () -> new FloorLogTemperature(1, inf, 0.1), () -> new FloorLogTemperature(1, 8192, -0.1),
                () -> new FloorLogTemperature(Double.NaN, 8192, 0.1), () -> new FloorLogTemperature(1, 1, inf),
                () -> new LogLengthTemperature(1), () -> new LogLengthTemperature(inf),
                () -> new LogLengthTemperature(Double.NaN),
                () -> QueryTemperature.llama4(8192, 0.1).factor(-1), () -> QueryTemperature.logLength(2).factor(-1),
                () -> QueryTemperature.logLength(2).factors(new long[2], new float[3]),
                () -> QueryTemperature.logLength(2).factors(Long.MAX_VALUE, new float[1]),
                () -> new LatentAttentionScale(0, 1), () -> new LatentAttentionScale(inf, 1),
                () -> new LatentAttentionScale(2, Double.NaN), () -> new LatentAttentionScale(2, -1),
                () -> new LatentAttentionScale(2, 1).scale(0));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalArgumentException.class, calls.get(i), "call " + i);
        }
    }
}
