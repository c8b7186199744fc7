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
import org.jspecify.annotations.Nullable;

/** Some query rows of one sequence of a call, as a call of their own. */
final class CallRows {

    private CallRows() {}

    /** Rows {@code first} to {@code first + count - 1} of sequence {@code b}; outputs are not part of it. */
    static AttentionCall of(AttentionCall call, int b, long first, long count) {
        AttentionArguments a = call.arguments();
        Sequences all = a.sequences;
        Heads q = entry(a.q, b);
        AttentionCall rows = new AttentionCall().queries(q, q).sequences(Sequences.empty(1)
                .set(0, all.queryFirst(b) + first, count, all.keyFirst(b), all.keys(b), all.offset(b) + first)
                .prefixes(all.prefix(b)));
        PageTable table = a.pages;
        if (table == null) {
            rows.cache(KvCache.of(entry(a.k, b), entry(a.v, b)));
        } else {
            boolean lists = table.indptr() != null;
            rows.cache(new PagedKv(a.k, a.v), new PageTable(table.pages(),
                    table.origin() + (lists ? 0 : b * table.batchStride()), 1, table.batchStride(), table.count(),
                    table.indptr(), table.indptrOrigin() + (lists ? b : 0)));
        }
        rows.bias(some(a.dense, b, first, count)).skew(some(a.skew, b, first, count));
        Mask mask = a.mask;
        if (mask != null) {
            rows.mask(new Mask(mask.memory(), mask.index(b, 0, first, 0), 1, mask.heads(), count, mask.keys(), 0,
                    mask.headStride(), mask.queryStride(), mask.keyStride()));
        }
        RowValues factors = a.rowScale;
        if (factors != null) {
            rows.rowScale(factors.batches() == 1
                    ? factors
                    : new RowValues(factors.memory(), factors.index(b, 0, 0), 1, factors.heads(), factors.tokens(), 0,
                            factors.headStride(), factors.tokenStride()));
        }
        return rows.documents(entry(a.queryDocuments, b), entry(a.keyDocuments, b))
                .blocks(entry(a.queryBlocks, b), entry(a.keyBlocks, b));
    }

    private static Heads entry(Heads heads, int b) {
        return heads.batches() == 1 ? heads : heads.at(heads.origin() + b * heads.batchStride()).batches(1, 0);
    }

    private static @Nullable TokenIds entry(@Nullable TokenIds ids, int b) {
        return ids == null || ids.batches() == 1
                ? ids
                : new TokenIds(ids.memory(), ids.origin() + b * ids.batchStride(), 1, ids.tokens(), 0);
    }

    private static @Nullable Scores some(@Nullable Scores s, int b, long first, long count) {
        return s == null
                ? null
                : new Scores(s.memory(), s.index(b, 0, first, 0), 1, s.heads(), count, s.keys(), 0, s.headStride(),
                        s.queryStride(), s.keyStride());
    }
}
