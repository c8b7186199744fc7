package dev.sextant.encoding;

import java.util.Arrays;
import java.util.Objects;

/**
 * A bias given as numbers: one for each head and each of a range of distances. Learned tables that are read at a clipped distance, the rows
 * of any other model whose bias depends on the distance alone, or a function sampled once (a small network over distances, as in
 * CrossFormer, arXiv:2108.00154).
 *
 * <p>Trap: the distance is key minus query everywhere in this library; tables indexed by query minus key are read backwards by
 * {@link #reversed}.
 */
public final class DistanceTable implements DistanceBias {

    private final int heads;
    private final long first;
    private final int width;
    private final boolean clamps;
    private final double[] values;

    /** A number for a head and a distance. */
    @FunctionalInterface
    public interface Function {

        /** The bias of head {@code head} at {@code distance}, key minus query. */
        double at(int head, long distance);
    }

    private DistanceTable(int heads, long first, int width, boolean clamps, double[] values) {
        this.heads = HeadRange.heads(heads);
        this.first = first;
        this.width = width;
        this.clamps = clamps;
        this.values = values;
        if (first > 0 || width < 1 || first + width - 1 < 0) {
            throw new IllegalArgumentException("first, last distance: got " + first + ", " + (first + width - 1)
                    + ", wanted first <= 0 <= last");
        }
        if (values.length != (long) heads * width) {
            throw new IllegalArgumentException("values: got " + values.length + ", wanted " + heads + " heads x "
                    + width + " distances");
        }
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("values: got " + value + ", wanted finite numbers");
            }
        }
    }

    /**
     * Numbers of distances {@code first} on; others are refused.
     *
     * @param heads query heads
     * @param first least distance, at most 0
     * @param values {@code [heads][distances]}, row-major, distance 0 among them; widened exactly
     */
    public static DistanceTable of(int heads, long first, float[] values) {
        return new DistanceTable(heads, first, values.length / HeadRange.heads(heads), false, widened(values));
    }

    /**
     * {@code table[h][clip(distance, -clip, clip) + clip]}: Shaw's clipped distances with a number instead of a vector, as in
     * arXiv:1803.02155, section 3.2; beyond the clip all distances have the number of the end.
     *
     * @param heads query heads
     * @param table {@code [heads][2*clip + 1]}, row-major, an odd number of distances; widened exactly
     */
    public static DistanceTable clipped(int heads, float[] table) {
        int width = table.length / HeadRange.heads(heads);
        if (width % 2 == 0) {
            throw new IllegalArgumentException(
                    "distances of a clipped table: got " + width + ", wanted an odd number, 2*clip + 1");
        }
        return new DistanceTable(heads, -(width / 2), width, true, widened(table));
    }

    /** A function sampled at distances {@code first} to {@code last}; beyond them the number of the end, or none. */
    public static DistanceTable sampled(int heads, long first, long last, boolean clamps, Function function) {
        HeadRange.heads(heads);
        int width = Math.toIntExact(Math.addExact(Math.subtractExact(last, first), 1));
        double[] values = new double[Math.multiplyExact(heads, Math.max(width, 0))];
        Arrays.setAll(values, i -> function.at(i / width, first + i % width));
        return new DistanceTable(heads, first, width, clamps, values);
    }

    /** The table of the negative distance: for numbers that were stored by query minus key. */
    public DistanceTable reversed() {
        return sampled(heads, -last(), -first, clamps, (h, d) -> bias(h, -d));
    }

    static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wide;
    }

    @Override
    public int heads() {
        return heads;
    }

    @Override
    public long first() {
        return first;
    }

    @Override
    public long last() {
        return first + width - 1;
    }

    @Override
    public boolean clamps() {
        return clamps;
    }

    @Override
    public double bias(int head, long distance) {
        Objects.checkIndex(head, heads);
        if (!clamps && (distance < first || distance > last())) {
            throw new IndexOutOfBoundsException(
                    "distance: got " + distance + ", wanted " + first + " to " + last() + ", those of the table");
        }
        return values[head * width + (int) (Math.clamp(distance, first, last()) - first)];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DistanceTable that && heads == that.heads && first == that.first
                && clamps == that.clamps && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(first) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "DistanceTable[" + heads + " heads, distances " + first + " to " + last()
                + (clamps ? ", clipped]" : "]");
    }
}
