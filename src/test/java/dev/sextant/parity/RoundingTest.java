package dev.sextant.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import dev.sextant.testkit.Bits;
import dev.sextant.testkit.Layouts;
import dev.sextant.testkit.Place;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All 65,536 patterns of each 16-bit type through every kernel. Catches a conversion that flushes denormals, rounds
 * ties away from even, overflows to the wrong side, or lets a NaN become a number or an infinity.
 */
@Tag("parity")
class RoundingTest {

    private static final int ALL = 1 << 16;

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F16", "BF16"})
    void everyPatternKeepsItsValueUnderTheIdentity(DType dtype) {
        for (Backend backend : Backends.all()) {
            for (PairLayout layout : Layouts.IN_PLACE) {
                short[] got = rotated(backend, dtype, layout, 1, 0);
                for (int i = 0; i < ALL; i++) {
                    float x = Bits.widen(dtype, (short) i);
                    float y = Bits.widen(dtype, got[index(layout, i)]);
                    // infinity times the sine of 0 is NaN
                    if (!(x == y || Float.isNaN(y) && (Float.isNaN(x) || Float.isInfinite(x)))) {
                        fail(backend + " " + dtype + " " + layout + ": pattern " + Integer.toHexString(i) + " became "
                                + y);
                    }
                }
            }
        }
    }

    /** Multipliers that put exact halves, just more and just less, and overflow, into the last rounding. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F16", "BF16"})
    void everyPatternIsRoundedToNearestEven(DType dtype) {
        for (float c : new float[]{0.5f, 1.5f, 1.25f, 0x1.004p0f, 0x1.01p0f, 0x1.002002p0f, 3e-5f, 70000f, -1.75f}) {
            for (PairLayout layout : Layouts.IN_PLACE) {
                for (Backend backend : Backends.all()) {
                    short[] got = rotated(backend, dtype, layout, c, 0.25f);
                    for (int i = 0; i < ALL; i++) {
                        float x = Bits.widen(dtype, (short) i);
                        float wanted = Bits.widen(dtype, Bits.narrow(dtype, x * c - 0f * 0.25f));
                        float y = Bits.widen(dtype, got[index(layout, i)]);
                        if (Float.isNaN(wanted) != Float.isNaN(y)
                                || !Float.isNaN(y) && Float.floatToRawIntBits(wanted) != Float.floatToRawIntBits(y)) {
                            fail(backend + " " + dtype + " " + layout + ": " + x + " * " + c + " became " + y
                                    + ", wanted " + wanted);
                        }
                    }
                }
            }
        }
    }

    private static int index(PairLayout layout, int i) {
        return layout == PairLayout.HALF_SPLIT ? i % 64 + i / 64 * 128 : 2 * i;
    }

    /** All patterns as first elements of pairs, zeros as second ones, by heads of 64 pairs with one cosine and sine. */
    private static short[] rotated(Backend backend, DType dtype, PairLayout layout, float c, float s) {
        float[] cos = new float[64];
        float[] sin = new float[64];
        Arrays.fill(cos, c);
        Arrays.fill(sin, s);
        short[] x = new short[2 * ALL];
        for (int i = 0; i < ALL; i++) {
            x[index(layout, i)] = (short) i;
        }
        RotaryPlan plan = RotaryPlan.ofTable(Rows.of(cos, 1, 64), Rows.of(sin, 1, 64), layout, HeadShape.of(128, dtype),
                backend);
        plan.rotate(Heads.of(x, dtype, 1, ALL / 64, 128), Positions.from(0));
        return x;
    }

    /** A NaN in either element makes both results NaN, at every place of a vector and of its tail. */
    @Test
    void nanNeverBecomesANumber() {
        for (Backend backend : Backends.all()) {
            for (DType dtype : DType.values()) {
                for (PairLayout layout : Layouts.IN_PLACE) {
                    for (int pairs : new int[]{1, 7, 16, 33}) {
                        RotaryPlan plan = RotaryPlan.builder(Rope.of(2 * pairs, 10_000).layout(layout),
                                HeadShape.of(2 * pairs, dtype)).backend(backend).build();
                        for (int place = 0; place < 2 * pairs; place++) {
                            oneNan(plan, dtype, pairs, place, layout);
                        }
                    }
                }
            }
        }
    }

    private static void oneNan(RotaryPlan plan, DType dtype, int pairs, int place, PairLayout layout) {
        MemorySegment x = Place.NATIVE.allocate(dtype, 2L * pairs);
        for (int i = 0; i < 2 * pairs; i++) {
            Bits.set(x, dtype, i, 1 + i);
        }
        // the NaN whose payload is lost when the upper half of the word is cut off
        if (dtype == DType.F32) {
            x.set(ValueLayout.JAVA_INT, 4L * place, 0x7f800001);
        } else {
            x.set(ValueLayout.JAVA_SHORT, 2L * place, (short) (dtype == DType.F16 ? 0x7c01 : 0xff81));
        }
        plan.rotate(Heads.of(x, dtype, 1, 1, 2 * pairs), Positions.from(3));
        int partner = layout == PairLayout.INTERLEAVED ? place ^ 1 : (place + pairs) % (2 * pairs);
        for (int i = 0; i < 2 * pairs; i++) {
            int element = i;
            assertEquals(i == place || i == partner, Float.isNaN(Bits.get(x, dtype, i)),
                    () -> plan + ": NaN at " + place + ", is element " + element + " a NaN");
        }
    }
}
