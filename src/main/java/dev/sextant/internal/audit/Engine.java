package dev.sextant.internal.audit;

import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.PairLayout;
import dev.sextant.encoding.Rope;

/**
 * What an engine might be doing, as one value: every mistake is a small change of it.
 *
 * @param rope slice width, pairing, frequencies, angle arithmetic; one position a token
 * @param headDim elements of a head
 * @param offset first rotated element
 * @param inverse whether it turns by the negative angle
 * @param magnitude multiplier of cos and sin
 * @param shift what it adds to every position
 * @param arithmetic where it loses bits
 */
record Engine(Rope rope, int headDim, int offset, boolean inverse, double magnitude, long shift,
        Arithmetic arithmetic) {

    static Engine of(Rope rope, int headDim, int offset, boolean inverse) {
        return new Engine(rope, headDim, offset, inverse, rope.frequencies().attentionFactor(), 0,
                Arithmetic.AS_STATED);
    }

    /** A recurrence goes from pair to pair by a base; not every rule has one. */
    boolean isPossible() {
        return !arithmetic.isRecurrence() || Rules.base(rope.frequencies()) > 1;
    }

    int pairs() {
        return rope.rotaryDim() / 2;
    }

    Frequencies rule() {
        return rope.frequencies();
    }

    Slice slice() {
        return new Slice(rope.layout(), offset, rope.rotaryDim());
    }

    /** The same with another rotation, whose magnitude comes with it. */
    Engine rope(Rope newRope) {
        return new Engine(newRope, headDim, offset, inverse, newRope.frequencies().attentionFactor(), shift,
                arithmetic);
    }

    Engine rule(Frequencies newRule) {
        return rope(rope.frequencies(newRule));
    }

    Engine layout(PairLayout layout) {
        return new Engine(rope.layout(layout), headDim, offset, inverse, magnitude, shift, arithmetic);
    }

    Engine offset(int newOffset) {
        return new Engine(rope, headDim, newOffset, inverse, magnitude, shift, arithmetic);
    }

    Engine opposite() {
        return new Engine(rope, headDim, offset, !inverse, magnitude, shift, arithmetic);
    }

    Engine magnitude(double newMagnitude) {
        return new Engine(rope, headDim, offset, inverse, newMagnitude, shift, arithmetic);
    }

    Engine shifted(long by) {
        return new Engine(rope, headDim, offset, inverse, magnitude, shift + by, arithmetic);
    }

    Engine arithmetic(Arithmetic newArithmetic) {
        return new Engine(rope, headDim, offset, inverse, magnitude, shift, newArithmetic);
    }
}
