package dev.sextant.internal.audit;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What an engine was seen to use. */
public abstract sealed class Evidence permits FrequencyEvidence, RowEvidence {

    /** How well {@code engine} agrees, on a sample of the rows or on all of them. */
    abstract Fit fit(Engine engine, boolean all);

    /**
     * How well the frequencies of {@code engine} agree, at most 1, for a search: smooth over wide ranges at level 0, sharper
     * from level to level.
     */
    abstract double agreement(Engine engine, int level);

    abstract int levels();

    /** How much a relative change of all frequencies moves the agreement at a level, in radians. */
    abstract double sharpness(int level);

    /** Pairs that were seen, 0 where that depends on the engine. */
    abstract int pairs();

    /** The magnitude that was seen under an engine's slice, where magnitudes show. */
    abstract OptionalDouble magnitude(Engine engine);

    /** Constant shifts of positions that would bring an engine into agreement, the best first, where positions show. */
    abstract List<Long> shifts(Engine engine);

    /** The elements that were changed, as an offset and a width, where that shows. */
    abstract Optional<Slice> changed();

    /** What was looked at, in words. */
    public abstract String description();
}
