package dev.sextant.testkit;

import dev.sextant.encoding.Alibi;
import dev.sextant.encoding.BlockList;
import dev.sextant.encoding.DistanceTable;
import dev.sextant.encoding.ExplicitSlopes;
import dev.sextant.encoding.KerpleLog;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.encoding.T5Bias;
import dev.sextant.encoding.T5Buckets;
import dev.sextant.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Attention problems of every kind, small ones mostly, lengths around the edges of tiles among them. */
public final class RandomAttention {

    private static final int[] DIMS = {1, 3, 8, 16, 20, 33, 64, 80, 128};
    private static final int[] LENGTHS = {0, 1, 2, 3, 5, 7, 15, 16, 17, 31, 33, 47, 48, 49, 63, 64, 65, 96, 97, 129,
            257};

    private RandomAttention() {}

    /** A problem of any shape, bias and structure. */
    public static AttentionCase any(SplittableRandom r) {
        AttentionCase c = new AttentionCase(r);
        shape(c, r);
        lengths(c, r);
        c.structure = structure(c, r);
        c.bias = bias(c, r, r.nextInt(6));
        c.dense = r.nextInt(4) == 0;
        c.minusInfinity = r.nextBoolean() ? 0.3 : 0;
        c.skew = r.nextInt(6) == 0;
        c.rowScale = r.nextInt(6) == 0;
        c.softcap = r.nextInt(5) == 0 ? 1 + r.nextInt(30) : 0;
        if (r.nextInt(5) == 0) {
            c.sinks = new float[c.heads];
            for (int h = 0; h < c.heads; h++) {
                c.sinks[h] = (float) (r.nextDouble() * 6 - 3);
            }
        }
        return c.draw();
    }

    static void shape(AttentionCase c, SplittableRandom r) {
        c.kvHeads = 1 + r.nextInt(3);
        c.heads = c.kvHeads * (1 + r.nextInt(r.nextInt(4) == 0 ? 9 : 3));
        c.keyDim = DIMS[r.nextInt(DIMS.length)];
        c.valueDim = r.nextBoolean() ? c.keyDim : DIMS[r.nextInt(DIMS.length)];
        c.cacheType = DType.values()[r.nextInt(3)];
        c.queryType = r.nextBoolean() ? DType.F32 : c.cacheType;
        c.store = AttentionCase.Store.values()[r.nextInt(3)];
        c.gap = r.nextInt(3) == 0 ? 1 + r.nextInt(5) : 0;
        c.pageSize = 1 + r.nextInt(20);
    }

    static void lengths(AttentionCase c, SplittableRandom r) {
        int count = 1 + r.nextInt(3);
        c.queries = new int[count];
        c.keys = new int[count];
        c.offsets = new long[count];
        c.prefixes = new long[count];
        boolean decode = r.nextInt(3) == 0;
        int most = r.nextInt(8) == 0 ? LENGTHS.length : 14;
        for (int b = 0; b < count; b++) {
            c.queries[b] = decode ? 1 + r.nextInt(3) : LENGTHS[r.nextInt(most)];
            c.keys[b] = LENGTHS[r.nextInt(decode ? LENGTHS.length : most)];
            c.offsets[b] = switch (r.nextInt(3)) {
                case 0 -> 0;
                case 1 -> c.keys[b] - c.queries[b];
                default -> r.nextInt(41) - 20;
            };
            c.prefixes[b] = r.nextInt(20);
        }
    }

    static Structure structure(AttentionCase c, SplittableRandom r) {
        Structure s = r.nextBoolean() ? Structure.causal() : Structure.all();
        if (r.nextInt(3) == 0) {
            s = s.window(r.nextInt(4) == 0 ? -1 : r.nextInt(70), r.nextInt(3) == 0 ? r.nextInt(10) : -1);
        }
        s = r.nextInt(6) == 0 ? s.chunks(1 + r.nextInt(30)) : s;
        s = r.nextInt(8) == 0 ? s.dilated(2 + r.nextInt(3)) : s;
        s = r.nextInt(6) == 0 ? s.keepFirst(r.nextInt(8)) : s;
        s = r.nextInt(6) == 0 ? s.prefix() : s;
        s = r.nextInt(8) == 0 ? s.documents() : s;
        s = r.nextInt(8) == 0 ? s.sameBlock() : s;
        s = r.nextInt(6) == 0 ? s.masked() : s;
        return r.nextInt(8) == 0 ? s.blockList(blocks(c, r)) : s;
    }

    private static BlockList blocks(AttentionCase c, SplittableRandom r) {
        int queryBlock = 1 + r.nextInt(40);
        int keyBlock = 1 + r.nextInt(40);
        int rows = Arrays.stream(c.queries).max().orElse(0) / queryBlock + 1;
        int columns = Arrays.stream(c.keys).max().orElse(0) / keyBlock + 1;
        boolean[][] kept = new boolean[rows][columns];
        for (boolean[] row : kept) {
            for (int column = 0; column < columns; column++) {
                row[column] = r.nextInt(3) > 0;
            }
        }
        return BlockList.of(queryBlock, keyBlock, kept);
    }

    /** One of six kinds of bias for the heads of a problem. */
    public static ScoreBias bias(AttentionCase c, SplittableRandom r, int kind) {
        return switch (kind) {
            case 0 -> ScoreBias.NONE;
            case 1 -> Alibi.of(c.heads);
            case 2 -> ExplicitSlopes.batched(floats(r, c.heads * c.queries.length, 0.5f), c.heads);
            case 3 -> T5Bias.of(T5Buckets.t5(r.nextBoolean()), c.heads, floats(r, 32 * c.heads, 2));
            case 4 -> DistanceTable.clipped(c.heads, floats(r, 21 * c.heads, 2));
            default -> new KerpleLog(positive(r, c.heads), positive(r, c.heads));
        };
    }

    private static List<Double> positive(SplittableRandom r, int count) {
        return r.doubles(count, 0.1, 1.1).boxed().toList();
    }

    private static float[] floats(SplittableRandom r, int count, float most) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (r.nextDouble() * 2 - 1) * most;
        }
        return values;
    }
}
