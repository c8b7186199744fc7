package dev.sextant;

import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.PagedKv;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import dev.sextant.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of attention, to be set once and used again: what is not set anew stays. Views are borrowed until a call returns; all
 * memory is off the heap. Not thread-safe; one object a thread.
 *
 * <pre>{@code
 * AttentionCall call = new AttentionCall().queries(q, out).cache(KvCache.of(k, v))
 *         .sequences(Sequences.of(1, tokens, tokens, Alignment.START));
 * call.workspace(arena.allocate(plan.workspaceBytes(call), 64));
 * plan.attend(call);
 * }</pre>
 */
public final class AttentionCall {

    private final AttentionArguments arguments = new AttentionArguments();
    private boolean paged;

    /** A call of nothing yet. */
    public AttentionCall() {}

    /**
     * Queries and where results go: {@code [batches, tokens, heads, keyDim]} and the same with {@code valueDim}, of the plan's query type,
     * disjoint. One batch entry for several sequences means packed tokens.
     */
    public AttentionCall queries(Heads q, Heads out) {
        arguments.q = Objects.requireNonNull(q, "q");
        arguments.out = Objects.requireNonNull(out, "out");
        return this;
    }

    /** Keys and values that are contiguous: a batch entry a sequence, or one for all (packed). */
    public AttentionCall cache(KvCache cache) {
        arguments.k = cache.k();
        arguments.v = values(cache.v());
        arguments.pages = null;
        paged = false;
        return this;
    }

    /** Keys and values in pages: key {@code j} of sequence b is slot {@code j % pageSize} of page {@code table.page(b, j / pageSize)}. */
    public AttentionCall cache(PagedKv cache, PageTable table) {
        arguments.k = cache.k();
        arguments.v = values(cache.v());
        arguments.pages = Objects.requireNonNull(table, "page table");
        paged = true;
        return this;
    }

    private static Heads values(@Nullable Heads v) {
        if (v == null) {
            throw Checks.wanted("values of the cache", "none", "values: attention reads them");
        }
        return v;
    }

    /** Which tokens belong to each sequence. */
    public AttentionCall sequences(Sequences sequences) {
        arguments.sequences = Objects.requireNonNull(sequences, "sequences");
        return this;
    }

    /**
     * Where the natural logarithms of the softmax's denominators go, {@code [batches, heads, tokens]} as for queries; null for nowhere. That
     * of a row which sees no key is the row's sink, or minus infinity.
     */
    public AttentionCall lse(@Nullable RowValues lse) {
        arguments.lse = lse;
        return this;
    }

    /** Biases of a plan that takes them with each call, {@code [sequences, heads, queries, keys]}; minus infinity hides a key. */
    public AttentionCall bias(@Nullable Scores bias) {
        arguments.dense = bias;
        return this;
    }

    /** What a plan with skew adds to scores before the softcap, {@code [sequences, heads, queries, keys]}, in units of scaled scores. */
    public AttentionCall skew(@Nullable Scores skew) {
        arguments.skew = skew;
        return this;
    }

    /** The mask of a structure that has one, {@code [sequences, heads, queries, keys]}. */
    public AttentionCall mask(@Nullable Mask mask) {
        arguments.mask = mask;
        return this;
    }

    /** What each query row is multiplied by, {@code [batches, 1, tokens]} as for queries; null for nothing. */
    public AttentionCall rowScale(@Nullable RowValues factors) {
        arguments.rowScale = factors;
        return this;
    }

    /** Document ids of queries and of keys, for a structure that has documents; tokens as those of queries and of keys. */
    public AttentionCall documents(@Nullable TokenIds ofQueries, @Nullable TokenIds ofKeys) {
        arguments.queryDocuments = ofQueries;
        arguments.keyDocuments = ofKeys;
        return this;
    }

    /** Block ids of queries and of keys, for a structure that has blocks; tokens as those of queries and of keys. */
    public AttentionCall blocks(@Nullable TokenIds ofQueries, @Nullable TokenIds ofKeys) {
        arguments.queryBlocks = ofQueries;
        arguments.keyBlocks = ofKeys;
        return this;
    }

    /** Scratch memory, at least {@link AttentionPlan#workspaceBytes} bytes, aligned to 64. */
    public AttentionCall workspace(MemorySegment workspace) {
        arguments.workspace = Objects.requireNonNull(workspace, "workspace");
        return this;
    }

    /**
     * Norms of the keys, {@link AttentionPlan#normsBytes} bytes that {@link AttentionPlan#norms} fills, for a plan that skips; kept from one call
     * to the next as long as keys and values stay. {@link MemorySegment#NULL}: each call makes its own, which takes one pass over all
     * keys and values.
     */
    public AttentionCall norms(MemorySegment norms) {
        arguments.norms = Objects.requireNonNull(norms, "norms");
        return this;
    }

    /** Tiles of scores that the last call worked on: units of work on a backend that does not skip. */
    public long tilesVisited() {
        return arguments.tilesVisited;
    }

    /** Tiles that the last call left out, because together they could not change its result. */
    public long tilesSkipped() {
        return arguments.tilesSkipped;
    }

    AttentionArguments arguments() {
        return arguments;
    }

    boolean isPaged() {
        return paged;
    }
}
