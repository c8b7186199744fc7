/* AVX-512 F, BW, DQ, VL as a thin vocabulary. A vector holds 16 pairs; doubles and 64-bit phases come in two halves. */
#ifndef SX_VEC_H
#define SX_VEC_H

#include <immintrin.h>
#include <stdint.h>

#define SX_NAME(stem) stem##_avx512
#define SX_LANES 16
#define SX_HALVES 2
/* vectors in a row that is kept in registers while the heads of a token pass */
#define SX_KEPT_VECTORS 8
#ifdef __SANITIZE_ADDRESS__ /* minutes of compiling for shapes that differ in a constant */
#define SX_KEPT(X) X(2)
#else
#define SX_KEPT(X) X(1) X(2) X(3) X(4) X(8)
#endif
#define SX_INLINE inline __attribute__((always_inline))

typedef __m512 vf;
typedef __m512d vd;
typedef __m512i vu; /* 16 x u32 */
typedef __m512i vq; /* 8 x u64 */

static SX_INLINE __mmask16 sx_first16(int64_t n) { return (__mmask16)_bzhi_u32(0xffff, (uint32_t)n); }
static SX_INLINE __mmask32 sx_first32(int64_t n) { return _bzhi_u32(0xffffffffu, (uint32_t)n); }

/* floats; n names how many of the elements there are */
static SX_INLINE vf vf_set(float x) { return _mm512_set1_ps(x); }
static SX_INLINE vf vf_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
static SX_INLINE vf vf_add(vf a, vf b) { return _mm512_add_ps(a, b); }
static SX_INLINE vf vf_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
static SX_INLINE vf vf_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
static SX_INLINE vf vf_from_i32(vu a) { return _mm512_cvtepi32_ps(a); }

static SX_INLINE vf vf_load(const float *p) { return _mm512_loadu_ps(p); }
static SX_INLINE void vf_store(float *p, vf a) { _mm512_storeu_ps(p, a); }
static SX_INLINE void vf_stream(float *p, vf a) { _mm512_stream_ps(p, a); }
static SX_INLINE vf vf_load_n(const float *p, int64_t n) { return _mm512_maskz_loadu_ps(sx_first16(n), p); }
static SX_INLINE void vf_store_n(float *p, vf a, int64_t n) { _mm512_mask_storeu_ps(p, sx_first16(n), a); }

/* f16, rounded to nearest even whatever MXCSR says */
#define SX_TO_F16(a) _mm512_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
static SX_INLINE vf vf_round_f16(vf a) { return _mm512_cvtph_ps(SX_TO_F16(a)); }
static SX_INLINE vf vf_load_f16(const uint16_t *p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const void *)p)); }
static SX_INLINE void vf_store_f16(uint16_t *p, vf a) { _mm256_storeu_si256((void *)p, SX_TO_F16(a)); }
static SX_INLINE void vf_stream_f16(uint16_t *p, vf a) { _mm256_stream_si256((void *)p, SX_TO_F16(a)); }
static SX_INLINE vf vf_load_f16_n(const uint16_t *p, int64_t n)
{
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(sx_first16(n), p));
}
static SX_INLINE void vf_store_f16_n(uint16_t *p, vf a, int64_t n)
{
    _mm256_mask_storeu_epi16(p, sx_first16(n), SX_TO_F16(a));
}

/* 32-bit lanes, seen in memory as 2 * SX_LANES halves */
static SX_INLINE vu vu_set(uint32_t x) { return _mm512_set1_epi32((int32_t)x); }
static SX_INLINE vu vu_add(vu a, vu b) { return _mm512_add_epi32(a, b); }
static SX_INLINE vu vu_shl(vu a, int n) { return _mm512_slli_epi32(a, (unsigned)n); }
static SX_INLINE vu vu_load(const uint16_t *p) { return _mm512_loadu_si512(p); }
static SX_INLINE void vu_store(uint16_t *p, vu a) { _mm512_storeu_si512(p, a); }
static SX_INLINE void vu_stream(uint16_t *p, vu a) { _mm512_stream_si512((void *)p, a); }
static SX_INLINE vu vu_load_n(const uint16_t *p, int64_t n) { return _mm512_maskz_loadu_epi16(sx_first32(n), p); }
static SX_INLINE void vu_store_n(uint16_t *p, vu a, int64_t n) { _mm512_mask_storeu_epi16(p, sx_first32(n), a); }

/* bf16: the low and the high half of each lane as floats, and back by rounding to nearest even (no NaN path) */
static SX_INLINE vf vf_low_bf16(vu a) { return _mm512_castsi512_ps(_mm512_slli_epi32(a, 16)); }
static SX_INLINE vf vf_high_bf16(vu a)
{
    return _mm512_castsi512_ps(_mm512_and_si512(a, _mm512_set1_epi32((int32_t)0xffff0000)));
}
static SX_INLINE vu sx_round_bf16(vf a) /* the result is the high half of each lane */
{
    vu bits = _mm512_castps_si512(a);
    __mmask16 odd = _mm512_test_epi32_mask(bits, _mm512_set1_epi32(0x10000));
    return _mm512_add_epi32(bits, _mm512_mask_blend_epi32(odd, _mm512_set1_epi32(0x7fff), _mm512_set1_epi32(0x8000)));
}
static SX_INLINE vf vf_round_bf16(vf a) { return vf_high_bf16(sx_round_bf16(a)); }
static SX_INLINE vu vu_pack_bf16(vf low, vf high)
{
    return _mm512_mask_blend_epi16(0xaaaaaaaau, _mm512_srli_epi32(sx_round_bf16(low), 16), sx_round_bf16(high));
}
static SX_INLINE vf vf_load_bf16_n(const uint16_t *p, int64_t n)
{
    __m256i halves = n >= SX_LANES ? _mm256_loadu_si256((const void *)p) : _mm256_maskz_loadu_epi16(sx_first16(n), p);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}
static SX_INLINE void vf_store_bf16_n(uint16_t *p, vf a, int64_t n)
{
    _mm256_mask_storeu_epi16(p, sx_first16(n), _mm512_cvtepi32_epi16(_mm512_srli_epi32(sx_round_bf16(a), 16)));
}
/* NaNs without low bits, from which rounding could carry */
static SX_INLINE vf vf_plain_nan(vf a)
{
    const __mmask16 nan = _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q);
    return _mm512_mask_blend_ps(nan, a, _mm512_castsi512_ps(_mm512_set1_epi32(0x7fc00000)));
}

/* two vectors of neighbours to a vector of first and a vector of second elements, and back, all within 128-bit lanes */
static SX_INLINE vf vf_even(vf a, vf b) { return _mm512_shuffle_ps(a, b, 0x88); }
static SX_INLINE vf vf_odd(vf a, vf b) { return _mm512_shuffle_ps(a, b, 0xdd); }
static SX_INLINE vf vf_zip_low(vf x, vf y) { return _mm512_unpacklo_ps(x, y); }
static SX_INLINE vf vf_zip_high(vf x, vf y) { return _mm512_unpackhi_ps(x, y); }
/* a row in natural order to the order in which vf_even and vf_odd leave the pairs */
static SX_INLINE vf vf_as_shuffled(vf a)
{
    return _mm512_permutexvar_ps(_mm512_setr_epi32(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15), a);
}
/* the even and the odd ones of 2 * SX_LANES neighbours, in order */
static SX_INLINE vf vf_split_even(vf a, vf b)
{
    const vu index = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    return _mm512_permutex2var_ps(a, index, b);
}
static SX_INLINE vf vf_split_odd(vf a, vf b)
{
    const vu index = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    return _mm512_permutex2var_ps(a, index, b);
}

/* and back: x0 y0 x1 y1 ... */
static SX_INLINE vf vf_weave_low(vf x, vf y)
{
    const vu index = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    return _mm512_permutex2var_ps(x, index, y);
}
static SX_INLINE vf vf_weave_high(vf x, vf y)
{
    const vu index = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    return _mm512_permutex2var_ps(x, index, y);
}

/* what quadrants ask for: q has the quadrant in its two top bits */
static SX_INLINE vf vf_pick_odd(vu q, vf even, vf odd)
{
    return _mm512_mask_blend_ps(_mm512_test_epi32_mask(q, _mm512_set1_epi32(0x40000000)), even, odd);
}
static SX_INLINE vf vf_flip_top(vf a, vu q) /* negates where the top bit is set */
{
    vu sign = _mm512_set1_epi32((int32_t)0x80000000);
    return _mm512_castsi512_ps(_mm512_ternarylogic_epi32(_mm512_castps_si512(a), q, sign, 0x78)); /* a ^ (q & sign) */
}

/* 64-bit phases */
static SX_INLINE vq vq_set(uint64_t x) { return _mm512_set1_epi64((int64_t)x); }
static SX_INLINE vq vq_load_n(const uint64_t *p, int64_t n)
{
    return _mm512_maskz_loadu_epi64((__mmask8)_bzhi_u32(0xff, (uint32_t)(n < 0 ? 0 : n)), p);
}
static SX_INLINE vq vq_add(vq a, vq b) { return _mm512_add_epi64(a, b); }
static SX_INLINE vq vq_sub(vq a, vq b) { return _mm512_sub_epi64(a, b); }
static SX_INLINE vq vq_xor(vq a, vq b) { return _mm512_xor_si512(a, b); }
static SX_INLINE vq vq_shl(vq a, int n) { return _mm512_slli_epi64(a, (unsigned)n); }
static SX_INLINE vq vq_shr(vq a, int n) { return _mm512_srli_epi64(a, (unsigned)n); }
static SX_INLINE vq vq_mul32(vq a, vq b) { return _mm512_mul_epu32(a, b); } /* of the low 32 bits */
/* a + 1 where sum < addend, the carry of a sum that has just been made */
static SX_INLINE vq vq_add_carry(vq a, vq sum, vq addend)
{
    return _mm512_mask_sub_epi64(a, _mm512_cmplt_epu64_mask(sum, addend), a, _mm512_set1_epi64(-1));
}

/* 8-bit integers */
static SX_INLINE vf vf_load_i8(const int8_t *p)
{
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const void *)p)));
}
static SX_INLINE vf vf_load_i8_n(const int8_t *p, int64_t n)
{
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(sx_first16(n), p)));
}

/* which of at most 8 coordinates each lane takes */
static SX_INLINE vu vu_widen_n(const uint8_t *p, int64_t n)
{
    return _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(sx_first16(n), p));
}
static SX_INLINE vq vq_widen_n(const uint8_t *p, int64_t n)
{
    return _mm512_cvtepu8_epi64(_mm_maskz_loadu_epi8((__mmask16)_bzhi_u32(0xff, (uint32_t)(n < 0 ? 0 : n)), p));
}
static SX_INLINE vf vf_pick(const float *of, vu which)
{
    return _mm512_permutexvar_ps(which, _mm512_castps256_ps512(_mm256_loadu_ps(of)));
}
static SX_INLINE vq vq_pick(const int64_t *of, vq which)
{
    return _mm512_permutexvar_epi64(which, _mm512_loadu_si512(of));
}

/* doubles */
static SX_INLINE vd vd_set(double x) { return _mm512_set1_pd(x); }
static SX_INLINE vd vd_mul(vd a, vd b) { return _mm512_mul_pd(a, b); }
static SX_INLINE vd vd_add(vd a, vd b) { return _mm512_add_pd(a, b); }
static SX_INLINE vd vd_sub(vd a, vd b) { return _mm512_sub_pd(a, b); }
static SX_INLINE vd vd_fma(vd a, vd b, vd c) { return _mm512_fmadd_pd(a, b, c); }
static SX_INLINE vd vd_fms(vd a, vd b, vd c) { return _mm512_fmsub_pd(a, b, c); }
static SX_INLINE vd vd_from_i64(vq a) { return _mm512_cvtepi64_pd(a); } /* rounded once */
static SX_INLINE vd vd_from_bits(vq a) { return _mm512_castsi512_pd(a); }
static SX_INLINE vq vq_from_bits(vd a) { return _mm512_castpd_si512(a); }
static SX_INLINE vq vq_or(vq a, vq b) { return _mm512_or_si512(a, b); }

/* between whole vectors of floats or u32 and their halves */
static SX_INLINE vd vd_half(vf a, int half)
{
    return _mm512_cvtps_pd(half ? _mm512_extractf32x8_ps(a, 1) : _mm512_castps512_ps256(a));
}
static SX_INLINE vf vf_join(const vd *h)
{
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(h[0])), _mm512_cvtpd_ps(h[1]), 1);
}
static SX_INLINE vu vu_join_low(const vq *h) { return (vu)vf_split_even((vf)h[0], (vf)h[1]); }
static SX_INLINE vu vu_join_high(const vq *h) { return (vu)vf_split_odd((vf)h[0], (vf)h[1]); }

/* what attention needs besides: comparisons, distances, sums over a vector, a square of vectors turned */
#define SX_TILE_VECTORS 4 /* vectors of keys in a panel, of columns in a step */
static SX_INLINE vf vf_div(vf a, vf b) { return _mm512_div_ps(a, b); }
static SX_INLINE vf vf_max(vf a, vf b) { return _mm512_max_ps(a, b); } /* b if there is a NaN */
static SX_INLINE vf vf_abs(vf a) { return _mm512_abs_ps(a); }
static SX_INLINE vf vf_below(vf x, float limit, vf then, vf other) /* x < limit ? then : other */
{
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, _mm512_set1_ps(limit), _CMP_LT_OQ), other, then);
}
static SX_INLINE vf vf_with_sign(vf a, vf of) /* a >= 0 */
{
    return _mm512_or_ps(a, _mm512_and_ps(of, _mm512_set1_ps(-0.0f)));
}
/* a * 2^n, t being n added to 1.5 * 2^23; no overflow, no underflow */
static SX_INLINE vf vf_times_power(vf a, vf t)
{
    return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(a), _mm512_slli_epi32(_mm512_castps_si512(t), 23)));
}
static SX_INLINE vf vf_distance(int32_t first) /* |first|, |first + 1|, ... */
{
    const vu lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return _mm512_cvtepi32_ps(_mm512_abs_epi32(_mm512_add_epi32(_mm512_set1_epi32(first), lane)));
}
static SX_INLINE float vf_greatest(vf a)
{
    __m256 h = _mm256_max_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
    __m128 q = _mm_max_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
    q = _mm_max_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_max_ss(q, _mm_movehdup_ps(q)));
}
static SX_INLINE float vf_total(vf a)
{
    __m256 h = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
}
static SX_INLINE void vf_turn(vf *a)
{
    vf b[16];
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        b[2 * i] = _mm512_unpacklo_ps(a[2 * i], a[2 * i + 1]);
        b[2 * i + 1] = _mm512_unpackhi_ps(a[2 * i], a[2 * i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        a[4 * i] = _mm512_shuffle_ps(b[4 * i], b[4 * i + 2], 0x44);
        a[4 * i + 1] = _mm512_shuffle_ps(b[4 * i], b[4 * i + 2], 0xee);
        a[4 * i + 2] = _mm512_shuffle_ps(b[4 * i + 1], b[4 * i + 3], 0x44);
        a[4 * i + 3] = _mm512_shuffle_ps(b[4 * i + 1], b[4 * i + 3], 0xee);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        b[i] = _mm512_shuffle_f32x4(a[i], a[i + 4], 0x88);
        b[i + 4] = _mm512_shuffle_f32x4(a[i], a[i + 4], 0xdd);
        b[i + 8] = _mm512_shuffle_f32x4(a[i + 8], a[i + 12], 0x88);
        b[i + 12] = _mm512_shuffle_f32x4(a[i + 8], a[i + 12], 0xdd);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        a[i] = _mm512_shuffle_f32x4(b[i], b[i + 8], 0x88);
        a[i + 8] = _mm512_shuffle_f32x4(b[i], b[i + 8], 0xdd);
        a[i + 4] = _mm512_shuffle_f32x4(b[i + 4], b[i + 12], 0x88);
        a[i + 12] = _mm512_shuffle_f32x4(b[i + 4], b[i + 12], 0xdd);
    }
}

static SX_INLINE void sx_stream_fence(void) { _mm_sfence(); }

#endif
