package dev.sextant.benchmarks;

import dev.sextant.encoding.T5Bias;
import dev.sextant.encoding.T5Buckets;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** T5's bias in an encoder for peers: two sides, 32 buckets, to distance 128. */
final class PeerT5 {

    static final int BUCKETS = 32;
    static final int LONGEST = 128;

    /** {@code [buckets][heads]}. */
    static final float[] TABLE = table();

    static final T5Bias BIAS = T5Bias.of(T5Buckets.t5(true), Data.QUERY_HEADS, TABLE);

    private PeerT5() {}

    private static float[] table() {
        Random random = new Random(20261);
        float[] table = new float[BUCKETS * Data.QUERY_HEADS];
        for (int i = 0; i < table.length; i++) {
            table[i] = 2 * random.nextFloat() - 1;
        }
        return table;
    }

    /** The table off the heap. */
    static MemorySegment weight() {
        MemorySegment memory = Data.allocate(4L * TABLE.length);
        MemorySegment.copy(MemorySegment.ofArray(TABLE), 0, memory, 0, memory.byteSize());
        return memory;
    }

    /** The table by heads, {@code [heads][buckets]}. */
    static MemorySegment weightByHead() {
        float[] turned = new float[TABLE.length];
        for (int b = 0; b < BUCKETS; b++) {
            for (int h = 0; h < Data.QUERY_HEADS; h++) {
                turned[h * BUCKETS + b] = TABLE[b * Data.QUERY_HEADS + h];
            }
        }
        MemorySegment memory = Data.allocate(4L * turned.length);
        MemorySegment.copy(MemorySegment.ofArray(turned), 0, memory, 0, memory.byteSize());
        return memory;
    }

    /** The bucket of every query and key, {@code [tokens][tokens]}. */
    static int[] buckets(int tokens) {
        int[] ofDistance = BIAS.buckets().of(1 - tokens, tokens);
        int[] buckets = new int[tokens * tokens];
        for (int i = 0; i < tokens; i++) {
            System.arraycopy(ofDistance, tokens - 1 - i, buckets, i * tokens, tokens);
        }
        return buckets;
    }
}
