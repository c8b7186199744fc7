/*
 * Elements of one type to another: exact when widened, rounded to nearest even once when narrowed. Unlike the rows of
 * cast.inl this is anybody's data, so a NaN may have bits that rounding to bf16 would carry away; between equal types
 * bits are copied as they are.
 *
 * What is left after the last whole vector is done by one more that is moved back over it: in and out are disjoint, so
 * elements written twice get the same bits. Only a run shorter than a vector needs part of one.
 */
#include "kernels/kernels.h"

static SX_INLINE vf load_bf16(const uint16_t *p) { return vf_load_bf16_n(p, SX_LANES); }
static SX_INLINE vf load_bf16_n(const uint16_t *p, int64_t n) { return vf_load_bf16_n(p, n); }
static SX_INLINE void store_bf16(uint16_t *p, vf a) { vf_store_bf16_n(p, vf_plain_nan(a), SX_LANES); }
static SX_INLINE void store_bf16_n(uint16_t *p, vf a, int64_t n) { vf_store_bf16_n(p, vf_plain_nan(a), n); }

/* step: elements of a vector */
#define CONVERT(to, to_type, store, from, from_type, load, step)                                                       \
    static SX_INLINE void run_##to##_##from(to_type *out, const from_type *in, int64_t count)                          \
    {                                                                                                                  \
        int64_t i = 0;                                                                                                 \
        _Pragma("GCC unroll 4") for (; i + (step) <= count; i += (step)) store(out + i, load(in + i));                 \
        if (i == count)                                                                                                \
            return;                                                                                                    \
        if (count > (step))                                                                                            \
            store(out + count - (step), load(in + count - (step)));                                                    \
        else                                                                                                           \
            store##_n(out, load##_n(in, count), count);                                                                \
    }                                                                                                                  \
    void SX_NAME(sx_convert_##to##_##from)(const sx_convert_job *job)                                                  \
    {                                                                                                                  \
        const char *in = job->in;                                                                                      \
        char *out = job->out;                                                                                          \
        for (int64_t r = 0; r < job->runs; r++, in += job->in_step, out += job->out_step)                              \
            run_##to##_##from((void *)out, (const void *)in, job->count);                                              \
    }
CONVERT(f32, float, vf_store, f32, float, vf_load, SX_LANES)
CONVERT(f32, float, vf_store, f16, uint16_t, vf_load_f16, SX_LANES)
CONVERT(f32, float, vf_store, bf16, uint16_t, load_bf16, SX_LANES)
CONVERT(f16, uint16_t, vf_store_f16, f32, float, vf_load, SX_LANES)
CONVERT(f16, uint16_t, vu_store, f16, uint16_t, vu_load, 2 * SX_LANES)
CONVERT(f16, uint16_t, vf_store_f16, bf16, uint16_t, load_bf16, SX_LANES)
CONVERT(bf16, uint16_t, store_bf16, f32, float, vf_load, SX_LANES)
CONVERT(bf16, uint16_t, store_bf16, f16, uint16_t, vf_load_f16, SX_LANES)
CONVERT(bf16, uint16_t, vu_store, bf16, uint16_t, vu_load, 2 * SX_LANES)
