package dev.sextant.internal.kernel;

import dev.sextant.internal.form.AdditiveForm;
import dev.sextant.internal.form.AttentionForm;
import dev.sextant.internal.form.GatherForm;
import dev.sextant.internal.form.RotaryForm;
import dev.sextant.tensor.DType;

/** A backend: binds forms to kernels. */
public interface KernelProvider {

    /** The backend's name in properties and reports: {@code java}, {@code scalar}, {@code avx2}, {@code avx512}. */
    String name();

    /** Binds a rotation. */
    RotaryKernel rotary(RotaryForm form);

    /** Binds a rotation whose keys go into a cache of a type of its own. */
    AppendKernel append(RotaryForm form, DType cache);

    /** Binds an additive encoding. */
    AdditiveKernel additive(AdditiveForm form);

    /** Binds a gather of table rows. */
    GatherKernel gather(GatherForm form);

    /** Binds attention. */
    AttentionKernel attention(AttentionForm form);
}
