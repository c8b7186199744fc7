package dev.sextant.internal.kernel;

import dev.sextant.tensor.Heads;
import dev.sextant.tensor.Positions;
import dev.sextant.tensor.Slots;

/** A bound rotation whose keys go into a cache. Immutable, usable by any number of threads at once, allocates nothing. */
public interface AppendKernel {

    /**
     * Rotates {@code q} into {@code qOut} (the same object: in place) and {@code k} into its slots of {@code kCache}, and copies
     * {@code v} into those of {@code vCache}, converted to the type of the cache; {@code q} and {@code v} of no heads are not there.
     * Batch entries and tokens are those of {@code k}; pages and slots are the batch entries and tokens of the caches.
     */
    void append(Heads q, Heads qOut, Heads k, Heads kCache, Heads v, Heads vCache, Slots slots, Positions positions,
            boolean inverse);
}
