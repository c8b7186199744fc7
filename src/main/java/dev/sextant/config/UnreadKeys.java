package dev.sextant.config;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Keys about rotation that nobody reads: each is noted, so that nobody believes that what it says was honoured. */
final class UnreadKeys {

    private static final Pattern ABOUT_ROTATION = Pattern.compile("(^|_)(rope|rotary)(_|$)");

    /** Read at the top of a file, or known to change nothing that is read. */
    private static final Set<String> KNOWN = Set.of("rope_parameters", "rope_scaling", "rope_theta", "rope_ratio",
            "rotary_emb_base", "partial_rotary_factor", "rotary_pct", "rope_pct", "rotary_percentage", "rotary_dim",
            "qk_rope_head_dim", "rope_interleave", "rope_interleaved", "rotary", "no_rope_layers",
            "no_rope_layer_interval", "rope_local_base_freq", "global_rope_theta", "local_rope_theta", "swa_rope_theta",
            "compress_rope_theta", "indexer_rope_interleave", "original_rope", "use_fope");

    /** What a part for text must say itself. */
    private static final List<String> OF_TEXT = List.of("rope_parameters", "rope_scaling", "rope_theta",
            "partial_rotary_factor");

    /** The same below "rope." of an architecture in a GGUF file. */
    private static final Set<String> KNOWN_GGUF = Set.of("dimension_count", "dimension_count_swa",
            "dimension_sections", "freq_base", "freq_base_swa", "scale_linear", "scaling.type", "scaling.factor",
            "scaling.original_context_length", "scaling.attn_factor", "scaling.finetuned", "scaling.alpha",
            "scaling.yarn_log_multiplier", "scaling.yarn_ext_factor", "scaling.yarn_attn_factor",
            "scaling.yarn_beta_fast", "scaling.yarn_beta_slow");

    private UnreadKeys() {}

    static void note(GgufMetadata file, String architecture, Notes notes) {
        String prefix = architecture + ".rope.";
        file.keys().stream()
                .filter(key -> key.startsWith(prefix) && !KNOWN_GGUF.contains(key.substring(prefix.length())))
                .sorted().forEach(key -> notes.warn("'" + ConfigObject.cut(key) + "' is not read"));
    }

    /** {@code root} is the whole file, {@code text} its part for text, which may be the same. */
    @SuppressWarnings("ReferenceEquality") // the part for text is the whole or it is not
    static void note(ConfigObject root, ConfigObject text, Notes notes) {
        for (String key : OF_TEXT) {
            if (root != text && root.has(key) && !root.sameAt(key, text)) {
                notes.extraKey(root, key, "is not what 'text_config' says, which is what counts");
            }
        }
        for (String key : text.keys()) {
            if (ABOUT_ROTATION.matcher(key).find() && !KNOWN.contains(key) && !text.isFalse(key)) {
                notes.warn(text, ConfigObject.cut(key), "is not read");
            }
        }
    }
}
