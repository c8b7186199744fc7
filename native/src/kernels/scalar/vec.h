/* The vocabulary with one lane: plain C, left to the compiler. What hand-written vectors are measured against. */
#ifndef SX_VEC_H
#define SX_VEC_H

#include <immintrin.h> /* the f16 conversions, which C11 has no word for */
#include <stdint.h>

#define SX_NAME(stem) stem##_scalar
#define SX_LANES 1
#define SX_HALVES 1
#define SX_KEPT_VECTORS 1
#define SX_KEPT(X) /* no row fits: the compiler has its own way with a plain loop */
#define SX_INLINE inline __attribute__((always_inline))

typedef float vf;
typedef double vd;
typedef uint32_t vu;
typedef uint64_t vq;

typedef float sx_float_in_memory __attribute__((may_alias));
typedef uint16_t sx_half_in_memory __attribute__((may_alias));
typedef uint32_t sx_lane_in_memory __attribute__((may_alias, aligned(2)));

static SX_INLINE float sx_as_float(uint32_t bits)
{
    union {
        uint32_t u;
        float f;
    } both = {.u = bits};
    return both.f;
}
static SX_INLINE uint32_t sx_as_bits(float value)
{
    union {
        float f;
        uint32_t u;
    } both = {.f = value};
    return both.u;
}

/* floats; n names how many of the elements there are */
static SX_INLINE vf vf_set(float x) { return x; }
static SX_INLINE vf vf_mul(vf a, vf b) { return a * b; }
static SX_INLINE vf vf_add(vf a, vf b) { return a + b; }
static SX_INLINE vf vf_sub(vf a, vf b) { return a - b; }
static SX_INLINE vf vf_fma(vf a, vf b, vf c) { return __builtin_fmaf(a, b, c); }
static SX_INLINE vf vf_from_i32(vu a) { return (float)(int32_t)a; }

static SX_INLINE vf vf_load(const float *p) { return *(const sx_float_in_memory *)p; }
static SX_INLINE void vf_store(float *p, vf a) { *(sx_float_in_memory *)p = a; }
static SX_INLINE void vf_stream(float *p, vf a) { vf_store(p, a); }
static SX_INLINE vf vf_load_n(const float *p, int64_t n) { return n > 0 ? vf_load(p) : 0.0f; }
static SX_INLINE void vf_store_n(float *p, vf a, int64_t n)
{
    if (n > 0)
        vf_store(p, a);
}

/* f16, rounded to nearest even whatever MXCSR says */
#define SX_TO_F16(a) _cvtss_sh(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
static SX_INLINE vf vf_round_f16(vf a) { return _cvtsh_ss((uint16_t)SX_TO_F16(a)); }
static SX_INLINE vf vf_load_f16(const uint16_t *p) { return _cvtsh_ss(*(const sx_half_in_memory *)p); }
static SX_INLINE void vf_store_f16(uint16_t *p, vf a) { *(sx_half_in_memory *)p = (uint16_t)SX_TO_F16(a); }
static SX_INLINE void vf_stream_f16(uint16_t *p, vf a) { vf_store_f16(p, a); }
static SX_INLINE vf vf_load_f16_n(const uint16_t *p, int64_t n) { return n > 0 ? vf_load_f16(p) : 0.0f; }
static SX_INLINE void vf_store_f16_n(uint16_t *p, vf a, int64_t n)
{
    if (n > 0)
        vf_store_f16(p, a);
}

/* 32-bit lanes, seen in memory as 2 * SX_LANES halves */
static SX_INLINE vu vu_set(uint32_t x) { return x; }
static SX_INLINE vu vu_add(vu a, vu b) { return a + b; }
static SX_INLINE vu vu_shl(vu a, int n) { return a << n; }
static SX_INLINE vu vu_load(const uint16_t *p) { return *(const sx_lane_in_memory *)p; }
static SX_INLINE void vu_store(uint16_t *p, vu a) { *(sx_lane_in_memory *)p = a; }
static SX_INLINE void vu_stream(uint16_t *p, vu a) { vu_store(p, a); }
static SX_INLINE vu vu_load_n(const uint16_t *p, int64_t n)
{
    return n > 1 ? vu_load(p) : n > 0 ? *(const sx_half_in_memory *)p : 0;
}
static SX_INLINE void vu_store_n(uint16_t *p, vu a, int64_t n)
{
    if (n > 1)
        vu_store(p, a);
    else if (n > 0)
        *(sx_half_in_memory *)p = (uint16_t)a;
}

/* bf16: the low and the high half of each lane as floats, and back by rounding to nearest even (no NaN path) */
static SX_INLINE vf vf_low_bf16(vu a) { return sx_as_float(a << 16); }
static SX_INLINE vf vf_high_bf16(vu a) { return sx_as_float(a & 0xffff0000u); }
static SX_INLINE vu sx_round_bf16(vf a) /* the result is the high half */
{
    uint32_t bits = sx_as_bits(a);
    return bits + 0x7fffu + (bits >> 16 & 1);
}
static SX_INLINE vf vf_round_bf16(vf a) { return vf_high_bf16(sx_round_bf16(a)); }
static SX_INLINE vu vu_pack_bf16(vf low, vf high)
{
    return sx_round_bf16(low) >> 16 | (sx_round_bf16(high) & 0xffff0000u);
}
static SX_INLINE vf vf_load_bf16_n(const uint16_t *p, int64_t n)
{
    return n > 0 ? sx_as_float((uint32_t) * (const sx_half_in_memory *)p << 16) : 0.0f;
}
static SX_INLINE void vf_store_bf16_n(uint16_t *p, vf a, int64_t n)
{
    if (n > 0)
        *(sx_half_in_memory *)p = (uint16_t)(sx_round_bf16(a) >> 16);
}
/* NaNs without low bits, from which rounding could carry */
static SX_INLINE vf vf_plain_nan(vf a) { return a != a ? sx_as_float(0x7fc00000) : a; }

/* with one lane, two vectors of neighbours are already one of first and one of second elements */
static SX_INLINE vf vf_even(vf a, vf b)
{
    (void)b;
    return a;
}
static SX_INLINE vf vf_odd(vf a, vf b)
{
    (void)a;
    return b;
}
static SX_INLINE vf vf_zip_low(vf x, vf y)
{
    (void)y;
    return x;
}
static SX_INLINE vf vf_zip_high(vf x, vf y)
{
    (void)x;
    return y;
}
static SX_INLINE vf vf_as_shuffled(vf a) { return a; }
static SX_INLINE vf vf_split_even(vf a, vf b)
{
    (void)b;
    return a;
}
static SX_INLINE vf vf_split_odd(vf a, vf b)
{
    (void)a;
    return b;
}

static SX_INLINE vf vf_weave_low(vf x, vf y)
{
    (void)y;
    return x;
}
static SX_INLINE vf vf_weave_high(vf x, vf y)
{
    (void)x;
    return y;
}

/* what quadrants ask for: q has the quadrant in its two top bits */
static SX_INLINE vf vf_pick_odd(vu q, vf even, vf odd) { return q & 0x40000000u ? odd : even; }
static SX_INLINE vf vf_flip_top(vf a, vu q) { return sx_as_float(sx_as_bits(a) ^ (q & 0x80000000u)); }

/* 64-bit phases */
static SX_INLINE vq vq_set(uint64_t x) { return x; }
static SX_INLINE vq vq_load_n(const uint64_t *p, int64_t n) { return n > 0 ? *p : 0; }
static SX_INLINE vq vq_add(vq a, vq b) { return a + b; }
static SX_INLINE vq vq_sub(vq a, vq b) { return a - b; }
static SX_INLINE vq vq_xor(vq a, vq b) { return a ^ b; }
static SX_INLINE vq vq_or(vq a, vq b) { return a | b; }
static SX_INLINE vq vq_shl(vq a, int n) { return a << n; }
static SX_INLINE vq vq_shr(vq a, int n) { return a >> n; }
static SX_INLINE vq vq_mul32(vq a, vq b) { return (uint64_t)(uint32_t)a * (uint32_t)b; }
static SX_INLINE vq vq_add_carry(vq a, vq sum, vq addend) { return a + (sum < addend); }

/* 8-bit integers */
static SX_INLINE vf vf_load_i8(const int8_t *p) { return (float)*p; }
static SX_INLINE vf vf_load_i8_n(const int8_t *p, int64_t n) { return n > 0 ? (float)*p : 0.0f; }

/* which of at most 8 coordinates a lane takes */
static SX_INLINE vu vu_widen_n(const uint8_t *p, int64_t n) { return n > 0 ? *p : 0; }
static SX_INLINE vq vq_widen_n(const uint8_t *p, int64_t n) { return n > 0 ? *p : 0; }
static SX_INLINE vf vf_pick(const float *of, vu which) { return of[which]; }
static SX_INLINE vq vq_pick(const int64_t *of, vq which) { return (vq)of[which]; }

/* doubles */
static SX_INLINE vd vd_set(double x) { return x; }
static SX_INLINE vd vd_mul(vd a, vd b) { return a * b; }
static SX_INLINE vd vd_add(vd a, vd b) { return a + b; }
static SX_INLINE vd vd_sub(vd a, vd b) { return a - b; }
static SX_INLINE vd vd_fma(vd a, vd b, vd c) { return __builtin_fma(a, b, c); }
static SX_INLINE vd vd_fms(vd a, vd b, vd c) { return __builtin_fma(a, b, -c); }
static SX_INLINE vd vd_from_i64(vq a) { return (double)(int64_t)a; } /* rounded once */
static SX_INLINE vd vd_from_bits(vq a)
{
    union {
        uint64_t u;
        double d;
    } both = {.u = a};
    return both.d;
}
static SX_INLINE vq vq_from_bits(vd a)
{
    union {
        double d;
        uint64_t u;
    } both = {.d = a};
    return both.u;
}

/* between whole vectors of floats or u32 and their halves */
static SX_INLINE vd vd_half(vf a, int half)
{
    (void)half;
    return (double)a;
}
static SX_INLINE vf vf_join(const vd *h) { return (float)h[0]; }
static SX_INLINE vu vu_join_low(const vq *h) { return (uint32_t)h[0]; }
static SX_INLINE vu vu_join_high(const vq *h) { return (uint32_t)(h[0] >> 32); }

/* what attention needs besides: comparisons, distances, sums over a vector, a square of vectors turned */
#define SX_TILE_VECTORS 4 /* vectors of keys in a panel, of columns in a step */
static SX_INLINE vf vf_div(vf a, vf b) { return a / b; }
static SX_INLINE vf vf_max(vf a, vf b) { return a > b ? a : b; } /* b if there is a NaN */
static SX_INLINE vf vf_abs(vf a) { return sx_as_float(sx_as_bits(a) & 0x7fffffffu); }
static SX_INLINE vf vf_below(vf x, float limit, vf then, vf other) { return x < limit ? then : other; }
static SX_INLINE vf vf_with_sign(vf a, vf of) /* a >= 0 */
{
    return sx_as_float(sx_as_bits(a) | (sx_as_bits(of) & 0x80000000u));
}
/* a * 2^n, t being n added to 1.5 * 2^23; no overflow, no underflow */
static SX_INLINE vf vf_times_power(vf a, vf t) { return sx_as_float(sx_as_bits(a) + (sx_as_bits(t) << 23)); }
static SX_INLINE vf vf_distance(int32_t first) { return (float)(first < 0 ? -first : first); }
static SX_INLINE float vf_greatest(vf a) { return a; }
static SX_INLINE float vf_total(vf a) { return a; }
static SX_INLINE void vf_turn(vf *a) { (void)a; }

static SX_INLINE void sx_stream_fence(void) {}

#endif
