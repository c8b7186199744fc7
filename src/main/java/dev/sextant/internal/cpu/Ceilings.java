package dev.sextant.internal.cpu;

import dev.sextant.internal.ffi.NativeCalls;
import java.lang.foreign.MemorySegment;

/**
 * What this machine can do at most: the plainest native loop that moves or computes as much as a kernel does, to be
 * measured between the kernels in the same run. To be touched only after the native library was loaded.
 */
public final class Ceilings {

    /** A loop of the native library; the ordinals are the enumerators of the C ABI. */
    public enum Kind {
        /** {@code dst <- src}, regular stores. */
        COPY,
        /** {@code dst <- src}, non-temporal stores. */
        COPY_NT,
        /** {@code dst <- dst * 1.0000001f}. */
        IN_PLACE,
        /** Sum of {@code src}, one stream; the sum goes to the first float of {@code dst}. */
        READ,
        /** The same in eight streams far apart. */
        READ_8,
        /** {@code dst <- constant}, regular stores. */
        WRITE,
        /** {@code dst <- constant}, non-temporal stores. */
        WRITE_NT,
        /**
         * {@code bytes} counts fused multiply-adds of one float each; the sum goes to the first float of {@code dst}.
         */
        FMA
    }

    private Ceilings() {}

    /** Runs one loop. Buffers are aligned to 64 bytes; {@code bytes} is a multiple of 512; an unused buffer may be
     * {@link MemorySegment#NULL}.
     */
    public static void run(Kind kind, int isa, MemorySegment dst, MemorySegment src, long bytes) {
        NativeCalls.ceiling(kind.ordinal(), isa, dst, src, bytes);
    }
}
