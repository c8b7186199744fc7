package dev.sextant.examples.session;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A graph of a few nodes as the bytes of an ONNX file: protocol buffer messages, field by field as onnx.proto numbers them. */
public final class OnnxModel {

    /** Element types of inputs and outputs, as onnx.proto numbers them. */
    public enum Type {
        /** float32. */
        FLOAT(1),
        /** int32. */
        INT32(6),
        /** int64. */
        INT64(7),
        /** float16. */
        FLOAT16(10);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    private static final int IR_VERSION = 8;

    private final String domain;
    private final int version;
    private final Message graph = new Message().text(2, "graph");

    /** A graph whose operators are all those of {@code domain} (empty: the standard's own) at {@code version}. */
    public OnnxModel(String domain, int version) {
        this.domain = domain;
        this.version = version;
    }

    /** One RotaryEmbedding node of {@code domain} at {@code version}, its inputs in the order given, one output "Y". */
    static byte[] rotary(String domain, int version, List<String> inputs, Map<String, Integer> attributes) {
        OnnxModel model = new OnnxModel(domain, version).node("RotaryEmbedding", inputs, List.of("Y"), attributes);
        for (String name : inputs) {
            model.inputs(name.equals("position_ids") ? Type.INT64 : Type.FLOAT, name);
        }
        return model.outputs(Type.FLOAT, "Y").bytes();
    }

    /** Inputs of one type, of shapes that are not stated. */
    public OnnxModel inputs(Type type, String... names) {
        return values(11, type, names);
    }

    /** Outputs of one type, of shapes that are not stated. */
    public OnnxModel outputs(Type type, String... names) {
        return values(12, type, names);
    }

    /**
     * The next node.
     *
     * @param inputs names of values; empty for an optional input that is left out
     * @param attributes by name: Integer, Float, or a List of Integer
     */
    public OnnxModel node(String operator, List<String> inputs, List<String> outputs, Map<String, ?> attributes) {
        Message node = new Message();
        inputs.forEach(name -> node.text(1, name));
        outputs.forEach(name -> node.text(2, name));
        node.text(4, operator);
        attributes.forEach((name, value) -> node.message(5, attribute(name, value)));
        graph.message(1, node.text(7, domain));
        return this;
    }

    /** The file. */
    public byte[] bytes() {
        return new Message().number(1, IR_VERSION).message(7, graph)
                .message(8, new Message().text(1, domain).number(2, version)).bytes();
    }

    private OnnxModel values(int field, Type type, String... names) {
        for (String name : names) {
            graph.message(field, new Message().text(1, name)
                    .message(2, new Message().message(1, new Message().number(1, type.number))));
        }
        return this;
    }

    private static Message attribute(String name, Object value) {
        Message message = new Message().text(1, name);
        return switch (value) {
            case Float f -> message.real(2, f).number(20, 1);
            case Integer i -> message.number(3, i).number(20, 2);
            case List<?> list -> {
                list.forEach(i -> message.number(8, (Integer) i));
                yield message.number(20, 7);
            }
            default -> throw new IllegalArgumentException("attribute " + name + ": got " + value
                    + ", wanted an Integer, a Float or a List of Integer");
        };
    }

    /** A message as it grows. */
    private static final class Message {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        byte[] bytes() {
            return out.toByteArray();
        }

        Message number(int field, long value) {
            varint(field << 3);
            varint(value);
            return this;
        }

        Message real(int field, float value) {
            varint(field << 3 | 5);
            int bits = Float.floatToRawIntBits(value);
            for (int shift = 0; shift < 32; shift += 8) {
                out.write(bits >> shift);
            }
            return this;
        }

        Message text(int field, String text) {
            return bytes(field, text.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message inner) {
            return bytes(field, inner.bytes());
        }

        private Message bytes(int field, byte[] bytes) {
            varint(field << 3 | 2);
            varint(bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~127L) != 0) {
                out.write((int) (rest & 127 | 128));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
