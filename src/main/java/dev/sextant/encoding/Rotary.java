package dev.sextant.encoding;

/**
 * The rotary family: queries and keys are rotated, pair by pair, by an angle proportional to the position. What a kernel
 * needs of it: the frequency of each pair, the way elements pair up, the arithmetic of the angle.
 *
 * <p>With angle {@code a = position * frequency(j)}, {@code c = attentionFactor * cos(a)}, {@code s = attentionFactor * sin(a)}:
 * {@code y0 = x0*c - x1*s}, {@code y1 = x1*c + x0*s}. Source: Su et al., RoFormer, arXiv:2104.09864, equations 15 and 34.
 *
 * <p>Beside it stand tables: {@link PairRows} where a learned rule makes cos and sin (RoPE-ViT mixed, FoPE), {@link ElementRows} where the
 * two elements of a pair have their own (V-JEPA 2). LieRE (arXiv:2406.10322) and ComRoPE (Longin-Yu/ComRoPE) with blocks wider than 2
 * multiply by a matrix exponential and are no member of this family.
 */
public non-sealed interface Rotary extends PositionalEncoding {

    /** Width of the rotated slice of a head, even; half as many pairs. */
    int rotaryDim();

    /** Which two elements of the slice form a pair. */
    PairLayout layout();

    /** The rule that gives each pair its frequency. */
    Frequencies frequencies();

    /** The arithmetic of frequencies and angles. */
    AngleMode angles();

    /** Which coordinate of a token drives each pair. */
    AxisMap axes();

    /** Extra magnitude by pair and position; none for a rotation. */
    default RowScale scale() {
        return RowScale.NONE;
    }

    /** Relative, at queries and keys, nothing learned, as far as the frequency rule goes. */
    @Override
    default Traits traits() {
        return new Traits(Traits.Place.QUERIES_AND_KEYS, true, Traits.NONE, frequencies().reach());
    }
}
