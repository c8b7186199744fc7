package dev.sextant;

import dev.sextant.encoding.LearnedPositions;
import dev.sextant.encoding.TooLong;
import dev.sextant.internal.form.GatherForm;
import dev.sextant.internal.form.GatherSource;
import dev.sextant.internal.form.Merge;
import dev.sextant.internal.java.Entries;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Table;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The choices of a {@link GatherPlan}: its tables in the order in which they are merged. Ids of a table added without a rule are its
 * rows. Errors are {@link IllegalArgumentException} and {@link IndexOutOfBoundsException}. Not thread-safe; the plan it builds is.
 */
public final class GatherPlanBuilder {

    private final int dim;
    private final DType dtype;
    private final List<GatherSource> sources = new ArrayList<>();
    private @Nullable Backend backend;
    private boolean input = true;
    private float scale = 1;

    GatherPlanBuilder(int dim, DType dtype) {
        if (dim < 1) {
            throw Checks.wanted("dim", dim, "at least 1");
        }
        this.dim = dim;
        this.dtype = Objects.requireNonNull(dtype, "dtype");
    }

    /** Runs on {@code newBackend}; default {@link Backend#best()}. */
    public GatherPlanBuilder backend(Backend newBackend) {
        this.backend = Objects.requireNonNull(newBackend, "backend");
        return this;
    }

    /** Multiplies the input by {@code newScale} first: the embedding scale of many models, the root of dim. Default 1. */
    public GatherPlanBuilder inputScale(float newScale) {
        if (!Float.isFinite(newScale)) {
            throw Checks.wanted("input scale", newScale, "a finite number");
        }
        this.scale = newScale;
        return this;
    }

    /** The plan fills its output from tables alone; the first table of a column stands there, later ones are merged with it. */
    public GatherPlanBuilder withoutInput() {
        this.input = false;
        return this;
    }

    /** Adds the rows of {@code table}, as wide as the embeddings. */
    public GatherPlanBuilder add(Table table) {
        return source(whole(table), Merge.ADD, 0, 0, false);
    }

    /** Adds the rows of {@code table} to columns {@code column} and following: row and column tables side by side, axial tables. */
    public GatherPlanBuilder addAt(int column, Table table) {
        return source(table, Merge.ADD, column, 0, false);
    }

    /**
     * Adds the rows of {@code table} by position: id {@code p} reads row {@code rule.firstRow() + p}, so that ids from
     * {@code -firstRow} on are good. A rule of {@link TooLong#CLAMP} clamps, one of {@link TooLong#RESIZE} needs a length.
     */
    public GatherPlanBuilder add(Table table, LearnedPositions rule) {
        if (rule.tooLong() == TooLong.RESIZE) {
            throw Checks.wanted("rule", TooLong.RESIZE, "a length as well");
        }
        return positions(table, rule);
    }

    /**
     * The same for texts of at most {@code length}. Where they are longer than the table and the rule says {@link TooLong#RESIZE}, the
     * plan owns a float32 table of that length, stretched as {@link LearnedPositions#table} says.
     */
    public GatherPlanBuilder add(Table table, LearnedPositions rule, int length) {
        LearnedPositions longer = rule.forLength(length);
        if (longer.rows() == rule.rows()) {
            return positions(table, rule);
        }
        fits(whole(table), rule);
        GatherChecks.whole(table, sources.size());
        float[] stretched = rule.table(Entries.read(table), table.dim(), length);
        MemorySegment owned = Arena.ofAuto().allocate(4L * stretched.length, 64);
        MemorySegment.copy(stretched, 0, owned, ValueLayout.JAVA_FLOAT, 0, stretched.length);
        return positions(Table.of(owned.asReadOnly(), Table.Type.F32, longer.rows(), table.dim()), longer);
    }

    /** Multiplies by 1 plus the rows of {@code table}. */
    public GatherPlanBuilder multiply(Table table) {
        return source(whole(table), Merge.MULTIPLY, 0, 0, false);
    }

    /** Puts the rows of {@code table} in the place of columns {@code column} and following; other columns stay. */
    public GatherPlanBuilder replaceAt(int column, Table table) {
        return source(table, Merge.FILL, column, 0, false);
    }

    private GatherPlanBuilder positions(Table table, LearnedPositions rule) {
        fits(table, rule);
        return source(whole(table), Merge.ADD, 0, rule.firstRow(), rule.tooLong() == TooLong.CLAMP);
    }

    private static void fits(Table table, LearnedPositions rule) {
        if (table.rows() != rule.rows()) {
            throw Checks.wanted("table rows", table.rows(), rule.rows() + ", the rule's");
        }
    }

    private Table whole(Table table) {
        if (table.dim() != dim) {
            throw Checks.wanted("table width", table.dim(), dim + ", the plan's dim, or a column to put it at");
        }
        return table;
    }

    private GatherPlanBuilder source(Table table, Merge merge, int column, int firstRow, boolean clamp) {
        if (sources.size() == GatherPlan.MOST_TABLES) {
            throw Checks.wanted("tables", sources.size() + 1, "at most " + GatherPlan.MOST_TABLES
                    + "; float32 embeddings may pass through several plans with the same bits");
        }
        if (column < 0 || table.dim() > dim - column) {
            throw Checks.wanted("columns", column + " to " + ((long) column + table.dim()),
                    "a range inside 0 to " + dim);
        }
        sources.add(new GatherSource(table, merge, column, firstRow, clamp));
        return this;
    }

    /** Builds the plan. */
    public GatherPlan build() {
        if (sources.isEmpty()) {
            throw Checks.wanted("tables", "none", "1 to " + GatherPlan.MOST_TABLES);
        }
        for (int i = 0; i < sources.size(); i++) {
            GatherChecks.whole(sources.get(i).table(), i);
        }
        if (!input && scale != 1) {
            throw Checks.wanted("input scale", scale, "none: the plan has no input");
        }
        GatherForm form = new GatherForm(dim, dtype, input, scale, input ? sources : standing());
        return new GatherPlan(backend == null ? Backend.best() : backend, form);
    }

    /** The sources of a plan without input, the first one of each column in the place of an input. */
    private List<GatherSource> standing() {
        BitSet filled = new BitSet(dim);
        List<GatherSource> result = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            GatherSource each = sources.get(i);
            int end = each.column() + each.table().dim();
            int there = filled.get(each.column(), end).cardinality();
            if (each.merge() == Merge.ADD && there == 0) {
                result.add(new GatherSource(each.table(), Merge.FILL, each.column(), each.firstRow(),
                        each.clamp()));
            } else if (each.merge() == Merge.FILL || there == end - each.column()) {
                result.add(each);
            } else {
                throw Checks.wanted("columns under table " + i, there + " of " + (end - each.column())
                        + " filled by tables before it", "all of them, without input");
            }
            filled.set(each.column(), end);
        }
        if (filled.cardinality() < dim) {
            throw Checks.wanted("column " + filled.nextClearBit(0), "no table",
                    "a table for every column, without input");
        }
        return result;
    }
}
