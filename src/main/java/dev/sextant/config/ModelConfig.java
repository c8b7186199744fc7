package dev.sextant.config;

import dev.sextant.encoding.Rope;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a model's configuration says about its attention heads and their rotation.
 *
 * <p>The rotation is that of every layer that rotates. Which layers do not (some models leave every fourth one out) is
 * the engine's business, because it changes nothing about the rotation itself.
 *
 * @param modelType "model_type" of the text model
 * @param queryHeads query heads of a layer
 * @param kvHeads key heads of a layer, a divisor of {@code queryHeads}
 * @param headDim elements of a head
 * @param layers number of layers, where stated
 * @param maxPositions "max_position_embeddings", where stated
 * @param rope the rotation, in the float32 arithmetic the weights were trained with
 */
public record ModelConfig(String modelType, int queryHeads, int kvHeads, int headDim, OptionalInt layers,
        OptionalLong maxPositions, Rope rope) {

    /** Refuses missing parts. */
    public ModelConfig {
        Objects.requireNonNull(modelType, "modelType");
        Objects.requireNonNull(layers, "layers");
        Objects.requireNonNull(maxPositions, "maxPositions");
        Objects.requireNonNull(rope, "rope");
    }
}
