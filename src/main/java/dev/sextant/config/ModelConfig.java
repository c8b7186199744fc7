package dev.sextant.config;

import dev.sextant.encoding.Rope;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a model's own file says about its attention heads and their rotation. Most models rotate every layer alike, and
 * {@link #rope()} is all there is to know. Others have one {@link RotarySet} a type of layer, layers that do not rotate, or a
 * rule that needs the length of the sequence; asking such a model for the plain answer is an error that says what to ask.
 *
 * @param source the file, or the name given by the caller
 * @param modelType "model_type" of the text model, "general.architecture" of a GGUF file
 * @param layers number of layers, where stated
 * @param maxPositions longest context the model was made for, where stated
 * @param sets one rotation for each type of layer that rotates, at least one
 * @param layerTypes the type of every layer, empty where the file does not say; a layer whose type has no set does not rotate
 * @param warnings what was read but looks wrong, or was ignored on the caller's wish
 */
public record ModelConfig(String source, String modelType, OptionalInt layers, OptionalLong maxPositions,
        List<RotarySet> sets,
        List<String> layerTypes, List<String> warnings) {

    /** The layer type of a model whose layers all rotate alike. */
    public static final String ALL = "all";

    /** The type of layers without rotation, in files that do not name it. */
    public static final String NONE = "none";

    /** Refuses missing parts. */
    public ModelConfig {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(modelType, "modelType");
        Objects.requireNonNull(layers, "layers");
        Objects.requireNonNull(maxPositions, "maxPositions");
        sets = List.copyOf(sets);
        layerTypes = List.copyOf(layerTypes);
        warnings = List.copyOf(warnings);
        if (sets.isEmpty()) {
            throw new IllegalArgumentException("sets: got none, wanted at least one");
        }
    }

    /** Types of the layers that rotate. */
    public List<String> rotatingTypes() {
        return sets.stream().map(RotarySet::layerType).toList();
    }

    /** The only set; an error that lists the layer types when there are several. */
    public RotarySet set() {
        if (sets.size() > 1) {
            throw ConfigException.of(source, "the rotation differs from layer to layer; ask for the set of one of "
                    + String.join(", ", rotatingTypes()));
        }
        return sets.getFirst();
    }

    /** The set of a layer type; an error that lists the layer types when it has none. */
    public RotarySet set(String layerType) {
        return find(layerType).orElseThrow(() -> ConfigException.of(source, "layer type '" + layerType
                + "' has no rotation; layer types that have one: " + String.join(", ", rotatingTypes())));
    }

    private Optional<RotarySet> find(String layerType) {
        return sets.stream().filter(s -> s.layerType().equals(layerType)).findFirst();
    }

    /** The set of layer {@code layer}, counted from 0; empty when it does not rotate. */
    public Optional<RotarySet> layer(int layer) {
        if (layer < 0 || layers.isPresent() && layer >= layers.getAsInt()) {
            throw new IndexOutOfBoundsException("layer: got " + layer + ", wanted 0 to " + (layers.orElse(0) - 1));
        }
        if (layer < layerTypes.size()) {
            return find(layerTypes.get(layer));
        }
        if (layerTypes.isEmpty() && sets.getFirst().layerType().equals(ALL)) {
            return Optional.of(sets.getFirst());
        }
        throw ConfigException.of(source, "does not say of which type layer " + layer + " is; types with a rotation: "
                + String.join(", ", rotatingTypes()));
    }

    /** The rotation of every layer that rotates; an error when it differs between layers or depends on the length. */
    public Rope rope() {
        return fixed(set());
    }

    /** The rotation of a layer type; an error when there is none or it depends on the length. */
    public Rope rope(String layerType) {
        return fixed(set(layerType));
    }

    /** The rotation for sequences of {@code length} tokens; an error when it differs between layers. */
    public Rope rope(long length) {
        return set().rope(length);
    }

    private Rope fixed(RotarySet set) {
        if (set.dependsOnLength()) {
            throw ConfigException.of(source, "the rotation depends on the length of the sequence (rule '"
                    + set.scaling().orElseThrow().ruleName() + "'); ask for rope(length)");
        }
        return set.definition();
    }

    /** Query heads of a layer, where all layers are alike. */
    public int queryHeads() {
        return set().queryHeads();
    }

    /** Key heads of a layer, where all layers are alike. */
    public int kvHeads() {
        return set().kvHeads();
    }

    /** Elements of a head, where all layers are alike. */
    public int headDim() {
        return set().headDim();
    }
}
