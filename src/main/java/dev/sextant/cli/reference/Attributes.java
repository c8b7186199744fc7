package dev.sextant.cli.reference;

import java.util.List;
import java.util.Map;

/** A JSON object of a manifest with typed access; {@code where} names it in messages. */
public final class Attributes {

    private final String where;
    private final Map<?, ?> values;

    Attributes(String where, Map<?, ?> values) {
        this.where = where;
        this.values = values;
    }

    /** Whether the key is there and not null. */
    public boolean has(String key) {
        return values.get(key) != null;
    }

    /** The JSON value itself. */
    public Map<?, ?> asMap() {
        return values;
    }

    /** A string that must be there. */
    public String text(String key) throws UnreadableException {
        return get(key, String.class);
    }

    /** An integer that must be there. */
    public long integer(String key) throws UnreadableException {
        return get(key, Long.class);
    }

    /** A number; {@code absent} when it is not there. */
    public double number(String key, double absent) throws UnreadableException {
        return has(key) ? get(key, Number.class).doubleValue() : absent;
    }

    /** Whether a boolean is there and true. */
    public boolean flag(String key) throws UnreadableException {
        return has(key) && get(key, Boolean.class);
    }

    /** An object that must be there. */
    public Attributes object(String key) throws UnreadableException {
        return new Attributes(where + ", " + key, get(key, Map.class));
    }

    /** A list of integers that must be there. */
    public int[] integers(String key) throws UnreadableException {
        List<?> list = get(key, List.class);
        int[] integers = new int[list.size()];
        for (int i = 0; i < integers.length; i++) {
            if (!(list.get(i) instanceof Long value)) {
                throw new UnreadableException(where + ": " + key + " got " + list + ", wanted integers");
            }
            integers[i] = Math.toIntExact(value);
        }
        return integers;
    }

    private <T> T get(String key, Class<T> type) throws UnreadableException {
        Object value = values.get(key);
        if (!type.isInstance(value)) {
            throw new UnreadableException(where + ": " + key + " got " + value + ", wanted a " + type.getSimpleName());
        }
        return type.cast(value);
    }
}
