package dev.sextant.internal.audit;

import java.util.TreeSet;

/** Which rows of long evidence are looked at while engines are tried: all of few, else the same 256 or so every time. */
final class Sample {

    private static final int MOST = 256;
    private static final int FIRST = 16;
    private static final int LAST = 8;
    private static final int EVEN = 192;

    private Sample() {}

    /** Neighbours at both ends, distances that double, and rows spread over the whole length. */
    static long[] of(long rows) {
        TreeSet<Long> chosen = new TreeSet<>();
        if (rows <= MOST) {
            for (long row = 0; row < rows; row++) {
                chosen.add(row);
            }
        } else {
            for (long i = 0; i < FIRST; i++) {
                chosen.add(i);
            }
            for (long i = 0; i < LAST; i++) {
                chosen.add(rows - 1 - i);
            }
            for (long distance = FIRST; distance < rows; distance += distance / 2) {
                chosen.add(distance);
            }
            for (long i = 0; i < EVEN; i++) {
                chosen.add(i * (rows - 1) / (EVEN - 1));
            }
        }
        return chosen.stream().mapToLong(Long::longValue).toArray();
    }
}
