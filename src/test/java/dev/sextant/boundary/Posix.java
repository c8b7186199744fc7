package dev.sextant.boundary;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Memory straight from the system: pages that may not be touched, and more address space than there is memory. */
final class Posix {

    static final long PAGE = 4096;

    private static final int NONE = 0;
    private static final int READ = 1;
    private static final int READ_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int NO_RESERVE = 0x4000;

    private static final MethodHandle MMAP = function("mmap",
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle MPROTECT = function("mprotect", FunctionDescriptor.of(ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle MUNMAP = function("munmap",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

    private Posix() {}

    static boolean isHere() {
        return System.getProperty("os.name", "").startsWith("Linux");
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type);
    }

    /**
     * {@code bytes} of writable memory between two pages that may not be touched; the first page's worth before it too.
     */
    static MemorySegment guarded(long bytes, Arena arena) {
        long inner = (bytes + PAGE - 1) / PAGE * PAGE;
        MemorySegment all = map(inner + 2 * PAGE, NONE, 0, arena);
        protect(all.asSlice(PAGE, inner), READ_WRITE);
        return all.asSlice(PAGE, inner);
    }

    /** Address space that costs memory only where it is touched. */
    static MemorySegment sparse(long bytes, Arena arena) {
        return map(bytes, READ_WRITE, NO_RESERVE, arena);
    }

    static void readOnly(MemorySegment pages) {
        protect(pages, READ);
    }

    static void writable(MemorySegment pages) {
        protect(pages, READ_WRITE);
    }

    private static void protect(MemorySegment pages, int protection) {
        try {
            if ((int) MPROTECT.invokeExact(pages.address(), pages.byteSize(), protection) != 0) {
                throw new IllegalStateException("mprotect was refused");
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MemorySegment map(long bytes, int protection, int flags, Arena arena) {
        try {
            long address = (long) MMAP.invokeExact(0L, bytes, protection, PRIVATE_ANONYMOUS | flags, -1, 0L);
            if (address == -1) {
                throw new IllegalStateException("mmap of " + bytes + " bytes was refused");
            }
            return MemorySegment.ofAddress(address).reinterpret(bytes, arena, s -> unmap(address, bytes));
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void unmap(long address, long bytes) {
        try {
            int ignored = (int) MUNMAP.invokeExact(address, bytes);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
