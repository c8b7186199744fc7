package dev.sextant.internal.java;

import dev.sextant.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Elements of any type as float32: exact on the way in, rounded to nearest even once on the way out. */
public final class Elements {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private Elements() {
    }

    /** Element {@code index} of {@code memory}. */
    public static float load(MemorySegment memory, DType dtype, long index) {
        return switch (dtype) {
            case F32 -> memory.get(FLOAT, index * 4);
            case F16 -> Float.float16ToFloat(memory.get(SHORT, index * 2));
            case BF16 -> bfloat16ToFloat(memory.get(SHORT, index * 2));
        };
    }

    /** Stores {@code value} as element {@code index} of {@code memory}. */
    public static void store(MemorySegment memory, DType dtype, long index, float value) {
        switch (dtype) {
            case F32 -> memory.set(FLOAT, index * 4, value);
            case F16 -> memory.set(SHORT, index * 2, Float.floatToFloat16(value));
            case BF16 -> memory.set(SHORT, index * 2, floatToBfloat16(value));
        }
    }

    /** A bfloat16 bit pattern, widened exactly. */
    public static float bfloat16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** Round to nearest even; a NaN stays a NaN (its payload may lose its low bits). */
    public static short floatToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
