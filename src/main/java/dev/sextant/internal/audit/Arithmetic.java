package dev.sextant.internal.audit;

import dev.sextant.internal.java.Elements;

/** Where an engine loses bits; {@link Turns} does what each says. */
enum Arithmetic {
    AS_STATED("as the configuration says"), INVERSE_BF16(
            "inverse frequencies rounded to bfloat16 (converted with the model)"), INVERSE_F16(
                    "inverse frequencies rounded to float16 (converted with the model)"), POSITIONS_BF16(
                            "positions rounded to bfloat16 (exact only up to 256)"), POSITIONS_F16(
                                    "positions rounded to float16 (exact only up to 2048)"), TF32(
                                            "positions and inverse frequencies rounded to TF32 (a matrix product on tensor cores)"), ANGLES_BF16(
                                                    "positions, inverse frequencies and their product in bfloat16"), ANGLES_F16(
                                                            "positions, inverse frequencies and their product in float16"), TABLE_BF16(
                                                                    "cos and sin rounded to bfloat16 (as the reference does for a bfloat16 model)"), TABLE_F16(
                                                                            "cos and sin rounded to float16 (as the reference does for a float16 model)"), RECURRENCE(
                                                                                    "angles by a float32 recurrence over the pairs (ggml's CPU loop)"), RECURRENCE_UP(
                                                                                            "angles by a float32 recurrence over the pairs (ggml's CPU loop, its step one ulp up)"), RECURRENCE_DOWN(
                                                                                                    "angles by a float32 recurrence over the pairs (ggml's CPU loop, its step one ulp down)");

    private final String sentence;

    Arithmetic(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }

    boolean isRecurrence() {
        return this == RECURRENCE || this == RECURRENCE_UP || this == RECURRENCE_DOWN;
    }

    /**
     * How far a value may be off because it stood next to the boundary between two table entries and went the other way:
     * one unit in the last place of numbers up to 1, 0 where tables are not rounded.
     */
    double flip() {
        return this == TABLE_BF16 ? 0x1p-8 : this == TABLE_F16 ? 0x1p-11 : 0;
    }

    static float bf16(double x) {
        return Elements.bfloat16ToFloat(Elements.floatToBfloat16((float) x));
    }

    static float f16(double x) {
        return Float.float16ToFloat(Float.floatToFloat16((float) x));
    }

    /** Ten bits of fraction, as tensor cores read a float32 (rounded to nearest even). */
    static float tf32(double x) {
        int bits = Float.floatToRawIntBits((float) x);
        return Float.intBitsToFloat(bits + 0xfff + (bits >>> 13 & 1) & ~0x1fff);
    }
}
