package dev.sextant.cli.reference;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file, read as a stream: memory is bounded by the number of tensors, and what is not about
 * tensors is passed over. Source: the format's description in the safetensors repository.
 */
final class SafeTensorsHeader {

    static final long MAX_BYTES = 32L << 20;

    private static final int MAX_TENSORS = 1 << 18;
    private static final int MAX_NAME = 1 << 12;
    private static final int MAX_DIMENSIONS = 16;
    private static final long MAX_SIZE = 1L << 40;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(16).maxNameLength(MAX_NAME)
                    .maxStringLength(1 << 20).maxNumberLength(32).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /**
     * One tensor.
     *
     * @param dtype its type as the file spells it
     * @param shape its sizes
     * @param from first byte of its data, counted from the header's end
     * @param to the byte after its data
     * @param at byte of the file where its entry stands
     */
    record Entry(String dtype, long[] shape, long from, long to, long at) {}

    private final DataFile file;
    private final JsonParser parser;
    private final long begin;

    private SafeTensorsHeader(DataFile file, JsonParser parser, long begin) {
        this.file = file;
        this.parser = parser;
        this.begin = begin;
    }

    /** Entries by name, from a header that stands at byte {@code begin} of the file. */
    static Map<String, Entry> read(DataFile file, byte[] json, int from, int length, long begin) throws IOException {
        // the format's own rule; a zero byte would make the parser guess another encoding than UTF-8
        if (length < 2 || json[from] != '{' || json[from + 1] == 0) {
            throw file.fault(begin, "its header is not a JSON object");
        }
        try (JsonParser parser = FACTORY.createParser(json, from, length)) {
            SafeTensorsHeader header = new SafeTensorsHeader(file, parser, begin);
            try {
                return header.entries();
            } catch (JacksonException e) { // not its subclass of faults in the text: limits have another
                throw header.fault("its header is not valid: " + e.getOriginalMessage());
            }
        }
    }

    private UnreadableException fault(String problem) {
        long at = parser.currentTokenLocation().getByteOffset();
        return file.fault(begin + Math.max(0, at), problem);
    }

    private Map<String, Entry> entries() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw fault("its header is not a JSON object");
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            long at = begin + parser.currentTokenLocation().getByteOffset();
            parser.nextToken();
            if (name.equals("__metadata__")) {
                parser.skipChildren();
            } else if (entries.size() == MAX_TENSORS) {
                throw fault("its header names more than " + MAX_TENSORS + " tensors");
            } else {
                entries.put(name, entry(name, at));
            }
        }
        if (parser.nextToken() != null) {
            throw fault("its header goes on after its end");
        }
        return entries;
    }

    private Entry entry(String name, long at) throws IOException {
        String dtype = null;
        long[] shape = null;
        long[] offsets = null;
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                if (key.equals("dtype") && value == JsonToken.VALUE_STRING) {
                    dtype = parser.getText();
                } else if (key.equals("shape") && value == JsonToken.START_ARRAY) {
                    shape = integers(name, "shape");
                } else if (key.equals("data_offsets") && value == JsonToken.START_ARRAY) {
                    offsets = integers(name, "data_offsets");
                } else {
                    parser.skipChildren();
                }
            }
        } else {
            parser.skipChildren();
        }
        if (dtype == null || dtype.length() > 16 || shape == null || offsets == null || offsets.length != 2) {
            throw file.fault(at, "tensor " + name + ": wanted dtype, shape and two data_offsets");
        }
        return new Entry(dtype, shape, offsets[0], offsets[1], at);
    }

    private long[] integers(String name, String key) throws IOException {
        List<Long> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                    || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    || parser.getLongValue() < 0 || parser.getLongValue() > MAX_SIZE
                    || values.size() == MAX_DIMENSIONS) {
                throw fault("tensor " + name + ": " + key + ": wanted at most " + MAX_DIMENSIONS
                        + " integers of at least 0 and at most " + MAX_SIZE);
            }
            values.add(parser.getLongValue());
        }
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
