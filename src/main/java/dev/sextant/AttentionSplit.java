package dev.sextant;

import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.internal.kernel.AttentionKernel;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.TokenIds;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Checked attention shared by workers. Each part is a worker with its share of the workspace, and takes small ranges of units until none
 * is left, because units are not equally long.
 */
final class AttentionSplit extends Split {

    private static final int RANGES_A_WORKER = 16;

    private final AttentionKernel kernel;
    private final AttentionArguments call;
    private final long units;
    private final int tasks;
    private final long step;
    private final AtomicLong next = new AtomicLong();

    AttentionSplit(AttentionKernel kernel, AttentionArguments call, int tasks) {
        super(Math.clamp(call.units, 1, tasks));
        this.kernel = kernel;
        this.call = call;
        this.units = call.units;
        this.tasks = tasks;
        this.step = Math.max(1, units / ((long) RANGES_A_WORKER * tasks));
        refuseConfined("q", call.q.memory());
        refuseConfined("k", call.k.memory());
        refuseConfined("v", call.v.memory());
        refuseConfined("out", call.out.memory());
        refuseConfined("workspace", call.workspace);
        refuseConfined("lse", call.lse == null ? null : call.lse.memory());
        refuseConfined("skew", call.skew == null ? null : call.skew.memory());
        refuseConfined("row scale", call.rowScale == null ? null : call.rowScale.memory());
        refuseConfined(call);
        PageTable pages = call.pages;
        if (pages != null) {
            refuseConfined("page numbers", pages.pages());
            refuseConfined("indptr", pages.indptr());
        }
    }

    /** What bias and structure read. */
    static void refuseConfined(AttentionArguments call) {
        refuseConfined("bias", call.dense == null ? null : call.dense.memory());
        refuseConfined("mask", call.mask == null ? null : call.mask.memory());
        refuseConfined("documents", call.queryDocuments);
        refuseConfined("documents", call.keyDocuments);
        refuseConfined("blocks", call.queryBlocks);
        refuseConfined("blocks", call.keyBlocks);
    }

    private static void refuseConfined(String what, @Nullable TokenIds ids) {
        refuseConfined(what, ids == null ? null : ids.memory());
    }

    @Override
    void run(int part) {
        for (long from = next.getAndAdd(step); from < units; from = next.getAndAdd(step)) {
            kernel.attend(call, from, Math.min(from + step, units), part, tasks);
        }
    }
}
