package dev.sextant.internal.java;

import dev.sextant.encoding.CapturePoint;
import dev.sextant.internal.form.AttentionForm;
import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.internal.kernel.AttentionKernel;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/**
 * Attention row by row, in double from float32 products on: {@code e = exp(s - max)}, {@code O = sum e*v / Z}, {@code lse = max + ln Z}, keys in
 * ascending order. Two passes over the keys of a row; its scores wait in the workspace, 16 bytes a key. Nothing of a hidden key
 * is read. Nothing is skipped. A row that sees no key is 0, its logarithm that of the sink, or minus infinity.
 */
final class JavaAttention implements AttentionKernel {

    /** Query rows of a unit. */
    private static final long ROWS = 16;

    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final AttentionForm form;
    private final JavaScores scores;

    JavaAttention(AttentionForm form) {
        this.form = form;
        this.scores = new JavaScores(form);
    }

    @Override
    public void measure(AttentionArguments a) {
        a.units = 0;
        for (int b = 0; b < a.sequences.count(); b++) {
            a.units += tiles(a.sequences, b) * form.heads();
        }
        // scores and numbers of the keys that a row sees, the row of queries, the row of the output
        a.workerBytes = 16 * mostKeys(a.sequences) + 8L * (form.keyDim() + form.valueDim());
    }

    private static long tiles(Sequences sequences, long b) {
        return (sequences.queries(b) + ROWS - 1) / ROWS;
    }

    private static long mostKeys(Sequences sequences) {
        long most = 0;
        for (int b = 0; b < sequences.count(); b++) {
            most = Math.max(most, sequences.keys(b));
        }
        return most;
    }

    @Override
    public void attend(AttentionArguments a, long from, long to, int worker, int workers) {
        long keys = mostKeys(a.sequences);
        long first = 0; // first unit of sequence b
        for (int b = 0; b < a.sequences.count() && first < to; b++) {
            long tiles = tiles(a.sequences, b);
            long end = first + tiles * form.heads();
            for (long unit = Math.max(first, from); unit < Math.min(end, to); unit++) {
                int h = (int) ((unit - first) / tiles);
                long i = (unit - first) % tiles * ROWS;
                long last = Math.min(i + ROWS, a.sequences.queries(b));
                for (; i < last; i++) {
                    row(a, b, h, i, worker * a.workerBytes, keys);
                }
            }
            first = end;
        }
    }

    @Override
    public void begin(AttentionArguments a, int workers) {}

    @Override
    public void finish(AttentionArguments a, int workers) {
        a.tilesVisited = a.units;
        a.tilesSkipped = 0;
    }

    @Override
    public void norms(AttentionArguments a, MemorySegment norms) {}

    private void row(AttentionArguments a, long b, int h, long i, long at, long keys) {
        MemorySegment scratch = a.workspace;
        long numbers = at + 8 * keys;
        long query = numbers + 8 * keys;
        long sum = query + 8L * form.keyDim();
        long seen = gather(a, b, h, i, at, numbers, query);
        boolean sunk = form.sinks().length > 0;
        double max = sunk ? form.sinks()[h] : Double.NEGATIVE_INFINITY;
        for (long c = 0; c < seen; c++) {
            max = Math.max(max, scratch.get(DOUBLE, at + 8 * c));
        }
        for (int d = 0; d < form.valueDim(); d++) {
            scratch.set(DOUBLE, sum + 8L * d, 0);
        }
        double z = sunk ? StrictMath.exp(form.sinks()[h] - max) : 0;
        for (long c = 0; c < seen; c++) {
            double e = StrictMath.exp(scratch.get(DOUBLE, at + 8 * c) - max);
            z += e;
            long value = JavaScores.cached(a, a.v, b, scratch.get(LONG, numbers + 8 * c), h / form.group());
            for (int d = 0; d < form.valueDim(); d++) {
                double v = Elements.load(a.v.memory(), a.v.dtype(), value + d);
                scratch.set(DOUBLE, sum + 8L * d, scratch.get(DOUBLE, sum + 8L * d) + e * v);
            }
        }
        long t = a.sequences.queryFirst(b) + i;
        long out = JavaScores.element(a.out, b, t, h);
        for (int d = 0; d < form.valueDim(); d++) {
            double o = seen == 0 ? 0 : scratch.get(DOUBLE, sum + 8L * d) / z;
            Elements.store(a.out.memory(), a.out.dtype(), out + d, (float) o);
        }
        RowValues lse = a.lse;
        if (lse != null) {
            double l = seen == 0 ? max : max + StrictMath.log(z);
            Elements.storeF32(lse.memory(), lse.index(AttentionArguments.entry(b, lse.batches()), h, t), (float) l);
        }
    }

    /** Scores and numbers of the keys that a row sees; how many. */
    private long gather(AttentionArguments a, long b, int h, long i, long at, long numbers, long query) {
        long p = i + a.sequences.offset(b);
        long prefix = a.sequences.prefix(b);
        long keys = a.sequences.keys(b);
        long end = scores.endKey(p, prefix, keys);
        long seen = 0;
        scores.query(a, b, h, i, a.workspace, query);
        for (long j = scores.firstKey(p, prefix, keys); j < end; j++) {
            if (scores.keeps(a, b, h, i, j)) {
                double s = scores.capped(a, b, h, i, j, scores.scaled(a, b, h, j, a.workspace, query));
                a.workspace.set(DOUBLE, at + 8 * seen, scores.biased(a, b, h, i, j, s));
                a.workspace.set(LONG, numbers + 8 * seen, j);
                seen++;
            }
        }
        return seen;
    }

    @Override
    public void scores(AttentionArguments a, CapturePoint point, Scores out) {
        long keys = mostKeys(a.sequences);
        for (int b = 0; b < a.sequences.count(); b++) {
            for (int h = 0; h < form.heads(); h++) {
                for (long i = 0; i < a.sequences.queries(b); i++) {
                    if (point == CapturePoint.SCALED || point == CapturePoint.CAPPED) {
                        early(a, point, b, h, i, out);
                    } else {
                        late(a, point, b, h, i, out, keys);
                    }
                }
            }
        }
    }

    private void early(AttentionArguments a, CapturePoint point, long b, int h, long i, Scores out) {
        scores.query(a, b, h, i, a.workspace, 0);
        for (long j = 0; j < a.sequences.keys(b); j++) {
            double s = scores.scaled(a, b, h, j, a.workspace, 0);
            store(out, b, h, i, j, point == CapturePoint.SCALED ? s : scores.capped(a, b, h, i, j, s));
        }
    }

    private void late(AttentionArguments a, CapturePoint point, long b, int h, long i, Scores out, long keys) {
        long numbers = 8 * keys;
        long seen = gather(a, b, h, i, 0, numbers, 2 * numbers);
        boolean probabilities = point == CapturePoint.PROBABILITIES;
        boolean sunk = form.sinks().length > 0;
        double max = sunk ? form.sinks()[h] : Double.NEGATIVE_INFINITY;
        for (long c = 0; c < seen; c++) {
            max = Math.max(max, a.workspace.get(DOUBLE, 8 * c));
        }
        double z = sunk ? StrictMath.exp(form.sinks()[h] - max) : 0;
        for (long c = 0; c < seen; c++) {
            z += StrictMath.exp(a.workspace.get(DOUBLE, 8 * c) - max);
        }
        long c = 0;
        for (long j = 0; j < a.sequences.keys(b); j++) {
            double s = probabilities ? 0 : Double.NEGATIVE_INFINITY;
            if (c < seen && a.workspace.get(LONG, numbers + 8 * c) == j) {
                double kept = a.workspace.get(DOUBLE, 8 * c++);
                s = probabilities ? StrictMath.exp(kept - max) / z : kept;
            }
            store(out, b, h, i, j, s);
        }
    }

    private static void store(Scores out, long b, long h, long i, long j, double value) {
        Elements.storeF32(out.memory(), out.index(b, h, i, j), (float) value);
    }

    @Override
    public void addBias(AttentionArguments a, Scores target, long from, long to) {
        long base = 0;
        for (int b = 0; b < a.sequences.count(); b++) {
            long queries = a.sequences.queries(b);
            long end = base + form.heads() * queries;
            for (long row = Math.max(from, base); row < Math.min(to, end); row++) {
                addBias(a, target, b, (int) ((row - base) / queries), (row - base) % queries);
            }
            base = end;
        }
    }

    private void addBias(AttentionArguments a, Scores target, int b, int h, long i) {
        for (long j = 0; j < a.sequences.keys(b); j++) {
            long at = target.index(b, h, i, j);
            Elements.storeF32(target.memory(), at, scores.keeps(a, b, h, i, j)
                    ? scores.biased(a, b, h, i, j, Elements.loadF32(target.memory(), at))
                    : Float.NEGATIVE_INFINITY);
        }
    }

    @Override
    public void merge(Heads o, RowValues l, Heads out, RowValues lse) {
        JavaMerge.merge(o, l, out, lse);
    }

    @Override
    public String name() {
        return "sx_attention_" + typeName(form.cacheType()) + "_java";
    }

    private static String typeName(DType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
