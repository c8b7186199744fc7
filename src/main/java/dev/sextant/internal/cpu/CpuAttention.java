package dev.sextant.internal.cpu;

import dev.sextant.encoding.BlockList;
import dev.sextant.encoding.CapturePoint;
import dev.sextant.internal.ffi.AttentionCalls;
import dev.sextant.internal.ffi.gen.SextantH;
import dev.sextant.internal.ffi.gen.sx_attention_plan;
import dev.sextant.internal.ffi.gen.sx_attention_sizes;
import dev.sextant.internal.form.AttentionForm;
import dev.sextant.internal.form.BiasForm;
import dev.sextant.internal.form.StructureForm;
import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.internal.kernel.AttentionKernel;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * Attention by the native library: a plan struct bound once, a call struct filled per call, one downcall for a range of units. The
 * workspace holds, one after the other: for each worker its scratch and two counters; partial results of keys that were divided; the norms
 * of keys, where skipping needs them and the caller has none.
 */
final class CpuAttention implements AttentionKernel {

    /** One struct a thread: no allocation in a call, and nothing here calls back into Java. */
    private static final ThreadLocal<MemorySegment> SIZES = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(sx_attention_sizes.layout()));

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
    private static final long LINE = 64;

    private final AttentionForm form;
    private final MemorySegment plan;
    private final Arena arena;
    private final String name;

    CpuAttention(AttentionForm form, int isa) {
        this.form = form;
        this.arena = Arena.ofAuto();
        this.plan = arena.allocate(sx_attention_plan.layout());
        sx_attention_plan.size(plan, (int) plan.byteSize());
        sx_attention_plan.isa(plan, isa);
        sx_attention_plan.q_dtype(plan, form.queryType().ordinal());
        sx_attention_plan.kv_dtype(plan, form.cacheType().ordinal());
        sx_attention_plan.query_heads(plan, form.heads());
        sx_attention_plan.kv_heads(plan, form.kvHeads());
        sx_attention_plan.k_dim(plan, form.keyDim());
        sx_attention_plan.v_dim(plan, form.valueDim());
        sx_attention_plan.scale(plan, form.scale());
        sx_attention_plan.softcap(plan, form.softcap());
        sx_attention_plan.skew(plan, form.skew() ? 1 : 0);
        sx_attention_plan.skipping(plan, form.skipping() ? 1 : 0);
        if (form.sinks().length > 0) {
            sx_attention_plan.sinks(plan, arena.allocateFrom(FLOAT, form.sinks()));
        }
        bias(form.bias());
        structure(form.structure());
        AttentionCalls.bind(plan);
        this.name = AttentionCalls.kernelName(plan);
    }

    private void bias(BiasForm bias) {
        sx_attention_plan.bias(plan, bias.kind().ordinal());
        sx_attention_plan.dense(plan, bias.dense() ? 1 : 0);
        sx_attention_plan.slope_batches(plan, bias.batches());
        sx_attention_plan.first(plan, bias.first());
        sx_attention_plan.last(plan, bias.last());
        if (bias.kind() == BiasForm.Kind.LINEAR) {
            sx_attention_plan.slopes(plan, arena.allocateFrom(FLOAT, bias.values()));
        } else if (bias.kind() == BiasForm.Kind.TOEPLITZ) {
            sx_attention_plan.table(plan, arena.allocateFrom(FLOAT, bias.values()));
        }
    }

    private void structure(StructureForm s) {
        sx_attention_plan.causal(plan, s.causal() ? 1 : 0);
        sx_attention_plan.prefix(plan, s.prefix() ? 1 : 0);
        sx_attention_plan.documents(plan, s.documents() ? 1 : 0);
        sx_attention_plan.blocks(plan, s.blocks() ? 1 : 0);
        sx_attention_plan.mask(plan, s.mask() ? 1 : 0);
        sx_attention_plan.left(plan, s.left());
        sx_attention_plan.right(plan, s.right());
        sx_attention_plan.chunk(plan, s.chunk());
        sx_attention_plan.dilation(plan, s.dilation());
        sx_attention_plan.keep_first(plan, s.keepFirst());
        BlockList list = s.blockList();
        if (list != null) {
            sx_attention_plan.list_queries(plan, list.queryBlock());
            sx_attention_plan.list_keys(plan, list.keyBlock());
            sx_attention_plan.list_columns(plan, list.columns());
            sx_attention_plan.list(plan, arena.allocateFrom(LONG, words(list)));
        }
    }

    /** Bit {@code row * columns + column}, 64 a word. */
    private static long[] words(BlockList list) {
        long[] words = new long[(int) (((long) list.rows() * list.columns() + 63) / 64)];
        for (int row = 0; row < list.rows(); row++) {
            for (int column = 0; column < list.columns(); column++) {
                int bit = row * list.columns() + column;
                words[bit / 64] |= list.keeps(row, column) ? 1L << bit : 0;
            }
        }
        return words;
    }

    @Override
    public void measure(AttentionArguments a) {
        try {
            MemorySegment sizes = SIZES.get();
            AttentionCalls.sizes(plan, CpuAttentionCall.of(a), a.sequences.memory(), sizes);
            a.units = sx_attention_sizes.units(sizes);
            a.workerBytes = lines(sx_attention_sizes.thread_bytes(sizes)) + LINE;
            a.partialBytes = lines(sx_attention_sizes.shared_bytes(sizes));
            a.normBytes = form.skipping() ? lines(normsHeadStride(a) * form.kvHeads() * a.sequences.count() * 4) : 0;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private static long lines(long bytes) {
        return (bytes + LINE - 1) / LINE * LINE;
    }

    /** Two floats for each tile of the longest sequence. */
    static long normsHeadStride(AttentionArguments a) {
        long most = 0;
        for (int b = 0; b < a.sequences.count(); b++) {
            most = Math.max(most, a.sequences.keys(b));
        }
        long tile = SextantH.SX_ATTENTION_KEYS();
        return 2 * ((most + tile - 1) / tile);
    }

    @Override
    public void begin(AttentionArguments a, int workers) {
        if (a.workerParts.length != 2 * workers) {
            a.workerParts = new MemorySegment[2 * workers];
            Arrays.fill(a.workerParts, MemorySegment.NULL);
        }
        for (int worker = 0; worker < workers; worker++) {
            long at = worker * a.workerBytes;
            MemorySegment[] parts = a.workerParts;
            parts[2 * worker] = part(parts[2 * worker], a.workspace, at, a.workerBytes - LINE);
            parts[2 * worker + 1] = part(parts[2 * worker + 1], a.workspace, at + a.workerBytes - LINE, LINE);
            parts[2 * worker + 1].fill((byte) 0);
        }
        long shared = workers * a.workerBytes;
        a.partialPart = part(a.partialPart, a.workspace, shared, a.partialBytes);
        if (form.skipping() && a.norms.byteSize() == 0) {
            a.normPart = part(a.normPart, a.workspace, shared + a.partialBytes, a.normBytes);
            norms(a, a.normPart);
        }
    }

    /** {@code last} if it is this part of the workspace, else a new view: a view that outlives the call is an object on the heap. */
    private static MemorySegment part(MemorySegment last, MemorySegment workspace, long from, long bytes) {
        if (bytes == 0) {
            return MemorySegment.NULL;
        }
        boolean same = last.byteSize() == bytes && last.address() == workspace.address() + from
                && last.scope().equals(workspace.scope());
        return same ? last : workspace.asSlice(from, bytes);
    }

    @Override
    public void norms(AttentionArguments a, MemorySegment norms) {
        try {
            AttentionCalls.norms(plan, CpuAttentionCall.of(a), a.sequences.memory(), a.k.memory(), a.v.memory(),
                    CpuAttentionCall.pages(a), CpuAttentionCall.indptr(a), norms,
                    (long) a.sequences.count() * form.kvHeads());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void attend(AttentionArguments a, long from, long to, int worker, int workers) {
        try {
            MemorySegment call = CpuAttentionCall.of(a);
            MemorySegment norms = form.skipping() && a.norms.byteSize() > 0 ? a.norms : a.normPart;
            AttentionCalls.run(plan, call, a.sequences.memory(), a.q.memory(), a.k.memory(), a.v.memory(),
                    a.out.memory(),
                    CpuAttentionCall.memory(a.lse), CpuAttentionCall.memory(a.dense), CpuAttentionCall.memory(a.skew),
                    CpuAttentionCall.mask(a), CpuAttentionCall.memory(a.rowScale),
                    CpuAttentionCall.memory(a.queryDocuments), CpuAttentionCall.memory(a.keyDocuments),
                    CpuAttentionCall.memory(a.queryBlocks), CpuAttentionCall.memory(a.keyBlocks),
                    CpuAttentionCall.pages(a), CpuAttentionCall.indptr(a), norms, a.workerParts[2 * worker],
                    a.partialPart,
                    a.workerParts[2 * worker + 1], from, to);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void finish(AttentionArguments a, int workers) {
        try {
            if (a.partialBytes > 0) {
                AttentionCalls.finish(plan, CpuAttentionCall.of(a), a.sequences.memory(), a.out.memory(),
                        CpuAttentionCall.memory(a.lse), a.partialPart);
            }
            a.tilesVisited = 0;
            a.tilesSkipped = 0;
            for (int worker = 0; worker < workers; worker++) {
                long counters = (worker + 1) * a.workerBytes - LINE;
                a.tilesVisited += a.workspace.get(LONG, counters);
                a.tilesSkipped += a.workspace.get(LONG, counters + 8);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void scores(AttentionArguments a, CapturePoint point, Scores out) {
        try {
            AttentionCalls.scores(plan, CpuAttentionCall.of(a, point, out), a.sequences.memory(), a.q.memory(),
                    a.k.memory(), out.memory(), CpuAttentionCall.memory(a.dense), CpuAttentionCall.memory(a.skew),
                    CpuAttentionCall.mask(a), CpuAttentionCall.memory(a.rowScale),
                    CpuAttentionCall.memory(a.queryDocuments), CpuAttentionCall.memory(a.keyDocuments),
                    CpuAttentionCall.memory(a.queryBlocks), CpuAttentionCall.memory(a.keyBlocks),
                    CpuAttentionCall.pages(a), CpuAttentionCall.indptr(a), a.workspace);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void addBias(AttentionArguments a, Scores scores, long from, long to) {
        try {
            AttentionCalls.addBias(plan, CpuAttentionCall.of(a, CapturePoint.BIASED, scores), a.sequences.memory(),
                    scores.memory(), CpuAttentionCall.memory(a.dense), CpuAttentionCall.mask(a),
                    CpuAttentionCall.memory(a.queryDocuments), CpuAttentionCall.memory(a.keyDocuments),
                    CpuAttentionCall.memory(a.queryBlocks), CpuAttentionCall.memory(a.keyBlocks), from, to);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void merge(Heads o, RowValues l, Heads out, RowValues lse) {
        AttentionCalls.merge(CpuAttentionCall.merge(o, l, out, lse), o.memory(), l.memory(), out.memory(),
                lse.memory());
    }

    @Override
    public String name() {
        return name;
    }
}
