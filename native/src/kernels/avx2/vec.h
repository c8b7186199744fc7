/* AVX2, FMA and F16C as a thin vocabulary. A vector holds 8 pairs; doubles and 64-bit phases come in two halves. */
#ifndef SX_VEC_H
#define SX_VEC_H

#include <immintrin.h>
#include <stdint.h>

#define SX_NAME(stem) stem##_avx2
#define SX_LANES 8
#define SX_HALVES 2
/* vectors in a row for which a loop is laid out in full */
#define SX_KEPT_VECTORS 8
#ifdef __SANITIZE_ADDRESS__ /* minutes of compiling for shapes that differ in a constant */
#define SX_KEPT(X) X(2)
#else
#define SX_KEPT(X) X(2) X(4) X(8)
#endif
#define SX_INLINE inline __attribute__((always_inline))

typedef __m256 vf;
typedef __m256d vd;
typedef __m256i vu; /* 8 x u32 */
typedef __m256i vq; /* 4 x u64 */

/* no masks for 16-bit elements: what is shorter than a vector goes through a buffer on the stack */
typedef union sx_part {
    uint16_t halves[16];
    float floats[8];
    __m128i half;
    __m256i whole;
} sx_part;

/* floats; n names how many of the elements there are */
static SX_INLINE vf vf_set(float x) { return _mm256_set1_ps(x); }
static SX_INLINE vf vf_mul(vf a, vf b) { return _mm256_mul_ps(a, b); }
static SX_INLINE vf vf_add(vf a, vf b) { return _mm256_add_ps(a, b); }
static SX_INLINE vf vf_sub(vf a, vf b) { return _mm256_sub_ps(a, b); }
static SX_INLINE vf vf_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
static SX_INLINE vf vf_from_i32(vu a) { return _mm256_cvtepi32_ps(a); }

static SX_INLINE vf vf_load(const float *p) { return _mm256_loadu_ps(p); }
static SX_INLINE void vf_store(float *p, vf a) { _mm256_storeu_ps(p, a); }
static SX_INLINE void vf_stream(float *p, vf a) { _mm256_stream_ps(p, a); }
static SX_INLINE vf vf_load_n(const float *p, int64_t n)
{
    sx_part part = {.whole = _mm256_setzero_si256()};
    for (int64_t i = 0; i < n && i < 8; i++)
        part.floats[i] = p[i];
    return _mm256_castsi256_ps(part.whole);
}
static SX_INLINE void vf_store_n(float *p, vf a, int64_t n)
{
    sx_part part = {.whole = _mm256_castps_si256(a)};
    for (int64_t i = 0; i < n && i < 8; i++)
        p[i] = part.floats[i];
}

/* 32-bit lanes, seen in memory as 2 * SX_LANES halves */
static SX_INLINE vu vu_set(uint32_t x) { return _mm256_set1_epi32((int32_t)x); }
static SX_INLINE vu vu_add(vu a, vu b) { return _mm256_add_epi32(a, b); }
static SX_INLINE vu vu_shl(vu a, int n) { return _mm256_slli_epi32(a, n); }
static SX_INLINE vu vu_load(const uint16_t *p) { return _mm256_loadu_si256((const void *)p); }
static SX_INLINE void vu_store(uint16_t *p, vu a) { _mm256_storeu_si256((void *)p, a); }
static SX_INLINE void vu_stream(uint16_t *p, vu a) { _mm256_stream_si256((void *)p, a); }
static SX_INLINE vu vu_load_n(const uint16_t *p, int64_t n)
{
    sx_part part = {.whole = _mm256_setzero_si256()};
    for (int64_t i = 0; i < n && i < 16; i++)
        part.halves[i] = p[i];
    return part.whole;
}
static SX_INLINE void vu_store_n(uint16_t *p, vu a, int64_t n)
{
    sx_part part = {.whole = a};
    for (int64_t i = 0; i < n && i < 16; i++)
        p[i] = part.halves[i];
}

/* f16, rounded to nearest even whatever MXCSR says */
#define SX_TO_F16(a) _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
static SX_INLINE vf vf_round_f16(vf a) { return _mm256_cvtph_ps(SX_TO_F16(a)); }
static SX_INLINE vf vf_load_f16(const uint16_t *p) { return _mm256_cvtph_ps(_mm_loadu_si128((const void *)p)); }
static SX_INLINE void vf_store_f16(uint16_t *p, vf a) { _mm_storeu_si128((void *)p, SX_TO_F16(a)); }
static SX_INLINE void vf_stream_f16(uint16_t *p, vf a) { _mm_stream_si128((void *)p, SX_TO_F16(a)); }
static SX_INLINE vf vf_load_f16_n(const uint16_t *p, int64_t n)
{
    return _mm256_cvtph_ps(_mm256_castsi256_si128(vu_load_n(p, n)));
}
static SX_INLINE void vf_store_f16_n(uint16_t *p, vf a, int64_t n)
{
    vu_store_n(p, _mm256_castsi128_si256(SX_TO_F16(a)), n);
}

/* bf16: the low and the high half of each lane as floats, and back by rounding to nearest even (no NaN path) */
static SX_INLINE vf vf_low_bf16(vu a) { return _mm256_castsi256_ps(_mm256_slli_epi32(a, 16)); }
static SX_INLINE vf vf_high_bf16(vu a)
{
    return _mm256_castsi256_ps(_mm256_and_si256(a, _mm256_set1_epi32((int32_t)0xffff0000)));
}
static SX_INLINE vu sx_round_bf16(vf a) /* the result is the high half of each lane */
{
    vu bits = _mm256_castps_si256(a);
    vu odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    return _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff)));
}
static SX_INLINE vf vf_round_bf16(vf a) { return vf_high_bf16(sx_round_bf16(a)); }
static SX_INLINE vu vu_pack_bf16(vf low, vf high)
{
    return _mm256_blend_epi16(_mm256_srli_epi32(sx_round_bf16(low), 16), sx_round_bf16(high), 0xaa);
}
static SX_INLINE vf vf_load_bf16_n(const uint16_t *p, int64_t n)
{
    __m128i halves = n >= SX_LANES ? _mm_loadu_si128((const void *)p) : _mm256_castsi256_si128(vu_load_n(p, n));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
}
static SX_INLINE void vf_store_bf16_n(uint16_t *p, vf a, int64_t n)
{
    vu high = _mm256_srli_epi32(sx_round_bf16(a), 16);
    vu both = _mm256_permute4x64_epi64(_mm256_packus_epi32(high, high), 0x08);
    if (n >= SX_LANES)
        _mm_storeu_si128((void *)p, _mm256_castsi256_si128(both));
    else
        vu_store_n(p, both, n);
}
/* NaNs without low bits, from which rounding could carry */
static SX_INLINE vf vf_plain_nan(vf a)
{
    return _mm256_blendv_ps(a, _mm256_castsi256_ps(_mm256_set1_epi32(0x7fc00000)), _mm256_cmp_ps(a, a, _CMP_UNORD_Q));
}

/* two vectors of neighbours to a vector of first and a vector of second elements, and back, all within 128-bit lanes */
static SX_INLINE vf vf_even(vf a, vf b) { return _mm256_shuffle_ps(a, b, 0x88); }
static SX_INLINE vf vf_odd(vf a, vf b) { return _mm256_shuffle_ps(a, b, 0xdd); }
static SX_INLINE vf vf_zip_low(vf x, vf y) { return _mm256_unpacklo_ps(x, y); }
static SX_INLINE vf vf_zip_high(vf x, vf y) { return _mm256_unpackhi_ps(x, y); }
static SX_INLINE vf sx_middle(vf a) /* swaps the two quarters in the middle */
{
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(a), 0xd8));
}
/* a row in natural order to the order in which vf_even and vf_odd leave the pairs */
static SX_INLINE vf vf_as_shuffled(vf a) { return sx_middle(a); }
/* the even and the odd ones of 2 * SX_LANES neighbours, in order */
static SX_INLINE vf vf_split_even(vf a, vf b) { return sx_middle(vf_even(a, b)); }
static SX_INLINE vf vf_split_odd(vf a, vf b) { return sx_middle(vf_odd(a, b)); }
/* and back: x0 y0 x1 y1 ... */
static SX_INLINE vf vf_weave_low(vf x, vf y)
{
    return _mm256_permute2f128_ps(vf_zip_low(x, y), vf_zip_high(x, y), 0x20);
}
static SX_INLINE vf vf_weave_high(vf x, vf y)
{
    return _mm256_permute2f128_ps(vf_zip_low(x, y), vf_zip_high(x, y), 0x31);
}

/* what quadrants ask for: q has the quadrant in its two top bits */
static SX_INLINE vf vf_pick_odd(vu q, vf even, vf odd)
{
    return _mm256_blendv_ps(even, odd, _mm256_castsi256_ps(_mm256_slli_epi32(q, 1)));
}
static SX_INLINE vf vf_flip_top(vf a, vu q) /* negates where the top bit is set */
{
    return _mm256_xor_ps(a, _mm256_and_ps(_mm256_castsi256_ps(q), _mm256_set1_ps(-0.0f)));
}

/* 64-bit phases */
static SX_INLINE vq vq_set(uint64_t x) { return _mm256_set1_epi64x((int64_t)x); }
static SX_INLINE vq vq_load_n(const uint64_t *p, int64_t n)
{
    if (n >= 4)
        return _mm256_loadu_si256((const void *)p);
    const vq index = _mm256_setr_epi64x(0, 1, 2, 3);
    return _mm256_maskload_epi64((const void *)p, _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), index));
}
static SX_INLINE vq vq_add(vq a, vq b) { return _mm256_add_epi64(a, b); }
static SX_INLINE vq vq_sub(vq a, vq b) { return _mm256_sub_epi64(a, b); }
static SX_INLINE vq vq_xor(vq a, vq b) { return _mm256_xor_si256(a, b); }
static SX_INLINE vq vq_or(vq a, vq b) { return _mm256_or_si256(a, b); }
static SX_INLINE vq vq_shl(vq a, int n) { return _mm256_slli_epi64(a, n); }
static SX_INLINE vq vq_shr(vq a, int n) { return _mm256_srli_epi64(a, n); }
static SX_INLINE vq vq_mul32(vq a, vq b) { return _mm256_mul_epu32(a, b); } /* of the low 32 bits */
/* a + 1 where sum < addend, the carry of a sum that has just been made */
static SX_INLINE vq vq_add_carry(vq a, vq sum, vq addend)
{
    vq top = vq_set(UINT64_C(1) << 63); /* the comparison is signed */
    return vq_sub(a, _mm256_cmpgt_epi64(vq_xor(addend, top), vq_xor(sum, top)));
}

/* 8-bit integers */
static SX_INLINE vf vf_load_i8(const int8_t *p)
{
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const void *)p)));
}
static SX_INLINE vf vf_load_i8_n(const int8_t *p, int64_t n)
{
    uint64_t bytes = 0;
    for (int64_t i = 0; i < n && i < 8; i++)
        bytes |= (uint64_t)(uint8_t)p[i] << (8 * i);
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_cvtsi64_si128((int64_t)bytes)));
}

/* which of at most 8 coordinates each lane takes */
static SX_INLINE uint64_t sx_bytes(const uint8_t *p, int64_t n) /* the first n, at most 8, without reading beyond */
{
    uint64_t bytes = 0;
    for (int64_t i = 0; i < n; i++)
        bytes |= (uint64_t)p[i] << (8 * i);
    return bytes;
}
static SX_INLINE vu vu_widen_n(const uint8_t *p, int64_t n)
{
    return _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)sx_bytes(p, n < 8 ? n : 8)));
}
static SX_INLINE vq vq_widen_n(const uint8_t *p, int64_t n)
{
    return _mm256_cvtepu8_epi64(_mm_cvtsi64_si128((int64_t)sx_bytes(p, n < 4 ? n : 4)));
}
static SX_INLINE vf vf_pick(const float *of, vu which) { return _mm256_permutevar8x32_ps(_mm256_loadu_ps(of), which); }
static SX_INLINE vq vq_pick(const int64_t *of, vq which)
{
    return _mm256_i64gather_epi64((const long long *)(const void *)of, which, 8);
}

/* doubles */
static SX_INLINE vd vd_set(double x) { return _mm256_set1_pd(x); }
static SX_INLINE vd vd_mul(vd a, vd b) { return _mm256_mul_pd(a, b); }
static SX_INLINE vd vd_add(vd a, vd b) { return _mm256_add_pd(a, b); }
static SX_INLINE vd vd_sub(vd a, vd b) { return _mm256_sub_pd(a, b); }
static SX_INLINE vd vd_fma(vd a, vd b, vd c) { return _mm256_fmadd_pd(a, b, c); }
static SX_INLINE vd vd_fms(vd a, vd b, vd c) { return _mm256_fmsub_pd(a, b, c); }
static SX_INLINE vd vd_from_bits(vq a) { return _mm256_castsi256_pd(a); }
static SX_INLINE vq vq_from_bits(vd a) { return _mm256_castpd_si256(a); }
static SX_INLINE vd vd_from_i64(vq a) /* rounded once: both words are exact doubles, their sum is not */
{
    /* the low word under the exponent of 2^52, the high word (sign bit turned over) under that of 2^84 */
    vq low = _mm256_blend_epi32(a, vq_from_bits(vd_set(0x1p52)), 0xaa);
    vq high = vq_xor(vq_shr(a, 32), vq_from_bits(vd_set(0x1p84 + 0x1p63)));
    return vd_add(vd_sub(vd_from_bits(high), vd_set(0x1p84 + 0x1p63 + 0x1p52)), vd_from_bits(low));
}

/* between whole vectors of floats or u32 and their halves */
static SX_INLINE vd vd_half(vf a, int half)
{
    return _mm256_cvtps_pd(half ? _mm256_extractf128_ps(a, 1) : _mm256_castps256_ps128(a));
}
static SX_INLINE vf vf_join(const vd *h) { return _mm256_set_m128(_mm256_cvtpd_ps(h[1]), _mm256_cvtpd_ps(h[0])); }
static SX_INLINE vu vu_join_low(const vq *h) { return (vu)vf_split_even((vf)h[0], (vf)h[1]); }
static SX_INLINE vu vu_join_high(const vq *h) { return (vu)vf_split_odd((vf)h[0], (vf)h[1]); }

/* what attention needs besides: comparisons, distances, sums over a vector, a square of vectors turned */
#define SX_TILE_VECTORS 2 /* vectors of keys in a panel, of columns in a step */
static SX_INLINE vf vf_div(vf a, vf b) { return _mm256_div_ps(a, b); }
static SX_INLINE vf vf_max(vf a, vf b) { return _mm256_max_ps(a, b); } /* b if there is a NaN */
static SX_INLINE vf vf_abs(vf a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
static SX_INLINE vf vf_below(vf x, float limit, vf then, vf other) /* x < limit ? then : other */
{
    return _mm256_blendv_ps(other, then, _mm256_cmp_ps(x, _mm256_set1_ps(limit), _CMP_LT_OQ));
}
static SX_INLINE vf vf_with_sign(vf a, vf of) /* a >= 0 */
{
    return _mm256_or_ps(a, _mm256_and_ps(of, _mm256_set1_ps(-0.0f)));
}
/* a * 2^n, t being n added to 1.5 * 2^23; no overflow, no underflow */
static SX_INLINE vf vf_times_power(vf a, vf t)
{
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a), _mm256_slli_epi32(_mm256_castps_si256(t), 23)));
}
static SX_INLINE vf vf_distance(int32_t first) /* |first|, |first + 1|, ... */
{
    const vu lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cvtepi32_ps(_mm256_abs_epi32(_mm256_add_epi32(_mm256_set1_epi32(first), lane)));
}
static SX_INLINE float vf_greatest(vf a)
{
    __m128 q = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    q = _mm_max_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_max_ss(q, _mm_movehdup_ps(q)));
}
static SX_INLINE float vf_total(vf a)
{
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_movehdup_ps(q)));
}
static SX_INLINE void vf_turn(vf *a)
{
    vf b[8];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        b[2 * i] = _mm256_unpacklo_ps(a[2 * i], a[2 * i + 1]);
        b[2 * i + 1] = _mm256_unpackhi_ps(a[2 * i], a[2 * i + 1]);
    }
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++) {
        a[4 * i] = _mm256_shuffle_ps(b[4 * i], b[4 * i + 2], 0x44);
        a[4 * i + 1] = _mm256_shuffle_ps(b[4 * i], b[4 * i + 2], 0xee);
        a[4 * i + 2] = _mm256_shuffle_ps(b[4 * i + 1], b[4 * i + 3], 0x44);
        a[4 * i + 3] = _mm256_shuffle_ps(b[4 * i + 1], b[4 * i + 3], 0xee);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        b[i] = _mm256_permute2f128_ps(a[i], a[i + 4], 0x20);
        b[i + 4] = _mm256_permute2f128_ps(a[i], a[i + 4], 0x31);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
        a[i] = b[i];
}

static SX_INLINE void sx_stream_fence(void) { _mm_sfence(); }

#endif
