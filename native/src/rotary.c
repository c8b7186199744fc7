/* Binding a rotary plan, and the loops over batches and tiles of tokens. No vectors here. */
#include <stddef.h>

#include "kernels/kernels.h"
#include "tile.h"

#define FAR_BYTES (INT64_C(1) << 19) /* more than this is not in a near cache, or will not stay there */
#define FAR_TOKENS 2

/* an axis beyond the plan's would be read from beyond the caller's ids */
static int32_t check_axes(const sx_rotary_plan *plan)
{
    if (plan->axes == 1)
        return SX_OK;
    if (plan->axis_of_pair == NULL)
        return SX_E_NULL;
    for (int32_t j = 0; j < plan->pairs; j++)
        if (plan->axis_of_pair[j] >= plan->axes)
            return SX_E_ARGUMENT;
    return SX_OK;
}

static int32_t variant_of(const sx_rotary_plan *plan)
{
    const int32_t rounding = plan->dtype == SX_F32 ? SX_ROUND_ONCE : plan->rounding;
    if (plan->elements)
        return rounding == SX_ROUND_ONCE ? SX_BY_ELEMENT : -1;
    return rounding == SX_ROUND_PRODUCTS ? SX_BY_PRODUCT : SX_BY_PAIR;
}

int32_t sx_rotary_bind(sx_rotary_plan *plan)
{
    if (plan == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_rotary_plan))
        return SX_E_SIZE;
    if (!sx_in_range(plan->isa, SX_ISA_SCALAR, SX_ISA_AVX512) || !sx_in_range(plan->dtype, SX_F32, SX_BF16) ||
        !sx_in_range(plan->pairing, SX_HALF_SPLIT, SX_OUTIN) ||
        !sx_in_range(plan->recipe, SX_ROWS_EXACT, SX_ROWS_TABLE) ||
        !sx_in_range(plan->rounding, SX_ROUND_ONCE, SX_ROUND_PRODUCTS) || !sx_in_range(plan->elements, 0, 1) ||
        !sx_in_range(plan->axes, 1, SX_MOST_AXES))
        return SX_E_ARGUMENT;
    if (plan->pairs < 1 || plan->offset < 0 ||
        (int64_t)plan->offset + 2 * (int64_t)plan->pairs > (int64_t)plan->head_dim)
        return SX_E_ARGUMENT;
    if (plan->blocks < 1 || plan->pairs % plan->blocks != 0 || (plan->blocks > 1 && plan->pairing != SX_HALF_SPLIT))
        return SX_E_ARGUMENT;
    if (plan->elements && (plan->recipe != SX_ROWS_TABLE || plan->axes > 1 || plan->blocks > 1))
        return SX_E_ARGUMENT;
    const int32_t status = check_axes(plan);
    if (status != SX_OK)
        return status;
    switch (plan->recipe) {
    case SX_ROWS_FLOAT32:
        if (plan->inverse == NULL)
            return SX_E_NULL;
        break;
    case SX_ROWS_REAL:
        if (plan->frequency == NULL)
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
    const sx_rotary_kernel *kernel = sx_find_rotary(plan->isa, plan->dtype, plan->pairing, variant_of(plan));
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
    sx_row_source source;
    const sx_rotary_call *call;
    int32_t far; /* the tensors are larger than near caches */
} work;

static int64_t first_element(const sx_heads *heads, const sx_span *at)
{
    return heads->origin + at->batch * heads->batch_stride + at->first * heads->token_stride;
}

/* the heads of one tensor over a span */
static void rotate(const work *w, const sx_tile *rows, const sx_span *at, const void *in, void *out,
                   const sx_heads *from, const sx_heads *to)
{
    if (from->heads == 0)
        return;
    const sx_rotary_kernel *kernel = w->source.kernel;
    sx_rotary_job job = sx_tile_job(rows, w->source.plan, at);
    job.in = (const char *)in + first_element(from, at) * kernel->element;
    job.out = (char *)out + first_element(to, at) * kernel->element;
    job.heads = from->heads;
    job.in_token = from->token_stride;
    job.in_head = from->head_stride;
    job.out_token = to->token_stride;
    job.out_head = to->head_stride;
    job.far = w->far;
    kernel->rotate(&job);
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
    if (!sx_in_range(call->ids_kind, SX_IDS_START, SX_IDS_F64) || !sx_in_range(call->inverse, 0, 1) ||
        !sx_in_range(call->in_place, 0, 3) || call->batches < 0 || call->tokens < 0 || call->q_in.heads < 0 ||
        call->k_in.heads < 0)
        return SX_E_ARGUMENT;
    if (call->q_in.heads > 0 && (q == NULL || q_out == NULL))
        return SX_E_NULL;
    if (call->k_in.heads > 0 && (k == NULL || k_out == NULL))
        return SX_E_NULL;
    if (call->ids_kind != SX_IDS_START && call->ids_kind != SX_IDS_SAME && ids == NULL)
        return SX_E_NULL;
    if (call->ids_kind >= SX_IDS_F32 && plan->recipe != SX_ROWS_FLOAT32 && plan->recipe != SX_ROWS_REAL)
        return SX_E_ARGUMENT;
    if (plan->pairing >= SX_INOUT && call->in_place != 0)
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
    return sx_least(SX_TILE_FLOATS / (2 * padded), w->far && !runs ? FAR_TOKENS : SX_TILE_TOKENS);
}

int32_t sx_rotary_apply(const sx_rotary_plan *plan, const sx_rotary_call *call, const void *q, void *q_out,
                        const void *k, void *k_out, const void *ids)
{
    const int32_t status = check(plan, call, q, q_out, k, k_out, ids);
    if (status != SX_OK)
        return status;
    const int64_t heads = call->q_in.heads + call->k_in.heads;
    const sx_rotary_kernel *kernel = plan->kernel;
    const work w = {
        {plan,
         kernel,
         {ids, call->ids_kind, call->start, call->ids_origin, call->ids_axis_stride, call->ids_token_stride, 0},
         call->ids_batch_stride,
         call->inverse},
        call,
        call->batches * call->tokens * heads * 2 * plan->pairs * kernel->element > FAR_BYTES,
    };
    sx_tile rows;
    sx_span at;
    for (at.batch = 0; at.batch < call->batches; at.batch++)
        for (at.first = 0; at.first < call->tokens; at.first += at.tokens)
            for (at.pair = 0; at.pair < plan->pairs; at.pair += at.pairs) {
                sx_span_pairs(&at, plan, kernel);
                if (at.pair == 0)
                    at.tokens = sx_least(call->tokens - at.first, tile_tokens(&w, at.padded));
                sx_tile_fill(&rows, &w.source, &at);
                rotate(&w, &rows, &at, q, q_out, &call->q_in, call->in_place & 1 ? &call->q_in : &call->q_out);
                rotate(&w, &rows, &at, k, k_out, &call->k_in, call->in_place & 2 ? &call->k_in : &call->k_out);
            }
    return SX_OK;
}
