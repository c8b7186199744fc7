package dev.sextant.encoding;

import java.util.Arrays;
import java.util.Objects;

/**
 * T5's learned bias: a number for each bucket of distances and each head. Source: Raffel et al., arXiv:1910.10683, section 2.1.
 *
 * <p>T5, mT5, UMT5 and LongT5 do not divide scores by the root of the head dim: a plan of their attention has scale 1. T5 and mT5 have
 * one table, in the first layer, for all layers; UMT5 has one in every layer. Cross attention has none. With a cache the position of a
 * query includes the tokens before it, so the offset of a step is the length of the cache before it.
 */
public final class T5Bias implements DistanceBias {

    private final T5Buckets buckets;
    private final int heads;
    private final float[] table;
    private final int[] thresholds;

    private T5Bias(T5Buckets buckets, int heads, float[] table) {
        this.buckets = Objects.requireNonNull(buckets, "buckets");
        this.heads = HeadRange.heads(heads);
        this.table = table;
        this.thresholds = buckets.thresholds();
        if (table.length != (long) buckets.buckets() * heads) {
            throw new IllegalArgumentException("table: got " + table.length + " numbers, wanted " + buckets.buckets()
                    + " buckets x " + heads + " heads");
        }
    }

    /**
     * The bias of a checkpoint's table.
     *
     * @param buckets the classes of distances
     * @param heads query heads
     * @param table {@code [buckets][heads]}, row-major, as {@code relative_attention_bias.weight} is; copied; finite
     */
    public static T5Bias of(T5Buckets buckets, int heads, float[] table) {
        return new T5Bias(buckets, heads, table.clone());
    }

    /** The classes of distances. */
    public T5Buckets buckets() {
        return buckets;
    }

    @Override
    public int heads() {
        return heads;
    }

    @Override
    public long first() {
        return -thresholds[thresholds.length - 1];
    }

    @Override
    public long last() {
        return buckets.bidirectional() ? thresholds[thresholds.length - 1] : 0;
    }

    @Override
    public boolean clamps() {
        return true;
    }

    @Override
    public double bias(int head, long distance) {
        return table[buckets.bucket(distance, thresholds) * heads + Objects.checkIndex(head, heads)];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof T5Bias that && heads == that.heads && buckets.equals(that.buckets)
                && Arrays.equals(table, that.table);
    }

    @Override
    public int hashCode() {
        return 31 * buckets.hashCode() + Arrays.hashCode(table);
    }

    @Override
    public String toString() {
        return "T5Bias[" + heads + " heads, " + buckets + "]";
    }

    @Override
    public Traits traits() {
        return new Traits(Traits.Place.SCORES, true, "a number a bucket and head", Traits.Reach.DEFINED);
    }
}
