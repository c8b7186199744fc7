package dev.sextant.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sextant.testkit.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The folder of extracted libraries, for systems without in-memory files. Catches code of somebody else's that is
 * loaded from it, half a library that another JVM sees, and a home that cannot be written ending in a stack trace.
 */
class CacheDirectoryTest extends LoaderTest {

    @TempDir
    Path cache;
    private byte[] library;

    @BeforeEach
    void needsALibrary() throws IOException {
        assumeLibrary();
        library = library();
    }

    private ChildJvm child() {
        return probe().property("extract", "directory").property("cache.dir", cache);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** Where the library stands after a first, good run. */
    private Path extracted() throws Exception {
        loaded(child().run(), cache.toString());
        try (Stream<Path> files = Files.walk(cache)) {
            List<Path> found = files.filter(Files::isRegularFile).toList();
            assertEquals(1, found.size(), found.toString());
            return found.getFirst();
        }
    }

    @Test
    void isMadePrivateAndUsedAgain() throws Exception {
        Path file = extracted();
        assertArrayEquals(library, Files.readAllBytes(file));
        assertEquals("rwx------", mode(cache.resolve("sextant")));
        assertEquals("rwx------", mode(file.getParent()));
        assertEquals("rwx------", mode(file));
        var written = Files.getLastModifiedTime(file);
        assertEquals(file, extracted());
        assertEquals(written, Files.getLastModifiedTime(file), "a good file is not written again");
    }

    @Test
    void aPlantedFileIsReplaced() throws Exception {
        Path file = extracted();
        byte[] half = Arrays.copyOf(library, library.length / 2);
        byte[] another = Files.readAllBytes(compiled(cache, "int x;"));
        for (byte[] planted : new byte[][]{"evil".getBytes(StandardCharsets.UTF_8), {}, half, another}) {
            Files.write(file, planted);
            loaded(child().run(), file.toString());
            assertArrayEquals(library, Files.readAllBytes(file));
        }
    }

    @Test
    void aLinkedFolderIsRefused() throws Exception {
        Path elsewhere = Files.createDirectory(cache.resolve("elsewhere"));
        Files.createSymbolicLink(cache.resolve("sextant"), elsewhere);
        fellBack(child().run(), "got a link", "-Dsextant.cache.dir");
        try (Stream<Path> files = Files.list(elsewhere)) {
            assertEquals(0, files.count(), "something was written through the link");
        }
    }

    @Test
    void aLinkedFileIsRefused() throws Exception {
        Path file = extracted();
        Path good = Files.write(cache.resolve("good"), library);
        Files.delete(file);
        Files.createSymbolicLink(file, good);
        fellBack(child().run(), "got a link", "-Dsextant.cache.dir");
    }

    @Test
    void aFolderOthersMayWriteIsRefused() throws Exception {
        Path file = extracted();
        for (Path folder : new Path[]{file.getParent(), cache.resolve("sextant")}) {
            for (String open : new String[]{"rwxrwx---", "rwx----w-"}) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(open));
                fellBack(child().run(), "wanted none for others to write", open, "-Dsextant.cache.dir");
            }
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aFileInTheWayIsRefused() throws Exception {
        Files.writeString(cache.resolve("sextant"), "in the way");
        fellBack(child().run(), "got another kind of file, wanted a folder");
    }

    /** The home is a file, and, unless we are the superuser, a folder that may not be written. */
    @Test
    void aHomeThatCannotBeWritten() throws Exception {
        Path file = Files.writeString(cache.resolve("file"), "");
        fellBack(probe().property("extract", "directory").property("cache.dir", file.resolve("below")).run(),
                "cannot be extracted", "-Dsextant.cache.dir");
        Path closed = Files.createDirectory(cache.resolve("closed"), PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("r-x------")));
        assumeFalse(Files.isWritable(closed), "the superuser may write everywhere");
        fellBack(probe().property("extract", "directory").environment("XDG_CACHE_HOME", closed).run(),
                "cannot be extracted");
    }

    @Test
    void theUsersCacheFolderIsTheDefault() throws Exception {
        loaded(probe().property("extract", "directory").environment("XDG_CACHE_HOME", cache).run(), cache.toString());
        Path home = Files.createDirectory(cache.resolve("home"));
        ChildJvm.Result result = probe().property("extract", "directory").environment("XDG_CACHE_HOME", "")
                .option("-Duser.home=" + home).run();
        loaded(result, home.resolve(".cache").toString());
    }

    @Test
    void withoutAnyHome() throws Exception {
        fellBack(
                probe().property("extract", "directory").environment("XDG_CACHE_HOME", "").option("-Duser.home=?")
                        .run(),
                "no home", "-Dsextant.cache.dir");
    }

    @Test
    void twoJvmsRacingBothWork() throws Exception {
        for (int round = 0; round < 4; round++) {
            Path fresh = cache.resolve("round" + round);
            ChildJvm child = probe().property("extract", "directory").property("cache.dir", fresh);
            ChildJvm.Running first = child.start();
            ChildJvm.Running second = child.start();
            loaded(first.await(), fresh.toString());
            loaded(second.await(), fresh.toString());
            try (Stream<Path> files = Files.walk(fresh)) {
                assertEquals(1, files.filter(Files::isRegularFile).count(), "litter");
            }
        }
    }

    /** In memory nothing is left behind anywhere. */
    @Test
    void memoryLeavesNoFiles() throws Exception {
        Path home = Files.createDirectory(cache.resolve("home"));
        loaded(probe().environment("XDG_CACHE_HOME", home).option("-Djava.io.tmpdir=" + home).run(), "");
        try (Stream<Path> files = Files.list(home)) {
            assertFalse(files.anyMatch(f -> !f.getFileName().toString().startsWith("hsperf")), "files were left");
        }
        assertTrue(Files.isDirectory(home));
    }
}
