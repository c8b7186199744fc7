package dev.sextant;

import dev.sextant.encoding.Additive;
import dev.sextant.internal.form.AdditiveForm;
import dev.sextant.internal.form.Merge;
import dev.sextant.internal.form.RowSource;
import dev.sextant.internal.kernel.AdditiveKernel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Absolute positions in embeddings, bound to one backend.
 *
 * <pre>{@code
 * AdditivePlan plan = AdditivePlan.of(Sinusoidal.vaswani(4096), DType.F32);
 * plan.add(Rows.of(x, DType.F32, tokens, 4096), 1, Positions.from(start));
 * }</pre>
 *
 * <p>A plan either <em>generates</em> its rows on the fly (nothing owned, positions up to 2^32 - 1 in magnitude) or owns a
 * <em>table</em> of a stated capacity. Plans are immutable and may be used by any number of threads at once; there is nothing to
 * close, a table is freed with its plan. Calls allocate nothing, start no threads and borrow their arguments until they return.
 *
 * <p>Views are {@code [tokens, width]} of the plan's element type. A batch {@code [batch, tokens, width]} is one call an entry, or one list of ids for
 * all its rows. An output is its input (in place) or disjoint from it. A call is checked whole before anything is written; a refused
 * call leaves all buffers as they were. Errors: {@link IllegalArgumentException} for shapes, types, read-only or overlapping memory;
 * {@link IndexOutOfBoundsException} for memory that is too small and positions out of range; {@link IllegalStateException} /
 * {@link WrongThreadException} for closed or foreign arenas. Each says what, got, wanted.
 *
 * <p>Arithmetic is float32, every product and sum rounded once, one rounding to the element type: the same bits on every backend,
 * for every split of tokens. Source: Vaswani et al., Attention Is All You Need, arXiv:1706.03762, section 3.5.
 */
public final class AdditivePlan {

    private final Backend backend;
    private final AdditiveForm form;
    private final AdditiveKernel kernel;
    private final String description;

    AdditivePlan(Backend backend, AdditiveForm form, AdditiveKernel kernel, String description) {
        this.backend = backend;
        this.form = form;
        this.kernel = kernel;
        this.description = description;
    }

    /** A plan on the best backend that generates correctly rounded rows; {@link #builder} has the choices. */
    public static AdditivePlan of(Additive encoding, DType dtype) {
        return builder(encoding, dtype).build();
    }

    /** Starts a plan whose backend, row recipe or table is chosen by hand. */
    public static AdditivePlanBuilder builder(Additive encoding, DType dtype) {
        return new AdditivePlanBuilder(encoding, dtype);
    }

    /**
     * A plan that reads the caller's own rows: row {@code p} is position {@code p}. They are float32, are copied, and may hold any numbers.
     *
     * @param rows the table {@code [positions, width]}, at least one row
     * @param dtype element type of the embeddings
     */
    public static AdditivePlan ofTable(Rows rows, DType dtype, Backend backend) {
        return AdditivePlanBuilder.ofTable(rows, dtype, backend);
    }

    /** Writes the rows of {@code positions} over whatever {@code out} holds, which is not read: a table, or the merge mode "replace". */
    public void fill(Rows out, Positions positions) {
        run(Merge.FILL, out, out, 0, 1, positions, null, 1);
    }

    /** {@link #fill(Rows, Positions)} in at most {@code tasks} parts on the caller's executor; see {@link #add(Rows, Rows, float, Positions, Executor, int)}. */
    public void fill(Rows out, Positions positions, Executor executor, int tasks) {
        run(Merge.FILL, out, out, 0, 1, positions, Objects.requireNonNull(executor, "executor"), tasks);
    }

    /** {@code x <- scale*x + e(p)} in place. */
    public void add(Rows x, float scale, Positions positions) {
        run(Merge.ADD, x, x, 0, scale, positions, null, 1);
    }

    /**
     * {@code out <- scale*x + e(p)}.
     *
     * @param x embeddings {@code [tokens, width]}
     * @param out where the sums go, as many rows
     * @param scale multiplier of the embeddings, finite: 1, or sqrt(width) where a model's "scale_embedding" is set
     * @param positions a start, or one id or coordinate a token and axis
     */
    public void add(Rows x, Rows out, float scale, Positions positions) {
        run(Merge.ADD, x, out, 0, scale, positions, null, 1);
    }

    /**
     * {@link #add(Rows, Rows, float, Positions)} in at most {@code tasks} parts on the caller's executor. The calling thread takes parts
     * too and never waits for a task that has not started, so a saturated or stopped pool costs speed, not progress. Memory
     * must be reachable from other threads (shared, automatic or global arena, or heap).
     */
    public void add(Rows x, Rows out, float scale, Positions positions, Executor executor, int tasks) {
        run(Merge.ADD, x, out, 0, scale, positions, Objects.requireNonNull(executor, "executor"), tasks);
    }

    /** {@code x <- x*(1 + e(p))} in place. */
    public void multiply(Rows x, Positions positions) {
        run(Merge.MULTIPLY, x, x, 0, 1, positions, null, 1);
    }

    /** {@code out <- x*(1 + e(p))}. */
    public void multiply(Rows x, Rows out, Positions positions) {
        run(Merge.MULTIPLY, x, out, 0, 1, positions, null, 1);
    }

    /** {@link #multiply(Rows, Rows, Positions)} in parts; see {@link #add(Rows, Rows, float, Positions, Executor, int)}. */
    public void multiply(Rows x, Rows out, Positions positions, Executor executor, int tasks) {
        run(Merge.MULTIPLY, x, out, 0, 1, positions, Objects.requireNonNull(executor, "executor"), tasks);
    }

    /**
     * {@code out <- [x | e(p)]}: the rows of {@code x} are copied to the first columns of {@code out}, unless they stand there already. A projection
     * back to the width of {@code x} is the caller's.
     *
     * @param x embeddings of any width, of the plan's type
     * @param out rows as wide as {@code x} and the encoding together
     */
    public void concatenate(Rows x, Rows out, Positions positions) {
        Checks.rows("x", x, form.dtype(), x.dim());
        long sum = (long) x.dim() + form.width();
        if (out.dim() != sum) {
            throw Checks.wanted("out width", out.dim(), sum + ": " + x.dim() + " of x and " + form.width()
                    + " of the encoding");
        }
        checkOut(x, out, sum);
        boolean there = Overlap.sameColumns(x, out);
        if (!there && out.rows() > 0) {
            Overlap.refuse("x", x, "out", out);
        }
        checkPositions(positions, out);
        long bytes = form.dtype().bytes();
        for (long r = 0; r < out.rows() && !there; r++) {
            MemorySegment.copy(x.memory(), (x.origin() + r * x.stride()) * bytes, out.memory(),
                    (out.origin() + r * out.stride()) * bytes, x.dim() * bytes);
        }
        if (out.rows() > 0) {
            kernel.merge(Merge.FILL, out, out, x.dim(), 1, positions);
        }
    }

    @SuppressWarnings("ReferenceEquality") // in place is the same view
    private void run(Merge merge, Rows x, Rows out, int column, float scale, Positions positions,
            @Nullable Executor executor, int tasks) {
        Objects.requireNonNull(positions, "positions");
        if (!Float.isFinite(scale)) {
            throw Checks.wanted("scale", scale, "a finite number");
        }
        if (x != out) {
            Checks.rows("x", x, form.dtype(), form.width());
        }
        checkOut(x, out, form.width());
        if (x != out && out.rows() > 0 && !Overlap.inPlace(x, out)) {
            Overlap.refuse("x", x, "out", out);
        }
        checkPositions(positions, out);
        if (executor != null) {
            AdditiveSplit split = new AdditiveSplit(kernel, merge, x, out, column, scale, positions, tasks);
            if (out.rows() > 0) {
                split.run(executor);
            }
        } else if (out.rows() > 0) {
            kernel.merge(merge, x, out, column, scale, positions);
        }
    }

    private void checkOut(Rows x, Rows out, long width) {
        Checks.writableRows("out", out, form.dtype(), width);
        if (out.rows() != x.rows()) {
            throw Checks.wanted("out rows", out.rows(), x.rows() + ", those of x");
        }
    }

    private void checkPositions(Positions positions, Rows out) {
        if (positions.axes() != 1 && positions.axes() != form.axes()) {
            throw Checks.wanted("axes of positions", positions.axes(), form.axes() == 1
                    ? "1, the plan's"
                    : "1 or " + form.axes() + ", the plan's");
        }
        RowSource source = form.source();
        if (positions.real() && source != RowSource.FLOAT32 && source != RowSource.REAL) {
            throw Checks.wanted("positions", "real coordinates", source == RowSource.TABLE
                    ? "integers: a table has rows of whole positions"
                    : "integers, or a plan that was built with realCoordinates()");
        }
        if (source == RowSource.TABLE) {
            Checks.positions(positions, 1, out.rows(), 0, form.rows().tableRows() - 1, "the rows of the plan's table");
        } else {
            Checks.positions(positions, 1, out.rows(), -RotaryPlan.MAX_POSITION - form.offset(),
                    RotaryPlan.MAX_POSITION - form.offset(), "the range of generated rows");
        }
        MemorySegment ids = positions.ids();
        if (ids != null && out.rows() > 0) {
            int id = positions.idBytes();
            long bytes = out.dtype().bytes();
            Overlap.refuse("position ids", ids, positions.origin() * id,
                    ((positions.axes() - 1) * positions.axisStride() + (out.rows() - 1) * positions.tokenStride() + 1)
                            * id,
                    "out", out.memory(), out.origin() * bytes, Overlap.extent(out) * bytes);
        }
    }

    /** The backend that runs this plan. */
    public Backend backend() {
        return backend;
    }

    /** Element type of the embeddings. */
    public DType dtype() {
        return form.dtype();
    }

    /** Columns of a row. */
    public int width() {
        return form.width();
    }

    /** Coordinates of a position. */
    public int axes() {
        return form.axes();
    }

    /** Rows of the plan's table, 0 when rows are generated. */
    public long capacity() {
        return form.rows().tableRows();
    }

    /** The symbol of the bound kernel, for reports and benchmarks. */
    public String kernelName() {
        return kernel.name();
    }

    /** What the plan does in one line: definition, recipe, type, kernel. */
    @Override
    public String toString() {
        return description + ", " + form.dtype() + ", " + kernel.name();
    }
}
