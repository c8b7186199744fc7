package dev.sextant.cli.reference;

import dev.sextant.cli.text.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file: the length of a JSON header (8 bytes, little-endian), the header, raw little-endian data. The
 * file is read once into memory, so that what was digested is what is used. At most 1 GiB.
 */
public final class SafeTensors {

    private static final long MAX_BYTES = 1L << 30;

    private final Path file;
    private final Map<String, Tensor> tensors;

    private SafeTensors(Path file, Map<String, Tensor> tensors) {
        this.file = file;
        this.tensors = tensors;
    }

    /** Reads a file and checks its SHA-256 digest against {@code sha256}, in hexadecimal. */
    public static SafeTensors read(Path file, String sha256) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UnreadableException(file + ": no such file");
        }
        long size = Files.size(file);
        if (size < 8 || size > MAX_BYTES) {
            throw new UnreadableException(file + ": got " + size + " bytes, wanted 8 to " + MAX_BYTES);
        }
        byte[] bytes = Files.readAllBytes(file);
        String digest = digest(bytes);
        if (!digest.equalsIgnoreCase(sha256)) {
            throw new UnreadableException(file + ": got sha256 " + digest + ", wanted " + sha256 + ", the manifest's");
        }
        return new SafeTensors(file, tensors(file, bytes));
    }

    /** A tensor by its full name. */
    public Tensor tensor(String name) throws UnreadableException {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new UnreadableException(file + ": has no tensor " + name);
        }
        return tensor;
    }

    /** Whether there is such a tensor. */
    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static Map<String, Tensor> tensors(Path file, byte[] bytes) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long header = all.getLong(0);
        if (header < 0 || header > bytes.length - 8) {
            throw new UnreadableException(
                    file + ": got a header of " + header + " bytes, wanted at most " + (bytes.length - 8));
        }
        int begin = 8 + (int) header;
        Object json;
        try {
            json = Json.read(bytes, 8, (int) header);
        } catch (IOException e) {
            throw new UnreadableException(file + ": its header is not valid: " + e.getMessage());
        }
        if (!(json instanceof Map<?, ?> entries)) {
            throw new UnreadableException(file + ": its header is not a JSON object");
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<?, ?> e : entries.entrySet()) {
            String name = String.valueOf(e.getKey());
            if (!name.equals("__metadata__")) {
                tensors.put(name, tensor(file, name, e.getValue(), all, begin));
            }
        }
        return tensors;
    }

    private static Tensor tensor(Path file, String name, @Nullable Object entry, ByteBuffer all, int begin)
            throws UnreadableException {
        if (!(entry instanceof Map<?, ?> map) || !(map.get("dtype") instanceof String dtype)
                || !(map.get("shape") instanceof List<?> shape) || !(map.get("data_offsets") instanceof List<?> offsets)
                || offsets.size() != 2 || !(offsets.get(0) instanceof Long from)
                || !(offsets.get(1) instanceof Long to)) {
            throw fault(file, name, "wanted dtype, shape and two data_offsets");
        }
        Tensor.Type type;
        try {
            type = Tensor.Type.valueOf(dtype);
        } catch (IllegalArgumentException e) {
            throw fault(file, name, "got dtype " + dtype + ", wanted one of " + List.of(Tensor.Type.values()));
        }
        long[] sizes = new long[shape.size()];
        long count = 1;
        for (int i = 0; i < sizes.length; i++) {
            if (!(shape.get(i) instanceof Long size) || size < 0 || size > MAX_BYTES) {
                throw fault(file, name, "got shape " + shape + ", wanted sizes of at least 0");
            }
            sizes[i] = size;
            count = Math.min(count * size, 2 * MAX_BYTES); // both factors are below 2^31
        }
        if (from < 0 || to < from || to > all.limit() - begin || to - from != count * type.bytes()) {
            throw fault(file, name,
                    "got data_offsets " + offsets + ", wanted " + count * type.bytes() + " bytes inside the file");
        }
        if (from % type.bytes() != 0) {
            throw fault(file, name, "got data at " + from + ", wanted a multiple of " + type.bytes());
        }
        ByteBuffer data = all.slice(begin + from.intValue(), (int) (to - from)).order(ByteOrder.LITTLE_ENDIAN);
        return new Tensor(name, type, sizes, data);
    }

    private static UnreadableException fault(Path file, String name, String what) {
        return new UnreadableException(file + ": tensor " + name + ": " + what);
    }
}
