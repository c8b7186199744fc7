package dev.sextant.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** Adds a {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link List} of them, {@link Skipped} or object. */
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

    /** Keys that were given, as null. */
    Set<String> nulls() {
        return nulls;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** Whether both hold the same keys and values, objects inside included; 8 and 8.0 are the same. */
    boolean sameAs(ConfigObject other) {
        return keys().equals(other.keys()) && keys().stream().allMatch(key -> sameAt(key, other));
    }

    /** Whether both hold the same value of a key, or none. */
    boolean sameAt(String key, ConfigObject other) {
        Object one = content(key);
        Object two = other.content(key);
        if (one instanceof ConfigObject inner && two instanceof ConfigObject that) {
            return inner.sameAs(that);
        }
        return one instanceof Number n && two instanceof Number m
                ? Double.compare(n.doubleValue(), m.doubleValue()) == 0
                : one.equals(two);
    }

    /** A copy without a key, which points at the same places. */
    ConfigObject without(String key) {
        ConfigObject copy = new ConfigObject(source, path);
        copy.values.putAll(values);
        copy.values.remove(key);
        copy.nulls.addAll(nulls);
        return copy;
    }

    private Object content(String key) {
        Value value = values.get(key);
        return value == null ? "" : value.content();
    }

    /** Whether the value is an object, read or skipped. */
    boolean isObject(String key) {
        return content(key) == Skipped.OBJECT || content(key) instanceof ConfigObject;
    }

    /** Whether the value is an array, read or skipped. */
    boolean isArray(String key) {
        return content(key) == Skipped.ARRAY || content(key) instanceof List;
    }

    /** Whether the key was given, as null. */
    boolean isNull(String key) {
        return nulls.contains(key);
    }

    /** Whether the value is {@code false}. */
    boolean isFalse(String key) {
        return content(key).equals(false);
    }

    /** Whether the value is a string. */
    boolean isText(String key) {
        return content(key) instanceof String && has(key);
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

    /** A list of finite numbers, or null when absent. */
    @Nullable
    List<Double> numbers(String key) {
        List<?> list = list(key);
        if (list == null) {
            return null;
        }
        List<Double> numbers = new ArrayList<>();
        for (Object element : list) {
            double number = element instanceof Number n
                    ? n.doubleValue()
                    : element instanceof Boolean b ? b ? 1 : 0 : Double.NaN;
            if (!Double.isFinite(number)) {
                throw refuse(key, "element " + numbers.size() + ": got " + shown(element) + ", wanted a finite number");
            }
            numbers.add(number);
        }
        return numbers;
    }

    /** A list of strings, or null when absent. */
    @Nullable
    List<String> texts(String key) {
        List<?> list = list(key);
        if (list == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof String text)) {
                throw refuse(key, "element " + texts.size() + ": got " + shown(element) + ", wanted a string");
            }
            texts.add(text);
        }
        return texts;
    }

    private @Nullable List<?> list(String key) {
        Value value = values.get(key);
        return switch (value == null ? null : value.content()) {
            case null -> null;
            case List<?> list -> list;
            default -> throw wanted(key, "an array");
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
        return refuse(key, "got " + shown(content(key)) + ", wanted " + wanted);
    }

    private static String shown(Object content) {
        return switch (content) {
            case Skipped.OBJECT -> "an object";
            case Skipped.ARRAY -> "an array";
            case ConfigObject o -> "an object";
            case List<?> l -> "an array";
            case String s -> '"' + cut(s) + '"';
            default -> content.toString();
        };
    }

    /** A name from the file as a message may show it. */
    static String cut(String name) {
        return Printable.of(name);
    }

    /** A refusal that points at a key, present or missing. */
    ConfigException refuse(String key, String problem) {
        Value value = values.get(key);
        return new ConfigException(source, value == null ? 0 : value.line(), value == null ? 0 : value.column(),
                "'" + path + cut(key) + "': " + problem);
    }
}
