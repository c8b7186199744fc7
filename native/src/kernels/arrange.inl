/* Rows from natural order to the order in which a kernel reads them (step.inl says which and why). */
#include "kernels/kernels.h"

/* natural order to that of the kernel; the last group is moved back as the kernel does */
static SX_INLINE void arrange_one(float *out, const float *in, int64_t n, float factor, int order)
{
    vf a = vf_mul(n >= SX_LANES ? vf_load(in) : vf_load_n(in, n), vf_set(factor));
    if (order == SPLIT_ORDER) {
        const float *next = in + SX_LANES;
        vf b = n >= 2 * SX_LANES ? vf_load(next) : n > SX_LANES ? vf_load_n(next, n - SX_LANES) : vf_set(0.0f);
        b = vf_mul(b, vf_set(factor));
        vf_store(out, vf_split_even(a, b));
        vf_store(out + SX_LANES, vf_split_odd(a, b));
    } else {
        vf_store(out, order == SHUFFLED_ORDER ? vf_as_shuffled(a) : a);
    }
}

static SX_INLINE void arrange_row(float *out, const float *in, int64_t pairs, float factor, int order)
{
    const int64_t group = order == SPLIT_ORDER ? 2 * SX_LANES : SX_LANES, whole = pairs / group * group;
    /* the last group first: in place, the one before it is about to change */
    if (pairs < group)
        arrange_one(out, in, pairs, factor, order);
    else if (whole < pairs && order != NATURAL_ORDER)
        arrange_one(out + whole, in + pairs - group, group, factor, order);
    else if (whole < pairs)
        arrange_one(out + pairs - group, in + pairs - group, group, factor, order);
    for (int64_t j = 0; j < whole; j += group)
        arrange_one(out + j, in + j, group, factor, order);
}

static SX_INLINE void arrange(float *cos_out, float *sin_out, const float *cos_in, const float *sin_in, int64_t pairs,
                              float sin_factor, int order)
{
    arrange_row(cos_out, cos_in, pairs, 1.0f, order);
    arrange_row(sin_out, sin_in, pairs, sin_factor, order);
}

#define ARRANGE(dtype, pairing, order)                                                                                 \
    void SX_NAME(sx_arrange_##dtype##_##pairing)(float *cos_out, float *sin_out, const float *cos_in,                  \
                                                 const float *sin_in, int64_t pairs, float sin_factor)                 \
    {                                                                                                                  \
        arrange(cos_out, sin_out, cos_in, sin_in, pairs, sin_factor, order);                                           \
    }
ARRANGE(f32, half, NATURAL_ORDER)
ARRANGE(f32, interleaved, SHUFFLED_ORDER)
ARRANGE(f16, half, NATURAL_ORDER)
ARRANGE(f16, interleaved, SHUFFLED_ORDER)
ARRANGE(bf16, half, SPLIT_ORDER)
ARRANGE(bf16, interleaved, NATURAL_ORDER)
ARRANGE(f32, inout, NATURAL_ORDER)
ARRANGE(f16, inout, NATURAL_ORDER)
ARRANGE(bf16, inout, NATURAL_ORDER)
ARRANGE(f32, outin, NATURAL_ORDER)
ARRANGE(f16, outin, NATURAL_ORDER)
ARRANGE(bf16, outin, NATURAL_ORDER)
