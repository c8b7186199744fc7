package dev.sextant;

import dev.sextant.encoding.CapturePoint;
import dev.sextant.internal.form.AttentionForm;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where the attention of one sequence goes, reduced to few cells for a picture: the probabilities of each head, averaged over neighbouring
 * queries, added up over neighbouring keys, so that every row of cells adds up to 1 (less what a sink takes; dead rows add nothing). Made a
 * few query rows at a time: the square of probabilities is never there. Immutable.
 */
public final class AttentionMap {

    /** Bytes of probabilities that are held at once, unless one row takes more. */
    private static final long BLOCK = 4L << 20;

    private final int heads;
    private final int rows;
    private final int columns;
    private final double[] cells;

    private AttentionMap(int heads, int rows, int columns) {
        this.heads = heads;
        this.rows = rows;
        this.columns = columns;
        this.cells = new double[heads * rows * columns];
    }

    /**
     * The map of one sequence of a call. Outputs and workspace of the call are not used; memory for a few rows is allocated.
     *
     * @param plan the attention; one without a block list and with the same slopes for all sequences
     * @param call queries, keys and all that the plan takes
     * @param sequence which of its sequences
     * @param most greatest number of rows and of columns of the map; each has as many queries or keys as the others, or one less
     */
    public static AttentionMap of(AttentionPlan plan, AttentionCall call, int sequence, int most) {
        AttentionForm form = plan.form();
        if (most < 1 || most > 1 << 14) {
            throw Checks.wanted("cells", most, "1 to " + (1 << 14));
        }
        if (form.structure().blockList() != null || form.bias().batches() > 1) {
            throw Checks.wanted("plan of a map", form.structure().blockList() != null
                    ? "one with a block list"
                    : "one with slopes for each sequence", "one that is the same for any rows of any sequence");
        }
        AttentionChecks.inputs(call, form);
        Sequences all = call.arguments().sequences;
        if (sequence < 0 || sequence >= all.count()) {
            throw new IndexOutOfBoundsException("sequence: got " + sequence + ", wanted 0 to " + (all.count() - 1));
        }
        long queries = all.queries(sequence);
        long keys = all.keys(sequence);
        AttentionMap map = new AttentionMap(form.heads(), (int) Math.min(most, queries), (int) Math.min(most, keys));
        if (queries > 0 && keys > 0) {
            map.fill(plan, call, sequence, queries, keys);
        }
        return map;
    }

    private void fill(AttentionPlan plan, AttentionCall call, int sequence, long queries, long keys) {
        long step = Math.clamp(BLOCK / (4 * keys * heads), 1, queries);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4 * step * keys * heads, 64);
            // few rows over many keys may take more than many rows do
            long bytes = Math.max(plan.workspaceBytes(CallRows.of(call, sequence, 0, 1)),
                    plan.workspaceBytes(CallRows.of(call, sequence, 0, step)));
            MemorySegment workspace = arena.allocate(Math.max(64, bytes), 64);
            for (long i = 0; i < queries; i += step) {
                long count = Math.min(step, queries - i);
                AttentionCall part = CallRows.of(call, sequence, i, count).workspace(workspace);
                Scores scores = Scores.of(memory, 1, heads, count, keys);
                plan.scores(part, CapturePoint.PROBABILITIES, scores);
                for (long row = 0; row < count; row++) {
                    add(scores, i, row, queries, keys);
                }
            }
        }
    }

    private void add(Scores scores, long first, long row, long queries, long keys) {
        int cellRow = (int) ((first + row) * rows / queries);
        // queries i of a row of cells r: i * rows / queries == r
        long from = (cellRow * queries + rows - 1) / rows;
        long to = ((cellRow + 1) * queries + rows - 1) / rows;
        for (int h = 0; h < heads; h++) {
            for (long j = 0; j < keys; j++) {
                float p = scores.memory().getAtIndex(ValueLayout.JAVA_FLOAT, scores.index(0, h, row, j));
                cells[(h * rows + cellRow) * columns + (int) (j * columns / keys)] += p / (double) (to - from);
            }
        }
    }

    /** Query heads. */
    public int heads() {
        return heads;
    }

    /** Rows of cells: neighbouring queries, the first at the top. */
    public int rows() {
        return rows;
    }

    /** Columns of cells: neighbouring keys. */
    public int columns() {
        return columns;
    }

    /** The part of its attention that the queries of a row give to the keys of a column, 0 to 1. */
    public double at(int head, int row, int column) {
        if (head < 0 || head >= heads || row < 0 || row >= rows || column < 0 || column >= columns) {
            throw new IndexOutOfBoundsException("head, row, column: got " + head + ", " + row + ", " + column
                    + ", wanted below " + heads + ", " + rows + ", " + columns);
        }
        return cells[(head * rows + row) * columns + column];
    }

    @Override
    public String toString() {
        return "AttentionMap[" + heads + " heads, " + rows + " x " + columns + " cells]";
    }
}
