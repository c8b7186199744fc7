package dev.sextant;

import java.util.Arrays;
import java.util.Locale;

/** Instruction sets of the native CPU backend, weakest first. */
public enum Isa {
    /** x86-64-v3 without hand-written vectors: the compiler's own loop, to measure against. */
    SCALAR,
    /** AVX2, FMA, F16C. */
    AVX2,
    /** AVX-512 F, BW, DQ, VL. */
    AVX512;

    /** The name in properties, options and kernel symbols: {@code scalar}, {@code avx2}, {@code avx512}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The set with the given {@link #label()}. */
    public static Isa of(String label) {
        for (Isa isa : values()) {
            if (isa.label().equals(label)) {
                return isa;
            }
        }
        throw new IllegalArgumentException("instruction set: got '" + label + "', wanted one of "
                + Arrays.stream(values()).map(Isa::label).toList());
    }

    /** The enumerator of the C ABI. */
    int code() {
        return ordinal() + 1;
    }
}
