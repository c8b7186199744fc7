package dev.sextant.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;

/** The bytes of a GGUF file in order, little-endian, through a small buffer. Every fault names the byte it was found at. */
final class GgufBytes {

    /** What stands before the tensor data may not be longer. */
    static final long MAX_HEADER = 64L << 20;

    private static final int MAX_STRING = 1 << 20;

    private final SeekableByteChannel channel;
    private final String source;
    private final long size;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long bufferStart;

    GgufBytes(SeekableByteChannel channel, String source) throws IOException {
        this.channel = channel;
        this.source = source;
        this.size = channel.size();
        channel.position(0);
    }

    String source() {
        return source;
    }

    long size() {
        return size;
    }

    /** The byte that is read next. */
    long offset() {
        return bufferStart + buffer.position();
    }

    long remaining() {
        return size - offset();
    }

    ConfigException fault(long offset, String problem) {
        return new ConfigException(source, offset, problem);
    }

    private void need(int bytes) throws IOException {
        if (bytes > remaining()) {
            throw fault(offset(), "ends, wanted " + bytes + " more bytes, has " + remaining());
        }
        if (offset() + bytes > MAX_HEADER) {
            throw fault(offset(), "goes on beyond " + MAX_HEADER + " bytes of metadata");
        }
        if (buffer.remaining() < bytes) {
            bufferStart += buffer.position();
            buffer.compact();
            while (buffer.position() < bytes) {
                if (channel.read(buffer) < 0) {
                    throw fault(bufferStart + buffer.position(),
                            "ends before the length that it had when it was opened");
                }
            }
            buffer.flip();
        }
    }

    int u8() throws IOException {
        need(1);
        return buffer.get() & 0xff;
    }

    short i16() throws IOException {
        need(2);
        return buffer.getShort();
    }

    int i32() throws IOException {
        need(4);
        return buffer.getInt();
    }

    long i64() throws IOException {
        need(8);
        return buffer.getLong();
    }

    /** A count, as an unsigned 64-bit number, of things of at least {@code least} bytes each. */
    long count(String what, int least, long most) throws IOException {
        long at = offset();
        long count = i64();
        if (count < 0 || count > most || count > remaining() / least) {
            throw fault(at, what + ": got " + Long.toUnsignedString(count) + ", wanted at most "
                    + Math.min(most, remaining() / least));
        }
        return count;
    }

    /** A string of at most {@code most} bytes. */
    String text(String what, int most) throws IOException {
        int length = (int) count("length of " + what, 1, Math.min(most, MAX_STRING));
        byte[] bytes = new byte[length];
        for (int at = 0; at < length;) {
            int part = Math.min(length - at, buffer.capacity());
            need(part);
            buffer.get(bytes, at, part);
            at += part;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Goes on {@code bytes} later. */
    void skip(long bytes) throws IOException {
        if (bytes > remaining()) {
            throw fault(offset(), "ends, wanted " + bytes + " more bytes, has " + remaining());
        }
        if (bytes <= buffer.remaining()) {
            buffer.position(buffer.position() + (int) bytes);
        } else {
            seek(offset() + bytes);
        }
    }

    private void seek(long offset) throws IOException {
        channel.position(offset);
        bufferStart = offset;
        buffer.limit(0);
    }

    /** Float32 numbers at a place of the file, which the limit of the metadata is not meant for. */
    float[] floats(long offset, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        channel.position(offset);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw fault(offset + bytes.position(), "ends inside a tensor");
            }
        }
        float[] floats = new float[count];
        bytes.flip().asFloatBuffer().get(floats);
        return floats;
    }
}
