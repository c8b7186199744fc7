package dev.sextant.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sextant.internal.ffi.NativeLibrary;
import dev.sextant.internal.ffi.NativeOutcome;
import dev.sextant.internal.ffi.gen.SextantH;
import dev.sextant.testkit.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the loader tests share. */
@Tag("loader")
@ResourceLock("children")
abstract class LoaderTest {

    static final String RESOURCE = "META-INF/sextant/linux-x86_64/libsextant.so";
    static final String WARNING = "Sextant uses its slower Java backend";

    static ChildJvm probe() {
        return ChildJvm.of(LoaderProbe.class);
    }

    /** The values of one name that the probe said, in order. */
    static List<String> said(ChildJvm.Result result, String name) {
        assertEquals(0, result.exit(), result::toString);
        List<String> values = result.output().lines().filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1)).toList();
        assertFalse(values.isEmpty(), result::toString);
        return values;
    }

    static String first(ChildJvm.Result result, String name) {
        return said(result, name).getFirst();
    }

    /** A value holds all words. */
    static void holds(String value, ChildJvm.Result result, String... words) {
        for (String word : words) {
            assertTrue(value.contains(word), () -> "'" + value + "' should contain '" + word + "'\n" + result);
        }
    }

    /** Java was taken in its place, one warning says why and what to do, and rotating works. */
    static void fellBack(ChildJvm.Result result, String... words) {
        assertEquals(List.of("java", "java"), said(result, "best"), result::toString);
        assertEquals("[java]", first(result, "available"), result::toString);
        assertEquals(1, result.logged(WARNING), result::toString);
        String warning = result.error().lines().filter(line -> line.contains(WARNING)).findFirst().orElseThrow();
        holds(warning, result, words);
        holds(first(result, "cpu"), result, "BackendUnavailableException", "'cpu'");
        holds(first(result, "cpu"), result, words);
        assertFalse(first(result, "rotated").contains("Exception"), result::toString);
    }

    /**
     * Nothing was taken in its place: the same typed error each time, with the reason, and no warning that could be
     * missed.
     */
    static void refused(ChildJvm.Result result, String... words) {
        for (String best : said(result, "best")) {
            holds(best, result, "BackendUnavailableException");
            holds(best, result, words);
        }
        holds(first(result, "rotated"), result, "BackendUnavailableException");
    }

    /** The native library was loaded from where {@code from} says. */
    static void loaded(ChildJvm.Result result, String from) {
        holds(first(result, "outcome"), result, "loaded ", from);
        assertEquals(0, result.logged(WARNING), result::toString);
        assertFalse(first(result, "best").equals("java"), result::toString);
    }

    static void assumeLibrary() {
        assumeTrue(NativeLibrary.outcome() instanceof NativeOutcome.Loaded, () -> "no native library: "
                + NativeLibrary.outcome());
    }

    /** The bundled library's bytes. */
    static byte[] library() throws IOException {
        try (InputStream in = LoaderTest.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            assumeTrue(in != null, "this build carries no native library");
            return in.readAllBytes();
        }
    }

    /** A shared library made of {@code source}. */
    static Path compiled(Path folder, String source) throws IOException, InterruptedException {
        Path c = Files.writeString(folder.resolve("wrong.c"), source);
        Path so = folder.resolve("wrong.so");
        Process cc;
        try {
            cc = new ProcessBuilder("cc", "-shared", "-fPIC", "-DABI=" + SextantH.SX_ABI_VERSION(), "-o", so.toString(),
                    c.toString()).inheritIO().start();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler: " + e.getMessage());
            throw e;
        }
        assertTrue(cc.waitFor(60, TimeUnit.SECONDS) && cc.exitValue() == 0, "cc failed");
        return so;
    }
}
