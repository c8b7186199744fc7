/*
 * The rows of some consecutive tokens, made once and used by every head of them: the same few KiB of stack serve layouts
 * whose heads are together ([token][head]) and those whose tokens are ([head][token]).
 */
#ifndef SX_TILE_H
#define SX_TILE_H

#include "rows.h"

/* where the rows of a call come from */
typedef struct sx_row_source {
    const sx_rotary_plan *plan;
    const sx_rotary_kernel *kernel; /* that will read the rows */
    sx_positions positions;         /* of batch entry 0 */
    int64_t batch_stride;
    int32_t inverse;
} sx_row_source;

/* tokens [first, first + tokens) of a batch, pairs [pair, pair + pairs) of each head, all in one block */
typedef struct sx_span {
    int64_t batch, first, tokens;
    int64_t pair, pairs;
    int64_t padded; /* cosines of a row in whole groups of the kernel: one a pair, or one an element */
} sx_span;

typedef struct sx_tile {
    _Alignas(64) float floats[SX_TILE_FLOATS];
    const float *rows[SX_TILE_TOKENS];
    int64_t sines;   /* from a cosine to its sine */
    int64_t seconds; /* from a row of first elements to that of the second, where those have their own */
} sx_tile;

/* pairs of the next span from at->pair on: as many as a block of the slice and the stack have room for */
void sx_span_pairs(sx_span *at, const sx_rotary_plan *plan, const sx_rotary_kernel *kernel);

/* the rows of a span, in the order of the kernel */
void sx_tile_fill(sx_tile *to, const sx_row_source *from, const sx_span *at);

/* one tensor over a span: the job of its kernel, but for memory and strides */
sx_rotary_job sx_tile_job(const sx_tile *rows, const sx_rotary_plan *plan, const sx_span *at);

#endif
