package dev.sextant.cli.reference;

/**
 * A tolerance class of a manifest: accept {@code |got - want| <= abs + rel*|want| + extraPerPosition*|position|}; a
 * value that is not finite must be matched exactly, any NaN for NaN.
 *
 * @param name its name
 * @param abs absolute part
 * @param rel relative part
 * @param extraPerPosition slack for designs whose error grows with the position
 * @param goalBits whether the expected values are correctly rounded, so that equal bits are the aim
 */
public record Tolerance(String name, double abs, double rel, double extraPerPosition, boolean goalBits) {

    /**
     * Whether equal bit patterns are required. The slack of a class whose goal is bits is meant for lesser recipes than
     * ours; a class without any slack says that its values are exact. {@code exact-value} lets a zero have either sign.
     */
    public boolean isBits() {
        return goalBits || abs == 0 && rel == 0 && !name.equals("exact-value");
    }

    /** The allowed error of a finite value. */
    public double allowed(double want, long position) {
        return abs + rel * Math.abs(want) + extraPerPosition * Math.abs((double) position);
    }
}
