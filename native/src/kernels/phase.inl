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
 * The rows of one or two vectors of pairs are made one after the other, because frequencies and phases then stay in
 * registers and consecutive positions cost one addition. Two vectors go side by side, operation by operation: a
 * polynomial is one long chain, and processors do not look far enough ahead to find the next one by themselves.
 */
#include "coefficients.h"
#include "kernels/kernels.h"

#define MOST_COLUMNS 2
#define MOST_HALVES (MOST_COLUMNS * SX_HALVES)

/* what `columns` vectors of pairs keep from row to row; vector v has halves v * SX_HALVES and on */
typedef struct column_set {
    vq step_hi[MOST_HALVES], step_lo[MOST_HALVES]; /* frequencies */
    vq hi[MOST_HALVES], lo[MOST_HALVES];           /* phases of the next row */
    vf inverse[MOST_COLUMNS];                      /* FLOAT32 */
} column_set;

static SX_INLINE void horner(int n, vd *sum, const vd *z, double coefficient)
{
    for (int i = 0; i < n; i++)
        sum[i] = vd_fma(sum[i], z[i], vd_set(coefficient));
}

static SX_INLINE void sine_cosine(int n, const vd *r, vd *sine, vd *cosine)
{
    vd z[MOST_HALVES], q[MOST_HALVES], w[MOST_HALVES];
    for (int i = 0; i < n; i++)
        z[i] = vd_mul(r[i], r[i]), q[i] = vd_set(SX_S6), w[i] = vd_set(SX_C6);
    horner(n, q, z, SX_S5);
    horner(n, w, z, SX_C5);
    horner(n, q, z, SX_S4);
    horner(n, w, z, SX_C4);
    horner(n, q, z, SX_S3);
    horner(n, w, z, SX_C3);
    horner(n, q, z, SX_S2);
    horner(n, w, z, SX_C2);
    horner(n, q, z, SX_S1);
    horner(n, w, z, SX_C1);
    horner(n, q, z, SX_S0_LOW);
    for (int i = 0; i < n; i++)
        q[i] = vd_mul(r[i], q[i]);
    for (int i = 0; i < n; i++)
        cosine[i] = vd_fma(z[i], w[i], vd_set(1.0));
    for (int i = 0; i < n; i++)
        sine[i] = vd_fma(r[i], vd_set(SX_S0), q[i]);
}

/* the two top bits of q are the quadrant; signs and magnitude are exact on what is already rounded to float */
static SX_INLINE void turn(vu q, vf sine, vf cosine, const sx_rows_job *job, vf *s, vf *c)
{
    *c = vf_flip_top(vf_pick_odd(q, cosine, sine), vu_add(q, vu_set(UINT32_C(1) << 30)));
    *s = vf_flip_top(vf_pick_odd(q, sine, cosine), q);
    *c = vf_mul(*c, vf_set(job->cos_factor));
    *s = vf_mul(*s, vf_set(job->sin_factor));
}

/* half a quadrant more: rounds to the nearest */
static SX_INLINE vu quadrant_of(const vq *hi) { return vu_add(vu_join_high(hi), vu_set(UINT32_C(1) << 29)); }

/* position * frequency mod 2^128, |position| < 2^32; a negative position negates in two's complement */
static SX_INLINE void seek(int n, column_set *k, int64_t position)
{
    const vq sign = vq_set(position < 0 ? ~UINT64_C(0) : 0), one = vq_set(position < 0);
    const vq times = vq_set(position < 0 ? 0 - (uint64_t)position : (uint64_t)position);
    for (int i = 0; i < n; i++) {
        const vq lo = k->step_lo[i], hi = k->step_hi[i];
        vq middle = vq_mul32(vq_shr(lo, 32), times);
        vq raised = vq_shl(middle, 32);
        vq low = vq_add(vq_mul32(lo, times), raised);
        vq high = vq_add(vq_mul32(hi, times), vq_shl(vq_mul32(vq_shr(hi, 32), times), 32));
        high = vq_add_carry(vq_add(high, vq_shr(middle, 32)), low, raised);
        k->lo[i] = vq_add(vq_xor(low, sign), one);
        k->hi[i] = vq_add_carry(vq_xor(high, sign), k->lo[i], one);
    }
}

static SX_INLINE void step(int n, column_set *k)
{
    for (int i = 0; i < n; i++) {
        k->lo[i] = vq_add(k->lo[i], k->step_lo[i]);
        k->hi[i] = vq_add_carry(vq_add(k->hi[i], k->step_hi[i]), k->lo[i], k->step_lo[i]);
    }
}

/* FAST takes the top word alone: the products of the low word, carry included, are left out */
static SX_INLINE void seek_fast(int n, column_set *k, int64_t position)
{
    const vq times = vq_set((uint64_t)position & UINT32_MAX), above = vq_set((uint64_t)position >> 32);
    for (int i = 0; i < n; i++) {
        const vq hi = k->step_hi[i];
        vq upper = vq_add(vq_mul32(vq_shr(hi, 32), times), vq_mul32(hi, above));
        k->hi[i] = vq_add(vq_mul32(hi, times), vq_shl(upper, 32));
    }
}

static SX_INLINE void step_fast(int n, column_set *k)
{
    for (int i = 0; i < n; i++)
        k->hi[i] = vq_add(k->hi[i], k->step_hi[i]);
}

static SX_INLINE void exact_row(int columns, column_set *k, const sx_rows_job *job, vf *s, vf *c)
{
    const int n = columns * SX_HALVES;
    vd r[MOST_HALVES], sine[MOST_HALVES], cosine[MOST_HALVES];
    vu quadrant[MOST_COLUMNS];
    for (int i = 0; i < n; i++) {
        /* below the two top bits, signed: hi * 4 is r * 2^66, rounded here to 53 bits as the recipe wants; */
        vd top = vd_from_i64(vq_shl(k->hi[i], 2));
        /* 52 bits of lo keep what matters of a remainder close to 0: they are put under the exponent of 2^-64 */
        vd tail = vd_sub(vd_from_bits(vq_or(vq_shr(k->lo[i], 12), vq_from_bits(vd_set(0x1p-64)))), vd_set(0x1p-64));
        r[i] = vd_fma(top, vd_set(0x1p-66), tail);
    }
    for (int v = 0; v < columns; v++)
        quadrant[v] = quadrant_of(k->hi + v * SX_HALVES);
    step(n, k); /* before the long chains, so that the next row can begin beside them */
    sine_cosine(n, r, sine, cosine);
    for (int v = 0; v < columns; v++) {
        const int h = v * SX_HALVES;
        turn(quadrant[v], vf_join(sine + h), vf_join(cosine + h), job, &s[v], &c[v]);
    }
}

static SX_INLINE void horner_fast(int n, vf *sum, const vf *z, float coefficient)
{
    for (int i = 0; i < n; i++)
        sum[i] = vf_fma(sum[i], z[i], vf_set(coefficient));
}

static SX_INLINE void fast_row(int columns, column_set *k, const sx_rows_job *job, vf *s, vf *c)
{
    const int n = columns;
    vf r[MOST_COLUMNS], z[MOST_COLUMNS], q[MOST_COLUMNS], w[MOST_COLUMNS];
    vu quadrant[MOST_COLUMNS];
    for (int v = 0; v < n; v++) {
        vq below[SX_HALVES];
        for (int h = 0; h < SX_HALVES; h++)
            below[h] = vq_shr(k->hi[v * SX_HALVES + h], 30);
        r[v] = vf_mul(vf_from_i32(vu_join_low(below)), vf_set(0x1p-34f));
        quadrant[v] = quadrant_of(k->hi + v * SX_HALVES);
        z[v] = vf_mul(r[v], r[v]), q[v] = vf_set(SX_FS3), w[v] = vf_set(SX_FC4);
    }
    step_fast(n * SX_HALVES, k);
    horner_fast(n, q, z, SX_FS2);
    horner_fast(n, w, z, SX_FC3);
    horner_fast(n, q, z, SX_FS1);
    horner_fast(n, w, z, SX_FC2);
    horner_fast(n, q, z, SX_FS0_LOW);
    horner_fast(n, w, z, SX_FC1);
    for (int v = 0; v < n; v++) {
        vf sine = vf_fma(r[v], vf_set(SX_FS0), vf_mul(r[v], q[v]));
        vf cosine = vf_fma(z[v], w[v], vf_set(1.0f));
        turn(quadrant[v], sine, cosine, job, &s[v], &c[v]);
    }
}

/* the angle is a float on purpose; what follows is as exact as for phases */
static SX_INLINE void float32_row(int columns, const column_set *k, int64_t position, const sx_rows_job *job, vf *s,
                                  vf *c)
{
    const int n = columns * SX_HALVES;
    vd r[MOST_HALVES], sine[MOST_HALVES], cosine[MOST_HALVES];
    vu quadrant[MOST_COLUMNS];
    for (int v = 0; v < columns; v++) {
        vq whole[SX_HALVES];
        const vf angle = vf_mul(vf_set((float)position), k->inverse[v]);
        for (int h = 0; h < SX_HALVES; h++) {
            const int i = v * SX_HALVES + h;
            vd a = vd_half(angle, h);
            vd t = vd_mul(a, vd_set(SX_INV_2PI_HIGH));
            vd e = vd_fms(a, vd_set(SX_INV_2PI_HIGH), t);
            vd nearest = vd_fma(t, vd_set(4.0), vd_set(0x1.8p52)); /* the integer stands in the low bits */
            whole[h] = vq_from_bits(nearest);
            vd u = vd_fma(vd_sub(nearest, vd_set(0x1.8p52)), vd_set(-0.25), t);
            r[i] = vd_add(u, vd_fma(a, vd_set(SX_INV_2PI_LOW), e));
        }
        quadrant[v] = vu_shl(vu_join_low(whole), 30);
    }
    sine_cosine(n, r, sine, cosine);
    for (int v = 0; v < columns; v++) {
        const int h = v * SX_HALVES;
        turn(quadrant[v], vf_join(sine + h), vf_join(cosine + h), job, &s[v], &c[v]);
    }
}

static SX_INLINE void open_columns(column_set *k, const sx_rows_job *job, int recipe, int columns, int64_t j, int64_t n)
{
    if (recipe == SX_ROWS_FLOAT32) {
        for (int v = 0; v < columns; v++)
            k->inverse[v] = n >= SX_LANES ? vf_load(job->inverse + j + v * SX_LANES) : vf_load_n(job->inverse + j, n);
        return;
    }
    for (int i = 0; i < columns * SX_HALVES; i++) {
        const int64_t skip = i * (SX_LANES / SX_HALVES);
        k->step_hi[i] = vq_load_n(job->fraction_hi + j + skip, n - skip);
        if (recipe == SX_ROWS_EXACT)
            k->step_lo[i] = vq_load_n(job->fraction_lo + j + skip, n - skip);
    }
}

static SX_INLINE void next_row(column_set *k, const sx_rows_job *job, int recipe, int columns, int64_t r, vf *s, vf *c)
{
    const int n = columns * SX_HALVES;
    const int64_t *listed = job->positions;
    if (recipe == SX_ROWS_FLOAT32) {
        float32_row(columns, k, listed ? listed[r] : job->start + r, job, s, c);
    } else if (recipe == SX_ROWS_FAST) {
        if (listed)
            seek_fast(n, k, listed[r]);
        fast_row(columns, k, job, s, c);
    } else {
        if (listed)
            seek(n, k, listed[r]);
        exact_row(columns, k, job, s, c);
    }
}

enum { STORE_PART, STORE_WHOLE, STORE_STREAM };

static SX_INLINE void store(float *out, vf value, int64_t n, int how)
{
    if (how == STORE_STREAM)
        vf_stream(out, value);
    else if (how == STORE_WHOLE)
        vf_store(out, value);
    else
        vf_store_n(out, value, n);
}

/* all rows of pairs [j, j + n), which fill `columns` vectors, or with STORE_PART a part of one */
static SX_INLINE void some_columns(const sx_rows_job *job, int recipe, int64_t j, int64_t n, int columns, int how)
{
    column_set k;
    open_columns(&k, job, recipe, columns, j, n);
    if (recipe == SX_ROWS_EXACT)
        seek(columns * SX_HALVES, &k, job->start);
    if (recipe == SX_ROWS_FAST)
        seek_fast(columns * SX_HALVES, &k, job->start);
    float *cos = job->cos + j, *sin = job->sin + j;
    for (int64_t r = 0; r < job->rows; r++, cos += job->stride, sin += job->stride) {
        vf s[MOST_COLUMNS], c[MOST_COLUMNS];
        next_row(&k, job, recipe, columns, r, s, c);
        for (int v = 0; v < columns; v++)
            store(cos + v * SX_LANES, c[v], n, how);
        for (int v = 0; v < columns; v++)
            store(sin + v * SX_LANES, s[v], n, how);
    }
}

static SX_INLINE void rows(const sx_rows_job *job, int recipe)
{
    const int64_t both = MOST_COLUMNS * SX_LANES;
    int64_t j = 0;
    if (job->stream)
        for (; j + both <= job->pairs; j += both)
            some_columns(job, recipe, j, both, MOST_COLUMNS, STORE_STREAM);
    for (; j + both <= job->pairs; j += both)
        some_columns(job, recipe, j, both, MOST_COLUMNS, STORE_WHOLE);
    if (j + SX_LANES <= job->pairs) {
        some_columns(job, recipe, j, SX_LANES, 1, STORE_WHOLE);
        j += SX_LANES;
    }
    if (j < job->pairs)
        some_columns(job, recipe, j, job->pairs - j, 1, STORE_PART);
    if (job->stream)
        sx_stream_fence(); /* another thread may read the table as soon as it has the plan */
}

#define SX_ROWS(recipe, RECIPE)                                                                                        \
    void SX_NAME(sx_rows_f32_##recipe)(const sx_rows_job *job) { rows(job, RECIPE); }
#include "kernels/kernels.inc"
