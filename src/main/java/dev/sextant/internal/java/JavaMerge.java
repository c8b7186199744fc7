package dev.sextant.internal.java;

import dev.sextant.tensor.Heads;
import dev.sextant.tensor.RowValues;

/**
 * Two attentions of the same queries over different keys become one: with {@code m = max(l1, l2)} and {@code w = exp(l - m)},
 * {@code O = (w1*O1 + w2*O2) / (w1 + w2)}, {@code l = m + ln(w1 + w2)}, in double. A part that saw nothing (minus infinity) is not
 * read. Source: the split softmax of Dao et al., FlashAttention, arXiv:2205.14135, section 3.1.
 */
final class JavaMerge {

    private JavaMerge() {}

    static void merge(Heads o, RowValues l, Heads out, RowValues lse) {
        for (long b = 0; b < out.batches(); b++) {
            for (long t = 0; t < out.tokens(); t++) {
                for (long h = 0; h < out.heads(); h++) {
                    row(o, l, out, lse, b, t, h);
                }
            }
        }
    }

    private static void row(Heads o, RowValues l, Heads out, RowValues lse, long b, long t, long h) {
        float l1 = Elements.loadF32(lse.memory(), lse.index(b, h, t));
        float l2 = Elements.loadF32(l.memory(), l.index(b, h, t));
        if (l2 == Float.NEGATIVE_INFINITY) {
            return; // adds nothing
        }
        double m = Math.max((double) l1, l2);
        double w1 = StrictMath.exp(l1 - m);
        double w2 = StrictMath.exp(l2 - m);
        boolean first = l1 != Float.NEGATIVE_INFINITY;
        long from = o.origin() + b * o.batchStride() + t * o.tokenStride() + h * o.headStride();
        long to = out.origin() + b * out.batchStride() + t * out.tokenStride() + h * out.headStride();
        for (int d = 0; d < out.dim(); d++) {
            double o2 = Elements.load(o.memory(), o.dtype(), from + d);
            double sum = first
                    ? (w1 * Elements.load(out.memory(), out.dtype(), to + d) + w2 * o2) / (w1 + w2)
                    : o2;
            Elements.store(out.memory(), out.dtype(), to + d, (float) sum);
        }
        Elements.storeF32(lse.memory(), lse.index(b, h, t), first ? (float) (m + StrictMath.log(w1 + w2)) : l2);
    }
}
