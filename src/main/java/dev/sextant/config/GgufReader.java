package dev.sextant.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the metadata and the directory of tensors. Source: the format's specification in the ggml repository, versions 2 and 3.
 * Kept: numbers, flags, texts up to 64 KiB, arrays of up to 4,096 numbers; vocabularies are passed over.
 */
final class GgufReader {

    /** A value and the byte it starts at. */
    record Value(Object content, long offset) {}

    private static final int MAGIC = 0x46554747;
    private static final int MAX_KEYS = 1 << 16;
    private static final int MAX_TENSORS = 1 << 18;
    private static final int MAX_NAME = 1 << 12;
    private static final int KEPT_TEXT = 1 << 16;
    private static final int KEPT_ELEMENTS = 1 << 12;
    private static final int KEPT_IN_ALL = 1 << 18;
    private static final int MAX_NESTING = 4;
    private static final int ARRAY = 9;
    private static final int STRING = 8;

    /** Bytes of an element of each value type; strings and arrays have at least their counts. */
    private static final int[] LEAST = {1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8};

    private static final Set<String> READ_TENSORS = Set.of("rope_freqs.weight", "rope_factors_long.weight",
            "rope_factors_short.weight");

    final Map<String, Value> values = new LinkedHashMap<>();
    final List<GgufTensor> tensors = new ArrayList<>();
    final Map<String, float[]> factors = new LinkedHashMap<>();
    int version;

    private final GgufBytes in;
    private int keptElements;

    GgufReader(GgufBytes in) {
        this.in = in;
    }

    void read() throws IOException {
        if (in.i32() != MAGIC) {
            throw in.fault(0, "is not a GGUF file: it does not start with \"GGUF\"");
        }
        version = in.i32();
        if (version != 2 && version != 3) {
            throw in.fault(4, version > 0 && version < 1 << 16
                    ? "format version: got " + version + ", wanted 2 or 3"
                    : "is a big-endian file or damaged, wanted little-endian version 2 or 3");
        }
        long tensorCount = in.count("number of tensors", 24, MAX_TENSORS);
        long keyCount = in.count("number of keys", 13, MAX_KEYS);
        for (long i = 0; i < keyCount; i++) {
            key();
        }
        Set<String> names = new HashSet<>();
        for (long i = 0; i < tensorCount; i++) {
            long at = in.offset();
            GgufTensor tensor = tensor();
            if (!names.add(tensor.name())) {
                throw in.fault(at, "tensor '" + ConfigObject.cut(tensor.name()) + "' is there twice");
            }
            tensors.add(tensor);
        }
        long start = dataStart();
        for (GgufTensor tensor : tensors) {
            if (READ_TENSORS.contains(tensor.name())) {
                factors.put(tensor.name(), data(tensor, start));
            }
        }
    }

    private void key() throws IOException {
        long at = in.offset();
        String key = in.text("key", MAX_NAME);
        int type = type();
        long start = in.offset();
        Object content = type == ARRAY ? array(1) : scalar(type);
        if (values.containsKey(key)) {
            throw in.fault(at, "key '" + ConfigObject.cut(key) + "' is there twice");
        }
        if (content != null) {
            values.put(key, new Value(content, start));
        }
    }

    private int type() throws IOException {
        long at = in.offset();
        int type = in.i32();
        if (type < 0 || type >= LEAST.length) {
            throw in.fault(at,
                    "value type: got " + Integer.toUnsignedString(type) + ", wanted 0 to " + (LEAST.length - 1));
        }
        return type;
    }

    private @Nullable Object scalar(int type) throws IOException {
        return switch (type) {
            case 0 -> (long) in.u8();
            case 1 -> (long) (byte) in.u8();
            case 2 -> (long) (in.i16() & 0xffff);
            case 3 -> (long) in.i16();
            case 4 -> in.i32() & 0xffffffffL;
            case 5 -> (long) in.i32();
            case 6 -> (double) Float.intBitsToFloat(in.i32());
            case 7 -> flag();
            case STRING -> text();
            case 10 -> unsigned(in.i64());
            case 11 -> in.i64();
            default -> Double.longBitsToDouble(in.i64());
        };
    }

    private static Object unsigned(long bits) {
        if (bits < 0) {
            return 0x1p64 + bits; // no number of this library comes near it; a message should still show it
        }
        return bits;
    }

    private Boolean flag() throws IOException {
        long at = in.offset();
        int value = in.u8();
        if (value > 1) {
            throw in.fault(at, "flag: got " + value + ", wanted 0 or 1");
        }
        return value == 1;
    }

    /** A text, null when it is too long to be about rotation. */
    private @Nullable Object text() throws IOException {
        String text = in.text("text", Integer.MAX_VALUE);
        return text.length() > KEPT_TEXT ? null : text;
    }

    /** Numbers of a short array; null for what is passed over. */
    private @Nullable Object array(int depth) throws IOException {
        int type = type();
        long count = in.count("elements of an array", LEAST[type], Long.MAX_VALUE);
        if (type == ARRAY) {
            if (depth == MAX_NESTING) {
                throw in.fault(in.offset(), "arrays are nested more than " + MAX_NESTING + " deep");
            }
            for (long i = 0; i < count; i++) {
                array(depth + 1);
            }
            return null;
        }
        if (type == STRING) {
            for (long i = 0; i < count; i++) {
                in.skip(in.count("length of text", 1, Long.MAX_VALUE));
                limit();
            }
            return null;
        }
        keptElements += (int) Math.min(count, KEPT_ELEMENTS);
        if (count > KEPT_ELEMENTS || keptElements > KEPT_IN_ALL) {
            in.skip(count * LEAST[type]);
            limit();
            return null;
        }
        double[] numbers = new double[(int) count];
        for (int i = 0; i < numbers.length; i++) {
            Object element = scalar(type);
            numbers[i] = element instanceof Boolean b
                    ? b ? 1 : 0
                    : element instanceof Number n ? n.doubleValue() : Double.NaN;
        }
        return numbers;
    }

    private void limit() {
        if (in.offset() > GgufBytes.MAX_HEADER) {
            throw in.fault(in.offset(), "goes on beyond " + GgufBytes.MAX_HEADER + " bytes of metadata");
        }
    }

    private GgufTensor tensor() throws IOException {
        String name = in.text("name of a tensor", MAX_NAME);
        long at = in.offset();
        int dimensions = in.i32();
        if (dimensions < 0 || dimensions > 8) {
            throw in.fault(at,
                    "dimensions of a tensor: got " + Integer.toUnsignedString(dimensions) + ", wanted at most 8");
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            shape.add(in.i64());
        }
        return new GgufTensor(name, shape, in.i32(), in.i64());
    }

    /** The data section starts at the next multiple of "general.alignment". */
    private long dataStart() {
        Value stated = values.get("general.alignment");
        long alignment = stated == null ? 32 : stated.content() instanceof Long n ? n : 0;
        if (alignment < 1 || alignment > 1 << 20 || Long.bitCount(alignment) != 1) {
            throw in.fault(stated == null ? 0 : stated.offset(),
                    "'general.alignment': wanted a power of 2 up to " + (1 << 20));
        }
        return (in.offset() + alignment - 1) / alignment * alignment;
    }

    private float[] data(GgufTensor tensor, long start) throws IOException {
        long count = tensor.shape().isEmpty() ? 0 : tensor.shape().getFirst();
        boolean flat = tensor.shape().stream().skip(1).allMatch(n -> n == 1);
        if (tensor.type() != 0 || !flat || count < 1 || count > KEPT_ELEMENTS) {
            throw in.fault(in.offset(),
                    "tensor '" + tensor.name() + "': got type " + tensor.type() + ", shape " + tensor.shape()
                            + ", wanted 1 to " + KEPT_ELEMENTS + " float32 numbers (type 0)");
        }
        if (tensor.offset() < 0 || tensor.offset() > in.size() - start - 4 * count) {
            throw in.fault(in.offset(), "tensor '" + tensor.name() + "': starts at byte "
                    + Long.toUnsignedString(tensor.offset()) + " of the data and leaves the file of " + in.size()
                    + " bytes");
        }
        return in.floats(start + tensor.offset(), (int) count);
    }
}
