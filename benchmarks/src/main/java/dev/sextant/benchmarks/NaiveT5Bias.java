package dev.sextant.benchmarks;

import dev.sextant.encoding.T5Bias;
import dev.sextant.encoding.T5Buckets;
import java.util.Random;

/**
 * T5's bias as models build it today: the bucket of each pair of a query and a key by a float32 logarithm, then a number of a table for
 * each head. Two sides, 32 buckets, to distance 128.
 */
final class NaiveT5Bias {

    /** {@code [buckets][heads]}. */
    static final float[] TABLE = table();

    /** The same bias as the library defines it. */
    static final T5Bias DEFINITION = T5Bias.of(T5Buckets.t5(true), Data.QUERY_HEADS, TABLE);

    private NaiveT5Bias() {}

    private static float[] table() {
        Random random = new Random(5);
        float[] table = new float[32 * Data.QUERY_HEADS];
        for (int i = 0; i < table.length; i++) {
            table[i] = 2 * random.nextFloat() - 1;
        }
        return table;
    }

    /** Writes the bias {@code [heads, tokens, tokens]}; {@code buckets} has room for {@code [tokens, tokens]}. */
    static void write(float[] out, int[] buckets, int tokens) {
        for (int i = 0; i < tokens; i++) {
            for (int j = 0; j < tokens; j++) {
                buckets[i * tokens + j] = bucket(j - i);
            }
        }
        for (int h = 0; h < Data.QUERY_HEADS; h++) {
            for (int pair = 0; pair < tokens * tokens; pair++) {
                out[h * tokens * tokens + pair] = TABLE[buckets[pair] * Data.QUERY_HEADS + h];
            }
        }
    }

    private static int bucket(int distance) {
        int side = distance > 0 ? 16 : 0;
        int n = Math.abs(distance);
        if (n < 8) {
            return side + n;
        }
        float log = (float) Math.log(n / 8f) / (float) Math.log(128 / 8d);
        return side + Math.min(15, 8 + (int) (log * 8));
    }
}
