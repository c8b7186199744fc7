package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.Tensor;
import dev.sextant.encoding.TableResize;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Learned tables resized along a line or over a grid. It is done on the host: every backend is given the same. */
final class ResizeCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) throws IOException {
        String mode = c.attributes().text("mode");
        return List.of("linear", "bilinear", "bicubic").contains(mode) ? null : "mode " + mode;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        Attributes a = c.attributes();
        float[] table = c.tensor("table").floats();
        int dim = c.tensor("table").size(-1);
        TableResize rule = a.text("mode").equals("bicubic") ? TableResize.cubic() : TableResize.linear();
        if (a.flag("align_corners")) {
            rule = rule.corners();
        }
        if (a.flag("antialias")) {
            rule = rule.smooth();
        }
        float[] got;
        if (c.kind().equals("resize-1d")) {
            got = rule.rows(table, dim, 0, (int) a.integer("to"));
        } else {
            if (a.asMap().get("scale_factor") instanceof List<?> factors && factors.get(0) instanceof Number rows
                    && factors.get(1) instanceof Number columns) {
                rule = rule.scale(rows.doubleValue(), columns.doubleValue());
            }
            int[] from = a.integers("from");
            int[] to = a.integers("to");
            got = rule.grid(table, dim, (int) a.integer("prefix_rows"), from[0], from[1], to[0], to[1]);
        }
        for (String expected : c.expected().keySet()) {
            result.compare(expected, got, floats(c.tensor(expected)), c.tolerance(expected), i -> 0);
        }
    }

    private static float[] floats(Tensor tensor) throws IOException {
        double[] wide = tensor.doubles();
        float[] floats = new float[wide.length];
        for (int i = 0; i < wide.length; i++) {
            floats[i] = (float) wide[i];
        }
        return floats;
    }
}
