package dev.sextant.goldens;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON document as maps, lists, strings, numbers: read by the parser alone, sharing nothing with the library's
 * readers.
 */
record Json(Object value) {

    static Json resource(String name) throws IOException {
        try (InputStream in = Json.class.getResourceAsStream(name)) {
            return parse(in.readAllBytes());
        }
    }

    static Json parse(byte[] text) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            parser.nextToken();
            return new Json(read(parser));
        }
    }

    private static Object read(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, read(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(read(parser));
                }
                yield list;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            case VALUE_NULL -> "null";
            default -> parser.getText();
        };
    }

    Map<?, ?> map() {
        return (Map<?, ?>) value;
    }

    boolean has(String name) {
        return map().containsKey(name);
    }

    Json get(String name) {
        if (!has(name)) {
            throw new AssertionError("no '" + name + "' among " + map().keySet());
        }
        return new Json(map().get(name));
    }

    List<Json> list() {
        return ((List<?>) value).stream().map(Json::new).toList();
    }

    String text() {
        return String.valueOf(value);
    }

    double number() {
        return ((Number) value).doubleValue();
    }

    int integer() {
        return Math.toIntExact(((Number) value).longValue());
    }

    long[] longs() {
        return list().stream().mapToLong(e -> ((Number) e.value).longValue()).toArray();
    }

    float[] floats() {
        List<Json> list = list();
        float[] floats = new float[list.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.parseFloat(list.get(i).text());
        }
        return floats;
    }
}
