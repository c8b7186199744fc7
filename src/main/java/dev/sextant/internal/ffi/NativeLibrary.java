package dev.sextant.internal.ffi;

import dev.sextant.internal.ffi.NativeOutcome.Absent;
import dev.sextant.internal.ffi.NativeOutcome.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds, checks and opens the native library, once. Order: the explicit path (never falls back); the bundled resource, through
 * a sealed in-memory file, else a private cache folder; else none, with the reason.
 */
public final class NativeLibrary {

    private NativeLibrary() {}

    private static final class Once { static final NativeOutcome OUTCOME = load(); }

    /** What came of it. The first call does the work; later calls return the same. */
    public static NativeOutcome outcome() {
        return Once.OUTCOME;
    }

    /** A setting that cannot be understood rules out a substitute: it was meant to say something. */
    private static NativeOutcome load() {
        try {
            return load(LoaderSettings.fromSystem());
        } catch (IllegalArgumentException e) {
            return new Absent(String.valueOf(e.getMessage()), "", true, false);
        }
    }

    static NativeOutcome load(LoaderSettings settings) {
        boolean fatal = settings.explicitPath() != null || settings.mode() == LoaderSettings.Mode.REQUIRE;
        if (settings.mode() == LoaderSettings.Mode.OFF) {
            return new Absent("switched off by -Dsextant.native=off", "", false, true);
        }
        try {
            return settings.explicitPath() == null ? bundled(settings) : explicit(settings.explicitPath());
        } catch (LoadFailure e) {
            return new Absent(e.reason(), e.fix(), fatal, false);
        } catch (IllegalCallerException e) {
            // the JVM denies native access; its own text says to whom
            return new Absent("the JVM denies native access (" + e.getMessage() + ")", "add " + accessFlag(), fatal,
                    false);
        } catch (RuntimeException | LinkageError e) {
            return new Absent("the native library cannot be used here (" + e + ")", "", fatal, false);
        }
    }

    /** The JVM flag that allows this library to call native code. */
    public static String accessFlag() {
        Module module = NativeLibrary.class.getModule();
        return "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }

    private static Loaded explicit(Path path) throws LoadFailure {
        String fix = "correct or remove -Dsextant.library.path";
        if (!Files.isRegularFile(path)) {
            throw new LoadFailure("the library " + path + " named by -Dsextant.library.path is not a file", fix);
        }
        try {
            byte[] content = Files.readAllBytes(path);
            String sha256 = BundledLibrary.sha256(content);
            String fault = ElfFile.fault(content);
            if (!fault.isEmpty()) {
                throw new LoadFailure("the library " + path + " named by -Dsextant.library.path " + fault, fix);
            }
            open(path.toAbsolutePath(), fix);
            Handshake.check(path, fix);
            return new Loaded(path.toString(), sha256);
        } catch (IOException e) {
            throw new LoadFailure("the library " + path + " named by -Dsextant.library.path cannot be read: " + e, fix);
        }
    }

    private static Loaded bundled(LoaderSettings settings) throws LoadFailure {
        BundledLibrary library = BundledLibrary.read();
        Path file = extracted(settings, library);
        Handshake.check(file, "the jar mixes two versions: clean and build again");
        return new Loaded(file.startsWith("/proc") ? "bundled library in a sealed in-memory file" : file.toString(),
                library.sha256());
    }

    /** Opens the bundled library where the system allows; a refusal of the first way is part of the reason for the second. */
    private static Path extracted(LoaderSettings settings, BundledLibrary library) throws LoadFailure {
        String refusal = "";
        if (settings.extraction() != LoaderSettings.Extraction.DIRECTORY) {
            try {
                Path file = MemoryFile.of(library.content());
                try {
                    return open(file, "");
                } catch (LoadFailure e) {
                    MemoryFile.close(file);
                    throw e;
                }
            } catch (LoadFailure e) {
                if (settings.extraction() == LoaderSettings.Extraction.MEMORY) {
                    throw e;
                }
                refusal = e.reason() + "; then ";
            }
        }
        if (settings.cacheRoot() == null) {
            throw new LoadFailure(refusal + "there is no home folder to extract the library to",
                    "name a folder of your own by -Dsextant.cache.dir");
        }
        try {
            return open(CacheDirectory.put(settings.cacheRoot(), library),
                    "if the folder is mounted noexec, name another by -Dsextant.cache.dir");
        } catch (LoadFailure e) {
            throw new LoadFailure(refusal + e.reason(), e.fix());
        }
    }

    @SuppressWarnings("restricted")
    private static Path open(Path path, String fix) throws LoadFailure {
        try {
            System.load(path.toString());
            return path;
        } catch (UnsatisfiedLinkError e) {
            throw new LoadFailure("the library " + path + " cannot be opened: " + e.getMessage(), fix);
        }
    }
}
