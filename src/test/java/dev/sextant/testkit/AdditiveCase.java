package dev.sextant.testkit;

import dev.sextant.AdditivePlan;
import dev.sextant.AdditivePlanBuilder;
import dev.sextant.Backend;
import dev.sextant.RowRecipe;
import dev.sextant.encoding.Additive;
import dev.sextant.encoding.AngleMode;
import dev.sextant.encoding.GridSinusoidal;
import dev.sextant.encoding.Sinusoidal;
import dev.sextant.internal.form.AdditiveCatalogue;
import dev.sextant.internal.form.Catalogue;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * One merge of random rows, complete: plan, geometry, memory, positions, contents. It can be run any number of times, each time
 * on fresh buffers with the same contents.
 *
 * @param table rows of the plan's table, 0 when rows are generated
 * @param xView origin and stride of the input, null in place
 */
public record AdditiveCase(Additive encoding, DType dtype, RowRecipe recipe, long table, boolean real, Verb verb,
        float scale, long rows, Place place, Place xPlace, int origin, int gap, View xView, Positions positions,
        long contents, boolean awkward) {

    /** What is done. */
    public enum Verb {
        /** {@code fill}. */
        FILL,
        /** {@code add}. */
        ADD,
        /** {@code multiply}. */
        MULTIPLY
    }

    /** Where an input stands. */
    public record View(int origin, int gap) {}

    /** How a case is called. */
    @FunctionalInterface
    public interface Call {
        void merge(AdditivePlan plan, Verb verb, Rows x, Rows out, float scale, Positions positions);
    }

    /** The whole case in one call. */
    public static void whole(AdditivePlan plan, Verb verb, Rows x, Rows out, float scale, Positions positions) {
        switch (verb) {
            case FILL -> plan.fill(out, positions);
            case ADD -> plan.add(x, out, scale, positions);
            case MULTIPLY -> plan.multiply(x, out, positions);
        }
    }

    private static final int[] WIDTHS = {2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 16, 17, 24, 30, 31, 32, 33, 34, 48, 63, 64, 65,
            66,
            96, 127, 128, 130, 192, 200, 258, 520};

    /** Draws a case; of more work than one short native call may do when {@code large}. */
    public static AdditiveCase random(SplittableRandom random, boolean large) {
        AdditiveCatalogue.Line line = Catalogue.ADDITIVE.get(random.nextInt(Catalogue.ADDITIVE.size()));
        Additive encoding = varied(random, line.of(WIDTHS[random.nextInt(WIDTHS.length)]));
        boolean exact = encoding.angles() == AngleMode.EXACT;
        boolean real = line.real() || random.nextInt(4) == 0;
        RowRecipe recipe = exact && !real && random.nextBoolean() ? RowRecipe.FAST : RowRecipe.ACCURATE;
        long rows = large ? 80_000 / encoding.width() + 3 : 1 + random.nextInt(40);
        long table = encoding.axes() == 1 && random.nextInt(4) == 0 ? rows + 1 + random.nextInt(9) : 0;
        boolean listed = random.nextBoolean();
        Positions positions = table > 0
                ? listed ? whole(random, encoding, rows, 0, (int) table) : Positions.from(random.nextLong(table - rows))
                : !listed
                        ? Positions.from(random.nextLong(-RandomCases.FARTHEST / 2, RandomCases.FARTHEST / 2))
                        : (real || !exact) && random.nextBoolean()
                                ? coordinates(random, encoding, rows)
                                : whole(random, encoding, rows, random.nextBoolean() ? -3 : -2_000_000_000,
                                        random.nextBoolean() ? 6 : 2_000_000_000);
        return new AdditiveCase(encoding, DType.values()[random.nextInt(3)], recipe, table, real,
                Verb.values()[random.nextInt(3)], random.nextBoolean() ? 1 : random.nextFloat(), rows,
                Place.values()[random.nextInt(3)], Place.values()[random.nextInt(3)], random.nextInt(4),
                random.nextInt(3), random.nextBoolean() ? null : new View(random.nextInt(4), random.nextInt(3)),
                positions, random.nextLong(), random.nextBoolean());
    }

    private static Additive varied(SplittableRandom random, Additive encoding) {
        if (encoding instanceof Sinusoidal s) {
            Sinusoidal other = random.nextInt(3) == 0 ? s.angles(AngleMode.HF_FLOAT32) : s;
            other = random.nextInt(4) == 0 ? other.offset(random.nextInt(9) - 4) : other;
            other = random.nextInt(4) == 0 ? other.zeroRow(random.nextInt(6)) : other;
            other = random.nextInt(4) == 0 ? other.magnitude(random.nextDouble(-2, 2)) : other;
            return random.nextInt(4) == 0 ? other.scale(random.nextDouble(0.1, 3)) : other;
        }
        if (encoding instanceof GridSinusoidal g) {
            GridSinusoidal other = random.nextInt(3) == 0 ? g.angles(AngleMode.HF_FLOAT32) : g;
            return random.nextInt(3) == 0 ? other.zeroRow(random.nextInt(3) - 1) : other;
        }
        return encoding;
    }

    private static Positions whole(SplittableRandom random, Additive encoding, long rows, int least, int end) {
        int axes = random.nextInt(4) == 0 ? 1 : encoding.axes();
        int n = Math.toIntExact(rows);
        if (random.nextBoolean()) {
            return Positions.axes(axes, random.ints((long) axes * n, least, end).toArray()).at(0);
        }
        long[] ids = random.longs((long) axes * n, least, end).toArray();
        MemorySegment memory = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, ids);
        return Positions.axes(memory, Positions.Kind.I64, axes, rows).strides(axes, axes == 1 ? 0 : 1);
    }

    private static Positions coordinates(SplittableRandom random, Additive encoding, long rows) {
        int axes = encoding.axes();
        int n = axes * Math.toIntExact(rows);
        double[] all = new double[n];
        float[] singles = new float[n];
        for (int i = 0; i < n; i++) {
            all[i] = random.nextInt(4) == 0 ? random.nextInt(5) - 2 : random.nextDouble(-1000, 1000);
            singles[i] = (float) all[i];
        }
        return random.nextBoolean() ? Positions.coordinates(axes, all) : Positions.coordinates(axes, singles);
    }

    /** The plan on a backend. */
    public AdditivePlan plan(Backend backend) {
        AdditivePlanBuilder builder = AdditivePlan.builder(encoding, dtype).backend(backend).recipe(recipe);
        builder = real ? builder.realCoordinates() : builder;
        return (table > 0 ? builder.table(table) : builder).build();
    }

    /** A fresh output. */
    public MemorySegment buffer() {
        return filled(place, origin + rows * (encoding.width() + gap), contents);
    }

    /** A fresh input; the output in place. */
    public MemorySegment input(MemorySegment out) {
        return xView == null
                ? out
                : filled(xPlace, xView.origin() + rows * (encoding.width() + xView.gap()), contents + 1);
    }

    private MemorySegment filled(Place where, long elements, long seed) {
        MemorySegment memory = where.allocate(dtype, elements);
        Bits.fill(memory, dtype, new SplittableRandom(seed), awkward);
        return memory;
    }

    /** The library's view of the output. */
    public Rows out(MemorySegment memory) {
        return new Rows(memory, dtype, origin, rows, encoding.width(), (long) encoding.width() + gap);
    }

    /** The library's view of the input. */
    public Rows x(MemorySegment memory) {
        return xView == null
                ? out(memory)
                : new Rows(memory, dtype, xView.origin(), rows, encoding.width(),
                        (long) encoding.width() + xView.gap());
    }

    /** Runs the case and returns its output buffer. */
    public MemorySegment run(Backend backend, Call call) {
        MemorySegment out = buffer();
        MemorySegment x = input(out);
        call.merge(plan(backend), verb, x(x), out(out), scale, positions);
        return out;
    }
}
