package dev.sextant.encoding;

/**
 * The arithmetic of frequencies and angles. The two differ by 2e-4 at position 4,096 and by 6e-3 at 131,072 (base 10,000), so
 * the mode is always a named choice.
 */
public enum AngleMode {
    /** Frequencies are doubles, the angle is the true product, cos and sin are correctly rounded. For new work. */
    EXACT,
    /**
     * Frequencies follow the float32 chain of the reference Python models, the angle is the float32 product, then an accurate
     * sine of that float32 number. What published checkpoints were trained with.
     */
    HF_FLOAT32;

    /** Rounding of every step at which the reference models work in float32. */
    public Rounding rounding() {
        return this == EXACT ? Rounding.NONE : Rounding.FLOAT32;
    }
}
