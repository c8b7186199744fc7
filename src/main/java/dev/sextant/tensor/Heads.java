package dev.sextant.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A borrowed view of attention heads {@code [batches, tokens, heads, dim]} in the caller's memory: queries, keys or values.
 * Element {@code (b, t, h, d)} stands at {@code memory[origin + b*batchStride + t*tokenStride + h*headStride + d]},
 * everything counted in elements of {@code dtype}, so token-major {@code [T, H, D]}, head-major {@code [H, T, D]} and a
 * slice of a fused QKV projection are all the same type.
 *
 * <p>Immutable and thread-safe; it does not own, copy or touch the memory. Cutting a view by {@link #tokens(long, long)} or
 * {@link #heads(long, long)} is how work is split between threads: results never depend on the cut.
 *
 * @param memory off-heap segment, or the segment of a {@code float[]} / {@code short[]}
 * @param dtype element type
 * @param origin element index of {@code (0, 0, 0, 0)}
 * @param batches number of batch entries, at least 0
 * @param tokens tokens in each batch entry, at least 0
 * @param heads heads of each token, at least 0
 * @param dim elements of a head, at least 1, contiguous
 * @param batchStride elements from one batch entry to the next
 * @param tokenStride elements from one token to the next
 * @param headStride elements from one head to the next
 */
public record Heads(MemorySegment memory, DType dtype, long origin, long batches, long tokens, long heads, int dim,
        long batchStride, long tokenStride, long headStride) {

    /** Checks signs only; whether the memory is large enough is checked where the view is used. */
    public Heads {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(dtype, "dtype");
        notNegative("origin", origin);
        notNegative("batches", batches);
        notNegative("tokens", tokens);
        notNegative("heads", heads);
        notNegative("batchStride", batchStride);
        notNegative("tokenStride", tokenStride);
        notNegative("headStride", headStride);
        if (dim < 1) {
            throw new IllegalArgumentException("dim: got " + dim + ", wanted at least 1");
        }
    }

    /** Dense token-major heads {@code [tokens, heads, dim]} from element 0 of {@code memory}. */
    public static Heads of(MemorySegment memory, DType dtype, long tokens, long heads, int dim) {
        return new Heads(memory, dtype, 0, 1, tokens, heads, dim, 0, Exact.times(heads, dim), dim);
    }

    /** Dense token-major float32 heads {@code [tokens, heads, dim]} in a heap array. */
    public static Heads of(float[] array, long tokens, long heads, int dim) {
        return of(MemorySegment.ofArray(array), DType.F32, tokens, heads, dim);
    }

    /** Dense token-major 16-bit heads {@code [tokens, heads, dim]} in a heap array of bit patterns. */
    public static Heads of(short[] array, DType dtype, long tokens, long heads, int dim) {
        return of(MemorySegment.ofArray(array), dtype, tokens, heads, dim);
    }

    /** Dense head-major heads {@code [heads, tokens, dim]} from element 0 of {@code memory}. */
    public static Heads headMajor(MemorySegment memory, DType dtype, long tokens, long heads, int dim) {
        return new Heads(memory, dtype, 0, 1, tokens, heads, dim, 0, dim, Exact.times(tokens, dim));
    }

    /** The same shape, its first element at {@code origin}. */
    public Heads at(long newOrigin) {
        return new Heads(memory, dtype, newOrigin, batches, tokens, heads, dim, batchStride, tokenStride, headStride);
    }

    /** The same shape with other distances between tokens and between heads. */
    public Heads strides(long newTokenStride, long newHeadStride) {
        return new Heads(memory, dtype, origin, batches, tokens, heads, dim, batchStride, newTokenStride,
                newHeadStride);
    }

    /** {@code count} batch entries of this shape, {@code stride} elements apart. */
    public Heads batches(long count, long stride) {
        return new Heads(memory, dtype, origin, count, tokens, heads, dim, stride, tokenStride, headStride);
    }

    /** Tokens {@code from} (inclusive) to {@code to} (exclusive) of every batch entry. */
    public Heads tokens(long from, long to) {
        Objects.checkFromToIndex(from, to, tokens);
        return new Heads(memory, dtype, Exact.plus(origin, Exact.times(from, tokenStride)), batches,
                to - from,
                heads, dim, batchStride, tokenStride, headStride);
    }

    /** Heads {@code from} (inclusive) to {@code to} (exclusive) of every token. */
    public Heads heads(long from, long to) {
        Objects.checkFromToIndex(from, to, heads);
        return new Heads(memory, dtype, Exact.plus(origin, Exact.times(from, headStride)), batches, tokens,
                to - from, dim, batchStride, tokenStride, headStride);
    }

    /** Whether the view names no element at all. */
    public boolean isEmpty() {
        return batches == 0 || tokens == 0 || heads == 0;
    }

    private static void notNegative(String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + ": got " + value + ", wanted at least 0");
        }
    }
}
