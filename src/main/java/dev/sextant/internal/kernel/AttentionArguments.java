package dev.sextant.internal.kernel;

import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import dev.sextant.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What varies from one attention call to the next: plain fields, filled by the front end and checked there, reused so that a call
 * allocates nothing.
 */
public final class AttentionArguments {

    private static final Heads NO_HEADS = new Heads(MemorySegment.NULL, DType.F32, 0, 0, 0, 0, 1, 0,
            0, 0);

    /** Which tokens belong to each sequence. */
    public Sequences sequences = Sequences.empty(0);
    /** Queries. A view of one batch entry and several sequences is packed. */
    public Heads q = NO_HEADS;
    /** Keys: batch entries, or pages of slots. */
    public Heads k = NO_HEADS;
    /** Values. */
    public Heads v = NO_HEADS;
    /** Where results go. */
    public Heads out = NO_HEADS;
    /** The pages of each sequence, null for contiguous keys. */
    public @Nullable PageTable pages;
    /** Where the logarithms of the denominators go. */
    public @Nullable RowValues lse;
    /** Biases of this call. */
    public @Nullable Scores dense;
    /** Terms added before the softcap. */
    public @Nullable Scores skew;
    /** Keys to be seen. */
    public @Nullable Mask mask;
    /** Factors of query rows. */
    public @Nullable RowValues rowScale;
    /** Documents of queries. */
    public @Nullable TokenIds queryDocuments;
    /** Documents of keys. */
    public @Nullable TokenIds keyDocuments;
    /** Blocks of queries. */
    public @Nullable TokenIds queryBlocks;
    /** Blocks of keys. */
    public @Nullable TokenIds keyBlocks;
    /** Scratch memory of the caller. */
    public MemorySegment workspace = MemorySegment.NULL;
    /** Norms of keys that the caller keeps; NULL where they are made anew with each call. */
    public MemorySegment norms = MemorySegment.NULL;

    /** Units of work; this and the following are set by the kernel. */
    public long units;
    /** Workspace of one worker. */
    public long workerBytes;
    /** Workspace of all workers together, for partial results. */
    public long partialBytes;
    /** Bytes of norms, 0 where there are none; part of the workspace unless the caller keeps them. */
    public long normBytes;
    /** Scratch of each worker and its counters by turns, cut from the workspace once and kept for as long as they stay the same. */
    public MemorySegment[] workerParts = {};
    /** Likewise the parts of the workspace for partial results and for norms. */
    public MemorySegment partialPart = MemorySegment.NULL;
    /** See {@link #partialPart}. */
    public MemorySegment normPart = MemorySegment.NULL;
    /** Tiles of scores that the last call worked on. */
    public long tilesVisited;
    /** Tiles that it left out because they could not change the result. */
    public long tilesSkipped;

    /** The batch entry of sequence {@code b} in a view of {@code entries}: its own, or the only one of packed tokens. */
    public static long entry(long b, long entries) {
        return entries == 1 ? 0 : b;
    }

    /** Rows of scores: the queries of all sequences, of each head. */
    public long rows(int heads) {
        long rows = 0;
        for (int b = 0; b < sequences.count(); b++) {
            rows += heads * sequences.queries(b);
        }
        return rows;
    }
}
