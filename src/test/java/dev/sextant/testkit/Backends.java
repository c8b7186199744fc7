package dev.sextant.testkit;

import dev.sextant.Backend;
import dev.sextant.Isa;
import dev.sextant.internal.cpu.CpuKernels;
import dev.sextant.internal.java.JavaKernels;
import dev.sextant.internal.kernel.KernelProvider;
import java.util.List;

/** The backends of this machine. */
public final class Backends {

    private Backends() {}

    /** All of them. */
    public static List<Backend> all() {
        return Backend.available();
    }

    /** All but Java, which is the oracle; empty when the native library is not there. */
    public static List<Backend> others() {
        return Backend.available().stream().filter(b -> !b.name().equals("java")).toList();
    }

    /** Kernels without a front end, for forms that no definition leads to. */
    public static KernelProvider kernels(Backend backend) {
        return backend.name().equals("java")
                ? new JavaKernels()
                : new CpuKernels(backend.name(), Isa.of(backend.name()).ordinal() + 1);
    }
}
