package dev.sextant.internal.cpu;

import dev.sextant.internal.ffi.NativeCalls;
import dev.sextant.internal.ffi.gen.sx_heads;
import dev.sextant.internal.ffi.gen.sx_rotary_call;
import dev.sextant.internal.ffi.gen.sx_rotary_plan;
import dev.sextant.internal.ffi.gen.sx_rows_call;
import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.form.RotaryRows;
import dev.sextant.internal.form.RowSource;
import dev.sextant.internal.kernel.RotaryKernel;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** Rotation by the native library: a plan struct bound once, a call struct filled per call, one downcall. */
final class CpuRotary implements RotaryKernel {

    /** Elements that one short call may touch: about 20 microseconds at memory speed. */
    static final long SHORT_WORK = 64 * 1024;
    /** Making one pair's cosine and sine costs as much as moving so many elements (one at a time, the slowest backend). */
    private static final long PAIR_WORK = 16;

    /** One call struct a thread: no allocation in a call, and nothing here calls back into Java. */
    private static final ThreadLocal<MemorySegment> CALL = ThreadLocal.withInitial(CpuRotary::newCall);
    private static final ThreadLocal<MemorySegment> ROWS_CALL = ThreadLocal.withInitial(CpuRotary::newRowsCall);

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final long Q_IN = sx_rotary_call.q_in$offset();
    private static final long Q_OUT = sx_rotary_call.q_out$offset();
    private static final long K_IN = sx_rotary_call.k_in$offset();
    private static final long K_OUT = sx_rotary_call.k_out$offset();

    private final MemorySegment plan;
    /** What the plan struct points at; must live as long as the plan. */
    private final Arena arena;
    private final @Nullable MemorySegment table;
    private final String name;
    /** Work of making the rows of one token, in elements moved. */
    private final long rowWork;

    CpuRotary(RotaryForm form, int isa) {
        this.arena = Arena.ofAuto();
        this.table = form.table();
        this.rowWork = form.source() == RowSource.TABLE ? 0 : PAIR_WORK * form.pairs();
        this.plan = arena.allocate(sx_rotary_plan.layout());
        sx_rotary_plan.size(plan, (int) plan.byteSize());
        sx_rotary_plan.isa(plan, isa);
        sx_rotary_plan.dtype(plan, form.dtype().ordinal());
        sx_rotary_plan.pairing(plan, form.layout().ordinal());
        sx_rotary_plan.recipe(plan, form.source().ordinal());
        sx_rotary_plan.rounding(plan, form.rounding().ordinal());
        sx_rotary_plan.head_dim(plan, form.headDim());
        sx_rotary_plan.offset(plan, form.offset());
        sx_rotary_plan.pairs(plan, form.pairs());
        sx_rotary_plan.blocks(plan, form.blocks());
        sx_rotary_plan.axes(plan, form.axes());
        if (form.axes() > 1) {
            sx_rotary_plan.axis_of_pair(plan, arena.allocateFrom(ValueLayout.JAVA_BYTE, form.axisOfPair()));
        }
        rows(form.rows());
        NativeCalls.rotaryBind(plan);
        this.name = NativeCalls.rotaryKernelName(plan);
    }

    private void rows(RotaryRows rows) {
        sx_rotary_plan.magnitude(plan, rows.magnitude());
        sx_rotary_plan.elements(plan, rows.elements() ? 1 : 0);
        if (rows.table() != null) {
            sx_rotary_plan.table(plan, rows.table());
            sx_rotary_plan.table_rows(plan, rows.tableRows());
        } else {
            sx_rotary_plan.fraction_hi(plan, arena.allocateFrom(LONG, rows.fractionHi()));
            sx_rotary_plan.fraction_lo(plan, arena.allocateFrom(LONG, rows.fractionLo()));
            sx_rotary_plan.inverse(plan, arena.allocateFrom(ValueLayout.JAVA_FLOAT, rows.inverse()));
            sx_rotary_plan.frequency(plan, arena.allocateFrom(ValueLayout.JAVA_DOUBLE, rows.frequency()));
        }
    }

    private static MemorySegment newRowsCall() {
        MemorySegment call = Arena.ofAuto().allocate(sx_rows_call.layout());
        sx_rows_call.size(call, (int) call.byteSize());
        return call;
    }

    private static MemorySegment newCall() {
        MemorySegment call = Arena.ofAuto().allocate(sx_rotary_call.layout());
        sx_rotary_call.size(call, (int) call.byteSize());
        return call;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // in place is the same view
    public void rotate(Heads q, Heads qOut, Heads k, Heads kOut, Positions positions, boolean inverse) {
        MemorySegment call = CALL.get();
        sx_rotary_call.inverse(call, inverse ? 1 : 0);
        sx_rotary_call.ids_kind(call, positions.kind().ordinal());
        sx_rotary_call.in_place(call, (q == qOut ? 1 : 0) | (k == kOut && k.heads() > 0 ? 2 : 0));
        sx_rotary_call.start(call, positions.start());
        sx_rotary_call.ids_origin(call, positions.origin());
        sx_rotary_call.ids_batch_stride(call, positions.batchStride());
        sx_rotary_call.ids_axis_stride(call, positions.axisStride());
        sx_rotary_call.ids_token_stride(call, positions.tokenStride());
        sx_rotary_call.batches(call, q.batches());
        sx_rotary_call.tokens(call, q.tokens());
        tensor(call, Q_IN, Q_OUT, q, qOut);
        tensor(call, K_IN, K_OUT, k, kOut);
        MemorySegment ids = positions.ids() == null ? MemorySegment.NULL : positions.ids();
        long perToken = (q.heads() + k.heads()) * q.dim() + rowWork;
        try {
            if (perToken * q.batches() * q.tokens() <= SHORT_WORK) {
                NativeCalls.rotaryApplyShort(plan, call, q.memory(), qOut.memory(), k.memory(), kOut.memory(), ids);
            } else if (allNative(q.memory(), qOut.memory(), k.memory(), kOut.memory(), ids)) {
                NativeCalls.rotaryApply(plan, call, q.memory(), qOut.memory(), k.memory(), kOut.memory(), ids);
            } else {
                inShortCalls(call, q, qOut, k, kOut, positions, ids, Math.max(1, SHORT_WORK / perToken));
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @SuppressWarnings("ReferenceEquality") // in place is the same view
    static void tensor(MemorySegment call, long in, long out, Heads from, Heads to) {
        call.set(LONG, in + sx_heads.heads$offset(), from.heads());
        if (from.heads() > 0) {
            shape(call, in, from);
            if (from != to) {
                shape(call, out, to);
            }
        }
    }

    /** Where an axis has one element its stride may be any number; the library is given 0. */
    static void shape(MemorySegment call, long at, Heads heads) {
        call.set(LONG, at + sx_heads.origin$offset(), heads.origin());
        call.set(LONG, at + sx_heads.head_stride$offset(), heads.heads() > 1 ? heads.headStride() : 0);
        call.set(LONG, at + sx_heads.token_stride$offset(), heads.tokens() > 1 ? heads.tokenStride() : 0);
        call.set(LONG, at + sx_heads.batch_stride$offset(), heads.batches() > 1 ? heads.batchStride() : 0);
    }

    /**
     * Heap memory and more work than one short call may do: cut by tokens, and where one token is more than that by heads;
     * bits unchanged.
     */
    private void inShortCalls(MemorySegment call, Heads q, Heads qOut, Heads k, Heads kOut, Positions positions,
            MemorySegment ids, long step) {
        long most = Math.max(1, (SHORT_WORK - rowWork) / (2L * q.dim()));
        long heads = Math.max(q.heads(), k.heads());
        long headStep = step > 1 ? heads : most;
        sx_rotary_call.batches(call, 1);
        for (long b = 0; b < q.batches(); b++) {
            for (long t = 0; t < q.tokens(); t += step) {
                sx_rotary_call.tokens(call, Math.min(step, q.tokens() - t));
                sx_rotary_call.start(call, startAt(positions, t));
                sx_rotary_call.ids_origin(call,
                        positions.origin() + b * positions.batchStride() + t * positions.tokenStride());
                for (long h = 0; h < heads; h += headStep) {
                    part(call, Q_IN, q, b, t, h, headStep);
                    part(call, Q_OUT, qOut, b, t, h, headStep);
                    part(call, K_IN, k, b, t, h, headStep);
                    part(call, K_OUT, kOut, b, t, h, headStep);
                    NativeCalls.rotaryApplyShort(plan, call, q.memory(), qOut.memory(), k.memory(), kOut.memory(), ids);
                }
            }
        }
    }

    static void part(MemorySegment call, long at, Heads heads, long b, long t, long h, long headStep) {
        call.set(LONG, at + sx_heads.heads$offset(), Math.clamp(heads.heads() - h, 0, headStep));
        call.set(LONG, at + sx_heads.origin$offset(), heads.origin() + b * heads.batchStride()
                + t * heads.tokenStride() + h * heads.headStride());
    }

    private static boolean allNative(MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d,
            MemorySegment e) {
        return a.isNative() && b.isNative() && c.isNative() && d.isNative() && e.isNative();
    }

    static long startAt(Positions positions, long t) {
        return positions.kind() == Positions.Kind.START ? positions.start() + t : positions.start();
    }

    @Override
    public void rows(Positions positions, Rows cos, Rows sin) {
        MemorySegment ids = positions.ids() == null ? MemorySegment.NULL : positions.ids();
        boolean off = cos.memory().isNative() && sin.memory().isNative() && ids.isNative();
        long step = off ? Math.max(1, cos.rows()) : Math.max(1, SHORT_WORK / (2L * cos.dim() + rowWork));
        MemorySegment call = ROWS_CALL.get();
        sx_rows_call.dtype(call, cos.dtype().ordinal());
        sx_rows_call.ids_kind(call, positions.kind().ordinal());
        sx_rows_call.ids_axis_stride(call, positions.axisStride());
        sx_rows_call.ids_token_stride(call, positions.tokenStride());
        sx_rows_call.stride(call, cos.stride());
        try {
            for (long r = 0; r < cos.rows(); r += step) {
                sx_rows_call.start(call, startAt(positions, r));
                sx_rows_call.ids_origin(call, positions.origin() + r * positions.tokenStride());
                sx_rows_call.count(call, Math.min(step, cos.rows() - r));
                sx_rows_call.cos_origin(call, cos.origin() + r * cos.stride());
                sx_rows_call.sin_origin(call, sin.origin() + r * cos.stride());
                NativeCalls.rotaryRows(!off, plan, call, cos.memory(), sin.memory(), ids);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String name() {
        return name;
    }

    /** The bound struct; lives as long as this kernel. */
    MemorySegment plan() {
        return plan;
    }

    /** Work of making the rows of one token, in elements moved. */
    long rowWork() {
        return rowWork;
    }

    /** The table that the plan struct points at, kept reachable with this kernel. */
    @Nullable
    MemorySegment table() {
        return table;
    }
}
