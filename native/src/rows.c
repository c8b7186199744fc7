/* Cosine and sine rows as a table for the caller. */
#include <stddef.h>

#include "kernels/kernels.h"
#include "rows.h"

#define CAST_PAIRS (SX_TILE_FLOATS / (2 * SX_TILE_TOKENS))
#define STREAM_BYTES (INT64_C(4) << 20) /* beyond the second-level caches it does not pay to fill them */

typedef struct fill {
    const sx_rotary_plan *plan;
    const sx_rows_call *call;
    sx_rows_fn *make;
    sx_round_fn *round; /* null where the plan's rows are floats */
    sx_cast_fn *cast;
    char *cos, *sin;
    int64_t size; /* bytes of an element */
    int32_t stream;
} fill;

/* straight to where they belong */
static void rows_direct(const fill *f, int64_t row, const sx_places *places, int64_t rows)
{
    sx_rows_job job = sx_rows_job_of(f->plan, 0, f->plan->pairs, places, rows);
    job.cos = (float *)f->cos + row * f->call->stride;
    job.sin = (float *)f->sin + row * f->call->stride;
    job.stride = f->call->stride;
    job.stream = f->stream;
    f->make(&job);
    for (int64_t i = 0; f->round != NULL && i < rows; i++) {
        f->round(job.cos + i * job.stride, job.pairs);
        f->round(job.sin + i * job.stride, job.pairs);
    }
}

/* 16-bit rows, by way of a tile of floats; a frame of its own beside the positions */
static __attribute__((noinline)) void rows_cast(const fill *f, int64_t row, const sx_places *places, int64_t rows)
{
    _Alignas(64) float tile[SX_TILE_FLOATS];
    for (int64_t pair = 0; pair < f->plan->pairs; pair += CAST_PAIRS) {
        const int64_t left = f->plan->pairs - pair, pairs = left < CAST_PAIRS ? left : CAST_PAIRS;
        sx_rows_job job = sx_rows_job_of(f->plan, pair, pairs, places, rows);
        job.cos = tile;
        job.sin = tile + pairs;
        job.stride = 2 * pairs;
        f->make(&job);
        if (f->round != NULL)
            f->round(tile, rows * 2 * pairs);
        for (int64_t i = 0; i < rows; i++) {
            const int64_t at = ((row + i) * f->call->stride + pair) * f->size;
            f->cast(f->cos + at, tile + i * 2 * pairs, pairs);
            f->cast(f->sin + at, tile + i * 2 * pairs + pairs, pairs);
        }
    }
}

static const float *rounded(float *to, const fill *f, const float *from, int64_t count)
{
    for (int64_t j = 0; j < count; j++)
        to[j] = from[j];
    f->round(to, count);
    return to;
}

static void rows_from_table(const fill *f, int64_t row, const sx_places *places, int64_t rows)
{
    const sx_rotary_plan *plan = f->plan;
    float gathered[2 * SX_BLOCK_PAIRS];
    for (int64_t i = 0; i < rows; i++)
        for (int64_t pair = 0; pair < plan->pairs; pair += SX_BLOCK_PAIRS) {
            const int64_t left = plan->pairs - pair, pairs = left < SX_BLOCK_PAIRS ? left : SX_BLOCK_PAIRS;
            const int64_t at = ((row + i) * f->call->stride + pair) * f->size;
            const float *cosines = gathered, *sines = gathered + SX_BLOCK_PAIRS;
            if (places->by_axis)
                sx_table_gather(gathered, gathered + SX_BLOCK_PAIRS, plan, &places->of_axis[i], pair, pairs, 1.0f);
            else
                cosines = sx_table_row(plan, places->whole[i]) + pair, sines = cosines + plan->pairs;
            if (f->round != NULL)
                cosines = rounded(gathered, f, cosines, pairs),
                sines = rounded(gathered + SX_BLOCK_PAIRS, f, sines, pairs);
            f->cast(f->cos + at, cosines, pairs);
            f->cast(f->sin + at, sines, pairs);
        }
}

static int32_t can_stream(const fill *f)
{
    const uintptr_t line = 64;
    return f->size == 4 && f->round == NULL && f->call->count * f->plan->pairs * 2 * f->size >= STREAM_BYTES &&
           (uintptr_t)f->cos % line == 0 && (uintptr_t)f->sin % line == 0 && f->call->stride % 16 == 0;
}

static int32_t check(const sx_rotary_plan *plan, const sx_rows_call *call, const void *cos, const void *sin,
                     const void *ids)
{
    if (plan == NULL || call == NULL || cos == NULL || sin == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_rotary_plan) || call->size != sizeof(sx_rows_call))
        return SX_E_SIZE;
    if (!sx_is_rotary(plan->kernel))
        return SX_E_UNBOUND;
    if (call->dtype < SX_F32 || call->dtype > SX_BF16 || call->ids_kind < SX_IDS_START || call->ids_kind > SX_IDS_F64 ||
        call->count < 0 || call->stride < plan->pairs)
        return SX_E_ARGUMENT;
    if (call->ids_kind != SX_IDS_START && call->ids_kind != SX_IDS_SAME && ids == NULL)
        return SX_E_NULL;
    if (call->ids_kind >= SX_IDS_F32 && plan->recipe != SX_ROWS_FLOAT32 && plan->recipe != SX_ROWS_REAL)
        return SX_E_ARGUMENT;
    return plan->elements ? SX_E_UNSUPPORTED : SX_OK; /* rows of elements are the caller's own */
}

int32_t sx_rotary_rows(const sx_rotary_plan *plan, const sx_rows_call *call, void *cos, void *sin, const void *ids)
{
    const int32_t status = check(plan, call, cos, sin, ids);
    if (status != SX_OK)
        return status;
    const int64_t size = sx_bytes_of(call->dtype);
    const sx_rotary_kernel *kernel = plan->kernel;
    fill f = {plan,
              call,
              plan->recipe == SX_ROWS_TABLE ? NULL : kernel->make[plan->recipe],
              plan->rounding == SX_ROUND_ONCE ? NULL : kernel->round,
              sx_find_cast(plan->isa, call->dtype),
              (char *)cos + call->cos_origin * size,
              (char *)sin + call->sin_origin * size,
              size,
              0};
    f.stream = can_stream(&f);
    const sx_positions from = {
        ids, call->ids_kind, call->start, call->ids_origin, call->ids_axis_stride, call->ids_token_stride, 0};
    sx_places places;
    for (int64_t row = 0; row < call->count; row += SX_TILE_TOKENS) {
        const int64_t left = call->count - row, rows = left < SX_TILE_TOKENS ? left : SX_TILE_TOKENS;
        sx_places_read(&places, plan, &from, row, rows);
        if (plan->recipe == SX_ROWS_TABLE)
            rows_from_table(&f, row, &places, rows);
        else if (call->dtype == SX_F32)
            rows_direct(&f, row, &places, rows);
        else
            rows_cast(&f, row, &places, rows);
    }
    return SX_OK;
}
