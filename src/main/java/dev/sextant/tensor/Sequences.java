package dev.sextant.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The sequences of an attention call: which rows of the queries and of the keys belong to each, and where its queries stand among its
 * keys. Query row {@code i} of a sequence has position {@code i + offset}, its key {@code j} position {@code j}; the offset is always
 * stated ({@link Alignment}).
 *
 * <pre>{@code
 * Sequences.of(1, tokens, tokens, Alignment.START)          a prompt
 * Sequences.of(batches, 1, length + 1, Alignment.END)       one step of decoding
 * Sequences.lengths(1, lengths, Alignment.END)              the same, a length for each batch entry
 * Sequences.packed(cuQueries, cuKeys, Alignment.END)        tokens of all sequences one after the other
 * }</pre>
 *
 * <p>The numbers are kept off the heap, where kernels read them, and may be set again from one call to the next, so that a loop
 * of decoding allocates nothing. A call borrows the object: do not set it while one runs. Not thread-safe.
 */
public final class Sequences {

    private static final int FIELDS = 6;
    private static final int QUERY_FIRST = 0;
    private static final int QUERIES = 1;
    private static final int KEY_FIRST = 2;
    private static final int KEYS = 3;
    private static final int OFFSET = 4;
    private static final int PREFIX = 5;

    private final MemorySegment memory;
    private final MemorySegment readOnly;
    private final int count;

    private Sequences(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("sequences: got " + count + ", wanted at least 0");
        }
        this.count = count;
        this.memory = Arena.ofAuto().allocate(Math.max(1, count) * (long) FIELDS * Long.BYTES, Long.BYTES);
        this.readOnly = memory.asReadOnly();
    }

    /** {@code count} sequences without queries and keys, to be set. */
    public static Sequences empty(int count) {
        return new Sequences(count);
    }

    /** {@code count} sequences of equal length, each a batch entry of its own. */
    public static Sequences of(int count, long queries, long keys, Alignment alignment) {
        Sequences sequences = new Sequences(count);
        for (int b = 0; b < count; b++) {
            sequences.set(b, 0, queries, 0, keys, alignment.offset(queries, keys));
        }
        return sequences;
    }

    /** One sequence a batch entry, with {@code keys[b]} keys each. */
    public static Sequences lengths(long queries, long[] keys, Alignment alignment) {
        Sequences sequences = new Sequences(keys.length);
        for (int b = 0; b < keys.length; b++) {
            sequences.set(b, 0, queries, 0, keys[b], alignment.offset(queries, keys[b]));
        }
        return sequences;
    }

    /** Packed queries and keys: those of sequence b are tokens {@code cu[b]} to {@code cu[b + 1] - 1}. */
    public static Sequences packed(int[] cuQueries, int[] cuKeys, Alignment alignment) {
        if (cuQueries.length != cuKeys.length || cuQueries.length < 1) {
            throw new IllegalArgumentException("bounds of packed queries, keys: got " + cuQueries.length + ", "
                    + cuKeys.length + ", wanted equally many, at least 1");
        }
        Sequences sequences = new Sequences(cuQueries.length - 1);
        for (int b = 0; b < sequences.count; b++) {
            long queries = (long) cuQueries[b + 1] - cuQueries[b];
            long keys = (long) cuKeys[b + 1] - cuKeys[b];
            sequences.set(b, cuQueries[b], queries, cuKeys[b], keys, alignment.offset(queries, keys));
        }
        return sequences;
    }

    /** Packed queries over a cache: sequence b has the first {@code keys[b]} slots of its batch entry, or of its pages. */
    public static Sequences packedQueries(int[] cuQueries, long[] keys, Alignment alignment) {
        if (cuQueries.length != keys.length + 1) {
            throw new IllegalArgumentException("bounds of packed queries: got " + cuQueries.length + ", wanted "
                    + (keys.length + 1) + ", one more than lengths");
        }
        Sequences sequences = new Sequences(keys.length);
        for (int b = 0; b < keys.length; b++) {
            long queries = (long) cuQueries[b + 1] - cuQueries[b];
            sequences.set(b, cuQueries[b], queries, 0, keys[b], alignment.offset(queries, keys[b]));
        }
        return sequences;
    }

    /**
     * Sets sequence {@code b}.
     *
     * @param queryFirst token of its first query in its batch entry, or in the packed tokens
     * @param queries how many it has
     * @param keyFirst token of its first key, as for queries; 0 for pages
     * @param keys how many it has
     * @param offset position of its first query, counted from its first key; may be negative
     */
    public Sequences set(int b, long queryFirst, long queries, long keyFirst, long keys, long offset) {
        if (queryFirst < 0 || queries < 0 || keyFirst < 0 || keys < 0) {
            throw new IllegalArgumentException("sequence " + b + ", first query, queries, first key, keys: got "
                    + queryFirst + ", " + queries + ", " + keyFirst + ", " + keys + ", wanted at least 0");
        }
        put(b, QUERY_FIRST, queryFirst);
        put(b, QUERIES, queries);
        put(b, KEY_FIRST, keyFirst);
        put(b, KEYS, keys);
        put(b, OFFSET, offset);
        return this;
    }

    /** Sets the offset of every sequence. */
    public Sequences offsets(long... offsets) {
        oneEach("offsets", offsets);
        for (int b = 0; b < count; b++) {
            put(b, OFFSET, offsets[b]);
        }
        return this;
    }

    /** Sets how many keys at the start of every sequence are its prefix. */
    public Sequences prefixes(long... lengths) {
        oneEach("prefixes", lengths);
        for (int b = 0; b < count; b++) {
            if (lengths[b] < 0) {
                throw new IllegalArgumentException(
                        "prefix of sequence " + b + ": got " + lengths[b] + ", wanted at least 0");
            }
            put(b, PREFIX, lengths[b]);
        }
        return this;
    }

    private void oneEach(String what, long[] values) {
        if (values.length != count) {
            throw new IllegalArgumentException(
                    what + ": got " + values.length + ", wanted " + count + ", one a sequence");
        }
    }

    private void put(int b, int field, long value) {
        if (b < 0 || b >= count) {
            throw new IndexOutOfBoundsException("sequence: got " + b + ", wanted 0 to " + (count - 1));
        }
        memory.setAtIndex(ValueLayout.JAVA_LONG, (long) b * FIELDS + field, value);
    }

    private long get(long b, int field) {
        return memory.getAtIndex(ValueLayout.JAVA_LONG, b * FIELDS + field);
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Token of the first query of sequence {@code b}. */
    public long queryFirst(long b) {
        return get(b, QUERY_FIRST);
    }

    /** Queries of sequence {@code b}. */
    public long queries(long b) {
        return get(b, QUERIES);
    }

    /** Token of the first key of sequence {@code b}. */
    public long keyFirst(long b) {
        return get(b, KEY_FIRST);
    }

    /** Keys of sequence {@code b}. */
    public long keys(long b) {
        return get(b, KEYS);
    }

    /** Position of the first query of sequence {@code b}. */
    public long offset(long b) {
        return get(b, OFFSET);
    }

    /** Keys of the prefix of sequence {@code b}. */
    public long prefix(long b) {
        return get(b, PREFIX);
    }

    /** The numbers as kernels read them: first query, queries, first key, keys, offset, prefix, 64 bits each. */
    public MemorySegment memory() {
        return readOnly;
    }
}
