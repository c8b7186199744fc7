package dev.sextant.encoding;

/**
 * Dynamic NTK: within the trained context the plain rule; beyond it NTK-aware scaling of strength
 * {@code factor * n/L - (factor - 1)} for a length n and a trained context L. Source: emozilla, "Dynamically Scaled RoPE" (2023),
 * and the function {@code dynamic} of the reference rope utilities.
 *
 * <p>Trap: the reference takes n as the longest sequence of the whole batch, so a sequence's encoding depends on its batch
 * mates. Here the length is the caller's: one a plan.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param factor strength of the scaling, finite, above 0
 * @param trainedContext L, "max_position_embeddings", at least 1
 */
public record DynamicNtkScaling(double base, double factor, long trainedContext) implements LengthDependent {

    /** Refuses parameters outside their domain. */
    public DynamicNtkScaling {
        new LinearFrequencies(base, factor);
        if (trainedContext < 1) {
            throw new IllegalArgumentException("trainedContext: got " + trainedContext + ", wanted at least 1");
        }
    }

    @Override
    public Frequencies at(long length) {
        if (length < 1) {
            throw new IllegalArgumentException("length: got " + length + ", wanted at least 1");
        }
        long n = Math.max(length, trainedContext);
        return new NtkFrequencies(base, factor * (double) n / (double) trainedContext - (factor - 1));
    }

    @Override
    public String ruleName() {
        return "dynamic";
    }
}
