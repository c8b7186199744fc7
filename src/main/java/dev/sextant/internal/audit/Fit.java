package dev.sextant.internal.audit;

import java.util.Arrays;

/**
 * How well an engine agrees with evidence. Errors are relative to what turns: of cos and sin the distance in the plane, of
 * heads the distance over the length of the unrotated pair, of frequencies the relative difference.
 *
 * @param errors largest error of each pair
 * @param allowed what was allowed there: the wider bound, at the row of the largest error
 * @param strict largest ratio of an error to the narrow bound, that of other arithmetic in the last bits
 * @param wide largest ratio to the wide bound, which also lets frequencies differ by two units in the last place
 * @param mean root mean square of all errors, each cut off at 2
 * @param outside largest relative change of elements outside the rotated slice
 */
public record Fit(double[] errors, double[] allowed, double strict, double wide, double mean, double outside) {

    /** An engine that cannot have left this evidence. */
    static Fit impossible(int pairs) {
        double[] errors = new double[pairs];
        Arrays.fill(errors, Double.POSITIVE_INFINITY);
        return new Fit(errors, new double[pairs], Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 2, 0);
    }

    public double largest() {
        double largest = outside;
        for (double e : errors) {
            largest = Math.max(largest, e);
        }
        return largest;
    }

    public boolean isStrict() {
        return strict <= 1;
    }

    public boolean isWide() {
        return wide <= 1;
    }

    /** Collects errors one by one. */
    static final class Sum {

        private static final double MOST = 2;
        /** Entries of a rounded table that may have been rounded the other way. */
        private static final double FLIPS = 0.02;
        /** Below this share of a table's unit an error of the angle hardly ever changes an entry. */
        private static final double SHARP = 1.0 / 64;

        private final double[] errors;
        private final double[] allowed;
        private double strict;
        private double wide;
        private double squares;
        private double weight;
        private double outside;
        private long entries;
        private long flips;
        private long wideEntries;
        private long wideFlips;

        Sum(int pairs) {
            errors = new double[pairs];
            allowed = new double[pairs];
        }

        /** One error with its bounds; up to {@code flip} more are forgiven where that is rare. */
        void add(int pair, double error, double strictBound, double wideBound, double flip) {
            double e = error < Double.POSITIVE_INFINITY ? error : Double.POSITIVE_INFINITY; // also for NaN
            if (e >= errors[pair]) {
                errors[pair] = e;
                allowed[pair] = wideBound + flip;
            }
            entries++;
            if (e > strictBound && e <= strictBound + flip) {
                flips++;
            } else {
                strict = Math.max(strict, e / strictBound);
            }
            wide = Math.max(wide, e / (wideBound + flip));
            if (wideBound < flip * SHARP) { // here a value goes the other way only when it stood next to a boundary
                wideEntries++;
                wideFlips += e > wideBound ? 1 : 0;
            }
            count(e, 1);
        }

        /** A change of elements that should have been left alone, as many as {@code pairs} pairs. */
        void outside(double error, double bound, double pairs) {
            double e = error < Double.POSITIVE_INFINITY ? error : Double.POSITIVE_INFINITY;
            outside = Math.max(outside, e);
            strict = Math.max(strict, e / bound);
            wide = Math.max(wide, e / bound);
            count(e, pairs);
        }

        private void count(double e, double share) {
            double cut = Math.min(e, MOST);
            squares += cut * cut * share;
            weight += share;
        }

        Fit fit() {
            double narrow = (double) flips > FLIPS * (double) entries ? Math.max(strict, 2) : strict;
            double broad = (double) wideFlips > FLIPS * (double) wideEntries ? Math.max(wide, 2) : wide;
            return new Fit(errors, allowed, narrow, broad, weight == 0 ? 0 : Math.sqrt(squares / weight), outside);
        }
    }
}
