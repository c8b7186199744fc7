/*
 * Ceilings of this machine, for reports: checks what a wrong binding could get wrong, then runs the plain loop. The
 * CPU is not asked whether it has the instruction set: under a hypervisor that takes longer than a small ceiling does.
 */
#include <stddef.h>

#include "kernels/kernels.h"

int32_t sx_ceiling(int32_t kind, int32_t isa, void *dst, const void *src, int64_t bytes)
{
    if (kind < SX_CEILING_COPY || kind > SX_CEILING_FMA || bytes < 0 || bytes % 512 != 0)
        return SX_E_ARGUMENT;
    const int reads =
        kind == SX_CEILING_COPY || kind == SX_CEILING_COPY_NT || kind == SX_CEILING_READ || kind == SX_CEILING_READ_8;
    if (dst == NULL || (reads && src == NULL))
        return SX_E_NULL;
    if ((uintptr_t)dst % 64 != 0 || (reads && (uintptr_t)src % 64 != 0))
        return SX_E_ARGUMENT;
    if (isa < SX_ISA_SCALAR || isa > SX_ISA_AVX512)
        return SX_E_ARGUMENT;
    switch (isa) {
    case SX_ISA_SCALAR: sx_ceiling_scalar(kind, dst, src, bytes); break;
    case SX_ISA_AVX2: sx_ceiling_avx2(kind, dst, src, bytes); break;
    default: sx_ceiling_avx512(kind, dst, src, bytes); break;
    }
    return SX_OK;
}
