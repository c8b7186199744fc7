/*
 * Rotation of keys on their way into a cache: binding, and the loops over tiles of tokens and over runs of slots. No
 * vectors here.
 *
 * Keys of the cache's type are written where they belong by the kernel that rotates them, others by way of floats
 * (passage.h). Whatever is not rotated is copied or converted.
 */
#include <stddef.h>

#include "kernels/kernels.h"
#include "passage.h"
#include "slots.h"
#include "tile.h"

#define FAR_BYTES (INT64_C(1) << 19) /* as in rotary.c */
#define FAR_TOKENS 2
#define SPAN_TOKENS 256 /* of one tensor after another when they are far: memory likes one long stream at a time */

int32_t sx_append_bind(sx_append_plan *plan)
{
    if (plan == NULL || plan->rotary == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_append_plan) || plan->rotary->size != sizeof(sx_rotary_plan))
        return SX_E_SIZE;
    if (!sx_is_rotary(plan->rotary->kernel))
        return SX_E_UNBOUND;
    if (!sx_in_range(plan->dtype, SX_F32, SX_BF16))
        return SX_E_ARGUMENT;
    const sx_rotary_kernel *kernel = plan->rotary->kernel;
    if (plan->dtype != kernel->dtype) {
        const int32_t once = kernel->dtype == SX_F32 || plan->rotary->rounding == SX_ROUND_ONCE;
        if (!once || plan->rotary->elements)
            return SX_E_UNSUPPORTED;
        kernel = sx_find_rotary(kernel->isa, SX_F32, kernel->pairing, SX_BY_PAIR);
    }
    if (kernel == NULL)
        return SX_E_UNSUPPORTED;
    plan->kernel = kernel;
    return SX_OK;
}

/* what a call works with */
typedef struct work {
    const sx_append_call *call;
    sx_row_source queries, keys; /* the same rows, each in the order of a kernel */
    sx_slots slots;
    const void *q, *k, *v;
    void *q_out, *k_cache, *v_cache;
    sx_floats floats;         /* for keys of another type than the cache */
    sx_convert_fn *convert;   /* for whatever is not rotated */
    int64_t size, cache_size; /* bytes of an element */
    int32_t same;             /* one type */
    int32_t far;              /* the tensors are larger than near caches */
} work;

static int32_t check(const sx_append_plan *plan, const sx_append_call *call)
{
    if (plan == NULL || call == NULL || plan->rotary == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_append_plan) || call->size != sizeof(sx_append_call))
        return SX_E_SIZE;
    if (!sx_is_rotary(plan->kernel) || !sx_is_rotary(plan->rotary->kernel))
        return SX_E_UNBOUND;
    if (!sx_in_range(plan->dtype, SX_F32, SX_BF16) || !sx_in_range(call->ids_kind, SX_IDS_START, SX_IDS_F64) ||
        !sx_in_range(call->inverse, 0, 1) || !sx_in_range(call->in_place, 0, 1) || call->batches < 0 ||
        call->tokens < 0 || call->q_in.heads < 0 || call->k_in.heads < 0 || call->v_in.heads < 0)
        return SX_E_ARGUMENT;
    if (call->ids_kind >= SX_IDS_F32 && plan->rotary->recipe != SX_ROWS_FLOAT32 && plan->rotary->recipe != SX_ROWS_REAL)
        return SX_E_ARGUMENT;
    if (call->in_place != 0 && plan->rotary->pairing >= SX_INOUT)
        return SX_E_ARGUMENT;
    if (!sx_in_range(call->slots_kind, SX_SLOTS_DIRECT, SX_SLOTS_CSR) || call->pages < 0 || call->page_slots < 1 ||
        (call->slots_bytes != 0 && call->slots_bytes != 4 && call->slots_bytes != 8) ||
        (call->slots_kind == SX_SLOTS_MAPPING && call->slots_bytes == 0) || (call->v_in.heads > 0 && call->v_dim < 1))
        return SX_E_ARGUMENT;
    return SX_OK;
}

/* head 0 of a token of a batch entry, or of a slot of a page */
static int64_t element(const sx_heads *heads, int64_t outer, int64_t inner)
{
    return heads->origin + outer * heads->batch_stride + inner * heads->token_stride;
}

static void queries(const work *w, const sx_tile *rows, const sx_span *at)
{
    const sx_heads *from = &w->call->q_in, *to = w->call->in_place ? from : &w->call->q_out;
    if (from->heads == 0)
        return;
    sx_rotary_job job = sx_tile_job(rows, w->queries.plan, at);
    job.in = (const char *)w->q + element(from, at->batch, at->first) * w->size;
    job.out = (char *)w->q_out + element(to, at->batch, at->first) * w->size;
    job.heads = from->heads;
    job.in_token = from->token_stride;
    job.in_head = from->head_stride;
    job.out_token = to->token_stride;
    job.out_head = to->head_stride;
    job.far = w->far;
    w->queries.kernel->rotate(&job);
}

/* the heads of a run of tokens on their way into the cache */
static sx_block block_of(const work *w, const sx_heads *from, const sx_heads *to, const sx_span *at, int64_t skipped,
                         const sx_run *run, const void *in, void *out)
{
    return (sx_block){.in = (const char *)in + element(from, at->batch, at->first + skipped) * w->size,
                      .out = (char *)out + element(to, run->page, run->slot) * w->cache_size,
                      .in_token = from->token_stride * w->size,
                      .in_head = from->head_stride * w->size,
                      .out_token = to->token_stride * w->cache_size,
                      .out_head = to->head_stride * w->cache_size,
                      .tokens = run->tokens,
                      .heads = from->heads,
                      .size = w->size,
                      .out_size = w->cache_size};
}

static void keys(const work *w, const sx_tile *rows, const sx_span *at)
{
    const sx_heads *from = &w->call->k_in, *to = &w->call->k_cache;
    sx_rotary_job job = sx_tile_job(rows, w->keys.plan, at);
    job.heads = from->heads;
    job.in_token = from->token_stride;
    job.in_head = from->head_stride;
    job.out_token = to->token_stride;
    job.out_head = to->head_stride;
    job.far = w->far;
    sx_run run;
    for (int64_t t = 0; t < at->tokens; t += run.tokens) {
        run = sx_run_at(&w->slots, at->batch, at->first + t, at->tokens - t);
        if (run.page < 0)
            continue;
        const sx_block b = block_of(w, from, to, at, t, &run, w->k, w->k_cache);
        job.in = b.in;
        job.out = b.out;
        job.rows = rows->rows + t;
        job.tokens = run.tokens;
        if (w->same) {
            w->keys.kernel->rotate(&job);
            continue;
        }
        sx_keys_by_floats(&w->floats, &job, &b);
        const int64_t end = job.head_dim - job.after;
        sx_block_convert(&b, 0, 0, job.before, w->convert);
        sx_block_convert(&b, end, end, job.after, w->convert);
    }
}

static void values(const work *w, const sx_span *at)
{
    const sx_heads *from = &w->call->v_in, *to = &w->call->v_cache;
    sx_run run;
    for (int64_t t = 0; t < at->tokens; t += run.tokens) {
        run = sx_run_at(&w->slots, at->batch, at->first + t, at->tokens - t);
        if (run.page < 0)
            continue;
        const sx_block b = block_of(w, from, to, at, t, &run, w->v, w->v_cache);
        sx_block_convert(&b, 0, 0, w->call->v_dim, w->convert);
    }
}

/* whether two kernels read rows in the same order: with one element a pair there is one order but the natural one */
static int rows_alike(const sx_rotary_kernel *a, const sx_rotary_kernel *b)
{
    return a->group == b->group && a->natural == b->natural;
}

/* tokens of a tile, for the reasons given in rotary.c */
static int64_t tile_tokens(const work *w, int64_t padded)
{
    if (w->call->tokens == 1)
        return 1;
    const sx_heads *q = &w->call->q_in, *k = &w->call->k_in, *cache = &w->call->k_cache;
    const int runs = q->head_stride > q->token_stride || k->head_stride > k->token_stride ||
                     cache->head_stride > cache->token_stride;
    return sx_least(SX_TILE_FLOATS / (2 * padded), w->far && !runs ? FAR_TOKENS : SX_TILE_TOKENS);
}

static int32_t is_far(const sx_append_call *call, const sx_rotary_plan *plan, int64_t size)
{
    const int64_t heads = call->q_in.heads + call->k_in.heads;
    return call->batches * call->tokens * (heads * plan->head_dim + call->v_in.heads * call->v_dim) * size > FAR_BYTES;
}

static int given(const sx_heads *heads, const void *from, const void *to)
{
    return heads->heads == 0 || (from != NULL && to != NULL);
}

static int32_t check_memory(const work *w, const void *ids)
{
    const sx_append_call *call = w->call;
    const int listed = call->ids_kind != SX_IDS_START && call->ids_kind != SX_IDS_SAME;
    const int whole = given(&call->q_in, w->q, w->q_out) && given(&call->k_in, w->k, w->k_cache) &&
                      given(&call->v_in, w->v, w->v_cache) && (!listed || ids != NULL) &&
                      (call->slots_bytes == 0 || w->slots.list != NULL) &&
                      (call->slots_kind < SX_SLOTS_TABLE || w->slots.pages != NULL) &&
                      (call->slots_kind != SX_SLOTS_CSR || w->slots.indptr != NULL);
    return whole ? SX_OK : SX_E_NULL;
}

enum { QUERIES = 1, KEYS = 2 };

/* everything that reads rows in the order of one kernel */
static __attribute__((noinline)) void rotate_tile(const work *w, const sx_row_source *from, sx_span at, int what)
{
    sx_tile rows;
    for (at.pair = 0; at.pair < from->plan->pairs; at.pair += at.pairs) {
        sx_span_pairs(&at, from->plan, from->kernel);
        sx_tile_fill(&rows, from, &at);
        if (what & QUERIES)
            queries(w, &rows, &at);
        if (what & KEYS)
            keys(w, &rows, &at);
    }
}

/* the tiles of a span of tokens */
static void rotate_span(const work *w, const sx_row_source *from, const sx_span *at, int64_t most, int what)
{
    sx_span tile = *at;
    for (int64_t done = 0; done < at->tokens; done += tile.tokens) {
        tile.first = at->first + done;
        tile.tokens = sx_least(at->tokens - done, most);
        rotate_tile(w, from, tile, what);
    }
}

static void append(const work *w)
{
    const sx_append_call *call = w->call;
    const int alike = rows_alike(w->queries.kernel, w->keys.kernel);
    sx_span at = {.batch = 0, .pair = 0}, keys_at = at;
    sx_span_pairs(&at, w->queries.plan, w->queries.kernel);
    sx_span_pairs(&keys_at, w->keys.plan, w->keys.kernel);
    const int64_t most = tile_tokens(w, at.padded > keys_at.padded ? at.padded : keys_at.padded);
    const int together = alike && !w->far && call->q_in.heads > 0;
    const int64_t span = w->far ? SPAN_TOKENS : most;
    for (at.batch = 0; at.batch < call->batches; at.batch++)
        for (at.first = 0; at.first < call->tokens; at.first += at.tokens) {
            at.tokens = sx_least(call->tokens - at.first, span);
            if (call->q_in.heads > 0)
                rotate_span(w, &w->queries, &at, most, together ? QUERIES | KEYS : QUERIES);
            if (call->k_in.heads > 0 && !together)
                rotate_span(w, &w->keys, &at, most, KEYS);
            if (call->v_in.heads > 0)
                values(w, &at);
        }
}

int32_t sx_rotary_append(const sx_append_plan *plan, const sx_append_call *call, const void *q, void *q_out,
                         const void *k, void *k_cache, const void *v, void *v_cache, const void *ids, const void *slots,
                         const void *pages, const void *indptr)
{
    const int32_t status = check(plan, call);
    if (status != SX_OK)
        return status;
    const sx_rotary_plan *rotary = plan->rotary;
    const sx_rotary_kernel *kernel = rotary->kernel;
    work w = {
        .call = call,
        .queries = {rotary,
                    kernel,
                    {ids, call->ids_kind, call->start, call->ids_origin, call->ids_axis_stride, call->ids_token_stride,
                     0},
                    call->ids_batch_stride,
                    call->inverse},
        .slots = {call, slots, pages, indptr},
        .q = q,
        .k = k,
        .v = v,
        .q_out = q_out,
        .k_cache = k_cache,
        .v_cache = v_cache,
        .floats = {plan->kernel, sx_find_convert(kernel->isa, SX_F32, kernel->dtype),
                   sx_find_convert(kernel->isa, plan->dtype, SX_F32)},
        .convert = sx_find_convert(kernel->isa, plan->dtype, kernel->dtype),
        .size = kernel->element,
        .cache_size = sx_bytes_of(plan->dtype),
        .same = plan->dtype == kernel->dtype,
        .far = is_far(call, rotary, kernel->element),
    };
    w.keys = w.queries;
    w.keys.kernel = plan->kernel;
    const int32_t memory = check_memory(&w, ids);
    if (memory == SX_OK)
        append(&w);
    return memory;
}
