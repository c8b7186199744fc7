package dev.sextant.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads the JSON of a configuration, within limits: 64 MiB, 64 levels, a million tokens, no key twice in an object.
 * {@code NaN} and {@code Infinity} are let through (published files have them in keys that are none of our business)
 * and refused where a number is wanted. Only the objects that can say something about positions are kept.
 */
final class ConfigJson {

    private static final long MAX_BYTES = 64L << 20;
    private static final int MAX_DEPTH = 64;
    private static final long MAX_TOKENS = 1_000_000;

    private static final int MAX_ELEMENTS = 1 << 16;

    private static final Set<String> KEPT_OBJECTS = Set.of("text_config", "rope_scaling", "rope_parameters",
            "attn_config", "vision_config", "decoder");
    private static final Set<String> KEPT_ARRAYS = Set.of("layer_types", "no_rope_layers", "compress_ratios",
            "short_factor",
            "long_factor", "mrope_section", "image_size", "patch_size", "type_vocab_sizes");

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxDocumentLength(MAX_BYTES).maxNestingDepth(MAX_DEPTH)
                            .maxTokenCount(MAX_TOKENS).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final String source;
    private final JsonParser parser;

    private ConfigJson(String source, JsonParser parser) {
        this.source = source;
        this.parser = parser;
    }

    /** Reads a file, refused by its size before it is opened. */
    static ConfigObject read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw ConfigException.of(file.toString(), "got " + size + " bytes, wanted at most " + MAX_BYTES);
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /** Reads one object and nothing after it. */
    static ConfigObject read(InputStream in, String source) throws IOException {
        try (JsonParser parser = FACTORY.createParser(in)) {
            return new ConfigJson(source, parser).document();
        } catch (StreamConstraintsException e) {
            throw new ConfigException(source, 0, 0,
                    "is beyond the limits of a configuration: " + e.getOriginalMessage());
        } catch (JacksonException e) {
            JsonLocation at = e.getLocation();
            throw new ConfigException(source, at == null ? 0 : at.getLineNr(), at == null ? 0 : at.getColumnNr(),
                    "is not valid JSON: " + e.getOriginalMessage());
        } catch (CharConversionException e) {
            throw new ConfigException(source, 0, 0, "is not valid Unicode: " + e.getMessage());
        }
    }

    private ConfigObject document() throws IOException {
        JsonToken first = parser.nextToken();
        if (first != JsonToken.START_OBJECT) {
            throw refused(first == null
                    ? "is empty, wanted a JSON object"
                    : "starts with " + named(first) + ", wanted a JSON object");
        }
        ConfigObject document = object("", false);
        if (parser.nextToken() != null) {
            throw refused("goes on after the end of its JSON object");
        }
        return document;
    }

    /** Inside a rope block every object is kept: it may be the block of a layer type. */
    private ConfigObject object(String path, boolean inBlock) throws IOException {
        ConfigObject object = new ConfigObject(source, path);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonToken token = parser.nextToken();
            JsonLocation at = parser.currentTokenLocation();
            int line = at.getLineNr();
            int column = at.getColumnNr();
            switch (token) {
                case START_OBJECT -> object.put(key, inner(path, key, inBlock), line, column);
                case START_ARRAY -> object.put(key, array(key), line, column);
                case VALUE_STRING -> object.put(key, parser.getText(), line, column);
                case VALUE_TRUE, VALUE_FALSE -> object.put(key, token == JsonToken.VALUE_TRUE, line, column);
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> object.put(key, number(token), line, column);
                case VALUE_NULL -> object.putNull(key);
                default -> throw refused("has " + named(token) + " where a value belongs");
            }
        }
        return object;
    }

    private Object inner(String path, String key, boolean inBlock) throws IOException {
        if (inBlock || KEPT_OBJECTS.contains(key)) {
            return object(path + ConfigObject.cut(key) + ".", inBlock || key.startsWith("rope_"));
        }
        parser.skipChildren();
        return ConfigObject.Skipped.OBJECT;
    }

    /** An array that matters, element by element; another one only as being there. */
    private Object array(String key) throws IOException {
        if (!KEPT_ARRAYS.contains(key)) {
            parser.skipChildren();
            return ConfigObject.Skipped.ARRAY;
        }
        List<Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (elements.size() == MAX_ELEMENTS) {
                throw refused("'" + key + "' has more than " + MAX_ELEMENTS + " elements");
            }
            elements.add(switch (token) {
                case VALUE_STRING -> parser.getText();
                case VALUE_TRUE, VALUE_FALSE -> token == JsonToken.VALUE_TRUE;
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(token);
                default -> throw refused("'" + key + "' holds " + named(token) + ", wanted numbers or strings");
            });
        }
        return List.copyOf(elements);
    }

    private Object number(JsonToken token) throws IOException {
        boolean fits = token == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (fits) {
            return parser.getLongValue();
        }
        return parser.getDoubleValue();
    }

    private ConfigException refused(String problem) {
        JsonLocation at = parser.currentTokenLocation();
        return new ConfigException(source, at.getLineNr(), at.getColumnNr(), problem);
    }

    private static String named(JsonToken token) {
        return switch (token) {
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            default -> token.toString();
        };
    }
}
