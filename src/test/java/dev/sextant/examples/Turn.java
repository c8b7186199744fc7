package dev.sextant.examples;

/** One pair turned in double arithmetic, and how far the loops of engines may be from it. */
public record Turn(double angle, double x0, double x1) {

    /** Pair {@code pair} of {@code dim} elements at {@code position}, whose frequency is divided by {@code divisor}. */
    public static Turn of(double theta, int pair, int dim, double divisor, long position, double x0, double x1) {
        return new Turn(position * Math.pow(theta, -2.0 * pair / dim) / divisor, x0, x1);
    }

    public double first() {
        return x0 * Math.cos(angle) - x1 * Math.sin(angle);
    }

    public double second() {
        return x0 * Math.sin(angle) + x1 * Math.cos(angle);
    }

    /**
     * What float32 may be off by. The frequency is a power and a quotient, rounded (at most 4 roundings), the angle is a
     * product of it, rounded: 5 parts in 2^24 of the angle. Cosine and sine, two products and a sum: at most 4 parts in
     * 2^24 of the elements.
     */
    public double float32() {
        return (Math.abs(x0) + Math.abs(x1)) * (5 * angle + 4) * 0x1p-24;
    }

    /** The same, rounded to bfloat16: half a unit in the last of 8 digits more. */
    public double bfloat16() {
        return float32() + Math.max(Math.abs(first()), Math.abs(second())) * 0x1p-8;
    }

    /** Refuses a result that is further off than {@code bound}. */
    public void within(double bound, double y0, double y1, String what) {
        if (!(Math.abs(y0 - first()) <= bound && Math.abs(y1 - second()) <= bound)) {
            throw new AssertionError(what + ": got (" + y0 + ", " + y1 + "), wanted (" + first() + ", " + second()
                    + ") within " + bound);
        }
    }
}
