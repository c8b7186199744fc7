package dev.sextant.internal.cpu;

import dev.sextant.internal.ffi.NativeCalls;
import dev.sextant.internal.ffi.gen.sx_additive_call;
import dev.sextant.internal.ffi.gen.sx_additive_plan;
import dev.sextant.internal.ffi.gen.sx_columns;
import dev.sextant.internal.form.AdditiveForm;
import dev.sextant.internal.form.Merge;
import dev.sextant.internal.form.RotaryRows;
import dev.sextant.internal.form.RowSource;
import dev.sextant.internal.kernel.AdditiveKernel;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Additive rows by the native library: a plan struct bound once, a call struct filled per call, one downcall. */
final class CpuAdditive implements AdditiveKernel {

    /** Elements that one short call may touch: about 20 microseconds at memory speed. */
    private static final long SHORT_WORK = 64 * 1024;
    /** Making one sine and cosine costs as much as moving so many elements (one at a time, the slowest backend). */
    private static final long WAVE_WORK = 16;

    /** One call struct a thread: no allocation in a call, and nothing here calls back into Java. */
    private static final ThreadLocal<MemorySegment> CALL = ThreadLocal.withInitial(CpuAdditive::newCall);

    private final MemorySegment plan;
    /** What the plan struct points at; must live as long as the plan. */
    private final Arena arena;
    private final @Nullable MemorySegment table;
    private final String name;
    /** Work of one row, in elements moved. */
    private final long rowWork;

    CpuAdditive(AdditiveForm form, int isa) {
        this.arena = Arena.ofAuto();
        this.table = form.table();
        this.rowWork = form.width() + (form.source() == RowSource.TABLE ? 0 : WAVE_WORK * form.waves());
        this.plan = arena.allocate(sx_additive_plan.layout());
        sx_additive_plan.size(plan, (int) plan.byteSize());
        sx_additive_plan.isa(plan, isa);
        sx_additive_plan.dtype(plan, form.dtype().ordinal());
        sx_additive_plan.recipe(plan, form.source().ordinal());
        sx_additive_plan.width(plan, form.width());
        sx_additive_plan.waves(plan, form.waves());
        sx_additive_plan.axes(plan, form.axes());
        sx_additive_plan.mixed(plan, form.mixed() ? 1 : 0);
        sx_additive_plan.has_zero_row(plan, form.hasZeroRow() ? 1 : 0);
        sx_additive_plan.offset(plan, form.offset());
        sx_additive_plan.zero_row(plan, form.zeroRow());
        if (form.axisOfWave().length > 0) {
            sx_additive_plan.axis_of_wave(plan, arena.allocateFrom(ValueLayout.JAVA_BYTE, form.axisOfWave()));
        }
        blocks(form.blocks());
        rows(form.rows());
        NativeCalls.additiveBind(plan);
        this.name = NativeCalls.additiveKernelName(plan);
    }

    private void blocks(List<AdditiveForm.Block> blocks) {
        MemorySegment all = sx_columns.allocateArray(Math.max(1, blocks.size()), arena);
        for (int i = 0; i < blocks.size(); i++) {
            AdditiveForm.Block block = blocks.get(i);
            MemorySegment one = sx_columns.asSlice(all, i);
            sx_columns.kind(one, block.kind().ordinal());
            sx_columns.column(one, block.column());
            sx_columns.columns(one, block.columns());
            sx_columns.wave(one, block.wave());
            sx_columns.waves(one, block.waves());
            sx_columns.axis(one, block.axis());
        }
        sx_additive_plan.blocks(plan, blocks.size());
        sx_additive_plan.block(plan, all);
    }

    private void rows(RotaryRows rows) {
        sx_additive_plan.magnitude(plan, rows.magnitude());
        if (rows.table() != null) {
            sx_additive_plan.table(plan, rows.table());
            sx_additive_plan.table_rows(plan, rows.tableRows());
        } else {
            sx_additive_plan.fraction_hi(plan, arena.allocateFrom(ValueLayout.JAVA_LONG, rows.fractionHi()));
            sx_additive_plan.fraction_lo(plan, arena.allocateFrom(ValueLayout.JAVA_LONG, rows.fractionLo()));
            sx_additive_plan.inverse(plan, arena.allocateFrom(ValueLayout.JAVA_FLOAT, rows.inverse()));
            sx_additive_plan.frequency(plan, arena.allocateFrom(ValueLayout.JAVA_DOUBLE, rows.frequency()));
        }
    }

    private static MemorySegment newCall() {
        MemorySegment call = Arena.ofAuto().allocate(sx_additive_call.layout());
        sx_additive_call.size(call, (int) call.byteSize());
        return call;
    }

    /** Heap memory is pinned during a call, so calls on it are cut to short ones. */
    @Override
    public void merge(Merge merge, Rows x, Rows out, int column, float scale, Positions positions) {
        MemorySegment ids = positions.ids() == null ? MemorySegment.NULL : positions.ids();
        boolean off = x.memory().isNative() && out.memory().isNative() && ids.isNative();
        boolean brief = rowWork <= SHORT_WORK / Math.max(1, out.rows());
        long step = brief || off ? out.rows() : Math.max(1, SHORT_WORK / rowWork);
        MemorySegment call = CALL.get();
        sx_additive_call.merge(call, merge.ordinal());
        sx_additive_call.ids_kind(call, positions.kind().ordinal());
        sx_additive_call.scale(call, scale);
        sx_additive_call.ids_axis_stride(call, positions.axisStride());
        sx_additive_call.ids_token_stride(call, positions.tokenStride());
        sx_additive_call.x_stride(call, x.stride());
        sx_additive_call.out_stride(call, out.stride());
        try {
            for (long r = 0; r < out.rows(); r += step) {
                sx_additive_call.start(call, positions.kind() == Positions.Kind.START
                        ? positions.start() + r
                        : positions.start());
                sx_additive_call.ids_origin(call, positions.origin() + r * positions.tokenStride());
                sx_additive_call.rows(call, Math.min(step, out.rows() - r));
                sx_additive_call.x_origin(call, x.origin() + r * x.stride());
                sx_additive_call.out_origin(call, out.origin() + r * out.stride() + column);
                NativeCalls.additiveMerge(brief || !off, plan, call, x.memory(), out.memory(), ids);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String name() {
        return name;
    }

    /** The table that the plan struct points at, kept reachable with this kernel. */
    @Nullable
    MemorySegment table() {
        return table;
    }
}
