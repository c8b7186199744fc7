package dev.sextant;

/** How exact the factor of a query is when it meets elements of 16 bits; for float32 both are the same. */
public enum FactorRounding {
    /** The factor is float32, the product is rounded to the element type once: Llama 4, and the better numbers. */
    FLOAT32,
    /** The factor is rounded to the element type before the product: Ministral 3 and Mistral 4 in Hugging Face transformers. */
    ELEMENT_TYPE
}
