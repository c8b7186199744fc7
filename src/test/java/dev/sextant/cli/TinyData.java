package dev.sextant.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes data files byte by byte as their formats say, sharing nothing with the readers. */
final class TinyData {

    private final Map<String, String> entries = new LinkedHashMap<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    static Path npy(Path file, ByteOrder order, float[] values, long... shape) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(order);
        for (float each : values) {
            bytes.putFloat(each);
        }
        return npy(file, (order == ByteOrder.BIG_ENDIAN ? ">" : "<") + "f4", bytes.array(), shape);
    }

    static Path npy(Path file, long... values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long each : values) {
            bytes.putLong(each);
        }
        return npy(file, "<i8", bytes.array(), values.length);
    }

    private static Path npy(Path file, String descr, byte[] bytes, long... shape) throws IOException {
        String sizes = Arrays.stream(shape).mapToObj(n -> n + ",").collect(Collectors.joining(" "));
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + sizes + "), }\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
        out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(bytes);
        return Files.write(file, out.toByteArray());
    }

    /** One more float32 tensor of a safetensors file. */
    TinyData tensor(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float each : values) {
            bytes.putFloat(each);
        }
        return tensor(name, "F32", bytes.array(), shape);
    }

    /** One more bfloat16 tensor: the upper halves of float32 numbers. */
    TinyData bf16(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float each : values) {
            int bits = Float.floatToRawIntBits(each);
            bytes.putShort((short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16));
        }
        return tensor(name, "BF16", bytes.array(), shape);
    }

    private TinyData tensor(String name, String dtype, byte[] bytes, long... shape) {
        entries.put(name,
                "{\"dtype\": \"" + dtype + "\", \"shape\": " + Arrays.toString(shape) + ", \"data_offsets\": ["
                        + data.size() + ", " + (data.size() + bytes.length) + "]}");
        data.writeBytes(bytes);
        return this;
    }

    Path write(Path file) throws IOException {
        byte[] header = entries.entrySet().stream().map(e -> "\"" + e.getKey() + "\": " + e.getValue())
                .collect(Collectors.joining(", ", "{", "}")).getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(file, bytes.putLong(header.length).put(header).put(data.toByteArray()).array());
    }
}
