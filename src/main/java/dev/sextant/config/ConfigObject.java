package dev.sextant.config;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of a configuration. Remembers where each value stood, so that a refusal can point at it. A key whose
 * value is null counts as absent, as it does in the reference implementation.
 */
final class ConfigObject {

    /** What stands for a container that was skipped: this reader needs nothing inside it. */
    enum Skipped {
        /** An object. */
        OBJECT,
        /** An array. */
        ARRAY
    }

    private record Value(Object content, int line, int column) {}

    private final String source;
    private final String path;
    private final Map<String, Value> values = new LinkedHashMap<>();
    private final Set<String> nulls = new HashSet<>();

    /** An empty object; {@code path} is empty for the whole file, else ends with a dot. */
    ConfigObject(String source, String path) {
        this.source = source;
        this.path = path;
    }

    /** Adds a {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link Skipped} or object. */
    void put(String key, Object content, int line, int column) {
        values.put(key, new Value(content, line, column));
    }

    /** Notes that a key was given, as null. */
    void putNull(String key) {
        nulls.add(key);
    }

    String source() {
        return source;
    }

    String path() {
        return path;
    }

    /** Keys whose value is not null, in the order of the file. */
    Set<String> keys() {
        return values.keySet();
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Whether the key was given, as null. */
    boolean isNull(String key) {
        return nulls.contains(key);
    }

    /** Whether both hold the same keys and plain values. */
    boolean sameAs(ConfigObject other) {
        return keys().equals(other.keys())
                && keys().stream().allMatch(k -> content(k).equals(other.content(k)));
    }

    private Object content(String key) {
        Value value = values.get(key);
        return value == null ? "" : value.content();
    }

    /** Whether the value is an object, read or skipped. */
    boolean isObject(String key) {
        return content(key) == Skipped.OBJECT || content(key) instanceof ConfigObject;
    }

    /** A finite number, or null when absent. */
    @Nullable
    Double number(String key) {
        Value value = values.get(key);
        return switch (value == null ? null : value.content()) {
            case null -> null;
            case Long l -> (double) l;
            case Double d when Double.isFinite(d) -> d;
            default -> throw wanted(key, "a finite number");
        };
    }

    /** An integer from {@code least} to {@code greatest}, or null when absent; 8192.0 is an integer too. */
    @Nullable
    Long integer(String key, long least, long greatest) {
        Double number = number(key);
        if (number == null) {
            return null;
        }
        if (number != Math.rint(number) || number < least || number > greatest) {
            throw wanted(key, "an integer from " + least + " to " + greatest);
        }
        return number.longValue();
    }

    /** A string, or null when absent. */
    @Nullable
    String text(String key) {
        Value value = values.get(key);
        return switch (value == null ? null : value.content()) {
            case null -> null;
            case String s -> s;
            default -> throw wanted(key, "a string");
        };
    }

    /** Whether the value is {@code true}; absent is false. */
    boolean flag(String key) {
        Value value = values.get(key);
        return switch (value == null ? null : value.content()) {
            case null -> false;
            case Boolean b -> b;
            default -> throw wanted(key, "true or false");
        };
    }

    /** An object, or null when absent. */
    @Nullable
    ConfigObject object(String key) {
        Value value = values.get(key);
        return switch (value == null ? null : value.content()) {
            case null -> null;
            case ConfigObject o -> o;
            default -> throw wanted(key, "an object");
        };
    }

    /** A refusal of a value: what, got, wanted. */
    ConfigException wanted(String key, String wanted) {
        Object content = content(key);
        String got = switch (content) {
            case Skipped.OBJECT -> "an object";
            case Skipped.ARRAY -> "an array";
            case ConfigObject o -> "an object";
            case String s -> '"' + (s.length() > 40 ? s.substring(0, 40) + "..." : s) + '"';
            default -> content.toString();
        };
        return refuse(key, "got " + got + ", wanted " + wanted);
    }

    /** A refusal that points at a key, present or missing. */
    ConfigException refuse(String key, String problem) {
        Value value = values.get(key);
        return new ConfigException(source, value == null ? 0 : value.line(), value == null ? 0 : value.column(),
                "'" + path + key + "': " + problem);
    }
}
