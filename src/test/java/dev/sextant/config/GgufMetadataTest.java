package dev.sextant.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GGUF files written here are read back; damaged ones are refused with the byte, and cost no more memory than they have bytes. */
class GgufMetadataTest {

    private static TinyGguf full() {
        return TinyGguf.of("llama").put("llama.rope.freq_base", 500_000f).put("llama.rope.dimension_count", 128)
                .put("a.flag", true).put("a.long", 1L << 40).put("a.double", 0.1).put("a.array", new int[]{1, -2, 3})
                .put("a.flags", new boolean[]{true, false}).put("a.texts", List.of("one", "two", ""))
                .put("tokenizer.chat_template", "x".repeat(70_000))
                .tensor("rope_freqs.weight", factors(64)).tensor("other.weight", 1, 2, 3);
    }

    private static float[] factors(int count) {
        float[] factors = new float[count];
        for (int j = 0; j < count; j++) {
            factors[j] = j < count / 2 ? 1 : 8;
        }
        return factors;
    }

    @Test
    void roundTrip(@TempDir Path folder) throws IOException {
        GgufMetadata file = full().read(folder.resolve("model.gguf"));
        assertEquals("llama", file.architecture());
        assertEquals(3, file.version());
        assertEquals(List.of("rope_freqs.weight", "other.weight"),
                file.tensors().stream().map(GgufTensor::name).toList());
        assertEquals(List.of(64L), file.tensors().getFirst().shape());
        assertArrayEquals(factors(64), file.factors("rope_freqs.weight").orElseThrow());
        assertTrue(file.factors("other.weight").isEmpty(), "weights are not read");
        assertArrayEquals(new double[]{1, -2, 3}, file.numbers("a.array"));
        assertArrayEquals(new double[]{1, 0}, file.numbers("a.flags"));
        assertEquals(0x1p40, file.number("a.long", 0));
        assertEquals(0.1, file.number("a.double", 0));
        assertTrue(Collections.disjoint(file.keys(), Set.of("a.texts", "tokenizer.chat_template")), "passed over");
        assertEquals("DividedFrequencies", file.model().rope().frequencies().getClass().getSimpleName());
        assertEquals(128, file.model().rope().rotaryDim());
    }

    @Test
    void versionTwoIsRead() throws IOException {
        TinyGguf file = full();
        file.version = 2;
        assertEquals(2, file.read().version());
    }

    /** Wherever a file ends too early, that is what is said, with the byte; never another exception. */
    @Test
    void truncationAtEveryByte() throws IOException {
        byte[] bytes = full().bytes();
        int skip = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("xxxx");
        for (int length = 0; length < bytes.length - 12; length++) { // the last 12 are a weight, which is not read
            if (length < skip + 100 || length > skip + 69_900 || length % 997 == 0) {
                byte[] part = Arrays.copyOf(bytes, length);
                ConfigException e = assertThrows(ConfigException.class, () -> TinyGguf.read(part), "length " + length);
                assertTrue(e.offset() >= 0 && e.offset() <= length, e.getMessage());
            }
        }
        TinyGguf.read(Arrays.copyOf(bytes, bytes.length - 12));
    }

    private static String refusal(byte[] bytes) {
        return assertThrows(ConfigException.class, () -> TinyGguf.read(bytes)).getMessage();
    }

    /** Little-endian numbers written over a small file: where, 4 or 8 bytes, what, and words of the refusal. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            0   | 4 | 0x46554748          | at byte 0: is not a GGUF file
            4   | 4 | 1                   | at byte 4: format version: got 1, wanted 2 or 3
            4   | 4 | 0x03000000          | at byte 4: is a big-endian file or damaged
            8   | 8 | -1                  | at byte 8: number of tensors: got 18446744073709551615, wanted at most
            8   | 8 | 0x7fffffffffffffff  | at byte 8: number of tensors
            8   | 8 | 4000                | at byte 8: number of tensors: got 4000
            16  | 8 | 0x0100000000        | at byte 16: number of keys: got 4294967296
            24  | 8 | 5000                | at byte 24: length of key: got 5000, wanted at most
            24  | 8 | -1                  | at byte 24: length of key: got 18446744073709551615
            52  | 4 | 13                  | at byte 52: value type: got 13, wanted 0 to 12
            52  | 4 | -1                  | at byte 52: value type: got 4294967295
            56  | 8 | 0x4000000000000000  | at byte 56: length of text: got 4611686018427387904
            """)
    void hostileNumbers(int at, int size, String number, String words) {
        byte[] bytes = TinyGguf.of("llama").bytes();
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (size == 4) {
            buffer.putInt(at, Long.decode(number).intValue());
        } else {
            buffer.putLong(at, Long.decode(number));
        }
        String message = refusal(bytes);
        assertTrue(message.contains(words), message);
    }

    @Test
    void hostileArrays() {
        byte[] bytes = new TinyGguf().put("k", new int[]{7, 7, 7}).bytes();
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = 24 + 8 + 1 + 4; // counts, length and text of the key, "array"
        buffer.putLong(at + 4, Long.MAX_VALUE / 2);
        assertTrue(refusal(bytes).contains("elements of an array: got 4611686018427387903"), refusal(bytes));
        buffer.putLong(at + 4, 4);
        assertTrue(refusal(bytes).contains("elements of an array: got 4, wanted at most 3"), refusal(bytes));
        buffer.putInt(at, 9).putLong(at + 4, 1);
        assertTrue(refusal(bytes).contains("elements of an array: got 30064771079, wanted at most 0"), refusal(bytes));
        buffer.putInt(at, 7).putLong(at + 4, 3);
        assertTrue(refusal(bytes).contains("flag: got 7, wanted 0 or 1"), refusal(bytes));
    }

    @Test
    void hostileTensors() throws IOException {
        byte[] bytes = TinyGguf.of("llama").tensor("rope_freqs.weight", factors(64)).bytes();
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("rope_freqs.weight") + 17;
        for (long offset : new long[]{-1, Long.MIN_VALUE, Long.MAX_VALUE, bytes.length, 32}) {
            buffer.putLong(at + 16, offset);
            assertTrue(refusal(bytes).contains("leaves the file of"), refusal(bytes));
        }
        buffer.putLong(at + 16, 0);
        for (long count : new long[]{-1, 0, 4097, Long.MAX_VALUE}) {
            buffer.putLong(at + 4, count);
            assertTrue(refusal(bytes).contains("wanted 1 to 4096 float32 numbers"), refusal(bytes));
        }
        buffer.putLong(at + 4, 64);
        buffer.putInt(at + 12, 1);
        assertTrue(refusal(bytes).contains("got type 1"), refusal(bytes));
        buffer.putInt(at + 12, 0).putInt(at, 9);
        assertTrue(refusal(bytes).contains("dimensions of a tensor: got 9"), refusal(bytes));
        buffer.putInt(at, 1);
        assertFalse(TinyGguf.read(bytes).tensors().isEmpty());
    }

    @Test
    void aKeyTwiceIsRefused() {
        byte[] bytes = new TinyGguf().put("aa", 1).put("ab", 2).bytes();
        bytes[24 + 8 + 2 + 8 + 8 + 1] = 'a';
        assertTrue(refusal(bytes).contains("at byte 42: key 'aa' is there twice"), refusal(bytes));
    }

    @ParameterizedTest
    @CsvSource({"0", "3", "2097152", "4294967295"})
    void alignmentMustBeAPowerOfTwo(long alignment) {
        String message = refusal(TinyGguf.of("llama").put("general.alignment", (int) alignment).bytes());
        assertTrue(message.contains("'general.alignment': wanted a power of 2"), message);
    }

    /** A vocabulary of 300,000 words is passed over, not kept. */
    @Test
    void vocabulariesArePassedOver() throws IOException {
        GgufMetadata file = TinyGguf.of("llama").put("tokenizer.ggml.tokens", Collections.nCopies(300_000, "word"))
                .put("tokenizer.ggml.scores", new int[300_000]).put("after", 5).read();
        assertEquals(5, file.number("after", 0));
        assertFalse(file.keys().contains("tokenizer.ggml.scores"));
    }
}
