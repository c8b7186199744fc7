package dev.sextant.encoding;

import java.util.Arrays;
import java.util.List;

/**
 * Frequencies or periods given as numbers: a checkpoint's own, learned ones, the hours of a day. As many as there are waves.
 *
 * @param frequencies radians per position, finite; negative ones turn the other way
 */
public record GivenWaves(List<Double> frequencies) implements WaveRule {

    /** Refuses numbers that are not finite, naming the first. */
    public GivenWaves {
        frequencies = List.copyOf(frequencies);
        for (int k = 0; k < frequencies.size(); k++) {
            if (!Double.isFinite(frequencies.get(k))) {
                throw new IllegalArgumentException(
                        "frequency of wave " + k + ": got " + frequencies.get(k) + ", wanted a finite number");
            }
        }
    }

    /** Frequencies in radians per position. */
    public static GivenWaves frequencies(double... frequencies) {
        return new GivenWaves(Arrays.stream(frequencies).boxed().toList());
    }

    /** Periods in positions: {@code f = 2*pi/period}. A wave repeats after its period: 24, 168 for the hours of a day and a week. */
    public static GivenWaves periods(double... periods) {
        for (int k = 0; k < periods.length; k++) {
            if (!(Math.abs(periods[k]) > 0) || Double.isInfinite(periods[k])) {
                throw new IllegalArgumentException(
                        "period of wave " + k + ": got " + periods[k] + ", wanted a finite number other than 0");
            }
        }
        return frequencies(Arrays.stream(periods).map(p -> 2 * StrictMath.PI / p).toArray());
    }

    /**
     * Learned frequencies, which training can drive so high that neighbouring positions are noise to each other: a magnitude above
     * {@code most} is cut to it, the sign kept.
     *
     * @param learned the parameter vector, read now; a NaN or an infinity is refused with its index
     * @param most largest magnitude, above 0; pi is one sample a half wave at whole positions
     */
    public static GivenWaves learned(float[] learned, double most) {
        if (!(most > 0)) {
            throw new IllegalArgumentException("largest frequency: got " + most + ", wanted a number above 0");
        }
        double[] clamped = new double[learned.length];
        for (int k = 0; k < learned.length; k++) {
            if (!Float.isFinite(learned[k])) {
                throw new IllegalArgumentException(
                        "learned frequency " + k + ": got " + learned[k] + ", wanted a finite number");
            }
            clamped[k] = Math.clamp(learned[k], -most, most);
        }
        return frequencies(clamped);
    }

    @Override
    public double[] frequencies(int width, int waves, Rounding rounding) {
        if (frequencies.size() != waves) {
            throw new IllegalArgumentException("given waves: got " + frequencies.size() + ", wanted " + waves
                    + " for width " + width);
        }
        return frequencies.stream().mapToDouble(rounding::round).toArray();
    }

    @Override
    public String ruleName() {
        return "given";
    }
}
