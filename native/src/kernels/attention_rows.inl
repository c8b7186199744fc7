/* Passes over one row of a tile of scores: skew, softcap, bias, structure, and the exponentials. */
#include "attention.h"

#define MAGIC 12582912.0f /* 1.5 * 2^23: what is added to it is rounded to an integer */
#define LOWEST (-3.40282347e38f)
#define HIDDEN (-__builtin_inff())

/* e^x for x <= 0, a relative error of about 1e-7; 0 below -87; polynomial fitted to (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2 */
static SX_INLINE vf exp_of(vf x)
{
    const vf t = vf_fma(x, vf_set(1.44269504f), vf_set(MAGIC)), n = vf_sub(t, vf_set(MAGIC));
    const vf r = vf_fma(n, vf_set(2.12194440e-4f), vf_fma(n, vf_set(-0.693359375f), x));
    vf p = vf_fma(vf_set(0.001381446491f), r, vf_set(0.008368780836f));
    p = vf_fma(p, r, vf_set(0.041668392718f));
    p = vf_fma(p, r, vf_set(0.166665196419f));
    p = vf_fma(p, r, vf_set(0.499999940395f));
    p = vf_fma(vf_fma(p, r, vf_set(1.0f)), r, vf_set(1.0f));
    return vf_times_power(p, t);
}

/* tanh, an error of a few units in the last place; polynomial fitted to (tanh(x) / x - 1) / x^2 for |x| <= 0.625 */
static SX_INLINE vf tanh_of(vf x)
{
    const vf a = vf_abs(x), z = vf_mul(a, a);
    vf p = vf_fma(vf_set(0.005696046166f), z, vf_set(-0.011677321047f));
    p = vf_fma(p, z, vf_set(0.022912686691f));
    p = vf_fma(p, z, vf_set(-0.054119687527f));
    p = vf_fma(p, z, vf_set(0.133340939879f));
    p = vf_fma(p, z, vf_set(-0.333333402872f));
    const vf small = vf_fma(vf_mul(p, z), a, a);
    /* 1 - 2 e^-2a / (1 + e^-2a); beyond 20 it is 1, a NaN stays one */
    const vf within = vf_below(vf_sub(vf_set(0.0f), a), -20.0f, vf_set(20.0f), a);
    const vf e = exp_of(vf_mul(within, vf_set(-2.0f)));
    const vf large = vf_sub(vf_set(1.0f), vf_div(vf_add(e, e), vf_add(vf_set(1.0f), e)));
    return vf_with_sign(vf_below(a, 0.625f, small, vf_below(within, 21.0f, large, a)), x);
}

static SX_INLINE void cap_row(float *s, int64_t first, int64_t last, float cap)
{
    const float inverse = 1.0f / cap;
    for (int64_t x = first; x < last; x += SX_LANES)
        vf_store(s + x, vf_mul(vf_set(cap), tanh_of(vf_mul(vf_load(s + x), vf_set(inverse)))));
}

static SX_INLINE void linear_row(float *s, int64_t first, int64_t last, float slope, int64_t distance)
{
    for (int64_t x = first; x < last; x += SX_LANES)
        vf_store(s + x, vf_sub(vf_load(s + x), vf_mul(vf_set(slope), vf_distance((int32_t)(distance + x)))));
}

/* `distance` is that of the tile's first key */
static SX_INLINE void table_row(float *s, int64_t first, int64_t last, const float *table, int64_t distance,
                                int64_t lowest, int64_t highest)
{
    for (int64_t x = first; x < last; x += SX_LANES) {
        const int64_t d = distance + x;
        if (d >= lowest && d + SX_LANES - 1 <= highest) {
            vf_store(s + x, vf_add(vf_load(s + x), vf_load(table + (d - lowest))));
        } else if (d + SX_LANES - 1 <= lowest || d >= highest) {
            vf_store(s + x, vf_add(vf_load(s + x), vf_set(table[d >= highest ? highest - lowest : 0])));
        } else {
            for (int64_t i = 0; i < SX_LANES; i++)
                s[x + i] += table[sx_within(d + i, lowest, highest) - lowest];
        }
    }
}

/* numbers [first, last) of a tensor of the caller; a bias of minus infinity hides its key whatever the score is */
static SX_INLINE void dense_row(float *s, int64_t first, int64_t last, const float *of, int64_t stride, int hides)
{
    int64_t x = first;
    for (; stride == 1 && x + SX_LANES <= last; x += SX_LANES) {
        const vf d = vf_load(of + x), sum = vf_add(vf_load(s + x), d);
        vf_store(s + x, hides ? vf_below(d, LOWEST, vf_set(HIDDEN), sum) : sum);
    }
    for (; x < last; x++) {
        const float d = of[x * stride];
        s[x] = hides && d < LOWEST ? HIDDEN : s[x] + d;
    }
}

static SX_INLINE void hide(float *s, int64_t from, int64_t to)
{
    for (int64_t x = from; x < to; x++)
        s[x] = HIDDEN;
}

/* hides what is outside the span of the row, and beside [first, last) in the vectors from `left` to `right` */
static SX_INLINE void span_row(float *s, int64_t left, int64_t right, int64_t first, int64_t last, sx_seen span,
                               int64_t tile)
{
    const int64_t head = sx_within(span.head - tile, first, last), from = sx_within(span.from - tile, head, last),
                  to = sx_within(span.to - tile, head, last);
    hide(s, left, first);
    hide(s, head, from > head ? from : head);
    hide(s, to > from ? to : from, last);
    hide(s, last, right);
}

/* sums that were made with a lower greatest score */
static SX_INLINE void scale_sums(sx_row_state *state, float *sums, int64_t columns, float shift)
{
    float factor[SX_LANES];
    vf_store(factor, vf_below(vf_set(shift), -87.0f, vf_set(0.0f), exp_of(vf_set(shift))));
    state->sum *= factor[0];
    for (int64_t d = 0; d < columns; d += SX_LANES)
        vf_store(sums + d, vf_mul(vf_load(sums + d), vf_set(factor[0])));
}

/*
 * Scores [first, last), whole vectors, to weights e^(s - most) with the running sum of a row; sums of values so far are brought to the new
 * greatest score. With `mark` hidden keys get -0, which no other weight is. Returns 0 if the row sees none of these keys.
 */
static SX_INLINE int weigh_row(float *s, int64_t first, int64_t last, sx_row_state *state, float *sums, int64_t columns,
                               int mark)
{
    vf best = vf_set(HIDDEN);
    for (int64_t x = first; x < last; x += SX_LANES)
        best = vf_max(vf_load(s + x), best);
    float most = vf_greatest(best);
    if (most < LOWEST) { /* nothing, or nothing but NaN */
        int seen = 0;
        for (int64_t x = first; x < last; x++)
            seen |= s[x] != s[x];
        if (!seen) {
            for (int64_t x = first; x < last; x += SX_LANES)
                vf_store(s + x, vf_set(-0.0f));
            return 0;
        }
        most = 0.0f;
    }
    if (most < state->most)
        most = state->most;
    const vf shift = vf_set(most);
    vf sum[2] = {vf_set(0.0f), vf_set(0.0f)};
    int turn = 0;
    for (int64_t x = first; x < last; x += SX_LANES, turn ^= 1) {
        const vf score = vf_load(s + x), below = vf_sub(score, shift);
        const vf none = mark ? vf_below(score, LOWEST, vf_set(-0.0f), vf_set(0.0f)) : vf_set(0.0f);
        const vf weight = vf_below(below, -87.0f, none, vf_below(below, 1.0f, exp_of(below), below)); /* or a NaN */
        sum[turn] = vf_add(sum[turn], weight);
        vf_store(s + x, weight);
    }
    float total = vf_total(vf_add(sum[0], sum[1]));
    if (state->sum != 0.0f) {
        if (most != state->most)
            scale_sums(state, sums, columns, state->most - most);
        total += state->sum;
    }
    state->sum = total;
    state->most = most;
    return 1;
}
