package dev.sextant.encoding;

import java.util.function.DoubleUnaryOperator;

/**
 * Positions as real numbers that do not grow with the text. They lose the absolute position, so a model trained with one of them needs the
 * same one. Arrays are float32, one value a token, computed in double; {@code Positions.coordinates(1, ...)} takes them.
 */
public final class NormalisedPositions {

    private NormalisedPositions() {}

    /** {@code p / (tokens - 1)}: 0 to 1. One token is at 0. */
    public static float[] unit(int tokens) {
        return map(tokens, p -> tokens == 1 ? 0 : p / (tokens - 1.0));
    }

    /** Linear position interpolation: {@code p * trained / tokens} where the text is longer than {@code trained}, else {@code p}. */
    public static float[] interpolated(int tokens, int trained) {
        if (trained < 1) {
            throw new IllegalArgumentException("trained: got " + trained + ", wanted at least 1");
        }
        return map(tokens, p -> tokens > trained ? p * trained / tokens : p);
    }

    /** {@code p - (tokens - 1) / 2}: the mean is 0. */
    public static float[] centred(int tokens) {
        return map(tokens, p -> p - (tokens - 1) / 2.0);
    }

    /** {@code ln(1 + p)}. */
    public static float[] logarithmic(int tokens) {
        return map(tokens, StrictMath::log1p);
    }

    private static float[] map(int tokens, DoubleUnaryOperator rule) {
        if (tokens < 0) {
            throw new IllegalArgumentException("tokens: got " + tokens + ", wanted at least 0");
        }
        float[] positions = new float[tokens];
        for (int t = 0; t < tokens; t++) {
            positions[t] = (float) rule.applyAsDouble(t);
        }
        return positions;
    }
}
