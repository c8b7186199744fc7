package dev.sextant.internal.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * A sealed in-memory file (Linux {@code memfd_create}): no folder to be planted in, no "noexec" mount, no litter, and nobody
 * can change the contents after the digest was checked. The descriptor stays open for the life of the process, because the
 * dynamic loader knows the library by it.
 */
final class MemoryFile {

    private static final int CLOSE_ON_EXEC_AND_SEALABLE = 0x1 | 0x2;
    private static final int ADD_SEALS = 1033;
    private static final int SEAL_EVERYTHING = 0x1 | 0x2 | 0x4 | 0x8; // the set of seals, shrink, grow, write

    private static final Linker LINKER = Linker.nativeLinker();
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private MemoryFile() {}

    /** Puts {@code content} into a sealed in-memory file and returns the path by which this process can open it. */
    static Path of(byte[] content) throws LoadFailure {
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) function("memfd_create", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT))
                    .invoke(arena.allocateFrom("libsextant.so"), CLOSE_ON_EXEC_AND_SEALABLE);
            if (fd < 0) {
                throw refused("memfd_create");
            }
            if (!write(fd, arena.allocateFrom(ValueLayout.JAVA_BYTE, content)) || seal(fd) != 0) {
                close(fd);
                throw refused("writing or sealing it");
            }
            return Path.of("/proc/self/fd/" + fd);
        } catch (LoadFailure e) {
            throw e;
        } catch (Throwable e) {
            throw Downcall.unexpected(e); // native access denied is unchecked: the caller names it
        }
    }

    /** Closes a file made by {@link #of}, which nothing has opened. */
    static void close(Path file) throws LoadFailure {
        close(Integer.parseInt(file.getFileName().toString()));
    }

    private static void close(int fd) throws LoadFailure {
        MethodHandle close = function("close", FunctionDescriptor.of(INT, INT));
        try {
            int ignored = (int) close.invoke(fd);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
    }

    private static boolean write(int fd, MemorySegment content) throws Throwable {
        MethodHandle write = function("write", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG));
        long done = 0;
        while (done < content.byteSize()) {
            long n = (long) write.invoke(fd, content.asSlice(done), content.byteSize() - done);
            if (n <= 0) {
                return false;
            }
            done += n;
        }
        return true;
    }

    private static int seal(int fd) throws Throwable {
        return (int) function("fcntl", FunctionDescriptor.of(INT, INT, INT, INT), Linker.Option.firstVariadicArg(2))
                .invoke(fd, ADD_SEALS, SEAL_EVERYTHING);
    }

    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options)
            throws LoadFailure {
        MemorySegment address = LINKER.defaultLookup().find(name)
                .orElseThrow(() -> new LoadFailure("this system has no function " + name, ""));
        return LINKER.downcallHandle(address, type, options);
    }

    private static LoadFailure refused(String step) {
        return new LoadFailure("the system refused a sealed in-memory file (" + step + ")", "");
    }
}
