package dev.sextant;

import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.internal.kernel.AttentionKernel;
import dev.sextant.tensor.Scores;
import java.lang.foreign.ValueLayout;

/** Checked scores cut by rows of queries, through heads and sequences. Every score depends on nothing but itself, so cuts do not matter. */
final class BiasSplit extends Split {

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
            clear(call, scores, from, to);
        }
        kernel.addBias(call, scores, from, to);
    }

    /** Makes scores 0, as far as their sequences reach. */
    private static void clear(AttentionArguments call, Scores scores, long from, long to) {
        long base = 0;
        for (int b = 0; b < call.sequences.count(); b++) {
            long queries = call.sequences.queries(b);
            long end = base + scores.heads() * queries;
            for (long row = Math.max(from, base); row < Math.min(to, end); row++) {
                long first = scores.index(b, (row - base) / queries, (row - base) % queries, 0);
                for (long j = 0; j < call.sequences.keys(b); j++) {
                    scores.memory().set(ValueLayout.JAVA_FLOAT_UNALIGNED, (first + j) * Float.BYTES, 0f);
                }
            }
            base = end;
        }
    }
}
