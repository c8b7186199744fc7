package dev.sextant.internal.java;

import dev.sextant.internal.form.GatherForm;
import dev.sextant.internal.form.GatherSource;
import dev.sextant.internal.kernel.GatherKernel;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Table;
import java.util.List;
import java.util.Locale;

/**
 * Gathering as the numeric contract states it: {@code y = scale * x}, then for each table in order {@code y + e}, {@code y * (1 + e)} or
 * {@code e}, with {@code e} an entry times its scale; every product and every sum rounded to float32 once, one rounding to the element type.
 */
final class JavaGather implements GatherKernel {

    /** A row in float32; grows to the widest row of its thread. */
    private static final ThreadLocal<float[]> ROW = ThreadLocal.withInitial(() -> new float[0]);

    private final GatherForm form;
    private final List<GatherSource> sources;

    JavaGather(GatherForm form) {
        this.form = form;
        this.sources = form.sources();
    }

    @Override
    public void gather(Rows x, Rows out, long tokens, Positions[] ids, long from, long to) {
        float[] y = ROW.get();
        if (y.length < form.dim()) {
            y = new float[form.dim()];
            ROW.set(y);
        }
        for (long r = from; r < to; r++) {
            begin(y, x, r);
            for (int s = 0; s < sources.size(); s++) {
                GatherSource source = sources.get(s);
                int row = source.row(ids[s].at(r / tokens, 0, r % tokens));
                if (row >= 0) {
                    merge(y, source, row);
                }
            }
            long at = out.origin() + r * out.stride();
            for (int d = 0; d < form.dim(); d++) {
                Elements.store(out.memory(), form.dtype(), at + d, y[d]);
            }
        }
    }

    private void begin(float[] y, Rows x, long r) {
        long at = x.origin() + r * x.stride();
        for (int d = 0; d < form.dim(); d++) {
            y[d] = form.input() ? Elements.load(x.memory(), form.dtype(), at + d) * form.scale() : 0;
        }
    }

    private static void merge(float[] y, GatherSource source, int row) {
        Table table = source.table();
        float scale = source.scale(row);
        long at = table.origin() + row * table.stride();
        int column = source.column();
        for (int d = 0; d < table.dim(); d++) {
            float e = Entries.load(table.memory(), table.type(), at + d) * scale;
            float was = y[column + d];
            y[column + d] = switch (source.merge()) {
                case ADD -> was + e;
                case MULTIPLY -> was * (1 + e);
                case FILL -> e;
            };
        }
    }

    @Override
    public String name() {
        return "sx_gather_" + form.dtype().name().toLowerCase(Locale.ROOT) + "_java";
    }
}
