package dev.sextant.internal.form;

/** Where a kernel takes its cos/sin rows from; the ordinals are the enumerators of the C ABI. */
public enum RowSource {
    /** 128-bit phase, double polynomials, rounded once. */
    EXACT,
    /** The top 64 bits of the same phase, float polynomials. */
    FAST,
    /** Float32 angle, then its accurate sine and cosine. */
    FLOAT32,
    /** Double angle of a position that may be a real number. */
    REAL,
    /** Read from the form's table. */
    TABLE
}
