package dev.sextant.internal.kernel;

import dev.sextant.encoding.CapturePoint;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import java.lang.foreign.MemorySegment;

/**
 * Bound attention. Immutable, usable by any number of threads at once with arguments of their own, allocates nothing. Work comes in
 * units that do not depend on who does them: any division of {@code [0, units)} among workers gives the same bits.
 */
public interface AttentionKernel {

    /** Sets {@code units} and the sizes of the workspace, which is linear in the number of keys at most. */
    void measure(AttentionArguments call);

    /** What is to be done once before the units. */
    void begin(AttentionArguments call, int workers);

    /** Does units {@code from} to {@code to - 1} as worker {@code worker} of {@code workers}, whose share of the workspace nobody else uses now. */
    void attend(AttentionArguments call, long from, long to, int worker, int workers);

    /** Puts together what units left in parts, and counts; called once, when all are done. */
    void finish(AttentionArguments call, int workers);

    /** Norms of the keys of a call, by which skipping knows what it may leave out. */
    void norms(AttentionArguments call, MemorySegment norms);

    /** Writes scores {@code [sequences, heads, queries, keys]} at a capture point; uses the workspace of one worker. */
    void scores(AttentionArguments call, CapturePoint point, Scores out);

    /**
     * Adds the bias to rows {@code from} to {@code to - 1} of the caller's own scores, in float32, each product and sum rounded once; hidden
     * keys become minus infinity. Rows are counted in the order of sequences, heads, queries ({@link AttentionArguments#rows}).
     */
    void addBias(AttentionArguments call, Scores scores, long from, long to);

    /** Makes {@code (out, lse)} the attention over the keys of both: merges {@code (o, l)}, made over other keys, into it. */
    void merge(Heads o, RowValues l, Heads out, RowValues lse);

    /** The kernel's symbol. */
    String name();
}
