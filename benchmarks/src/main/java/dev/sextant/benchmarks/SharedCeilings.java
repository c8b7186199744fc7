package dev.sextant.benchmarks;

import dev.sextant.internal.cpu.Ceilings;
import dev.sextant.internal.cpu.CpuKernels;
import java.lang.foreign.MemorySegment;

/**
 * What attention pays at least, on one or more threads: as many fused multiply-adds as its two products have, or as many bytes read
 * as its keys and values have. By the best instruction set of the machine.
 */
final class AttentionCeilings implements AutoCloseable {

    /** What a ceiling counts in. */
    private static final long GRAIN = 512;

    private final Workers workers;
    private final MemorySegment[] sums;
    private final int isa = CpuKernels.bestIsa();
    private final long count;
    private final MemorySegment[] sets;
    private int next;

    private AttentionCeilings(int threads, long count, int sets) {
        this.workers = new Workers(threads);
        this.sums = new MemorySegment[threads];
        for (int i = 0; i < threads; i++) {
            sums[i] = Data.allocate(GRAIN);
        }
        this.count = count;
        this.sets = new MemorySegment[sets];
        for (int i = 0; i < sets; i++) {
            this.sets[i] = Data.floats(count);
        }
    }

    /** Multiply-adds of {@code tokens} queries and as many keys, all heads: one a dimension in each of two products. */
    static AttentionCeilings multiplying(String structure, int tokens, int threads) {
        long pairs = pairs(structure, Data.tokens(tokens));
        return new AttentionCeilings(threads, 2 * pairs * Data.QUERY_HEADS * Data.DIM, 0);
    }

    /** Reads of so many bytes. */
    static AttentionCeilings reading(long bytes, int threads) {
        return new AttentionCeilings(threads, bytes, Data.sets(bytes));
    }

    /** Pairs of a query and a key that it sees: {@code causal}, {@code full}, or {@code window} and its size. */
    static long pairs(String structure, long tokens) {
        long causal = tokens * (tokens + 1) / 2;
        return switch (structure) {
            case "causal" -> causal;
            case "full" -> tokens * tokens;
            default -> {
                long hidden = Math.max(0, tokens - Long.parseLong(structure.replace("window", "")));
                yield causal - hidden * (hidden + 1) / 2;
            }
        };
    }

    /** The multiply-adds. */
    void multiply() {
        workers.run(part -> Ceilings.run(Ceilings.Kind.FMA, isa, sums[part], MemorySegment.NULL,
                from(part + 1) - from(part)));
    }

    /** A read of the next set. */
    void read(Ceilings.Kind kind) {
        next = (next + 1) % sets.length;
        MemorySegment set = sets[next];
        workers.run(part -> Ceilings.run(kind, isa, sums[part], set.asSlice(from(part)), from(part + 1) - from(part)));
    }

    /** Where the share of a thread begins. */
    private long from(int part) {
        return part == workers.threads ? count : count / workers.threads / GRAIN * GRAIN * part;
    }

    @Override
    public void close() {
        workers.close();
    }
}
