/* What rotary.c, tile.c and rows.c share: positions however the caller gives them, and the job of a row kernel. */
#ifndef SX_ROWS_H
#define SX_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/kernels.h"

typedef struct sx_positions {
    const void *ids;
    int32_t kind;
    int64_t start;
    int64_t origin; /* of the batch entry */
    int64_t axis_stride;
    int64_t token_stride;
    int64_t shift; /* added to every position */
} sx_positions;

static inline int64_t sx_position(const sx_positions *from, int64_t axis, int64_t token)
{
    const int64_t at = from->origin + axis * from->axis_stride + token * from->token_stride;
    switch (from->kind) {
    case SX_IDS_START: return from->start + token + from->shift;
    case SX_IDS_I32: return ((const int32_t *)from->ids)[at] + from->shift;
    case SX_IDS_I64: return ((const int64_t *)from->ids)[at] + from->shift;
    default: return from->start + from->shift;
    }
}

/* a coordinate of -0 stays what it is */
static inline double sx_shifted(const sx_positions *from, double coordinate)
{
    return from->shift == 0 ? coordinate : coordinate + (double)from->shift;
}

static inline double sx_coordinate(const sx_positions *from, int64_t axis, int64_t token)
{
    const int64_t at = from->origin + axis * from->axis_stride + token * from->token_stride;
    switch (from->kind) {
    case SX_IDS_F32: return sx_shifted(from, (double)((const float *)from->ids)[at]);
    case SX_IDS_F64: return sx_shifted(from, ((const double *)from->ids)[at]);
    default: return (double)sx_position(from, axis, token);
    }
}

/* the positions of some tokens, as the row kernels want them */
typedef struct sx_places {
    int consecutive; /* whole[i] = whole[0] + i */
    int by_axis;     /* of_axis holds them, because axes differ somewhere */
    union {
        int64_t whole[SX_TILE_TOKENS]; /* EXACT, FAST, TABLE */
        double real[SX_TILE_TOKENS];   /* FLOAT32, REAL */
    };
    sx_axes of_axis[SX_TILE_TOKENS];
} sx_places;

/* reads the positions of tokens [first, first + count) */
void sx_places_read(sx_places *to, const sx_rotary_plan *plan, const sx_positions *from, int64_t first, int64_t count);

/* pairs [pair, pair + pairs) at rows `places`; where they go is left to the caller */
static inline sx_rows_job sx_rows_job_of(const sx_rotary_plan *plan, int64_t pair, int64_t pairs,
                                         const sx_places *places, int64_t rows)
{
    sx_rows_job job = {
        .rows = rows,
        .pairs = pairs,
        .cos_factor = plan->magnitude,
        .sin_factor = plan->magnitude,
    };
    switch (plan->recipe) { /* the pointers of the other recipes may be null */
    case SX_ROWS_FLOAT32: job.inverse = plan->inverse + pair; break;
    case SX_ROWS_REAL: job.frequency = plan->frequency + pair; break;
    default: job.fraction_hi = plan->fraction_hi + pair, job.fraction_lo = plan->fraction_lo + pair; break;
    }
    if (places->by_axis) {
        job.axis = plan->axis_of_pair + pair;
        job.of_axis = places->of_axis;
    } else if (plan->recipe == SX_ROWS_FLOAT32 || plan->recipe == SX_ROWS_REAL) {
        job.reals = places->real;
    } else {
        job.start = places->whole[0];
        job.positions = places->consecutive ? NULL : places->whole;
    }
    return job;
}

/* the row of a table; if the ids changed since the caller checked them, it is wrong but inside the table */
static inline const float *sx_table_row(const sx_rotary_plan *plan, int64_t position)
{
    const int64_t row = (uint64_t)position < (uint64_t)plan->table_rows ? position : 0;
    return plan->table + row * (plan->elements ? 4 : 2) * plan->pairs;
}

/* pairs [pair, pair + pairs) of a row whose pairs are driven by several axes, gathered from the rows of each */
void sx_table_gather(float *cos, float *sin, const sx_rotary_plan *plan, const sx_axes *place, int64_t pair,
                     int64_t pairs, float sin_factor);

#endif
