package dev.sextant;

/**
 * How a plan makes its cos/sin rows. The recipe belongs to the plan: every backend gives the same bits for the same recipe.
 */
public enum RowRecipe {
    /** Correctly rounded: the true cosine and sine of the plan's angle, rounded once to float32. */
    ACCURATE,
    /**
     * Float32 polynomials on the same exact phase: at most 1e-7 off. Meant for 16-bit heads, whose own rounding is 20,000
     * times coarser. Only with {@link dev.sextant.encoding.AngleMode#EXACT}.
     */
    FAST
}
