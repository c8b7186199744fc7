package dev.sextant.cli.conform;

import dev.sextant.AdditivePlan;
import dev.sextant.Backend;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.Tensor;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Given rows merged with embeddings: {@code scale*x + row} of any type, {@code x*(1 + row)}. */
final class MergeCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Tensor x = c.tensor("x");
        Tensor table = c.tensor(c.has("table") ? "table" : "e");
        int rows = x.size(0);
        int width = x.size(1);
        DType dtype = DType.valueOf(x.dtype().name());
        AdditivePlan plan = AdditivePlan.ofTable(Rows.of(table.floats(), table.size(0), width), dtype, backend);
        Positions positions = c.has("ids") ? Positions.ids(c.tensor("ids").longs()) : Positions.from(0);
        float scale = (float) c.attributes().number("scale_f32", 1);
        if (dtype == DType.F32) {
            float[] values = x.floats();
            merge(c, plan, Rows.of(values, rows, width), scale, positions);
            result.compare("out", values, c.tensor("out").floats(), c.tolerance("out"), i -> 0);
        } else {
            short[] values = x.halves();
            merge(c, plan, Rows.of(values, dtype, rows, width), scale, positions);
            result.compareHalves("out", dtype, values, c.tensor("out").halves(), c.tolerance("out"));
        }
    }

    private static void merge(Case c, AdditivePlan plan, Rows x, float scale, Positions positions) {
        if (c.kind().equals("merge")) {
            plan.add(x, scale, positions);
        } else {
            plan.multiply(x, positions);
        }
    }
}
