package dev.sextant.encoding;

/**
 * A factor that grows with the position of a query and multiplies it, so that attention over long contexts stays as sharp as over
 * short ones. {@code dev.sextant.QueryScaling} applies it. Keys are left alone, so a cache of keys knows nothing of it; but scores then
 * depend on the query's position itself, not on distances alone.
 *
 * <p>Rules are pure values; factors are double. Positions are at least 0, others an {@link IllegalArgumentException}.
 */
public interface QueryTemperature {

    /** The factor of a query at {@code position}, which is at least 0. */
    double factor(long position);

    /** {@link #factor} of positions from {@code start} on, each rounded to float32 once. */
    default void factors(long start, float[] factors) {
        if (factors.length > 0 && start > Long.MAX_VALUE - factors.length) {
            throw new IllegalArgumentException(
                    "start: got " + start + ", wanted at most " + (Long.MAX_VALUE - factors.length));
        }
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) factor(start + i);
        }
    }

    /** {@link #factor} of one position each, rounded to float32 once. */
    default void factors(long[] positions, float[] factors) {
        if (positions.length != factors.length) {
            throw new IllegalArgumentException(
                    "factors: got room for " + factors.length + ", wanted " + positions.length + ", one a position");
        }
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) factor(positions[i]);
        }
    }

    /**
     * Llama 4, whose layers without rotation have it ("attn_temperature_tuning", "floor_scale" 8192, "attn_scale" 0.1):
     * {@code ln(1 + floor((p + 1) / floorScale)) * attnScale + 1}. The reference counts slots of the cache, left padding included; give it
     * true positions.
     */
    static QueryTemperature llama4(double floorScale, double attnScale) {
        return new FloorLogTemperature(1, floorScale, attnScale);
    }

    /**
     * Ministral 3 and Mistral 4, every layer, after the rotation ("llama_4_scaling_beta", "original_max_position_embeddings"):
     * {@code 1 + beta * ln(1 + floor(p / originalContext))}. The reference rounds the factor to the type of the query first.
     */
    static QueryTemperature ministral3(double beta, double originalContext) {
        return new FloorLogTemperature(0, originalContext, beta);
    }

    /** ReRoPE and SelfExtend: {@code max(1, ln(p + 1) / ln(trainedLength))}. */
    static QueryTemperature logLength(double trainedLength) {
        return new LogLengthTemperature(trainedLength);
    }
}
