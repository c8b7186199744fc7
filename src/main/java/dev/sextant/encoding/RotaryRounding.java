package dev.sextant.encoding;

/**
 * Where a rotation of 16-bit elements rounds. The reference models differ, and so do the bits; in float32 all three are the
 * same. Read from their code, the apply functions of {@code modeling_*.py} in transformers 5.18, and run: under the rounding named
 * here the bfloat16 heads of each class come out bit for bit from its own rows.
 */
public enum RotaryRounding {
    /**
     * Cos, sin and all arithmetic in float32, one rounding at the end: the most accurate. OLMo 2 and 3, Ernie 4.5, Llama 4 and
     * DeepSeek V2 (complex), the Qwen, Llama 4, Kimi and SAM 2 vision towers, flash-attention and vLLM kernels given float32 tables.
     */
    ONCE,
    /**
     * Cos and sin rounded to the element type, arithmetic in float32, one rounding at the end: Cohere, ESM, ModernBERT, DeepSeek V4,
     * vLLM's table.
     */
    ROWS,
    /**
     * Cos and sin, each of the two products and their sum rounded to the element type: Llama and most of its descendants in the
     * reference Python models, DeepSeek V3, Gemma 4, GLM, GPT-J and GPT-NeoX, Phi, the Pixtral and DINOv3 vision towers.
     */
    PRODUCTS
}
