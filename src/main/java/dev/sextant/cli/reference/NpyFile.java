package dev.sextant.cli.reference;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * A .npy file: magic, version 1 to 3, a header in Python's spelling, raw data. Element types f2, f4, f8, i4, i8 of either byte
 * order, in C order. What is not understood is refused by name. Source: the format's description in the documentation of
 * numpy.lib.format.
 */
public final class NpyFile {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int PREFIX = 8;
    private static final int MAX_HEADER = 1 << 16;

    private static final Map<String, Tensor.Type> TYPES = Map.of("f2", Tensor.Type.F16, "f4", Tensor.Type.F32, "f8",
            Tensor.Type.F64, "i4", Tensor.Type.I32, "i8", Tensor.Type.I64);

    private NpyFile() {}

    /** Whether a file starts like one. */
    public static boolean is(Path path) throws IOException {
        DataFile file = DataFile.of(path);
        return file.size() >= MAGIC.length && Arrays.equals(file.read(0, MAGIC.length).array(), MAGIC);
    }

    /** Reads the array of a file. */
    public static Tensor read(Path path) throws IOException {
        DataFile file = DataFile.of(path);
        ByteBuffer prefix = file.read(0, PREFIX);
        for (int i = 0; i < MAGIC.length; i++) {
            if (prefix.get(i) != MAGIC[i]) {
                throw file.fault(i, "is not a .npy file");
            }
        }
        int version = prefix.get(MAGIC.length);
        if (version < 1 || version > 3 || prefix.get(MAGIC.length + 1) != 0) {
            throw file.fault(MAGIC.length, "format version: got " + version + "." + prefix.get(MAGIC.length + 1)
                    + ", wanted 1.0, 2.0 or 3.0");
        }
        int lengthBytes = version == 1 ? 2 : 4;
        ByteBuffer stated = file.read(PREFIX, lengthBytes);
        long length = version == 1 ? stated.getShort() & 0xffff : stated.getInt() & 0xffffffffL;
        long begin = (long) PREFIX + lengthBytes;
        if (length > MAX_HEADER) {
            throw file.fault(PREFIX, "got a header of " + length + " bytes, wanted at most " + MAX_HEADER);
        }
        String text = new String(file.read(begin, length).array(),
                version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        return data(file, new NpyHeader(file, text, begin), begin + length);
    }

    private static Tensor data(DataFile file, NpyHeader header, long begin) throws IOException {
        if (header.fortranOrder() && Arrays.stream(header.shape()).filter(n -> n > 1).count() > 1) {
            throw file.fault(header.begin(), "is in Fortran order, wanted C order: save numpy.ascontiguousarray of it");
        }
        String descr = header.descr();
        Tensor.Type type = descr.length() == 3 ? TYPES.get(descr.substring(1)) : null;
        if (type == null || "<>=".indexOf(descr.charAt(0)) < 0) {
            throw file.fault(header.begin(), "descr: got '" + descr + "', wanted one of f2, f4, f8, i4, i8"
                    + (descr.endsWith("V2") ? " (bfloat16 has no type of its own here: save it as float32)" : ""));
        }
        long wanted = Tensor.bytes(header.shape(), type);
        if (wanted != file.size() - begin) {
            throw file.fault(begin, "got " + (file.size() - begin) + " bytes of data, wanted " + wanted + " for shape "
                    + Arrays.toString(header.shape()) + " of " + descr);
        }
        ByteBuffer data = file.read(begin, wanted)
                .order(descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        return new Tensor(String.valueOf(file.path().getFileName()), type, header.shape(), data);
    }
}
