package dev.sextant.goldens;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.Backend;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.form.RotaryRows;
import dev.sextant.internal.form.RowSource;
import dev.sextant.internal.form.TurnFraction;
import dev.sextant.internal.kernel.RotaryKernel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Worked examples of the row recipes, from a fraction of a turn to the bits of both recipes, made by a program in C
 * with another 128-bit arithmetic. Catches a carry lost between the words of a phase, and a change of recipe that
 * nobody meant.
 */
@Tag("goldens")
class PhaseVectorsTest {

    /** position, fraction (upper, lower word), EXACT cos and sin, FAST cos and sin, as bits. */
    private static final String VECTORS = """
            1 0018c5bcebab1fea 16963f385bce0329 3f7fffd1 3b1ba647 3f7fffd1 3b1ba646
            4294967295 0018c5bcebab1fea 16963f385bce0329 3f607da4 bef616a7 3f607da4 bef616a8
            7 07c5bdd63ac03cbc f84b4cd5bef07445 3e6ee089 3f78efdc 3e6ee089 3f78efdc
            131071 07c5bdd63ac03cbc f84b4cd5bef07445 bf74cbbf 3e95d01c bf74cbbf 3e95d01c
            0 28be60db9391054a 7f09d5f47d4d3770 3f800000 00000000 3f800000 00000000
            1 28be60db9391054a 7f09d5f47d4d3770 3f0a5140 3f576aa4 3f0a5140 3f576aa5
            -1 28be60db9391054a 7f09d5f47d4d3770 3f0a5140 bf576aa4 3f0a5140 bf576aa5
            7 28be60db9391054a 7f09d5f47d4d3770 3f40ffbd 3f283046 3f40ffbd 3f283046
            131071 28be60db9391054a 7f09d5f47d4d3770 bf51675e bf13430a bf51675e bf13430a
            -131071 28be60db9391054a 7f09d5f47d4d3770 bf51675e 3f13430a bf51675e 3f13430a
            4294967295 28be60db9391054a 7f09d5f47d4d3770 bf5e3103 3efe4c79 bf5e3103 3efe4c7a
            -4294967295 28be60db9391054a 7f09d5f47d4d3770 bf5e3103 befe4c79 bf5e3103 befe4c7a
            -1 2130c415f3514ecf 73e13700d1ab7e90 3f2fa753 bf3a3b04 3f2fa752 bf3a3b04
            -131071 2130c415f3514ecf 73e13700d1ab7e90 bf513ba2 bf138127 bf513ba1 bf138127
            -1 053e420be239f601 d740779b53562684 3f7de219 be036997 3f7de219 be036997
            -131071 053e420be239f601 d740779b53562684 bf7fe5e1 bce742fb bf7fe5e1 bce742fb
            0 00d630c00191eaf8 46f8a7e16a929275 3f800000 00000000 3f800000 00000000
            -4294967295 00d630c00191eaf8 46f8a7e16a929275 3f7ff563 bc936ecd 3f7ff563 bc936ecd
            7 00013458e2f59024 2be23e83ce94c516 3f7ffffb 3a53e745 3f7ffffb 3a53e740
            131071 00013458e2f59024 2be23e83ce94c516 bf573bb6 3f0a9a3c bf573bb6 3f0a9a3c
            """;

    @Test
    void everyBackendGivesTheseBits() {
        VECTORS.lines().map(line -> line.split(" ")).forEach(v -> {
            for (Backend backend : Backends.all()) {
                check(backend, v, RowSource.EXACT, 3);
                check(backend, v, RowSource.FAST, 5);
            }
        });
    }

    private static void check(Backend backend, String[] vector, RowSource source, int at) {
        long[] hi = {Long.parseUnsignedLong(vector[1], 16)};
        long[] lo = {Long.parseUnsignedLong(vector[2], 16)};
        RotaryForm form = RotaryForm.of(PairLayout.HALF_SPLIT, AxisMap.text(), 1,
                new RotaryForm.Choices(2, 0, DType.F32, RotaryRounding.ONCE, false, false),
                new RotaryRows(source, 1f, hi, lo, new float[1], new double[1], null, 0, false));
        RotaryKernel kernel = Backends.kernels(backend).rotary(form);
        float[] cos = new float[1];
        float[] sin = new float[1];
        kernel.rows(Positions.from(Long.parseLong(vector[0])), Rows.of(cos, 1, 1), Rows.of(sin, 1, 1));
        String where = backend + ", " + source + ", position " + vector[0] + ", fraction " + vector[1];
        assertEquals(vector[at], String.format("%08x", Float.floatToRawIntBits(cos[0])), "cos, " + where);
        assertEquals(vector[at + 1], String.format("%08x", Float.floatToRawIntBits(sin[0])), "sin, " + where);
    }

    /** 1 radian is 1/(2 pi) of a turn; whole turns vanish; what is far below 2^-128 is 0. */
    @Test
    void fractionsOfATurn() {
        assertEquals(new TurnFraction(0x28be60db9391054aL, 0x7f09d5f47d4d3770L), TurnFraction.of(1));
        assertEquals(new TurnFraction(0x517cc1b727220a94L, 0xfe13abe8fa9a6ee0L), TurnFraction.of(2));
        assertEquals(new TurnFraction(0, 0), TurnFraction.of(0));
        assertEquals(new TurnFraction(0, 0), TurnFraction.of(Double.MIN_VALUE));
        assertEquals(new TurnFraction(0, 0), TurnFraction.of(0x1p-140));
        assertEquals(new TurnFraction(0, 1), TurnFraction.of(0x1p-125));
    }
}
