/*
 * Cosine and sine rows, from phases and not from radians.
 *
 * The phase of a pair is position * frequency as an unsigned fraction of a turn; it wraps by itself, so there is no
 * range reduction and no position is dearer than another. Its top bits, rounded, are the quadrant; what is left is
 * r in [-1/8, 1/8] turns, for which the polynomials of coefficients.h hold:
 *
 *     quadrant   0   1   2   3
 *     cos        C  -S  -C   S
 *     sin        S   C  -S  -C
 *
 * Rows of one vector of pairs are made one after the other, because frequencies and phases then stay in registers and
 * consecutive positions cost one addition.
 */
#include "coefficients.h"
#include "kernels/kernels.h"

/* phases of one vector of pairs, or with FLOAT32 the inverse frequencies */
typedef struct phases {
    vq hi[SX_HALVES], lo[SX_HALVES];
} phases;

static SX_INLINE void sine_cosine(vd r, vd *sine, vd *cosine)
{
    vd z = vd_mul(r, r);
    vd q = vd_fma(vd_set(SX_S6), z, vd_set(SX_S5));
    vd w = vd_fma(vd_set(SX_C6), z, vd_set(SX_C5));
    q = vd_fma(q, z, vd_set(SX_S4));
    w = vd_fma(w, z, vd_set(SX_C4));
    q = vd_fma(q, z, vd_set(SX_S3));
    w = vd_fma(w, z, vd_set(SX_C3));
    q = vd_fma(q, z, vd_set(SX_S2));
    w = vd_fma(w, z, vd_set(SX_C2));
    q = vd_fma(q, z, vd_set(SX_S1));
    w = vd_fma(w, z, vd_set(SX_C1));
    q = vd_fma(q, z, vd_set(SX_S0_LOW));
    *cosine = vd_fma(z, w, vd_set(1.0));
    *sine = vd_fma(r, vd_set(SX_S0), vd_mul(r, q));
}

/* the two top bits of q are the quadrant; signs and magnitude are exact on what is already rounded to float */
static SX_INLINE void turn(vu q, vf sine, vf cosine, const sx_rows_job *job, vf *s, vf *c)
{
    *c = vf_flip_top(vf_pick_odd(q, cosine, sine), vu_add(q, vu_set(UINT32_C(1) << 30)));
    *s = vf_flip_top(vf_pick_odd(q, sine, cosine), q);
    *c = vf_mul(*c, vf_set(job->cos_factor));
    *s = vf_mul(*s, vf_set(job->sin_factor));
}

static SX_INLINE void exact_row(const phases *p, const sx_rows_job *job, vf *s, vf *c)
{
    vd sine[SX_HALVES], cosine[SX_HALVES];
    for (int h = 0; h < SX_HALVES; h++) {
        /* below the two top bits, signed: hi * 4 is r * 2^66, rounded here to 53 bits as the recipe wants; */
        vd top = vd_from_i64(vq_shl(p->hi[h], 2));
        /* 52 bits of lo keep what matters of a remainder close to 0: they are put under the exponent of 2^-64 */
        vd tail = vd_sub(vd_from_bits(vq_or(vq_shr(p->lo[h], 12), vq_from_bits(vd_set(0x1p-64)))), vd_set(0x1p-64));
        sine_cosine(vd_fma(top, vd_set(0x1p-66), tail), &sine[h], &cosine[h]);
    }
    vu q = vu_add(vu_join_high(p->hi), vu_set(UINT32_C(1) << 29)); /* half a quadrant more: rounds to the nearest */
    turn(q, vf_join(sine), vf_join(cosine), job, s, c);
}

static SX_INLINE void fast_row(const phases *p, const sx_rows_job *job, vf *s, vf *c)
{
    vq below[SX_HALVES];
    for (int h = 0; h < SX_HALVES; h++)
        below[h] = vq_shr(p->hi[h], 30);
    vf r = vf_mul(vf_from_i32(vu_join_low(below)), vf_set(0x1p-34f));
    vf z = vf_mul(r, r);
    vf q = vf_fma(vf_set(SX_FS3), z, vf_set(SX_FS2));
    vf w = vf_fma(vf_set(SX_FC4), z, vf_set(SX_FC3));
    q = vf_fma(q, z, vf_set(SX_FS1));
    w = vf_fma(w, z, vf_set(SX_FC2));
    q = vf_fma(q, z, vf_set(SX_FS0_LOW));
    w = vf_fma(w, z, vf_set(SX_FC1));
    vf sine = vf_fma(r, vf_set(SX_FS0), vf_mul(r, q));
    vf cosine = vf_fma(z, w, vf_set(1.0f));
    turn(vu_add(vu_join_high(p->hi), vu_set(UINT32_C(1) << 29)), sine, cosine, job, s, c);
}

/* the angle is a float on purpose; what follows is as exact as for phases */
static SX_INLINE void float32_row(vf inverse, int64_t position, const sx_rows_job *job, vf *s, vf *c)
{
    vf angle = vf_mul(vf_set((float)position), inverse);
    vd sine[SX_HALVES], cosine[SX_HALVES];
    vq quadrant[SX_HALVES];
    for (int h = 0; h < SX_HALVES; h++) {
        vd a = vd_half(angle, h);
        vd t = vd_mul(a, vd_set(SX_INV_2PI_HIGH));
        vd e = vd_fms(a, vd_set(SX_INV_2PI_HIGH), t);
        vd k = vd_fma(t, vd_set(4.0), vd_set(0x1.8p52)); /* the nearest integer stands in the low bits */
        quadrant[h] = vq_from_bits(k);
        k = vd_sub(k, vd_set(0x1.8p52));
        vd u = vd_fma(k, vd_set(-0.25), t);
        sine_cosine(vd_add(u, vd_fma(a, vd_set(SX_INV_2PI_LOW), e)), &sine[h], &cosine[h]);
    }
    turn(vu_shl(vu_join_low(quadrant), 30), vf_join(sine), vf_join(cosine), job, s, c);
}

/* position * frequency mod 2^128, |position| < 2^32; a negative position negates in two's complement */
static SX_INLINE void seek(phases *p, const phases *frequency, int64_t position)
{
    const vq sign = vq_set(position < 0 ? ~UINT64_C(0) : 0), one = vq_set(position < 0);
    const vq times = vq_set(position < 0 ? 0 - (uint64_t)position : (uint64_t)position);
    for (int h = 0; h < SX_HALVES; h++) {
        const vq lo = frequency->lo[h], hi = frequency->hi[h];
        vq middle = vq_mul32(vq_shr(lo, 32), times);
        vq raised = vq_shl(middle, 32);
        vq low = vq_add(vq_mul32(lo, times), raised);
        vq high = vq_add(vq_mul32(hi, times), vq_shl(vq_mul32(vq_shr(hi, 32), times), 32));
        high = vq_add_carry(vq_add(high, vq_shr(middle, 32)), low, raised);
        p->lo[h] = vq_add(vq_xor(low, sign), one);
        p->hi[h] = vq_add_carry(vq_xor(high, sign), p->lo[h], one);
    }
}

static SX_INLINE void step(phases *p, const phases *frequency)
{
    for (int h = 0; h < SX_HALVES; h++) {
        p->lo[h] = vq_add(p->lo[h], frequency->lo[h]);
        p->hi[h] = vq_add_carry(vq_add(p->hi[h], frequency->hi[h]), p->lo[h], frequency->lo[h]);
    }
}

/* FAST takes the top word alone: the products of the low word, carry included, are left out */
static SX_INLINE void seek_fast(phases *p, const phases *frequency, int64_t position)
{
    const vq times = vq_set((uint64_t)position & UINT32_MAX), above = vq_set((uint64_t)position >> 32);
    for (int h = 0; h < SX_HALVES; h++) {
        const vq hi = frequency->hi[h];
        vq upper = vq_add(vq_mul32(vq_shr(hi, 32), times), vq_mul32(hi, above));
        p->hi[h] = vq_add(vq_mul32(hi, times), vq_shl(upper, 32));
    }
}

static SX_INLINE void step_fast(phases *p, const phases *frequency)
{
    for (int h = 0; h < SX_HALVES; h++)
        p->hi[h] = vq_add(p->hi[h], frequency->hi[h]);
}

/* what a vector of pairs keeps from row to row */
typedef struct column {
    phases frequency, phase;
    vf inverse;
} column;

static SX_INLINE void column_open(column *k, const sx_rows_job *job, int recipe, int64_t j, int64_t n)
{
    if (recipe == SX_ROWS_FLOAT32) {
        k->inverse = n == SX_LANES ? vf_load(job->inverse + j) : vf_load_n(job->inverse + j, n);
        return;
    }
    for (int h = 0; h < SX_HALVES; h++) {
        int64_t skip = h * (SX_LANES / SX_HALVES);
        k->frequency.hi[h] = vq_load_n(job->fraction_hi + j + skip, n - skip);
        if (recipe == SX_ROWS_EXACT)
            k->frequency.lo[h] = vq_load_n(job->fraction_lo + j + skip, n - skip);
    }
    if (recipe == SX_ROWS_EXACT)
        seek(&k->phase, &k->frequency, job->start);
    else
        seek_fast(&k->phase, &k->frequency, job->start);
}

static SX_INLINE void column_row(column *k, const sx_rows_job *job, int recipe, int64_t r, vf *s, vf *c)
{
    const int64_t *listed = job->positions;
    if (recipe == SX_ROWS_FLOAT32) {
        float32_row(k->inverse, listed ? listed[r] : job->start + r, job, s, c);
    } else if (recipe == SX_ROWS_FAST) {
        if (listed)
            seek_fast(&k->phase, &k->frequency, listed[r]);
        fast_row(&k->phase, job, s, c);
        step_fast(&k->phase, &k->frequency);
    } else {
        if (listed)
            seek(&k->phase, &k->frequency, listed[r]);
        exact_row(&k->phase, job, s, c);
        step(&k->phase, &k->frequency);
    }
}

enum { STORE_PART, STORE_WHOLE, STORE_STREAM };

static SX_INLINE void column_store(float *out, vf value, int64_t n, int how)
{
    if (how == STORE_STREAM)
        vf_stream(out, value);
    else if (how == STORE_WHOLE)
        vf_store(out, value);
    else
        vf_store_n(out, value, n);
}

/* all rows of `vectors` vectors of pairs from pair j on; n < SX_LANES of them with STORE_PART */
static SX_INLINE void columns(const sx_rows_job *job, int recipe, int64_t j, int64_t n, int vectors, int how)
{
    column k[SX_LINE_VECTORS];
    for (int v = 0; v < vectors; v++)
        column_open(&k[v], job, recipe, j + v * SX_LANES, n);
    float *cos = job->cos + j, *sin = job->sin + j;
    for (int64_t r = 0; r < job->rows; r++, cos += job->stride, sin += job->stride) {
        vf s[SX_LINE_VECTORS], c[SX_LINE_VECTORS];
        for (int v = 0; v < vectors; v++)
            column_row(&k[v], job, recipe, r, &s[v], &c[v]);
        /* a line is written whole, or a streaming store would go out in pieces */
        for (int v = 0; v < vectors; v++)
            column_store(cos + v * SX_LANES, c[v], n, how);
        for (int v = 0; v < vectors; v++)
            column_store(sin + v * SX_LANES, s[v], n, how);
    }
}

static SX_INLINE void rows(const sx_rows_job *job, int recipe)
{
    int64_t j = 0;
    if (job->stream)
        for (; j + SX_LINE_VECTORS * SX_LANES <= job->pairs; j += SX_LINE_VECTORS * SX_LANES)
            columns(job, recipe, j, SX_LANES, SX_LINE_VECTORS, STORE_STREAM);
    for (; j + SX_LANES <= job->pairs; j += SX_LANES)
        columns(job, recipe, j, SX_LANES, 1, STORE_WHOLE);
    if (j < job->pairs)
        columns(job, recipe, j, job->pairs - j, 1, STORE_PART);
}

#define SX_ROWS(recipe, RECIPE)                                                                                    \
    void SX_NAME(sx_rows_f32_##recipe)(const sx_rows_job *job)                                                     \
    {                                                                                                              \
        rows(job, RECIPE);                                                                                         \
    }
#include "kernels/kernels.inc"
