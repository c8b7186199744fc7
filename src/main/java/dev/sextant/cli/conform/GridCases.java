package dev.sextant.cli.conform;

import dev.sextant.AdditivePlan;
import dev.sextant.Backend;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.GridCoordinates;
import dev.sextant.encoding.GridSinusoidal;
import dev.sextant.encoding.GridSinusoidal.Order;
import dev.sextant.encoding.PatchGrid;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Sinusoids of images and videos. */
final class GridCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) throws IOException {
        Attributes a = c.attributes();
        return a.flag("masked") ? "a mask" : a.number("spatial_scale", 1) != 1 ? "a spatial scale" : null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        float[] made = switch (c.kind()) {
            case "sincos-2d" -> image(c, backend);
            case "sincos-3d" -> video(c, backend);
            default -> detr(c, backend);
        };
        for (String tensor : c.expected().keySet()) {
            switch (tensor) {
                case "table_exact", "table_model", "embedding_exact", "embedding_model" ->
                    result.compare(tensor, made, c.tensor(tensor).floats(), c.tolerance(tensor), i -> 0);
                default -> result.fail(tensor + ": is expected, but nothing here makes it");
            }
        }
    }

    private static float[] image(Case c, Backend backend) throws IOException {
        Attributes a = c.attributes();
        GridSinusoidal encoding = GridSinusoidal.mae((int) a.integer("dim"),
                a.text("order").equals("h-first") ? Order.ROW_FIRST : Order.COLUMN_FIRST,
                a.number("temperature", Double.NaN));
        int[] raster = PatchGrid.image((int) a.integer("height"), (int) a.integer("width")).raster();
        if (a.flag("cls_row")) {
            encoding = encoding.zeroRow(-1);
            raster = withClass(raster);
        }
        return made(encoding, Positions.axes(2, raster), raster.length / 2, backend, false);
    }

    /** The class token stands first, at (-1, -1). */
    private static int[] withClass(int[] raster) {
        int n = raster.length / 2;
        int[] all = new int[raster.length + 2];
        Arrays.fill(all, -1);
        System.arraycopy(raster, 0, all, 1, n);
        System.arraycopy(raster, n, all, n + 2, n);
        return all;
    }

    private static float[] video(Case c, Backend backend) throws IOException {
        Attributes a = c.attributes();
        int[] raster = new PatchGrid((int) a.integer("frames"), (int) a.integer("height"), (int) a.integer("width"))
                .rasterWithTime();
        return made(GridSinusoidal.video((int) a.integer("dim")), Positions.axes(3, raster), raster.length / 3,
                backend, false);
    }

    private static float[] detr(Case c, Backend backend) throws IOException {
        Attributes a = c.attributes();
        int columns = (int) a.integer("width");
        boolean[] valid = new boolean[(int) a.integer("height") * columns];
        Arrays.fill(valid, true);
        double[] coordinates = a.flag("normalize")
                ? GridCoordinates.normalised(valid, columns, a.number("scale", Double.NaN))
                : GridCoordinates.cumulative(valid, columns);
        double temperature = a.number("temperature", Double.NaN);
        GridSinusoidal encoding = GridSinusoidal.detr((int) a.integer("features_per_axis"), temperature, temperature);
        float[] rows = made(encoding, Positions.coordinates(2, coordinates), valid.length, backend, true);
        float[] channels = new float[rows.length]; // channels first
        for (int i = 0; i < rows.length; i++) {
            channels[i % encoding.width() * valid.length + i / encoding.width()] = rows[i];
        }
        return channels;
    }

    private static float[] made(GridSinusoidal encoding, Positions positions, int tokens, Backend backend,
            boolean real) {
        var builder = AdditivePlan.builder(encoding, DType.F32).backend(backend);
        float[] rows = new float[tokens * encoding.width()];
        (real ? builder.realCoordinates() : builder).build().fill(Rows.of(rows, tokens, encoding.width()), positions);
        return rows;
    }
}
