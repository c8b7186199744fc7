/*
 * The recipe in plain C, written from its description and sharing nothing with the kernels but coefficients copied as
 * numbers: 128-bit integers, fma() of the C library, conversions by the compiler's own routines.
 */
#ifndef SX_REFERENCE_H
#define SX_REFERENCE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "sextant.h"

static inline uint32_t bits_of(float x)
{
    uint32_t u;
    memcpy(&u, &x, 4);
    return u;
}

static inline float float_of(uint32_t u)
{
    float x;
    memcpy(&x, &u, 4);
    return x;
}

static inline float reference_widen(const void *p, int64_t i, int32_t dtype)
{
    float f32;
    _Float16 f16;
    uint16_t bf16;
    switch (dtype) {
    case SX_F32: memcpy(&f32, (const float *)p + i, 4); return f32;
    case SX_F16: memcpy(&f16, (const uint16_t *)p + i, 2); return (float)f16;
    default: memcpy(&bf16, (const uint16_t *)p + i, 2); return float_of((uint32_t)bf16 << 16);
    }
}

static inline uint16_t reference_bf16(float x)
{
    if (isnan(x))
        return (uint16_t)(bits_of(x) >> 16 | 0x40);
    /* the neighbour below in magnitude, and how far it is: more than half goes up, half goes to even */
    uint32_t u = bits_of(x), below = u >> 16, rest = u & 0xffff;
    return (uint16_t)(below + (rest > 0x8000 || (rest == 0x8000 && (below & 1))));
}

static inline void reference_narrow(void *p, int64_t i, float x, int32_t dtype)
{
    const _Float16 f16 = (_Float16)x;
    const uint16_t bf16 = reference_bf16(x);
    switch (dtype) {
    case SX_F32: memcpy((float *)p + i, &x, 4); break;
    case SX_F16: memcpy((uint16_t *)p + i, &f16, 2); break;
    default: memcpy((uint16_t *)p + i, &bf16, 2); break;
    }
}

static inline float reference_rounded(float x, int32_t dtype)
{
    float cell[1];
    reference_narrow(cell, 0, x, dtype);
    return reference_widen(cell, 0, dtype);
}

static inline void reference_turn(unsigned quadrant, double S, double C, double *s, double *c)
{
    switch (quadrant & 3) {
    case 0: *c = C, *s = S; break;
    case 1: *c = -S, *s = C; break;
    case 2: *c = -C, *s = -S; break;
    default: *c = S, *s = -C; break;
    }
}

/* double: sine degree 13 with its leading coefficient in two words, cosine degree 12; float: 7 and 8 */
static const double REFERENCE_S0 = 0x1.921fb54442d18p+2;
static const double REFERENCE_SINE[] = {0x1.02644e4bc9d13p-52, -0x1.4abbce625be41p+5, 0x1.466bc67758780p+6,
                                        -0x1.32d2cce2dcd95p+6, 0x1.50782fd0eb686p+5,  -0x1.e3006923c11b7p+3,
                                        0x1.e3f08fcbd1d70p+1};
static const double REFERENCE_COSINE[] = {1.0,
                                          -0x1.3bd3cc9be45a5p+4,
                                          0x1.03c1f081b14eap+6,
                                          -0x1.55d3c7dcb8acep+6,
                                          0x1.e1f4fbfe700aep+5,
                                          -0x1.a6ca019abf17fp+4,
                                          0x1.f3ef94dd7e16ep+2};
static const float REFERENCE_FAST[] = {0x1.921fb6p+2f, -0x1.a32bdp-23f, -0x1.4abbbap+5f,
                                       0x1.465eeap+6f, -0x1.2da11cp+6f, -0x1.3bd3ccp+4f,
                                       0x1.03c1aep+6f, -0x1.55b146p+6f, 0x1.d47d7ep+5f};
static const double REFERENCE_INV_2PI[] = {0x1.45f306dc9c883p-3, -0x1.6b01ec5417056p-57};

static inline void reference_polynomials(double r, double *S, double *C)
{
    double z = r * r, q = REFERENCE_SINE[6], w = REFERENCE_COSINE[6];
    for (int i = 5; i >= 0; i--) {
        q = fma(q, z, REFERENCE_SINE[i]);
        w = fma(w, z, REFERENCE_COSINE[i]);
    }
    double rest = r * q;
    *S = fma(r, REFERENCE_S0, rest);
    *C = w;
}

static inline void reference_polynomials_fast(float r, float *S, float *C)
{
    const float *k = REFERENCE_FAST;
    float z = r * r, q = k[4], w = k[8];
    for (int i = 3; i >= 1; i--)
        q = fmaf(q, z, k[i]);
    for (int i = 7; i >= 5; i--)
        w = fmaf(w, z, k[i]);
    float rest = r * q;
    *S = fmaf(r, k[0], rest);
    *C = fmaf(z, w, 1.0f);
}

/* an angle in radians, in two words of 1 / (2 pi) */
static inline void reference_radians(double a, float *cos, float *sin)
{
    const double high = REFERENCE_INV_2PI[0], low = REFERENCE_INV_2PI[1];
    double S, C, s, c, t = a * high, e = fma(a, high, -t), k = rint(4.0 * t), u = fma(k, -0.25, t);
    reference_polynomials(u + fma(a, low, e), &S, &C);
    reference_turn((unsigned)((int64_t)k & 3), S, C, &s, &c);
    *cos = (float)c, *sin = (float)s;
}

/* a position as an integer, and as the number that it is */
typedef struct reference_place {
    int64_t whole;
    double real;
} reference_place;

static inline void reference_unrounded_row(const sx_rotary_plan *plan, reference_place at, int64_t j, float *cos,
                                           float *sin)
{
    const int64_t p = at.whole;
    double S, C, s, c;
    if (plan->recipe == SX_ROWS_TABLE) {
        *cos = plan->table[p * 2 * plan->pairs + j];
        *sin = plan->table[p * 2 * plan->pairs + plan->pairs + j];
        return;
    }
    if (plan->recipe == SX_ROWS_EXACT) {
        unsigned __int128 fraction = (unsigned __int128)plan->fraction_hi[j] << 64 | plan->fraction_lo[j];
        unsigned __int128 phase = (unsigned __int128)(__int128)p * fraction;
        uint64_t hi = (uint64_t)(phase >> 64), lo = (uint64_t)phase, h = hi + (UINT64_C(1) << 61);
        int64_t r62 = (int64_t)(h & ((UINT64_C(1) << 62) - 1)) - (INT64_C(1) << 61);
        double r = (double)r62 * 0x1p-64 + (double)(int64_t)(lo >> 12) * 0x1p-116;
        reference_polynomials(r, &S, &C);
        reference_turn((unsigned)(h >> 62), S, C, &s, &c);
        *cos = (float)c, *sin = (float)s;
    } else if (plan->recipe == SX_ROWS_FAST) {
        uint64_t h = (uint64_t)p * plan->fraction_hi[j] + (UINT64_C(1) << 61);
        int64_t r62 = (int64_t)(h & ((UINT64_C(1) << 62) - 1)) - (INT64_C(1) << 61);
        int32_t r32 = (int32_t)(r62 / (1 << 30) - (r62 % (1 << 30) < 0)); /* floor */
        float fS, fC;
        reference_polynomials_fast((float)r32 * 0x1p-34f, &fS, &fC);
        reference_turn((unsigned)(h >> 62), (double)fS, (double)fC, &s, &c);
        *cos = (float)c, *sin = (float)s;
    } else if (plan->recipe == SX_ROWS_REAL) {
        reference_radians(at.real * plan->frequency[j], cos, sin);
    } else {
        const float x = (float)at.real;
        float angle = x * plan->inverse[j];
        reference_radians((double)angle, cos, sin);
    }
    if (plan->magnitude != 1.0f) {
        *cos = *cos * plan->magnitude;
        *sin = *sin * plan->magnitude;
    }
}

/* cosine and sine of pair j at a position, for a forward rotation */
static inline void reference_row(const sx_rotary_plan *plan, reference_place at, int64_t j, float *cos, float *sin)
{
    reference_unrounded_row(plan, at, j, cos, sin);
    if (plan->rounding != SX_ROUND_ONCE) {
        *cos = reference_rounded(*cos, plan->dtype);
        *sin = reference_rounded(*sin, plan->dtype);
    }
}

/* of pair j for token t of batch entry b */
static inline reference_place reference_position(const sx_rotary_plan *plan, const sx_rotary_call *call,
                                                 const void *ids, int64_t b, int64_t t, int64_t j)
{
    const int64_t axis = plan->axes > 1 ? plan->axis_of_pair[j] : 0;
    const int64_t at =
        call->ids_origin + b * call->ids_batch_stride + axis * call->ids_axis_stride + t * call->ids_token_stride;
    reference_place place;
    switch (call->ids_kind) {
    case SX_IDS_I32: place.whole = ((const int32_t *)ids)[at]; break;
    case SX_IDS_I64: place.whole = ((const int64_t *)ids)[at]; break;
    case SX_IDS_F32: place.whole = 0, place.real = (double)((const float *)ids)[at]; return place;
    case SX_IDS_SAME: place.whole = call->start; break;
    default: place.whole = call->start + t; break;
    }
    place.real = (double)place.whole;
    return place;
}

/* a product as the plan has it */
static inline float reference_product(const sx_rotary_plan *plan, float x, float c)
{
    const float product = x * c;
    return plan->rounding == SX_ROUND_PRODUCTS ? reference_rounded(product, plan->dtype) : product;
}

/* pair j before its last rounding */
static inline void reference_pair(const sx_rotary_plan *plan, int inverse, reference_place place, int64_t j, float x0,
                                  float x1, float *y)
{
    if (plan->elements) {
        const float *row = plan->table + place.whole * 4 * plan->pairs + j;
        const float c0 = row[0], c1 = row[plan->pairs], s0 = row[2 * plan->pairs], s1 = row[3 * plan->pairs];
        const float a = x0 * c0, b = x1 * (inverse ? s1 : s0), c = x1 * c1, d = x0 * (inverse ? s0 : s1);
        y[0] = inverse ? a + b : a - b; /* the transpose, not the inverse */
        y[1] = inverse ? c - d : c + d;
        return;
    }
    float c, s;
    reference_row(plan, place, j, &c, &s);
    if (inverse)
        s = -s;
    y[0] = reference_product(plan, x0, c) - reference_product(plan, x1, s);
    y[1] = reference_product(plan, x1, c) + reference_product(plan, x0, s);
}

static inline void reference_heads(const sx_rotary_plan *plan, const sx_rotary_call *call, const void *in, void *out,
                                   const sx_heads *from, const sx_heads *to, const void *ids)
{
    for (int64_t b = 0; b < call->batches; b++)
        for (int64_t t = 0; t < call->tokens; t++)
            for (int64_t h = 0; h < from->heads; h++) {
                int64_t i = from->origin + b * from->batch_stride + t * from->token_stride + h * from->head_stride;
                int64_t o = to->origin + b * to->batch_stride + t * to->token_stride + h * to->head_stride;
                size_t size = plan->dtype == SX_F32 ? 4 : 2;
                if (in != out)
                    memcpy((char *)out + (size_t)o * size, (const char *)in + (size_t)i * size,
                           (size_t)plan->head_dim * size);
                for (int64_t j = 0; j < plan->pairs; j++) {
                    const int64_t block = plan->pairs / plan->blocks, in_block = j % block;
                    const int64_t begin = plan->offset + j / block * 2 * block;
                    const int half_in = plan->pairing == SX_HALF_SPLIT || plan->pairing == SX_OUTIN;
                    const int half_out = plan->pairing == SX_HALF_SPLIT || plan->pairing == SX_INOUT;
                    int64_t first = begin + (half_in ? in_block : 2 * in_block);
                    int64_t second = half_in ? first + block : first + 1;
                    int64_t to_first = begin + (half_out ? in_block : 2 * in_block);
                    int64_t to_second = half_out ? to_first + block : to_first + 1;
                    const reference_place place = reference_position(plan, call, ids, b, t, j);
                    float y[2];
                    reference_pair(plan, call->inverse, place, j, reference_widen(in, i + first, plan->dtype),
                                   reference_widen(in, i + second, plan->dtype), y);
                    reference_narrow(out, o + to_first, y[0], plan->dtype);
                    reference_narrow(out, o + to_second, y[1], plan->dtype);
                }
            }
}

static inline void reference_apply(const sx_rotary_plan *plan, const sx_rotary_call *call, const void *q, void *q_out,
                                   const void *k, void *k_out, const void *ids)
{
    reference_heads(plan, call, q, q_out, &call->q_in, &call->q_out, ids);
    if (call->k_in.heads > 0)
        reference_heads(plan, call, k, k_out, &call->k_in, &call->k_out, ids);
}

static inline int reference_is_nan(const void *p, int64_t i, int32_t dtype)
{
    return isnan(reference_widen(p, i, dtype)) != 0;
}

/* index of the first element whose bits differ, -1 if none; any NaN equals any NaN */
static inline int64_t first_difference(const void *a, const void *b, int64_t count, int32_t dtype)
{
    const int64_t size = dtype == SX_F32 ? 4 : 2;
    if (memcmp(a, b, (size_t)(count * size)) == 0)
        return -1;
    for (int64_t i = 0; i < count; i++)
        if (memcmp((const char *)a + i * size, (const char *)b + i * size, (size_t)size) != 0 &&
            !(reference_is_nan(a, i, dtype) && reference_is_nan(b, i, dtype)))
            return i;
    return -1;
}

#endif
