package dev.sextant.tensor;

import org.jspecify.annotations.Nullable;

/**
 * Keys and values of tokens seen before, in the caller's memory: contiguous ({@link KvCache}) or in pages
 * ({@link PagedKv}). Either way it is pages of slots of heads, and an element is found by strides alone, so every order of
 * axes is welcome.
 */
public sealed interface KvStore permits KvCache, PagedKv {

    /** Keys: batch entries of the view are pages, its tokens are slots. */
    Heads k();

    /** Values, with a head dim, head count and strides of their own; null where keys are all there is. */
    @Nullable
    Heads v();

    /** Pages of the cache; those of a contiguous one are its batch entries. */
    default long pages() {
        return k().batches();
    }

    /** Slots of a page: tokens that it has room for. */
    default long pageSize() {
        return k().tokens();
    }
}
