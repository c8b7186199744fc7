package dev.sextant.config;

import dev.sextant.config.ModelFamily.Trait;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which layer is of which type: from the list in the file, else from the pattern of the model's class, else not known, which is
 * better than a wrong pattern. Some lists only say which layers rotate.
 */
final class LayerTypes {

    /** More than any model has; keeps a pattern over a made-up number of layers small. */
    static final int MOST = 1 << 14;

    /** The name of the layers that rotate, where others do not. */
    static final String ROTATING = "rotary";

    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";

    /** Other words of the reference's lists: layers that attend and layers that do something else. */
    static final Set<String> ATTENDING = Set.of(FULL, SLIDING, "chunked_attention", "attention");
    private static final Set<String> OTHERS = Set.of("linear_attention", "conv", "mamba", "mamba2", "recurrent", "mlp",
            "moe");

    private final ConfigObject model;
    private final ModelFamily family;
    private final int layers;
    private final Notes notes;

    /** {@code layers} is 0 where the file does not say. */
    LayerTypes(ConfigObject model, ModelFamily family, int layers, Notes notes) {
        this.model = model;
        this.family = family;
        this.layers = layers;
        this.notes = notes;
    }

    /** The name of the only rotation, where there is one. */
    String uniform() {
        if (family.is(Trait.SKIPS)) {
            return ROTATING;
        }
        if (family.is(Trait.HYBRID)) {
            return model.has("layer_types") ? ModelConfig.ALL : ROTATING;
        }
        if (!family.is(Trait.SLIDING) || model.isNull("sliding_window")) {
            refuseIf(family.type().equals("cohere2") && model.isNull("sliding_window"));
            return ModelConfig.ALL;
        }
        return SLIDING;
    }

    private void refuseIf(boolean nothingSlides) {
        if (nothingSlides) {
            throw model.refuse("sliding_window", "is null: only sliding layers rotate, so no layer does");
        }
    }

    /** The type of every layer; empty when it is not known or all are alike. */
    List<String> of(List<RotarySet> sets) {
        List<String> types = types(sets);
        if (!types.isEmpty() && layers > 0 && types.size() < layers) {
            throw model.refuse("layer_types", "lists " + types.size() + " layers of " + layers);
        }
        return layers > 0 && types.size() > layers ? types.subList(0, layers) : types;
    }

    private List<String> types(List<RotarySet> sets) {
        if (family.is(Trait.SKIPS)) {
            return skipping();
        }
        if (family.type().equals("deepseek_v4")) {
            return compressed();
        }
        List<String> stated = model.texts("layer_types");
        if (stated == null) {
            return pattern();
        }
        Set<String> rotating = Set.copyOf(sets.stream().map(RotarySet::layerType).toList());
        List<String> types = new ArrayList<>();
        for (String type : stated) {
            if (!rotating.contains(type) && !ATTENDING.contains(type) && !OTHERS.contains(type)) {
                throw model.refuse("layer_types",
                        "names '" + ConfigObject.cut(type) + "', which is not a known type of layer");
            }
            boolean lost = !rotating.contains(type) && ATTENDING.contains(type) && !family.is(Trait.SLIDING);
            if (lost && !rotating.contains(ModelConfig.ALL)) {
                throw model.refuse("layer_types",
                        "names '" + type + "', which has no rotation; layer types that have one: "
                                + String.join(", ", sets.stream().map(RotarySet::layerType).toList()));
            }
            types.add(lost ? ModelConfig.ALL : type);
        }
        return types.stream().distinct().allMatch(ModelConfig.ALL::equals) ? List.of() : types;
    }

    /** "no_rope_layers" says 1 for layers that rotate, its name notwithstanding; an empty list is none. */
    private List<String> skipping() {
        List<Double> stated = model.numbers("no_rope_layers");
        if (stated != null && !stated.isEmpty()) {
            for (Double flag : stated) {
                if (flag != 0 && flag != 1) {
                    throw model.refuse("no_rope_layers",
                            "got " + flag + ", wanted 1 for a layer that rotates and 0 for one without");
                }
            }
            return stated.stream().map(flag -> flag == 1 ? ROTATING : ModelConfig.NONE).toList();
        }
        Long stated4 = model.integer("no_rope_layer_interval", 1, MOST);
        long interval = stated4 == null ? 4 : stated4;
        return made(i -> (i + 1) % interval != 0, ROTATING, ModelConfig.NONE);
    }

    /** A ratio of 0 is plain sliding attention; the list goes on after the last layer, for the next-token heads. */
    private List<String> compressed() {
        List<Double> ratios = model.numbers("compress_ratios");
        if (ratios == null) {
            notes.warn(model, "compress_ratios", "is missing, so which layer is of which type is not known");
            return List.of();
        }
        return ratios.stream().map(ratio -> ratio == 0 ? "main" : "compress").toList();
    }

    private List<String> pattern() {
        return switch (family.type()) {
            case "gemma3_text" -> everyLast("sliding_window_pattern", 6, SLIDING);
            case "cohere2", "exaone4" ->
                uniform().equals(SLIDING) ? everyLast("sliding_window_pattern", 4, SLIDING) : List.of();
            case "olmo3" -> made(i -> (i + 1) % 4 == 0, FULL, SLIDING);
            case "modernbert" -> everyFirst(interval("global_attn_every_n_layers", 3));
            default -> List.of();
        };
    }

    private List<String> everyLast(String key, int usual, String others) {
        Long interval = interval(key, usual);
        return interval == null ? List.of() : made(i -> (i + 1) % interval == 0, FULL, others);
    }

    private List<String> everyFirst(@Nullable Long interval) {
        return interval == null ? List.of() : made(i -> i % interval == 0, FULL, SLIDING);
    }

    /** Null for a pattern in letters, which comes with a list. */
    private @Nullable Long interval(String key, int usual) {
        if (model.isText(key)) {
            return null;
        }
        Long stated = model.integer(key, 1, MOST);
        return stated == null ? Long.valueOf(usual) : stated;
    }

    private List<String> made(IntPredicate first, String yes, String no) {
        List<String> types = new ArrayList<>(Collections.nCopies(layers, no));
        for (int i = 0; i < layers; i++) {
            if (first.test(i)) {
                types.set(i, yes);
            }
        }
        return types;
    }
}
