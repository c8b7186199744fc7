package dev.sextant.encoding;

/**
 * The paper's rule: {@code f_k = base^(-2k/width)}. The slowest wave stays above {@code 1/base}. Source: Vaswani et al.,
 * arXiv:1706.03762, section 3.5.
 *
 * <p>Trap: {@link ShiftedRule} with shift 1 reaches {@code 1/base} at the last wave; at width 512 and position 1 the two first differ in the
 * fourth digit of the third number (0.82185619, 0.82177865), which no shape check finds.
 *
 * @param base finite, above 1 (10,000)
 */
public record VaswaniRule(double base) implements WaveRule {

    /** Refuses a base that is not a finite number above 1. */
    public VaswaniRule { ShiftedRule.requireBase(base); }

    @Override
    public double[] frequencies(int width, int waves, Rounding rounding) {
        return ShiftedRule.powers(base, width / 2.0, waves, rounding);
    }

    @Override
    public String ruleName() {
        return "vaswani";
    }
}
