package dev.sextant;

import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.Sequences;
import java.lang.foreign.MemorySegment;

/** Validation of the pages that attention reads: the lists are there, and every page of a key is a page of the cache. */
final class PageChecks {

    private PageChecks() {}

    static void check(AttentionArguments a) {
        PageTable table = a.pages;
        if (table == null) {
            throw Checks.wanted("page table", "none", "that of the paged cache");
        }
        Sequences sequences = a.sequences;
        if (table.batches() != sequences.count()) {
            throw Checks.wanted("sequences of the page table", table.batches(), sequences.count() + ", the call's");
        }
        if (a.v.tokens() != a.k.tokens() || a.v.batches() != a.k.batches()) {
            throw Checks.wanted("pages x slots of values", a.v.batches() + " x " + a.v.tokens(),
                    a.k.batches() + " x " + a.k.tokens() + ", those of keys");
        }
        MemorySegment indptr = table.indptr();
        if (indptr != null) {
            AttentionChecks.offHeap("indptr", indptr);
            Checks.memory("indptr", indptr, Integer.BYTES, table.indptrOrigin(), table.batches() + 1);
        }
        AttentionChecks.offHeap("page numbers", table.pages());
        if (numbers(table) > 0) {
            Checks.memory("page numbers", table.pages(), Integer.BYTES, table.origin(), numbers(table));
        }
        for (int b = 0; b < sequences.count(); b++) {
            pages(a, table, b);
        }
    }

    private static void pages(AttentionArguments a, PageTable table, int b) {
        if (table.indptr() != null) {
            long from = table.bound(b);
            long to = table.bound(b + 1L);
            if (from < 0 || to < from || to > table.count()) {
                throw new IndexOutOfBoundsException("indptr of sequence " + b + ": got " + from + " to " + to
                        + ", wanted ascending, 0 to " + table.count() + " (the page numbers)");
            }
        }
        long size = a.k.tokens();
        long end = Overlap.exactAdd(a.sequences.keyFirst(b), a.sequences.keys(b));
        long room = Overlap.exactMultiply(table.count(b), size);
        if (end > room) {
            throw new IndexOutOfBoundsException("keys of sequence " + b + ": got " + end + ", wanted at most " + room
                    + " (the pages of the sequence)");
        }
        for (long nth = 0; nth * size < end; nth++) {
            int page = table.page(b, nth);
            if (page < 0 || page >= a.k.batches()) {
                throw new IndexOutOfBoundsException("page " + nth + " of sequence " + b + ": got " + page
                        + ", wanted 0 to " + (a.k.batches() - 1) + " (the pages of the cache)");
            }
        }
    }

    /** Page numbers from the first to one past the last. */
    private static long numbers(PageTable table) {
        return table.batches() == 0 || table.count() == 0
                ? 0
                : Overlap.exactAdd(Overlap.exactMultiply(table.batches() - 1, table.batchStride()), table.count());
    }

    /** Lists are read while outputs are written: they must not share memory. */
    static void refuse(AttentionArguments a, String name, MemorySegment memory, long from, long bytes) {
        PageTable table = a.pages;
        if (table != null) {
            Overlap.refuse("page numbers", table.pages(), table.origin() * Integer.BYTES,
                    numbers(table) * Integer.BYTES, name, memory, from, bytes);
            MemorySegment indptr = table.indptr();
            if (indptr != null) {
                Overlap.refuse("indptr", indptr, table.indptrOrigin() * Integer.BYTES,
                        (table.batches() + 1) * Integer.BYTES, name, memory, from, bytes);
            }
        }
    }
}
