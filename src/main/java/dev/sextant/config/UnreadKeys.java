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

    private UnreadKeys() {}

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
