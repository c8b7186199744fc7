package dev.sextant.internal.java;

import dev.sextant.encoding.PairLayout;
import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.kernel.RotaryKernel;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/**
 * Rotation as the numeric contract states it: {@code y0 = x0*c - x1*s}, {@code y1 = x1*c + x0*s}, every product and every sum
 * rounded to float32 once (Java never contracts), one rounding to the element type at the end.
 */
final class JavaRotary implements RotaryKernel {

    private final RotaryForm form;
    /** Distance between the two elements of a pair, and from one pair to the next, where they are read and written. */
    private final int partner;
    private final int step;
    private final int partnerOut;
    private final int stepOut;

    JavaRotary(RotaryForm form) {
        this.form = form;
        boolean half = form.layout() == PairLayout.HALF_SPLIT;
        boolean halfOut = form.layout() != PairLayout.INTERLEAVED;
        this.partner = half ? form.pairs() : 1;
        this.step = half ? 1 : 2;
        this.partnerOut = halfOut ? form.pairs() : 1;
        this.stepOut = halfOut ? 1 : 2;
    }

    @Override
    public void rotate(Heads q, Heads qOut, Heads k, Heads kOut, Positions positions, boolean inverse) {
        for (long b = 0; b < q.batches(); b++) {
            for (long t = 0; t < q.tokens(); t++) {
                long position = positions.at(b, t);
                rotateToken(q, qOut, b, t, position, inverse);
                if (k.heads() > 0) {
                    rotateToken(k, kOut, b, t, position, inverse);
                }
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // in place is the same view
    private void rotateToken(Heads in, Heads out, long b, long t, long position, boolean inverse) {
        long from = in.origin() + b * in.batchStride() + t * in.tokenStride();
        long to = out.origin() + b * out.batchStride() + t * out.tokenStride();
        for (int j = 0; j < form.pairs(); j++) {
            long cosSin = cosSin(position, j);
            float c = Phase.cos(cosSin);
            float s = inverse ? -Phase.sin(cosSin) : Phase.sin(cosSin);
            int first = form.offset() + j * step;
            int firstOut = form.offset() + j * stepOut;
            switch (form.dtype()) {
                case F32 -> pairF32(in, from + first, out, to + firstOut, c, s);
                case F16 -> pairF16(in, from + first, out, to + firstOut, c, s);
                case BF16 -> pairBf16(in, from + first, out, to + firstOut, c, s);
            }
        }
        if (in != out) {
            for (long h = 0; h < in.heads(); h++) {
                copyOutside(in.memory(), from + h * in.headStride(), out.memory(), to + h * out.headStride());
            }
        }
    }

    /* One pair of every head. Three times the same but for the type: one loop that asks for it is ten times slower. */

    private void pairF32(Heads in, long from, Heads out, long to, float c, float s) {
        MemorySegment x = in.memory();
        MemorySegment y = out.memory();
        for (long h = 0; h < in.heads(); h++) {
            long i = from + h * in.headStride();
            long o = to + h * out.headStride();
            float x0 = Elements.loadF32(x, i);
            float x1 = Elements.loadF32(x, i + partner);
            Elements.storeF32(y, o, x0 * c - x1 * s);
            Elements.storeF32(y, o + partnerOut, x1 * c + x0 * s);
        }
    }

    private void pairF16(Heads in, long from, Heads out, long to, float c, float s) {
        MemorySegment x = in.memory();
        MemorySegment y = out.memory();
        for (long h = 0; h < in.heads(); h++) {
            long i = from + h * in.headStride();
            long o = to + h * out.headStride();
            float x0 = Elements.loadF16(x, i);
            float x1 = Elements.loadF16(x, i + partner);
            Elements.storeF16(y, o, x0 * c - x1 * s);
            Elements.storeF16(y, o + partnerOut, x1 * c + x0 * s);
        }
    }

    private void pairBf16(Heads in, long from, Heads out, long to, float c, float s) {
        MemorySegment x = in.memory();
        MemorySegment y = out.memory();
        for (long h = 0; h < in.heads(); h++) {
            long i = from + h * in.headStride();
            long o = to + h * out.headStride();
            float x0 = Elements.loadBf16(x, i);
            float x1 = Elements.loadBf16(x, i + partner);
            Elements.storeBf16(y, o, x0 * c - x1 * s);
            Elements.storeBf16(y, o + partnerOut, x1 * c + x0 * s);
        }
    }

    private void copyOutside(MemorySegment in, long from, MemorySegment out, long to) {
        int end = form.offset() + 2 * form.pairs();
        long bytes = form.dtype().bytes();
        MemorySegment.copy(in, from * bytes, out, to * bytes, form.offset() * bytes);
        MemorySegment.copy(in, (from + end) * bytes, out, (to + end) * bytes, (form.headDim() - end) * bytes);
    }

    @Override
    public void rows(Positions positions, Rows cos, Rows sin) {
        for (long r = 0; r < cos.rows(); r++) {
            long position = positions.at(0, r);
            for (int j = 0; j < form.pairs(); j++) {
                long cosSin = cosSin(position, j);
                Elements.store(cos.memory(), cos.dtype(), cos.origin() + r * cos.stride() + j, Phase.cos(cosSin));
                Elements.store(sin.memory(), sin.dtype(), sin.origin() + r * sin.stride() + j, Phase.sin(cosSin));
            }
        }
    }

    /** Cosine and sine of pair {@code j} at {@code position}, packed by {@link Phase#pack}. */
    private long cosSin(long position, int j) {
        MemorySegment table = form.table();
        if (table != null) {
            long row = position * 2 * form.pairs();
            return Phase.pack(table.getAtIndex(ValueLayout.JAVA_FLOAT, row + j),
                    table.getAtIndex(ValueLayout.JAVA_FLOAT, row + form.pairs() + j));
        }
        long cosSin = switch (form.source()) {
            case EXACT -> Phase.exact(position, form.fractionHi()[j], form.fractionLo()[j]);
            case FAST -> Phase.fast(position, form.fractionHi()[j]);
            case FLOAT32, TABLE -> Phase.float32(position, form.inverse()[j]);
        };
        float m = form.magnitude();
        return m == 1 ? cosSin : Phase.pack(Phase.cos(cosSin) * m, Phase.sin(cosSin) * m);
    }

    @Override
    public String name() {
        String layout = switch (form.layout()) {
            case HALF_SPLIT -> "half";
            case INTERLEAVED -> "interleaved";
            case INTERLEAVED_IN_HALF_OUT -> "inout";
        };
        return "sx_rotary_" + form.dtype().name().toLowerCase(Locale.ROOT) + "_" + layout + "_java";
    }
}
