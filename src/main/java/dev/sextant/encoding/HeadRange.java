package dev.sextant.encoding;

/** What parts of biases have in common. */
final class HeadRange {

    private HeadRange() {}

    static void check(int of, int first, int count, double factor) {
        if (first < 0 || count < 1 || count > of - first) {
            throw new IllegalArgumentException("first head, heads: got " + first + ", " + count
                    + ", wanted at least one of the " + of + " heads of the bias");
        }
        if (!Double.isFinite(factor)) {
            throw new IllegalArgumentException("factor: got " + factor + ", wanted a finite number");
        }
    }

    /** A number of heads that a bias may have. */
    static int heads(int heads) {
        if (heads < 1) {
            throw new IllegalArgumentException("heads: got " + heads + ", wanted at least 1");
        }
        return heads;
    }
}
