package dev.sextant.cli.reference;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of numbers that nobody vouches for: parts of it are read when they are asked for, each within a limit, none beyond
 * the end. It is opened for every part, so there is nothing to close.
 *
 * @param path where it is
 * @param size its bytes
 */
record DataFile(Path path, long size) {

    /** No tensor may be larger: it is read into memory whole. */
    static final long MAX_PART = 1L << 30;

    static DataFile of(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new UnreadableException(path + ": no such file");
        }
        return new DataFile(path, Files.size(path));
    }

    UnreadableException fault(long offset, String problem) {
        return new UnreadableException(path, offset, problem);
    }

    /** {@code length} bytes from {@code offset} on. */
    ByteBuffer read(long offset, long length) throws UnreadableException {
        if (offset < 0 || length < 0 || offset > size || length > size - offset) {
            throw fault(Math.clamp(offset, 0, size), "ends, wanted " + length + " bytes, has "
                    + Math.max(0, size - Math.clamp(offset, 0, size)));
        }
        if (length > MAX_PART) {
            throw fault(offset, "got " + length + " bytes in one piece, wanted at most " + MAX_PART);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
        try (SeekableByteChannel channel = FileChannel.open(path)) {
            channel.position(offset);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    throw fault(offset + bytes.position(), "ends before the length that it had when it was opened");
                }
            }
        } catch (UnreadableException e) {
            throw e;
        } catch (IOException e) {
            throw fault(offset, "cannot be read: " + e.getMessage());
        }
        return bytes.flip();
    }
}
