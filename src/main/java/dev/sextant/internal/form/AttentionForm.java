package dev.sextant.internal.form;

import dev.sextant.tensor.DType;

/**
 * The canonical form of biased attention: all that is fixed when a plan is made. Arrays are owned by the form and never written
 * after it is made.
 *
 * @param heads query heads, a multiple of {@code kvHeads}
 * @param kvHeads heads of keys and values
 * @param keyDim elements of a query and of a key head
 * @param valueDim elements of a value and of an output head
 * @param queryType element type of queries and of the output
 * @param cacheType element type of keys and values
 * @param scale what scores are multiplied by, above 0
 * @param softcap {@code cap * tanh(s / cap)}; 0 for none
 * @param skew whether terms to be added before the softcap come with each call
 * @param bias the bias
 * @param structure which keys a query sees
 * @param sinks a logit a query head that joins the denominator only; empty for none
 * @param skipping whether keys that cannot change the float32 result may be left out
 */
public record AttentionForm(int heads, int kvHeads, int keyDim, int valueDim, DType queryType, DType cacheType,
        float scale, float softcap, boolean skew, BiasForm bias, StructureForm structure, float[] sinks,
        boolean skipping) {

    /** Query heads that share a head of keys and values. */
    public int group() {
        return heads / kvHeads;
    }
}
