package dev.sextant;

import dev.sextant.internal.form.AttentionForm;
import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import java.lang.foreign.MemorySegment;

/**
 * Validation of an attention call, in O(1) but for the pre-passes over sequences and page numbers. Everything here runs before the
 * first write; kernels below trust what passed.
 */
final class AttentionChecks {

    /** Alignment of the workspace: a cache line, and the widest vector. */
    private static final int WORKSPACE_ALIGNMENT = 64;

    private AttentionChecks() {}

    /** Everything that is read. */
    static void inputs(AttentionCall call, AttentionForm form) {
        AttentionArguments a = call.arguments();
        SequenceChecks.check(a.sequences, form);
        SequenceChecks.tensors(a, form);
        Checks.readable("q", a.q, form.queryType(), form.keyDim());
        heads("q", a.q, form.heads());
        offHeap("q", a.q.memory());
        SequenceChecks.tokens("q", a.sequences, a.q.batches(), a.q.tokens(), true);
        cache(call, form);
        RowValues factors = a.rowScale;
        if (factors != null) {
            rows("row scale", factors, a.q, 1);
        }
    }

    /** Keys and values. */
    static void cache(AttentionCall call, AttentionForm form) {
        AttentionArguments a = call.arguments();
        Checks.readable("keys of the cache", a.k, form.cacheType(), form.keyDim());
        Checks.readable("values of the cache", a.v, form.cacheType(), form.valueDim());
        heads("keys of the cache", a.k, form.kvHeads());
        heads("values of the cache", a.v, form.kvHeads());
        offHeap("keys of the cache", a.k.memory());
        offHeap("values of the cache", a.v.memory());
        if (call.isPaged()) {
            PageChecks.check(a);
        } else {
            SequenceChecks.tokens("keys of the cache", a.sequences, a.k.batches(), a.k.tokens(), false);
        }
    }

    /** Norms that the caller keeps. */
    static void norms(AttentionArguments a, AttentionForm form) {
        MemorySegment norms = a.norms;
        offHeap("norms", norms);
        if (!form.skipping() || norms.byteSize() < a.normBytes) {
            throw new IndexOutOfBoundsException("norms: got " + norms.byteSize() + " bytes, wanted "
                    + (form.skipping() ? "at least " + a.normBytes + " (ask the plan: normsBytes)" : "none"));
        }
        Checks.notReadOnly("norms", norms);
        Checks.memory("norms", norms, Float.BYTES, 0, a.normBytes / Float.BYTES);
        disjoint(a, "norms", norms, 0, a.normBytes);
        allHeads(a, "norms", norms, 0, a.normBytes);
        Overlap.refuse("workspace", a.workspace, 0, a.workspace.byteSize(), "norms", norms, 0, a.normBytes);
    }

    private static void heads(String what, Heads heads, int wanted) {
        if (heads.heads() != wanted) {
            throw Checks.wanted(what + " heads", heads.heads(), wanted + ", the plan's");
        }
    }

    static void offHeap(String what, MemorySegment memory) {
        if (!memory.isNative()) {
            throw Checks.wanted(what + " memory", "an array on the heap",
                    "off-heap memory: attention takes too long to pin an array, so copy it to a segment of an arena");
        }
    }

    /** One float for each head and row of {@code heads}, off the heap. */
    private static void rows(String what, RowValues rows, Heads q, long heads) {
        if (rows.batches() != q.batches() || rows.heads() != heads || rows.tokens() != q.tokens()) {
            throw Checks.wanted(what + " batches x heads x tokens",
                    rows.batches() + " x " + rows.heads() + " x " + rows.tokens(),
                    q.batches() + " x " + heads + " x " + q.tokens() + ", those of the queries");
        }
        offHeap(what, rows.memory());
        if (extent(rows) > 0) {
            Checks.memory(what, rows.memory(), Float.BYTES, rows.origin(), extent(rows));
        }
    }

    /** Elements from the first to one past the last. */
    private static long extent(RowValues r) {
        if (r.batches() == 0 || r.heads() == 0 || r.tokens() == 0) {
            return 0;
        }
        return Overlap.exactAdd(Overlap.exactAdd(Overlap.exactMultiply(r.batches() - 1, r.batchStride()),
                Overlap.exactMultiply(r.heads() - 1, r.headStride())),
                Overlap.exactAdd(Overlap.exactMultiply(r.tokens() - 1, r.tokenStride()), 1));
    }

    /** Everything that is written, apart from the workspace. */
    static void outputs(AttentionCall call, AttentionForm form) {
        AttentionArguments a = call.arguments();
        Checks.writable("out", a.out, form.queryType(), form.valueDim());
        offHeap("out", a.out.memory());
        heads("out", a.out, form.heads());
        Checks.sameTokens("out", a.out, "q", a.q);
        if (!a.out.isEmpty()) {
            disjoint(a, "out", a.out.memory(), a.out.origin() * a.out.dtype().bytes(), bytes(a.out));
        }
        Overlap.refuse("q", a.q, "out", a.out);
        Overlap.refuse("keys of the cache", a.k, "out", a.out);
        Overlap.refuse("values of the cache", a.v, "out", a.out);
        RowValues lse = a.lse;
        if (lse != null) {
            writableRows("lse", lse, a.q, form.heads());
            long bytes = extent(lse) * Float.BYTES;
            disjoint(a, "lse", lse.memory(), lse.origin() * Float.BYTES, bytes);
            allHeads(a, "lse", lse.memory(), lse.origin() * Float.BYTES, bytes);
        }
    }

    private static void writableRows(String what, RowValues rows, Heads q, long heads) {
        rows(what, rows, q, heads);
        Checks.notReadOnly(what, rows.memory());
        boolean any = rows.batches() > 0 && rows.tokens() > 0 && rows.heads() > 0;
        if (any && !Overlap.distinct(rows.batches(), rows.tokens(), rows.heads(), 1, rows.batchStride(),
                rows.tokenStride(), rows.headStride())) {
            throw Checks.wanted(what + " strides", "batch " + rows.batchStride() + ", head " + rows.headStride()
                    + ", token " + rows.tokenStride(), "strides under which no two elements share memory");
        }
    }

    /** A written range must not touch what is read beside heads, nor lse. */
    private static void disjoint(AttentionArguments a, String name, MemorySegment memory, long from, long bytes) {
        SequenceChecks.refuse(a, name, memory, from, bytes);
        RowValues factors = a.rowScale;
        if (factors != null) {
            Overlap.refuse("row scale", factors.memory(), factors.origin() * Float.BYTES,
                    extent(factors) * Float.BYTES, name, memory, from, bytes);
        }
        PageChecks.refuse(a, name, memory, from, bytes);
    }

    private static void allHeads(AttentionArguments a, String name, MemorySegment memory, long from, long bytes) {
        oneOf("q", a.q, name, memory, from, bytes);
        oneOf("keys of the cache", a.k, name, memory, from, bytes);
        oneOf("values of the cache", a.v, name, memory, from, bytes);
        oneOf("out", a.out, name, memory, from, bytes);
    }

    private static void oneOf(String what, Heads heads, String name, MemorySegment memory, long from, long bytes) {
        if (!heads.isEmpty()) {
            Overlap.refuse(what, heads.memory(), heads.origin() * heads.dtype().bytes(), bytes(heads), name, memory,
                    from, bytes);
        }
    }

    private static long bytes(Heads heads) {
        return Overlap.extent(heads) * heads.dtype().bytes();
    }

    /** The workspace is large enough, aligned, writable and apart from everything else. */
    static void workspace(AttentionArguments a, long bytes) {
        if (bytes == 0) {
            return;
        }
        MemorySegment memory = a.workspace;
        offHeap("workspace", memory);
        if (memory.byteSize() < bytes) {
            throw new IndexOutOfBoundsException("workspace: got " + memory.byteSize() + " bytes, wanted at least "
                    + bytes + " (ask the plan: workspaceBytes)");
        }
        Checks.notReadOnly("workspace", memory);
        if (memory.maxByteAlignment() < WORKSPACE_ALIGNMENT) {
            throw Checks.wanted("workspace alignment", memory.maxByteAlignment() + " bytes",
                    "at least " + WORKSPACE_ALIGNMENT);
        }
        Checks.memory("workspace", memory, 1, 0, bytes);
        disjoint(a, "workspace", memory, 0, bytes);
        allHeads(a, "workspace", memory, 0, bytes);
        RowValues lse = a.lse;
        if (lse != null) {
            Overlap.refuse("lse", lse.memory(), lse.origin() * Float.BYTES, extent(lse) * Float.BYTES, "workspace",
                    memory, 0, bytes);
        }
    }

    /** Scores that are written, with everything that is read for them. */
    static void scores(AttentionArguments a, AttentionForm form, Scores scores) {
        SequenceChecks.square("scores", scores, a.sequences, form.heads());
        Checks.notReadOnly("scores", scores.memory());
        SequenceChecks.distinct("scores", scores);
        long from = scores.origin() * Float.BYTES;
        long bytes = SequenceChecks.extent(scores) * Float.BYTES;
        disjoint(a, "scores", scores.memory(), from, bytes);
    }

    /** The same, apart from the heads and the workspace that making scores needs. */
    static void scoresApart(AttentionArguments a, Scores scores, long workspaceBytes) {
        long from = scores.origin() * Float.BYTES;
        long bytes = SequenceChecks.extent(scores) * Float.BYTES;
        oneOf("q", a.q, "scores", scores.memory(), from, bytes);
        oneOf("keys of the cache", a.k, "scores", scores.memory(), from, bytes);
        Overlap.refuse("workspace", a.workspace, 0, workspaceBytes, "scores", scores.memory(), from, bytes);
    }

    static void merge(Heads o, RowValues lse, Heads intoO, RowValues intoLse, AttentionForm form) {
        DType type = intoO.dtype() == DType.F32 ? DType.F32 : form.queryType();
        Checks.readable("o", o, type, form.valueDim());
        Checks.writable("o merged into", intoO, type, form.valueDim());
        Checks.sameHeads("o merged into", intoO, o);
        offHeap("o", o.memory());
        offHeap("o merged into", intoO.memory());
        rows("lse", lse, o, o.heads());
        writableRows("lse merged into", intoLse, o, o.heads());
        Overlap.refuse("o", o, "o merged into", intoO);
        long from = intoLse.origin() * Float.BYTES;
        long bytes = extent(intoLse) * Float.BYTES;
        oneOf("o", o, "lse merged into", intoLse.memory(), from, bytes);
        oneOf("o merged into", intoO, "lse merged into", intoLse.memory(), from, bytes);
        Overlap.refuse("lse", lse.memory(), lse.origin() * Float.BYTES, extent(lse) * Float.BYTES, "lse merged into",
                intoLse.memory(), from, bytes);
        oneOf("o merged into", intoO, "lse", lse.memory(), lse.origin() * Float.BYTES, extent(lse) * Float.BYTES);
    }
}
