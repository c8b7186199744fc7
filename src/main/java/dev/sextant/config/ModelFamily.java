package dev.sextant.config;

import dev.sextant.encoding.PairLayout;
import java.util.List;
import java.util.Set;

/**
 * What a configuration leaves unsaid because it is fixed in the code of its model type.
 *
 * @param type "model_type"
 * @param layout pair layout of the published weights
 * @param traits what sets the type apart
 * @param defaultBase base of the reference class when the file states none, NaN when a file must state it
 * @param defaultPartial rotated part of a head when the file states none, NaN when a file must state it
 * @param axes how pairs are shared out between the axes of a position
 * @param sections pairs of each axis when the file states none, empty when it must state them
 * @param layerSets the rotations of its layer types, empty when all rotate alike
 */
record ModelFamily(String type, PairLayout layout, Set<Trait> traits, double defaultBase, double defaultPartial,
        AxisRule axes,
        List<Integer> sections, List<LayerSet> layerSets) {

    /** What sets a type apart. */
    enum Trait {
        /** A file without a rope block means a scaling of the reference class, not plain RoPE. */
        SCALED,
        /** A file without a count of key heads means one for every query head. */
        MULTI_HEAD,
        /** Multi-head latent attention: heads end with a rotated slice of a width of its own. */
        LATENT,
        /** Rotates by the negative angle. */
        NEGATIVE,
        /** Angles are double products, not float32 ones. */
        EXACT,
        /** "no_rope_layers", or every fourth layer, has no rotation. */
        SKIPS,
        /** Where there are sliding and full layers, only the sliding ones rotate. */
        SLIDING,
        /** Some layers are no attention; which, only "layer_types" says. */
        HYBRID,
        /** Key heads differ from layer to layer; the file says so elsewhere. */
        UNEVEN
    }

    /** How pairs are shared out between axes. */
    enum AxisRule {
        /** One axis. */
        TEXT,
        /** A run of pairs for each axis. */
        SECTIONED,
        /** Axes take turns ("mrope_interleaved"). */
        WOVEN,
        /** Height and width take turns, time has the rest; sections are listed height, width, time. */
        ERNIE
    }

    /**
     * The rotation of one type of layer in the flat form of a configuration.
     *
     * @param name the layer type
     * @param baseKey the key of its base, {@code -} when only the nested form is known
     * @param defaultBase base when the file states none, NaN when it must
     * @param scaled whether a scaling of the flat form is meant for it
     */
    record LayerSet(String name, String baseKey, double defaultBase, Scaled scaled) {}

    /** Whether a scaling stated once is meant for a layer type. */
    enum Scaled {
        /** It is. */
        YES,
        /** It is not. */
        NO,
        /** Not known, so a scaling must not be there. */
        UNKNOWN
    }

    boolean is(Trait trait) {
        return traits.contains(trait);
    }
}
