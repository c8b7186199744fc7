package dev.sextant;

import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.Rotary;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.encoding.RowScale;
import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.form.RotaryRows;
import dev.sextant.internal.kernel.RotaryKernel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The choices of a {@link RotaryPlan}. Not thread-safe; the plan it builds is. */
public final class RotaryPlanBuilder {

    private final Rotary rotary;
    private final HeadShape shape;
    private @Nullable Backend backend;
    private RowRecipe recipe = RowRecipe.ACCURATE;
    private long capacity;
    private boolean real;
    private RotaryRounding rounding = RotaryRounding.ONCE;

    RotaryPlanBuilder(Rotary rotary, HeadShape shape) {
        this.rotary = Objects.requireNonNull(rotary, "rotary");
        this.shape = Objects.requireNonNull(shape, "shape");
    }

    /** Runs on {@code newBackend}; default {@link Backend#best()}. */
    public RotaryPlanBuilder backend(Backend newBackend) {
        this.backend = Objects.requireNonNull(newBackend, "backend");
        return this;
    }

    /** Makes rows by {@code newRecipe}; default {@link RowRecipe#ACCURATE}. */
    public RotaryPlanBuilder recipe(RowRecipe newRecipe) {
        this.recipe = Objects.requireNonNull(newRecipe, "recipe");
        return this;
    }

    /**
     * Owns a table of rows for positions 0 to {@code rows - 1}, {@code 4 * rotaryDim} bytes each, made when the plan is built;
     * positions outside it are refused. Without this call rows are generated.
     */
    public RotaryPlanBuilder table(long rows) {
        if (rows < 1 || rows > RotaryPlan.MAX_POSITION + 1) {
            throw Checks.wanted("table rows", rows, "1 to " + (RotaryPlan.MAX_POSITION + 1));
        }
        this.capacity = rows;
        return this;
    }

    /**
     * Takes real coordinates: angles of {@link AngleMode#EXACT} are then double products (integers are welcome too, and differ
     * from a plan without this choice in the last bit at most). {@link AngleMode#HF_FLOAT32} takes both as it is.
     */
    public RotaryPlanBuilder realCoordinates() {
        this.real = true;
        return this;
    }

    /**
     * Where 16-bit heads are rounded, for the bits of a reference model; default {@link RotaryRounding#ONCE}, which is the most accurate
     * and the fastest. Float32 heads have the same bits under each.
     */
    public RotaryPlanBuilder rounding(RotaryRounding newRounding) {
        this.rounding = Objects.requireNonNull(newRounding, "rounding");
        return this;
    }

    /** Builds the plan. */
    public RotaryPlan build() {
        if (real && recipe == RowRecipe.FAST) {
            throw Checks.wanted("recipe", "FAST with real coordinates", "ACCURATE");
        }
        if (recipe == RowRecipe.FAST && rotary.angles() != AngleMode.EXACT) {
            throw Checks.wanted("recipe", "FAST with angle mode " + rotary.angles(), "FAST with EXACT, or ACCURATE");
        }
        if (scaled() && capacity == 0) {
            throw Checks.wanted("rows", "generated ones of a magnitude that depends on the position",
                    "a table: call table(rows)");
        }
        checkDefinition();
        sliceInside(shape, rotary.rotaryDim());
        Backend chosen = backend == null ? Backend.best() : backend;
        RotaryForm form = RotaryForm.of(rotary, choices(shape, recipe == RowRecipe.FAST, real));
        RotaryForm generated = form.rounding(rounding);
        if (capacity > 0) {
            RotaryKernel kernel = chosen.kernels().rotary(form); // rows in full: a table is rounded where it is read
            MemorySegment table = allocate(capacity, form.pairs());
            kernel.rows(Positions.from(0), column(table, capacity, form.pairs(), 0),
                    column(table, capacity, form.pairs(), form.pairs()));
            scale(table, form.pairs());
            form = form.with(RotaryRows.table(table.asReadOnly(), capacity, false));
        }
        form = form.rounding(rounding);
        return new RotaryPlan(chosen, shape, form, scaled() ? null : generated, chosen.kernels().rotary(form),
                describe(), false);
    }

    static RotaryForm.Choices choices(HeadShape shape, boolean fast, boolean real) {
        return new RotaryForm.Choices(shape.dim(), shape.rotaryOffset(), shape.dtype(), RotaryRounding.ONCE, fast,
                real);
    }

    /** A definition may come from outside this library. */
    private void checkDefinition() {
        Objects.requireNonNull(rotary.layout(), "layout");
        Objects.requireNonNull(rotary.frequencies(), "frequencies");
        Objects.requireNonNull(rotary.angles(), "angles");
        if (rotary.rotaryDim() < 2 || rotary.rotaryDim() % 2 != 0) {
            throw Checks.wanted("rotary dim", rotary.rotaryDim(), "an even number of at least 2");
        }
        float factor = (float) rotary.frequencies().attentionFactor();
        if (!(factor > 0 && factor <= Float.MAX_VALUE)) {
            throw Checks.wanted("attention factor", rotary.frequencies().attentionFactor(), "a float above 0");
        }
    }

    static void sliceInside(HeadShape shape, long rotaryDim) {
        if (rotaryDim > shape.dim() - shape.rotaryOffset()) {
            throw Checks.wanted("rotary dim", rotaryDim + " from element " + shape.rotaryOffset(),
                    "a slice inside a head of " + shape.dim());
        }
    }

    private boolean scaled() {
        return !rotary.scale().equals(RowScale.NONE);
    }

    /** The extra magnitude of each position, one more float32 product. */
    private void scale(MemorySegment table, int pairs) {
        if (!scaled()) {
            return;
        }
        for (long row = 0; row < capacity; row++) {
            for (int j = 0; j < pairs; j++) {
                float factor = (float) rotary.scale().at(j, pairs, (double) row);
                long cos = row * 2 * pairs + j;
                table.setAtIndex(ValueLayout.JAVA_FLOAT, cos, table.getAtIndex(ValueLayout.JAVA_FLOAT, cos) * factor);
                long sin = cos + pairs;
                table.setAtIndex(ValueLayout.JAVA_FLOAT, sin, table.getAtIndex(ValueLayout.JAVA_FLOAT, sin) * factor);
            }
        }
    }

    static MemorySegment allocate(long rows, int pairs) {
        return Arena.ofAuto().allocate(Overlap.exactMultiply(rows, 8L * pairs), 64);
    }

    private static Rows column(MemorySegment table, long rows, int pairs, int first) {
        return new Rows(table, DType.F32, first, rows, pairs, 2L * pairs);
    }

    private String describe() {
        String rows = capacity > 0 ? "table of " + capacity + " rows" : "generated rows";
        return rotary.frequencies() + ", " + rotary.angles() + ", " + recipe + ", " + rows + ", " + rotary.layout()
                + ", rotary dim " + rotary.rotaryDim() + " of " + shape.dim() + " at " + shape.rotaryOffset();
    }
}
