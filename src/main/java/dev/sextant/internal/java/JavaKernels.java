package dev.sextant.internal.java;

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

/** The pure-Java backend: always there. */
public final class JavaKernels implements KernelProvider {

    @Override
    public String name() {
        return "java";
    }

    @Override
    public RotaryKernel rotary(RotaryForm form) {
        return new JavaRotary(form);
    }

    @Override
    public AppendKernel append(RotaryForm form, DType cache) {
        return new JavaAppend(form);
    }

    @Override
    public AdditiveKernel additive(AdditiveForm form) {
        return new JavaAdditive(form);
    }

    @Override
    public GatherKernel gather(GatherForm form) {
        return new JavaGather(form);
    }

    @Override
    public AttentionKernel attention(AttentionForm form) {
        return new JavaAttention(form);
    }
}
