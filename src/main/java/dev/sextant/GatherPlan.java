package dev.sextant;

import dev.sextant.encoding.PositionIds;
import dev.sextant.internal.form.GatherForm;
import dev.sextant.internal.form.GatherSource;
import dev.sextant.internal.kernel.GatherKernel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Table;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Rows of learned tables gathered, scaled and added to embeddings in one pass: position, segment, turn, row and column, coordinates, any
 * tables at all, each with ids of its own.
 *
 * <pre>{@code
 * GatherPlan plan = GatherPlan.builder(768, DType.F32)
 *         .add(types)                                     // ids are rows
 *         .add(positions, LearnedPositions.bert(512))     // ids are positions
 *         .build();
 * plan.add(x, batches, Positions.all(0), Positions.from(0));
 * }</pre>
 *
 * <p>Arithmetic: {@code y = scale * x}, then for each table in the order of the builder {@code y + e}, {@code y * (1 + e)} or {@code e}, with
 * {@code e} an entry times its scale; all in float32, every product and every sum rounded once, one rounding to the type of the
 * embeddings: the same bits on every backend and for every split of rows. Id {@link PositionIds#NO_POSITION} skips its table.
 *
 * <p>Tables are borrowed for as long as the plan is used: their memory must stay open and the same. A plan is immutable and may be used
 * by any number of threads at once. Calls allocate nothing, start no threads and borrow their arguments until they return.
 *
 * <p>A call is checked whole before anything is written: shapes, types, bounds, alignment, overlap and every id. A refused call leaves
 * all buffers as they were. Errors: {@link IllegalArgumentException} for shapes, types, read-only or overlapping memory;
 * {@link IndexOutOfBoundsException} for memory that is too small and ids out of range, naming table, token, id and bound;
 * {@link IllegalStateException} / {@link WrongThreadException} for closed or foreign arenas.
 */
public final class GatherPlan {

    /** Tables of one plan at most. */
    public static final int MOST_TABLES = 12;

    private final Backend backend;
    private final GatherForm form;
    private final GatherKernel kernel;

    GatherPlan(Backend backend, GatherForm form) {
        this.backend = backend;
        this.form = form;
        this.kernel = backend.kernels().gather(form);
    }

    /** Starts a plan for embeddings of {@code dim} elements. */
    public static GatherPlanBuilder builder(int dim, DType dtype) {
        return new GatherPlanBuilder(dim, dtype);
    }

    /** In place, one sequence. */
    public void add(Rows x, Positions... ids) {
        add(x, x, 1, ids);
    }

    /** In place. */
    public void add(Rows x, long batches, Positions... ids) {
        add(x, x, batches, ids);
    }

    /**
     * Writes {@code scale * x} and the tables' rows to {@code out}.
     *
     * @param x embeddings {@code [batches * tokens, dim]}
     * @param out where the sums go: {@code x} itself or memory of its own, as many rows
     * @param batches how many sequences the rows hold, a divisor of their number; a start counts anew in each
     * @param ids one for each table: a start, one id for all, or one a token, as the tables were named to the builder. Varargs are an
     *     array: pass one that is kept, and a call allocates nothing
     */
    public void add(Rows x, Rows out, long batches, Positions... ids) {
        requireInput(true);
        long tokens = check(x, out, batches, ids);
        if (out.rows() > 0) {
            kernel.gather(x, out, tokens, ids, 0, out.rows());
        }
    }

    /** The same in at most {@code tasks} parts on the caller's executor, as {@link RotaryPlan#rotate(dev.sextant.tensor.Heads,
     * dev.sextant.tensor.Heads, dev.sextant.tensor.Heads, dev.sextant.tensor.Heads, Positions, Executor, int)} does.
     */
    public void add(Rows x, Rows out, long batches, Executor executor, int tasks, Positions... ids) {
        requireInput(true);
        split(x, out, batches, executor, tasks, ids);
    }

    /** The sum of the tables' rows alone, of a plan {@link GatherPlanBuilder#withoutInput() without input}; one sequence. */
    public void fill(Rows out, Positions... ids) {
        fill(out, 1, ids);
    }

    /** The same for several sequences. */
    public void fill(Rows out, long batches, Positions... ids) {
        requireInput(false);
        long tokens = check(out, out, batches, ids);
        if (out.rows() > 0) {
            kernel.gather(out, out, tokens, ids, 0, out.rows());
        }
    }

    /** The same in at most {@code tasks} parts on the caller's executor. */
    public void fill(Rows out, long batches, Executor executor, int tasks, Positions... ids) {
        requireInput(false);
        split(out, out, batches, executor, tasks, ids);
    }

    private void split(Rows x, Rows out, long batches, Executor executor, int tasks, Positions[] ids) {
        Objects.requireNonNull(executor, "executor");
        long tokens = check(x, out, batches, ids);
        GatherSplit split = new GatherSplit(kernel, form, x, out, tokens, ids.clone(), tasks);
        if (out.rows() > 0) {
            split.run(executor);
        }
    }

    private void requireInput(boolean wanted) {
        if (form.input() != wanted) {
            throw Checks.wanted("call", wanted ? "add" : "fill",
                    wanted ? "fill: the plan was built without input" : "add, or a plan built withoutInput()");
        }
    }

    /** Returns the tokens of a batch entry. */
    @SuppressWarnings("ReferenceEquality") // in place is the same view
    private long check(Rows x, Rows out, long batches, Positions[] ids) {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(out, "output");
        if (ids.length != form.sources().size()) {
            throw Checks.wanted("ids", ids.length, form.sources().size() + ", one for each table");
        }
        GatherChecks.embeddings("x", x, form);
        if (x != out) {
            GatherChecks.embeddings("output", out, form);
            if (x.rows() != out.rows()) {
                throw Checks.wanted("output rows", out.rows(), x.rows() + ", those of x");
            }
        }
        Checks.writable("output", out, form.dim());
        if (batches < 1 || out.rows() % batches != 0) {
            throw Checks.wanted("batches", batches, "a divisor of " + out.rows() + ", the rows");
        }
        if (out.rows() == 0) {
            return 1;
        }
        if (x != out) {
            GatherChecks.inPlaceOrDisjoint(x, out);
        }
        long tokens = out.rows() / batches;
        for (int s = 0; s < ids.length; s++) {
            Positions each = Objects.requireNonNull(ids[s], "ids");
            GatherSource source = form.sources().get(s);
            GatherChecks.table(source.table(), s, out);
            GatherChecks.ids(each, s, source, batches, tokens, out);
        }
        return tokens;
    }

    /** The backend that runs this plan. */
    public Backend backend() {
        return backend;
    }

    /** Elements of an embedding. */
    public int dim() {
        return form.dim();
    }

    /** Number of tables. */
    public int tables() {
        return form.sources().size();
    }

    /** The symbol of the bound kernel, for reports and benchmarks. */
    public String kernelName() {
        return kernel.name();
    }

    /** What the plan does in one line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(form.input() ? form.scale() == 1 ? "x" : form.scale() + " * x" : "");
        for (GatherSource source : form.sources()) {
            Table table = source.table();
            text.append(text.isEmpty() ? "" : ", ").append(source.merge().name().toLowerCase(Locale.ROOT))
                    .append(' ').append(table.rows()).append(" x ").append(table.dim()).append(' ')
                    .append(table.type());
            if (table.dim() != form.dim()) {
                text.append(" at column ").append(source.column());
            }
        }
        return text.append(", dim ").append(form.dim()).append(", ").append(kernel.name()).toString();
    }
}
