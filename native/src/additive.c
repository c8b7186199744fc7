/* Additive rows: the loops over tokens and runs of columns. No vectors here. */
#include <stddef.h>

#include "kernels/kernels.h"
#include "rows.h"

#define FAR_BYTES (INT64_C(1) << 19)    /* more than this is not in a near cache, or will not stay there */
#define STREAM_BYTES (INT64_C(4) << 20) /* beyond the second-level caches it does not pay to fill them */
#define MOST_ROWS 16                    /* side by side, see below */
#define FEWER_ROWS 8
#define AHEAD_BYTES 256 /* how far ahead in each row memory is asked for */
#define PADDING 16      /* floats */
#define ROW_FLOATS (SX_TILE_FLOATS / FEWER_ROWS)

/* what a call works with */
typedef struct work {
    const sx_additive_plan *plan;
    const sx_additive_call *call;
    const sx_additive_kernel *kernel;
    sx_rotary_plan waves; /* rows are made as those of a rotation with the same frequencies */
    sx_positions positions;
    const char *x;
    char *out;
    int64_t tokens; /* of a tile */
    int32_t far, stream;
} work;

/* rows [first, first + tokens) */
typedef struct slab {
    int64_t first, tokens;
    sx_places places;
    uint8_t zero[SX_TILE_TOKENS]; /* whether the row is zeros */
} slab;

static const float ZEROS[ROW_FLOATS];

/* a job on columns from `column` on; what is merged is left to the caller */
static sx_merge_job job_at(const work *w, const slab *at, int64_t column)
{
    const sx_additive_call *call = w->call;
    const int64_t size = w->kernel->element;
    return (sx_merge_job){
        .x = w->x + (call->x_origin + at->first * call->x_stride + column) * size,
        .out = w->out + (call->out_origin + at->first * call->out_stride + column) * size,
        .tokens = at->tokens,
        .x_stride = call->x_stride,
        .out_stride = call->out_stride,
        .scale = call->scale,
        .merge = call->merge,
    };
}

static int32_t can_stream(const work *w, const void *out) { return w->stream && (uintptr_t)out % 64 == 0; }

static void merge(const work *w, const slab *at, const float *const *rows, int64_t skip, int64_t cosines,
                  int64_t column, int64_t columns)
{
    sx_merge_job job = job_at(w, at, column);
    job.rows = rows;
    job.skip = skip;
    job.cosines = cosines;
    job.columns = columns;
    job.woven = cosines != 0;
    job.stream = can_stream(w, job.out);
    w->kernel->merge(&job);
}

/* the part of a run of columns whose waves are [wave, wave + waves), made as sines at `rows` and cosines further on */
static void merge_waves(const work *w, const slab *at, const sx_columns *run, const float *const *rows, int64_t cosines,
                        int64_t wave, int64_t waves)
{
    const int64_t first = wave > run->wave ? wave : run->wave;
    const int64_t end = sx_least(wave + waves, (int64_t)run->wave + run->waves);
    if (first >= end)
        return;
    const int64_t n = end - first, skip = first - wave, done = first - run->wave;
    const int64_t missing = end == run->wave + run->waves ? 2 * (int64_t)run->waves - run->columns : 0;
    const int64_t sine_columns = run->waves, cosine_columns = run->columns - run->waves;
    if (run->kind == SX_COLUMNS_INTERLEAVED) {
        merge(w, at, rows, skip, cosines, run->column + 2 * done, 2 * n - missing);
        return;
    }
    const int64_t sines_at = run->kind == SX_COLUMNS_HALVES ? 0 : cosine_columns;
    const int64_t cosines_at = run->kind == SX_COLUMNS_HALVES ? sine_columns : 0;
    merge(w, at, rows, skip, 0, run->column + sines_at + done, n);
    if (n > missing)
        merge(w, at, rows, skip + cosines, 0, run->column + cosines_at + done, n - missing);
}

/* waves [wave, end), by way of a tile of sines and cosines; a frame of its own beside the positions */
static __attribute__((noinline)) void waves_by_tile(const work *w, const slab *at, int64_t wave, int64_t end)
{
    _Alignas(64) float tile[SX_TILE_FLOATS];
    const float *rows[SX_TILE_TOKENS];
    const sx_additive_plan *plan = w->plan;
    const int64_t most = SX_TILE_FLOATS / (2 * w->tokens) / PADDING * PADDING;
    for (int64_t n; wave < end; wave += n) {
        n = sx_least(most, end - wave);
        const int64_t padded = (n + PADDING - 1) / PADDING * PADDING;
        sx_rows_job job = sx_rows_job_of(&w->waves, wave, n, &at->places, at->tokens);
        if (plan->mixed)
            job.of_axis = at->places.of_axis, job.mixed = plan->axes, job.mixed_stride = plan->waves;
        job.sin = tile;
        job.cos = tile + padded;
        job.stride = 2 * padded;
        w->kernel->make[plan->recipe](&job);
        for (int64_t t = 0; t < at->tokens; t++)
            rows[t] = at->zero[t] ? ZEROS : tile + t * 2 * padded;
        for (int32_t b = 0; b < plan->blocks; b++)
            merge_waves(w, at, &plan->block[b], rows, padded, wave, n);
    }
}

/* whole steps of the waves of a run, merged as they are made; returns how many waves were done */
static int64_t waves_on_the_way(const work *w, const slab *at, const sx_columns *run)
{
    const sx_additive_kernel *kernel = w->kernel;
    const int64_t with_cosine = run->columns - run->waves, waves = with_cosine / kernel->step * kernel->step;
    if (run->waves == 0 || waves == 0)
        return 0;
    const int flipped = run->kind == SX_COLUMNS_FLIPPED;
    sx_merge_job job = job_at(w, at, run->column + (flipped ? with_cosine : 0));
    job.woven = run->kind == SX_COLUMNS_INTERLEAVED;
    job.cosines = flipped ? -with_cosine : run->waves;
    job.stream = can_stream(w, job.out) && (job.woven || job.cosines * kernel->element % 64 == 0);
    job.ask = w->far && w->call->merge != SX_MERGE_FILL ? AHEAD_BYTES : 0;
    const sx_rows_job made = sx_rows_job_of(&w->waves, run->wave, waves, &at->places, at->tokens);
    kernel->waves[w->plan->recipe](&made, &job);
    return waves;
}

static void all_waves(const work *w, const slab *at)
{
    const sx_additive_plan *plan = w->plan;
    int by_tile = plan->recipe > SX_ROWS_FAST || at->places.by_axis;
    for (int64_t t = 0; t < at->tokens; t++)
        by_tile |= at->zero[t];
    int64_t done = 0; /* up to here */
    for (int32_t b = 0; b < plan->blocks && !by_tile; b++) {
        const sx_columns *run = &plan->block[b];
        const int64_t waves = waves_on_the_way(w, at, run);
        if (waves > 0) {
            waves_by_tile(w, at, done, run->wave);
            done = run->wave + waves;
        }
    }
    waves_by_tile(w, at, done, plan->waves);
}

/* a coordinate, one value a row */
static void coordinate(const work *w, const slab *at, const sx_columns *run)
{
    float values[SX_TILE_TOKENS];
    const float *rows[SX_TILE_TOKENS];
    for (int64_t t = 0; t < at->tokens; t++) {
        values[t] = (float)sx_coordinate(&w->positions, run->axis, at->first + t) * w->plan->magnitude;
        rows[t] = at->zero[t] ? ZEROS : values + t;
    }
    merge(w, at, rows, 0, 0, run->column, 1);
}

static void zeros(const work *w, const slab *at, const sx_columns *run)
{
    const float *rows[SX_TILE_TOKENS];
    for (int64_t t = 0; t < at->tokens; t++)
        rows[t] = ZEROS;
    for (int64_t c = 0; c < run->columns; c += ROW_FLOATS)
        merge(w, at, rows, 0, 0, run->column + c, sx_least(ROW_FLOATS, run->columns - c));
}

static void from_table(const work *w, const slab *at)
{
    const float *rows[SX_TILE_TOKENS];
    for (int64_t t = 0; t < at->tokens; t++) {
        const uint64_t row =
            (uint64_t)at->places.whole[t]; /* if the ids changed since they were checked: wrong, but inside */
        rows[t] = w->plan->table + (row < (uint64_t)w->plan->table_rows ? row : 0) * (uint64_t)w->plan->width;
    }
    merge(w, at, rows, 0, 0, 0, w->plan->width);
}

static void read_places(const work *w, slab *at)
{
    const sx_additive_plan *plan = w->plan;
    if (plan->mixed) {
        at->places.by_axis = 0; /* no axis of a wave's own */
        for (int64_t t = 0; t < at->tokens; t++)
            for (int32_t a = 0; a < plan->axes; a++)
                at->places.of_axis[t].real[a] = sx_coordinate(&w->positions, a, at->first + t);
    } else {
        sx_places_read(&at->places, &w->waves, &w->positions, at->first, at->tokens);
    }
    for (int64_t t = 0; t < at->tokens; t++) {
        at->zero[t] = (uint8_t)plan->has_zero_row;
        for (int32_t a = 0; a < plan->axes && at->zero[t]; a++)
            at->zero[t] = sx_coordinate(&w->positions, a, at->first + t) == (double)plan->zero_row;
    }
}

static int32_t check_call(const sx_additive_plan *plan, const sx_additive_call *call, const void *x, const void *out,
                          const void *ids)
{
    if (plan == NULL || call == NULL || out == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_additive_plan) || call->size != sizeof(sx_additive_call))
        return SX_E_SIZE;
    if (!sx_is_additive(plan->kernel))
        return SX_E_UNBOUND;
    if (!sx_in_range(call->merge, SX_MERGE_FILL, SX_MERGE_MULTIPLY) ||
        !sx_in_range(call->ids_kind, SX_IDS_START, SX_IDS_F64) || call->rows < 0)
        return SX_E_ARGUMENT;
    if (call->merge != SX_MERGE_FILL && x == NULL)
        return SX_E_NULL;
    if (call->ids_kind != SX_IDS_START && call->ids_kind != SX_IDS_SAME && ids == NULL)
        return SX_E_NULL;
    if (call->ids_kind >= SX_IDS_F32 && plan->recipe != SX_ROWS_FLOAT32 && plan->recipe != SX_ROWS_REAL)
        return SX_E_ARGUMENT;
    return SX_OK;
}

/*
 * Rows of a slab. Wide rows: what it costs to find a phase is shared by so many. But their lines stand at equal distances, often in
 * one set of the nearest cache, and where sines and cosines are far apart there are two a row: with floats made fast, that
 * shows. Narrow rows: as many as a tile has room for.
 */
static int64_t slab_tokens(const sx_additive_plan *plan)
{
    const int64_t padded = (plan->waves + PADDING - 1) / PADDING * PADDING;
    if (padded == 0 || plan->recipe == SX_ROWS_TABLE)
        return SX_TILE_TOKENS;
    int64_t wide = plan->recipe <= SX_ROWS_FAST ? MOST_ROWS : FEWER_ROWS;
    for (int32_t b = 0; b < plan->blocks; b++)
        if (plan->block[b].waves > 0 && plan->block[b].kind != SX_COLUMNS_INTERLEAVED && plan->dtype == SX_F32 &&
            plan->recipe == SX_ROWS_FAST)
            wide = FEWER_ROWS;
    const int64_t fit = SX_TILE_FLOATS / (2 * padded);
    return fit > SX_TILE_TOKENS ? SX_TILE_TOKENS : fit < wide ? wide : fit;
}

int32_t sx_additive_merge(const sx_additive_plan *plan, const sx_additive_call *call, const void *x, void *out,
                          const void *ids)
{
    const int32_t status = check_call(plan, call, x, out, ids);
    if (status != SX_OK)
        return status;
    const sx_additive_kernel *kernel = plan->kernel;
    const int64_t bytes = call->rows * plan->width * kernel->element;
    const work w = {
        plan,
        call,
        kernel,
        {.recipe = plan->recipe,
         .pairs = plan->waves,
         .axes = plan->axes,
         .magnitude = plan->magnitude,
         .axis_of_pair = plan->axis_of_wave,
         .fraction_hi = plan->fraction_hi,
         .fraction_lo = plan->fraction_lo,
         .inverse = plan->inverse,
         .frequency = plan->frequency},
        {ids, call->ids_kind, call->start, call->ids_origin, call->ids_axis_stride, call->ids_token_stride,
         plan->offset},
        x,
        out,
        slab_tokens(plan),
        bytes > FAR_BYTES,
        call->merge == SX_MERGE_FILL && bytes >= STREAM_BYTES && call->out_stride * kernel->element % 64 == 0,
    };
    slab at;
    for (at.first = 0; at.first < call->rows; at.first += at.tokens) {
        at.tokens = sx_least(w.tokens, call->rows - at.first);
        read_places(&w, &at);
        if (plan->recipe == SX_ROWS_TABLE) {
            from_table(&w, &at);
            continue;
        }
        all_waves(&w, &at);
        for (int32_t b = 0; b < plan->blocks; b++)
            if (plan->block[b].kind == SX_COLUMNS_COORDINATE)
                coordinate(&w, &at, &plan->block[b]);
            else if (plan->block[b].kind == SX_COLUMNS_ZEROS)
                zeros(&w, &at, &plan->block[b]);
    }
    if (w.stream)
        __builtin_ia32_sfence(); /* another thread may read the rows as soon as it is told of them */
    return SX_OK;
}
