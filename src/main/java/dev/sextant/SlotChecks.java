package dev.sextant;

import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.KvStore;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.PagedKv;
import dev.sextant.tensor.Slots;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Validation of where an append goes: the lists are there, every slot and page is inside the cache, and no slot is named
 * twice. Lists are read once, in order, before the first write; what is consecutive costs a comparison a token or a page.
 */
final class SlotChecks {

    private SlotChecks() {}

    static void check(Slots slots, KvStore cache, long batches, long tokens) {
        PageTable pages = slots.pages();
        if (pages == null) {
            if (cache instanceof PagedKv && slots.kind() == Slots.Kind.DIRECT) {
                throw Checks.wanted("slots of a paged cache", "sequence indices alone",
                        "a block table, CSR lists or a mapping");
            }
        } else {
            if (cache instanceof KvCache) {
                throw Checks.wanted("slots of a contiguous cache", slots.kind(), "a start, starts or a mapping");
            }
            if (pages.batches() != batches) {
                throw Checks.wanted("sequences of the page table", pages.batches(), batches + ", one a batch entry");
            }
        }
        if (slots.kind() == Slots.Kind.DIRECT && cache.pages() != batches) {
            throw Checks.wanted("batch entries of the cache", cache.pages(), batches + ", those of k");
        }
        if (batches == 0 || tokens == 0) {
            return;
        }
        memory(slots, pages, batches, tokens);
        boolean ascending = slots.kind() == Slots.Kind.MAPPING
                ? mapping(slots, cache, batches, tokens)
                : pages == null
                        ? indices(slots, cache.pageSize(), batches, tokens)
                        : pages(slots, pages, cache, batches, tokens);
        if (!ascending) {
            distinct(slots, cache.pageSize(), batches, tokens);
        }
    }

    private static void memory(Slots slots, @Nullable PageTable pages, long batches, long tokens) {
        MemorySegment list = slots.list();
        if (list != null) {
            boolean mapping = slots.kind() == Slots.Kind.MAPPING;
            if (slots.count() != (mapping ? tokens : batches)) {
                throw Checks.wanted(mapping ? "slots" : "starts", slots.count(),
                        mapping ? tokens + ", one a token" : batches + ", one a batch entry");
            }
            Checks.memory(mapping ? "slot mapping" : "starts", list, slots.listBytes(), slots.origin(), extent(slots,
                    batches, tokens));
        }
        if (pages == null) {
            return;
        }
        MemorySegment indptr = pages.indptr();
        if (indptr != null) {
            Checks.memory("indptr", indptr, Integer.BYTES, pages.indptrOrigin(), Overlap.exactAdd(batches, 1));
        }
        if (pages.count() > 0) {
            Checks.memory("page numbers", pages.pages(), Integer.BYTES, pages.origin(), extent(pages));
        }
    }

    /** Elements from the first of a list to one past its last. */
    private static long extent(Slots slots, long batches, long tokens) {
        long inside = slots.kind() == Slots.Kind.MAPPING
                ? Overlap.exactMultiply(tokens - 1, slots.tokenStride())
                : 0;
        return Overlap.exactAdd(Overlap.exactAdd(Overlap.exactMultiply(batches - 1, slots.batchStride()), inside), 1);
    }

    private static long extent(PageTable pages) {
        return Overlap.exactAdd(Overlap.exactMultiply(pages.batches() - 1, pages.batchStride()), pages.count());
    }

    /** Lists are read while outputs are written: they must not share memory. */
    static void refuse(Slots slots, Heads k, String name, Heads out) {
        if (out.isEmpty() || k.batches() == 0 || k.tokens() == 0) {
            return;
        }
        long from = out.origin() * out.dtype().bytes();
        long bytes = Overlap.extent(out) * out.dtype().bytes();
        MemorySegment list = slots.list();
        if (list != null) {
            int size = slots.listBytes();
            Overlap.refuse("slots", list, slots.origin() * size, extent(slots, k.batches(), k.tokens()) * size, name,
                    out.memory(), from, bytes);
        }
        PageTable pages = slots.pages();
        if (pages != null) {
            Overlap.refuse("page numbers", pages.pages(), pages.origin() * 4,
                    pages.count() == 0 ? 0 : extent(pages) * 4,
                    name, out.memory(), from, bytes);
            MemorySegment indptr = pages.indptr();
            if (indptr != null) {
                Overlap.refuse("indptr", indptr, pages.indptrOrigin() * 4, (pages.batches() + 1) * 4, name,
                        out.memory(), from, bytes);
            }
        }
    }

    private static boolean mapping(Slots slots, KvStore cache, long batches, long tokens) {
        long all = cache.pages() * cache.pageSize();
        long last = -1;
        boolean ascending = true;
        for (long b = 0; b < batches; b++) {
            for (long t = 0; t < tokens; t++) {
                long slot = slots.mapped(b, t);
                if (slot < -1 || slot >= all) {
                    throw new IndexOutOfBoundsException("slot of token " + t + " of batch entry " + b + ": got " + slot
                            + ", wanted -1 (not stored) to " + (all - 1) + " (" + cache.pages() + " pages of "
                            + cache.pageSize() + " slots)");
                }
                ascending &= slot < 0 || slot > last;
                last = Math.max(slot, last);
            }
        }
        return ascending;
    }

    /** Each batch entry has a page of its own: slots inside it are enough. */
    private static boolean indices(Slots slots, long capacity, long batches, long tokens) {
        for (long b = 0; b < batches; b++) {
            index(slots, b, tokens, capacity, "the capacity of the cache");
        }
        return true;
    }

    /** The sequence index of token 0 of a batch entry, all its tokens being below {@code limit}. */
    private static long index(Slots slots, long b, long tokens, long limit, String whose) {
        long first = slots.first(b);
        if (first < 0 || first > limit || tokens > limit - first) {
            long bad = first < 0 || first > limit ? 0 : limit - first;
            throw new IndexOutOfBoundsException("sequence index of token " + bad + " of batch entry " + b + ": got "
                    + (first + bad) + ", wanted 0 to " + (limit - 1) + " (" + whose + ")");
        }
        return first;
    }

    private static boolean pages(Slots slots, PageTable table, KvStore cache, long batches, long tokens) {
        long pageSize = cache.pageSize();
        long last = -1;
        boolean ascending = true;
        for (long b = 0; b < batches; b++) {
            if (table.indptr() != null) {
                bounds(table, b);
            }
            long first = index(slots, b, tokens, Overlap.exactMultiply(table.count(b), pageSize),
                    "the pages of the sequence");
            long end = first + tokens;
            for (long nth = first / pageSize; nth * pageSize < end; nth++) {
                long page = table.page(b, nth);
                if (page < 0 || page >= cache.pages()) {
                    throw new IndexOutOfBoundsException("page " + nth + " of batch entry " + b + ": got " + page
                            + ", wanted 0 to " + (cache.pages() - 1) + " (the pages of the cache)");
                }
                long from = page * pageSize + Math.max(first - nth * pageSize, 0);
                ascending &= from > last;
                last = page * pageSize + Math.min(end - nth * pageSize, pageSize) - 1;
            }
        }
        return ascending;
    }

    private static void bounds(PageTable table, long b) {
        long from = table.bound(b);
        long to = table.bound(b + 1);
        if (from < 0 || to < from || to > table.count()) {
            throw new IndexOutOfBoundsException("indptr of batch entry " + b + ": got " + from + " to " + to
                    + ", wanted ascending, 0 to " + table.count() + " (the page numbers)");
        }
    }

    private static void distinct(Slots slots, long pageSize, long batches, long tokens) {
        SlotSet seen = SlotSet.of(Overlap.exactMultiply(batches, tokens));
        for (long b = 0; b < batches; b++) {
            for (long t = 0; t < tokens; t++) {
                long place = slots.place(b, t, pageSize);
                if (place >= 0 && !seen.add(place)) {
                    throw Checks.wanted("slot of token " + t + " of batch entry " + b, "slot " + place % pageSize
                            + " of page " + place / pageSize + ", where an earlier token of this call goes",
                            "a slot of its own");
                }
            }
        }
    }
}
