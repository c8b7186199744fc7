package dev.sextant.encoding;

/**
 * Where a formula's reference implementation rounds. A rule writes its formula once and passes each such step through this,
 * so that one text serves {@link AngleMode#EXACT} and {@link AngleMode#HF_FLOAT32}.
 */
public enum Rounding {
    /** Keep the double. */
    NONE,
    /** Round to float32. */
    FLOAT32;

    /** The value as this mode holds it. */
    public double round(double value) {
        return this == FLOAT32 ? (float) value : value;
    }

    /**
     * {@code scalar / tensor} as the reference framework evaluates it: a reciprocal, then a product, each rounded.
     * Without rounding it is the plain quotient.
     */
    public double divideScalarBy(double scalar, double tensor) {
        return this == FLOAT32 ? (float) ((double) (float) (1.0 / tensor) * (float) scalar) : scalar / tensor;
    }
}
