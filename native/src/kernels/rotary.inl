/*
 * Rotation of the heads of some tokens, a line of them at a time: the heads of a token, or the tokens of a head.
 *
 * Where pairs are not a multiple of a group, the last group is moved back over the one before it: both are loaded
 * before either is stored, so the elements they share are written twice with the same bits, and every access is a
 * whole vector. Only a head with fewer pairs than a group needs part of a vector.
 */
#include <stddef.h>

#include "kernels/kernels.h"

typedef struct shape {
    load_fn *load;
    finish_fn *finish;
    int64_t size;      /* bytes of an element */
    int64_t apart;     /* bytes from a pair to the next where it is read, */
    int64_t apart_out; /* and where it is written */
    int vectors;       /* of cosines in a group */
    int order;         /* of a row */
    variant how;
} shape;

static SX_INLINE void row_load(vf *c, vf *s, const float *cosines, const float *sines, int vectors)
{
    for (int v = 0; v < vectors; v++) {
        c[v] = vf_load(cosines + v * SX_LANES);
        s[v] = vf_load(sines + v * SX_LANES);
    }
}

/* the rows of a group, and of its second elements where those have their own, `seconds` floats further on */
static SX_INLINE void rows_load(vf *c, vf *s, const float *cosines, const float *sines, int64_t seconds, shape k)
{
    row_load(c, s, cosines, sines, k.vectors);
    if (k.how.second)
        row_load(c + k.how.second, s + k.how.second, cosines + seconds, sines + seconds, k.vectors);
}

/* elements outside the slice, when the output is another tensor */
static void copy(uint16_t *out, const uint16_t *in, int64_t halves)
{
    for (; halves >= 2 * SX_LANES; halves -= 2 * SX_LANES, in += 2 * SX_LANES, out += 2 * SX_LANES)
        vu_store(out, vu_load(in));
    if (halves > 0)
        vu_store_n(out, vu_load_n(in, halves), halves);
}

static __attribute__((noinline)) void copy_rest(const sx_rotary_job *job, int64_t size)
{
    const int64_t after = job->head_dim - job->after;
    for (int64_t t = 0; t < job->tokens; t++)
        for (int64_t h = 0; h < job->heads; h++) {
            const char *in = (const char *)job->in + (t * job->in_token + h * job->in_head) * size;
            char *out = (char *)job->out + (t * job->out_token + h * job->out_head) * size;
            copy((void *)out, (const void *)in, job->before * size / 2);
            copy((void *)(out + after * size), (const void *)(in + after * size), job->after * size / 2);
        }
}

/* slices of one tensor at equal distances: the heads of a token, which share a row, or the tokens of a head */
typedef struct line {
    const char *in;
    char *out;
    int64_t in_step, out_step; /* bytes */
    int64_t count;
    const float *const *rows; /* one, or one for each */
    int64_t sines;            /* the sines begin so many floats after the cosines, */
    int64_t seconds;          /* rows of second elements so many after those of the first, */
    int64_t last;             /* and what a last group that was moved back needs so many after any of them */
    int64_t half, pairs;
    const char *asked; /* memory to ask for on the way: at this distance ahead of `in` */
    int64_t ask;       /* so many bytes for each slice; 0 for none */
} line;

/* between its multiplications the hardware does not look far enough ahead by itself */
static SX_INLINE void ask(const char *from, int64_t bytes)
{
    for (int64_t i = 0; i < bytes; i += 64)
        __builtin_prefetch(from + i, 0, 3);
}

static SX_INLINE void next(line *l)
{
    ask(l->asked, l->ask);
    l->in += l->in_step, l->out += l->out_step, l->asked += l->in_step;
    l->count--;
}

/* a whole group and what is left after it */
static SX_INLINE void last_two(const char *in, char *out, int64_t half, int64_t back, shape k, const vf *c, const vf *s,
                               const vf *c_last, const vf *s_last)
{
    const int64_t group = k.vectors * SX_LANES;
    const loaded x = k.load(in, half, group), y = k.load(in + back * k.apart, half, group);
    k.finish(x, out, half, c, s, group, k.how);
    k.finish(y, out + back * k.apart_out, half, c_last, s_last, group, k.how);
}

/* any number of pairs; rows are read as they are needed */
static SX_INLINE void line_any(line l, int shared, shape k)
{
    const int64_t group = k.vectors * SX_LANES, rest = l.pairs % group, apart = group * k.apart,
                  apart_out = group * k.apart_out;
    const int64_t whole = l.pairs / group - (rest != 0);
    vf c[2 * MAX_VECTORS], s[2 * MAX_VECTORS], c_last[2 * MAX_VECTORS], s_last[2 * MAX_VECTORS];
    for (const float *const *row = l.rows; l.count > 0; next(&l), row += !shared) {
        const float *cosines = *row, *sines = *row + l.sines;
#pragma GCC ivdep
        for (int64_t g = 0; g < whole; g++) {
            rows_load(c, s, cosines + g * group, sines + g * group, l.seconds, k);
            k.finish(k.load(l.in + g * apart, l.half, group), l.out + g * apart_out, l.half, c, s, group, k.how);
        }
        if (whole < 0) {
            rows_load(c, s, cosines, sines, l.seconds, k);
            k.finish(k.load(l.in, l.half, rest), l.out, l.half, c, s, rest, k.how);
        } else if (rest > 0) {
            rows_load(c, s, cosines + whole * group, sines + whole * group, l.seconds, k);
            rows_load(c_last, s_last, cosines + l.last, sines + l.last, l.seconds, k);
            last_two(l.in + whole * apart, l.out + whole * apart_out, l.half, rest, k, c, s, c_last, s_last);
        }
    }
}

/* a constant number of whole groups, laid out in full; a shared row stays in registers */
static SX_INLINE void line_of(line l, int groups, int shared, shape k)
{
    const int64_t half = l.half;
    const int64_t group = k.vectors * SX_LANES, rest = l.pairs % group;
    const int64_t apart = group * k.apart, apart_out = group * k.apart_out;
    vf c[SX_KEPT_VECTORS], s[SX_KEPT_VECTORS], c_last[MAX_VECTORS], s_last[MAX_VECTORS];
    for (int first = 1; l.count > 0; next(&l), l.rows += !shared, first = 0) {
        if (first || !shared) {
            row_load(c, s, *l.rows, *l.rows + l.sines, groups * k.vectors);
            row_load(c_last, s_last, *l.rows + l.last, *l.rows + l.sines + l.last, k.vectors);
        }
#pragma GCC unroll 16
        for (int g = 0; g < groups - 1; g++)
            k.finish(k.load(l.in + g * apart, half, group), l.out + g * apart_out, half, c + g * k.vectors,
                     s + g * k.vectors, group, k.how);
        const int g = groups - 1;
        if (rest == 0)
            k.finish(k.load(l.in + g * apart, half, group), l.out + g * apart_out, half, c + g * k.vectors,
                     s + g * k.vectors, group, k.how);
        else
            last_two(l.in + g * apart, l.out + g * apart_out, half, rest, k, c + g * k.vectors, s + g * k.vectors,
                     c_last, s_last);
    }
}

static SX_INLINE void line_best(line l, int shared, shape k)
{
    if (k.how.second) {
        line_any(l, shared, k);
        return;
    }
    switch (l.pairs / (k.vectors * SX_LANES) * k.vectors) {
#define KEPT(n)                                                                                                        \
    case n:                                                                                                            \
        if (n % k.vectors != 0)                                                                                        \
            break;                                                                                                     \
        line_of(l, n / k.vectors, shared, k);                                                                          \
        return;
        SX_KEPT(KEPT)
#undef KEPT
    default: break;
    }
    line_any(l, shared, k);
}

/* [token][head]: what is asked for is a later head of the same token, or of the next */
static SX_INLINE void heads_of_tokens(line l, const sx_rotary_job *job, shape k)
{
    const int64_t in_token = job->in_token * k.size, out_token = job->out_token * k.size;
    l.in_step = job->in_head * k.size, l.out_step = job->out_head * k.size;
    l.count = job->heads;
    l.asked = l.in + (l.in_step > 0 ? SX_AHEAD_BYTES / l.in_step * l.in_step : 0);
    for (int64_t t = 0; t < job->tokens; t++) {
        line_best(l, 1, k);
        l.in += in_token, l.out += out_token, l.asked += in_token, l.rows++;
    }
}

/* [head][token]: the run of a head is short, so what is asked for is the run of a head some runs later */
static SX_INLINE void tokens_of_heads(line l, const sx_rotary_job *job, shape k)
{
    const int64_t in_head = job->in_head * k.size, out_head = job->out_head * k.size;
    l.in_step = job->in_token * k.size, l.out_step = job->out_token * k.size;
    l.count = job->tokens;
    const int64_t run = l.count * l.in_step, runs = 1 + SX_AHEAD_BYTES / (run + 1);
    const char *first = l.in;
    for (int64_t h = 0; h < job->heads; h++) {
        const int64_t later = h + runs;
        l.asked = first + later % job->heads * in_head + later / job->heads * run;
        line_best(l, 0, k);
        l.in += in_head, l.out += out_head;
    }
}

static SX_INLINE void sweep(const sx_rotary_job *job, shape k)
{
    const int64_t begin = job->offset * k.size;
    const int64_t group = k.vectors * SX_LANES, whole = job->pairs / group * group;
    line l = {.in = (const char *)job->in + begin + job->first * k.apart,
              .out = (char *)job->out + begin + job->first * k.apart_out,
              .rows = job->rows,
              .sines = job->sines,
              .seconds = job->seconds,
              .half = job->half,
              .pairs = job->pairs,
              .ask = job->far ? 2 * job->pairs * k.size : 0};
    l.last = whole == job->pairs ? 0 : k.order == NATURAL_ORDER ? job->pairs - group : whole;
    if (job->tokens > 1 && job->out_head > job->out_token)
        tokens_of_heads(l, job, k);
    else
        heads_of_tokens(l, job, k);
    if (job->in != job->out && job->before + job->after > 0)
        copy_rest(job, k.size);
}

#define KERNEL(name, dtype, pairing, bytes, apart, apart_out, vectors, order, ...)                                     \
    void SX_NAME(name)(const sx_rotary_job *job)                                                                       \
    {                                                                                                                  \
        sweep(job, (shape){load_##pairing##_##dtype,                                                                   \
                           finish_##pairing##_##dtype,                                                                 \
                           bytes,                                                                                      \
                           apart,                                                                                      \
                           apart_out,                                                                                  \
                           vectors,                                                                                    \
                           order,                                                                                      \
                           {__VA_ARGS__}});                                                                            \
    }
#define KERNELS(dtype, pairing, bytes, apart, apart_out, vectors, order)                                               \
    KERNEL(sx_rotary_##dtype##_##pairing, dtype, pairing, bytes, apart, apart_out, vectors, order, NULL, 0)            \
    KERNEL(sx_rotary_##dtype##_##pairing##_elements, dtype, pairing, bytes, apart, apart_out, vectors, order, NULL,    \
           vectors)
#define KERNELS_16(dtype, pairing, apart, apart_out, vectors, order)                                                   \
    KERNELS(dtype, pairing, 2, apart, apart_out, vectors, order)                                                       \
    KERNEL(sx_rotary_##dtype##_##pairing##_products, dtype, pairing, 2, apart, apart_out, vectors, order,              \
           vf_round_##dtype, 0)
KERNELS(f32, half, 4, 4, 4, 1, NATURAL_ORDER)
KERNELS(f32, interleaved, 4, 8, 8, 1, SHUFFLED_ORDER)
KERNELS(f32, inout, 4, 8, 4, 1, NATURAL_ORDER)
KERNELS(f32, outin, 4, 4, 8, 1, NATURAL_ORDER)
KERNELS_16(f16, half, 2, 2, 1, NATURAL_ORDER)
KERNELS_16(f16, interleaved, 4, 4, 1, SHUFFLED_ORDER)
KERNELS_16(f16, inout, 4, 2, 1, NATURAL_ORDER)
KERNELS_16(f16, outin, 2, 4, 1, NATURAL_ORDER)
KERNELS_16(bf16, half, 2, 2, 2, SPLIT_ORDER)
KERNELS_16(bf16, interleaved, 4, 4, 1, NATURAL_ORDER)
KERNELS_16(bf16, inout, 4, 2, 1, NATURAL_ORDER)
KERNELS_16(bf16, outin, 2, 4, 1, NATURAL_ORDER)
