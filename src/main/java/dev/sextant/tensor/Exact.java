package dev.sextant.tensor;

/** Arithmetic on sizes that refuses to wrap. */
final class Exact {

    private Exact() {}

    static long times(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        if (high != a * b >> 63) {
            throw new IllegalArgumentException("size overflow: got " + a + " x " + b + ", wanted a number below 2^63");
        }
        return a * b;
    }

    static long plus(long a, long b) {
        long sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) {
            throw new IllegalArgumentException("size overflow: got " + a + " + " + b + ", wanted a number below 2^63");
        }
        return sum;
    }
}
