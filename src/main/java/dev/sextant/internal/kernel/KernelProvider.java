package dev.sextant.internal.kernel;

import dev.sextant.internal.form.RotaryForm;

/** A backend: binds forms to kernels. */
public interface KernelProvider {

    /** The backend's name in properties and reports: {@code java}, {@code scalar}, {@code avx2}, {@code avx512}. */
    String name();

    /** Binds a rotation. */
    RotaryKernel rotary(RotaryForm form);
}
