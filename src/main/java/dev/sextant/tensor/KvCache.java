package dev.sextant.tensor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A borrowed view of a contiguous cache {@code [batches, capacity, heads, dim]}: each batch entry has its own run of slots,
 * and the token with sequence index {@code i} lives in slot {@code i}. Token-major and head-major, one memory or two: the
 * strides of the views say it. Immutable; the memory stays the caller's.
 *
 * <pre>{@code
 * KvCache cache = KvCache.of(Heads.of(keys, DType.BF16, capacity, 8, 128), Heads.of(values, DType.BF16, capacity, 8, 128));
 * }</pre>
 *
 * @param k keys, as many tokens as the cache has room for
 * @param v values, or null where keys are all there is (multi-head latent attention)
 */
public record KvCache(Heads k, @Nullable Heads v) implements KvStore {

    /** Checks that keys and values go together; memory is checked where the view is used. */
    public KvCache {
        Objects.requireNonNull(k, "k");
        CacheParts.check(k, v);
    }

    /** A cache of keys and values. */
    public static KvCache of(Heads k, Heads v) {
        return new KvCache(k, Objects.requireNonNull(v, "v"));
    }

    /** A cache of keys only. */
    public static KvCache keys(Heads k) {
        return new KvCache(k, null);
    }
}
