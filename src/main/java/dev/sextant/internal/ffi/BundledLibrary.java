package dev.sextant.internal.ffi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The library carried in the jar: its bytes, compared with the digest written beside it when it was built.
 *
 * @param content the library
 * @param sha256 its digest in hexadecimal
 */
record BundledLibrary(byte[] content, String sha256) {

    private static final String ROOT = "/META-INF/sextant/";
    private static final String NAME = "libsextant.so";

    /** Reads and checks the library for this platform. */
    static BundledLibrary read() throws LoadFailure {
        return read(ROOT + platform() + "/" + NAME);
    }

    static BundledLibrary read(String resource) throws LoadFailure {
        byte[] content = bytes(resource);
        if (content == null) {
            throw new LoadFailure("this build carries no native library for " + platform(),
                    "build on that platform with CMake and a C compiler, or name a library by -Dsextant.library.path");
        }
        byte[] digest = bytes(resource + ".sha256");
        String wanted = digest == null ? "none" : new String(digest, StandardCharsets.US_ASCII).strip();
        String got = sha256(content);
        if (!got.equals(wanted)) {
            throw new LoadFailure("the bundled native library is damaged: got SHA-256 " + got + ", wanted " + wanted,
                    "fetch the jar again");
        }
        return new BundledLibrary(content, got);
    }

    /** {@code linux-x86_64} and the like. */
    static String platform() {
        String os = System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "unknown");
        return (os.startsWith("linux") ? "linux" : os.replace(' ', '-')) + "-"
                + (arch.equals("amd64") ? "x86_64" : arch);
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is required of every Java platform", e);
        }
    }

    private static byte @Nullable [] bytes(String resource) throws LoadFailure {
        try (InputStream in = BundledLibrary.class.getResourceAsStream(resource)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new LoadFailure("the bundled native library cannot be read: " + e.getMessage(),
                    "fetch the jar again");
        }
    }
}
