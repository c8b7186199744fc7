package dev.sextant.internal.form;

/** What becomes of a row {@code e}; the ordinals are the enumerators of the C ABI. */
public enum Merge {
    /** {@code e}: nothing is read. */
    FILL,
    /** {@code s*x + e}. */
    ADD,
    /** {@code x*(1 + e)}. */
    MULTIPLY
}
