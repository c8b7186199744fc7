package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pages of each sequence of a batch, as 32-bit numbers in the caller's memory: a block table
 * {@code [batches][count]}, or CSR lists, where those of entry {@code b} are
 * {@code pages[indptr[b]]} to {@code pages[indptr[b + 1] - 1]}. Immutable; the lists are borrowed and must not change during a
 * call.
 *
 * @param pages page numbers; heap form {@code int[]}
 * @param origin element index of the first one
 * @param batches sequences
 * @param batchStride elements from one sequence to the next; 0 for CSR
 * @param count page numbers of a sequence (block table), of all (CSR)
 * @param indptr {@code batches + 1} bounds, null for a block table
 * @param indptrOrigin element index of the first bound
 */
public record PageTable(MemorySegment pages, long origin, long batches, long batchStride, long count,
        @Nullable MemorySegment indptr, long indptrOrigin) {

    /** Checks signs only; memory and page numbers are checked where the table is used. */
    public PageTable {
        Objects.requireNonNull(pages, "pages");
        if (origin < 0 || batches < 0 || batchStride < 0 || count < 0 || indptrOrigin < 0) {
            throw new IllegalArgumentException("origin, batches, batch stride, count, indptr origin: got " + origin
                    + ", " + batches + ", " + batchStride + ", " + count + ", " + indptrOrigin
                    + ", wanted at least 0");
        }
    }

    /** How many pages sequence {@code b} has. */
    public long count(long b) {
        return indptr == null ? count : bound(b + 1) - bound(b);
    }

    /** Bound {@code i} of the CSR lists; 0 and {@code count} for a block table. */
    public long bound(long i) {
        return indptr == null
                ? i == 0 ? 0 : count
                : indptr.get(ValueLayout.JAVA_INT_UNALIGNED, (indptrOrigin + i) * Integer.BYTES);
    }

    /** Page {@code nth} of sequence {@code b}. */
    public int page(long b, long nth) {
        long first = indptr == null ? b * batchStride : bound(b);
        return pages.get(ValueLayout.JAVA_INT_UNALIGNED, (origin + first + nth) * Integer.BYTES);
    }
}
