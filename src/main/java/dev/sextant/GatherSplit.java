package dev.sextant;

import dev.sextant.internal.form.GatherForm;
import dev.sextant.internal.form.GatherSource;
import dev.sextant.internal.kernel.GatherKernel;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;

/** A checked gather cut by rows. Results do not depend on the cut, because every row of the output depends on its own ids only. */
final class GatherSplit extends Split {

    private final GatherKernel kernel;
    private final Rows x;
    private final Rows out;
    private final long tokens;
    private final Positions[] ids;

    GatherSplit(GatherKernel kernel, GatherForm form, Rows x, Rows out, long tokens, Positions[] ids, int tasks) {
        super(parts(out.rows(), tasks));
        this.kernel = kernel;
        this.x = x;
        this.out = out;
        this.tokens = tokens;
        this.ids = ids;
        refuseConfined("x", x.memory());
        refuseConfined("output", out.memory());
        for (Positions each : ids) {
            refuseConfined("ids", each.ids());
        }
        for (GatherSource source : form.sources()) {
            refuseConfined("table", source.table().memory());
            refuseConfined("row scales", source.table().rowScales());
        }
    }

    @Override
    void run(int part) {
        kernel.gather(x, out, tokens, ids, cut(out.rows(), part), cut(out.rows(), part + 1));
    }
}
