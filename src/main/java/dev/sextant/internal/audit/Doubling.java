package dev.sextant.internal.audit;

/** How rows hold what belongs to a pair: once, or once for each of its two elements. */
enum Doubling {
    /** One column a pair. */
    ONCE(""),
    /** All pairs, then all pairs again. */
    HALVES(", doubled as [c..c c..c]"),
    /** Every pair twice in a row. */
    ELEMENTS(", doubled as [c c ..]");

    private final String words;

    Doubling(String words) {
        this.words = words;
    }

    /** A value of a row. */
    interface Reader { double at(long row, int column); }

    /**
     * Recognised by the numbers: equal columns in every row, while the columns of some row are not all alike (position 0 has
     * the same cosine everywhere and proves nothing).
     */
    static Doubling of(int width, long rows, Reader values) {
        if (width % 2 != 0) {
            return ONCE;
        }
        boolean halves = true;
        boolean elements = true;
        boolean proof = false;
        for (long row = 0; row < rows && (halves || elements); row++) {
            for (int j = 0; j < width / 2; j++) {
                halves &= same(values.at(row, j), values.at(row, j + width / 2));
                elements &= same(values.at(row, 2 * j), values.at(row, 2 * j + 1));
                proof |= !same(values.at(row, j), values.at(row, 0));
            }
        }
        return proof && halves ? HALVES : proof && elements ? ELEMENTS : ONCE;
    }

    private static boolean same(double a, double b) {
        return Double.compare(a, b) == 0 || a == b;
    }

    int pairs(int width) {
        return this == ONCE ? width : width / 2;
    }

    /** The first column of pair {@code j}. */
    int first(int j) {
        return this == ELEMENTS ? 2 * j : j;
    }

    String words() {
        return words;
    }
}
