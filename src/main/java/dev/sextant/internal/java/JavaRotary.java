package dev.sextant.internal.java;

import dev.sextant.encoding.PairLayout;
import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.kernel.RotaryKernel;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * Rotation as the numeric contract states it: {@code y0 = x0*c - x1*s}, {@code y1 = x1*c + x0*s}, every product and every sum
 * rounded to float32 once (Java never contracts), one rounding to the element type at the end. Where a form rounds more, products
 * are rounded to the element type too; where elements have rows of their own, {@code c} and {@code s} of y1 are not those of y0.
 */
final class JavaRotary implements RotaryKernel {

    private final RotaryForm form;
    private final JavaRows rows;
    /** Pairs of a block, each of which pairs up on its own. */
    private final int block;
    /** Distance between the two elements of a pair, and from one pair to the next, where they are read and written. */
    private final int partner;
    private final int step;
    private final int partnerOut;
    private final int stepOut;

    JavaRotary(RotaryForm form) {
        this.form = form;
        this.rows = new JavaRows(form);
        this.block = form.pairs() / form.blocks();
        boolean half = form.layout() == PairLayout.HALF_SPLIT || form.layout() == PairLayout.HALF_IN_INTERLEAVED_OUT;
        boolean halfOut = form.layout() == PairLayout.HALF_SPLIT
                || form.layout() == PairLayout.INTERLEAVED_IN_HALF_OUT;
        this.partner = half ? block : 1;
        this.step = half ? 1 : 2;
        this.partnerOut = halfOut ? block : 1;
        this.stepOut = halfOut ? 1 : 2;
    }

    @Override
    public void rotate(Heads q, Heads qOut, Heads k, Heads kOut, Positions positions, boolean inverse) {
        for (long b = 0; b < q.batches(); b++) {
            for (long t = 0; t < q.tokens(); t++) {
                rotateToken(q, qOut, b, t, positions, inverse);
                if (k.heads() > 0) {
                    rotateToken(k, kOut, b, t, positions, inverse);
                }
            }
        }
    }

    private void rotateToken(Heads in, Heads out, long b, long t, Positions positions, boolean inverse) {
        rotateToken(in, b, t, out, out.origin() + b * out.batchStride() + t * out.tokenStride(), positions, inverse);
    }

    /** One token to element {@code to} of {@code out}, whose type may be another. */
    @SuppressWarnings("ReferenceEquality") // in place is the same view
    void rotateToken(Heads in, long b, long t, Heads out, long to, Positions positions, boolean inverse) {
        long from = in.origin() + b * in.batchStride() + t * in.tokenStride();
        for (int j = 0; j < form.pairs(); j++) {
            long row = rows.cosSin(positions, b, t, j);
            long second = rows.second(row, positions, b, t, j);
            float c0 = Phase.cos(row);
            float c1 = Phase.cos(second);
            // the transpose has the sines of the two elements exchanged and negated; of one sine a pair that is its inverse
            float s0 = inverse ? -Phase.sin(second) : Phase.sin(row);
            float s1 = inverse ? -Phase.sin(row) : Phase.sin(second);
            int skipped = form.offset() + j / block * 2 * block;
            int first = skipped + j % block * step;
            int firstOut = skipped + j % block * stepOut;
            if (out.dtype() != in.dtype()) {
                pairConverted(in, from + first, out, to + firstOut, c0, s0);
                continue;
            }
            pair(in, from + first, out, to + firstOut, c0, c1, s0, s1);
        }
        if (in != out) {
            for (long h = 0; h < in.heads(); h++) {
                int end = form.offset() + 2 * form.pairs();
                copy(in, from + h * in.headStride(), out, to + h * out.headStride(), form.offset());
                copy(in, from + h * in.headStride() + end, out, to + h * out.headStride() + end, form.headDim() - end);
            }
        }
    }

    /* One pair of every head. Five times the same but for the rounding: one loop that asks for it is ten times slower. */

    private void pair(Heads in, long from, Heads out, long to, float c0, float c1, float s0, float s1) {
        switch (form.dtype()) {
            case F32 -> pairF32(in, from, out, to, c0, c1, s0, s1);
            case F16 -> {
                if (form.roundsProducts()) {
                    productsF16(in, from, out, to, c0, s0);
                } else {
                    pairF16(in, from, out, to, c0, c1, s0, s1);
                }
            }
            case BF16 -> {
                if (form.roundsProducts()) {
                    productsBf16(in, from, out, to, c0, s0);
                } else {
                    pairBf16(in, from, out, to, c0, c1, s0, s1);
                }
            }
        }
    }

    private void pairF32(Heads in, long from, Heads out, long to, float c0, float c1, float s0, float s1) {
        MemorySegment x = in.memory();
        MemorySegment y = out.memory();
        for (long h = 0; h < in.heads(); h++) {
            long i = from + h * in.headStride();
            long o = to + h * out.headStride();
            float x0 = Elements.loadF32(x, i);
            float x1 = Elements.loadF32(x, i + partner);
            Elements.storeF32(y, o, x0 * c0 - x1 * s0);
            Elements.storeF32(y, o + partnerOut, x1 * c1 + x0 * s1);
        }
    }

    private void pairF16(Heads in, long from, Heads out, long to, float c0, float c1, float s0, float s1) {
        MemorySegment x = in.memory();
        MemorySegment y = out.memory();
        for (long h = 0; h < in.heads(); h++) {
            long i = from + h * in.headStride();
            long o = to + h * out.headStride();
            float x0 = Elements.loadF16(x, i);
            float x1 = Elements.loadF16(x, i + partner);
            Elements.storeF16(y, o, x0 * c0 - x1 * s0);
            Elements.storeF16(y, o + partnerOut, x1 * c1 + x0 * s1);
        }
    }

    private void pairBf16(Heads in, long from, Heads out, long to, float c0, float c1, float s0, float s1) {
        MemorySegment x = in.memory();
        MemorySegment y = out.memory();
        for (long h = 0; h < in.heads(); h++) {
            long i = from + h * in.headStride();
            long o = to + h * out.headStride();
            float x0 = Elements.loadBf16(x, i);
            float x1 = Elements.loadBf16(x, i + partner);
            Elements.storeBf16(y, o, x0 * c0 - x1 * s0);
            Elements.storeBf16(y, o + partnerOut, x1 * c1 + x0 * s1);
        }
    }

    private void productsF16(Heads in, long from, Heads out, long to, float c, float s) {
        MemorySegment x = in.memory();
        MemorySegment y = out.memory();
        for (long h = 0; h < in.heads(); h++) {
            long i = from + h * in.headStride();
            long o = to + h * out.headStride();
            float x0 = Elements.loadF16(x, i);
            float x1 = Elements.loadF16(x, i + partner);
            Elements.storeF16(y, o, Elements.roundedF16(x0 * c) - Elements.roundedF16(x1 * s));
            Elements.storeF16(y, o + partnerOut, Elements.roundedF16(x1 * c) + Elements.roundedF16(x0 * s));
        }
    }

    private void productsBf16(Heads in, long from, Heads out, long to, float c, float s) {
        MemorySegment x = in.memory();
        MemorySegment y = out.memory();
        for (long h = 0; h < in.heads(); h++) {
            long i = from + h * in.headStride();
            long o = to + h * out.headStride();
            float x0 = Elements.loadBf16(x, i);
            float x1 = Elements.loadBf16(x, i + partner);
            Elements.storeBf16(y, o, Elements.roundedBf16(x0 * c) - Elements.roundedBf16(x1 * s));
            Elements.storeBf16(y, o + partnerOut, Elements.roundedBf16(x1 * c) + Elements.roundedBf16(x0 * s));
        }
    }

    private void pairConverted(Heads in, long from, Heads out, long to, float c, float s) {
        for (long h = 0; h < in.heads(); h++) {
            long i = from + h * in.headStride();
            long o = to + h * out.headStride();
            float x0 = Elements.load(in.memory(), in.dtype(), i);
            float x1 = Elements.load(in.memory(), in.dtype(), i + partner);
            Elements.store(out.memory(), out.dtype(), o, x0 * c - x1 * s);
            Elements.store(out.memory(), out.dtype(), o + partnerOut, x1 * c + x0 * s);
        }
    }

    /** {@code count} elements as they are, or converted where the types differ. */
    static void copy(Heads in, long from, Heads out, long to, long count) {
        long bytes = in.dtype().bytes();
        if (in.dtype() == out.dtype()) {
            MemorySegment.copy(in.memory(), from * bytes, out.memory(), to * bytes, count * bytes);
            return;
        }
        for (long i = 0; i < count; i++) {
            Elements.store(out.memory(), out.dtype(), to + i, Elements.load(in.memory(), in.dtype(), from + i));
        }
    }

    @Override
    public void rows(Positions positions, Rows cos, Rows sin) {
        for (long r = 0; r < cos.rows(); r++) {
            for (int j = 0; j < form.pairs(); j++) {
                long cosSin = rows.cosSin(positions, 0, r, j);
                Elements.store(cos.memory(), cos.dtype(), cos.origin() + r * cos.stride() + j, Phase.cos(cosSin));
                Elements.store(sin.memory(), sin.dtype(), sin.origin() + r * sin.stride() + j, Phase.sin(cosSin));
            }
        }
    }

    @Override
    public String name() {
        String layout = switch (form.layout()) {
            case HALF_SPLIT, HALF_SPLIT_BY_AXIS -> "half";
            case INTERLEAVED -> "interleaved";
            case INTERLEAVED_IN_HALF_OUT -> "inout";
            case HALF_IN_INTERLEAVED_OUT -> "outin";
        };
        return "sx_rotary_" + form.dtype().name().toLowerCase(Locale.ROOT) + "_" + layout
                + (form.rows().elements() ? "_elements" : form.roundsProducts() ? "_products" : "") + "_java";
    }
}
