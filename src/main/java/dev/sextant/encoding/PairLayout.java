package dev.sextant.encoding;

/**
 * Which two elements of the rotated slice (width R) form pair j. Rotating with the wrong layout gives plausible numbers and
 * a broken model: it must match the layout of the weights.
 */
public enum PairLayout {
    /** {@code (j, j + R/2)}, {@code [ccccssss]}: rotate-half, NeoX; Hugging Face Llama, Qwen, Mistral, Gemma, Phi. */
    HALF_SPLIT,
    /** {@code (2j, 2j + 1)}, {@code [cscscscs]}: GPT-J, complex form; Meta's Llama files, Cohere, GLM, GGUF "NORM". */
    INTERLEAVED,
    /**
     * Reads {@code (2j, 2j + 1)}, writes {@code (j, j + R/2)}: the DeepSeek V3 family. Scores are those of an interleaved rotation,
     * cached keys are not: the two cannot share a cache. Never in place.
     */
    INTERLEAVED_IN_HALF_OUT,
    /** Reads {@code (j, j + R/2)}, writes {@code (2j, 2j + 1)}: the way back of the one above. Never in place. */
    HALF_IN_INTERLEAVED_OUT,
    /**
     * Half-split inside each of as many equal parts of the slice as there are axes, {@code [hhww]}: part n is pairs
     * {@code n*R/(2*axes)} and on (Gemma 4 images). Which axis drives a part is the axis map's affair.
     */
    HALF_SPLIT_BY_AXIS;

    /** Whether a rotation may write where it reads. */
    public boolean inPlace() {
        return this != INTERLEAVED_IN_HALF_OUT && this != HALF_IN_INTERLEAVED_OUT;
    }
}
