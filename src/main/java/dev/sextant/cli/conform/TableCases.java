package dev.sextant.cli.conform;

import dev.sextant.Backend;
import dev.sextant.GatherPlan;
import dev.sextant.GatherPlanBuilder;
import dev.sextant.cli.reference.Attributes;
import dev.sextant.cli.reference.Case;
import dev.sextant.cli.reference.UnreadableException;
import dev.sextant.encoding.CoordinateIds;
import dev.sextant.encoding.HierarchicalPositions;
import dev.sextant.encoding.LearnedPositions;
import dev.sextant.encoding.PatchGrid;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Table;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Embeddings gathered from learned tables, by the row rules of model families and in the order of their sums. */
final class TableCases implements Kind {

    @Override
    public @Nullable String unsupported(Case c) {
        return null;
    }

    @Override
    public void run(Case c, Backend backend, CaseResult result) throws IOException {
        switch (c.kind()) {
            case "learned-rows" -> learnedRows(c, backend, result);
            case "hierarchical-decomposition" -> hierarchical(c, backend, result);
            case "axial-concat" -> axial(c, backend, result);
            case "coordinate-sum" -> coordinates(c, backend, result);
            case "row-column-concat" -> rowsAndColumns(c, backend, result);
            default -> throw new UnreadableException("case " + c.name() + ": got kind " + c.kind());
        }
    }

    /** The family by its offset and whether it has a mask; its rows from positions, its embeddings from positions too. */
    private static void learnedRows(Case c, Backend backend, CaseResult result) throws IOException {
        Attributes a = c.attributes();
        Table table = table(c, "table");
        int positions = (int) (table.rows() - a.integer("offset"));
        LearnedPositions rule = c.has("mask")
                ? LearnedPositions.opt(positions)
                : a.integer("offset") == 2 ? LearnedPositions.bart(positions) : LearnedPositions.bert(positions);
        int tokens = c.tensor("rows").size(-1);
        int batches = c.tensor("rows").count() / tokens;
        boolean[] attended = new boolean[batches * tokens];
        Arrays.fill(attended, true);
        int[] rows = rule.rows(c.has("mask") ? PositionIdCases.mask(c) : attended, tokens, a.integer("past"));
        PositionIdCases.compare(c, "rows", rows, result);
        GatherPlanBuilder builder = GatherPlan.builder(table.dim(), DType.F32).backend(backend).withoutInput();
        if (c.has("mask")) {
            run(c, builder.add(table), batches, result, Positions.ids(rows).batched(tokens));
        } else {
            run(c, builder.add(table, rule), batches, result, Positions.from(a.integer("past")));
        }
    }

    private static void hierarchical(Case c, Backend backend, CaseResult result) throws IOException {
        HierarchicalPositions rule = new HierarchicalPositions(c.attributes().number("alpha", Double.NaN));
        int dim = c.tensor("table").size(-1);
        Table derived = Table.of(rule.table(c.tensor("table").floats(), dim), dim);
        long[][] ids = CoordinateIds.blocks(c.tensor("positions").longs(), derived.rows());
        run(c, GatherPlan.builder(dim, DType.F32).backend(backend).withoutInput().add(derived.scale(rule.outer()))
                .add(derived.scale(rule.inner())), 1, result, Positions.ids(ids[0]), Positions.ids(ids[1]));
    }

    private static void axial(Case c, Backend backend, CaseResult result) throws IOException {
        Table first = table(c, "table0");
        Table second = table(c, "table1");
        long[][] ids = CoordinateIds.blocks(c.tensor("positions").longs(), second.rows());
        run(c, GatherPlan.builder(first.dim() + second.dim(), DType.F32).backend(backend).withoutInput()
                .addAt(0, first).addAt(first.dim(), second), 1, result, Positions.ids(ids[0]), Positions.ids(ids[1]));
    }

    private static void coordinates(Case c, Backend backend, CaseResult result) throws IOException {
        int[][] box = CoordinateIds.boxes(PositionIdCases.ints(c, "boxes"), (int) table(c, "table_x").rows() - 1);
        GatherPlanBuilder builder = GatherPlan.builder(c.tensor("table_x").size(-1), DType.F32).backend(backend)
                .withoutInput();
        for (String each : new String[]{"word", "pos", "x", "y", "x", "y", "h", "w", "type"}) {
            builder.add(table(c, "table_" + each));
        }
        run(c, builder, 1, result, ids(c, "tokens"), ids(c, "positions"), Positions.ids(box[0]), Positions.ids(box[1]),
                Positions.ids(box[2]), Positions.ids(box[3]), Positions.ids(box[4]), Positions.ids(box[5]),
                ids(c, "types"));
    }

    /** Column table first, then row table; the case has channels before places. */
    private static void rowsAndColumns(Case c, Backend backend, CaseResult result) throws IOException {
        Table columns = table(c, "column_table");
        Table rows = table(c, "row_table");
        PatchGrid grid = PatchGrid.image((int) c.attributes().integer("height"), (int) c.attributes().integer("width"));
        Positions raster = Positions.ids(Arrays.copyOfRange(grid.raster(), 0, grid.tokens()));
        Positions across = Positions.ids(Arrays.copyOfRange(grid.raster(), grid.tokens(), 2 * grid.tokens()));
        int dim = columns.dim() + rows.dim();
        float[] out = new float[grid.tokens() * dim];
        GatherPlan.builder(dim, DType.F32).backend(backend).withoutInput().addAt(0, columns)
                .addAt(columns.dim(), rows).build().fill(Rows.of(out, grid.tokens(), dim), across, raster);
        float[] turned = new float[out.length];
        for (int i = 0; i < out.length; i++) {
            turned[i % dim * grid.tokens() + i / dim] = out[i];
        }
        result.compare("embedding", turned, c.tensor("embedding").floats(), c.tolerance("embedding"), i -> 0);
    }

    private static void run(Case c, GatherPlanBuilder builder, int batches, CaseResult result, Positions... ids)
            throws IOException {
        GatherPlan plan = builder.build();
        float[] out = new float[c.tensor("embedding").count()];
        plan.fill(Rows.of(out, out.length / plan.dim(), plan.dim()), batches, ids);
        result.compare("embedding", out, c.tensor("embedding").floats(), c.tolerance("embedding"), i -> 0);
    }

    private static Table table(Case c, String tensor) throws IOException {
        return Table.of(c.tensor(tensor).floats(), c.tensor(tensor).size(-1));
    }

    private static Positions ids(Case c, String tensor) throws IOException {
        return Positions.ids(c.tensor(tensor).longs());
    }
}
