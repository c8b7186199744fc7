package dev.sextant.config;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small GGUF files: keys and float32 tensors, byte by byte as the format says, sharing nothing with the reader. */
public final class TinyGguf {

    int version = 3;
    private final Map<String, Object> keys = new LinkedHashMap<>();
    private final Map<String, float[]> tensors = new LinkedHashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A model of an architecture, with 32 query heads, 8 key heads, 128 elements each, 32 layers. */
    public static TinyGguf of(String architecture) {
        TinyGguf file = new TinyGguf().put("general.architecture", architecture);
        return file.put(architecture + ".block_count", 32).put(architecture + ".context_length", 131072)
                .put(architecture + ".embedding_length", 4096).put(architecture + ".attention.head_count", 32)
                .put(architecture + ".attention.head_count_kv", 8);
    }

    /** A string, flag, int (as uint32), long (as uint64), float, double, list of strings, int[] or boolean[]. */
    public TinyGguf put(String key, Object value) {
        keys.put(key, value);
        return this;
    }

    public TinyGguf tensor(String name, float... values) {
        tensors.put(name, values);
        return this;
    }

    public byte[] bytes() {
        out.reset();
        i32(0x46554747);
        i32(version);
        i64(tensors.size());
        i64(keys.size());
        keys.forEach((key, value) -> {
            text(key);
            value(value);
        });
        long offset = 0;
        for (Map.Entry<String, float[]> each : tensors.entrySet()) {
            text(each.getKey());
            i32(1);
            i64(each.getValue().length);
            i32(0);
            i64(offset);
            offset += (4L * each.getValue().length + 31) / 32 * 32;
        }
        tensors.values().forEach(values -> {
            pad();
            for (float each : values) {
                i32(Float.floatToRawIntBits(each));
            }
        });
        return out.toByteArray();
    }

    private void pad() {
        while (out.size() % 32 != 0) {
            out.write(0);
        }
    }

    private void value(Object value) {
        switch (value) {
            case String s -> {
                i32(8);
                text(s);
            }
            case Boolean b -> {
                i32(7);
                out.write(b ? 1 : 0);
            }
            case Integer i -> {
                i32(4);
                i32(i);
            }
            case Long l -> {
                i32(10);
                i64(l);
            }
            case Float f -> {
                i32(6);
                i32(Float.floatToRawIntBits(f));
            }
            case Double d -> {
                i32(12);
                i64(Double.doubleToRawLongBits(d));
            }
            case int[] array -> {
                array(5, array.length);
                for (int each : array) {
                    i32(each);
                }
            }
            case boolean[] array -> {
                array(7, array.length);
                for (boolean each : array) {
                    out.write(each ? 1 : 0);
                }
            }
            case List<?> list -> {
                array(8, list.size());
                list.forEach(each -> text(each.toString()));
            }
            default -> throw new AssertionError(value);
        }
    }

    private void array(int type, int count) {
        i32(9);
        i32(type);
        i64(count);
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        i64(bytes.length);
        out.writeBytes(bytes);
    }

    private void i32(int value) {
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    private void i64(long value) {
        out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    GgufMetadata read() throws IOException {
        return read(bytes());
    }

    /** Reads bytes as a file called "test". */
    static GgufMetadata read(byte[] bytes) throws IOException {
        return GgufMetadata.read(new Memory(bytes), "test");
    }

    /** Reads them from a file. */
    GgufMetadata read(Path file) throws IOException {
        Files.write(file, bytes());
        return GgufMetadata.read(file);
    }

    /** Bytes as a channel; hands out at most 1,000 at a time, so that the reader's own buffer matters. */
    static final class Memory implements SeekableByteChannel {

        private final byte[] bytes;
        private long position;

        Memory(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(ByteBuffer into) {
            int count = (int) Math.min(Math.min(into.remaining(), 1000), Math.max(0, bytes.length - position));
            if (count == 0) {
                return into.hasRemaining() ? -1 : 0;
            }
            into.put(bytes, (int) position, count);
            position += count;
            return count;
        }

        @Override
        public int write(ByteBuffer from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long newPosition) {
            position = newPosition;
            return this;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
