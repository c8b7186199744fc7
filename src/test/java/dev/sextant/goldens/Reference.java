package dev.sextant.goldens;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** One family of the reference data: its manifest, and the numbers of its safetensors file. */
final class Reference {

    private final Json manifest;
    private final Json header;
    private final byte[] file;
    private final int data;

    /** A case of a family. */
    record Case(String name, String kind, Json attributes, Json expected) {

        @Override
        public String toString() {
            return name;
        }
    }

    Reference(String family) throws Exception {
        this.manifest = Json.resource("/reference/" + family + ".json");
        this.file = bytes("/reference/" + family + ".safetensors");
        assertEquals(manifest.get("sha256").text(),
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file)), "digest of " + family);
        int length = Math.toIntExact(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
        this.header = Json.parse(Arrays.copyOfRange(file, 8, 8 + length));
        this.data = 8 + length;
    }

    private static byte[] bytes(String resource) throws IOException {
        try (InputStream in = Reference.class.getResourceAsStream(resource)) {
            return in.readAllBytes();
        }
    }

    List<Case> cases() {
        return manifest.get("cases").list().stream().map(c -> new Case(c.get("name").text(), c.get("kind").text(),
                c.get("attributes"), c.get("expected"))).toList();
    }

    Json tolerance(String name) {
        return manifest.get("tolerances").get(name);
    }

    long[] shape(Case c, String tensor) {
        return header.get(c.name() + "/" + tensor).get("shape").longs();
    }

    float[] floats(Case c, String tensor) {
        ByteBuffer buffer = tensor(c, tensor, "F32");
        float[] values = new float[buffer.remaining() / 4];
        buffer.asFloatBuffer().get(values);
        return values;
    }

    double[] doubles(Case c, String tensor) {
        ByteBuffer buffer = tensor(c, tensor, "F64");
        double[] values = new double[buffer.remaining() / 8];
        buffer.asDoubleBuffer().get(values);
        return values;
    }

    /** Integers of 32 or 64 bits. */
    long[] longs(Case c, String tensor) {
        String dtype = dtype(c, tensor);
        ByteBuffer buffer = tensor(c, tensor, dtype);
        if (dtype.equals("I32")) {
            int[] values = new int[buffer.remaining() / 4];
            buffer.asIntBuffer().get(values);
            return Arrays.stream(values).asLongStream().toArray();
        }
        assertEquals("I64", dtype);
        long[] values = new long[buffer.remaining() / 8];
        buffer.asLongBuffer().get(values);
        return values;
    }

    short[] brains(Case c, String tensor) {
        ByteBuffer buffer = tensor(c, tensor, "BF16");
        short[] values = new short[buffer.remaining() / 2];
        buffer.asShortBuffer().get(values);
        return values;
    }

    String dtype(Case c, String tensor) {
        return header.get(c.name() + "/" + tensor).get("dtype").text();
    }

    private ByteBuffer tensor(Case c, String tensor, String dtype) {
        Json entry = header.get(c.name() + "/" + tensor);
        assertEquals(dtype, entry.get("dtype").text(), c + "/" + tensor);
        long[] range = entry.get("data_offsets").longs();
        return ByteBuffer.wrap(file, Math.toIntExact(data + range[0]), Math.toIntExact(range[1] - range[0])).slice()
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
