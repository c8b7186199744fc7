/*
 * Binding a rotary plan, and the loops over batches and tiles of tokens. No vectors here.
 *
 * A tile is the rows of some consecutive tokens, made once and used by every head of them: the same few KiB of stack
 * serve layouts whose heads are together ([token][head]) and those whose tokens are ([head][token]).
 */
#include <stddef.h>

#include "kernels/kernels.h"
#include "rows.h"

#define FAR_BYTES (INT64_C(1) << 19) /* more than this is not in a near cache, or will not stay there */
#define FAR_TOKENS 2

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static int in_range(int32_t value, int32_t first, int32_t last) { return value >= first && value <= last; }

int32_t sx_rotary_bind(sx_rotary_plan *plan)
{
    if (plan == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_rotary_plan))
        return SX_E_SIZE;
    if (!in_range(plan->isa, SX_ISA_SCALAR, SX_ISA_AVX512) || !in_range(plan->dtype, SX_F32, SX_BF16) ||
        !in_range(plan->pairing, SX_HALF_SPLIT, SX_INOUT) || !in_range(plan->recipe, SX_ROWS_EXACT, SX_ROWS_TABLE))
        return SX_E_ARGUMENT;
    if (plan->pairs < 1 || plan->offset < 0 ||
        (int64_t)plan->offset + 2 * (int64_t)plan->pairs > (int64_t)plan->head_dim)
        return SX_E_ARGUMENT;
    switch (plan->recipe) {
    case SX_ROWS_FLOAT32:
        if (plan->inverse == NULL)
            return SX_E_NULL;
        break;
    case SX_ROWS_TABLE:
        if (plan->table == NULL)
            return SX_E_NULL;
        if (plan->table_rows < 1)
            return SX_E_ARGUMENT;
        break;
    default: /* FAST has no use for the low words, but a plan that lacks them is half made */
        if (plan->fraction_hi == NULL || plan->fraction_lo == NULL)
            return SX_E_NULL;
        break;
    }
    if (sx_isa_reason(plan->isa)[0] != '\0')
        return SX_E_ISA;
    const sx_rotary_kernel *kernel = sx_find_rotary(plan->isa, plan->dtype, plan->pairing);
    if (kernel == NULL)
        return SX_E_UNSUPPORTED;
    plan->kernel = kernel;
    return SX_OK;
}

const char *sx_rotary_kernel_name(const sx_rotary_plan *plan)
{
    if (plan == NULL || !sx_is_rotary(plan->kernel))
        return "";
    return ((const sx_rotary_kernel *)plan->kernel)->name;
}

/* what a call works with */
typedef struct work {
    const sx_rotary_plan *plan;
    const sx_rotary_call *call;
    const sx_rotary_kernel *kernel;
    const void *ids;
    int32_t far; /* the tensors are larger than near caches */
} work;

/* tokens [first, first + tokens) of a batch, pairs [pair, pair + pairs) of each head */
typedef struct span {
    int64_t batch, first, tokens;
    int64_t pair, pairs;
    int64_t padded; /* pairs in whole groups of the kernel */
} span;

typedef struct tile {
    _Alignas(64) float floats[SX_TILE_FLOATS];
    const float *rows[SX_TILE_TOKENS];
    int64_t positions[SX_TILE_TOKENS];
    int64_t sines; /* from a cosine to its sine */
} tile;

static void fill_from_table(tile *to, const work *w, const span *at)
{
    const sx_rotary_plan *plan = w->plan;
    const int in_place = w->kernel->natural && at->pairs >= w->kernel->group && !w->call->inverse;
    to->sines = in_place ? plan->pairs : at->padded;
    for (int64_t t = 0; t < at->tokens; t++) {
        /* the caller checked the ids; if they changed since, the rotation is wrong but stays inside the table */
        const int64_t position = (uint64_t)to->positions[t] < (uint64_t)plan->table_rows ? to->positions[t] : 0;
        const float *cosines = plan->table + position * 2 * plan->pairs + at->pair;
        float *row = to->floats + t * 2 * at->padded;
        to->rows[t] = in_place ? cosines : row;
        if (!in_place)
            w->kernel->arrange(row, row + at->padded, cosines, cosines + plan->pairs, at->pairs,
                               w->call->inverse ? -1.0f : 1.0f);
    }
}

/* the rows of a span, in kernel order */
static void fill(tile *to, const work *w, const span *at)
{
    const sx_rotary_call *call = w->call;
    const sx_positions from = {w->ids, call->ids_kind, call->start,
                               call->ids_origin + at->batch * call->ids_batch_stride};
    const int consecutive = sx_positions_read(&from, at->first, at->tokens, to->positions);
    if (w->plan->recipe == SX_ROWS_TABLE) {
        fill_from_table(to, w, at);
        return;
    }
    sx_rows_job job = sx_rows_job_of(w->plan, at->pair, at->pairs, to->positions, at->tokens, consecutive);
    job.cos = to->floats;
    job.sin = to->floats + at->padded;
    job.stride = 2 * at->padded;
    if (call->inverse)
        job.sin_factor = -job.sin_factor;
    w->kernel->make[w->plan->recipe](&job);
    to->sines = at->padded;
    for (int64_t t = 0; t < at->tokens; t++) {
        float *row = to->floats + t * 2 * at->padded;
        to->rows[t] = row;
        if (!w->kernel->natural)
            w->kernel->arrange(row, row + at->padded, row, row + at->padded, at->pairs, 1.0f);
    }
}

static int64_t first_element(const sx_heads *heads, const span *at)
{
    return heads->origin + at->batch * heads->batch_stride + at->first * heads->token_stride;
}

/* the heads of one tensor over a span */
static void rotate(const work *w, const tile *rows, const span *at, const void *in, void *out, const sx_heads *from,
                   const sx_heads *to)
{
    if (from->heads == 0)
        return;
    const int64_t size = w->kernel->element;
    const sx_rotary_job job = {
        .in = (const char *)in + first_element(from, at) * size,
        .out = (char *)out + first_element(to, at) * size,
        .rows = rows->rows,
        .sines = rows->sines,
        .tokens = at->tokens,
        .heads = from->heads,
        .in_token = from->token_stride,
        .in_head = from->head_stride,
        .out_token = to->token_stride,
        .out_head = to->head_stride,
        .first = at->pair,
        .pairs = at->pairs,
        .half = w->plan->pairs,
        .offset = w->plan->offset,
        .head_dim = w->plan->head_dim,
        .far = w->far,
    };
    w->kernel->rotate(&job);
}

static int32_t check(const sx_rotary_plan *plan, const sx_rotary_call *call, const void *q, const void *q_out,
                     const void *k, const void *k_out, const void *ids)
{
    if (plan == NULL || call == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_rotary_plan) || call->size != sizeof(sx_rotary_call))
        return SX_E_SIZE;
    if (!sx_is_rotary(plan->kernel))
        return SX_E_UNBOUND;
    if (!in_range(call->ids_kind, SX_IDS_START, SX_IDS_I64) || !in_range(call->inverse, 0, 1) ||
        !in_range(call->in_place, 0, 3) || call->batches < 0 || call->tokens < 0 || call->q_in.heads < 0 ||
        call->k_in.heads < 0)
        return SX_E_ARGUMENT;
    if (call->q_in.heads > 0 && (q == NULL || q_out == NULL))
        return SX_E_NULL;
    if (call->k_in.heads > 0 && (k == NULL || k_out == NULL))
        return SX_E_NULL;
    if (call->ids_kind != SX_IDS_START && ids == NULL)
        return SX_E_NULL;
    if (plan->pairing == SX_INOUT && call->in_place != 0)
        return SX_E_ARGUMENT;
    return SX_OK;
}

/*
 * Tokens of a tile. Heads of a token together: few, because while rows are made no memory moves but what was asked for.
 * Tokens of a head together: as many as fit, because each head gives only so long a run of memory.
 */
static int64_t tile_tokens(const work *w, int64_t padded)
{
    if (w->call->tokens == 1)
        return 1;
    const sx_heads *q = &w->call->q_in, *k = &w->call->k_in;
    const int runs = q->head_stride > q->token_stride || (w->call->k_in.heads > 0 && k->head_stride > k->token_stride);
    return least(SX_TILE_FLOATS / (2 * padded), w->far && !runs ? FAR_TOKENS : SX_TILE_TOKENS);
}

int32_t sx_rotary_apply(const sx_rotary_plan *plan, const sx_rotary_call *call, const void *q, void *q_out,
                        const void *k, void *k_out, const void *ids)
{
    const int32_t status = check(plan, call, q, q_out, k, k_out, ids);
    if (status != SX_OK)
        return status;
    const int64_t heads = call->q_in.heads + call->k_in.heads;
    const sx_rotary_kernel *kernel = plan->kernel;
    work w = {plan, call, kernel, ids, 0};
    w.far = call->batches * call->tokens * heads * 2 * plan->pairs * kernel->element > FAR_BYTES;
    tile rows;
    span at;
    for (at.batch = 0; at.batch < call->batches; at.batch++)
        for (at.first = 0; at.first < call->tokens; at.first += at.tokens)
            for (at.pair = 0; at.pair < plan->pairs; at.pair += at.pairs) {
                at.pairs = least(plan->pairs - at.pair, SX_BLOCK_PAIRS);
                at.padded = (at.pairs + kernel->group - 1) & -(int64_t)kernel->group; /* a power of 2 */
                if (at.pair == 0)
                    at.tokens = least(call->tokens - at.first, tile_tokens(&w, at.padded));
                fill(&rows, &w, &at);
                rotate(&w, &rows, &at, q, q_out, &call->q_in, call->in_place & 1 ? &call->q_in : &call->q_out);
                rotate(&w, &rows, &at, k, k_out, &call->k_in, call->in_place & 2 ? &call->k_in : &call->k_out);
            }
    return SX_OK;
}
