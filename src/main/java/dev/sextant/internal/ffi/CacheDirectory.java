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
 * contents is replaced, never loaded. The root is the user's cache folder unless a property
 * names another.
 */
final class CacheDirectory {

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private static final Path SELF = Path.of("/proc/self");

    private CacheDirectory() {}

    /** Puts {@code library} below {@code root}, unless it is there already, and returns its path. */
    static Path put(Path root, BundledLibrary library) throws LoadFailure {
        Path folder = root.resolve("sextant").resolve(library.sha256());
        Path file = folder.resolve("libsextant.so");
        try {
            Files.createDirectories(root);
            refuseOpenRoot(root);
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
        if (found.isSymbolicLink()) {
            throw refused(path, "got a link, wanted a " + (folder ? "folder" : "file") + " of your own");
        }
        if (found.isDirectory() != folder) {
            throw refused(path, "got another kind of file, wanted a " + (folder ? "folder" : "file"));
        }
        int owner = owner(path);
        if (owner != owner(SELF)) {
            throw refused(path, "got owner " + owner + ", wanted " + owner(SELF) + ", who runs this process");
        }
        if (found.permissions().contains(PosixFilePermission.GROUP_WRITE)
                || found.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            throw refused(path, "got permissions " + PosixFilePermissions.toString(found.permissions())
                    + ", wanted none for others to write");
        }
    }

    /** Whoever may rename the entries of the root could put another library in place of the checked one. */
    private static void refuseOpenRoot(Path root) throws IOException, LoadFailure {
        int mode = (int) Files.getAttribute(root, "unix:mode");
        boolean othersWrite = (mode & 0022) != 0;
        boolean sticky = (mode & 01000) != 0;
        if (othersWrite && !sticky) {
            throw refused(root, "got a folder in which others may rename files, wanted one of your own");
        }
    }

    /** By number, not by name: a container's user may have no name. */
    private static int owner(Path path) throws IOException {
        boolean self = path.equals(SELF);
        return (int) (self
                ? Files.getAttribute(path, "unix:uid")
                : Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    }

    private static LoadFailure refused(Path path, String problem) {
        return new LoadFailure("the cache entry " + path + ": " + problem,
                "remove it, or name a folder of your own by -Dsextant.cache.dir");
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
