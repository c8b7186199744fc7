package dev.sextant.internal.cpu;

import dev.sextant.internal.ffi.NativeCalls;
import dev.sextant.internal.form.AdditiveForm;
import dev.sextant.internal.form.AttentionForm;
import dev.sextant.internal.form.GatherForm;
import dev.sextant.internal.form.RotaryForm;
import dev.sextant.internal.kernel.AdditiveKernel;
import dev.sextant.internal.kernel.AppendKernel;
import dev.sextant.internal.kernel.AttentionKernel;
import dev.sextant.internal.kernel.GatherKernel;
import dev.sextant.internal.kernel.KernelProvider;
import dev.sextant.internal.kernel.RotaryKernel;
import dev.sextant.tensor.DType;

/**
 * The native CPU backend at one instruction set. Make one only after the library was loaded and the set found usable.
 */
public final class CpuKernels implements KernelProvider {

    private final String name;
    private final int isa;

    /** The backend called {@code name}, using enumerator {@code isa} of the C ABI. */
    public CpuKernels(String name, int isa) {
        this.name = name;
        this.isa = isa;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RotaryKernel rotary(RotaryForm form) {
        return new CpuRotary(form, isa);
    }

    @Override
    public AppendKernel append(RotaryForm form, DType cache) {
        return new CpuAppend(new CpuRotary(form, isa), form, cache);
    }

    @Override
    public AdditiveKernel additive(AdditiveForm form) {
        return new CpuAdditive(form, isa);
    }

    @Override
    public GatherKernel gather(GatherForm form) {
        return new CpuGather(form, isa);
    }

    @Override
    public AttentionKernel attention(AttentionForm form) {
        return new CpuAttention(form, isa);
    }

    /** Best set of this machine as an enumerator of the C ABI, 0 when there is none. */
    public static int bestIsa() {
        return NativeCalls.isaBest();
    }

    /** Why a set cannot be used here, empty when it can. */
    public static String isaReason(int isa) {
        return NativeCalls.isaReason(isa);
    }
}
