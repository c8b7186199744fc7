package dev.sextant.internal.java;

/**
 * Cosine and sine of {@code position * frequency}, by phase: the angle is a fraction of a turn, its product with the position
 * is exact modulo one turn, the top two bits are the quadrant, and fixed polynomials finish on at most an eighth of a turn.
 * Every step is an integer operation, an IEEE operation or a fused multiply-add, so every backend gets the same bits.
 *
 * <p>{@code EXACT}: correctly rounded for |position| below 2^32 (0 misses in 12,440 reference values and in 10^7 random ones).
 * {@code FAST}: at most 7.1e-8 off. Results are a pair of floats packed into a long, so that nothing is allocated.
 */
final class Phase {

    // sine of r turns: r*(S0 + S0_LOW + z*(S1 + ...)), z = r*r, |r| <= 1/8; minimax, relative error 3e-18. The leading
    // coefficient is in two words: with degree 11 one value in 10^7 would be rounded the wrong way.
    private static final double S0 = 0x1.921fb54442d18p+2;
    private static final double S0_LOW = 0x1.02644e4bc9d13p-52;
    private static final double S1 = -0x1.4abbce625be41p+5;
    private static final double S2 = 0x1.466bc67758780p+6;
    private static final double S3 = -0x1.32d2cce2dcd95p+6;
    private static final double S4 = 0x1.50782fd0eb686p+5;
    private static final double S5 = -0x1.e3006923c11b7p+3;
    private static final double S6 = 0x1.e3f08fcbd1d70p+1;

    // cosine of r turns: 1 + z*(C1 + ...); minimax, absolute error 5.2e-17
    private static final double C1 = -0x1.3bd3cc9be45a5p+4;
    private static final double C2 = 0x1.03c1f081b14eap+6;
    private static final double C3 = -0x1.55d3c7dcb8acep+6;
    private static final double C4 = 0x1.e1f4fbfe700aep+5;
    private static final double C5 = -0x1.a6ca019abf17fp+4;
    private static final double C6 = 0x1.f3ef94dd7e16ep+2;

    // the same in float; the sine's leading coefficient is in two words
    private static final float F_S0 = 0x1.921fb6p+2f;
    private static final float F_S0_LOW = -0x1.a32bdp-23f;
    private static final float F_S1 = -0x1.4abbbap+5f;
    private static final float F_S2 = 0x1.465eeap+6f;
    private static final float F_S3 = -0x1.2da11cp+6f;
    private static final float F_C1 = -0x1.3bd3ccp+4f;
    private static final float F_C2 = 0x1.03c1aep+6f;
    private static final float F_C3 = -0x1.55b146p+6f;
    private static final float F_C4 = 0x1.d47d7ep+5f;

    // 1/(2 pi) in two words
    private static final double TURNS_HIGH = 0x1.45f306dc9c883p-3;
    private static final double TURNS_LOW = -0x1.6b01ec5417056p-57;

    private static final long EIGHTH = 1L << 61;
    private static final long QUARTER_MASK = (1L << 62) - 1;

    private Phase() {}

    /** Angle {@code position * (hi:lo)} turns, the fraction being 0.128 fixed point. */
    static long exact(long position, long fractionHi, long fractionLo) {
        long lo = position * fractionLo;
        long carry = Math.unsignedMultiplyHigh(position, fractionLo) - (position < 0 ? fractionLo : 0);
        long h = position * fractionHi + carry + EIGHTH;
        double r62 = (double) ((h & QUARTER_MASK) - EIGHTH); // rounded to nearest
        return polynomials(Math.fma((double) (lo >>> 12), 0x1p-116, r62 * 0x1p-64), (int) (h >>> 62));
    }

    /** The float32 angle of the reference models, reduced exactly; |angle| below 2^48. */
    static long float32(float position, float inverse) {
        return reduced(position * inverse);
    }

    /** The double angle of a position that may be a real number; |angle| below 2^48. */
    static long real(double position, double frequency) {
        return reduced(position * frequency);
    }

    private static long reduced(double a) {
        double t = a * TURNS_HIGH;
        double error = Math.fma(a, TURNS_HIGH, -t);
        double quarters = Math.rint(4 * t);
        double r = Math.fma(quarters, -0.25, t) + Math.fma(a, TURNS_LOW, error);
        return polynomials(r, (int) ((long) quarters & 3));
    }

    private static long polynomials(double r, int quadrant) {
        double z = r * r;
        double q = Math.fma(S6, z, S5);
        q = Math.fma(q, z, S4);
        q = Math.fma(q, z, S3);
        q = Math.fma(q, z, S2);
        q = Math.fma(q, z, S1);
        q = Math.fma(q, z, S0_LOW);
        double s = Math.fma(r, S0, r * q);
        double w = Math.fma(C6, z, C5);
        w = Math.fma(w, z, C4);
        w = Math.fma(w, z, C3);
        w = Math.fma(w, z, C2);
        w = Math.fma(w, z, C1);
        double c = Math.fma(z, w, 1.0);
        return quadrant(quadrant, (float) c, (float) s);
    }

    /** The upper half of the same phase with float polynomials. */
    static long fast(long position, long fractionHi) {
        long h = position * fractionHi + EIGHTH;
        float r = (int) ((h & QUARTER_MASK) - EIGHTH >> 30) * 0x1p-34f;
        float z = r * r;
        float q = Math.fma(F_S3, z, F_S2);
        q = Math.fma(q, z, F_S1);
        q = Math.fma(q, z, F_S0_LOW);
        float s = Math.fma(r, F_S0, r * q);
        float w = Math.fma(F_C4, z, F_C3);
        w = Math.fma(w, z, F_C2);
        w = Math.fma(w, z, F_C1);
        float c = Math.fma(z, w, 1f);
        return quadrant((int) (h >>> 62), c, s);
    }

    private static long quadrant(int quadrant, float c, float s) {
        return switch (quadrant) {
            case 0 -> pack(c, s);
            case 1 -> pack(-s, c);
            case 2 -> pack(-c, -s);
            default -> pack(s, -c);
        };
    }

    static long pack(float cos, float sin) {
        return (long) Float.floatToRawIntBits(sin) << 32 | Float.floatToRawIntBits(cos) & 0xffffffffL;
    }

    static float cos(long packed) {
        return Float.intBitsToFloat((int) packed);
    }

    static float sin(long packed) {
        return Float.intBitsToFloat((int) (packed >>> 32));
    }
}
