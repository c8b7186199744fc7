package dev.sextant.testkit;

import dev.sextant.Backend;
import dev.sextant.GatherPlan;
import dev.sextant.GatherPlanBuilder;
import dev.sextant.encoding.LearnedPositions;
import dev.sextant.encoding.PositionIds;
import dev.sextant.encoding.TooLong;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import dev.sextant.tensor.Table;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One gather, complete: tables of every type, merge and width, ids of every kind, embeddings on and off the heap, in place or not. It can
 * be run any number of times, each time on fresh embeddings with the same contents.
 */
public record GatherCase(int dim, DType dtype, boolean input, float scale, List<Source> sources, long batches,
        long tokens, Place inPlace, Place outPlace, int gap, boolean same, long contents, boolean awkward) {

    /** What a table does. */
    public enum How {
        /** Adds whole rows. */
        ADD,
        /** Adds by a rule of positions that may clamp. */
        RULE,
        /** Adds to some columns. */
        ADD_AT,
        /** Multiplies. */
        MULTIPLY,
        /** Replaces some columns. */
        REPLACE_AT
    }

    /** One table, its ids, and what it does. */
    public record Source(Table table, How how, int column, int firstRow, boolean clamp, Ids ids) {

        boolean whole() {
            return how != How.ADD_AT && how != How.REPLACE_AT;
        }

        /** The row of a token, -1 for none; the definition once more. */
        int row(long b, long t) {
            long id = (long) ids.at(b, 0, t);
            if (id == PositionIds.NO_POSITION) {
                return -1;
            }
            return (int) Math.min(id + firstRow, table.rows() - 1);
        }
    }

    /** Draws a case; with {@code large}, one of more work than a short native call may do. */
    public static GatherCase next(SplittableRandom random, boolean large) {
        int dim = 1 + (random.nextInt(3) == 0 ? random.nextInt(400) : random.nextInt(70));
        boolean input = random.nextInt(3) != 0;
        int count = 1 + (random.nextInt(4) == 0 ? random.nextInt(GatherPlan.MOST_TABLES) : random.nextInt(3));
        boolean awkward = random.nextBoolean();
        long batches = 1 + (random.nextInt(3) == 0 ? random.nextInt(3) : 0);
        long tokens = large ? 2500 / batches + random.nextInt(300) : 1 + random.nextInt(9);
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sources.add(source(random, dim, !input && i == 0, batches, tokens, awkward));
        }
        boolean same = !input || random.nextBoolean();
        float scale = input && random.nextBoolean() ? (float) Math.sqrt(dim) : 1;
        return new GatherCase(dim, DType.values()[random.nextInt(3)], input, scale, sources, batches, tokens,
                Place.values()[random.nextInt(3)], Place.values()[random.nextInt(3)],
                random.nextInt(3) == 0 ? random.nextInt(5) : 0, same, random.nextLong(), awkward);
    }

    private static Source source(SplittableRandom random, int dim, boolean first, long batches, long tokens,
            boolean awkward) {
        How how = first ? How.ADD : How.values()[random.nextInt(5)];
        boolean whole = how != How.ADD_AT && how != How.REPLACE_AT;
        int width = whole ? dim : 1 + random.nextInt(dim);
        Table.Type type = Table.Type.values()[random.nextInt(4)];
        int rows = 1 + random.nextInt(20) + (int) (random.nextInt(3) == 0 ? tokens : 0);
        int stride = width + (random.nextInt(3) == 0 ? random.nextInt(5) : 0);
        int origin = random.nextInt(4);
        MemorySegment memory = memory(random, type, origin + (long) rows * stride, awkward);
        Table table = new Table(memory, type, origin, rows, width, stride, 1, null);
        if (type == Table.Type.I8 && random.nextBoolean()) {
            MemorySegment scales = Place.values()[random.nextInt(3)].allocate(DType.F32, rows);
            Bits.fill(scales, DType.F32, random, false);
            table = table.rowScales(scales);
        } else if (random.nextInt(3) == 0 || type == Table.Type.I8) {
            table = table.scale(random.nextInt(5) / 127f);
        }
        int firstRow = how == How.RULE ? random.nextInt(Math.min(rows, 3)) : 0;
        boolean clamp = how == How.RULE && random.nextBoolean();
        Ids ids = ids(random, batches, tokens, -firstRow, rows - 1L - firstRow, clamp);
        return new Source(table, how, whole ? 0 : random.nextInt(dim - width + 1), firstRow, clamp, ids);
    }

    private static MemorySegment memory(SplittableRandom random, Table.Type type, long entries, boolean awkward) {
        Place place = Place.values()[random.nextInt(3)];
        if (type == Table.Type.I8) {
            MemorySegment bytes = place == Place.HEAP
                    ? MemorySegment.ofArray(new byte[(int) entries])
                    : Arena.ofAuto().allocate(entries);
            for (long i = 0; i < entries; i++) {
                bytes.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
            }
            return bytes;
        }
        DType like = DType.values()[type.ordinal()];
        MemorySegment memory = place.allocate(like, entries);
        Bits.fill(memory, like, random, awkward);
        return memory;
    }

    private static Ids ids(SplittableRandom random, long batches, long tokens, long least, long greatest,
            boolean clamp) {
        long top = clamp ? greatest + 50 : greatest;
        if (top - tokens + 1 >= least && random.nextInt(3) == 0) {
            return counted(Positions.Kind.START, random.nextLong(least, top - tokens + 2), tokens);
        }
        if (random.nextInt(4) == 0) {
            return counted(Positions.Kind.SAME, random.nextLong(least, top + 1), tokens);
        }
        long step = random.nextInt(3) == 0 ? 2 : 1;
        long list = (tokens - 1) * step + 1;
        long stride = random.nextBoolean() ? 0 : list + random.nextInt(3);
        double[] values = new double[Math.toIntExact((batches - 1) * stride + list)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(9) == 0 ? PositionIds.NO_POSITION : random.nextLong(least, top + 1);
        }
        return new Ids(random.nextBoolean() ? Positions.Kind.I32 : Positions.Kind.I64, 0, 1, values,
                random.nextBoolean(), random.nextInt(3), tokens, step, 0, stride);
    }

    private static Ids counted(Positions.Kind kind, long start, long tokens) {
        return new Ids(kind, start, 1, new double[0], true, 0, tokens, 0, 0, 0);
    }

    /** How a case is called: whole, cut, on an executor. */
    @FunctionalInterface
    public interface Call { void run(GatherPlan plan, Rows x, Rows out, long batches, Positions[] ids); }

    /** The whole case in one call. */
    public Call whole() {
        return (plan, x, out, b, ids) -> {
            if (input) {
                plan.add(x, out, b, ids);
            } else {
                plan.fill(out, b, ids);
            }
        };
    }

    /** The plan on a backend. */
    public GatherPlan plan(Backend backend) {
        GatherPlanBuilder builder = GatherPlan.builder(dim, dtype).backend(backend).inputScale(scale);
        if (!input) {
            builder.withoutInput();
        }
        for (Source s : sources) {
            switch (s.how) {
                case ADD -> builder.add(s.table);
                case RULE -> builder.add(s.table, new LearnedPositions((int) s.table.rows(), s.firstRow,
                        LearnedPositions.COUNTED, s.clamp ? TooLong.CLAMP : TooLong.ERROR));
                case ADD_AT -> builder.addAt(s.column, s.table);
                case MULTIPLY -> builder.multiply(s.table);
                case REPLACE_AT -> builder.replaceAt(s.column, s.table);
            }
        }
        return builder.build();
    }

    /** Runs the case on a backend and returns input and output. */
    public List<MemorySegment> run(Backend backend, Call call) {
        List<MemorySegment> buffers = buffers();
        Rows x = view(buffers.get(0));
        call.run(plan(backend), x, same ? x : view(buffers.get(1)), batches,
                sources.stream().map(s -> s.ids.bind()).toArray(Positions[]::new));
        return buffers;
    }

    private List<MemorySegment> buffers() {
        SplittableRandom random = new SplittableRandom(contents);
        List<MemorySegment> buffers = new ArrayList<>();
        for (Place place : List.of(inPlace, outPlace)) {
            MemorySegment memory = place.allocate(dtype, gap + batches * tokens * (dim + gap));
            Bits.fill(memory, dtype, random, awkward);
            buffers.add(memory);
        }
        return buffers;
    }

    private Rows view(MemorySegment memory) {
        return new Rows(memory, dtype, gap, batches * tokens, dim, dim + gap);
    }

    /** The buffers after it, from the definition and straight from the indices, sharing nothing with the backends. */
    public List<MemorySegment> plain() {
        List<MemorySegment> before = buffers();
        List<MemorySegment> after = buffers();
        for (long r = 0; r < batches * tokens; r++) {
            for (int d = 0; d < dim; d++) {
                long at = gap + r * (dim + gap) + d;
                boolean there = input;
                float y = input ? Bits.get(before.get(0), dtype, at) * scale : 0;
                for (Source s : sources) {
                    if (d < s.column || d >= s.column + s.table.dim()) {
                        continue;
                    }
                    int row = s.row(r / tokens, r % tokens);
                    if (row >= 0) {
                        float e = entry(s.table, row, d - s.column);
                        y = switch (s.how) {
                            case MULTIPLY -> y * (1 + e);
                            case REPLACE_AT -> e;
                            default -> there ? y + e : e;
                        };
                    }
                    there = true;
                }
                Bits.set(after.get(same ? 0 : 1), dtype, at, y);
            }
        }
        return after;
    }

    private static float entry(Table table, int row, int d) {
        long at = table.origin() + row * table.stride() + d;
        float scale = table.rowScales() == null ? table.scale() : Bits.get(table.rowScales(), DType.F32, row);
        return scale * (table.type() == Table.Type.I8
                ? table.memory().get(ValueLayout.JAVA_BYTE, at)
                : Bits.get(table.memory(), DType.values()[table.type().ordinal()], at));
    }

    /** Compares all buffers of two runs. */
    public void assertSame(List<MemorySegment> wanted, List<MemorySegment> got, String what) {
        for (int i = 0; i < wanted.size(); i++) {
            Bits.assertSame(wanted.get(i), got.get(i), dtype, what + ", buffer " + i + " of " + this);
        }
    }
}
