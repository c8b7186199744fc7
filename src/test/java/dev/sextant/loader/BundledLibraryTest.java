package dev.sextant.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sextant.internal.ffi.gen.SextantH;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The library carried in the jar, the modes, and what is said when it cannot be had. Catches a damaged library that is
 * opened, a stack trace where a sentence belongs, a fallback that nobody hears of, and one that is told twice.
 */
class BundledLibraryTest extends LoaderTest {

    private static final byte[] GARBAGE = {1, 2, 3};

    @TempDir
    Path folder;

    /** Puts a library before the real one on the class path. */
    private void plant(byte[] content, String digest) throws IOException {
        Path file = folder.resolve(RESOURCE);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        if (digest != null) {
            Files.writeString(file.resolveSibling("libsextant.so.sha256"), digest);
        }
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    @Test
    void isLoadedFromMemory() throws Exception {
        assumeLibrary();
        loaded(probe().property("native", "require").property("extract", "memory").run(), "in-memory");
    }

    @Test
    void damaged() throws Exception {
        byte[] content = library();
        String digest = sha256(content);
        content[content.length / 2] ^= 1;
        plant(content, digest);
        fellBack(probe().before(folder).run(), "damaged", "SHA-256", digest, "fetch the jar again");
    }

    @Test
    void withEmptyDigest() throws Exception {
        plant(GARBAGE, "");
        fellBack(probe().before(folder).run(), "damaged", "SHA-256");
    }

    /** A library that is whole but of another ABI must not be called. */
    @Test
    void ofAnotherAbi() throws Exception {
        byte[] wrong = Files.readAllBytes(compiled(folder, "int sx_abi_version(void) { return 99; }"));
        plant(wrong, sha256(wrong));
        fellBack(probe().before(folder).property("extract", "memory").run(), "another ABI", "got version 99",
                "wanted " + SextantH.SX_ABI_VERSION());
    }

    @Test
    void damagedAndRequired() throws Exception {
        plant(GARBAGE, "0123");
        refused(probe().before(folder).property("native", "require").run(), "damaged", "wanted 0123");
    }

    @Test
    void accessDenied() throws Exception {
        library();
        fellBack(probe().withoutAccess().option("--illegal-native-access=deny").run(), "denies native access",
                "--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void accessDeniedAndRequired() throws Exception {
        library();
        refused(probe().withoutAccess().option("--illegal-native-access=deny").property("native", "require").run(),
                "denies native access", "--enable-native-access=ALL-UNNAMED");
    }

    /** Switched off is a wish, not a fault: no warning. */
    @Test
    void switchedOff() throws Exception {
        var result = probe().property("native", "off").run();
        assertEquals(List.of("java", "java"), said(result, "best"));
        assertEquals(0, result.logged(WARNING), result::toString);
        holds(first(result, "cpu"), result, "BackendUnavailableException", "switched off", "-Dsextant.native=off");
    }

    @Test
    void settingsThatMakeNoSenseAreNamed() throws Exception {
        refused(probe().property("native", "maybe").run(), "sextant.native", "'maybe'", "auto, require, off");
        refused(probe().property("extract", "floppy").run(), "sextant.extract", "'floppy'", "auto, memory, directory");
    }
}
