package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the tokens of a call go in a cache. Either a token has a <em>sequence index</em>, {@code start + t} for token
 * {@code t}, with a start for all batch entries or one for each, and the index is a slot of a contiguous cache or is looked up in
 * the pages of its sequence; or a <em>mapping</em> gives each token its slot outright. Immutable; lists are borrowed and must not
 * change during a call.
 *
 * <pre>{@code
 * Slots.from(length)                                     one start, contiguous
 * Slots.starts(lengths)                                  one for each batch entry
 * Slots.starts(lengths).blockTable(table, maxBlocks)     pages[b][i / pageSize]
 * Slots.starts(lengths).csr(indptr, indices)             pages[indptr[b] + i / pageSize]
 * Slots.mapping(slots)                                   page * pageSize + slot, -1: the token is not stored
 * }</pre>
 *
 * @param kind how slots are found
 * @param start sequence index of token 0, added to the listed one if there is a list; 0 for a mapping
 * @param list starts of the batch entries, or slots of the tokens; null for one start
 * @param wide whether the list has 64-bit elements ({@code long[]}) and not 32-bit ones ({@code int[]})
 * @param origin element index of the first of them
 * @param count starts (batch entries) or slots (tokens of one batch entry) in the list
 * @param tokenStride elements from one token to the next; 0 for starts
 * @param batchStride elements from one batch entry to the next
 * @param pages the pages of each sequence, null unless they are looked up
 */
public record Slots(Kind kind, long start, @Nullable MemorySegment list, boolean wide, long origin, long count,
        long tokenStride, long batchStride, @Nullable PageTable pages) {

    /** How slots are found. The ordinals are the enumerators of the C ABI. */
    public enum Kind {
        /** The sequence index is the slot: contiguous caches. */
        DIRECT,
        /** Each token has its slot, counted through all pages; -1: the token is not stored. */
        MAPPING,
        /** Pages by a block table. */
        BLOCK_TABLE,
        /** Pages by CSR lists. */
        CSR
    }

    /** Checks that the parts fit together. */
    public Slots {
        Objects.requireNonNull(kind, "kind");
        boolean looked = kind == Kind.BLOCK_TABLE || kind == Kind.CSR;
        if (looked == (pages == null)) {
            throw new IllegalArgumentException(
                    "pages: " + kind + " slots " + (pages == null ? "need" : "take no") + " pages");
        }
        if (pages != null && (pages.indptr() == null) != (kind == Kind.BLOCK_TABLE)) {
            throw new IllegalArgumentException("indptr: " + kind + " slots "
                    + (pages.indptr() == null ? "need" : "take no") + " indptr");
        }
        if (kind == Kind.MAPPING && (list == null || start != 0)) {
            throw new IllegalArgumentException("mapping: got " + (list == null ? "no list" : "start " + start)
                    + ", wanted a list of slots and start 0");
        }
        if (start < 0 || origin < 0 || count < 0 || tokenStride < 0 || batchStride < 0) {
            throw new IllegalArgumentException("start, origin, count, token and batch stride: got " + start + ", "
                    + origin + ", " + count + ", " + tokenStride + ", " + batchStride + ", wanted at least 0");
        }
    }

    /** Token {@code t} of every batch entry has sequence index {@code start + t}. */
    public static Slots from(long start) {
        return new Slots(Kind.DIRECT, start, null, false, 0, 0, 0, 0, null);
    }

    /** Token {@code t} of batch entry {@code b} has sequence index {@code starts[b] + t}. */
    public static Slots starts(int... starts) {
        return starts(MemorySegment.ofArray(starts), false, starts.length);
    }

    /** Token {@code t} of batch entry {@code b} has sequence index {@code starts[b] + t}. */
    public static Slots starts(long... starts) {
        return starts(MemorySegment.ofArray(starts), true, starts.length);
    }

    /** The same from {@code count} numbers of 32 or, when {@code wide}, 64 bits in a segment. */
    public static Slots starts(MemorySegment starts, boolean wide, long count) {
        return new Slots(Kind.DIRECT, 0, Objects.requireNonNull(starts, "starts"), wide, 0, count, 0, 1, null);
    }

    /** Token {@code t} goes to slot {@code slots[t] % pageSize} of page {@code slots[t] / pageSize}, or nowhere for -1. */
    public static Slots mapping(int... slots) {
        return mapping(MemorySegment.ofArray(slots), false, slots.length);
    }

    /** Token {@code t} goes to slot {@code slots[t] % pageSize} of page {@code slots[t] / pageSize}, or nowhere for -1. */
    public static Slots mapping(long... slots) {
        return mapping(MemorySegment.ofArray(slots), true, slots.length);
    }

    /** The same from {@code count} numbers of 32 or, when {@code wide}, 64 bits in a segment. */
    public static Slots mapping(MemorySegment slots, boolean wide, long count) {
        return new Slots(Kind.MAPPING, 0, Objects.requireNonNull(slots, "slots"), wide, 0, count, 1, 0, null);
    }

    /** A mapping with slots of their own for every batch entry, {@code stride} elements apart. */
    public Slots batched(long stride) {
        if (kind != Kind.MAPPING) {
            throw new IllegalArgumentException(
                    "slots: got " + kind + ", wanted a mapping to be parted by batch entries");
        }
        return new Slots(kind, start, list, wide, origin, Math.min(count, stride), tokenStride, stride, pages);
    }

    /** The first listed number at element {@code newOrigin}. */
    public Slots at(long newOrigin) {
        return new Slots(kind, start, list, wide, newOrigin, count, tokenStride, batchStride, pages);
    }

    /** These sequence indices, looked up in the rows of {@code maxBlocks} page numbers of a block table. */
    public Slots blockTable(int[] table, int maxBlocks) {
        if (maxBlocks < 1 || table.length % maxBlocks != 0) {
            throw new IllegalArgumentException("block table: got " + table.length + " page numbers in rows of "
                    + maxBlocks + ", wanted whole rows of at least 1");
        }
        return blockTable(MemorySegment.ofArray(table), table.length / maxBlocks, maxBlocks);
    }

    /** The same from {@code batches} rows of 32-bit page numbers in a segment. */
    public Slots blockTable(MemorySegment table, long batches, long maxBlocks) {
        return pages(new PageTable(table, 0, batches, maxBlocks, maxBlocks, null, 0));
    }

    /** These sequence indices, looked up in the page numbers of CSR lists. */
    public Slots csr(int[] indptr, int[] indices) {
        return csr(MemorySegment.ofArray(indptr), Math.max(0, indptr.length - 1), MemorySegment.ofArray(indices),
                indices.length);
    }

    /** The same from {@code batches + 1} bounds and {@code count} page numbers, 32-bit, in segments. */
    public Slots csr(MemorySegment indptr, long batches, MemorySegment indices, long count) {
        return pages(new PageTable(indices, 0, batches, 0, count, Objects.requireNonNull(indptr, "indptr"), 0));
    }

    /** These sequence indices, looked up in a table of any strides. */
    public Slots pages(PageTable table) {
        if (kind != Kind.DIRECT) {
            throw new IllegalArgumentException("slots: got " + kind + ", wanted sequence indices to be looked up");
        }
        return new Slots(table.indptr() == null ? Kind.BLOCK_TABLE : Kind.CSR, start, list, wide, origin, count,
                tokenStride, batchStride, table);
    }

    /** The slots of tokens {@code from} (inclusive) to {@code to} (exclusive) of every batch entry. */
    public Slots slice(long from, long to) {
        if (kind == Kind.MAPPING) {
            Objects.checkFromToIndex(from, to, count);
            return new Slots(kind, 0, list, wide, Exact.plus(origin, Exact.times(from, tokenStride)), to - from,
                    tokenStride, batchStride, null);
        }
        if (from < 0 || to < from) {
            throw new IndexOutOfBoundsException("slice: got " + from + " to " + to + ", wanted 0 <= from <= to");
        }
        return new Slots(kind, Exact.plus(start, from), list, wide, origin, count, tokenStride, batchStride, pages);
    }

    /** Bytes of one listed number, 0 where there are none. */
    public int listBytes() {
        return list == null ? 0 : wide ? Long.BYTES : Integer.BYTES;
    }

    /** The slot that a mapping gives token {@code t} of batch entry {@code b}. */
    public long mapped(long b, long t) {
        return listed(origin + b * batchStride + t * tokenStride);
    }

    /** The sequence index of token 0 of batch entry {@code b}. */
    public long first(long b) {
        return list == null ? start : start + listed(origin + b * batchStride);
    }

    /** Where token {@code t} of batch entry {@code b} goes, counted in slots through all pages; -1 for nowhere. */
    public long place(long b, long t, long pageSize) {
        if (kind == Kind.MAPPING) {
            return mapped(b, t);
        }
        long index = first(b) + t;
        PageTable table = pages;
        return table == null
                ? b * pageSize + index
                : table.page(b, index / pageSize) * pageSize + index % pageSize;
    }

    private long listed(long index) {
        MemorySegment memory = list;
        if (memory == null) {
            throw new IllegalStateException("slots: got a start, wanted a list");
        }
        return wide
                ? memory.get(ValueLayout.JAVA_LONG_UNALIGNED, index * Long.BYTES)
                : memory.get(ValueLayout.JAVA_INT_UNALIGNED, index * Integer.BYTES);
    }
}
