/*
 * Rows merged with embeddings:  e,  scale * x + e,  or  x * (1 + e),  each product and each sum rounded once.
 *
 * A step is 2 * SX_LANES columns, two vectors of values. Where sines and cosines alternate (woven) the two are a vector of sines and
 * one of cosines: floats and f16 are woven, and bf16 needs nothing, because a 32-bit lane is an even and an odd column. Columns that
 * stand in a row are as they should be for floats and f16, and are split into even and odd ones for bf16.
 */
#include "kernels/kernels.h"

#define ADD_PLAIN (SX_MERGE_MULTIPLY + 1) /* scale is 1: the product is x */

typedef struct two {
    vf a, b;
} two;

/* two vectors of sines and cosines, or of columns that stand in a row, as a step of the type wants them */
static SX_INLINE two arranged(vf a, vf b, int woven, int by_lane)
{
    if (woven && !by_lane)
        return (two){vf_weave_low(a, b), vf_weave_high(a, b)};
    if (!woven && by_lane)
        return (two){vf_split_even(a, b), vf_split_odd(a, b)};
    return (two){a, b};
}

/* values of n columns, n < a step only at the end of a row */
static SX_INLINE two values(const float *e, int64_t cosines, int64_t n, int woven, int by_lane)
{
    if (woven) {
        const int64_t waves = (n + 1) / 2;
        return arranged(n >= 2 * SX_LANES ? vf_load(e) : vf_load_n(e, waves),
                        n >= 2 * SX_LANES ? vf_load(e + cosines) : vf_load_n(e + cosines, waves), 1, by_lane);
    }
    return arranged(n >= SX_LANES ? vf_load(e) : vf_load_n(e, n),
                    n >= 2 * SX_LANES ? vf_load(e + SX_LANES) : vf_load_n(e + SX_LANES, beyond(n)), 0, by_lane);
}

static SX_INLINE vf merged(int merge, vf x, vf e, vf scale)
{
    if (merge == ADD_PLAIN)
        return vf_add(x, e);
    if (merge == SX_MERGE_ADD)
        return vf_add(vf_mul(scale, x), e);
    return vf_mul(x, vf_add(vf_set(1.0f), e));
}

/* one step: n columns of one row */
typedef void merge_step_fn(const void *x, void *out, two v, vf scale, int64_t n, int merge, int stream);

#define MERGE_STEP(dtype, type, stream_one)                                                                            \
    static SX_INLINE void merge_step_##dtype(const void *x, void *out, two v, vf scale, int64_t n, int merge,          \
                                             int stream)                                                               \
    {                                                                                                                  \
        if (merge != SX_MERGE_FILL) {                                                                                  \
            v.a = merged(merge, load_##dtype(x, n), v.a, scale);                                                       \
            v.b = merged(merge, load_##dtype((const type *)x + SX_LANES, beyond(n)), v.b, scale);                      \
        }                                                                                                              \
        if (stream) {                                                                                                  \
            stream_one(out, v.a);                                                                                      \
            stream_one((type *)out + SX_LANES, v.b);                                                                   \
        } else {                                                                                                       \
            store_##dtype(out, v.a, n);                                                                                \
            store_##dtype((type *)out + SX_LANES, v.b, beyond(n));                                                     \
        }                                                                                                              \
    }
MERGE_STEP(f32, float, vf_stream)
MERGE_STEP(f16, uint16_t, vf_stream_f16)

static SX_INLINE void merge_step_bf16(const void *x, void *out, two v, vf scale, int64_t n, int merge, int stream)
{
    if (merge != SX_MERGE_FILL) {
        const vu lanes = load_lanes(x, n);
        v.a = merged(merge, vf_low_bf16(lanes), v.a, scale);
        v.b = merged(merge, vf_high_bf16(lanes), v.b, scale);
    }
    if (stream)
        vu_stream(out, vu_pack_bf16(v.a, v.b));
    else
        store_lanes(out, vu_pack_bf16(v.a, v.b), n);
}

/* what a type is for the loops */
typedef struct merge_type {
    merge_step_fn *step;
    int64_t size; /* bytes of an element */
    int by_lane;  /* a vector of even and one of odd columns */
} merge_type;

static SX_INLINE int merge_of(const sx_merge_job *job)
{
    return job->merge == SX_MERGE_ADD && job->scale == 1.0f ? ADD_PLAIN : job->merge;
}

/* rows that are there already */
static SX_INLINE void merge_rows(const sx_merge_job *job, merge_type type, int merge, int woven, int stream)
{
    const vf scale = vf_set(job->scale);
    const int64_t whole = 2 * SX_LANES, steps = job->columns / whole, rest = job->columns % whole;
    const int64_t advance = woven ? SX_LANES : whole, apart = whole * type.size, cosines = job->cosines;
    for (int64_t t = 0; t < job->tokens; t++) {
        const float *e = job->rows[t] + job->skip;
        const char *x = (const char *)job->x + t * job->x_stride * type.size;
        char *out = (char *)job->out + t * job->out_stride * type.size;
        for (int64_t i = 0; i < steps; i++)
            type.step(x + i * apart, out + i * apart, values(e + i * advance, cosines, whole, woven, type.by_lane),
                      scale, whole, merge, stream);
        if (rest > 0)
            type.step(x + steps * apart, out + steps * apart,
                      values(e + steps * advance, cosines, rest, woven, type.by_lane), scale, rest, merge, 0);
    }
}

static SX_INLINE void merge_any(const sx_merge_job *job, merge_type type, int woven)
{
    switch (merge_of(job)) {
    case ADD_PLAIN: merge_rows(job, type, ADD_PLAIN, woven, 0); break;
    case SX_MERGE_ADD: merge_rows(job, type, SX_MERGE_ADD, woven, 0); break;
    case SX_MERGE_MULTIPLY: merge_rows(job, type, SX_MERGE_MULTIPLY, woven, 0); break;
    default:
        if (job->stream)
            merge_rows(job, type, SX_MERGE_FILL, woven, 1);
        else
            merge_rows(job, type, SX_MERGE_FILL, woven, 0);
        break;
    }
}

/*
 * Rows merged as they are made, MOST_COLUMNS vectors of waves at a time, all rows of them before the next: no tile between the two, and
 * memory moves while the multipliers work. Plain addition is laid out by itself; the other merges are told apart in every step,
 * and the code of a row is there three times and not ten.
 */
static SX_INLINE void merge_made_as(const sx_rows_job *made, const sx_merge_job *job, merge_type type, int recipe,
                                    int merge, int woven, int stream, int plain)
{
    const vf scale = vf_set(job->scale);
    const int64_t whole = 2 * SX_LANES, in_row = job->x_stride * type.size, out_row = job->out_stride * type.size;
    const int64_t second =
        (woven ? whole : job->cosines) * type.size; /* from the first step of a row to its other one */
    for (int64_t j = 0; j < made->pairs; j += whole) {
        column_set k;
        k.plain = plain;
        open_columns(&k, made, recipe, 0, MOST_COLUMNS, j, whole);
        const char *x = (const char *)job->x + (woven ? 2 * j : j) * type.size;
        char *out = (char *)job->out + (woven ? 2 * j : j) * type.size;
        for (int64_t r = 0; r < made->rows; r++, x += in_row, out += out_row) {
            vf s[MOST_COLUMNS], c[MOST_COLUMNS];
            if (job->ask != 0) {
                ask(x + job->ask, whole * type.size);
                ask(x + job->ask + second, whole * type.size);
            }
            next_row(&k, made, recipe, 0, MOST_COLUMNS, r, s, c);
            two first, other;
            if (woven) {
                first = arranged(s[0], c[0], 1, type.by_lane);
                other = arranged(s[1], c[1], 1, type.by_lane);
            } else {
                first = arranged(s[0], s[1], 0, type.by_lane);
                other = arranged(c[0], c[1], 0, type.by_lane);
            }
            if (stream) {
                type.step(x, out, first, scale, whole, SX_MERGE_FILL, 1);
                type.step(x + second, out + second, other, scale, whole, SX_MERGE_FILL, 1);
            } else {
                type.step(x, out, first, scale, whole, merge, 0);
                type.step(x + second, out + second, other, scale, whole, merge, 0);
            }
        }
    }
}

static SX_INLINE void merge_made(const sx_rows_job *made, const sx_merge_job *job, merge_type type, int recipe)
{
    const int plain = made->cos_factor == 1.0f && made->sin_factor == 1.0f, merge = merge_of(job);
    if (merge == ADD_PLAIN && plain && job->woven)
        merge_made_as(made, job, type, recipe, ADD_PLAIN, 1, 0, 1);
    else if (merge == ADD_PLAIN && plain)
        merge_made_as(made, job, type, recipe, ADD_PLAIN, 0, 0, 1);
    else
        merge_made_as(made, job, type, recipe, merge, job->woven, job->stream, plain);
}

#define ADDITIVE(dtype, size, by_lane)                                                                                 \
    void SX_NAME(sx_additive_##dtype)(const sx_merge_job *job)                                                         \
    {                                                                                                                  \
        if (job->woven)                                                                                                \
            merge_any(job, (merge_type){merge_step_##dtype, size, by_lane}, 1);                                        \
        else                                                                                                           \
            merge_any(job, (merge_type){merge_step_##dtype, size, by_lane}, 0);                                        \
    }                                                                                                                  \
    void SX_NAME(sx_waves_##dtype##_exact)(const sx_rows_job *made, const sx_merge_job *job)                           \
    {                                                                                                                  \
        merge_made(made, job, (merge_type){merge_step_##dtype, size, by_lane}, SX_ROWS_EXACT);                         \
    }                                                                                                                  \
    void SX_NAME(sx_waves_##dtype##_fast)(const sx_rows_job *made, const sx_merge_job *job)                            \
    {                                                                                                                  \
        merge_made(made, job, (merge_type){merge_step_##dtype, size, by_lane}, SX_ROWS_FAST);                          \
    }
ADDITIVE(f32, 4, 0)
ADDITIVE(f16, 2, 0)
ADDITIVE(bf16, 2, 1)
