package dev.sextant.cli.conform;

import dev.sextant.AdditivePlan;
import dev.sextant.Backend;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.Tensor;
import dev.sextant.encoding.FourierFeatures;
import dev.sextant.encoding.WaveLayout;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Fourier features of real coordinates: octaves (NeRF), evenly spaced (Perceiver), a random matrix (SAM). */
final class FourierCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        float[] made = switch (c.kind()) {
            case "fourier-powers" -> octaves(c, backend);
            case "fourier-linspace" -> spaced(c, backend);
            default -> gaussian(c, backend);
        };
        for (String tensor : c.expected().keySet()) {
            switch (tensor) {
                case "features_exact", "features_model", "embedding_exact", "embedding_model" ->
                    result.compare(tensor, made, c.tensor(tensor).floats(), c.tolerance(tensor), i -> 0);
                default -> result.fail(tensor + ": is expected, but nothing here makes it");
            }
        }
    }

    private static float[] octaves(Case c, Backend backend) throws IOException {
        Attributes a = c.attributes();
        int axes = (int) a.integer("dims");
        FourierFeatures features = FourierFeatures.nerf(axes, (int) a.integer("bands"), a.flag("pi"),
                a.flag("include_input"));
        return made(features, Positions.coordinates(axes, c.tensor("x").floats()).strides(axes, 1),
                c.tensor("x").size(0), backend);
    }

    private static float[] spaced(Case c, Backend backend) throws IOException {
        Attributes a = c.attributes();
        FourierFeatures features = FourierFeatures.perceiver((int) a.integer("bands"), a.flag("concat_positions"),
                a.integers("max_resolution"));
        int axes = features.axes();
        return made(features, Positions.coordinates(axes, c.tensor("positions").floats()).strides(axes, 1),
                c.tensor("positions").size(0), backend);
    }

    private static float[] gaussian(Case c, Backend backend) throws IOException {
        Attributes a = c.attributes();
        Tensor points = c.tensor("points_xy");
        double[] sides = {a.integer("input_width"), a.integer("input_height")};
        double[] coordinates = points.doubles();
        for (int i = 0; i < coordinates.length; i++) {
            coordinates[i] = 2 * (coordinates[i] / sides[i % 2]) - 1;
        }
        Tensor matrix = c.tensor("matrix");
        float[][] rows = new float[matrix.size(0)][];
        for (int axis = 0; axis < rows.length; axis++) {
            rows[axis] = Arrays.copyOfRange(matrix.floats(), axis * matrix.size(1), (axis + 1) * matrix.size(1));
        }
        return made(FourierFeatures.gaussian(rows, WaveLayout.HALVES),
                Positions.coordinates(2, coordinates).strides(2, 1), points.size(0), backend);
    }

    private static float[] made(FourierFeatures features, Positions positions, int tokens, Backend backend) {
        float[] rows = new float[tokens * features.width()];
        AdditivePlan.builder(features, DType.F32).backend(backend).realCoordinates().build()
                .fill(Rows.of(rows, tokens, features.width()), positions);
        return rows;
    }
}
