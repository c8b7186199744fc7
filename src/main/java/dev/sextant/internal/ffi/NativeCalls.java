package dev.sextant.internal.ffi;

import dev.sextant.internal.ffi.gen.SextantH;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the library as plain Java methods. Touching this class loads the library; where it is absent, that throws,
 * so ask {@link NativeLibrary#outcome} first.
 *
 * <p>Short calls are linked {@code critical}: half the overhead of a plain call and heap arrays may be passed, but the garbage
 * collector waits for them, so the caller keeps them to about 20 microseconds of work. The generated bindings offer no such
 * choice, therefore their addresses and descriptors are linked here.
 */
public final class NativeCalls {

    static {
        // before the first symbol is looked up: one that is not found stays lost for the life of the process
        if (NativeLibrary.outcome() instanceof NativeOutcome.Absent absent) {
            throw new IllegalStateException(absent.sentence());
        }
    }

    private static final MethodHandle APPLY = link(SextantH.sx_rotary_apply$address(),
            SextantH.sx_rotary_apply$descriptor());
    private static final MethodHandle APPLY_SHORT = link(SextantH.sx_rotary_apply$address(),
            SextantH.sx_rotary_apply$descriptor(), Linker.Option.critical(true));
    private static final MethodHandle ROWS = link(SextantH.sx_rotary_rows$address(),
            SextantH.sx_rotary_rows$descriptor());
    private static final MethodHandle ROWS_SHORT = link(SextantH.sx_rotary_rows$address(),
            SextantH.sx_rotary_rows$descriptor(), Linker.Option.critical(true));
    private static final MethodHandle APPEND = link(SextantH.sx_rotary_append$address(),
            SextantH.sx_rotary_append$descriptor());
    private static final MethodHandle APPEND_SHORT = link(SextantH.sx_rotary_append$address(),
            SextantH.sx_rotary_append$descriptor(), Linker.Option.critical(true));

    private static final MethodHandle MERGE = link(SextantH.sx_additive_merge$address(),
            SextantH.sx_additive_merge$descriptor());
    private static final MethodHandle MERGE_SHORT = link(SextantH.sx_additive_merge$address(),
            SextantH.sx_additive_merge$descriptor(), Linker.Option.critical(true));
    private static final MethodHandle GATHER = link(SextantH.sx_gather_apply$address(),
            SextantH.sx_gather_apply$descriptor());
    private static final MethodHandle GATHER_SHORT = link(SextantH.sx_gather_apply$address(),
            SextantH.sx_gather_apply$descriptor(), Linker.Option.critical(true));

    private NativeCalls() {}

    @SuppressWarnings("restricted")
    private static MethodHandle link(MemorySegment address, FunctionDescriptor type, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(address, type, options);
    }

    /** {@code sx_rotary_apply}, its work known to be short. */
    public static void rotaryApplyShort(MemorySegment plan, MemorySegment call, MemorySegment q, MemorySegment qOut,
            MemorySegment k, MemorySegment kOut, MemorySegment ids) {
        int status;
        try {
            status = (int) APPLY_SHORT.invokeExact(plan, call, q, qOut, k, kOut, ids);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
        check(status, "sx_rotary_apply");
    }

    /** {@code sx_rotary_apply}, off-heap memory only, any amount of work. */
    public static void rotaryApply(MemorySegment plan, MemorySegment call, MemorySegment q, MemorySegment qOut,
            MemorySegment k,
            MemorySegment kOut, MemorySegment ids) {
        int status;
        try {
            status = (int) APPLY.invokeExact(plan, call, q, qOut, k, kOut, ids);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
        check(status, "sx_rotary_apply");
    }

    /** {@code sx_rotary_rows}; {@code brief} allows heap memory and promises short work. */
    public static void rotaryRows(boolean brief, MemorySegment plan, MemorySegment call, MemorySegment cos,
            MemorySegment sin, MemorySegment ids) {
        int status;
        try {
            status = brief
                    ? (int) ROWS_SHORT.invokeExact(plan, call, cos, sin, ids)
                    : (int) ROWS.invokeExact(plan, call, cos, sin, ids);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
        check(status, "sx_rotary_rows");
    }

    /** {@code sx_rotary_append}; {@code brief} allows heap memory and promises short work. */
    public static void rotaryAppend(boolean brief, MemorySegment plan, MemorySegment call, MemorySegment q,
            MemorySegment qOut, MemorySegment k, MemorySegment kCache, MemorySegment v, MemorySegment vCache,
            MemorySegment ids, MemorySegment slots, MemorySegment pages, MemorySegment indptr) {
        int status;
        try {
            status = brief
                    ? (int) APPEND_SHORT.invokeExact(plan, call, q, qOut, k, kCache, v, vCache, ids, slots, pages,
                            indptr)
                    : (int) APPEND.invokeExact(plan, call, q, qOut, k, kCache, v, vCache, ids, slots, pages, indptr);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
        check(status, "sx_rotary_append");
    }

    /** {@code sx_append_bind}. */
    public static void appendBind(MemorySegment plan) {
        check(SextantH.sx_append_bind(plan), "sx_append_bind");
    }

    /** {@code sx_rotary_bind}. */
    public static void rotaryBind(MemorySegment plan) {
        check(SextantH.sx_rotary_bind(plan), "sx_rotary_bind");
    }

    /** {@code sx_rotary_kernel_name}. */
    public static String rotaryKernelName(MemorySegment plan) {
        return SextantH.sx_rotary_kernel_name(plan).getString(0);
    }

    /** {@code sx_additive_bind}. */
    public static void additiveBind(MemorySegment plan) {
        check(SextantH.sx_additive_bind(plan), "sx_additive_bind");
    }

    /** {@code sx_additive_kernel_name}. */
    public static String additiveKernelName(MemorySegment plan) {
        return SextantH.sx_additive_kernel_name(plan).getString(0);
    }

    /** {@code sx_additive_merge}; {@code brief} allows heap memory and promises short work. */
    public static void additiveMerge(boolean brief, MemorySegment plan, MemorySegment call, MemorySegment x,
            MemorySegment out, MemorySegment ids) {
        int status;
        try {
            status = brief
                    ? (int) MERGE_SHORT.invokeExact(plan, call, x, out, ids)
                    : (int) MERGE.invokeExact(plan, call, x, out, ids);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
        check(status, "sx_additive_merge");
    }

    /** {@code sx_gather_apply}; {@code brief} allows heap memory and promises short work. {@code t} has a segment for each table, then nulls. */
    public static void gather(boolean brief, MemorySegment plan, MemorySegment call, MemorySegment x, MemorySegment out,
            MemorySegment picks, MemorySegment[] t) {
        int status;
        try {
            status = brief
                    ? (int) GATHER_SHORT.invokeExact(plan, call, x, out, picks, t[0], t[1], t[2], t[3], t[4], t[5],
                            t[6], t[7], t[8], t[9], t[10], t[11])
                    : (int) GATHER.invokeExact(plan, call, x, out, picks, t[0], t[1], t[2], t[3], t[4], t[5], t[6],
                            t[7], t[8], t[9], t[10], t[11]);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
        check(status, "sx_gather_apply");
    }

    /** {@code sx_gather_bind}. */
    public static void gatherBind(MemorySegment plan) {
        check(SextantH.sx_gather_bind(plan), "sx_gather_bind");
    }

    /** {@code sx_gather_kernel_name}. */
    public static String gatherKernelName(MemorySegment plan) {
        return SextantH.sx_gather_kernel_name(plan).getString(0);
    }

    /** {@code sx_abi_version}: the shortest call there is. */
    public static int abiVersion() {
        return SextantH.sx_abi_version();
    }

    /** {@code sx_isa_best}. */
    public static int isaBest() {
        return SextantH.sx_isa_best();
    }

    /** {@code sx_isa_reason}: empty when the set can be used. */
    public static String isaReason(int isa) {
        return SextantH.sx_isa_reason(isa).getString(0);
    }

    /** {@code sx_ceiling}. */
    public static void ceiling(int kind, int isa, MemorySegment dst, MemorySegment src, long bytes) {
        check(SextantH.sx_ceiling(kind, isa, dst, src, bytes), "sx_ceiling");
    }

    /** A refusal here is a fault of this library: the front end has checked what users can get wrong. */
    static void check(int status, String function) {
        if (status != SextantH.SX_OK()) {
            throw new IllegalStateException(
                    function + " refused: " + SextantH.sx_status_text(status).getString(0) + " (status " + status
                            + ")");
        }
    }
}
