package dev.sextant.internal.cpu;

import dev.sextant.encoding.CapturePoint;
import dev.sextant.internal.ffi.gen.sx_attention_call;
import dev.sextant.internal.ffi.gen.sx_heads;
import dev.sextant.internal.ffi.gen.sx_merge_call;
import dev.sextant.internal.ffi.gen.sx_row_values;
import dev.sextant.internal.ffi.gen.sx_score_values;
import dev.sextant.internal.ffi.gen.sx_token_ids;
import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.TokenIds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The call structs of attention, one a thread, filled from the arguments of a call; and the memory behind arguments that may be absent. */
final class CpuAttentionCall {

    private static final ThreadLocal<MemorySegment> CALL = ThreadLocal.withInitial(CpuAttentionCall::newCall);
    private static final ThreadLocal<MemorySegment> MERGE = ThreadLocal.withInitial(CpuAttentionCall::newMerge);

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private CpuAttentionCall() {}

    private static MemorySegment newCall() {
        MemorySegment call = Arena.ofAuto().allocate(sx_attention_call.layout());
        sx_attention_call.size(call, (int) call.byteSize());
        return call;
    }

    private static MemorySegment newMerge() {
        MemorySegment call = Arena.ofAuto().allocate(sx_merge_call.layout());
        sx_merge_call.size(call, (int) call.byteSize());
        return call;
    }

    /** This thread's struct, filled. */
    static MemorySegment of(AttentionArguments a) {
        MemorySegment call = CALL.get();
        sx_attention_call.sequences(call, a.sequences.count());
        CpuRotary.shape(call, sx_attention_call.q$offset(), a.q);
        CpuRotary.shape(call, sx_attention_call.k$offset(), a.k);
        CpuRotary.shape(call, sx_attention_call.v$offset(), a.v);
        CpuRotary.shape(call, sx_attention_call.out$offset(), a.out);
        rows(call, sx_attention_call.lse$offset(), a.lse);
        rows(call, sx_attention_call.row_scale$offset(), a.rowScale);
        scores(call, sx_attention_call.dense$offset(), a.dense);
        scores(call, sx_attention_call.skew$offset(), a.skew);
        Mask mask = a.mask;
        if (mask != null) {
            scores(call, sx_attention_call.mask$offset(), mask.origin(), mask.batchStride(), mask.headStride(),
                    mask.queryStride(), mask.keyStride());
        }
        ids(call, sx_attention_call.query_documents$offset(), a.queryDocuments);
        ids(call, sx_attention_call.key_documents$offset(), a.keyDocuments);
        ids(call, sx_attention_call.query_blocks$offset(), a.queryBlocks);
        ids(call, sx_attention_call.key_blocks$offset(), a.keyBlocks);
        PageTable table = a.pages;
        sx_attention_call.page_slots(call, table == null ? 0 : a.k.tokens());
        if (table != null) {
            sx_attention_call.pages_origin(call, table.origin());
            sx_attention_call.pages_batch_stride(call, table.batchStride());
            sx_attention_call.indptr_origin(call, table.indptrOrigin());
        }
        long head = CpuAttention.normsHeadStride(a);
        sx_attention_call.norms_origin(call, 0);
        sx_attention_call.norms_batch_stride(call, head * a.k.heads());
        sx_attention_call.norms_head_stride(call, head);
        return call;
    }

    /** The same for scores that are written. */
    static MemorySegment of(AttentionArguments a, CapturePoint point, Scores out) {
        MemorySegment call = of(a);
        sx_attention_call.point(call, point.ordinal());
        scores(call, sx_attention_call.scores$offset(), out);
        return call;
    }

    /** This thread's struct of a merge, filled. */
    static MemorySegment merge(Heads o, RowValues l, Heads out, RowValues lse) {
        MemorySegment call = MERGE.get();
        sx_merge_call.dtype(call, out.dtype().ordinal());
        sx_merge_call.batches(call, out.batches());
        sx_merge_call.tokens(call, out.tokens());
        sx_merge_call.dim(call, out.dim());
        CpuRotary.shape(call, sx_merge_call.part$offset(), o);
        CpuRotary.shape(call, sx_merge_call.out$offset(), out);
        call.set(LONG, sx_merge_call.out$offset() + sx_heads.heads$offset(), out.heads());
        rows(call, sx_merge_call.part_lse$offset(), l);
        rows(call, sx_merge_call.out_lse$offset(), lse);
        return call;
    }

    private static void rows(MemorySegment call, long at, @Nullable RowValues rows) {
        if (rows != null) {
            call.set(LONG, at + sx_row_values.origin$offset(), rows.origin());
            call.set(LONG, at + sx_row_values.batch_stride$offset(), rows.batches() > 1 ? rows.batchStride() : 0);
            call.set(LONG, at + sx_row_values.head_stride$offset(), rows.heads() > 1 ? rows.headStride() : 0);
            call.set(LONG, at + sx_row_values.token_stride$offset(), rows.tokens() > 1 ? rows.tokenStride() : 0);
        }
    }

    private static void scores(MemorySegment call, long at, @Nullable Scores s) {
        if (s != null) {
            scores(call, at, s.origin(), s.batchStride(), s.headStride(), s.queryStride(), s.keyStride());
        }
    }

    private static void scores(MemorySegment call, long at, long origin, long batch, long head, long query, long key) {
        call.set(LONG, at + sx_score_values.origin$offset(), origin);
        call.set(LONG, at + sx_score_values.batch_stride$offset(), batch);
        call.set(LONG, at + sx_score_values.head_stride$offset(), head);
        call.set(LONG, at + sx_score_values.query_stride$offset(), query);
        call.set(LONG, at + sx_score_values.key_stride$offset(), key);
    }

    private static void ids(MemorySegment call, long at, @Nullable TokenIds ids) {
        if (ids != null) {
            call.set(LONG, at + sx_token_ids.origin$offset(), ids.origin());
            call.set(LONG, at + sx_token_ids.batch_stride$offset(), ids.batches() > 1 ? ids.batchStride() : 0);
        }
    }

    static MemorySegment memory(@Nullable RowValues rows) {
        return rows == null ? MemorySegment.NULL : rows.memory();
    }

    static MemorySegment memory(@Nullable Scores scores) {
        return scores == null ? MemorySegment.NULL : scores.memory();
    }

    static MemorySegment memory(@Nullable TokenIds ids) {
        return ids == null ? MemorySegment.NULL : ids.memory();
    }

    static MemorySegment mask(AttentionArguments a) {
        Mask mask = a.mask;
        return mask == null ? MemorySegment.NULL : mask.memory();
    }

    static MemorySegment pages(AttentionArguments a) {
        PageTable table = a.pages;
        return table == null ? MemorySegment.NULL : table.pages();
    }

    static MemorySegment indptr(AttentionArguments a) {
        PageTable table = a.pages;
        MemorySegment indptr = table == null ? null : table.indptr();
        return indptr == null ? MemorySegment.NULL : indptr;
    }
}
