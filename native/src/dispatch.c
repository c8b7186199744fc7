/* The table of kernels, built from the rows of kernels.inc. Constant: there is nothing to set up and nothing to lose. */
#include <stddef.h>

#include "kernels/kernels.h"

/* pairs of a vector; half-split bf16 works on two at a time, because a 32-bit lane holds two neighbours */
#define LANES_scalar 1
#define LANES_avx2 8
#define LANES_avx512 16
#define GROUP(DTYPE, PAIRING) ((DTYPE) == SX_BF16 && (PAIRING) == SX_HALF_SPLIT ? 2 : 1)

/* f32 and f16 rows stay in order for half-split, bf16 rows for interleaved */
#define NATURAL(DTYPE, PAIRING) (((DTYPE) == SX_BF16) == ((PAIRING) == SX_INTERLEAVED))

#define ENTRY(isa, ISA, dtype, pairing, DTYPE, PAIRING)                                                            \
    {"sx_rotary_" #dtype "_" #pairing "_" #isa,                                                                    \
     ISA,                                                                                                          \
     DTYPE,                                                                                                        \
     PAIRING,                                                                                                      \
     LANES_##isa * GROUP(DTYPE, PAIRING),                                                                          \
     NATURAL(DTYPE, PAIRING),                                                                                      \
     (DTYPE) == SX_F32 ? 4 : 2,                                                                                    \
     sx_rotary_##dtype##_##pairing##_##isa,                                                                        \
     sx_arrange_##dtype##_##pairing##_##isa},

static const sx_rotary_kernel ROTARY[] = {
#define SX_ROTARY(dtype, pairing, DTYPE, PAIRING)                                                                  \
    ENTRY(scalar, SX_ISA_SCALAR, dtype, pairing, DTYPE, PAIRING)                                                   \
    ENTRY(avx2, SX_ISA_AVX2, dtype, pairing, DTYPE, PAIRING)                                                       \
    ENTRY(avx512, SX_ISA_AVX512, dtype, pairing, DTYPE, PAIRING)
#include "kernels/kernels.inc"
};

#define KERNELS (sizeof ROTARY / sizeof ROTARY[0])

const sx_rotary_kernel *sx_find_rotary(int32_t isa, int32_t dtype, int32_t pairing)
{
    for (size_t i = 0; i < KERNELS; i++)
        if (ROTARY[i].isa == isa && ROTARY[i].dtype == dtype && ROTARY[i].pairing == pairing)
            return &ROTARY[i];
    return NULL;
}

int32_t sx_is_rotary(const void *kernel)
{
    uintptr_t distance = (uintptr_t)kernel - (uintptr_t)ROTARY;
    return distance < sizeof ROTARY && distance % sizeof ROTARY[0] == 0;
}

#define PICK(stem)                                                                                                 \
    switch (isa) {                                                                                                 \
    case SX_ISA_SCALAR: return stem##_scalar;                                                                      \
    case SX_ISA_AVX2: return stem##_avx2;                                                                          \
    case SX_ISA_AVX512: return stem##_avx512;                                                                      \
    default: return NULL;                                                                                          \
    }

sx_rows_fn *sx_find_rows(int32_t isa, int32_t recipe)
{
    switch (recipe) {
#define SX_ROWS(recipe, RECIPE)                                                                                    \
    case RECIPE: PICK(sx_rows_f32_##recipe)
#include "kernels/kernels.inc"
    default: return NULL;
    }
}

sx_cast_fn *sx_find_cast(int32_t isa, int32_t dtype)
{
    switch (dtype) {
#define SX_CAST(dtype, DTYPE)                                                                                      \
    case DTYPE: PICK(sx_cast_##dtype##_f32)
#include "kernels/kernels.inc"
    default: return NULL;
    }
}
