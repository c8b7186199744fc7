package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A borrowed view of a paged cache: pages of equally many slots in any order, which a block table, CSR lists or a slot
 * mapping gives to tokens ({@link Slots}). Pages may be {@code [slot, head, dim]} (NHD) or {@code [head, slot, dim]} (HND), keys
 * and values in two tensors or in one; the strides of the views say it. Immutable; the memory stays the caller's.
 *
 * @param k keys: batch entries are pages, tokens are slots
 * @param v values, or null where keys are all there is (multi-head latent attention)
 */
public record PagedKv(Heads k, @Nullable Heads v) implements KvStore {

    /** Checks that keys and values go together; memory is checked where the view is used. */
    public PagedKv {
        Objects.requireNonNull(k, "k");
        CacheParts.check(k, v);
    }

    /** Dense keys and values, each {@code [pages, pageSize, heads, dim]}; {@code v} null for keys only. */
    public static PagedKv nhd(MemorySegment k, @Nullable MemorySegment v, DType dtype, long pages, long pageSize,
            long heads, int dim) {
        return new PagedKv(nhd(k, 0, dtype, pages, 1, pageSize, heads, dim),
                v == null ? null : nhd(v, 0, dtype, pages, 1, pageSize, heads, dim));
    }

    /** Dense keys and values, each {@code [pages, heads, pageSize, dim]}; {@code v} null for keys only. */
    public static PagedKv hnd(MemorySegment k, @Nullable MemorySegment v, DType dtype, long pages, long pageSize,
            long heads, int dim) {
        return new PagedKv(hnd(k, 0, dtype, pages, 1, pageSize, heads, dim),
                v == null ? null : hnd(v, 0, dtype, pages, 1, pageSize, heads, dim));
    }

    /** One dense tensor {@code [pages, 2, pageSize, heads, dim]}, in each page keys before values. */
    public static PagedKv nhd(MemorySegment kv, DType dtype, long pages, long pageSize, long heads, int dim) {
        return new PagedKv(nhd(kv, 0, dtype, pages, 2, pageSize, heads, dim),
                nhd(kv, 1, dtype, pages, 2, pageSize, heads, dim));
    }

    /** One dense tensor {@code [pages, 2, heads, pageSize, dim]}, in each page keys before values. */
    public static PagedKv hnd(MemorySegment kv, DType dtype, long pages, long pageSize, long heads, int dim) {
        return new PagedKv(hnd(kv, 0, dtype, pages, 2, pageSize, heads, dim),
                hnd(kv, 1, dtype, pages, 2, pageSize, heads, dim));
    }

    private static Heads nhd(MemorySegment memory, int part, DType dtype, long pages, int parts, long pageSize,
            long heads, int dim) {
        long size = Exact.times(Exact.times(pageSize, heads), dim);
        return new Heads(memory, dtype, part * size, pages, pageSize, heads, dim, Exact.times(parts, size),
                Exact.times(heads, dim), dim);
    }

    private static Heads hnd(MemorySegment memory, int part, DType dtype, long pages, int parts, long pageSize,
            long heads, int dim) {
        long size = Exact.times(Exact.times(pageSize, heads), dim);
        return new Heads(memory, dtype, part * size, pages, pageSize, heads, dim, Exact.times(parts, size), dim,
                Exact.times(pageSize, dim));
    }
}
