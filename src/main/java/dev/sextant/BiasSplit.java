package dev.sextant;

import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.internal.kernel.AttentionKernel;
import dev.sextant.tensor.Scores;

/** Checked scores cut by rows of queries, through heads and sequences. Every score depends on nothing but itself, so cuts do not matter. */
final class BiasSplit extends Split {

    private static final long CACHED_BYTES = 64 << 10;

    private final AttentionKernel kernel;
    private final AttentionArguments call;
    private final Scores scores;
    private final boolean fresh;
    private final long rows;

    /** With {@code fresh} scores are not read but taken to be 0. */
    BiasSplit(AttentionKernel kernel, AttentionArguments call, Scores scores, boolean fresh, long rows, int tasks) {
        super(parts(rows, tasks));
        this.kernel = kernel;
        this.call = call;
        this.scores = scores;
        this.fresh = fresh;
        this.rows = rows;
        refuseConfined("scores", scores.memory());
        AttentionSplit.refuseConfined(call);
    }

    @Override
    void run(int part) {
        rows(kernel, call, scores, fresh, cut(rows, part), cut(rows, part + 1));
    }

    static void rows(AttentionKernel kernel, AttentionArguments call, Scores scores, boolean fresh, long from,
            long to) {
        if (fresh) {
            fill(kernel, call, scores, from, to);
        } else {
            kernel.addBias(call, scores, from, to);
        }
    }

    /** Adds to zeros, a few rows at a time while they are in a cache: memory is written once and never read. */
    private static void fill(AttentionKernel kernel, AttentionArguments call, Scores scores, long from, long to) {
        long base = 0;
        long begun = from;
        long bytes = 0;
        for (int b = 0; b < call.sequences.count(); b++) {
            long queries = call.sequences.queries(b);
            long ofRow = call.sequences.keys(b) * Float.BYTES;
            long end = base + scores.heads() * queries;
            for (long row = Math.max(from, base); row < Math.min(to, end); row++) {
                long first = scores.index(b, (row - base) / queries, (row - base) % queries, 0);
                scores.memory().asSlice(first * Float.BYTES, ofRow).fill((byte) 0);
                bytes += ofRow;
                if (bytes >= CACHED_BYTES) {
                    kernel.addBias(call, scores, begun, row + 1);
                    begun = row + 1;
                    bytes = 0;
                }
            }
            base = end;
        }
        kernel.addBias(call, scores, begun, to);
    }
}
