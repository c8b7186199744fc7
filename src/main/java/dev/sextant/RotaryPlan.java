package dev.sextant;

import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.ElementRows;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rotary;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.form.RowSource;
import dev.sextant.internal.kernel.RotaryKernel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Rotary embedding of queries and keys, bound to one backend.
 *
 * <pre>{@code
 * RotaryPlan plan = RotaryPlan.of(Rope.of(128, 10_000), HeadShape.of(128, DType.F32));
 * plan.rotate(Heads.of(q, tokens, 32, 128), Heads.of(k, tokens, 8, 128), Positions.from(start));
 * }</pre>
 *
 * <p>A plan either <em>generates</em> its cos/sin rows on the fly (nothing owned, positions up to 2^32 - 1 in magnitude) or
 * owns a <em>table</em> of a stated capacity. Plans are immutable and may be used by any number of threads at once; there is
 * nothing to close, a table is freed with its plan. Calls allocate nothing, start no threads and borrow their arguments
 * until they return.
 *
 * <p>A call is checked whole before anything is written: shapes, types, bounds, alignment, overlap and every position. A
 * refused call leaves all buffers as they were. Errors: {@link IllegalArgumentException} for shapes, types, read-only or
 * overlapping memory; {@link IndexOutOfBoundsException} for memory that is too small and positions out of range;
 * {@link IllegalStateException} / {@link WrongThreadException} for closed or foreign arenas. Each says what, got, wanted.
 *
 * <p>Arithmetic: {@code y0 = x0*c - x1*s}, {@code y1 = x1*c + x0*s} in float32, every product and sum rounded once, one rounding
 * to the element type: the same bits on every backend, for every split of tokens and heads. Source: Su et al., RoFormer,
 * arXiv:2104.09864. {@link #rounding} has the bits of models that round 16-bit heads more often.
 */
public final class RotaryPlan {

    /** Largest magnitude of a generated position: up to here rows are correctly rounded. */
    static final long MAX_POSITION = (1L << 32) - 1;

    /** Stands for absent keys below this class, so that nothing there asks for null. */
    static final Heads NO_KEYS = new Heads(MemorySegment.NULL, DType.F32, 0, 0, 0, 0, 1, 0, 0, 0);

    private final Backend backend;
    private final HeadShape shape;
    private final RotaryForm form;
    /** The same rotation by generated rows, null where rows are all there is. */
    private final @Nullable RotaryForm generated;
    private final RotaryKernel kernel;
    private final String description;
    private final boolean inverse;

    RotaryPlan(Backend backend, HeadShape shape, RotaryForm form, @Nullable RotaryForm generated, RotaryKernel kernel,
            String description, boolean inverse) {
        this.backend = backend;
        this.shape = shape;
        this.form = form;
        this.generated = generated;
        this.kernel = kernel;
        this.description = description;
        this.inverse = inverse;
    }

    /** A plan on the best backend that generates correctly rounded rows; {@link #builder} has the choices. */
    public static RotaryPlan of(Rotary rotary, HeadShape shape) {
        return builder(rotary, shape).build();
    }

    /** Starts a plan whose backend, row recipe or table is chosen by hand. */
    public static RotaryPlanBuilder builder(Rotary rotary, HeadShape shape) {
        return new RotaryPlanBuilder(rotary, shape);
    }

    /**
     * A plan that reads the caller's own cos/sin rows, as ONNX caches and engines hold them: row {@code p} is position
     * {@code p}, one float32 column a pair, attention factor included. The rows are copied; they may hold any numbers.
     */
    public static RotaryPlan ofTable(Rows cos, Rows sin, PairLayout layout, HeadShape shape, Backend backend) {
        return ofTable(cos, sin, layout, AxisMap.text(), shape, backend);
    }

    /** The same for tokens of several coordinates: pair {@code j} takes column {@code j} of the row of its axis' position. */
    public static RotaryPlan ofTable(Rows cos, Rows sin, PairLayout layout, AxisMap axes, HeadShape shape,
            Backend backend) {
        return GivenRows.ofPairs(cos, sin, layout, axes, shape, backend);
    }

    /**
     * A plan whose rows have a cosine and a sine for each element, as ONNX-like caches of full width, V-JEPA 2 and FoPE have them: the
     * elements a and b of a pair become {@code a*cos_a - b*sin_a} and {@code b*cos_b + a*sin_b}, each product and sum rounded once.
     * That is a rotation where both agree, and then it has the bits of {@link #ofTable}; elsewhere norms change.
     *
     * <p>Such a plan has no {@link #inverse} and no pair {@link #rows}; its transpose is {@link #backward}. {@link ElementRows} makes
     * the rows of published models.
     *
     * @param cos {@code [positions, rotaryDim]}, float32; column e belongs to element e of the rotated slice as the layout writes it;
     *     copied; any numbers
     * @param sin the same of sines
     * @param layout which two elements form a pair; any but {@link PairLayout#HALF_SPLIT_BY_AXIS}
     * @param shape heads of at least {@code rotaryDim} elements from the rotary offset on
     * @throws IllegalArgumentException when shapes, types or layout do not fit; the message says what, got, wanted
     */
    public static RotaryPlan ofElements(Rows cos, Rows sin, PairLayout layout, HeadShape shape, Backend backend) {
        return GivenRows.ofElements(cos, sin, layout, shape, backend);
    }

    /**
     * The same plan, 16-bit heads rounded elsewhere; float32 heads have the same bits under each rounding.
     *
     * @throws IllegalArgumentException for 16-bit heads of a plan of rows by element, which round once only
     */
    public RotaryPlan rounding(RotaryRounding rounding) {
        if (form.rows().elements() && rounding != RotaryRounding.ONCE && shape.dtype() != DType.F32) {
            throw Checks.wanted("rounding of rows by element", rounding, RotaryRounding.ONCE);
        }
        RotaryForm rounded = form.rounding(Objects.requireNonNull(rounding, "rounding"));
        return new RotaryPlan(backend, shape, rounded, generated == null ? null : generated.rounding(rounding),
                backend.kernels().rotary(rounded), description, inverse);
    }

    /**
     * The plan of the gradient: {@code dx = R^T dy}, with the same magnitude (a gradient is scaled by the attention factor as values
     * are, not divided by it). Where a layout is never in place this one reads what that wrote and writes what it read; elsewhere,
     * but for rows by element, it is {@link #inverse}. The backward plan of a backward plan is the plan itself. Source: the backward
     * passes of ggml ({@code ggml_rope_ext_back}) and flash-attention do the same.
     */
    public RotaryPlan backward() {
        PairLayout back = switch (form.layout()) {
            case INTERLEAVED_IN_HALF_OUT -> PairLayout.HALF_IN_INTERLEAVED_OUT;
            case HALF_IN_INTERLEAVED_OUT -> PairLayout.INTERLEAVED_IN_HALF_OUT;
            default -> form.layout();
        };
        if (back == form.layout()) {
            return new RotaryPlan(backend, shape, form, generated, kernel, description, !inverse);
        }
        RotaryForm transposed = form.layout(back);
        return new RotaryPlan(backend, shape, transposed, generated == null ? null : generated.layout(back),
                backend.kernels().rotary(transposed), description + " transposed", !inverse);
    }

    /**
     * The same plan rotating by the negative angle: undoes a rotation, up to rounding and the attention factor, which it applies
     * again. It reads and writes as this plan does; the way back of a layout that is never in place is {@link #backward}.
     *
     * @throws IllegalArgumentException on a plan of rows by element, which has a transpose only
     */
    public RotaryPlan inverse() {
        if (form.rows().elements()) {
            throw Checks.wanted("inverse", "a plan of rows by element", "one of angles, or backward(), the transpose");
        }
        return new RotaryPlan(backend, shape, form, generated, kernel, description, !inverse);
    }

    /** The name of this rotation, for the keys that are cached under it. */
    public RotationId id() {
        return RotationId.of(withFrequencies("a rotation id"));
    }

    /**
     * A plan that moves cached keys: {@code plan.keyShift(id).rotate(keys, Positions.all(delta))} turns keys of position p into keys of
     * position p + delta, since R(a) R(b) = R(a + b). Its magnitude is 1, whatever the attention factor: the keys carry theirs
     * already. It reads keys in the order in which this plan writes them, and in place. Every shift rounds once more, whatever
     * the plan's rounding ({@link RotaryRounding#ONCE}); for many
     * shifts keep a copy of the keys before rotation.
     *
     * @param cachedUnder the {@link #id} of the plan that rotated the keys; another one is refused, because angles of other
     *     frequencies do not add up (a cache across a change of a length-dependent rule, of a base, of a layout)
     */
    public RotaryPlan keyShift(RotationId cachedUnder) {
        RotaryForm own = withFrequencies("a shift of keys");
        if (!cachedUnder.equals(id())) {
            throw Checks.wanted("keys cached under rotation", cachedUnder, id() + ", this plan's: keys of other "
                    + "frequencies cannot be shifted");
        }
        PairLayout cached = switch (own.layout()) {
            case INTERLEAVED_IN_HALF_OUT -> PairLayout.HALF_SPLIT;
            case HALF_IN_INTERLEAVED_OUT -> PairLayout.INTERLEAVED;
            default -> own.layout();
        };
        RotaryForm moved = own.layout(cached).with(own.rows().unscaled()).rounding(RotaryRounding.ONCE);
        return new RotaryPlan(backend, shape, moved, moved, backend.kernels().rotary(moved),
                "shift of keys, " + description, inverse);
    }

    private RotaryForm withFrequencies(String what) {
        RotaryForm own = generated;
        if (own == null) {
            throw Checks.wanted(what, "a plan whose rows are given, or scaled by position",
                    "one made from frequencies alone");
        }
        return own;
    }

    /** A plan that rotates queries and puts rotated keys, and values, into a cache of {@code cacheType} in one pass. */
    public AppendPlan append(DType cacheType) {
        return AppendPlan.of(this, cacheType);
    }

    /** Rotates queries and keys in place. */
    public void rotate(Heads q, Heads k, Positions positions) {
        rotate(q, q, k, k, positions);
    }

    /** Rotates one tensor in place. */
    public void rotate(Heads q, Positions positions) {
        rotate(q, q, NO_KEYS, NO_KEYS, positions);
    }

    /**
     * Rotates {@code q} into {@code qOut} and, unless both are null, {@code k} into {@code kOut}. An output is its input (in
     * place) or disjoint from every other view; then elements outside the rotated slice are copied.
     *
     * @param q queries {@code [batches, tokens, heads, dim]} of the plan's type and head dim
     * @param qOut where the rotated queries go, as many batches, tokens and heads
     * @param k keys, with a head count and strides of their own, or null
     * @param kOut where the rotated keys go, or null
     * @param positions a start, or one id a token
     */
    public void rotate(Heads q, Heads qOut, @Nullable Heads k, @Nullable Heads kOut, Positions positions) {
        Heads keys = orNone(k);
        Heads keysOut = orNone(kOut);
        check(q, qOut, keys, keysOut, positions);
        if (!q.isEmpty() || !keys.isEmpty()) {
            kernel.rotate(q, qOut, keys, keysOut, positions, inverse);
        }
    }

    /**
     * {@link #rotate(Heads, Heads, Heads, Heads, Positions)} in at most {@code tasks} parts on the caller's executor. The
     * calling thread takes parts too and never waits for a task that has not started, so a saturated or stopped pool costs
     * speed, not progress. Memory must be reachable from other threads (shared, automatic or global arena, or heap).
     */
    public void rotate(Heads q, Heads qOut, @Nullable Heads k, @Nullable Heads kOut, Positions positions,
            Executor executor,
            int tasks) {
        Objects.requireNonNull(executor, "executor");
        Heads keys = orNone(k);
        Heads keysOut = orNone(kOut);
        check(q, qOut, keys, keysOut, positions);
        RotarySplit split = new RotarySplit(kernel, inverse, q, qOut, keys, keysOut, positions, tasks);
        if (!q.isEmpty() || !keys.isEmpty()) {
            split.run(executor);
        }
    }

    /**
     * Writes the plan's cos and sin rows of {@code positions}, as a rotation uses them: {@code cos.rows()} rows of {@link #pairs()}
     * columns each, in float32 or rounded once more to a 16-bit type. Both views have equal rows, type and stride. A plan of rows by
     * element has none and refuses.
     */
    public void rows(Positions positions, Rows cos, Rows sin) {
        if (form.rows().elements()) {
            throw Checks.wanted("rows", "a plan of rows by element", "one with a cosine and a sine a pair");
        }
        Checks.writable("cos", cos, form.pairs());
        Checks.writable("sin", sin, form.pairs());
        if (cos.rows() != sin.rows() || cos.dtype() != sin.dtype() || cos.stride() != sin.stride()) {
            throw Checks.wanted("sin rows, dtype, stride", sin.rows() + ", " + sin.dtype() + ", " + sin.stride(),
                    cos.rows() + ", " + cos.dtype() + ", " + cos.stride() + ", those of cos");
        }
        checkPositions(positions, 1, cos.rows());
        if (cos.rows() > 0) {
            Overlap.refuse("cos", cos, "sin", sin);
            refuseIds(positions, 1, cos.rows(), "cos", cos.memory(), cos.dtype(), cos.origin(), Overlap.extent(cos));
            refuseIds(positions, 1, cos.rows(), "sin", sin.memory(), sin.dtype(), sin.origin(), Overlap.extent(sin));
        }
        kernel.rows(positions, cos, sin);
    }

    static Heads orNone(@Nullable Heads keys) {
        return keys == null ? NO_KEYS : keys;
    }

    @SuppressWarnings("ReferenceEquality") // there is one "no keys"
    private void check(Heads q, Heads qOut, Heads k, Heads kOut, Positions positions) {
        Objects.requireNonNull(q, "q");
        Objects.requireNonNull(qOut, "q output");
        Objects.requireNonNull(positions, "positions");
        boolean qInPlace = checkTensor("q", "q output", q, qOut);
        if ((k == NO_KEYS) != (kOut == NO_KEYS)) {
            throw Checks.wanted("k and its output", k == NO_KEYS ? "an output without k" : "k without an output",
                    "both or neither");
        }
        if (k != NO_KEYS) {
            boolean kInPlace = checkTensor("k", "k output", k, kOut);
            Checks.sameTokens("k", k, "q", q);
            Overlap.refuse("q output", qOut, "k output", kOut);
            if (!kInPlace) {
                Overlap.refuse("q output", qOut, "k", k);
            }
            if (!qInPlace) {
                Overlap.refuse("k output", kOut, "q", q);
            }
        }
        checkPositions(positions, q.batches(), q.tokens());
        if (positions.ids() != null) {
            refuseIds(positions, q, "q output", qOut);
            refuseIds(positions, q, "k output", kOut);
        }
    }

    /** Names are whole literals: a sentence put together here would be an allocation in every call. */
    @SuppressWarnings("ReferenceEquality") // in place is the same view
    boolean checkTensor(String name, String outName, Heads in, Heads out) {
        if (in == out) {
            refuseInPlace(outName);
            Checks.writable(name, in, shape);
            return true;
        }
        Checks.readable(name, in, shape);
        Checks.writable(outName, out, shape);
        Checks.sameHeads(outName, out, in);
        if (Overlap.inPlace(in, out)) {
            refuseInPlace(outName);
            return true;
        }
        Overlap.refuse(name, in, outName, out);
        return false;
    }

    /** What is written lies where other pairs are yet to be read. */
    private void refuseInPlace(String outName) {
        if (!form.layout().inPlace()) {
            throw Checks.wanted(outName, "its input", "other memory: layout " + form.layout() + " is never in place");
        }
    }

    void checkPositions(Positions positions, long batches, long tokens) {
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
            Checks.positions(positions, batches, tokens, 0, form.rows().tableRows() - 1,
                    "the rows of the plan's table");
        } else {
            Checks.positions(positions, batches, tokens, -MAX_POSITION, MAX_POSITION, "the range of generated rows");
        }
    }

    static void refuseIds(Positions positions, Heads q, String name, Heads out) {
        if (!out.isEmpty()) {
            refuseIds(positions, q.batches(), q.tokens(), name, out.memory(), out.dtype(), out.origin(),
                    Overlap.extent(out));
        }
    }

    static void refuseIds(Positions positions, long batches, long tokens, String name, MemorySegment out,
            DType dtype,
            long origin, long extent) {
        MemorySegment ids = positions.ids();
        if (ids != null) {
            int id = positions.idBytes();
            Overlap.refuse("position ids", ids, positions.origin() * id,
                    ((batches - 1) * positions.batchStride() + (positions.axes() - 1) * positions.axisStride()
                            + (tokens - 1) * positions.tokenStride() + 1) * id,
                    name, out, origin * dtype.bytes(), extent * dtype.bytes());
        }
    }

    /** What kernels know of this plan. */
    RotaryForm form() {
        return form;
    }

    /** Whether it rotates by the negative angle. */
    boolean isInverse() {
        return inverse;
    }

    /** The backend that runs this plan. */
    public Backend backend() {
        return backend;
    }

    /** The heads this plan rotates. */
    public HeadShape shape() {
        return shape;
    }

    /** Half the rotary dim: columns of a cos or sin row. */
    public int pairs() {
        return form.pairs();
    }

    /** Rows of the plan's table, 0 when rows are generated. */
    public long capacity() {
        return form.rows().tableRows();
    }

    /** The symbol of the bound kernel, for reports and benchmarks. */
    public String kernelName() {
        return kernel.name();
    }

    /** What the plan does in one line: rule, angle mode, recipe, slice, kernel. */
    @Override
    public String toString() {
        return description + (form.roundsRows() ? ", rounding " + form.rounding() : "") + ", " + kernel.name()
                + (!inverse ? "" : form.rows().elements() ? ", transpose" : ", inverse");
    }
}
