package dev.sextant.internal.form;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A frequency in radians per position as an unsigned 0.128 fraction of a turn. Whole turns vanish, so a phase is an exact
 * product modulo one turn at any position: no range reduction, no error that grows with the position.
 *
 * @param hi upper 64 bits
 * @param lo lower 64 bits
 */
public record TurnFraction(long hi, long lo) {

    private static final int CONSTANT_BITS = 384;

    /** floor(2^384 / (2 pi)). */
    private static final BigInteger INVERSE_TWO_PI = new BigInteger(
            "28be60db9391054a7f09d5f47d4d377036d8a5664f10e4107f9458eaf7aef1586dc91b8e909374b801924bba82746487", 16);

    /** The fraction nearest to {@code radians / (2 pi)}; radians finite, not negative, below 2^64. */
    public static TurnFraction of(double radians) {
        if (radians == 0) {
            return new TurnFraction(0, 0);
        }
        // radians = mantissa * 2^exponent, both integers, exactly
        int exponent = Math.getExponent(radians) - 52;
        BigInteger mantissa = exponent < Double.MIN_EXPONENT - 52
                ? BigInteger.ZERO // a denormal is far below 2^-128 of a turn
                : new BigDecimal(Math.scalb(radians, -exponent)).toBigIntegerExact();
        int shift = CONSTANT_BITS - 128 - exponent;
        BigInteger turns = mantissa.multiply(INVERSE_TWO_PI).add(BigInteger.ONE.shiftLeft(shift - 1)).shiftRight(shift);
        return new TurnFraction(turns.shiftRight(64).longValue(), turns.longValue());
    }
}
