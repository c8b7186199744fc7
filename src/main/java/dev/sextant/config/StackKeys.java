package dev.sextant.config;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys of one object of a configuration, each needed: a missing one is refused by name, together with the model type that needs
 * it. Remembers what was read, so that the rest can be told of.
 */
final class StackKeys {

    /** More than any table has. */
    static final int MANY = 1 << 28;

    private static final Pattern ABOUT_POSITIONS = Pattern.compile("position|(^|_)pos(_|$)");

    /** Old keys that no class reads: rows before position 0 and the kind of table are fixed in the code. */
    private static final Set<String> IDLE = Set.of("static_position_embeddings", "extra_pos_embeddings",
            "position_embedding_type");

    private final ConfigObject object;
    private final String type;
    private final Set<String> read = new HashSet<>(IDLE);

    StackKeys(ConfigObject object, String type) {
        this.object = object;
        this.type = type;
    }

    ConfigObject object() {
        return object;
    }

    /** A key and perhaps {@code =} and what the class takes where a nested part leaves it out. */
    int count(String cell, int most) {
        String[] parts = cell.split("=");
        Long value = integer(parts[0], 1, most);
        if (value == null && parts.length == 1) {
            throw missing(parts[0]);
        }
        return value == null ? Integer.parseInt(parts[1]) : value.intValue();
    }

    /** A token id that is there. */
    int id(String key) {
        Long value = integer(key, 0, MANY);
        if (value == null) {
            throw missing(key);
        }
        return value.intValue();
    }

    /** A flag that is there. */
    boolean flag(String key) {
        read.add(key);
        if (!object.has(key)) {
            throw missing(key);
        }
        return object.flag(key);
    }

    /** A string, or null when absent. */
    @Nullable
    String text(String key) {
        read.add(key);
        return object.text(key);
    }

    /** Height and width: one integer for both, or a list of two; {@code otherwise} 0: it must be there. */
    int[] sides(String key, int otherwise) {
        read.add(key);
        if (!object.has(key) && otherwise > 0) {
            return new int[]{otherwise, otherwise};
        }
        if (!object.isArray(key)) {
            int side = count(key, 1 << 15);
            return new int[]{side, side};
        }
        int[] sides = counts(key, 1 << 15);
        if (sides.length != 2) {
            throw object.refuse(key, "has " + sides.length + " elements, wanted 2, height and width, or one integer");
        }
        return sides;
    }

    /** Integers from 1 to {@code most}, a list that is there. */
    int[] counts(String key, int most) {
        read.add(key);
        List<Double> list = object.numbers(key);
        if (list == null) {
            throw missing(key);
        }
        for (double each : list) {
            if (each != Math.rint(each) || each < 1 || each > most) {
                throw object.refuse(key, "holds " + each + ", wanted integers from 1 to " + most);
            }
        }
        return list.stream().mapToInt(Double::intValue).toArray();
    }

    private @Nullable Long integer(String key, long least, long most) {
        read.add(key);
        return object.integer(key, least, most);
    }

    ConfigException missing(String key) {
        return object.refuse(key, "is missing; model type '" + type + "' needs it");
    }

    /** Notes keys about positions that were not read. */
    void noteUnread(Notes notes) {
        for (String key : object.keys()) {
            if (ABOUT_POSITIONS.matcher(key).find() && !read.contains(key) && !object.isFalse(key)) {
                notes.warn(object, ConfigObject.cut(key), "is not read");
            }
        }
    }
}
