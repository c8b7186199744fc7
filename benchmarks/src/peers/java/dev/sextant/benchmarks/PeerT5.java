package dev.sextant.benchmarks;

import java.lang.foreign.MemorySegment;

/** {@link NaiveT5Bias}'s table and buckets as tensors for peers. */
final class PeerT5 {

    static final int BUCKETS = 32;
    static final int LONGEST = 128;

    private PeerT5() {}

    /** The table off the heap. */
    static MemorySegment weight() {
        return offHeap(NaiveT5Bias.TABLE);
    }

    /** The table by heads, {@code [heads][buckets]}. */
    static MemorySegment weightByHead() {
        float[] turned = new float[NaiveT5Bias.TABLE.length];
        for (int b = 0; b < BUCKETS; b++) {
            for (int h = 0; h < Data.QUERY_HEADS; h++) {
                turned[h * BUCKETS + b] = NaiveT5Bias.TABLE[b * Data.QUERY_HEADS + h];
            }
        }
        return offHeap(turned);
    }

    private static MemorySegment offHeap(float[] values) {
        MemorySegment memory = Data.allocate(4L * values.length);
        MemorySegment.copy(MemorySegment.ofArray(values), 0, memory, 0, memory.byteSize());
        return memory;
    }

    /** The bucket of every query and key, {@code [tokens][tokens]}. */
    static int[] buckets(int tokens) {
        int[] ofDistance = NaiveT5Bias.DEFINITION.buckets().of(1 - tokens, tokens);
        int[] buckets = new int[tokens * tokens];
        for (int i = 0; i < tokens; i++) {
            System.arraycopy(ofDistance, tokens - 1 - i, buckets, i * tokens, tokens);
        }
        return buckets;
    }
}
