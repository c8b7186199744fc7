package dev.sextant.cli.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays that numpy itself wrote, and files that lie. */
class NpyFileTest {

    @TempDir
    private Path folder;

    private static Path numpys(String name) throws URISyntaxException {
        return Path.of(NpyFileTest.class.getResource("/fuzz/npy/" + name + ".npy").toURI());
    }

    @ParameterizedTest
    @ValueSource(strings = {"f4", "f4-big", "f2", "f8-big", "version2", "version3"})
    void numbersOfEveryTypeVersionAndByteOrder(String name) throws Exception {
        Tensor tensor = NpyFile.read(numpys(name));
        assertArrayEquals(new long[]{2, 3}, tensor.shape());
        float small = name.equals("f2") ? Float.float16ToFloat(Float.floatToFloat16(3e-5f)) : 3e-5f;
        assertArrayEquals(new float[]{1.5f, -2.25f, small, 0, 65504, -0f}, tensor.toFloats());
    }

    @Test
    void integersScalarsAndNothing() throws Exception {
        assertArrayEquals(new long[]{0, -1, 1L << 40}, NpyFile.read(numpys("i8")).longs());
        assertArrayEquals(new long[]{7, -7}, NpyFile.read(numpys("i4-big")).longs());
        assertEquals(0, NpyFile.read(numpys("scalar")).shape().length);
        assertArrayEquals(new float[]{2.5f}, NpyFile.read(numpys("scalar")).toFloats());
        assertEquals(0, NpyFile.read(numpys("empty")).count());
        assertTrue(NpyFile.is(numpys("f4")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fortran    | is in Fortran order, wanted C order
            structured | got a structured type
            complex    | descr: got '<c8', wanted one of f2, f4, f8, i4, i8
            void2      | bfloat16 has no type of its own here
            """)
    void whatIsNotUnderstoodIsRefusedByName(String name, String words) {
        UnreadableException refusal = assertThrows(UnreadableException.class, () -> NpyFile.read(numpys(name)));
        assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
        assertTrue(refusal.offset() >= 10, refusal.getMessage());
    }

    private Path file(int version, String header, int data) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0, (byte) header.length(),
                (byte) (header.length() >> 8)});
        bytes.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(new byte[data]);
        return Files.write(folder.resolve("x.npy"), bytes.toByteArray());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'descr': '<f4', 'fortran_order': False, 'shape': (3,), }             | got 8 bytes of data, wanted 12
            {'descr': '<f4', 'fortran_order': False, 'shape': (1,), }             | got 8 bytes of data, wanted 4
            {'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), } | got 8 bytes of data
            {'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999,)}  | integers of at least 0 and at most
            {'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,1000000000000,1000000000000)} | got 8 bytes
            {'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }            | integers of at least 0
            {'descr': '<f4', 'fortran_order': False, 'shape': 2}                  | wanted '('
            {'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}                   | wanted True or False
            {'descr': '<f4', 'shape': (2,)}                                       | wanted 'descr', 'fortran_order'
            {'descr': '<f4', 'descr': '<f4', 'fortran_order': False}              | key 'descr' is there twice
            {'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}       | got key 'x'
            {'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x             | goes on after its end
            {'descr': '!f4', 'fortran_order': False, 'shape': (2,)}               | descr: got '!f4'
            {'descr': '', 'fortran_order': False, 'shape': (2,)}                  | descr: got ''
            [1]                                                                   | wanted '{'
            {'descr                                                               | wanted a short text in quotes
            """)
    void lyingHeaders(String header, String words) throws IOException {
        Path path = file(1, header, 8);
        UnreadableException refusal = assertThrows(UnreadableException.class, () -> NpyFile.read(path));
        assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
        assertTrue(refusal.offset() >= 10 && refusal.offset() <= 10 + header.length(), refusal.getMessage());
    }

    @Test
    void fortranOrderOfOneAxisIsTheSame() throws IOException {
        assertEquals(2, NpyFile.read(file(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2L)}", 8)).count());
    }

    @Test
    void prefixes() throws IOException {
        assertThrows(UnreadableException.class, () -> NpyFile.read(folder.resolve("nowhere.npy")));
        for (byte[] bytes : new byte[][]{{}, {(byte) 0x93}, "PK\3\4abcdefgh".getBytes(StandardCharsets.ISO_8859_1),
                {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 9}, {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 4, 0, 0, 0},
                {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1},
                {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 100, 0, '{'}}) {
            Path path = Files.write(folder.resolve("x.npy"), bytes);
            assertTrue(assertThrows(UnreadableException.class, () -> NpyFile.read(path)).offset() >= 0);
        }
    }
}
