package dev.sextant.internal.ffi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The one thing to know of a shared library before the dynamic loader maps it: whether the file is as long as its own tables
 * say. A library cut short kills the process inside the loader, where nobody can catch it.
 */
final class ElfFile {

    private static final int HEADER = 64;
    private static final int PROGRAM_ENTRY = 56;

    private ElfFile() {}

    /** What is wrong with a 64-bit little-endian ELF file, empty when nothing is. */
    static String fault(byte[] content) {
        ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (content.length < HEADER || file.getInt(0) != 0x464c457f || content[4] != 2 || content[5] != 1) {
            return "is not a 64-bit ELF file";
        }
        long sections = file.getLong(0x28);
        long sectionsEnd = sections + (file.getShort(0x3a) & 0xffffL) * (file.getShort(0x3c) & 0xffffL);
        long programs = file.getLong(0x20);
        int count = file.getShort(0x38) & 0xffff;
        if (sections < 0 || sectionsEnd > content.length || programs < 0
                || programs + (long) count * PROGRAM_ENTRY > content.length) {
            return "is cut short: got " + content.length + " bytes, wanted at least "
                    + Math.max(sectionsEnd, programs + (long) count * PROGRAM_ENTRY);
        }
        for (int i = 0; i < count; i++) {
            int entry = (int) programs + i * PROGRAM_ENTRY;
            long end = file.getLong(entry + 8) + file.getLong(entry + 32);
            if (end < 0 || end > content.length) {
                return "is cut short: got " + content.length + " bytes, wanted at least " + end;
            }
        }
        return "";
    }
}
