package dev.sextant;

import dev.sextant.encoding.Additive;
import dev.sextant.encoding.AngleMode;
import dev.sextant.internal.form.AdditiveForm;
import dev.sextant.internal.form.Merge;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The choices of an {@link AdditivePlan}. Not thread-safe; the plan it builds is. */
public final class AdditivePlanBuilder {

    private static final long FARTHEST_OFFSET = RotaryPlan.MAX_POSITION;

    private final Additive encoding;
    private final DType dtype;
    private @Nullable Backend backend;
    private RowRecipe recipe = RowRecipe.ACCURATE;
    private long capacity;
    private boolean real;

    AdditivePlanBuilder(Additive encoding, DType dtype) {
        this.encoding = Objects.requireNonNull(encoding, "encoding");
        this.dtype = Objects.requireNonNull(dtype, "dtype");
    }

    /** Runs on {@code newBackend}; default {@link Backend#best()}. */
    public AdditivePlanBuilder backend(Backend newBackend) {
        this.backend = Objects.requireNonNull(newBackend, "backend");
        return this;
    }

    /** Makes rows by {@code newRecipe}; default {@link RowRecipe#ACCURATE}. */
    public AdditivePlanBuilder recipe(RowRecipe newRecipe) {
        this.recipe = Objects.requireNonNull(newRecipe, "recipe");
        return this;
    }

    /**
     * Owns a table of rows for positions 0 to {@code rows - 1}, {@code 4 * width} bytes each, made when the plan is built; positions
     * outside it are refused. Only for one axis. Without this call rows are generated.
     */
    public AdditivePlanBuilder table(long rows) {
        if (rows < 1 || rows > RotaryPlan.MAX_POSITION + 1) {
            throw Checks.wanted("table rows", rows, "1 to " + (RotaryPlan.MAX_POSITION + 1));
        }
        this.capacity = rows;
        return this;
    }

    /**
     * Takes real coordinates: angles of {@link AngleMode#EXACT} are then double products (integers are welcome too, and differ
     * from a plan without this choice in the last bit at most). {@link AngleMode#HF_FLOAT32} takes both as it is, and so do waves that
     * several axes drive at once.
     */
    public AdditivePlanBuilder realCoordinates() {
        this.real = true;
        return this;
    }

    /** Builds the plan. */
    public AdditivePlan build() {
        AngleMode angles = Objects.requireNonNull(encoding.angles(), "angles");
        float magnitude = (float) encoding.magnitude();
        if (!Float.isFinite(magnitude)) {
            throw Checks.wanted("magnitude", encoding.magnitude(), "a finite float");
        }
        if (Math.abs(Math.max(encoding.offset(), -Long.MAX_VALUE)) > FARTHEST_OFFSET) {
            throw Checks.wanted("offset", encoding.offset(), -FARTHEST_OFFSET + " to " + FARTHEST_OFFSET);
        }
        if (recipe == RowRecipe.FAST && (real || angles != AngleMode.EXACT)) {
            throw Checks.wanted("recipe", "FAST with " + (real ? "real coordinates" : "angle mode " + angles),
                    "FAST with whole positions and EXACT, or ACCURATE");
        }
        AdditiveForm form = AdditiveForm.of(encoding, dtype, recipe == RowRecipe.FAST, real);
        if (recipe == RowRecipe.FAST && form.mixed()) {
            throw Checks.wanted("recipe", "FAST for waves that several axes drive at once", "ACCURATE");
        }
        if (capacity > 0 && form.axes() > 1) {
            throw Checks.wanted("table", "rows of " + form.axes() + " axes", "one axis, or generated rows");
        }
        Backend chosen = backend == null ? Backend.best() : backend;
        if (capacity > 0) {
            form = table(form, chosen);
        }
        return new AdditivePlan(chosen, form, chosen.kernels().additive(form), describe());
    }

    private AdditiveForm table(AdditiveForm generated, Backend chosen) {
        MemorySegment table = allocate(capacity, generated.width());
        AdditiveForm singles = AdditiveForm.of(encoding, DType.F32, recipe == RowRecipe.FAST, real);
        Rows all = Rows.of(table, DType.F32, capacity, generated.width());
        chosen.kernels().additive(singles).merge(Merge.FILL, all, all, 0, 1, Positions.from(0));
        return AdditiveForm.table(dtype, generated.width(), table.asReadOnly(), capacity);
    }

    static AdditivePlan ofTable(Rows rows, DType dtype, Backend backend) {
        Objects.requireNonNull(dtype, "dtype");
        Checks.rows("table", rows, DType.F32, rows.dim());
        if (rows.rows() < 1) {
            throw Checks.wanted("table rows", rows.rows(), "at least 1");
        }
        MemorySegment table = allocate(rows.rows(), rows.dim());
        for (long r = 0; r < rows.rows(); r++) {
            copyRow(rows, r, table);
        }
        AdditiveForm form = AdditiveForm.table(dtype, rows.dim(), table.asReadOnly(), rows.rows());
        return new AdditivePlan(backend, form, backend.kernels().additive(form),
                "given table of " + rows.rows() + " rows, width " + rows.dim());
    }

    /** NaNs become the canonical one, so that a table's NaN survives rounding to bfloat16 without a path of its own. */
    private static void copyRow(Rows from, long row, MemorySegment table) {
        long first = from.origin() + row * from.stride();
        for (int c = 0; c < from.dim(); c++) {
            float value = from.memory().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * (first + c));
            table.setAtIndex(ValueLayout.JAVA_FLOAT, row * from.dim() + c, Float.isNaN(value) ? Float.NaN : value);
        }
    }

    private static MemorySegment allocate(long rows, int width) {
        return Arena.ofAuto().allocate(Overlap.exactMultiply(rows, 4L * width), 64);
    }

    private String describe() {
        return encoding + ", " + recipe + (real ? ", real coordinates, " : ", ")
                + (capacity > 0 ? "table of " + capacity + " rows" : "generated rows");
    }
}
