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
    vd frequency[MOST_HALVES];                     /* REAL */
    vq axis[MOST_HALVES];                          /* which coordinate drives a pair: all but FLOAT32, */
    vu axis_single[MOST_COLUMNS];                  /* FLOAT32 */
    int plain;                                     /* both factors are 1: EXACT and FAST save the products */
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
static SX_INLINE void turn(vu q, vf sine, vf cosine, const sx_rows_job *job, int plain, vf *s, vf *c)
{
    *c = vf_flip_top(vf_pick_odd(q, cosine, sine), vu_add(q, vu_set(UINT32_C(1) << 30)));
    *s = vf_flip_top(vf_pick_odd(q, sine, cosine), q);
    if (plain)
        return;
    *c = vf_mul(*c, vf_set(job->cos_factor));
    *s = vf_mul(*s, vf_set(job->sin_factor));
}

/* half a quadrant more: rounds to the nearest */
static SX_INLINE vu quadrant_of(const vq *hi) { return vu_add(vu_join_high(hi), vu_set(UINT32_C(1) << 29)); }

/* position * frequency mod 2^128, |position| < 2^32; a negative position negates in two's complement */
static SX_INLINE void seek(int n, column_set *k, const vq *position)
{
    for (int i = 0; i < n; i++) {
        const vq one = vq_shr(position[i], 63), sign = vq_sub(vq_set(0), one);
        const vq times = vq_add(vq_xor(position[i], sign), one);
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
static SX_INLINE void seek_fast(int n, column_set *k, const vq *position)
{
    for (int i = 0; i < n; i++) {
        const vq hi = k->step_hi[i], times = position[i];
        vq upper = vq_add(vq_mul32(vq_shr(hi, 32), times), vq_mul32(hi, vq_shr(times, 32)));
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
        turn(quadrant[v], vf_join(sine + h), vf_join(cosine + h), job, k->plain, &s[v], &c[v]);
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
        turn(quadrant[v], sine, cosine, job, k->plain, &s[v], &c[v]);
    }
}

/* an angle in radians to the nearest quarter turn, whose count is in the low bits of the result, and the rest in turns */
static SX_INLINE vq reduce(vd a, vd *r)
{
    vd t = vd_mul(a, vd_set(SX_INV_2PI_HIGH));
    vd e = vd_fms(a, vd_set(SX_INV_2PI_HIGH), t);
    vd nearest = vd_fma(t, vd_set(4.0), vd_set(0x1.8p52));
    vd u = vd_fma(vd_sub(nearest, vd_set(0x1.8p52)), vd_set(-0.25), t);
    *r = vd_add(u, vd_fma(a, vd_set(SX_INV_2PI_LOW), e));
    return vq_from_bits(nearest);
}

static SX_INLINE void reduced_row(int columns, const vd *angle, const sx_rows_job *job, vf *s, vf *c)
{
    const int n = columns * SX_HALVES;
    vd r[MOST_HALVES], sine[MOST_HALVES], cosine[MOST_HALVES];
    vq quarters[MOST_HALVES];
    for (int i = 0; i < n; i++)
        quarters[i] = reduce(angle[i], &r[i]);
    sine_cosine(n, r, sine, cosine);
    for (int v = 0; v < columns; v++) {
        const int h = v * SX_HALVES;
        turn(vu_shl(vu_join_low(quarters + h), 30), vf_join(sine + h), vf_join(cosine + h), job, 0, &s[v], &c[v]);
    }
}

/* the angle is a float on purpose; what follows is as exact as for phases */
static SX_INLINE void float32_row(int columns, const column_set *k, const sx_rows_job *job, int by_axis, int64_t r,
                                  vf *s, vf *c)
{
    vd angle[MOST_HALVES];
    for (int v = 0; v < columns; v++) {
        const vf position = by_axis ? vf_pick(job->of_axis[r].single, k->axis_single[v]) : vf_set((float)job->reals[r]);
        const vf a = vf_mul(position, k->inverse[v]);
        for (int h = 0; h < SX_HALVES; h++)
            angle[v * SX_HALVES + h] = vd_half(a, h);
    }
    reduced_row(columns, angle, job, s, c);
}

static SX_INLINE void real_row(int columns, const column_set *k, const sx_rows_job *job, int by_axis, int64_t r, vf *s,
                               vf *c)
{
    vd angle[MOST_HALVES];
    for (int i = 0; i < columns * SX_HALVES; i++) {
        const vd position = by_axis ? vd_from_bits(vq_pick(job->of_axis[r].whole, k->axis[i])) : vd_set(job->reals[r]);
        angle[i] = vd_mul(position, k->frequency[i]);
    }
    reduced_row(columns, angle, job, s, c);
}
