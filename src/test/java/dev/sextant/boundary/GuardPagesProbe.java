package dev.sextant.boundary;

import dev.sextant.Backend;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.AxisMap;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;
import dev.sextant.encoding.RotaryRounding;
import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.form.RotaryRows;
import dev.sextant.internal.form.RowSource;
import dev.sextant.internal.kernel.RotaryKernel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.testkit.Backends;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs every kernel on buffers that end, or begin, at a page that may not be touched. One byte too far ends this
 * process; the last line it printed names the case. Started by {@link GuardPagesTest}.
 */
final class GuardPagesProbe {

    private static final int[] PAIRS = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 64};

    /** Buffers of the largest case, each between its own guards. */
    private final MemorySegment[] pages = new MemorySegment[7];
    private final boolean atEnd;
    private int used;

    private GuardPagesProbe(Arena arena, boolean atEnd) {
        this.atEnd = atEnd;
        for (int i = 0; i < pages.length; i++) {
            pages[i] = Posix.guarded(16 * Posix.PAGE, arena);
        }
    }

    public static void main(String[] args) {
        int cases = 0;
        for (Backend backend : Backend.available()) {
            for (boolean atEnd : new boolean[]{true, false}) {
                try (Arena arena = Arena.ofShared()) {
                    cases += new GuardPagesProbe(arena, atEnd).run(backend);
                }
            }
        }
        System.out.println("done " + cases);
    }

    /** What is rotated: everything that chooses another kernel or another way to its rows. */
    private record Variant(DType dtype, PairLayout layout, RowSource source, RotaryRounding rounding, int axes,
            boolean elements) {}

    private static List<Variant> variants() {
        List<Variant> all = new ArrayList<>();
        for (DType dtype : DType.values()) {
            for (PairLayout layout : PairLayout.values()) {
                for (RowSource source : RowSource.values()) {
                    int axes = layout == PairLayout.HALF_SPLIT_BY_AXIS ? 2 : 1;
                    all.add(new Variant(dtype, layout, source, RotaryRounding.ONCE, axes, false));
                    all.add(new Variant(dtype, layout, source, RotaryRounding.PRODUCTS, axes, false));
                    if (axes == 1) {
                        all.add(new Variant(dtype, layout, source, RotaryRounding.ROWS, 3, false));
                    }
                }
                if (layout != PairLayout.HALF_SPLIT_BY_AXIS) {
                    all.add(new Variant(dtype, layout, RowSource.TABLE, RotaryRounding.ONCE, 1, true));
                }
            }
        }
        return all;
    }

    private int run(Backend backend) {
        int cases = 0;
        for (Variant variant : variants()) {
            System.out.println(backend + " " + variant + (atEnd ? " end" : " begin"));
            for (int pairs : PAIRS) {
                for (int spare : new int[]{0, 1}) {
                    if (variant.layout() != PairLayout.HALF_SPLIT_BY_AXIS || pairs % variant.axes() == 0) {
                        one(backend, variant, pairs, spare);
                        cases++;
                    }
                }
            }
        }
        return cases;
    }

    /** {@code spare} elements of a head lie before the slice and as many after it. */
    private void one(Backend backend, Variant variant, int pairs, int spare) {
        used = 0;
        int dim = 2 * pairs + 2 * spare;
        RowSource source = variant.source();
        AngleMode angles = source == RowSource.FLOAT32 ? AngleMode.HF_FLOAT32 : AngleMode.EXACT;
        AxisMap axes = variant.axes() == 1
                ? AxisMap.text()
                : AxisMap.of(variant.axes(), IntStream.range(0, pairs).map(j -> j % variant.axes()).toArray());
        Rope rope = new Rope(2 * pairs, variant.layout(), Rope.of(2, 10_000).frequencies(), angles, axes);
        RotaryForm form = RotaryForm.of(rope, new RotaryForm.Choices(dim, spare, variant.dtype(), variant.rounding(),
                source == RowSource.FAST, source == RowSource.REAL));
        if (source == RowSource.TABLE) {
            int row = variant.elements() ? 4 * pairs : 2 * pairs;
            form = form.with(RotaryRows.table(next(4L * row * 6), 6, variant.elements()));
        }
        RotaryKernel kernel = Backends.kernels(backend).rotary(form);
        for (long tokens = 1; tokens <= 3; tokens += 2) {
            rotate(kernel, variant, dim, tokens);
        }
        if (source != RowSource.TABLE) {
            used = 0;
            rows(kernel, variant.dtype(), pairs);
        }
    }

    private void rotate(RotaryKernel kernel, Variant variant, int dim, long tokens) {
        int before = used;
        DType dtype = variant.dtype();
        Heads q = heads(dtype, tokens, 3, dim);
        Heads qOut = heads(dtype, tokens, 3, dim);
        Heads k = heads(dtype, tokens, 1, dim);
        Heads kOut = heads(dtype, tokens, 1, dim);
        int axes = variant.axes();
        MemorySegment ids = next(8 * tokens * axes);
        ids.fill((byte) 0);
        ids.set(ValueLayout.JAVA_INT_UNALIGNED, 0, 3);
        MemorySegment ints = atEnd ? ids.asSlice(4 * tokens * axes) : ids.asSlice(0, 4 * tokens * axes);
        if (variant.layout().inPlace()) {
            kernel.rotate(q, q, k, k, Positions.from(2), false);
        }
        kernel.rotate(q, qOut, k, kOut, Positions.axes(ids, Positions.Kind.I64, axes, tokens), true);
        Positions byToken = new Positions(Positions.Kind.I32, 0, ints, axes, 0, tokens, axes, axes == 1 ? 0 : 1, 0);
        kernel.rotate(q, qOut, q.heads(0, 0), q.heads(0, 0), byToken, false);
        if (variant.source() == RowSource.FLOAT32 || variant.source() == RowSource.REAL) {
            kernel.rotate(q, qOut, k, kOut, Positions.axes(ints, Positions.Kind.F32, axes, tokens), false);
        }
        used = before;
    }

    private void rows(RotaryKernel kernel, DType dtype, int pairs) {
        int bytes = dtype.bytes();
        MemorySegment ids = next(24);
        kernel.rows(Positions.ids(ids, Positions.Kind.I64, 3), Rows.of(next(3L * pairs * bytes), dtype, 3, pairs),
                Rows.of(next(3L * pairs * bytes), dtype, 3, pairs));
        kernel.rows(Positions.from(9), Rows.of(next((long) pairs * bytes), dtype, 1, pairs),
                Rows.of(next((long) pairs * bytes), dtype, 1, pairs));
    }

    private Heads heads(DType dtype, long tokens, long heads, int dim) {
        return Heads.of(next(tokens * heads * dim * dtype.bytes()), dtype, tokens, heads, dim);
    }

    /** The next buffer, flush with one of its guards. */
    private MemorySegment next(long bytes) {
        MemorySegment page = pages[used++];
        return page.asSlice(atEnd ? page.byteSize() - bytes : 0, bytes);
    }
}
