package dev.sextant;

import dev.sextant.tensor.DType;
import java.util.Objects;

/**
 * What an attention plan must know of its heads. Query head {@code h} uses the keys and values of head {@code h / (heads / kvHeads)}.
 *
 * @param heads query heads, a multiple of {@code kvHeads}
 * @param kvHeads heads of keys and values, at least 1
 * @param keyDim elements of a query and of a key head, at least 1
 * @param valueDim elements of a value and of an output head, at least 1
 * @param queryType element type of queries and of the output: float32, or that of the cache
 * @param cacheType element type of keys and values
 */
public record AttentionShape(int heads, int kvHeads, int keyDim, int valueDim, DType queryType, DType cacheType) {

    /** Refuses an impossible shape. */
    public AttentionShape {
        Objects.requireNonNull(queryType, "query type");
        Objects.requireNonNull(cacheType, "cache type");
        if (kvHeads < 1 || heads < kvHeads || heads % kvHeads != 0) {
            throw Checks.wanted("query heads, kv heads", heads + ", " + kvHeads,
                    "query heads that are a multiple of the kv heads, at least 1");
        }
        if (keyDim < 1 || valueDim < 1) {
            throw Checks.wanted("key dim, value dim", keyDim + ", " + valueDim, "at least 1");
        }
        if (queryType != DType.F32 && queryType != cacheType) {
            throw Checks.wanted("query type", queryType + " over a cache of " + cacheType,
                    "F32, or the type of the cache");
        }
    }

    /** Heads of one type, keys and values of one width. */
    public static AttentionShape of(int heads, int kvHeads, int dim, DType dtype) {
        return new AttentionShape(heads, kvHeads, dim, dim, dtype, dtype);
    }

    /** The same heads, values of another width. */
    public AttentionShape values(int newValueDim) {
        return new AttentionShape(heads, kvHeads, keyDim, newValueDim, queryType, cacheType);
    }

    /** The same heads over a cache of another type. */
    public AttentionShape cache(DType newCacheType) {
        return new AttentionShape(heads, kvHeads, keyDim, valueDim, queryType, newCacheType);
    }
}
