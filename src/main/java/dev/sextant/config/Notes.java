package dev.sextant.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a reader has to say besides its result: warnings, and whether an unknown key is one. */
final class Notes {

    private final Strictness strictness;
    private final Set<String> warnings = new LinkedHashSet<>();

    Notes(Strictness strictness) {
        this.strictness = strictness;
    }

    /** Notes a sentence, once. */
    void warn(String sentence) {
        warnings.add(sentence);
    }

    /** Notes something odd about a key. */
    void warn(ConfigObject object, String key, String text) {
        warn("'" + object.path() + key + "' " + text);
    }

    /** A key that its rule does not know. */
    void extraKey(ConfigObject object, String key, String text) {
        if (strictness == Strictness.STRICT) {
            throw object.refuse(key, text);
        }
        warn(object, ConfigObject.cut(key), text + "; ignored");
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }
}
