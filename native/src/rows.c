/* Cosine and sine rows as a table for the caller. */
#include <stddef.h>

#include "kernels/kernels.h"
#include "rows.h"

#define TILE_ROWS 64                    /* their lines stay close together in memory while pairs are walked */
#define STREAM_BYTES (INT64_C(4) << 20) /* beyond the second-level caches it does not pay to fill them */

typedef struct fill {
    const sx_rotary_plan *plan;
    sx_rows_fn *make;
    sx_cast_fn *cast;
    char *cos, *sin;
    int64_t stride; /* elements */
    int64_t size;   /* bytes of an element */
    int32_t stream;
} fill;

/* straight to where they belong */
static void rows_direct(const fill *f, int64_t row, const int64_t *positions, int64_t rows, int consecutive)
{
    sx_rows_job job = sx_rows_job_of(f->plan, 0, f->plan->pairs, positions, rows, consecutive);
    job.cos = (float *)f->cos + row * f->stride;
    job.sin = (float *)f->sin + row * f->stride;
    job.stride = f->stride;
    job.stream = f->stream;
    f->make(&job);
}

/* 16-bit rows, by way of a tile of floats */
static void rows_cast(const fill *f, int64_t row, const int64_t *positions, int64_t rows, int consecutive)
{
    _Alignas(64) float tile[SX_TILE_FLOATS];
    for (int64_t pair = 0; pair < f->plan->pairs; pair += SX_BLOCK_PAIRS) {
        const int64_t left = f->plan->pairs - pair, pairs = left < SX_BLOCK_PAIRS ? left : SX_BLOCK_PAIRS;
        const int64_t most = SX_TILE_FLOATS / (2 * pairs);
        for (int64_t r = 0; r < rows; r += most) {
            const int64_t some = rows - r < most ? rows - r : most;
            sx_rows_job job = sx_rows_job_of(f->plan, pair, pairs, positions + r, some, consecutive);
            job.cos = tile;
            job.sin = tile + pairs;
            job.stride = 2 * pairs;
            f->make(&job);
            for (int64_t i = 0; i < some; i++) {
                const int64_t at = ((row + r + i) * f->stride + pair) * f->size;
                f->cast(f->cos + at, tile + i * 2 * pairs, pairs);
                f->cast(f->sin + at, tile + i * 2 * pairs + pairs, pairs);
            }
        }
    }
}

static void rows_from_table(const fill *f, int64_t row, const int64_t *positions, int64_t rows)
{
    const int64_t pairs = f->plan->pairs;
    for (int64_t i = 0; i < rows; i++) {
        /* checked by the caller; if the ids changed since, the row is wrong but inside the table */
        const int64_t position = (uint64_t)positions[i] < (uint64_t)f->plan->table_rows ? positions[i] : 0;
        const float *from = f->plan->table + position * 2 * pairs;
        const int64_t at = (row + i) * f->stride * f->size;
        f->cast(f->cos + at, from, pairs);
        f->cast(f->sin + at, from + pairs, pairs);
    }
}

static int32_t can_stream(const fill *f, int64_t count)
{
    const uintptr_t line = 64;
    return f->size == 4 && count * f->plan->pairs * 2 * f->size >= STREAM_BYTES && (uintptr_t)f->cos % line == 0 &&
           (uintptr_t)f->sin % line == 0 && f->stride % 16 == 0;
}

int32_t sx_rotary_rows(const sx_rotary_plan *plan, void *cos, void *sin, int64_t stride, int32_t dtype, int64_t count,
                       int32_t ids_kind, int64_t start, const void *ids)
{
    if (plan == NULL || cos == NULL || sin == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_rotary_plan))
        return SX_E_SIZE;
    if (!sx_is_rotary(plan->kernel))
        return SX_E_UNBOUND;
    if (dtype < SX_F32 || dtype > SX_BF16 || ids_kind < SX_IDS_START || ids_kind > SX_IDS_I64 || count < 0 ||
        stride < plan->pairs)
        return SX_E_ARGUMENT;
    if (ids_kind != SX_IDS_START && ids == NULL)
        return SX_E_NULL;
    fill f = {plan,
              plan->recipe == SX_ROWS_TABLE ? NULL : ((const sx_rotary_kernel *)plan->kernel)->make[plan->recipe],
              sx_find_cast(plan->isa, dtype),
              cos,
              sin,
              stride,
              dtype == SX_F32 ? 4 : 2,
              0};
    f.stream = can_stream(&f, count);
    const sx_positions from = {ids, ids_kind, start, 0};
    int64_t positions[TILE_ROWS];
    for (int64_t row = 0; row < count; row += TILE_ROWS) {
        const int64_t rows = count - row < TILE_ROWS ? count - row : TILE_ROWS;
        const int consecutive = sx_positions_read(&from, row, rows, positions);
        if (plan->recipe == SX_ROWS_TABLE)
            rows_from_table(&f, row, positions, rows);
        else if (dtype == SX_F32)
            rows_direct(&f, row, positions, rows, consecutive);
        else
            rows_cast(&f, row, positions, rows, consecutive);
    }
    return SX_OK;
}
