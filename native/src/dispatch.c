/* The table of kernels, built from the rows of kernels.inc. It is constant: nothing is set up, nothing is shared. */
#include <stddef.h>

#include "kernels/kernels.h"

/* pairs of a vector; half-split bf16 works on two at a time, because a 32-bit lane holds two neighbours */
#define LANES_scalar 1
#define LANES_avx2 8
#define LANES_avx512 16
#define GROUP(DTYPE, PAIRING) ((DTYPE) == SX_BF16 && (PAIRING) == SX_HALF_SPLIT ? 2 : 1)

/* f32 and f16 rows stay in order for half-split, bf16 rows for interleaved, all of them between two layouts */
#define NATURAL(DTYPE, PAIRING) ((PAIRING) >= SX_INOUT || ((DTYPE) == SX_BF16) == ((PAIRING) == SX_INTERLEAVED))

#define ROUND_f32(isa) NULL
#define ROUND_f16(isa) sx_round_f16_f32_##isa
#define ROUND_bf16(isa) sx_round_bf16_f32_##isa

#define ENTRY(isa, ISA, dtype, pairing, suffix, DTYPE, PAIRING, VARIANT)                                               \
    {"sx_rotary_" #dtype "_" #pairing #suffix "_" #isa,                                                                \
     ISA,                                                                                                              \
     DTYPE,                                                                                                            \
     PAIRING,                                                                                                          \
     VARIANT,                                                                                                          \
     LANES_##isa * GROUP(DTYPE, PAIRING),                                                                              \
     NATURAL(DTYPE, PAIRING),                                                                                          \
     (DTYPE) == SX_F32 ? 4 : 2,                                                                                        \
     sx_rotary_##dtype##_##pairing##suffix##_##isa,                                                                    \
     sx_arrange_##dtype##_##pairing##_##isa,                                                                           \
     ROUND_##dtype(isa),                                                                                               \
     {sx_rows_f32_exact_##isa, sx_rows_f32_fast_##isa, sx_rows_f32_float32_##isa, sx_rows_f32_real_##isa}},
#define ENTRIES(dtype, pairing, suffix, DTYPE, PAIRING, VARIANT)                                                       \
    ENTRY(scalar, SX_ISA_SCALAR, dtype, pairing, suffix, DTYPE, PAIRING, VARIANT)                                      \
    ENTRY(avx2, SX_ISA_AVX2, dtype, pairing, suffix, DTYPE, PAIRING, VARIANT)                                          \
    ENTRY(avx512, SX_ISA_AVX512, dtype, pairing, suffix, DTYPE, PAIRING, VARIANT)

static const sx_rotary_kernel ROTARY[] = {
#define SX_ROTARY(dtype, pairing, DTYPE, PAIRING)                                                                      \
    ENTRIES(dtype, pairing, , DTYPE, PAIRING, SX_BY_PAIR)                                                              \
    ENTRIES(dtype, pairing, _elements, DTYPE, PAIRING, SX_BY_ELEMENT)
#define SX_PRODUCTS(dtype, pairing, DTYPE, PAIRING) ENTRIES(dtype, pairing, _products, DTYPE, PAIRING, SX_BY_PRODUCT)
#include "kernels/kernels.inc"
};

#define KERNELS (sizeof ROTARY / sizeof ROTARY[0])

const sx_rotary_kernel *sx_find_rotary(int32_t isa, int32_t dtype, int32_t pairing, int32_t variant)
{
    for (size_t i = 0; i < KERNELS; i++)
        if (ROTARY[i].isa == isa && ROTARY[i].dtype == dtype && ROTARY[i].pairing == pairing &&
            ROTARY[i].variant == variant)
            return &ROTARY[i];
    return NULL;
}

int32_t sx_is_rotary(const void *kernel)
{
    uintptr_t distance = (uintptr_t)kernel - (uintptr_t)ROTARY;
    return distance < sizeof ROTARY && distance % sizeof ROTARY[0] == 0;
}

#define ADDITIVE_ENTRY(isa, ISA, dtype, DTYPE)                                                                         \
    {"sx_additive_" #dtype "_" #isa,                                                                                   \
     ISA,                                                                                                              \
     DTYPE,                                                                                                            \
     (DTYPE) == SX_F32 ? 4 : 2,                                                                                        \
     2 * LANES_##isa,                                                                                                  \
     sx_additive_##dtype##_##isa,                                                                                      \
     {sx_waves_##dtype##_exact_##isa, sx_waves_##dtype##_fast_##isa},                                                  \
     {sx_rows_f32_exact_##isa, sx_rows_f32_fast_##isa, sx_rows_f32_float32_##isa, sx_rows_f32_real_##isa}},

static const sx_additive_kernel ADDITIVE[] = {
#define SX_MERGE(dtype, DTYPE)                                                                                         \
    ADDITIVE_ENTRY(scalar, SX_ISA_SCALAR, dtype, DTYPE)                                                                \
    ADDITIVE_ENTRY(avx2, SX_ISA_AVX2, dtype, DTYPE)                                                                    \
    ADDITIVE_ENTRY(avx512, SX_ISA_AVX512, dtype, DTYPE)
#include "kernels/kernels.inc"
};

const sx_additive_kernel *sx_find_additive(int32_t isa, int32_t dtype)
{
    for (size_t i = 0; i < sizeof ADDITIVE / sizeof ADDITIVE[0]; i++)
        if (ADDITIVE[i].isa == isa && ADDITIVE[i].dtype == dtype)
            return &ADDITIVE[i];
    return NULL;
}

int32_t sx_is_additive(const void *kernel)
{
    uintptr_t distance = (uintptr_t)kernel - (uintptr_t)ADDITIVE;
    return distance < sizeof ADDITIVE && distance % sizeof ADDITIVE[0] == 0;
}

static const struct {
    int32_t isa, dtype;
    sx_cast_fn *cast;
} CASTS[] = {
#define SX_CAST(dtype, DTYPE)                                                                                          \
    {SX_ISA_SCALAR, DTYPE, sx_cast_##dtype##_f32_scalar}, {SX_ISA_AVX2, DTYPE, sx_cast_##dtype##_f32_avx2},            \
        {SX_ISA_AVX512, DTYPE, sx_cast_##dtype##_f32_avx512},
#include "kernels/kernels.inc"
};

sx_cast_fn *sx_find_cast(int32_t isa, int32_t dtype)
{
    for (size_t i = 0; i < sizeof CASTS / sizeof CASTS[0]; i++)
        if (CASTS[i].isa == isa && CASTS[i].dtype == dtype)
            return CASTS[i].cast;
    return NULL;
}

#define TYPES 3

static sx_convert_fn *const CONVERTS[][TYPES][TYPES] = {
#define SX_CONVERT(to, from, TO, FROM) [SX_ISA_SCALAR][TO][FROM] = sx_convert_##to##_##from##_scalar,
#include "kernels/kernels.inc"
#define SX_CONVERT(to, from, TO, FROM) [SX_ISA_AVX2][TO][FROM] = sx_convert_##to##_##from##_avx2,
#include "kernels/kernels.inc"
#define SX_CONVERT(to, from, TO, FROM) [SX_ISA_AVX512][TO][FROM] = sx_convert_##to##_##from##_avx512,
#include "kernels/kernels.inc"
};

sx_convert_fn *sx_find_convert(int32_t isa, int32_t to, int32_t from) { return CONVERTS[isa][to][from]; }

static const sx_gather_kernel GATHER[] = {
#define SX_GATHER(dtype, DTYPE)                                                                                        \
    {"sx_gather_" #dtype "_scalar", SX_ISA_SCALAR, DTYPE, (DTYPE) == SX_F32 ? 4 : 2, sx_gather_##dtype##_scalar},      \
        {"sx_gather_" #dtype "_avx2", SX_ISA_AVX2, DTYPE, (DTYPE) == SX_F32 ? 4 : 2, sx_gather_##dtype##_avx2},        \
        {"sx_gather_" #dtype "_avx512", SX_ISA_AVX512, DTYPE, (DTYPE) == SX_F32 ? 4 : 2, sx_gather_##dtype##_avx512},
#include "kernels/kernels.inc"
};

const sx_gather_kernel *sx_find_gather(int32_t isa, int32_t dtype)
{
    for (size_t i = 0; i < sizeof GATHER / sizeof GATHER[0]; i++)
        if (GATHER[i].isa == isa && GATHER[i].dtype == dtype)
            return &GATHER[i];
    return NULL;
}

int32_t sx_is_gather(const void *kernel)
{
    uintptr_t distance = (uintptr_t)kernel - (uintptr_t)GATHER;
    return distance < sizeof GATHER && distance % sizeof GATHER[0] == 0;
}
