package dev.sextant.loader;

import dev.sextant.internal.ffi.gen.SextantH;
import dev.sextant.testkit.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A library named by its path is taken or refused. Catches the bundled one, or Java, slipping in for it unsaid. */
class ExplicitPathTest extends LoaderTest {

    @TempDir
    Path folder;

    private static ChildJvm.Result load(Path path) throws Exception {
        return probe().property("library.path", path).run();
    }

    @Test
    void missing() throws Exception {
        refused(load(folder.resolve("nowhere.so")), "nowhere.so", "is not a file", "-Dsextant.library.path");
    }

    @Test
    void aFolder() throws Exception {
        refused(load(folder), "is not a file");
    }

    @Test
    void notALibrary() throws Exception {
        refused(load(Files.writeString(folder.resolve("text.so"), "not a library")), "text.so",
                "is not a 64-bit ELF file",
                "-Dsextant.library.path");
    }

    /** The dynamic loader would die of it, and the JVM with it. */
    @Test
    void cutShort() throws Exception {
        assumeLibrary();
        byte[] whole = library();
        for (int part = 1; part < 8; part++) {
            Path file = folder.resolve("short" + part + ".so");
            refused(load(Files.write(file, java.util.Arrays.copyOf(whole, whole.length * part / 8))), "is cut short",
                    "got");
        }
    }

    @Test
    void anotherLibrary() throws Exception {
        refused(load(compiled(folder, "int other(void) { return 0; }")), "is not libsextant", "sx_abi_version");
    }

    @Test
    void wrongAbi() throws Exception {
        refused(load(compiled(folder, "int sx_abi_version(void) { return 99; }")), "another ABI", "got version 99",
                "wanted " + SextantH.SX_ABI_VERSION());
    }

    @Test
    void missingSymbols() throws Exception {
        refused(load(compiled(folder, """
                int sx_abi_version(void) { return ABI; }
                long sx_layout(int type, int field) { return 0; }
                """)), "lacks", "sx_rotary_bind", "sx_rotary_apply", "sx_rotary_rows");
    }

    @Test
    void wrongLayout() throws Exception {
        String known = """
                int sx_abi_version(void) { return ABI; }
                long sx_layout(int type, int field) { return field == -1 ? 8 : 0; }
                int sx_isa_best(void) { return 1; }
                const char *sx_isa_reason(int isa) { return ""; }
                const char *sx_isa_name(int isa) { return ""; }
                const char *sx_status_text(int s) { return ""; }
                """;
        String others = Pattern.compile("SX_API [^(]*?(sx_\\w+)\\(")
                .matcher(Files.readString(Path.of("native/include/sextant.h")))
                .results()
                .map(function -> function.group(1))
                .filter(function -> !known.contains(" " + function + "(") && !known.contains("*" + function + "("))
                .map(function -> "int " + function + "(void) { return 0; }\n")
                .collect(Collectors.joining());
        refused(load(compiled(folder, known + others)), "another layout of", "sx_rotary_plan", "got 8", "wanted");
    }

    @Test
    void accessDenied() throws Exception {
        Path file = Files.write(folder.resolve("good.so"), library());
        refused(probe().withoutAccess().option("--illegal-native-access=deny").property("library.path", file).run(),
                "denies native access", "--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void theRightOne() throws Exception {
        assumeLibrary();
        loaded(load(Files.write(folder.resolve("good.so"), library())), "good.so");
    }
}
