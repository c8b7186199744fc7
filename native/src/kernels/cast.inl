/* Floats to the dtype of a table that was asked for, rounded to nearest even once. NaNs are canonical: no low bits that rounding could carry. */
#include "kernels/kernels.h"

void SX_NAME(sx_cast_f32_f32)(void *out, const float *in, int64_t count)
{
    float *to = out;
    for (; count >= SX_LANES; count -= SX_LANES, in += SX_LANES, to += SX_LANES)
        vf_store(to, vf_load(in));
    if (count > 0)
        vf_store_n(to, vf_load_n(in, count), count);
}

void SX_NAME(sx_cast_f16_f32)(void *out, const float *in, int64_t count)
{
    uint16_t *to = out;
    for (; count >= SX_LANES; count -= SX_LANES, in += SX_LANES, to += SX_LANES)
        vf_store_f16(to, vf_load(in));
    if (count > 0)
        vf_store_f16_n(to, vf_load_n(in, count), count);
}

void SX_NAME(sx_cast_bf16_f32)(void *out, const float *in, int64_t count)
{
    uint16_t *to = out;
    for (; count >= SX_LANES; count -= SX_LANES, in += SX_LANES, to += SX_LANES)
        vf_store_bf16_n(to, vf_load(in), SX_LANES);
    if (count > 0)
        vf_store_bf16_n(to, vf_load_n(in, count), count);
}

/* rows of a plan whose cosines and sines have the element type: rounded as above, and floats again */
#define ROUND(dtype)                                                                                                   \
    void SX_NAME(sx_round_##dtype##_f32)(float *x, int64_t count)                                                      \
    {                                                                                                                  \
        for (; count >= SX_LANES; count -= SX_LANES, x += SX_LANES)                                                    \
            vf_store(x, vf_round_##dtype(vf_load(x)));                                                                 \
        if (count > 0)                                                                                                 \
            vf_store_n(x, vf_round_##dtype(vf_load_n(x, count)), count);                                               \
    }
ROUND(f16)
ROUND(bf16)
