package dev.sextant.config;

import dev.sextant.encoding.Frequencies;
import dev.sextant.encoding.GeometricFrequencies;
import dev.sextant.encoding.LinearFrequencies;
import dev.sextant.encoding.Llama3Frequencies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of a configuration that names the frequency rule: {@code rope_parameters} (from version 5 of the reference),
 * else {@code rope_scaling}, else nothing, which means the plain rule. An unknown rule or an unknown key is an error:
 * engines that ignored one ran for months with wrong frequencies.
 */
final class RopeBlock {

    /** Rule -> keys it needs; all of them are also the keys it knows, beside the common ones. */
    private static final Map<String, Set<String>> RULES = Map.of(
            "default", Set.of(),
            "linear", Set.of("factor"),
            "llama3", Set.of("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"));

    private static final Set<String> COMMON_KEYS = Set.of("rope_type", "type", "rope_theta", "partial_rotary_factor");

    private static final Set<String> LATER = Set.of("dynamic", "yarn", "longrope", "su", "proportional", "mrope", "ntk",
            "deepseek_yarn", "deepseek_llama_scaling", "telechat3-yarn", "xdrope", "openpangu", "mllama4", "axial");

    /** No parameter comes near it, and float32 arithmetic stays finite. */
    private static final double LARGEST = 1e30;

    private static final Set<String> MULTI_AXIS_KEYS = Set.of("mrope_section", "mrope_interleaved", "xdrope_section");

    private final ConfigObject model;
    private final ConfigObject block;
    private final String name;
    private final String type;

    private RopeBlock(ConfigObject model, ConfigObject block, String name) {
        this.model = model;
        this.block = block;
        this.name = name;
        this.type = type();
        checkKeys();
    }

    /** The block of a text model, empty when the file has none. */
    static RopeBlock of(ConfigObject model) {
        ConfigObject parameters = model.object("rope_parameters");
        ConfigObject scaling = model.object("rope_scaling");
        if (parameters != null && scaling != null && !parameters.sameAs(scaling)) {
            throw model.refuse("rope_scaling", "differs from 'rope_parameters', wanted one of them or equal contents");
        }
        String name = parameters != null || scaling == null ? "rope_parameters" : "rope_scaling";
        ConfigObject block = parameters != null ? parameters : scaling;
        return new RopeBlock(model, block != null ? block : new ConfigObject(model.source(), model.path() + name + "."),
                name);
    }

    /** Whether the file says nothing about a rule. */
    boolean isAbsent() {
        return block.keys().isEmpty();
    }

    private String type() {
        for (String key : block.keys()) {
            if (block.isObject(key)) {
                throw model.refuse(name, "is nested per layer type (" + String.join(", ", block.keys())
                        + "), which is not supported yet");
            }
        }
        String newer = block.text("rope_type");
        String older = block.text("type");
        String found = newer != null ? newer : older != null ? older : "default";
        boolean multiAxis = block.keys().stream().anyMatch(MULTI_AXIS_KEYS::contains);
        if (multiAxis || "mrope".equals(older)) {
            throw model.refuse(name, "describes positions with several axes (mrope), which is not supported yet");
        }
        if (newer != null && older != null && !newer.equals(older)) {
            throw block.refuse("type", "is '" + older + "' but 'rope_type' is '" + newer + "', wanted the same");
        }
        if (RULES.containsKey(found)) {
            return found;
        }
        String key = newer != null ? "rope_type" : "type";
        String known = String.join(", ", new TreeSet<>(RULES.keySet()));
        throw block.refuse(key, LATER.contains(found)
                ? "rope type '" + found + "' is not supported yet; supported: " + known
                : "rope type '" + found + "' is not known; known: " + known + "; known but not supported yet: "
                        + String.join(", ", new TreeSet<>(LATER)));
    }

    private void checkKeys() {
        Set<String> own = keysOf(type);
        for (String key : block.keys()) {
            if (!own.contains(key) && !COMMON_KEYS.contains(key)) {
                Set<String> known = new TreeSet<>(COMMON_KEYS);
                known.addAll(own);
                throw block.refuse(key,
                        "is not a key of rope type '" + type + "'; its keys: " + String.join(", ", known));
            }
        }
    }

    private static Set<String> keysOf(String rule) {
        return RULES.getOrDefault(rule, Set.of());
    }

    /** "rope_theta" or its older names, else the class default of the family. */
    double base(ModelFamily family) {
        for (ConfigObject object : List.of(block, model)) {
            if (object.has("rope_theta")) {
                return above(object, "rope_theta", 1);
            }
        }
        if (model.has("rotary_emb_base")) {
            return above(model, "rotary_emb_base", 1);
        }
        if (model.has("rope_ratio")) {
            return 10_000 * above(model, "rope_ratio", 0);
        }
        if (Double.isNaN(family.defaultBase())) {
            throw model.refuse("rope_theta",
                    "is missing, and model type '" + family.type() + "' has no default known here");
        }
        return family.defaultBase();
    }

    /** Width of the rotated slice of a head: a factor or a number of elements, whichever the file states. */
    int rotaryDim(int headDim, ModelFamily family) {
        double factor = Double.NaN;
        if (block.has("partial_rotary_factor")) {
            factor = above(block, "partial_rotary_factor", 0);
        } else {
            for (String key : List.of("partial_rotary_factor", "rotary_pct", "rope_pct", "rotary_percentage")) {
                if (Double.isNaN(factor) && model.has(key)) {
                    factor = above(model, key, 0);
                }
            }
        }
        Long stated = model.integer("rotary_dim", 1, Integer.MAX_VALUE);
        double product = headDim * (Double.isNaN(factor) ? family.defaultPartial() : factor);
        if (stated == null && Double.isNaN(product)) {
            throw model.refuse("rotary_dim",
                    "is missing, and model type '" + family.type() + "' has no default known here");
        }
        // truncated toward zero, as the reference does: 192 * 0.334 is 64
        long dim = stated != null && Double.isNaN(factor) ? stated : (long) product;
        if (stated != null && stated != dim) {
            // which of the two wins differs from class to class
            throw model.refuse("rotary_dim", "got " + stated + ", but the partial rotary factor " + factor
                    + " of head dim " + headDim + " gives " + dim);
        }
        if (dim < 2 || dim % 2 != 0 || dim > headDim) {
            throw model.refuse(stated != null ? "rotary_dim" : "partial_rotary_factor",
                    "gives a rotary dim of " + dim + ", wanted an even number from 2 to the head dim " + headDim);
        }
        return (int) dim;
    }

    /** The frequency rule. */
    Frequencies frequencies(double base) {
        List<String> missing = new ArrayList<>(new TreeSet<>(keysOf(type)));
        missing.removeIf(key -> block.has(key) || key.startsWith("original") && model.has(key));
        if (!missing.isEmpty()) {
            throw block.refuse(missing.getFirst(), "is missing; rope type '" + type + "' needs it");
        }
        return switch (type) {
            case "linear" -> new LinearFrequencies(base, above(block, "factor", 0));
            case "llama3" -> new Llama3Frequencies(base, above(block, "factor", 0), above(block, "low_freq_factor", 0),
                    above(block, "high_freq_factor", 0), originalContext());
            default -> new GeometricFrequencies(base);
        };
    }

    /** The one at the top level wins over the one in the block, as in the reference. */
    private long originalContext() {
        String key = "original_max_position_embeddings";
        Long outer = model.integer(key, 1, 1L << 40);
        Long own = outer != null ? outer : block.integer(key, 1, 1L << 40);
        if (own == null) {
            throw block.refuse(key, "is missing; rope type '" + type + "' needs it");
        }
        return own;
    }

    private static double above(ConfigObject object, String key, long bound) {
        Double number = object.number(key);
        if (number == null || !(number > bound && number <= LARGEST)) {
            throw object.wanted(key, "a number above " + bound + ", at most " + LARGEST);
        }
        return number;
    }
}
