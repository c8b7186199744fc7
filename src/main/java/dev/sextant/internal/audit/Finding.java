package dev.sextant.internal.audit;

/**
 * A mistake that was tried.
 *
 * @param mistake its stable name; two at once joined by a plus
 * @param sentence what the engine would be doing
 * @param fit how well that agrees
 */
public record Finding(String mistake, String sentence, Fit fit) {}
