package dev.sextant.testkit;

import dev.sextant.AttentionCall;
import dev.sextant.AttentionPlan;
import dev.sextant.AttentionPlanBuilder;
import dev.sextant.AttentionShape;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.KvCache;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.PagedKv;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.Sequences;
import dev.sextant.tensor.TokenIds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One attention problem as plain numbers, and the memory that a call reads it from: batch entries, packed tokens or pages; gaps
 * between heads, and every key and value that no query sees, hold NaN and infinity.
 */
public final class AttentionCase {

    /** Where keys and values are kept. */
    public enum Store {
        /** A batch entry for each sequence. */
        BATCH,
        /** One after the other. */
        PACKED,
        /** In pages, in any order. */
        PAGED
    }

    static final float UNTOUCHED = 12345.5f;

    public int heads = 2;
    public int kvHeads = 1;
    public int keyDim = 16;
    public int valueDim = 16;
    public DType queryType = DType.F32;
    public DType cacheType = DType.F32;
    public Store store = Store.BATCH;
    public int gap;
    public int pageSize = 4;
    public int[] queries = {5};
    public int[] keys = {5};
    public long[] offsets = {0};
    public long[] prefixes = {0};
    public Structure structure = Structure.all();
    public ScoreBias bias = ScoreBias.NONE;
    public long reach = 1 << 12;
    public boolean dense;
    public double minusInfinity;
    public boolean skew;
    public boolean rowScale;
    public double softcap;
    public float[] sinks = {};
    public boolean poison = true;
    public boolean skipping;
    public double scale;
    public float spread = 1;

    /** Numbers: {@code q[b][i][h*dk + d]}, {@code k[b][j][g*dk + d]}, {@code v[b][j][g*dv + d]}. */
    public float[][][] q;
    public float[][][] k;
    public float[][][] v;
    /** {@code [b][h][i][j]}. */
    public float[][][][] denseValues;
    public float[][][][] skewValues;
    public byte[][][][] maskValues;
    public float[][] factors;
    public int[][] queryDocuments;
    public int[][] keyDocuments;
    public int[][] queryBlocks;
    public int[][] keyBlocks;

    /** Where memory comes from. */
    public SegmentAllocator arena = Arena.ofAuto();
    private final SplittableRandom random;

    /** A problem whose numbers come from {@code random}; call {@link #draw} when its shape stands. */
    public AttentionCase(SplittableRandom random) {
        this.random = random;
    }

    /** Draws all numbers. */
    public AttentionCase draw() {
        if (scale == 0) {
            scale = 1 / Math.sqrt(keyDim);
        }
        q = numbers(queries, heads * keyDim, queryType, spread);
        k = numbers(keys, kvHeads * keyDim, cacheType, spread);
        v = numbers(keys, kvHeads * valueDim, cacheType, 1);
        denseValues = square(dense, 2);
        skewValues = square(skew, 1);
        if (dense && minusInfinity > 0) {
            each(denseValues, (row, j) -> row[j] = random.nextDouble() < minusInfinity
                    ? Float.NEGATIVE_INFINITY
                    : row[j]);
        }
        maskValues = new byte[queries.length][][][];
        for (int b = 0; b < queries.length && structure.hasMask(); b++) {
            maskValues[b] = new byte[heads][queries[b]][keys[b]];
            for (byte[][] head : maskValues[b]) {
                for (byte[] row : head) {
                    for (int j = 0; j < row.length; j++) {
                        row[j] = (byte) (random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(200));
                    }
                }
            }
        }
        factors = new float[queries.length][];
        for (int b = 0; b < queries.length; b++) {
            factors[b] = new float[queries[b]];
            Arrays.fill(factors[b], 1);
            for (int i = 0; i < queries[b] && rowScale; i++) {
                factors[b][i] = 0.5f + (float) random.nextDouble();
            }
        }
        queryDocuments = ids(queries, structure.hasDocuments(), 0);
        keyDocuments = ids(keys, structure.hasDocuments(), 0);
        queryBlocks = ids(queries, structure.hasBlocks(), -1);
        keyBlocks = ids(keys, structure.hasBlocks(), -1);
        return this;
    }

    private float[][][] numbers(int[] counts, int width, DType type, float most) {
        float[][][] all = new float[counts.length][][];
        for (int b = 0; b < counts.length; b++) {
            all[b] = new float[counts[b]][width];
            for (float[] row : all[b]) {
                for (int d = 0; d < width; d++) {
                    float value = (float) ((random.nextDouble() * 4 - 2) * most);
                    row[d] = type == DType.F32 ? value : Bits.widen(type, Bits.narrow(type, value));
                }
            }
        }
        return all;
    }

    private float[][][][] square(boolean there, float most) {
        float[][][][] all = new float[queries.length][][][];
        for (int b = 0; b < queries.length && there; b++) {
            all[b] = new float[heads][queries[b]][keys[b]];
        }
        each(all, (row, j) -> row[j] = (float) (random.nextDouble() * 2 - 1) * most);
        return all;
    }

    private interface Element { void at(float[] row, int j); }

    private static void each(float[][][][] all, Element element) {
        for (float[][][] sequence : all) {
            for (int h = 0; sequence != null && h < sequence.length; h++) {
                for (float[] row : sequence[h]) {
                    for (int j = 0; j < row.length; j++) {
                        element.at(row, j);
                    }
                }
            }
        }
    }

    private int[][] ids(int[] counts, boolean there, int least) {
        int[][] all = new int[counts.length][];
        for (int b = 0; b < counts.length && there; b++) {
            all[b] = new int[counts[b]];
            int id = least;
            for (int t = 0; t < counts[b]; t++) {
                id = random.nextInt(6) == 0 ? least + random.nextInt(4) : id;
                all[b][t] = id;
            }
        }
        return all;
    }

    /** A builder with everything but the backend. */
    public AttentionPlanBuilder builder() {
        AttentionPlanBuilder builder = AttentionPlan
                .builder(new AttentionShape(heads, kvHeads, keyDim, valueDim, queryType, cacheType))
                .bias(bias).reach(reach).structure(structure).scale(scale).softcap(softcap);
        if (dense) {
            builder.biasTensor();
        }
        if (skew) {
            builder.skew();
        }
        if (sinks.length > 0) {
            builder.sinks(sinks);
        }
        return skipping ? builder.skipping() : builder;
    }

    /** The arguments of a call in new memory, a workspace for {@code tasks} workers among them. */
    public AttentionCall call(AttentionPlan plan, Result result, int tasks) {
        AttentionCall call = new AttentionCall().queries(heads(q, queries, heads, keyDim, queryType, false), result.out)
                .sequences(sequences()).lse(result.lse);
        if (store == Store.PAGED) {
            paged(call);
        } else {
            call.cache(KvCache.of(heads(k, keys, kvHeads, keyDim, cacheType, poison),
                    heads(v, keys, kvHeads, valueDim, cacheType, poison)));
        }
        if (dense) {
            call.bias(scores(denseValues));
        }
        if (skew) {
            call.skew(scores(skewValues));
        }
        if (structure.hasMask()) {
            call.mask(mask());
        }
        if (rowScale) {
            call.rowScale(rows(factors));
        }
        if (structure.hasDocuments()) {
            call.documents(tokenIds(queryDocuments, false), tokenIds(keyDocuments, true));
        }
        if (structure.hasBlocks()) {
            call.blocks(tokenIds(queryBlocks, false), tokenIds(keyBlocks, true));
        }
        return call.workspace(arena.allocate(Math.max(64, plan.workspaceBytes(call, tasks)), 64));
    }

    /** Which tokens belong to each sequence. */
    public Sequences sequences() {
        Sequences sequences = Sequences.empty(queries.length);
        long query = 0;
        long key = 0;
        for (int b = 0; b < queries.length; b++) {
            boolean packed = store == Store.PACKED;
            sequences.set(b, packed ? query : 0, queries[b], packed ? key : 0, keys[b], offsets[b]);
            query += queries[b];
            key += keys[b];
        }
        return structure.hasPrefix() ? sequences.prefixes(prefixes) : sequences;
    }

    private int entries() {
        return store == Store.PACKED ? 1 : queries.length;
    }

    private int tokens(int[] counts) {
        int tokens = store == Store.PACKED ? Arrays.stream(counts).sum() : Arrays.stream(counts).max().orElse(0);
        return Math.max(1, tokens);
    }

    private int place(int[] counts, int b, int t) {
        return store == Store.PACKED ? Arrays.stream(counts, 0, b).sum() + t : b * tokens(counts) + t;
    }

    private Heads empty(int entries, int tokens, int count, int dim, DType type, float fill) {
        long head = dim + gap;
        long elements = Math.max(1, (long) entries * tokens * count * head);
        MemorySegment memory = arena.allocate(elements * type.bytes(), type.bytes());
        for (long e = 0; e < elements; e++) {
            Bits.set(memory, type, e, fill);
        }
        return new Heads(memory, type, 0, entries, tokens, count, dim, tokens * count * head, count * head, head);
    }

    private Heads heads(float[][][] values, int[] counts, int count, int dim, DType type, boolean hide) {
        Heads heads = empty(entries(), tokens(counts), count, dim, type, Float.NaN);
        for (int b = 0; b < counts.length; b++) {
            for (int t = 0; t < counts[b]; t++) {
                put(heads, (long) place(counts, b, t) * heads.tokenStride(), values[b][t], b, t, hide);
            }
        }
        return heads;
    }

    private void put(Heads heads, long at, float[] values, int b, int t, boolean hide) {
        for (int h = 0; h < heads.heads(); h++) {
            boolean seen = !hide || new PlainAttention(this).anyoneSees(b, h, t);
            for (int d = 0; d < heads.dim(); d++) {
                float poisoned = d % 3 == 0 ? Float.NaN : d % 3 == 1 ? Float.POSITIVE_INFINITY : -Float.MAX_VALUE;
                Bits.set(heads.memory(), heads.dtype(), at + h * heads.headStride() + d,
                        seen ? values[h * heads.dim() + d] : poisoned);
            }
        }
    }

    private void paged(AttentionCall call) {
        int most = (tokens(keys) + pageSize - 1) / pageSize;
        int pages = queries.length * most + 2;
        int[] order = new int[pages];
        Arrays.setAll(order, i -> i);
        for (int i = pages - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[other];
            order[other] = swap;
        }
        Heads keyPages = empty(pages, pageSize, kvHeads, keyDim, cacheType, Float.NaN);
        Heads valuePages = empty(pages, pageSize, kvHeads, valueDim, cacheType, Float.NaN);
        MemorySegment table = arena.allocate(4L * queries.length * most, 4);
        for (int b = 0; b < queries.length; b++) {
            for (int nth = 0; nth < most; nth++) {
                table.setAtIndex(ValueLayout.JAVA_INT, (long) b * most + nth, order[b * most + nth]);
            }
            for (int j = 0; j < keys[b]; j++) {
                long page = order[b * most + j / pageSize];
                put(keyPages, page * keyPages.batchStride() + j % pageSize * keyPages.tokenStride(), k[b][j], b, j,
                        poison);
                put(valuePages, page * valuePages.batchStride() + j % pageSize * valuePages.tokenStride(), v[b][j], b,
                        j, poison);
            }
        }
        call.cache(new PagedKv(keyPages, valuePages), new PageTable(table, 0, queries.length, most, most, null, 0));
    }

    private Scores scores(float[][][][] values) {
        Scores scores = newScores();
        for (int b = 0; b < values.length; b++) {
            for (int h = 0; h < heads; h++) {
                for (int i = 0; i < queries[b]; i++) {
                    for (int j = 0; j < keys[b]; j++) {
                        scores.memory().setAtIndex(ValueLayout.JAVA_FLOAT, scores.index(b, h, i, j),
                                values[b][h][i][j]);
                    }
                }
            }
        }
        return scores;
    }

    /** Untouched scores of the shape of this problem. */
    public Scores newScores() {
        int most = Math.max(1, Arrays.stream(queries).max().orElse(0));
        int width = Math.max(1, Arrays.stream(keys).max().orElse(0));
        long elements = (long) queries.length * heads * most * width;
        MemorySegment memory = arena.allocate(4 * elements, 4);
        for (long e = 0; e < elements; e++) {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, e, UNTOUCHED);
        }
        return Scores.of(memory, queries.length, heads, most, width);
    }

    private Mask mask() {
        int most = Math.max(1, Arrays.stream(queries).max().orElse(0));
        int width = Math.max(1, Arrays.stream(keys).max().orElse(0));
        MemorySegment memory = arena.allocate((long) queries.length * heads * most * width, 1);
        Mask mask = Mask.of(memory, queries.length, heads, most, width);
        for (int b = 0; b < queries.length; b++) {
            for (int h = 0; h < heads; h++) {
                for (int i = 0; i < queries[b]; i++) {
                    for (int j = 0; j < keys[b]; j++) {
                        memory.set(ValueLayout.JAVA_BYTE, mask.index(b, h, i, j), maskValues[b][h][i][j]);
                    }
                }
            }
        }
        return mask;
    }

    private RowValues rows(float[][] values) {
        RowValues rows = RowValues.of(arena.allocate(4L * entries() * tokens(queries), 4), entries(), 1,
                tokens(queries));
        for (int b = 0; b < values.length; b++) {
            for (int i = 0; i < queries[b]; i++) {
                rows.memory().setAtIndex(ValueLayout.JAVA_FLOAT, place(queries, b, i), values[b][i]);
            }
        }
        return rows;
    }

    private TokenIds tokenIds(int[][] values, boolean ofKeys) {
        int[] counts = ofKeys ? keys : queries;
        MemorySegment memory = arena.allocate(4L * entries() * tokens(counts), 4);
        for (int b = 0; b < values.length; b++) {
            for (int t = 0; t < counts[b]; t++) {
                memory.setAtIndex(ValueLayout.JAVA_INT, place(counts, b, t), values[b][t]);
            }
        }
        return TokenIds.of(memory, tokens(counts)).batches(entries(), tokens(counts));
    }

    /** Outputs, every byte of them known beforehand. */
    public final class Result {
        public final Heads out = empty(entries(), tokens(queries), heads, valueDim, queryType, UNTOUCHED);
        public final RowValues lse = RowValues.of(arena.allocate(4L * entries() * heads * tokens(queries), 4),
                entries(), heads, tokens(queries));

        Result() {
            for (long e = 0; e < lse.memory().byteSize() / 4; e++) {
                lse.memory().setAtIndex(ValueLayout.JAVA_FLOAT, e, UNTOUCHED);
            }
        }

        /** Element d of the output of row i. */
        public float o(int b, int i, int h, int d) {
            return Bits.get(out.memory(), queryType,
                    (long) place(queries, b, i) * out.tokenStride() + h * out.headStride() + d);
        }

        /** The logarithm of row i. */
        public float lse(int b, int i, int h) {
            int entry = store == Store.PACKED ? 0 : b;
            int t = store == Store.PACKED ? place(queries, b, i) : i;
            return lse.memory().getAtIndex(ValueLayout.JAVA_FLOAT, lse.index(entry, h, t));
        }
    }

    /** New outputs. */
    public Result newResult() {
        return new Result();
    }

    /** Attends on a backend's plan. */
    public Result attend(AttentionPlan plan) {
        Result result = newResult();
        plan.attend(call(plan, result, 1));
        return result;
    }

    @Override
    public String toString() {
        return heads + "/" + kvHeads + " heads of " + keyDim + "/" + valueDim + ", " + queryType + " over " + cacheType
                + ", " + store + ", queries " + Arrays.toString(queries) + ", keys " + Arrays.toString(keys)
                + ", offsets " + Arrays.toString(offsets) + ", prefixes " + Arrays.toString(prefixes) + ", " + structure
                + ", " + bias + (dense ? ", dense" : "") + (skew ? ", skew" : "") + (rowScale ? ", row scale" : "")
                + ", softcap " + softcap + ", sinks " + Arrays.toString(sinks) + ", gap " + gap;
    }
}
