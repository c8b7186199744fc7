package dev.sextant.encoding;

/**
 * A rule that gives each rotary pair its frequency, in radians per position (the "inverse frequency" of the reference
 * models). One record a rule, with formula and citation; every RoPE scaling ends here and needs no kernel of its own.
 * Implementations are immutable.
 */
public interface Frequencies {

    /**
     * Frequencies of all pairs.
     *
     * @param rotaryDim width of the rotated slice, even, at least 2
     * @param rounding where the reference implementation rounds
     * @return {@code rotaryDim / 2} values, radians per position, finite and not negative
     */
    double[] inverse(int rotaryDim, Rounding rounding);

    /** Multiplier of cos and sin (1 for most rules). */
    default double attentionFactor() {
        return 1.0;
    }

    /** Whether the rule is there to stretch a model beyond its training length. */
    default Traits.Reach reach() {
        return Traits.Reach.DEFINED;
    }

    /** The rule's name in model configurations, for reports. */
    String ruleName();
}
