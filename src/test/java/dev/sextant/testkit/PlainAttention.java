package dev.sextant.testkit;

import dev.sextant.encoding.BlockList;
import dev.sextant.encoding.DistanceBias;
import dev.sextant.encoding.LinearBias;
import dev.sextant.encoding.ScoreBias;
import dev.sextant.encoding.Structure;
import dev.sextant.tensor.DType;

/** The definition of attention read out in double, whole rows at once, from the definitions and not from their forms. */
public final class PlainAttention {

    private final AttentionCase c;

    public PlainAttention(AttentionCase c) {
        this.c = c;
    }

    /** A row: its output, its logarithm, its scores before the softmax (NaN where hidden). */
    public record Row(double[] o, double lse, double[] scores, double size) {}

    /** Whether query row i sees key j. */
    public boolean sees(int b, int h, int i, int j) {
        Structure s = c.structure;
        long p = i + c.offsets[b];
        boolean causal = !s.isCausal() || j <= p;
        boolean window = (s.left() < 0 || j >= p - s.left()) && (s.right() < 0 || j <= p + s.right());
        boolean chunk = s.chunk() == 0 || Math.floorDiv(j, s.chunk()) == Math.floorDiv(p, s.chunk());
        boolean dilation = Math.floorMod(p - j, s.dilation()) == 0;
        boolean kept = j < s.keepFirst() && causal;
        boolean prefix = s.hasPrefix() && j < c.prefixes[b];
        boolean block = s.hasBlocks() && c.queryBlocks[b][i] >= 0 && c.queryBlocks[b][i] == c.keyBlocks[b][j];
        BlockList list = s.blocks();
        return (causal && window && chunk && dilation || kept || prefix || block)
                && (!s.hasDocuments() || c.queryDocuments[b][i] == c.keyDocuments[b][j])
                && (!s.hasMask() || c.maskValues[b][h][i][j] != 0)
                && (list == null || list.keeps(i / list.queryBlock(), j / list.keyBlock()))
                && (!c.dense || c.denseValues[b][h][i][j] != Float.NEGATIVE_INFINITY);
    }

    /** Whether any row of any head of group g sees key j. */
    public boolean anyoneSees(int b, int g, int j) {
        int group = c.heads / c.kvHeads;
        for (int h = g * group; h < (g + 1) * group; h++) {
            for (int i = 0; i < c.queries[b]; i++) {
                if (sees(b, h, i, j)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The bias of a distance, rounded to float32 as the definition says. */
    public static float bias(ScoreBias bias, int b, int h, long distance) {
        return switch (bias) {
            case ScoreBias.None _ -> 0;
            case LinearBias linear ->
                -(float) linear.slope(linear.batches() == 1 ? 0 : b, h) * (float) Math.abs(distance);
            case DistanceBias d -> (float) d.bias(h, Math.clamp(distance, d.first(), d.last()));
        };
    }

    /** Score of a pair: scaled, with skew and cap, with bias. */
    public double[] score(int b, int h, int i, int j) {
        int g = h / (c.heads / c.kvHeads);
        double dot = 0;
        for (int d = 0; d < c.keyDim; d++) {
            dot += (double) c.q[b][i][h * c.keyDim + d] * c.k[b][j][g * c.keyDim + d];
        }
        double scaled = dot * c.factors[b][i] * (float) c.scale;
        double capped = scaled + (c.skew ? c.skewValues[b][h][i][j] : 0);
        capped = c.softcap > 0 ? c.softcap * Math.tanh(capped / c.softcap) : capped;
        double biased = capped + bias(c.bias, b, h, j - i - c.offsets[b])
                + (c.dense ? c.denseValues[b][h][i][j] : 0);
        return new double[]{scaled, capped, biased};
    }

    /** A row of the result. */
    public Row row(int b, int i, int h) {
        double[] scores = new double[c.keys[b]];
        double max = c.sinks.length > 0 ? c.sinks[h] : Double.NEGATIVE_INFINITY;
        boolean any = false;
        for (int j = 0; j < c.keys[b]; j++) {
            scores[j] = sees(b, h, i, j) ? score(b, h, i, j)[2] : Double.NaN;
            if (!Double.isNaN(scores[j])) {
                any = true;
                max = Math.max(max, scores[j]);
            }
        }
        double z = c.sinks.length > 0 ? Math.exp(c.sinks[h] - max) : 0;
        double[] o = new double[c.valueDim];
        double size = 0;
        for (int j = 0; j < c.keys[b]; j++) {
            if (!Double.isNaN(scores[j])) {
                double e = Math.exp(scores[j] - max);
                z += e;
                for (int d = 0; d < c.valueDim; d++) {
                    float value = c.v[b][j][h / (c.heads / c.kvHeads) * c.valueDim + d];
                    o[d] += e * value;
                    size = Math.max(size, Math.abs(value));
                }
            }
        }
        for (int d = 0; d < c.valueDim && any; d++) {
            o[d] /= z;
        }
        return new Row(o, any ? max + Math.log(z) : max, scores, size);
    }

    /** Every row of a result lies within the bounds of float32 work and one rounding of the output type; gaps are untouched. */
    public void assertNear(AttentionCase.Result got, String what) {
        double half = c.queryType == DType.F32 ? 0 : c.queryType == DType.F16 ? 0x1p-11 : 0x1p-8;
        for (int b = 0; b < c.queries.length; b++) {
            for (int i = 0; i < c.queries[b]; i++) {
                for (int h = 0; h < c.heads; h++) {
                    Row row = row(b, i, h);
                    String where = what + ": sequence " + b + ", row " + i + ", head " + h + " of " + c;
                    for (int d = 0; d < c.valueDim; d++) {
                        near(where + ", element " + d, got.o(b, i, h, d), row.o[d],
                                5e-6 * row.size + half * Math.abs(row.o[d]) + (half > 0 ? 1e-7 : 0));
                    }
                    near(where + ", lse", got.lse(b, i, h), row.lse, 6e-6 + 1e-6 * Math.abs(row.lse));
                }
            }
        }
        assertGaps(got, what);
    }

    private void assertGaps(AttentionCase.Result got, String what) {
        long head = got.out.headStride();
        for (long e = 0; c.gap > 0 && e < got.out.memory().byteSize() / c.queryType.bytes(); e++) {
            float value = Bits.get(got.out.memory(), c.queryType, e);
            if (e % head >= c.valueDim && Math.abs(value - AttentionCase.UNTOUCHED) > 64) {
                throw new AssertionError(what + ": wrote " + value + " between heads of " + c);
            }
        }
    }

    static void near(String what, double got, double want, double bound) {
        boolean good = Double.isNaN(want) ? Double.isNaN(got) : got == want || Math.abs(got - want) <= bound;
        if (!good) {
            throw new AssertionError(what + ": got " + got + ", wanted " + want + ", allowed " + bound);
        }
    }
}
