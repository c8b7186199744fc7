package dev.sextant.internal.ffi;

import dev.sextant.internal.ffi.gen.SextantH;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The attention functions of the library as plain Java methods, as {@link NativeCalls} has the others. None is linked {@code critical}: they
 * take long, and their memory is off the heap.
 */
public final class AttentionCalls {

    static {
        NativeCalls.abiVersion(); // loads the library, or says why it cannot be had
    }

    private static final MethodHandle SIZES = link(SextantH.sx_attention_sizes_of$address(),
            SextantH.sx_attention_sizes_of$descriptor());
    private static final MethodHandle RUN = link(SextantH.sx_attention_run$address(),
            SextantH.sx_attention_run$descriptor());
    private static final MethodHandle FINISH = link(SextantH.sx_attention_finish$address(),
            SextantH.sx_attention_finish$descriptor());

    private AttentionCalls() {}

    @SuppressWarnings("restricted")
    private static MethodHandle link(MemorySegment address, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(address, type);
    }

    /** {@code sx_attention_bind}. */
    public static void bind(MemorySegment plan) {
        NativeCalls.check(SextantH.sx_attention_bind(plan), "sx_attention_bind");
    }

    /** {@code sx_attention_kernel_name}. */
    public static String kernelName(MemorySegment plan) {
        return SextantH.sx_attention_kernel_name(plan).getString(0);
    }

    /** {@code sx_attention_sizes_of}. */
    public static void sizes(MemorySegment plan, MemorySegment call, MemorySegment sequences, MemorySegment sizes) {
        int status;
        try {
            status = (int) SIZES.invokeExact(plan, call, sequences, sizes);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
        NativeCalls.check(status, "sx_attention_sizes_of");
    }

    /** {@code sx_attention_run}. */
    public static void run(MemorySegment plan, MemorySegment call, MemorySegment sequences, MemorySegment q,
            MemorySegment k, MemorySegment v, MemorySegment out, MemorySegment lse, MemorySegment dense,
            MemorySegment skew, MemorySegment mask, MemorySegment rowScale, MemorySegment queryDocuments,
            MemorySegment keyDocuments, MemorySegment queryBlocks, MemorySegment keyBlocks, MemorySegment pages,
            MemorySegment indptr, MemorySegment norms, MemorySegment workspace, MemorySegment partials,
            MemorySegment tiles, long first, long last) {
        int status;
        try {
            status = (int) RUN.invokeExact(plan, call, sequences, q, k, v, out, lse, dense, skew, mask, rowScale,
                    queryDocuments, keyDocuments, queryBlocks, keyBlocks, pages, indptr, norms, workspace, partials,
                    tiles, first, last);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
        NativeCalls.check(status, "sx_attention_run");
    }

    /** {@code sx_attention_finish}. */
    public static void finish(MemorySegment plan, MemorySegment call, MemorySegment sequences, MemorySegment out,
            MemorySegment lse, MemorySegment partials) {
        int status;
        try {
            status = (int) FINISH.invokeExact(plan, call, sequences, out, lse, partials);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        }
        NativeCalls.check(status, "sx_attention_finish");
    }

    /** {@code sx_attention_norms} of all sequences and heads of keys. */
    public static void norms(MemorySegment plan, MemorySegment call, MemorySegment sequences, MemorySegment k,
            MemorySegment v, MemorySegment pages, MemorySegment indptr, MemorySegment norms, long last) {
        NativeCalls.check(SextantH.sx_attention_norms(plan, call, sequences, k, v, pages, indptr, norms, 0, last),
                "sx_attention_norms");
    }

    /** {@code sx_attention_scores}. */
    public static void scores(MemorySegment plan, MemorySegment call, MemorySegment sequences, MemorySegment q,
            MemorySegment k, MemorySegment scores, MemorySegment dense, MemorySegment skew, MemorySegment mask,
            MemorySegment rowScale, MemorySegment queryDocuments, MemorySegment keyDocuments,
            MemorySegment queryBlocks, MemorySegment keyBlocks, MemorySegment pages, MemorySegment indptr,
            MemorySegment workspace) {
        NativeCalls.check(SextantH.sx_attention_scores(plan, call, sequences, q, k, scores, dense, skew, mask, rowScale,
                queryDocuments, keyDocuments, queryBlocks, keyBlocks, pages, indptr, workspace),
                "sx_attention_scores");
    }

    /** {@code sx_bias_add}. */
    public static void addBias(MemorySegment plan, MemorySegment call, MemorySegment sequences, MemorySegment scores,
            MemorySegment dense, MemorySegment mask, MemorySegment queryDocuments, MemorySegment keyDocuments,
            MemorySegment queryBlocks, MemorySegment keyBlocks, long first, long last) {
        NativeCalls.check(SextantH.sx_bias_add(plan, call, sequences, scores, dense, mask, queryDocuments,
                keyDocuments, queryBlocks, keyBlocks, first, last), "sx_bias_add");
    }

    /** {@code sx_attention_merge}. */
    public static void merge(MemorySegment call, MemorySegment part, MemorySegment partLse, MemorySegment out,
            MemorySegment outLse) {
        NativeCalls.check(SextantH.sx_attention_merge(call, part, partLse, out, outLse), "sx_attention_merge");
    }
}
