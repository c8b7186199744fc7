package dev.sextant.benchmarks;

import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.Llama3Frequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.internal.java.Elements;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** What the workloads share: one model's shape and random memory. */
final class Data {

    static final int QUERY_HEADS = 32;
    static final int KV_HEADS = 8;
    static final int DIM = 128;
    static final int PAIRS = DIM / 2;
    private static final int PERIOD = 1 << 20;
    private static final long SEED = 20261;
    private static final long MIB = Long.getLong("sextant.bench.mib", 128);

    /** Rotary embedding of Llama 3.1. */
    static final Rope LLAMA = new Rope(DIM, PairLayout.HALF_SPLIT, new Llama3Frequencies(500_000, 8, 1, 4, 8192),
            AngleMode.EXACT);

    private Data() {}

    /** Off-heap memory aligned to a cache line, freed with its last reference. */
    static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, 64);
    }

    /** Heads of random numbers between -1 and 1; token-major, or head-major. */
    static Heads heads(DType dtype, long tokens, int heads, boolean headMajor) {
        return heads(dtype, tokens, heads, headMajor, SEED);
    }

    /** The same of another seed, for heads that meet in a product. */
    static Heads heads(DType dtype, long tokens, int heads, boolean headMajor, long seed) {
        return heads(dtype, tokens, heads, DIM, headMajor, seed);
    }

    /** The same of another head dim. */
    static Heads heads(DType dtype, long tokens, int heads, int dim, boolean headMajor, long seed) {
        MemorySegment memory = allocate(tokens * heads * dim * dtype.bytes());
        Random random = new Random(seed);
        int period = (int) Math.min(tokens * heads * dim, PERIOD);
        for (int i = 0; i < period; i++) {
            Elements.store(memory, dtype, i, 2 * random.nextFloat() - 1);
        }
        repeat(memory, (long) period * dtype.bytes());
        return headMajor
                ? Heads.headMajor(memory, dtype, tokens, heads, dim)
                : Heads.of(memory, dtype, tokens, heads, dim);
    }

    /** Random floats filling {@code bytes}: never denormal, so a ceiling is not slowed by them. */
    static MemorySegment floats(long bytes) {
        MemorySegment memory = allocate(bytes);
        Random random = new Random(SEED);
        int period = (int) Math.min(bytes / 4, PERIOD);
        for (int i = 0; i < period; i++) {
            Elements.store(memory, DType.F32, i, 0.5f + random.nextFloat());
        }
        repeat(memory, 4L * period);
        return memory;
    }

    /** Fills memory with copies of its first bytes: quick to set up, and no kernel's speed depends on the values. */
    private static void repeat(MemorySegment memory, long bytes) {
        for (long at = bytes; at < memory.byteSize(); at += bytes) {
            MemorySegment.copy(memory, 0, memory, at, Math.min(bytes, memory.byteSize() - at));
        }
    }

    /**
     * Sets of buffers enough to leave every cache behind: at least 128 MiB in all. A smoke run, whose times nobody reads, sets
     * {@code -Dsextant.bench.mib=0}.
     */
    static int sets(long bytesOfOne) {
        return (int) Math.max(2, Math.ceilDiv(MIB << 20, bytesOfOne));
    }

    /** So many tokens; in a smoke run few, where work grows with their square. */
    static int tokens(int wanted) {
        return MIB == 0 ? Math.min(wanted, 64) : wanted;
    }
}
