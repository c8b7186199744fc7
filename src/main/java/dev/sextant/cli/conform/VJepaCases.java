package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.HeadShape;
import dev.sextant.RotaryPlan;
import dev.sextant.cli.reference.Case;
import dev.sextant.encoding.ElementRows;
import dev.sextant.encoding.PatchGrid;
import dev.sextant.encoding.VJepa2;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** V-JEPA 2, whose elements of a pair turn by different angles: from chosen patches to rotated heads, one row a token. */
final class VJepaCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        int dim = (int) c.attributes().integer("head_dim");
        int[] grid = c.attributes().integers("grid");
        int[] tokens = Arrays.stream(c.tensor("token_ids").longs()).mapToInt(Math::toIntExact).toArray();
        int[] coordinates = PatchGrid.image(grid[0], grid[1]).ofTokens(tokens);
        result.compare("positions", Arrays.stream(coordinates).asLongStream().toArray(),
                c.tensor("positions").longs());
        ElementRows rows = VJepa2.rows(dim, coordinates);
        RotaryPlan plan = RotaryPlan.ofElements(Rows.of(rows.cos(), rows.rows(), rows.rotaryDim()),
                Rows.of(rows.sin(), rows.rows(), rows.rotaryDim()), rows.layout(), HeadShape.of(dim, DType.F32),
                backend);
        for (String expected : c.expected().keySet()) {
            String input = expected.substring(0, 1);
            float[] x = c.tensor(input).floats();
            plan.rotate(Heads.of(x, tokens.length, c.tensor(input).size(1), dim), Positions.from(0));
            result.compare(expected, x, c.tensor(expected).floats(), c.tolerance(expected), i -> 0);
        }
    }
}
