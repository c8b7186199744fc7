package dev.sextant.examples.session;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A model of one node as the bytes of an ONNX file: protocol buffer messages, field by field as onnx.proto numbers them. */
final class OnnxModel {

    private static final int FLOAT = 1;
    private static final int INT64 = 7;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private OnnxModel() {}

    /** One RotaryEmbedding node of {@code domain} at {@code version}, its inputs in the order given, one output "Y". */
    static byte[] rotary(String domain, int version, List<String> inputs, Map<String, Integer> attributes) {
        OnnxModel node = new OnnxModel();
        inputs.forEach(name -> node.text(1, name));
        node.text(2, "Y").text(4, "RotaryEmbedding");
        attributes.forEach((name, value) -> node.message(5,
                new OnnxModel().text(1, name).number(3, value).number(20, 2)));
        node.text(7, domain);
        OnnxModel graph = new OnnxModel().message(1, node).text(2, "graph");
        for (String name : inputs) {
            graph.message(11, tensor(name, name.equals("position_ids") ? INT64 : FLOAT));
        }
        graph.message(12, tensor("Y", FLOAT));
        return new OnnxModel().number(1, 8).message(7, graph)
                .message(8, new OnnxModel().text(1, domain).number(2, version)).out.toByteArray();
    }

    /** Of a shape that is not stated. */
    private static OnnxModel tensor(String name, int type) {
        return new OnnxModel().text(1, name)
                .message(2, new OnnxModel().message(1, new OnnxModel().number(1, type)));
    }

    private OnnxModel number(int field, long value) {
        varint(field << 3);
        varint(value);
        return this;
    }

    private OnnxModel text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private OnnxModel message(int field, OnnxModel inner) {
        return bytes(field, inner.out.toByteArray());
    }

    private OnnxModel bytes(int field, byte[] bytes) {
        varint(field << 3 | 2);
        varint(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    private void varint(long value) {
        long rest = value;
        while (rest > 127) {
            out.write((int) (rest & 127 | 128));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
