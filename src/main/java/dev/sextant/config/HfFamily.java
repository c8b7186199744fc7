package dev.sextant.config;

import dev.sextant.config.ModelFamily.LayerSet;
import dev.sextant.config.ModelFamily.Trait;
import dev.sextant.encoding.PairLayout;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which model type a configuration is of, and the keys by which it says that its heads are not those of that type. */
final class HfFamily {

    /** Keys that give layers a base of their own. */
    private static final List<String> PER_LAYER_KEYS = List.of("rope_local_base_freq", "global_rope_theta",
            "local_rope_theta",
            "swa_rope_theta", "compress_rope_theta");

    private HfFamily() {}

    /** The family of the text model; {@code root} is the whole file, which may be the same. */
    static ModelFamily of(ConfigObject root, ConfigObject text) {
        String type = type(root, text);
        ModelFamily family = ModelFamilies.of(type);
        if (family == null) {
            String refusal = EmbeddingFamilies.of(type) != null
                    ? "it has no rotary embedding, its positions are added to embeddings (HfEmbeddings reads it)"
                    : ModelFamilies.refusal(type);
            throw text.refuse("model_type", refusal != null
                    ? "model type '" + type + "': " + refusal
                    : "model type '" + ConfigObject.cut(type) + "' is not known, so its pair layout is not; known: "
                            + ModelFamilies.names());
        }
        refuseOtherEncodings(text, family);
        return family;
    }

    /** A text model without a type of its own is that of the class of the whole, where its name follows the custom. */
    private static String type(ConfigObject root, ConfigObject text) {
        String own = text.text("model_type");
        String outer = own == null ? root.text("model_type") : null;
        if (outer != null && ModelFamilies.of(outer + "_text") != null) {
            return outer + "_text";
        }
        if (own == null) {
            throw text.refuse("model_type", "is missing; the pair layout depends on it");
        }
        return own;
    }

    /** The pair layout, which a flag changes in models with latent attention. */
    static PairLayout layout(ConfigObject text, ModelFamily family) {
        boolean plain = family.layout() == PairLayout.INTERLEAVED_IN_HALF_OUT && text.has("rope_interleave")
                && !text.flag("rope_interleave");
        return plain ? PairLayout.HALF_SPLIT : family.layout();
    }

    private static void refuseOtherEncodings(ConfigObject text, ModelFamily family) {
        Set<String> known = family.layerSets().stream().map(LayerSet::baseKey).collect(Collectors.toSet());
        for (String key : PER_LAYER_KEYS) {
            if (text.has(key) && !known.contains(key) && !known.contains("-")) {
                throw text.refuse(key, "gives some layers a rotation of their own, which is not known of model type '"
                        + family.type() + "'");
            }
        }
        if (text.has("qk_rope_head_dim") && !family.is(Trait.LATENT)) {
            throw text.refuse("qk_rope_head_dim",
                    "belongs to multi-head latent attention, which is not known of model type '"
                            + family.type() + "'");
        }
        refuseIf(text, "alibi", text.flag("alibi"), "is true: the model has no rotary embedding");
        refuseIf(text, "rotary", text.has("rotary") && !text.flag("rotary"),
                "is false: the model has no rotary embedding");
        refuseIf(text, "use_fope", text.flag("use_fope"), "is true: mixed cosines (FoPE) are not supported");
        boolean woven = family.layout() == PairLayout.INTERLEAVED_IN_HALF_OUT;
        refuseIf(text, "rope_interleaved", text.flag("rope_interleaved"), unknownOf(family));
        refuseIf(text, "rope_interleave", text.flag("rope_interleave") && !woven, unknownOf(family));
        String kind = text.text("position_embedding_type");
        refuseIf(text, "position_embedding_type", family.type().equals("esm") && !"rotary".equals(kind),
                "is " + quoted(kind) + ", wanted \"rotary\": the model has no rotary embedding");
    }

    private static String unknownOf(ModelFamily family) {
        return "is true, which is not known of model type '" + family.type() + "'";
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "missing" : '"' + ConfigObject.cut(text) + '"';
    }

    private static void refuseIf(ConfigObject text, String key, boolean wrong, String why) {
        if (wrong) {
            throw text.refuse(key, why);
        }
    }
}
