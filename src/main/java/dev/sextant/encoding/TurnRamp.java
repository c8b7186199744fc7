package dev.sextant.encoding;

/**
 * How much of a pair's frequency a by-parts scaling replaces: 0 up to the pair that turns {@code fast} times within the original
 * context, 1 from the pair that turns {@code slow} times, linear in the pair index between. Shared by YaRN and NTK-by-parts.
 */
final class TurnRamp {

    private final double low;
    private final double high;

    /** The ramp of one rotary dim; the range is clamped to {@code R - 1}, and one of a single point gets a width of 0.001. */
    TurnRamp(double base, double originalContext, double fast, double slow, boolean truncate, int rotaryDim) {
        double from = pairTurning(fast, base, originalContext, rotaryDim);
        double to = pairTurning(slow, base, originalContext, rotaryDim);
        if (truncate) {
            from = StrictMath.floor(from);
            to = StrictMath.ceil(to);
        }
        this.low = Math.max(from, 0);
        double end = Math.min(to, rotaryDim - 1);
        this.high = low == end ? end + 0.001 : end;
    }

    /** The ramp at pair {@code j}, 0 to 1. */
    double at(int j, Rounding r) {
        return Math.clamp(r.round(r.round(j - r.round(low)) / r.round(high - low)), 0.0, 1.0);
    }

    /** The (fractional) pair that turns {@code turns} times within the original context. */
    private static double pairTurning(double turns, double base, double originalContext, int rotaryDim) {
        return rotaryDim * StrictMath.log(originalContext / (turns * 2 * StrictMath.PI)) / (2 * StrictMath.log(base));
    }
}
