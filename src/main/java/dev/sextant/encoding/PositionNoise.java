package dev.sextant.encoding;

/**
 * Positions disturbed in training so that a model gets used to longer texts. Random numbers are a function of seed, step and index
 * and of nothing else: no state, the same ids whenever a step is replayed, in any order, on any thread.
 *
 * @param seed of the whole run
 */
public record PositionNoise(long seed) {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    /** {@code 0..tokens-1} moved by one random shift between 0 and {@code most}. Source: SHAPE, Kiyono et al., arXiv:2109.05644. */
    public long[] shifted(int tokens, long most, long step) {
        notNegative("tokens, most shift", tokens, most);
        long shift = most == 0 ? 0 : (long) (unit(step, 0) * (most + 1));
        long[] ids = new long[tokens];
        for (int t = 0; t < tokens; t++) {
            ids[t] = t + shift;
        }
        return ids;
    }

    /**
     * An ascending random subset of {@code 0..range-1}, every subset as likely as another. Source: Ruoss et al., randomized positional
     * encodings, arXiv:2305.16843.
     */
    public int[] subset(int tokens, int range, long step) {
        if (tokens < 0 || range < tokens) {
            throw new IllegalArgumentException(
                    "tokens, range: got " + tokens + ", " + range + ", wanted 0 <= tokens <= range");
        }
        int[] ids = new int[tokens];
        int found = 0;
        for (int p = 0; found < tokens; p++) {
            if (unit(step, p) * (range - p) < tokens - found) {
                ids[found++] = p;
            }
        }
        return ids;
    }

    /**
     * CAPE: {@code (p + global + local[p]) * scale} with one {@code global} in +-{@code mostGlobal} and one {@code scale} between
     * {@code 1 / mostScale} and {@code mostScale} (uniform in the logarithm) for the sequence, and a {@code local} in
     * +-{@code mostLocal} for each position. Source: Likhomanenko et al., arXiv:2106.03143.
     *
     * @param positions one sequence
     * @param mostLocal usually at most half the distance of neighbours, so that their order stays
     * @param mostScale at least 1
     * @return float32, computed in double
     */
    public float[] cape(float[] positions, double mostGlobal, double mostLocal, double mostScale, long step) {
        if (!(mostGlobal >= 0 && mostLocal >= 0 && mostScale >= 1 && mostGlobal + mostLocal + mostScale < 1e300)) {
            throw new IllegalArgumentException("most global, local, scale: got " + mostGlobal + ", " + mostLocal + ", "
                    + mostScale + ", wanted at least 0, 0 and 1");
        }
        double global = around(mostGlobal, step, 0);
        double scale = StrictMath.exp(around(StrictMath.log(mostScale), step, 1));
        float[] moved = new float[positions.length];
        for (int t = 0; t < moved.length; t++) {
            moved[t] = (float) ((positions[t] + global + around(mostLocal, step, 2L + t)) * scale);
        }
        return moved;
    }

    /**
     * Whole positions dropped: each id becomes {@link PositionIds#NO_POSITION} with probability {@code rate}. The table's scale is then to
     * be {@code 1 / (1 - rate)}, so that the expected sum stays.
     */
    public long[] dropped(long[] ids, double rate, long step) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("rate: got " + rate + ", wanted 0 <= rate < 1");
        }
        long[] kept = ids.clone();
        for (int t = 0; t < kept.length; t++) {
            if (unit(step, t) < rate) {
                kept[t] = PositionIds.NO_POSITION;
            }
        }
        return kept;
    }

    private double around(double most, long step, long index) {
        return most * (2 * unit(step, index) - 1);
    }

    /** A number in [0, 1): the finaliser of SplitMix64 over the counter, twice so that neighbouring steps share nothing. */
    double unit(long step, long index) {
        return (mix(mix(seed + GOLDEN * step) + GOLDEN * (index + 1)) >>> 11) * 0x1p-53;
    }

    private static long mix(long counter) {
        long z = (counter ^ counter >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    private static void notNegative(String what, long a, long b) {
        if (a < 0 || b < 0 || b > Long.MAX_VALUE - a - 1) {
            throw new IllegalArgumentException(
                    what + ": got " + a + ", " + b + ", wanted at least 0 and a sum below 2^63");
        }
    }
}
