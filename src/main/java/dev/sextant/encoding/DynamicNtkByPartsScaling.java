package dev.sextant.encoding;

/**
 * Dynamic NTK-by-parts: within the trained context the plain rule, for a length n beyond it {@link NtkByPartsFrequencies} with
 * {@code factor = n / trainedContext}. Source: class {@code LlamaDynamicPartNTKScaledRotaryEmbedding} at jquesnelle/yarn (2023).
 *
 * <p>Trap: its Falcon sister switches at exactly the trained context, where the factor is 1; the frequencies are the same.
 *
 * @param base the base ("rope_theta"), finite, above 1
 * @param trainedContext "max_position_embeddings", at least 1
 * @param ntkFactor share of NTK in the first blend, 0 to 1 (1)
 * @param extrapolationFactor share of the plain rule in the second blend, 0 to 1 (1)
 */
public record DynamicNtkByPartsScaling(double base, long trainedContext, double ntkFactor, double extrapolationFactor)
        implements
            LengthDependent {

    /** Refuses parameters outside their domain. */
    public DynamicNtkByPartsScaling {
        new NtkByPartsFrequencies(base, 1, (double) trainedContext, ntkFactor, extrapolationFactor);
    }

    @Override
    public Frequencies at(long length) {
        if (length < 1) {
            throw new IllegalArgumentException("length: got " + length + ", wanted at least 1");
        }
        return length <= trainedContext
                ? new GeometricFrequencies(base)
                : new NtkByPartsFrequencies(base, (double) length / (double) trainedContext, (double) trainedContext,
                        ntkFactor, extrapolationFactor);
    }

    @Override
    public String ruleName() {
        return "dynamic-ntk-by-parts";
    }
}
