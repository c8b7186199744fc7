package dev.sextant.cli.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A header that lies about the data is refused before anything is read. */
class SafeTensorsTest {

    @TempDir
    private Path folder;

    private SafeTensors read(long headerLength, String header, byte[] data) throws Exception {
        ByteBuffer file = ByteBuffer.allocate(8 + header.length() + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(headerLength).put(header.getBytes(StandardCharsets.US_ASCII)).put(data);
        Path path = Files.write(folder.resolve("x.safetensors"), file.array());
        String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file.array()));
        return SafeTensors.read(path, digest);
    }

    @Test
    void elements() throws Exception {
        String header = """
                {"__metadata__": {"a": "b"}, "x": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]},
                "s": {"dtype": "I32", "shape": [], "data_offsets": [8, 12]}}""";
        ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putFloat(1.5f).putFloat(-0f)
                .putInt(-7);
        SafeTensors file = read(header.length(), header, data.array());
        assertArrayEquals(new float[]{1.5f, -0f}, file.tensor("x").floats());
        assertEquals(2, file.tensor("x").size(-1));
        assertArrayEquals(new long[]{-7}, file.tensor("s").longs());
        assertThrows(UnreadableException.class, () -> file.tensor("__metadata__"));
        assertThrows(UnreadableException.class, () -> file.tensor("x").longs());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    []                                                                     | its header is not a JSON object
                    {"x": 1}                                                               | wanted dtype, shape and two data_offsets
                    {"x": {"dtype": "F32", "shape": [2], "data_offsets": [0]}}             | wanted dtype, shape and two data_offsets
                    {"x": {"dtype": "F8", "shape": [2], "data_offsets": [0, 2]}}           | got dtype F8
                    {"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}          | wanted 8 bytes inside the file
                    {"x": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}         | wanted 16 bytes inside the file
                    {"x": {"dtype": "F32", "shape": [1], "data_offsets": [8, 4]}}          | wanted 4 bytes inside the file
                    {"x": {"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}}         | wanted at most 16 integers of at least 0
                    {"x": {"dtype": "F32", "shape": [1], "data_offsets": [2, 6]}}          | got data at 2, wanted a multiple of 4
                    {"x": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}         | wanted at most 16 integers of at least 0
                    {"x": {"dtype": "F32", "shape": [1000000000, 1000000000, 1000000000], "data_offsets": [0, 8]}} | inside the file
                    {"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "x": {}} | its header is not valid
                    """)
    void lyingHeaders(String header, String words) {
        UnreadableException refusal = assertThrows(UnreadableException.class,
                () -> read(header.length(), header, new byte[8]).tensor("x"));
        assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
        assertTrue(refusal.offset() >= 8 && refusal.offset() < 8 + header.length(), refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"-1", "3", "1000000", "9223372036854775807"})
    void lyingHeaderLength(long length) {
        assertThrows(UnreadableException.class, () -> read(length, "{}", new byte[0]));
    }

    @Test
    void shortFileAndWrongDigest() throws Exception {
        Path path = Files.write(folder.resolve("y.safetensors"), new byte[7]);
        assertThrows(UnreadableException.class, () -> SafeTensors.read(path, ""));
        Path good = Files.write(folder.resolve("z.safetensors"), new byte[]{2, 0, 0, 0, 0, 0, 0, 0, '{', '}'});
        assertTrue(assertThrows(UnreadableException.class, () -> SafeTensors.read(good, "00")).getMessage()
                .contains("got sha256"));
    }
}
