package dev.sextant.internal.cpu;

import dev.sextant.internal.ffi.NativeCalls;
import dev.sextant.internal.ffi.gen.SextantH;
import dev.sextant.internal.ffi.gen.sx_gather_call;
import dev.sextant.internal.ffi.gen.sx_gather_plan;
import dev.sextant.internal.ffi.gen.sx_table;
import dev.sextant.internal.form.GatherForm;
import dev.sextant.internal.form.GatherSource;
import dev.sextant.internal.kernel.GatherKernel;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Table;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * Gathering by the native library. Ids are turned into row numbers and scales here, some rows at a time, in memory of the thread: the
 * library sees one kind of id, and no id can change between its check and its use.
 */
final class CpuGather implements GatherKernel {

    /** Elements that one short call may touch: about 20 microseconds at memory speed. */
    private static final long SHORT_WORK = 64 * 1024;
    /** Row numbers of one call. */
    private static final int PICKS = 2048;

    private static final ThreadLocal<MemorySegment> CALL = ThreadLocal.withInitial(CpuGather::newCall);
    private static final ThreadLocal<MemorySegment> PICK = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate((long) PICKS * GatherForm.PICK_BYTES, 64));

    private final GatherForm form;
    private final MemorySegment plan;
    /** Memory of each table, padded with nulls. */
    private final MemorySegment[] tables;
    private final boolean nativeTables;
    private final String name;

    CpuGather(GatherForm form, int isa) {
        this.form = form;
        Arena arena = Arena.ofAuto();
        int count = form.sources().size();
        this.tables = new MemorySegment[SextantH.SX_MOST_TABLES()];
        Arrays.fill(tables, MemorySegment.NULL);
        MemorySegment structs = arena.allocate(sx_table.layout(), count);
        for (int i = 0; i < count; i++) {
            tables[i] = form.sources().get(i).table().memory();
            describe(sx_table.asSlice(structs, i), form.sources().get(i));
        }
        this.nativeTables = Arrays.stream(tables).allMatch(MemorySegment::isNative);
        this.plan = arena.allocate(sx_gather_plan.layout());
        sx_gather_plan.size(plan, (int) plan.byteSize());
        sx_gather_plan.isa(plan, isa);
        sx_gather_plan.dtype(plan, form.dtype().ordinal());
        sx_gather_plan.input(plan, form.input() ? 1 : 0);
        sx_gather_plan.scale(plan, form.scale());
        sx_gather_plan.dim(plan, form.dim());
        sx_gather_plan.tables(plan, count);
        sx_gather_plan.table(plan, structs);
        NativeCalls.gatherBind(plan);
        this.name = NativeCalls.gatherKernelName(plan);
    }

    private static void describe(MemorySegment struct, GatherSource source) {
        Table table = source.table();
        sx_table.type(struct, table.type().ordinal());
        sx_table.merge(struct, source.merge().ordinal());
        sx_table.column(struct, source.column());
        sx_table.width(struct, table.dim());
        sx_table.rows(struct, table.rows());
        sx_table.origin(struct, table.origin());
        sx_table.stride(struct, table.stride());
    }

    private static MemorySegment newCall() {
        MemorySegment call = Arena.ofAuto().allocate(sx_gather_call.layout());
        sx_gather_call.size(call, (int) call.byteSize());
        return call;
    }

    @Override
    public void gather(Rows x, Rows out, long tokens, Positions[] ids, long from, long to) {
        MemorySegment call = CALL.get();
        MemorySegment picks = PICK.get();
        int count = form.sources().size();
        long perRow = (long) form.dim() * (count + 2);
        boolean off = nativeTables && x.memory().isNative() && out.memory().isNative();
        long step = PICKS / count;
        if (!off) {
            step = Math.clamp(SHORT_WORK / perRow, 1, step);
        }
        sx_gather_call.x_stride(call, x.stride());
        sx_gather_call.out_stride(call, out.stride());
        try {
            for (long r = from; r < to; r += step) {
                int rows = (int) Math.min(step, to - r);
                form.resolve(ids, tokens, r, rows, picks);
                sx_gather_call.rows(call, rows);
                sx_gather_call.x_origin(call, x.origin() + r * x.stride());
                sx_gather_call.out_origin(call, out.origin() + r * out.stride());
                NativeCalls.gather(!off || perRow * rows <= SHORT_WORK, plan, call, x.memory(), out.memory(), picks,
                        tables);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String name() {
        return name;
    }
}
