package dev.sextant.internal.java;

import dev.sextant.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Elements of any type as float32: exact on the way in, rounded to nearest even once on the way out. */
public final class Elements {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private Elements() {}

    /** Element {@code index} of {@code memory}. */
    public static float load(MemorySegment memory, DType dtype, long index) {
        return switch (dtype) {
            case F32 -> loadF32(memory, index);
            case F16 -> loadF16(memory, index);
            case BF16 -> loadBf16(memory, index);
        };
    }

    /** Stores {@code value} as element {@code index} of {@code memory}. */
    public static void store(MemorySegment memory, DType dtype, long index, float value) {
        switch (dtype) {
            case F32 -> storeF32(memory, index, value);
            case F16 -> storeF16(memory, index, value);
            case BF16 -> storeBf16(memory, index, value);
        }
    }

    /** {@code value} rounded to {@code dtype} and widened again. */
    static float rounded(float value, DType dtype) {
        return switch (dtype) {
            case F32 -> value;
            case F16 -> roundedF16(value);
            case BF16 -> roundedBf16(value);
        };
    }

    static float roundedF16(float value) {
        return Float.float16ToFloat(Float.floatToFloat16(value));
    }

    static float roundedBf16(float value) {
        return bfloat16ToFloat(floatToBfloat16(value));
    }

    static float loadF32(MemorySegment memory, long index) {
        return memory.get(FLOAT, index * 4);
    }

    static void storeF32(MemorySegment memory, long index, float value) {
        memory.set(FLOAT, index * 4, value);
    }

    static float loadF16(MemorySegment memory, long index) {
        return Float.float16ToFloat(memory.get(SHORT, index * 2));
    }

    static void storeF16(MemorySegment memory, long index, float value) {
        memory.set(SHORT, index * 2, Float.floatToFloat16(value));
    }

    static float loadBf16(MemorySegment memory, long index) {
        return bfloat16ToFloat(memory.get(SHORT, index * 2));
    }

    static void storeBf16(MemorySegment memory, long index, float value) {
        memory.set(SHORT, index * 2, floatToBfloat16(value));
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
