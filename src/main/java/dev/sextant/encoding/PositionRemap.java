package dev.sextant.encoding;

/**
 * A change of positions that keeps distances within what a model was trained on. Queries (and keys) are rotated several times,
 * once a <em>view</em>, each at its own positions; a score is taken from the view that its query and key belong to. The rotation itself
 * is the ordinary one: {@code Positions.ids(remap.queries(view, start, count))} for the plan of any RoPE. Merging the views' scores
 * is the business of attention.
 *
 * <p>All positions are at least 0. Pure values, thread-safe.
 */
public interface PositionRemap {

    /** How often a query is rotated. */
    int views();

    /** Where view {@code view} rotates the query at {@code position}. */
    long query(int view, long position);

    /** Where view {@code view} rotates the key at {@code position}. */
    long key(int view, long position);

    /** The view that scores a query against a key at or before its own position. */
    int view(long query, long key);

    /**
     * What frequencies of view {@code view} are divided by: 1, but for rules whose far distances grow in fractions. The plan of such a view
     * has {@link LinearFrequencies} with this factor.
     */
    default double divisor(int view) {
        return 1;
    }

    /** The distance that the rotation sees between a query and a key at or before it. */
    default double distance(long query, long key) {
        int view = view(query, key);
        return (query(view, query) - key(view, key)) / divisor(view);
    }

    /** {@link #query} of {@code count} positions from {@code start}. */
    default long[] queries(int view, long start, int count) {
        long[] ids = new long[length(start, count)];
        for (int i = 0; i < count; i++) {
            ids[i] = query(view, start + i);
        }
        return ids;
    }

    /** {@link #key} of {@code count} positions from {@code start}. */
    default long[] keys(int view, long start, int count) {
        long[] ids = new long[length(start, count)];
        for (int i = 0; i < count; i++) {
            ids[i] = key(view, start + i);
        }
        return ids;
    }

    private static int length(long start, int count) {
        if (start < 0 || count < 0) {
            throw new IllegalArgumentException("start, count: got " + start + ", " + count + ", wanted at least 0");
        }
        return count;
    }
}
