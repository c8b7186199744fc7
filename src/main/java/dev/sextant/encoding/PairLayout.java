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
    INTERLEAVED_IN_HALF_OUT
}
