/* What the loops of attention and its kernels promise each other. */
#ifndef SX_ATTENTION_H
#define SX_ATTENTION_H

#include <stddef.h>

#include "kernels/kernels.h"
#include "maths.h"
#include "structure.h"

/* Rows of a tile of scores: query rows of all heads that share a head of keys, head by head. */
#define SX_TILE_ROWS 192

typedef struct sx_attention_job {
    const sx_attention_plan *plan;
    const sx_attention_call *call;
    const sx_sequence *sequences;
    const char *q;
    const char *k;
    const char *v;
    char *out;
    float *lse;
    const float *dense;
    const float *skew;
    const uint8_t *mask;
    const float *row_scale;
    const int32_t *query_documents;
    const int32_t *key_documents;
    const int32_t *query_blocks;
    const int32_t *key_blocks;
    const int32_t *pages;
    const int32_t *indptr;
    const float *norms;
    float *workspace;
    int64_t *tiles;
    sx_convert_fn *widen;  /* queries to floats */
    sx_convert_fn *narrow; /* floats to the type of out */
    int64_t q_size;        /* bytes of an element */
    int64_t kv_size;
} sx_attention_job;

/* an independent piece of work */
typedef struct sx_unit {
    int64_t sequence;
    int64_t kv_head;
    int64_t head;    /* first query head */
    int64_t heads;   /* how many of them */
    int64_t query;   /* first query row */
    int64_t queries; /* how many; heads * queries <= SX_TILE_ROWS */
    int64_t key;     /* keys [key, key_end) of the sequence */
    int64_t key_end;
    float *partial; /* where sums go that are not whole yet, else null */
} sx_unit;

/* how a thread's workspace is divided, in floats */
typedef struct sx_attention_space {
    int64_t value_dim; /* columns of a value, rounded up to whole vectors of every instruction set */
    int64_t scores;    /* [rows][keys] */
    int64_t keys;      /* packed, [keys][k_dim] in panels */
    int64_t values;    /* [keys] in panels of columns, value_dim of them and what the last panel has more */
    int64_t sums;      /* [rows][value_dim] */
    int64_t row;       /* numbers of each row */
    int64_t places;    /* where keys and values of this tile and the next stand */
    int64_t floats;
} sx_attention_space;

/* where keys [first, last) of a tile stand, counted from its first key */
typedef struct sx_tile_rows {
    const char *row[SX_ATTENTION_KEYS];
    int64_t first;
    int64_t last;
} sx_tile_rows;

typedef struct sx_row_state {
    float most; /* greatest score */
    float sum;  /* of e^(s - most) */
    float norm; /* of the scaled query, squared */
    float slope;
} sx_row_state;

static inline sx_attention_space sx_space_of(const sx_attention_plan *plan)
{
    sx_attention_space s = {.value_dim = (plan->v_dim + 15) / 16 * 16};
    s.scores = SX_TILE_ROWS * (int64_t)plan->k_dim; /* queries come first */
    s.keys = s.scores + SX_TILE_ROWS * SX_ATTENTION_KEYS;
    s.values = s.keys + SX_ATTENTION_KEYS * (int64_t)plan->k_dim;
    s.sums = s.values + SX_ATTENTION_KEYS * ((plan->v_dim + 63) / 64 * 64);
    s.row = s.sums + SX_TILE_ROWS * s.value_dim;
    s.places = s.row + SX_TILE_ROWS * (int64_t)(sizeof(sx_row_state) / sizeof(float));
    s.floats = s.places + 4 * (int64_t)(sizeof(sx_tile_rows) / sizeof(float));
    return s;
}

/* element at which a head of a token of queries or of out begins */
static inline int64_t sx_head_at(const sx_heads *of, int64_t b, int64_t h, int64_t t)
{
    return of->origin + b * of->batch_stride + t * of->token_stride + h * of->head_stride;
}

/* element at which token x of sequence b of a cache begins, kv head 0 */
static inline int64_t sx_cached(const sx_attention_call *call, const sx_heads *h, const int32_t *pages,
                                const int32_t *indptr, int64_t b, int64_t x)
{
    if (call->page_slots == 0)
        return h->origin + b * h->batch_stride + x * h->token_stride;
    const int64_t list =
        call->pages_origin + (indptr != NULL ? (int64_t)indptr[call->indptr_origin + b] : b * call->pages_batch_stride);
    return h->origin + pages[list + x / call->page_slots] * h->batch_stride + x % call->page_slots * h->token_stride;
}

static inline int64_t sx_row_value(const sx_row_values *of, int64_t b, int64_t h, int64_t t)
{
    return of->origin + b * of->batch_stride + h * of->head_stride + t * of->token_stride;
}

static inline int64_t sx_score_value(const sx_score_values *of, int64_t b, int64_t h, int64_t i, int64_t j)
{
    return of->origin + b * of->batch_stride + h * of->head_stride + i * of->query_stride + j * of->key_stride;
}

/* a head as floats */
static inline void sx_read_head(float *to, const void *base, int64_t at, int64_t size, int64_t count,
                                sx_convert_fn *widen)
{
    const sx_convert_job job = {.in = (const char *)base + at * size, .out = to, .count = count, .runs = 1};
    widen(&job);
}

/* what the call multiplies the scores of a query row by */
static inline float sx_row_scale(const sx_attention_call *call, const float *row_scale, int64_t b, int64_t t)
{
    return row_scale == NULL ? 1.0f
                             : row_scale[call->row_scale.origin + b * call->row_scale.batch_stride +
                                         t * call->row_scale.token_stride];
}

/* whether something is null that bias and structure of the plan read from each call */
static inline int sx_lacks(const sx_attention_plan *plan, const float *dense, const uint8_t *mask,
                           const int32_t *query_documents, const int32_t *key_documents, const int32_t *query_blocks,
                           const int32_t *key_blocks)
{
    return (plan->dense && dense == NULL) || (plan->mask && mask == NULL) ||
           (plan->documents && (query_documents == NULL || key_documents == NULL)) ||
           (plan->blocks && (query_blocks == NULL || key_blocks == NULL));
}

/* numbers of a head in the plan's table, null where it has none */
static inline const float *sx_table_of(const sx_attention_plan *plan, int64_t h)
{
    return plan->bias == SX_BIAS_TOEPLITZ ? plan->table + h * (plan->last - plan->first + 1) : NULL;
}

/* slope of a head, 0 where the plan has none */
static inline float sx_slope_of(const sx_attention_plan *plan, int64_t b, int64_t h)
{
    if (plan->bias != SX_BIAS_LINEAR)
        return 0.0f;
    return plan->slopes[(plan->slope_batches > 1 ? b * plan->query_heads : 0) + h];
}

/* writes out and lse of one row from its sums; o is overwritten */
void sx_attention_write(const sx_attention_job *job, int64_t b, int64_t h, int64_t i, float *o, double most,
                        double sum);

typedef void sx_attention_fn(const sx_attention_job *job, const sx_unit *unit);

/* adds the plan's bias to scores of `keys` neighbouring keys of one row, in floats; hides what is outside its span */
typedef void sx_bias_fn(const sx_attention_plan *plan, float *s, float slope, const float *table, sx_seen span,
                        int64_t p, int64_t keys);

typedef struct sx_attention_kernel {
    const char *name;
    int32_t isa;
    int32_t kv_dtype;
    sx_attention_fn *unit;
    sx_bias_fn *bias;
} sx_attention_kernel;

const sx_attention_kernel *sx_find_attention(int32_t isa, int32_t kv_dtype);
int32_t sx_is_attention(const void *kernel);

SX_FOR_EACH_ISA(sx_bias_fn, sx_bias_f32)
#define SX_ATTENTION(dtype, DTYPE) SX_FOR_EACH_ISA(sx_attention_fn, sx_attention_##dtype)
#include "kernels/kernels.inc"

#endif
