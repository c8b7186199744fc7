package dev.sextant.encoding;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * The classes of distances of T5: one for each small distance, then classes that grow with the logarithm, the last one from about
 * {@code maxDistance} on. With N the buckets of one side, E = N/2, n the magnitude of the distance: bucket n below E, from there on
 * {@code min(N - 1, E + floor(ln(n/E) / ln(maxDistance/E) * (N - E)))}. Source: Raffel et al., T5, arXiv:1910.10683, section 2.1, and the
 * function {@code _relative_position_bucket} of its reference code, where WavLM, MPNet, LongT5, UMT5, UDOP and LayoutLMv3 have it from.
 *
 * <p>Here a bucket begins at the least integer whose logarithm reaches it, found once by comparing integer powers: no logarithm is ever
 * rounded. Models evaluate the logarithm in float32 and agree with that for every published setting; a logarithm that is one unit too
 * low moves distances that are exact powers (16, 32, 64 of 32 buckets to 128) into the bucket before.
 *
 * <p>Traps. {@code distance} is key minus query. Two sides: keys after the query have the upper half of the buckets, and bucket N (distance
 * +0) is never used. One side ({@code bidirectional} false, decoders): every key after the query is in bucket 0; an encoder read so
 * ignores its future. GGUF files do not hold {@code maxDistance}: llama.cpp has 128 in its code.
 *
 * @param bidirectional whether keys after the query have buckets of their own
 * @param buckets number of buckets, both sides together; at least 4 for two sides, 2 for one
 * @param maxDistance from about here on all distances share the last bucket; greater than E
 */
public record T5Buckets(boolean bidirectional, int buckets, int maxDistance) {

    /** Refuses numbers that leave no logarithm. */
    public T5Buckets {
        if (buckets < (bidirectional ? 4 : 2) || buckets > 1 << 12) {
            throw new IllegalArgumentException("buckets: got " + buckets + ", wanted " + (bidirectional ? 4 : 2)
                    + " to " + (1 << 12));
        }
        int exact = (bidirectional ? buckets / 2 : buckets) / 2;
        if (maxDistance <= exact) {
            throw new IllegalArgumentException("maxDistance: got " + maxDistance + ", wanted more than " + exact
                    + ", the distances with a bucket of their own");
        }
    }

    /** T5, mT5, UMT5, LongT5's local attention, MPNet (two sides), UDOP: 32 buckets to distance 128. Encoders have two sides, decoders one. */
    public static T5Buckets t5(boolean bidirectional) {
        return new T5Buckets(bidirectional, 32, 128);
    }

    /** WavLM: 320 buckets to distance 800, two sides. */
    public static T5Buckets wavLm() {
        return new T5Buckets(true, 320, 800);
    }

    /** Buckets of one side. */
    public int side() {
        return bidirectional ? buckets / 2 : buckets;
    }

    /**
     * Where the buckets from E on begin, ascending: element k is the least magnitude in bucket {@code side()/2 + k} of its side. A fresh
     * array.
     */
    public int[] thresholds() {
        int exact = side() / 2;
        int steps = side() - exact;
        int[] first = new int[steps];
        BigInteger e = BigInteger.valueOf(exact);
        for (int k = 0; k < steps; k++) {
            // ln(n/E) / ln(M/E) * steps >= k  as integers:  n^steps >= M^k * E^(steps-k)
            BigInteger bound = BigInteger.valueOf(maxDistance).pow(k).multiply(e.pow(steps - k));
            int low = k == 0 ? exact : first[k - 1];
            int high = maxDistance;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (BigInteger.valueOf(middle).pow(steps).compareTo(bound) >= 0) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            first[k] = low;
        }
        return first;
    }

    /** The buckets of distances {@code first} to {@code last}, key minus query. */
    public int[] of(long first, long last) {
        int[] thresholds = thresholds();
        int[] result = new int[Math.toIntExact(Math.subtractExact(last, first) + 1)];
        Arrays.setAll(result, i -> bucket(first + i, thresholds));
        return result;
    }

    /** The bucket of a distance, by {@link #thresholds}. */
    int bucket(long distance, int[] thresholds) {
        if (distance > 0) {
            return bidirectional ? side() + magnitude(distance, thresholds) : 0;
        }
        return magnitude(-distance, thresholds);
    }

    /** A bucket holds all that lie between its threshold and the next, so a tie of thresholds leaves a bucket empty. */
    private int magnitude(long n, int[] thresholds) {
        int exact = side() / 2;
        if (n < exact) {
            return (int) n;
        }
        int k = 0;
        while (k + 1 < thresholds.length && n >= thresholds[k + 1]) {
            k++;
        }
        return exact + k;
    }
}
