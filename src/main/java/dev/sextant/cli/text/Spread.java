package dev.sextant.cli.text;

import java.util.Arrays;

/**
 * Median and range of a measurement over rounds.
 *
 * @param median the middle value
 * @param least the smallest
 * @param greatest the largest
 */
public record Spread(double median, double least, double greatest) {

    /** Of one value and more. */
    public static Spread of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return new Spread((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1]);
    }

    /** The same in another unit. */
    public Spread times(double factor) {
        return new Spread(median * factor, least * factor, greatest * factor);
    }
}
