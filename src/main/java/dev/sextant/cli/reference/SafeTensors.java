package dev.sextant.cli.reference;

import dev.sextant.cli.reference.SafeTensorsHeader.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file: the length of a JSON header (8 bytes, little-endian), the header, raw little-endian data. Either read
 * once into memory, so that what was digested is what is used; or opened, so that of a file of any size only the header and
 * the tensors asked for are read. A header may lie: every number of it is checked against the file before it is used.
 */
public final class SafeTensors {

    private final DataFile file;
    private final Map<String, Entry> entries;
    private final long begin;
    private final Bytes bytes;

    private interface Bytes { ByteBuffer read(long offset, long length) throws UnreadableException; }

    private SafeTensors(DataFile file, Bytes bytes) throws IOException {
        this.file = file;
        this.bytes = bytes;
        if (file.size() < Long.BYTES) {
            throw file.fault(0, "got " + file.size() + " bytes, wanted at least 8");
        }
        long length = bytes.read(0, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
        long most = Math.min(file.size() - Long.BYTES, SafeTensorsHeader.MAX_BYTES);
        if (length < 0 || length > most) {
            throw file.fault(0, "got a header of " + Long.toUnsignedString(length) + " bytes, wanted at most " + most);
        }
        ByteBuffer header = bytes.read(Long.BYTES, length);
        this.begin = Long.BYTES + length;
        this.entries = SafeTensorsHeader.read(file, header.array(), header.arrayOffset(), (int) length, Long.BYTES);
    }

    /** Reads a file of at most 1 GiB and checks its SHA-256 digest against {@code sha256}, in hexadecimal. */
    public static SafeTensors read(Path path, String sha256) throws IOException {
        DataFile file = DataFile.of(path);
        if (file.size() > DataFile.MAX_PART) {
            throw new UnreadableException(
                    path + ": got " + file.size() + " bytes, wanted at most " + DataFile.MAX_PART);
        }
        byte[] all = Files.readAllBytes(path);
        String digest = digest(all);
        if (!digest.equalsIgnoreCase(sha256)) {
            throw new UnreadableException(path + ": got sha256 " + digest + ", wanted " + sha256 + ", the manifest's");
        }
        return new SafeTensors(new DataFile(path, all.length),
                (offset, length) -> ByteBuffer.wrap(all).slice((int) offset, (int) length));
    }

    /** Reads the header of a file. */
    public static SafeTensors open(Path path) throws IOException {
        DataFile file = DataFile.of(path);
        return new SafeTensors(file, file::read);
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** Names of all tensors, in the order of the header. */
    public Set<String> names() {
        return entries.keySet();
    }

    /** Whether there is such a tensor. */
    public boolean has(String name) {
        return entries.containsKey(name);
    }

    /** A tensor by its full name. */
    public Tensor tensor(String name) throws UnreadableException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new UnreadableException(file.path() + ": has no tensor " + name);
        }
        Tensor.Type type;
        try {
            type = Tensor.Type.valueOf(entry.dtype());
        } catch (IllegalArgumentException e) {
            throw fault(entry, name, "got dtype " + entry.dtype() + ", wanted one of "
                    + List.of(Tensor.Type.values()));
        }
        long wanted = Tensor.bytes(entry.shape(), type);
        if (entry.to() < entry.from() || entry.to() > file.size() - begin || entry.to() - entry.from() != wanted) {
            throw fault(entry, name, "got shape " + Arrays.toString(entry.shape()) + ", data_offsets [" + entry.from()
                    + ", " + entry.to() + "], wanted " + wanted + " bytes inside the file");
        }
        if (entry.from() % type.bytes() != 0) {
            throw fault(entry, name, "got data at " + entry.from() + ", wanted a multiple of " + type.bytes());
        }
        ByteBuffer data = bytes.read(begin + entry.from(), wanted).order(ByteOrder.LITTLE_ENDIAN);
        return new Tensor(name, type, entry.shape(), data);
    }

    private UnreadableException fault(Entry entry, String name, String what) {
        return file.fault(entry.at(), "tensor " + name + ": " + what);
    }
}
