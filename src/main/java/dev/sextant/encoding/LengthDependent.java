package dev.sextant.encoding;

/**
 * A frequency rule that changes with the length of the sequence. It becomes a fixed rule when a plan is made; there is no plan
 * that changes under its caller. Keys rotated under one length must not meet queries rotated under another, so an engine that
 * crosses a boundary re-rotates or drops its cache.
 */
public interface LengthDependent {

    /** The rule for sequences of {@code length} tokens, at least 1. */
    Frequencies at(long length);

    /** Such rules are there to stretch a model beyond its training length. */
    default Traits.Reach reach() {
        return Traits.Reach.STRETCHED;
    }

    /** The rule's name in model configurations, for reports. */
    String ruleName();
}
