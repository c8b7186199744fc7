package dev.sextant.internal.java;

import dev.sextant.internal.form.AttentionForm;
import dev.sextant.internal.form.BiasForm;
import dev.sextant.internal.form.StructureForm;
import dev.sextant.internal.kernel.AttentionArguments;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Mask;
import dev.sextant.tensor.PageTable;
import dev.sextant.tensor.RowValues;
import dev.sextant.tensor.Scores;
import dev.sextant.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The score of one query row and one key, step by step, in double: scale, skew, softcap, bias. And which keys a row sees, decided by
 * structure and by a bias of minus infinity alone, never by a score.
 */
final class JavaScores {

    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    private final AttentionForm form;
    private final BiasForm bias;
    private final StructureForm structure;

    JavaScores(AttentionForm form) {
        this.form = form;
        this.bias = form.bias();
        this.structure = form.structure();
    }

    /** First key that position {@code p} may see. */
    long firstKey(long p, long prefix, long keys) {
        return structure.blocks() || structure.head(p, prefix, keys) > 0 ? 0 : structure.from(p, keys);
    }

    /** One past the last key that position {@code p} may see. */
    long endKey(long p, long prefix, long keys) {
        return structure.blocks() ? keys : Math.max(structure.head(p, prefix, keys), structure.to(p, keys));
    }

    /** Whether query row {@code i} of sequence {@code b} sees key {@code j}. */
    boolean keeps(AttentionArguments a, long b, int h, long i, long j) {
        long p = i + a.sequences.offset(b);
        boolean shown = structure.shows(p, j, a.sequences.prefix(b), a.sequences.keys(b))
                || structure.blocks() && sameBlock(a, b, i, j);
        return shown && (!structure.documents() || sameDocument(a, b, i, j)) && unmasked(a.mask, b, h, i, j)
                && structure.listed(i, j) && dense(a.dense, b, h, i, j) != Float.NEGATIVE_INFINITY;
    }

    private static boolean sameDocument(AttentionArguments a, long b, long i, long j) {
        return query(a.queryDocuments, a, b, i) == key(a.keyDocuments, a, b, j);
    }

    private static boolean sameBlock(AttentionArguments a, long b, long i, long j) {
        int block = query(a.queryBlocks, a, b, i);
        return block >= 0 && block == key(a.keyBlocks, a, b, j);
    }

    private static int query(@Nullable TokenIds ids, AttentionArguments a, long b, long i) {
        return ids == null ? 0 : ids.at(AttentionArguments.entry(b, ids.batches()), a.sequences.queryFirst(b) + i);
    }

    private static int key(@Nullable TokenIds ids, AttentionArguments a, long b, long j) {
        return ids == null ? 0 : ids.at(AttentionArguments.entry(b, ids.batches()), a.sequences.keyFirst(b) + j);
    }

    private static boolean unmasked(@Nullable Mask mask, long b, int h, long i, long j) {
        return mask == null || mask.memory().get(ValueLayout.JAVA_BYTE, mask.index(b, h, i, j)) != 0;
    }

    private static float dense(@Nullable Scores dense, long b, int h, long i, long j) {
        return dense == null ? 0 : Elements.loadF32(dense.memory(), dense.index(b, h, i, j));
    }

    /** Element index of token {@code t} of sequence {@code b}, head {@code h}, in heads that are no pages. */
    static long element(Heads heads, long b, long t, long h) {
        return heads.origin() + AttentionArguments.entry(b, heads.batches()) * heads.batchStride()
                + t * heads.tokenStride() + h * heads.headStride();
    }

    /** Element index of key {@code j} of sequence {@code b} in keys or values. */
    static long cached(AttentionArguments a, Heads heads, long b, long j, long h) {
        PageTable pages = a.pages;
        long token = a.sequences.keyFirst(b) + j;
        if (pages == null) {
            return element(heads, b, token, h);
        }
        return heads.origin() + pages.page(b, token / heads.tokens()) * heads.batchStride()
                + token % heads.tokens() * heads.tokenStride() + h * heads.headStride();
    }

    /** Widens query row {@code i} to the scratch memory, multiplied by the scale and the factor of the row. */
    void query(AttentionArguments a, long b, int h, long i, MemorySegment scratch, long at) {
        long t = a.sequences.queryFirst(b) + i;
        RowValues factors = a.rowScale;
        double scale = factors == null
                ? form.scale()
                : (double) form.scale() * Elements.loadF32(factors.memory(),
                        factors.index(AttentionArguments.entry(b, factors.batches()), 0, t));
        long from = element(a.q, b, t, h);
        for (int d = 0; d < form.keyDim(); d++) {
            scratch.set(DOUBLE, at + 8L * d, scale * Elements.load(a.q.memory(), a.q.dtype(), from + d));
        }
    }

    /** {@code scale * rowScale * (q . k)}. */
    double scaled(AttentionArguments a, long b, int h, long j, MemorySegment scratch, long query) {
        long key = cached(a, a.k, b, j, h / form.group());
        double sum = 0;
        for (int d = 0; d < form.keyDim(); d++) {
            sum += scratch.get(DOUBLE, query + 8L * d) * Elements.load(a.k.memory(), a.k.dtype(), key + d);
        }
        return sum;
    }

    /** With skew, after the softcap. */
    double capped(AttentionArguments a, long b, int h, long i, long j, double scaled) {
        double s = scaled + dense(a.skew, b, h, i, j);
        return form.softcap() > 0 ? form.softcap() * StrictMath.tanh(s / form.softcap()) : s;
    }

    /** With the bias. */
    double biased(AttentionArguments a, long b, int h, long i, long j, double capped) {
        return capped + bias.at(b, h, j - i - a.sequences.offset(b)) + dense(a.dense, b, h, i, j);
    }

    /** The same in float32, each sum rounded: what is promised for scores that somebody else made. */
    float biased(AttentionArguments a, long b, int h, long i, long j, float score) {
        float s = score;
        if (bias.kind() != BiasForm.Kind.NONE) {
            s += bias.at(b, h, j - i - a.sequences.offset(b));
        }
        return a.dense == null ? s : s + dense(a.dense, b, h, i, j);
    }
}
