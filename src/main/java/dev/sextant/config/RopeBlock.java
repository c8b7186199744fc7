package dev.sextant.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The part of a configuration that names the frequency rule of some layers: its type, its keys, the base, the rotated
 * width. An unknown rule or an unknown key is an error: engines that ignored one ran for months with wrong frequencies.
 */
final class RopeBlock {

    /** Keys of a rule: those it cannot do without, and those it knows beside them. */
    private record Keys(Set<String> required, Set<String> optional) {}

    private static final String ORIGINAL = "original_max_position_embeddings";

    private static final Map<String, Keys> RULES = Map.of(
            "default", new Keys(Set.of(), Set.of()),
            "linear", new Keys(Set.of("factor"), Set.of()),
            "dynamic", new Keys(Set.of(), Set.of("factor", "alpha", ORIGINAL)),
            "yarn",
            new Keys(Set.of(), Set.of("factor", "beta_fast", "beta_slow", "truncate", "attention_factor", "mscale",
                    "mscale_all_dim", "llama_4_scaling_beta", "finetuned", "max_position_embeddings", ORIGINAL)),
            "longrope", new Keys(Set.of("short_factor", "long_factor"),
                    Set.of("factor", "attention_factor", "short_mscale", "long_mscale", ORIGINAL)),
            "proportional", new Keys(Set.of(), Set.of("factor")),
            "llama3", new Keys(Set.of("factor", "low_freq_factor", "high_freq_factor", ORIGINAL), Set.of()));

    /** HunYuan writes these beside its alpha and uses none of them. */
    private static final Set<String> BESIDE_ALPHA = Set.of("beta_fast", "beta_slow", "mscale", "mscale_all_dim");

    private static final Set<String> COMMON_KEYS = Set.of("rope_type", "type", "rope_theta", "partial_rotary_factor");

    private static final Map<String, String> ALIASES = Map.of("su", "longrope", "mrope", "default", "deepseek_yarn",
            "yarn");

    private static final Set<String> LATER = Set.of("ntk", "deepseek_llama_scaling", "telechat3-yarn", "xdrope",
            "openpangu",
            "mllama4", "axial");

    /** No parameter comes near these, and float32 arithmetic stays finite between them. */
    private static final double LARGEST = 1e30;
    private static final double SMALLEST = 1e-30;

    private final ConfigObject model;
    private final ConfigObject block;
    private final ModelFamily family;
    private final boolean nested;
    private final String type;

    /**
     * A block.
     *
     * @param model the text model around it
     * @param block its keys, none of them an object
     * @param nested whether it is that of one layer type: then a length at the top of the file is not meant for it
     */
    RopeBlock(ConfigObject model, ConfigObject block, ModelFamily family, boolean nested, Notes notes) {
        this.model = model;
        this.block = block;
        this.family = family;
        this.nested = nested;
        this.type = type();
        checkKeys(notes);
    }

    private String type() {
        String newer = alias(block.text("rope_type"));
        String older = alias(block.text("type"));
        String found = newer != null ? newer : older != null ? older : "default";
        // "mrope" says nothing about frequencies, so it may stand beside another name
        boolean silent = "mrope".equals(block.text("type")) || "mrope".equals(block.text("rope_type"));
        if (newer != null && older != null && !newer.equals(older) && !silent) {
            throw block.refuse("type", "is '" + older + "' but 'rope_type' is '" + newer + "', wanted the same");
        }
        if (RULES.containsKey(found)) {
            return found;
        }
        String known = String.join(", ", new TreeSet<>(RULES.keySet()));
        throw block.refuse(newer != null ? "rope_type" : "type", LATER.contains(found)
                ? "rope type '" + found + "' is not supported; supported: " + known
                : "rope type '" + ConfigObject.cut(found) + "' is not known; known: " + known
                        + "; known but not supported: "
                        + String.join(", ", new TreeSet<>(LATER)));
    }

    /** Phi-3 has files that say yarn and mean LongRoPE. */
    private @Nullable String alias(@Nullable String name) {
        if (name == null) {
            return null;
        }
        boolean phi = family.type().equals("phi3") && name.equals("yarn");
        return phi ? "longrope" : ALIASES.getOrDefault(name, name);
    }

    private void checkKeys(Notes notes) {
        Keys own = keys();
        Set<String> known = new TreeSet<>(COMMON_KEYS);
        known.addAll(own.required());
        known.addAll(own.optional());
        if (family.axes() != ModelFamily.AxisRule.TEXT) {
            known.addAll(AxisKeys.KEYS);
        }
        if (type.equals("dynamic") && block.has("alpha")) {
            known.addAll(BESIDE_ALPHA);
        }
        for (String key : block.keys()) {
            if (AxisKeys.KEYS.contains(key) && !known.contains(key)) {
                throw block.refuse(key, "shares pairs out between several axes, which is not known of model type '"
                        + family.type() + "'");
            }
            if (!known.contains(key)) {
                notes.extraKey(block, key,
                        "is not a key of rope type '" + type + "'; its keys: " + String.join(", ", known));
            }
        }
        List<String> missing = new ArrayList<>(new TreeSet<>(own.required()));
        missing.removeIf(key -> block.has(key) || key.equals(ORIGINAL) && !nested && model.has(key));
        if (!missing.isEmpty()) {
            throw missing(missing.getFirst());
        }
    }

    private Keys keys() {
        return RULES.getOrDefault(type, new Keys(Set.of(), Set.of()));
    }

    /** A refusal because of a key that is not there. */
    ConfigException missing(String key) {
        return block.refuse(key, "is missing; rope type '" + type + "' needs it");
    }

    ConfigObject keysOfBlock() {
        return block;
    }

    ModelFamily family() {
        return family;
    }

    /** Name of the rule, aliases resolved. */
    String rule() {
        return type;
    }

    /** "rope_theta" of the block, else a key of the model or its older names, else the default. */
    double base(String modelKey, double defaultBase) {
        if (block.has("rope_theta") && (nested || modelKey.equals("rope_theta"))) {
            return above(block, "rope_theta", 1);
        }
        if (model.has(modelKey)) {
            return above(model, modelKey, 1);
        }
        if (modelKey.equals("rope_theta") && model.has("rotary_emb_base")) {
            return above(model, "rotary_emb_base", 1);
        }
        if (modelKey.equals("rope_theta") && model.has("rope_ratio")) {
            return 10_000 * above(model, "rope_ratio", 1e-3);
        }
        if (Double.isNaN(defaultBase)) {
            String where = modelKey.equals("-") ? "rope_theta" : modelKey;
            throw (nested ? block : model).refuse(where,
                    "is missing, and model type '" + family.type() + "' has no default known here");
        }
        return defaultBase;
    }

    /** A number of the block above a bound; an error when it is missing. */
    double above(String key, double bound) {
        if (!block.has(key)) {
            throw missing(key);
        }
        return above(block, key, bound);
    }

    /** A number of the block above 0; the default when it is missing, null or 0, as in the reference. */
    double orDefault(String key, double value) {
        Double stated = block.number(key);
        return stated == null || stated == 0 ? value : above(block, key, 0);
    }

    /** Context before extension: at the top of the file, unless this is the block of one layer type; else in the block. */
    double originalContext() {
        if (!nested && model.has(ORIGINAL)) {
            return above(model, ORIGINAL, 0);
        }
        if (block.has(ORIGINAL)) {
            return above(block, ORIGINAL, 0);
        }
        return maxContext();
    }

    /** "max_position_embeddings", under all its names; an error when it is missing. */
    double maxContext() {
        double stated = statedMaxContext();
        if (Double.isNaN(stated)) {
            throw model.refuse("max_position_embeddings", "is missing; rope type '" + type + "' needs it");
        }
        return stated;
    }

    /** The same, NaN when it is missing. */
    double statedMaxContext() {
        for (String key : List.of("max_position_embeddings", "n_positions", "seq_length")) {
            if (model.has(key)) {
                return above(model, key, 0);
            }
        }
        return Double.NaN;
    }

    /** A number of an object above a bound. */
    static double above(ConfigObject object, String key, double bound) {
        Double number = object.number(key);
        if (number == null || !(number > bound && number >= SMALLEST && number <= LARGEST)) {
            throw object.wanted(key,
                    "a number above " + (bound == Math.rint(bound) ? (long) bound : bound) + ", at most " + LARGEST);
        }
        return number;
    }
}
