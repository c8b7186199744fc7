package dev.sextant.internal.cpu;

import dev.sextant.internal.ffi.NativeCalls;
import dev.sextant.internal.ffi.gen.sx_append_call;
import dev.sextant.internal.ffi.gen.sx_append_plan;
import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.kernel.AppendKernel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Slots;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** Appending by the native library: a plan struct bound once, a call struct filled per call, one downcall. */
final class CpuAppend implements AppendKernel {

    /** One call struct a thread, as for rotations. */
    private static final ThreadLocal<MemorySegment> CALL = ThreadLocal.withInitial(CpuAppend::newCall);

    private static final long Q_IN = sx_append_call.q_in$offset();
    private static final long Q_OUT = sx_append_call.q_out$offset();
    private static final long K_IN = sx_append_call.k_in$offset();
    private static final long K_CACHE = sx_append_call.k_cache$offset();
    private static final long V_IN = sx_append_call.v_in$offset();
    private static final long V_CACHE = sx_append_call.v_cache$offset();

    /** What the plan struct points at; must live as long as the plan. */
    private final CpuRotary rotary;
    private final MemorySegment plan;
    private final int headDim;

    CpuAppend(CpuRotary rotary, RotaryForm form, DType cache) {
        this.rotary = rotary;
        this.headDim = form.headDim();
        this.plan = Arena.ofAuto().allocate(sx_append_plan.layout());
        sx_append_plan.size(plan, (int) plan.byteSize());
        sx_append_plan.dtype(plan, cache.ordinal());
        sx_append_plan.rotary(plan, rotary.plan());
        NativeCalls.appendBind(plan);
    }

    private static MemorySegment newCall() {
        MemorySegment call = Arena.ofAuto().allocate(sx_append_call.layout());
        sx_append_call.size(call, (int) call.byteSize());
        return call;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // in place is the same view
    public void append(Heads q, Heads qOut, Heads k, Heads kCache, Heads v, Heads vCache, Slots slots,
            Positions positions, boolean inverse) {
        MemorySegment call = CALL.get();
        sx_append_call.inverse(call, inverse ? 1 : 0);
        sx_append_call.ids_kind(call, positions.kind().ordinal());
        sx_append_call.in_place(call, q == qOut && q.heads() > 0 ? 1 : 0);
        sx_append_call.start(call, positions.start());
        sx_append_call.ids_origin(call, positions.origin());
        sx_append_call.ids_batch_stride(call, positions.batchStride());
        sx_append_call.ids_axis_stride(call, positions.axisStride());
        sx_append_call.ids_token_stride(call, positions.tokenStride());
        sx_append_call.batches(call, k.batches());
        sx_append_call.tokens(call, k.tokens());
        CpuRotary.tensor(call, Q_IN, Q_OUT, q, qOut);
        CpuRotary.tensor(call, K_IN, K_CACHE, k, kCache);
        CpuRotary.tensor(call, V_IN, V_CACHE, v, vCache);
        sx_append_call.v_dim(call, v.dim());
        sx_append_call.pages(call, kCache.batches());
        sx_append_call.page_slots(call, kCache.tokens());
        slots(call, slots);
        MemorySegment ids = orNull(positions.ids());
        long perToken = q.heads() * headDim + k.heads() * headDim + v.heads() * v.dim() + rotary.rowWork();
        try {
            if (perToken * k.batches() * k.tokens() <= CpuRotary.SHORT_WORK) {
                call(true, call, q, qOut, k, kCache, v, vCache, ids, slots);
            } else if (allNative(q, qOut, k, kCache) && allNative(v, vCache, ids, slots)) {
                call(false, call, q, qOut, k, kCache, v, vCache, ids, slots);
            } else {
                inShortCalls(call, q, qOut, k, kCache, v, vCache, slots, positions, ids,
                        Math.max(1, CpuRotary.SHORT_WORK / perToken));
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private static void slots(MemorySegment call, Slots slots) {
        sx_append_call.slots_kind(call, slots.kind().ordinal());
        sx_append_call.slots_bytes(call, slots.listBytes());
        sx_append_call.slots_start(call, slots.start());
        sx_append_call.slots_origin(call, slots.origin());
        sx_append_call.slots_batch_stride(call, slots.batchStride());
        sx_append_call.slots_token_stride(call, slots.tokenStride());
        PageTable pages = slots.pages();
        if (pages != null) {
            sx_append_call.pages_origin(call, pages.origin());
            sx_append_call.pages_batch_stride(call, pages.batchStride());
            sx_append_call.pages_count(call, pages.count());
            sx_append_call.indptr_origin(call, pages.indptrOrigin());
        }
    }

    private void call(boolean brief, MemorySegment call, Heads q, Heads qOut, Heads k, Heads kCache, Heads v,
            Heads vCache, MemorySegment ids, Slots slots) {
        PageTable table = slots.pages();
        MemorySegment pages = table == null ? MemorySegment.NULL : table.pages();
        MemorySegment indptr = table == null ? MemorySegment.NULL : orNull(table.indptr());
        NativeCalls.rotaryAppend(brief, plan, call, q.memory(), qOut.memory(), k.memory(), kCache.memory(), v.memory(),
                vCache.memory(), ids, orNull(slots.list()), pages, indptr);
    }

    private static MemorySegment orNull(@Nullable MemorySegment memory) {
        return memory == null ? MemorySegment.NULL : memory;
    }

    private static boolean allNative(Heads a, Heads b, Heads c, Heads d) {
        return a.memory().isNative() && b.memory().isNative() && c.memory().isNative() && d.memory().isNative();
    }

    private static boolean allNative(Heads v, Heads vCache, MemorySegment ids, Slots slots) {
        PageTable table = slots.pages();
        return v.memory().isNative() && vCache.memory().isNative() && ids.isNative() && orNull(slots.list()).isNative()
                && (table == null || table.pages().isNative() && orNull(table.indptr()).isNative());
    }

    /**
     * Heap memory and more work than one short call may do: cut by tokens, and where one token is more than that by heads;
     * bits unchanged.
     */
    private void inShortCalls(MemorySegment call, Heads q, Heads qOut, Heads k, Heads kCache, Heads v, Heads vCache,
            Slots slots, Positions positions, MemorySegment ids, long step) {
        long widest = Math.max(headDim, v.dim());
        long most = Math.max(1, (CpuRotary.SHORT_WORK - rotary.rowWork()) / (3 * widest));
        long heads = Math.max(q.heads(), Math.max(k.heads(), v.heads()));
        long headStep = step > 1 ? heads : most;
        sx_append_call.batches(call, 1);
        for (long b = 0; b < k.batches(); b++) {
            entry(call, slots, b);
            for (long t = 0; t < k.tokens(); t += step) {
                sx_append_call.tokens(call, Math.min(step, k.tokens() - t));
                sx_append_call.start(call, CpuRotary.startAt(positions, t));
                sx_append_call.ids_origin(call,
                        positions.origin() + b * positions.batchStride() + t * positions.tokenStride());
                boolean mapping = slots.kind() == Slots.Kind.MAPPING;
                sx_append_call.slots_start(call, mapping ? 0 : slots.start() + t);
                sx_append_call.slots_origin(call,
                        slots.origin() + b * slots.batchStride() + t * slots.tokenStride());
                for (long h = 0; h < heads; h += headStep) {
                    CpuRotary.part(call, Q_IN, q, b, t, h, headStep);
                    CpuRotary.part(call, Q_OUT, qOut, b, t, h, headStep);
                    CpuRotary.part(call, K_IN, k, b, t, h, headStep);
                    CpuRotary.part(call, V_IN, v, b, t, h, headStep);
                    long entry = slots.kind() == Slots.Kind.DIRECT ? b : 0;
                    CpuRotary.part(call, K_CACHE, kCache, entry, 0, h, headStep);
                    CpuRotary.part(call, V_CACHE, vCache, entry, 0, h, headStep);
                    call(true, call, q, qOut, k, kCache, v, vCache, ids, slots);
                }
            }
        }
    }

    /** The pages of one batch entry, which is entry 0 of its calls. */
    private static void entry(MemorySegment call, Slots slots, long b) {
        PageTable pages = slots.pages();
        if (slots.kind() == Slots.Kind.DIRECT) {
            sx_append_call.pages(call, 1);
        } else if (pages != null) {
            sx_append_call.pages_origin(call, pages.origin() + b * pages.batchStride());
            sx_append_call.indptr_origin(call, pages.indptrOrigin() + b);
        }
    }
}
