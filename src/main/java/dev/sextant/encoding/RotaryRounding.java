package dev.sextant.encoding;

/**
 * Where a rotation of 16-bit elements rounds. The reference models differ, and so do the bits; in float32 all three are the
 * same. Read from their code: the table of {@code modeling_*.py} apply functions in transformers 5.18.
 */
public enum RotaryRounding {
    /**
     * Cos, sin and all arithmetic in float32, one rounding at the end: the most accurate. OLMo, Ernie 4.5, the Qwen and SAM 2
     * vision towers, Llama 4 and DeepSeek V2 (complex), flash-attention and vLLM kernels given float32 tables.
     */
    ONCE,
    /** Cos and sin rounded to the element type, arithmetic in float32, one rounding at the end: Cohere, ESM, ModernBERT, vLLM's table. */
    ROWS,
    /**
     * Cos and sin, each of the two products and their sum rounded to the element type: Llama and most of its descendants in the
     * reference Python models.
     */
    PRODUCTS
}
