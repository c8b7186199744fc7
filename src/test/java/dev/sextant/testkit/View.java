package dev.sextant.testkit;

import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** The geometry of one tensor inside buffer {@code slot} of a case. */
public record View(int slot, long origin, long heads, long batchStride, long tokenStride, long headStride) {

    /** Any nesting of batch, token and head, so token-major, head-major and stranger ones, with gaps now and then. */
    static View random(SplittableRandom random, int slot, long batches, long tokens, long heads, int dim) {
        long[] counts = {batches, tokens, heads};
        long[] strides = new long[3];
        long inside = dim;
        int first = random.nextInt(3);
        int second = (first + 1 + random.nextInt(2)) % 3;
        for (int axis : new int[]{first, second, 3 - first - second}) {
            strides[axis] = inside + (random.nextInt(3) == 0 ? random.nextInt(4) : 0);
            inside += (counts[axis] - 1) * strides[axis];
        }
        return new View(slot, random.nextInt(6), heads, strides[0], strides[1], strides[2]);
    }

    /** Elements a buffer must have for this view. */
    long extent(long batches, long tokens, int dim) {
        return origin + (batches - 1) * batchStride + (tokens - 1) * tokenStride + (heads - 1) * headStride + dim;
    }

    /** The library's view of it. */
    Heads bind(MemorySegment memory, DType dtype, long batches, long tokens, int dim) {
        return new Heads(memory, dtype, origin, batches, tokens, heads, dim, batchStride, tokenStride, headStride);
    }

    long index(long b, long t, long h) {
        return origin + b * batchStride + t * tokenStride + h * headStride;
    }
}
