package dev.sextant;

import dev.sextant.internal.form.Merge;
import dev.sextant.internal.kernel.AdditiveKernel;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;

/** A checked merge cut into ranges of rows. Results do not depend on the cut, because a row depends on its own position only. */
final class AdditiveSplit extends Split {

    private final AdditiveKernel kernel;
    private final Merge merge;
    private final Rows x;
    private final Rows out;
    private final int column;
    private final float scale;
    private final Positions positions;

    AdditiveSplit(AdditiveKernel kernel, Merge merge, Rows x, Rows out, int column, float scale, Positions positions,
            int tasks) {
        super(parts(out.rows(), tasks));
        this.kernel = kernel;
        this.merge = merge;
        this.x = x;
        this.out = out;
        this.column = column;
        this.scale = scale;
        this.positions = positions;
        refuseConfined("x", x.memory());
        refuseConfined("out", out.memory());
        refuseConfined("position ids", positions.ids());
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // in place is the same view
    void run(int part) {
        long from = cut(out.rows(), part);
        long to = cut(out.rows(), part + 1);
        Rows some = out.rows(from, to);
        kernel.merge(merge, x == out ? some : x.rows(from, to), some, column, scale, positions.slice(from, to));
    }
}
