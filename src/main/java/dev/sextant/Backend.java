package dev.sextant;

import dev.sextant.internal.cpu.CpuKernels;
import dev.sextant.internal.ffi.NativeLibrary;
import dev.sextant.internal.ffi.NativeOutcome;
import dev.sextant.internal.java.JavaKernels;
import dev.sextant.internal.kernel.KernelProvider;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where plans run: pure Java, or the native CPU library at one instruction set. Elementwise results are the same bits on all
 * of them; only the speed differs. Immutable and thread-safe; every method may be called from any thread.
 *
 * <p>Choice, strongest first: a backend given to a plan; {@code -Dsextant.backend=java|cpu|scalar|avx2|avx512}; the best one of
 * this machine, at most {@code -Dsextant.isa=scalar|avx2|avx512}. A backend asked for by name and not there is an error with its
 * reason, never another backend. When the best choice is Java because the native library cannot be had, one warning says why
 * and what to do.
 */
public final class Backend {

    private static final System.Logger LOG = System.getLogger("dev.sextant");

    private static final Backend JAVA = new Backend(new JavaKernels());

    /** The choice is made, and told, once; a failure is thrown to everyone who asks. */
    private static volatile @Nullable Backend best;

    private final KernelProvider kernels;

    private Backend(KernelProvider kernels) {
        this.kernels = kernels;
    }

    /** One object an instruction set, so that backends can be compared. */
    private static final class Cpu {
        static final Backend[] BY_ISA = new Backend[Isa.values().length];

        static {
            for (Isa isa : Isa.values()) {
                BY_ISA[isa.ordinal()] = new Backend(new CpuKernels(isa.label(), isa.code()));
            }
        }
    }

    /**
     * The backend of {@code -Dsextant.backend}, else the fastest host backend of this machine.
     *
     * @throws BackendUnavailableException when the property names one that is not there, or {@code -Dsextant.native=require} or
     *     an explicit library path cannot be met
     */
    public static Backend best() {
        Backend chosen = best;
        return chosen == null ? chooseOnce() : chosen;
    }

    private static synchronized Backend chooseOnce() {
        Backend chosen = best;
        if (chosen == null) {
            chosen = choose();
            best = chosen;
        }
        return chosen;
    }

    /** The pure-Java backend: specification, oracle and fallback; always there. */
    public static Backend java() {
        return JAVA;
    }

    /** The native CPU backend at the best instruction set, at most that of {@code -Dsextant.isa}. */
    public static Backend cpu() {
        requireLibrary("cpu");
        int best = Math.min(CpuKernels.bestIsa(), cap().code());
        if (best < Isa.SCALAR.code()) {
            throw new BackendUnavailableException("cpu", CpuKernels.isaReason(Isa.SCALAR.code()));
        }
        return cpu(Isa.values()[best - 1]);
    }

    /** The native CPU backend at one instruction set, whatever the cap. */
    public static Backend cpu(Isa isa) {
        requireLibrary(isa.label());
        String reason = CpuKernels.isaReason(isa.code());
        if (!reason.isEmpty()) {
            throw new BackendUnavailableException(isa.label(), reason);
        }
        return Cpu.BY_ISA[isa.ordinal()];
    }

    /** The backend of a name: {@code java}, {@code cpu}, or the label of an instruction set. */
    public static Backend named(String name) {
        return switch (name) {
            case "java" -> JAVA;
            case "cpu" -> cpu();
            case "scalar", "avx2", "avx512" -> cpu(Isa.of(name));
            default -> throw Checks.wanted("backend", "'" + name + "'", "one of java, cpu, scalar, avx2, avx512");
        };
    }

    /** Every backend that works here, fastest first; Java is last. */
    public static List<Backend> available() {
        List<Backend> found = new ArrayList<>();
        if (NativeLibrary.outcome() instanceof NativeOutcome.Loaded) {
            for (int i = Isa.values().length - 1; i >= 0; i--) {
                if (CpuKernels.isaReason(Isa.values()[i].code()).isEmpty()) {
                    found.add(Cpu.BY_ISA[i]);
                }
            }
        }
        found.add(JAVA);
        return List.copyOf(found);
    }

    private static Backend choose() {
        String name = System.getProperty("sextant.backend");
        if (name != null) {
            try {
                return named(name);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("property sextant.backend: " + e.getMessage(), e);
            }
        }
        cap(); // a wrong name is told even where there is nothing to cap
        if (NativeLibrary.outcome() instanceof NativeOutcome.Absent absent) {
            if (absent.fatal()) {
                throw new BackendUnavailableException("cpu", absent.sentence());
            }
            if (!absent.chosen()) {
                LOG.log(System.Logger.Level.WARNING, "Sextant uses its slower Java backend: {0}", absent.sentence());
            }
            return JAVA;
        }
        int best = CpuKernels.bestIsa();
        if (best < Isa.SCALAR.code()) {
            LOG.log(System.Logger.Level.WARNING, "Sextant uses its slower Java backend: {0}",
                    CpuKernels.isaReason(Isa.SCALAR.code()));
            return JAVA;
        }
        Backend chosen = cpu();
        LOG.log(System.Logger.Level.INFO, "Sextant uses {0}{1}", chosen, whyNotFaster(chosen));
        return chosen;
    }

    /** Why each faster set was not taken, in one line. */
    private static String whyNotFaster(Backend chosen) {
        StringBuilder text = new StringBuilder();
        for (int i = Isa.of(chosen.name()).ordinal() + 1; i < Isa.values().length; i++) {
            Isa isa = Isa.values()[i];
            String reason = CpuKernels.isaReason(isa.code());
            text.append("; not ").append(isa.label()).append(": ")
                    .append(reason.isEmpty() ? "capped by -Dsextant.isa=" + cap().label() : reason);
        }
        return text.toString();
    }

    private static Isa cap() {
        String name = System.getProperty("sextant.isa");
        try {
            return name == null ? Isa.AVX512 : Isa.of(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("property sextant.isa: " + e.getMessage(), e);
        }
    }

    private static void requireLibrary(String backend) {
        if (NativeLibrary.outcome() instanceof NativeOutcome.Absent absent) {
            throw new BackendUnavailableException(backend, absent.sentence());
        }
    }

    KernelProvider kernels() {
        return kernels;
    }

    /** {@code java}, {@code scalar}, {@code avx2} or {@code avx512}. */
    public String name() {
        return kernels.name();
    }

    @Override
    public String toString() {
        return name();
    }
}
