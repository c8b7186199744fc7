package dev.sextant.internal.audit;

import java.util.List;

/**
 * What came of a comparison.
 *
 * @param match whether the evidence is what the configuration says
 * @param expected how well it agrees with that
 * @param explanations what explains a mismatch, the likeliest first
 * @param nearest what comes closest where nothing does
 * @param cannotTell mistakes that would have left the same evidence, of a match
 */
public record Judgement(boolean match, Fit expected, List<Finding> explanations, List<Finding> nearest,
        List<String> cannotTell) {}
