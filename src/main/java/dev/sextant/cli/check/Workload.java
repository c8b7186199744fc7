package dev.sextant.cli.check;

import dev.sextant.config.ModelConfig;
import dev.sextant.tensor.DType;

/**
 * What is rotated in one call: queries and keys of some tokens, dense, token-major, in place.
 *
 * @param name {@code prefill} or {@code decode}
 * @param dtype element type
 * @param tokens tokens of a call
 * @param start position of the first
 * @param queryHeads query heads
 * @param kvHeads key heads
 * @param headDim elements of a head
 */
public record Workload(String name, DType dtype, int tokens, int start, int queryHeads, int kvHeads, int headDim) {

    /** Memory that calls go through in turn, so that nothing is found in a cache. */
    private static final long UNCACHED_BYTES = 128L << 20;

    static Workload prefill(ModelConfig model, DType dtype, int tokens) {
        return new Workload("prefill", dtype, tokens, 0, model.queryHeads(), model.kvHeads(), model.headDim());
    }

    static Workload decode(ModelConfig model, DType dtype, int position) {
        return new Workload("decode", dtype, 1, position, model.queryHeads(), model.kvHeads(), model.headDim());
    }

    /** All heads of a token. */
    int heads() {
        return queryHeads + kvHeads;
    }

    /** Elements of the queries; the keys follow them. */
    long queryElements() {
        return (long) tokens * queryHeads * headDim;
    }

    /** Elements of queries and keys. */
    long elements() {
        return (long) tokens * heads() * headDim;
    }

    /** Bytes that are read, and as many written. */
    public long bytes() {
        return elements() * dtype.bytes();
    }

    /** Whether the data stays in a cache from call to call. */
    public boolean isCached() {
        return tokens == 1;
    }

    /** Buffers used in turn: one when cached, else enough of them, at least three for the comparison of bits. */
    public int sets() {
        return isCached() ? 1 : (int) Math.max(3, (UNCACHED_BYTES + bytes() - 1) / bytes());
    }
}
