package dev.sextant;

import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;

/** Where views stand in memory: exact extents, and whether two views share an element. */
final class Overlap {

    private Overlap() {}

    /** Elements from the first of a non-empty view to one past its last. */
    static long extent(Heads h) {
        long batches = exactMultiply(h.batches() - 1, h.batchStride());
        long tokens = exactMultiply(h.tokens() - 1, h.tokenStride());
        return exactAdd(exactAdd(batches, tokens), tokenExtent(h));
    }

    /** Elements from the first of one token to one past its last. */
    private static long tokenExtent(Heads h) {
        return exactAdd(exactMultiply(h.heads() - 1, h.headStride()), h.dim());
    }

    /** Elements from the first of non-empty rows to one past the last. */
    static long extent(Rows r) {
        return exactAdd(exactMultiply(r.rows() - 1, r.stride()), r.dim());
    }

    /** Whether no two elements of a view share memory: from the smallest stride up, each steps over all that lies inside it. */
    static boolean distinct(Heads h) {
        return distinct(h.batches(), h.tokens(), h.heads(), h.dim(), h.batchStride(), h.tokenStride(), h.headStride());
    }

    /** The same of counts and strides alone. */
    static boolean distinct(long batches, long tokens, long heads, long dim, long batchStride, long tokenStride,
            long headStride) {
        if (batches == 1 && headStride >= dim
                && (tokens == 1 || tokenStride >= exactAdd(exactMultiply(heads - 1, headStride), dim))) {
            return true; // heads inside tokens, the common case
        }
        long s0 = heads > 1 ? headStride : Long.MAX_VALUE;
        long s1 = tokens > 1 ? tokenStride : Long.MAX_VALUE;
        long s2 = batches > 1 ? batchStride : Long.MAX_VALUE;
        long n0 = heads;
        long n1 = tokens;
        long n2 = batches;
        long swap;
        if (s0 > s1) {
            swap = s0;
            s0 = s1;
            s1 = swap;
            swap = n0;
            n0 = n1;
            n1 = swap;
        }
        if (s1 > s2) {
            swap = s1;
            s1 = s2;
            s2 = swap;
            swap = n1;
            n1 = n2;
            n2 = swap;
        }
        if (s0 > s1) {
            swap = s0;
            s0 = s1;
            s1 = swap;
            swap = n0;
            n0 = n1;
            n1 = swap;
        }
        long inside = dim;
        if (s0 < inside) {
            return false;
        }
        inside = s0 == Long.MAX_VALUE ? inside : (n0 - 1) * s0 + inside;
        if (s1 < inside) {
            return false;
        }
        inside = s1 == Long.MAX_VALUE ? inside : (n1 - 1) * s1 + inside;
        return s2 >= inside;
    }

    /** Whether {@code out} is {@code in}: same memory, same place, same strides. */
    @SuppressWarnings("ReferenceEquality") // the same view needs no look inside
    static boolean inPlace(Heads in, Heads out) {
        return in == out || sameMemory(in.memory(), out.memory())
                && start(in) == start(out)
                && (in.heads() <= 1 || in.headStride() == out.headStride())
                && (in.tokens() <= 1 || in.tokenStride() == out.tokenStride())
                && (in.batches() <= 1 || in.batchStride() == out.batchStride());
    }

    /** Whether rows are other rows: same memory, same place, same stride. */
    static boolean inPlace(Rows in, Rows out) {
        return in.dim() == out.dim() && sameColumns(in, out);
    }

    /** Refuses two matrices that share memory; columns of one matrix beside each other do not. */
    static void refuse(String nameA, Rows a, String nameB, Rows b) {
        int bytes = a.dtype().bytes();
        if (a.rows() == 0 || b.rows() == 0 || !share(a.memory(), a.origin() * bytes, extent(a) * bytes, b.memory(),
                b.origin() * bytes, extent(b) * bytes)) {
            return;
        }
        long gap = b.memory().address() - a.memory().address() + (b.origin() - a.origin()) * bytes;
        long between = Math.floorMod(gap / bytes, a.stride());
        boolean alike = a.stride() == b.stride() || a.rows() == 1 && b.rows() == 1;
        if (!alike || gap % bytes != 0 || between < a.dim() || a.stride() - between < b.dim()) {
            throw shared(nameA, nameB);
        }
    }

    /** Whether rows are the first columns of others. */
    static boolean sameColumns(Rows in, Rows out) {
        return sameMemory(in.memory(), out.memory())
                && in.memory().address() + in.origin() * in.dtype().bytes() == out.memory().address()
                        + out.origin() * out.dtype().bytes()
                && (in.rows() <= 1 || in.stride() == out.stride());
    }

    /**
     * Refuses two views that share memory. Good are disjoint ranges, and views that alternate within one range: the parts of a
     * fused projection, {@code [T, 3, H, D]} as well as {@code [T, H, 3, D]}, the keys and values of a cache.
     */
    static void refuse(String nameA, Heads a, String nameB, Heads b) {
        if (a.isEmpty() || b.isEmpty() || !sameMemory(a.memory(), b.memory())) {
            return;
        }
        long gap = start(b) - start(a);
        long bytes = a.dtype().bytes();
        long bytesB = b.dtype().bytes();
        if (gap >= extent(a) * bytes || -gap >= extent(b) * bytesB
                || bytes == bytesB && gap % bytes == 0 && alternate(a, b, gap / bytes)) {
            return;
        }
        throw new IllegalArgumentException(nameA + " and " + nameB
                + " overlap: got ranges that share bytes, wanted the same view (in place) or disjoint memory");
    }

    /** Whether two views with the same strides, {@code gap} elements apart, have no element in common. */
    private static boolean alternate(Heads a, Heads b, long gap) {
        if (!distinct(a) || !distinct(b)) {
            return false;
        }
        long heads = common(a.heads(), a.headStride(), b.heads(), b.headStride());
        long tokens = common(a.tokens(), a.tokenStride(), b.tokens(), b.tokenStride());
        long batches = common(a.batches(), a.batchStride(), b.batches(), b.batchStride());
        if (heads < 0 || tokens < 0 || batches < 0) {
            return false;
        }
        boolean tokensOutside = tokens >= heads;
        long nearA = tokensOutside ? a.heads() : a.tokens();
        long nearB = tokensOutside ? b.heads() : b.tokens();
        long farA = tokensOutside ? a.tokens() : a.heads();
        long farB = tokensOutside ? b.tokens() : b.heads();
        long near = tokensOutside ? heads : tokens;
        long far = tokensOutside ? tokens : heads;
        // under distinct strides only two steps of an axis can bring the gap below the next one; three are tried
        for (long i = first(gap, batches, a.batches()); i <= last(gap, batches, b.batches()); i++) {
            long g = gap + i * batches;
            for (long j = first(g, far, farA); j <= last(g, far, farB); j++) {
                long h = g + j * far;
                for (long k = first(h, near, nearA); k <= last(h, near, nearB); k++) {
                    long apart = h + k * near; // from an element 0 of a to one of b
                    if (apart < a.dim() && -apart < b.dim()) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** The stride of an axis in both views: 0 when neither has a second element there, negative when they differ. */
    private static long common(long countA, long strideA, long countB, long strideB) {
        if (countA > 1 && countB > 1 && strideA != strideB) {
            return -1;
        }
        return countA > 1 ? strideA : countB > 1 ? strideB : 0;
    }

    private static long first(long gap, long stride, long countA) {
        return stride == 0 ? 0 : Math.max(1 - countA, Math.floorDiv(-gap, stride) - 1);
    }

    private static long last(long gap, long stride, long countB) {
        return stride == 0 ? 0 : Math.min(countB - 1, Math.floorDiv(-gap, stride) + 2);
    }

    /** Refuses an input range (ids, rows) that shares bytes with a written range. */
    static void refuse(String nameA, MemorySegment a, long fromA, long bytesA, String nameB, MemorySegment b,
            long fromB,
            long bytesB) {
        if (share(a, fromA, bytesA, b, fromB, bytesB)) {
            throw shared(nameA, nameB);
        }
    }

    /** Whether two ranges have a byte in common. */
    static boolean share(MemorySegment a, long fromA, long bytesA, MemorySegment b, long fromB, long bytesB) {
        if (bytesA == 0 || bytesB == 0 || !sameMemory(a, b)) {
            return false;
        }
        long startA = a.address() + fromA;
        long startB = b.address() + fromB;
        return startA < startB + bytesB && startB < startA + bytesA;
    }

    static IllegalArgumentException shared(String nameA, String nameB) {
        return new IllegalArgumentException(
                nameA + " and " + nameB + " overlap: got ranges that share bytes, wanted disjoint memory");
    }

    private static long start(Heads h) {
        return h.memory().address() + h.origin() * h.dtype().bytes();
    }

    /**
     * Off-heap segments share one address space; a heap segment's address counts from its own array. Its scope is the life
     * of that array: equal for views of one array, read-only ones too, and unlike its base to be had without an Optional.
     */
    private static boolean sameMemory(MemorySegment a, MemorySegment b) {
        if (a.isNative() || b.isNative()) {
            return a.isNative() && b.isNative();
        }
        return a.scope().equals(b.scope());
    }

    static long exactMultiply(long a, long b) {
        if (Math.multiplyHigh(a, b) != 0 || a * b < 0) {
            throw new IllegalArgumentException(
                    "size overflow: got " + a + " x " + b + " elements, wanted a number below 2^63");
        }
        return a * b;
    }

    static long exactAdd(long a, long b) {
        long sum = a + b;
        if (sum < 0) {
            throw new IllegalArgumentException(
                    "size overflow: got " + a + " + " + b + " elements, wanted a number below 2^63");
        }
        return sum;
    }
}
