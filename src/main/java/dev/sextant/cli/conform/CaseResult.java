package dev.sextant.cli.conform;

import dev.sextant.cli.reference.Tolerance;
import dev.sextant.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;

/** What came of one case on one backend: counts, and a sentence for everything that went wrong. */
public final class CaseResult {

    private final List<String> failures = new ArrayList<>();
    private final Set<String> notProduced = new TreeSet<>();
    private long values;
    private long equalBits;
    private long refused;
    private boolean fromConfig;

    /** Sentences, empty when the case passed. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** Kinds of expected values that no part of this library makes. */
    public Set<String> notProduced() {
        return notProduced;
    }

    /** Values compared. */
    public long values() {
        return values;
    }

    /** Values whose bits are equal, however much was allowed. */
    public long equalBits() {
        return equalBits;
    }

    /** Inputs that the library refused, as its documentation says it does. */
    public long refused() {
        return refused;
    }

    /** Whether the case's model configuration was read by {@link dev.sextant.config.HfConfig}. */
    public boolean fromConfig() {
        return fromConfig;
    }

    void setFromConfig() {
        fromConfig = true;
    }

    void fail(String sentence) {
        failures.add(sentence);
    }

    void addNotProduced(String what) {
        notProduced.add(what);
    }

    void addRefused() {
        refused++;
    }

    /** Compares float32 values; {@code position} gives the position behind each. */
    void compare(String tensor, float[] got, float[] want, Tolerance tolerance, IntToLongFunction position) {
        compare(tensor, got.length, want.length, i -> got[i], i -> want[i], i -> Float.floatToRawIntBits(got[i]),
                i -> Float.floatToRawIntBits(want[i]), tolerance, position);
    }

    /** Compares bfloat16 values given as bit patterns. */
    void compareBf16(String tensor, short[] got, short[] want, Tolerance tolerance) {
        compareHalves(tensor, DType.BF16, got, want, tolerance);
    }

    /** Compares 16-bit values of a type given as bit patterns. */
    void compareHalves(String tensor, DType dtype, short[] got, short[] want, Tolerance tolerance) {
        compare(tensor, got.length, want.length, i -> widened(dtype, got[i]), i -> widened(dtype, want[i]), i -> got[i],
                i -> want[i], tolerance, i -> 0);
    }

    /** Compares integers, which must be equal. */
    void compare(String tensor, long[] got, long[] want) {
        values += want.length;
        for (int i = 0; i < want.length; i++) {
            if (got.length != want.length || got[i] != want[i]) {
                fail(tensor + ": got " + (got.length != want.length ? got.length + " values" : got[i] + " at " + i)
                        + ", wanted "
                        + (got.length != want.length ? want.length : want[i]));
                return;
            }
            equalBits++;
        }
    }

    private static double widened(DType dtype, short bits) {
        return dtype == DType.F16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
    }

    private void compare(String tensor, int count, int wantCount, IntFunction<Number> got, IntFunction<Number> want,
            IntUnaryOperator gotBits, IntUnaryOperator wantBits, Tolerance tolerance, IntToLongFunction position) {
        if (count != wantCount) {
            fail(tensor + ": got " + count + " values, wanted " + wantCount);
            return;
        }
        int bad = 0;
        int worst = -1;
        double worstExcess = -1;
        for (int i = 0; i < count; i++) {
            double g = got.apply(i).doubleValue();
            double w = want.apply(i).doubleValue();
            boolean same = gotBits.applyAsInt(i) == wantBits.applyAsInt(i) || Double.isNaN(g) && Double.isNaN(w);
            values++;
            equalBits += same ? 1 : 0;
            double error = Math.abs(g - w);
            boolean accepted = same || !tolerance.isBits() && error <= tolerance.allowed(w, position.applyAsLong(i))
                    && Double.isFinite(w);
            if (!accepted) {
                bad++;
                double excess = Double.isFinite(error) ? error : Double.MAX_VALUE;
                if (excess > worstExcess) {
                    worstExcess = excess;
                    worst = i;
                }
            }
        }
        if (bad > 0) {
            double g = got.apply(worst).doubleValue();
            double w = want.apply(worst).doubleValue();
            fail(String.format(
                    "%s: %d of %d values; worst at %d (position %d): got %s, wanted %s, error %.3g, allowed %s", tensor,
                    bad, count, worst, position.applyAsLong(worst), (float) g, (float) w, Math.abs(g - w),
                    tolerance.isBits()
                            ? "none (equal bits)"
                            : String.format("%.3g", tolerance.allowed(w, position.applyAsLong(worst)))));
        }
    }
}
