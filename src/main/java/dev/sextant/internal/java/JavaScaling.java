package dev.sextant.internal.java;

import dev.sextant.encoding.QueryTemperature;
import dev.sextant.tensor.DType;
import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import java.lang.foreign.MemorySegment;

/** Heads times the factor of their token: the factor rounded once, the float32 product rounded once, one rounding to the element type. */
public final class JavaScaling {

    private JavaScaling() {}

    /**
     * Scales checked views.
     *
     * @param elementFactor whether the factor is rounded to the element type before it multiplies
     */
    public static void scale(Heads in, Heads out, Positions positions, QueryTemperature rule, boolean elementFactor) {
        for (long b = 0; b < in.batches(); b++) {
            for (long t = 0; t < in.tokens(); t++) {
                float factor = (float) rule.factor(positions.at(b, 0, t));
                token(in, out, b, t, elementFactor ? rounded(in.dtype(), factor) : factor);
            }
        }
    }

    private static float rounded(DType dtype, float factor) {
        return switch (dtype) {
            case F32 -> factor;
            case F16 -> Float.float16ToFloat(Float.floatToFloat16(factor));
            case BF16 -> Elements.bfloat16ToFloat(Elements.floatToBfloat16(factor));
        };
    }

    private static void token(Heads in, Heads out, long b, long t, float factor) {
        long from = in.origin() + b * in.batchStride() + t * in.tokenStride();
        long to = out.origin() + b * out.batchStride() + t * out.tokenStride();
        for (long h = 0; h < in.heads(); h++) {
            long i = from + h * in.headStride();
            long o = to + h * out.headStride();
            switch (in.dtype()) {
                case F32 -> headF32(in.memory(), i, out.memory(), o, in.dim(), factor);
                case F16 -> headF16(in.memory(), i, out.memory(), o, in.dim(), factor);
                case BF16 -> headBf16(in.memory(), i, out.memory(), o, in.dim(), factor);
            }
        }
    }

    /* One head. Three times the same but for the type: one loop that asks for it is far slower. */

    private static void headF32(MemorySegment in, long from, MemorySegment out, long to, int dim, float factor) {
        for (int d = 0; d < dim; d++) {
            Elements.storeF32(out, to + d, Elements.loadF32(in, from + d) * factor);
        }
    }

    private static void headF16(MemorySegment in, long from, MemorySegment out, long to, int dim, float factor) {
        for (int d = 0; d < dim; d++) {
            Elements.storeF16(out, to + d, Elements.loadF16(in, from + d) * factor);
        }
    }

    private static void headBf16(MemorySegment in, long from, MemorySegment out, long to, int dim, float factor) {
        for (int d = 0; d < dim; d++) {
            Elements.storeBf16(out, to + d, Elements.loadBf16(in, from + d) * factor);
        }
    }
}
