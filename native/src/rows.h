/* What rotary.c and rows.c share: positions however the caller gives them, and the job of a row kernel. */
#ifndef SX_ROWS_H
#define SX_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/kernels.h"

typedef struct sx_positions {
    const void *ids;
    int32_t kind;
    int64_t start;
    int64_t skip; /* ids before those of this batch */
} sx_positions;

/* positions of tokens [first, first + count); returns whether each is one more than the one before */
static inline int sx_positions_read(const sx_positions *from, int64_t first, int64_t count, int64_t *out)
{
    int consecutive = 1;
    for (int64_t i = 0; i < count; i++) {
        const int64_t at = from->skip + first + i;
        out[i] = from->kind == SX_IDS_START ? from->start + first + i
                 : from->kind == SX_IDS_I32 ? ((const int32_t *)from->ids)[at]
                                            : ((const int64_t *)from->ids)[at];
        consecutive &= i == 0 || out[i] == out[i - 1] + 1;
    }
    return consecutive;
}

/* pairs [pair, pair + pairs) at `positions`; where they go is left to the caller */
static inline sx_rows_job sx_rows_job_of(const sx_rotary_plan *plan, int64_t pair, int64_t pairs,
                                         const int64_t *positions, int64_t rows, int consecutive)
{
    const int radians = plan->recipe == SX_ROWS_FLOAT32; /* the pointers of the other recipes may be null */
    const sx_rows_job job = {
        .fraction_hi = radians ? NULL : plan->fraction_hi + pair,
        .fraction_lo = radians ? NULL : plan->fraction_lo + pair,
        .inverse = radians ? plan->inverse + pair : NULL,
        .rows = rows,
        .pairs = pairs,
        .start = positions[0],
        .positions = consecutive ? NULL : positions,
        .cos_factor = plan->magnitude,
        .sin_factor = plan->magnitude,
    };
    return job;
}

#endif
