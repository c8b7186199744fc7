package dev.sextant.config;

/** What to do with a key of the rope block that its rule does not know. */
public enum Strictness {
    /** Refuse it by name. The default: an ignored key is how engines came to rotate with wrong frequencies. */
    STRICT,
    /** Ignore it and say so in {@link ModelConfig#warnings()}. An unknown rule is refused all the same. */
    LENIENT
}
