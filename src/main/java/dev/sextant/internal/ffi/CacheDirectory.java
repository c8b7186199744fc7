package dev.sextant.internal.ffi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A private folder for the extracted library, for systems without in-memory files: {@code <cache>/sextant/<digest>/}, mode
 * 0700. A folder or file that is a link, belongs to somebody else or may be written by others is refused; a file with other
 * contents is replaced, never loaded. The shared temporary folder is never used.
 */
final class CacheDirectory {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private CacheDirectory() {}

    /** Puts {@code library} below {@code root}, unless it is there already, and returns its path. */
    static Path put(Path root, BundledLibrary library) throws LoadFailure {
        Path folder = root.resolve("sextant").resolve(library.sha256());
        Path file = folder.resolve("libsextant.so");
        try {
            Files.createDirectories(root);
            for (Path each : new Path[]{root.resolve("sextant"), folder}) {
                if (Files.notExists(each, LinkOption.NOFOLLOW_LINKS)) {
                    createPrivate(each);
                }
                refuseUnlessOurs(each, true);
            }
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                refuseUnlessOurs(file, false);
            }
            if (Files.notExists(file) || !BundledLibrary.sha256(Files.readAllBytes(file)).equals(library.sha256())) {
                write(folder, file, library.content());
            }
            return file;
        } catch (IOException e) {
            throw new LoadFailure("the library cannot be extracted to " + folder + ": " + e,
                    "name a folder of your own by -Dsextant.cache.dir");
        }
    }

    private static void createPrivate(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
        } catch (java.nio.file.FileAlreadyExistsException e) {
            return; // another process was faster; what stands there is checked next
        }
    }

    private static void refuseUnlessOurs(Path path, boolean folder) throws IOException, LoadFailure {
        PosixFileAttributes found = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        String user = System.getProperty("user.name", "");
        String fault = found.isSymbolicLink()
                ? "is a link"
                : found.isDirectory() != folder
                        ? "is not a " + (folder ? "folder" : "file")
                        : !found.owner().getName().equals(user)
                                ? "belongs to " + found.owner().getName() + ", not to " + user
                                : found.permissions().contains(PosixFilePermission.GROUP_WRITE)
                                        || found.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                                                ? "may be written by others ("
                                                        + PosixFilePermissions.toString(found.permissions()) + ")"
                                                : "";
        if (!fault.isEmpty()) {
            throw new LoadFailure("the cache entry " + path + " " + fault,
                    "remove it, or name a folder of your own by -Dsextant.cache.dir");
        }
    }

    /** A sibling is written and moved into place, so that another process never sees half a library. */
    private static void write(Path folder, Path file, byte[] content) throws IOException {
        Path sibling = Files.createTempFile(folder, "libsextant", ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(sibling, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.setPosixFilePermissions(sibling, PRIVATE);
            Files.move(sibling, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(sibling);
        }
    }
}
