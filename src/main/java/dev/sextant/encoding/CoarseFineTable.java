package dev.sextant.encoding;

import java.util.Objects;

/**
 * Cosines and sines of {@code coarse * fine} positions from {@code coarse + fine} rows: with {@code p = fine * a + b},
 * {@code cos(pw) = cos(fine*a*w) cos(bw) - sin(fine*a*w) sin(bw)} and likewise the sine, one complex product a pair. Both tables are rounded to
 * float32 once, the product is float32 arithmetic: an entry is at most {@link #MAX_ERROR} off the true value. Immutable.
 */
public final class CoarseFineTable {

    /**
     * Bound of the absolute error of an entry: two factors off by 2^-25 each in both products (2^-23 in all, magnitudes being at most
     * 1), each product rounded (2^-25 each), the sum rounded (2^-25), and the double angle.
     */
    public static final double MAX_ERROR = 0x1p-23 + 3 * 0x1p-25 + 0x1p-28;

    /** Beyond this many radians the rounding of a double angle would show. */
    private static final double MOST_RADIANS = 0x1p24;

    private final double[] frequencies;
    private final int fine;
    private final int coarse;
    private final float[] coarseRows;
    private final float[] fineRows;

    /**
     * Makes both tables.
     *
     * @param frequencies radians per position, one a pair
     * @param fine rows of the fine table, 256 for instance
     * @param coarse rows of the coarse table
     */
    public CoarseFineTable(double[] frequencies, int fine, int coarse) {
        if (fine < 1 || coarse < 1 || frequencies.length < 1
                || 2L * frequencies.length * Math.max(fine, coarse) > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("pairs, fine, coarse: got " + frequencies.length + ", " + fine + ", "
                    + coarse + ", wanted at least 1 and tables that an array can hold");
        }
        for (double frequency : frequencies) {
            if (!(Math.abs(frequency) * coarse * fine <= MOST_RADIANS)) {
                throw new IllegalArgumentException("frequency: got " + frequency + " for " + (long) coarse * fine
                        + " positions, wanted angles of at most 2^24 radians");
            }
        }
        this.frequencies = frequencies.clone();
        this.fine = fine;
        this.coarse = coarse;
        this.fineRows = rows(this.frequencies, fine, 1);
        this.coarseRows = rows(this.frequencies, coarse, fine);
    }

    private static float[] rows(double[] frequencies, int count, long step) {
        int pairs = frequencies.length;
        float[] rows = new float[2 * pairs * count];
        for (int r = 0; r < count; r++) {
            for (int j = 0; j < pairs; j++) {
                double angle = step * r * frequencies[j];
                rows[2 * pairs * r + j] = (float) StrictMath.cos(angle);
                rows[2 * pairs * r + pairs + j] = (float) StrictMath.sin(angle);
            }
        }
        return rows;
    }

    /** Positions that the two tables reach. */
    public long positions() {
        return (long) fine * coarse;
    }

    /** Bytes of both tables. */
    public long bytes() {
        return 4L * (coarseRows.length + fineRows.length);
    }

    /** Writes the row of {@code position}: cosines, then sines, of every pair. */
    public void row(long position, float[] cos, float[] sin) {
        Objects.checkIndex(position, positions());
        int pairs = frequencies.length;
        int a = (int) (position / fine) * 2 * pairs;
        int b = (int) (position % fine) * 2 * pairs;
        for (int j = 0; j < pairs; j++) {
            float ca = coarseRows[a + j];
            float sa = coarseRows[a + pairs + j];
            float cb = fineRows[b + j];
            float sb = fineRows[b + pairs + j];
            cos[j] = ca * cb - sa * sb;
            sin[j] = sa * cb + ca * sb;
        }
    }
}
