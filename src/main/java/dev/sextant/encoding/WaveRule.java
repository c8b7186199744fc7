package dev.sextant.encoding;

/**
 * A rule that gives each wave of a sinusoid its frequency, in radians per position. One record a rule, with formula and citation.
 * Implementations are immutable.
 */
public interface WaveRule {

    /**
     * Frequencies of the first {@code waves} waves.
     *
     * @param width columns of the sinusoid, which rules divide by; it may be odd
     * @param waves how many are wanted: {@code width/2}, rounded up where the odd column is a sine
     * @param rounding where the reference implementation rounds
     * @return finite numbers
     */
    double[] frequencies(int width, int waves, Rounding rounding);

    /** A short name for reports. */
    String ruleName();
}
