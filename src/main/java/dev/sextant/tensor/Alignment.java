package dev.sextant.tensor;

/** Where the queries of a sequence stand among its keys. */
public enum Alignment {
    /** The first query has the position of the first key: offset 0 (top-left). */
    START,
    /** The last query has the position of the last key: offset keys - queries (bottom-right), as in a cache that was just appended to. */
    END;

    /** Position of query row 0. */
    public long offset(long queries, long keys) {
        return this == START ? 0 : keys - queries;
    }
}
