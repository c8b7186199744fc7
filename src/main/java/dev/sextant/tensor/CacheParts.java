package dev.sextant.tensor;

import org.jspecify.annotations.Nullable;

/** What every cache must be. */
final class CacheParts {

    private CacheParts() {}

    /** Refuses a cache of no slots, and keys and values that do not go together. */
    static void check(Heads k, @Nullable Heads v) {
        if (k.batches() < 1 || k.tokens() < 1) {
            throw new IllegalArgumentException("cache pages x slots: got " + k.batches() + " x " + k.tokens()
                    + ", wanted at least 1 x 1");
        }
        if (v != null && (v.batches() != k.batches() || v.tokens() != k.tokens() || v.dtype() != k.dtype())) {
            throw new IllegalArgumentException("values, pages x slots of type: got " + v.batches() + " x " + v.tokens()
                    + " of " + v.dtype() + ", wanted " + k.batches() + " x " + k.tokens() + " of " + k.dtype()
                    + ", those of the keys");
        }
    }
}
