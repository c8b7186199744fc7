package dev.sextant.tensor;

/**
 * Element type of a tensor. Computation is always in float32: 16-bit types widen exactly and are rounded to nearest even
 * once when they are stored.
 */
public enum DType {
    /** IEEE 754 binary32; heap form {@code float[]}. */
    F32(4),
    /** IEEE 754 binary16; heap form {@code short[]} of bit patterns, as {@link Float#floatToFloat16} makes them. */
    F16(2),
    /** The upper half of a binary32 (bfloat16); heap form {@code short[]} of bit patterns. */
    BF16(2);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }
}
