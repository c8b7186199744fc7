package dev.sextant.config;

import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.LengthDependent;
import dev.sextant.encoding.Rope;
import java.util.Objects;
import java.util.Optional;

/**
 * The rotation that some layers of a model share, and the heads it is made for.
 *
 * @param layerType name of these layers, {@link ModelConfig#ALL} when every layer rotates alike
 * @param queryHeads query heads of such a layer
 * @param kvHeads key heads of such a layer, a divisor of {@code queryHeads}
 * @param headDim elements of a query head
 * @param rotaryOffset first rotated element of it: not 0 where heads end with the rotated slice (multi-head latent attention,
 *     whose keys are rotated once, as one shared head that is nothing but the slice)
 * @param inverse whether the model rotates by the negative angle: plan with {@code plan.inverse()}
 * @param definition the rotation; of a rule that depends on the length, its shortest form
 * @param scaling the rule that depends on the length, where there is one
 * @param scoreFactor what the usual {@code 1/sqrt(headDim)} of the scores is multiplied by; 1 except for scaled models with
 *     latent attention, whose cos and sin carry no magnitude: the multiplier of their
 *     {@link dev.sextant.encoding.LatentAttentionScale}
 */
public record RotarySet(String layerType, int queryHeads, int kvHeads, int headDim, int rotaryOffset, boolean inverse,
        Rope definition, Optional<LengthDependent> scaling, double scoreFactor) {

    /** Refuses missing parts and a slice that leaves the head. */
    public RotarySet {
        Objects.requireNonNull(layerType, "layerType");
        Objects.requireNonNull(scaling, "scaling");
        if (rotaryOffset < 0 || definition.rotaryDim() > headDim - rotaryOffset) {
            throw new IllegalArgumentException(
                    "rotary dim: got " + definition.rotaryDim() + " from element " + rotaryOffset
                            + ", wanted a slice inside a head of " + headDim);
        }
    }

    /** Whether the rotation depends on the length of the sequence: then only {@link #rope(long)} gives it. */
    public boolean dependsOnLength() {
        return scaling.isPresent();
    }

    /**
     * The rotation of sequences of {@code length} tokens. Keys rotated for one length must not meet queries rotated for another.
     */
    public Rope rope(long length) {
        if (length < 1) {
            throw new IllegalArgumentException("length: got " + length + ", wanted at least 1");
        }
        Optional<Frequencies> rule = scaling.map(s -> s.at(length));
        return rule.isPresent() ? definition.frequencies(rule.get()) : definition;
    }
}
