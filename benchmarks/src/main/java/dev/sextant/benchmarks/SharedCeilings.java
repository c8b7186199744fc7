package dev.sextant.benchmarks;

import dev.sextant.internal.cpu.Ceilings;
import dev.sextant.internal.cpu.CpuKernels;
import java.lang.foreign.MemorySegment;

/**
 * What the machine can do at most on one or more threads: fused multiply-adds, as many as the two products of attention have, or
 * bytes read or scaled in place. By the best instruction set of the machine.
 */
final class SharedCeilings implements AutoCloseable {

    /** What a ceiling counts in. */
    private static final long GRAIN = 512;

    private final Workers workers;
    private final MemorySegment[] sums;
    private final int isa = CpuKernels.bestIsa();
    private final long count;
    private final MemorySegment[] sets;
    private int next;

    private SharedCeilings(int threads, long count, int sets) {
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
    static SharedCeilings multiplying(String structure, int tokens, int threads) {
        long pairs = pairs(structure, Data.tokens(tokens));
        return new SharedCeilings(threads, 2 * pairs * Data.QUERY_HEADS * Data.DIM, 0);
    }

    /** Sets of so many bytes. */
    static SharedCeilings moving(long bytes, int threads) {
        return new SharedCeilings(threads, bytes, Data.sets(bytes));
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

    /** A loop over the next set that reads it, or scales it in place. */
    void move(Ceilings.Kind kind) {
        next = (next + 1) % sets.length;
        MemorySegment set = sets[next];
        workers.run(part -> {
            MemorySegment share = set.asSlice(from(part));
            MemorySegment to = kind == Ceilings.Kind.IN_PLACE ? share : sums[part];
            Ceilings.run(kind, isa, to, share, from(part + 1) - from(part));
        });
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
