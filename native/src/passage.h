/* Heads on their way into a cache of another type, or of the same: converted as they are, or rotated by way of floats. */
#ifndef SX_PASSAGE_H
#define SX_PASSAGE_H

#include "kernels/kernels.h"

/* [token][head][elements] to another place and type; strides in bytes */
typedef struct sx_block {
    const char *in;
    char *out;
    int64_t in_token, in_head, out_token, out_head;
    int64_t tokens, heads;
    int64_t count;          /* elements */
    int64_t size, out_size; /* of an element */
} sx_block;

/* `count` elements of each head, from element `in` of it and to element `out`, in runs as long as memory gives them */
void sx_block_convert(const sx_block *b, int64_t in, int64_t out, int64_t count, sx_convert_fn *convert);

/* what rotates floats of some pairing, and what brings them there and back */
typedef struct sx_floats {
    const sx_rotary_kernel *kernel;
    sx_convert_fn *widen, *narrow;
} sx_floats;

/*
 * The pairs of a job, widened, rotated by the float kernel and rounded once, a few heads at a time in a piece of stack
 * that stays in the nearest cache. The job's memory and strides are those of the block; its rows are in the order of
 * the float kernel.
 */
void sx_keys_by_floats(const sx_floats *by, const sx_rotary_job *job, const sx_block *b);

#endif
