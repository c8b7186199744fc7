/* The rows of a tile of tokens, from a recipe or from the plan's table. No vectors here. */
#include "tile.h"

void sx_span_pairs(sx_span *at, const sx_rotary_plan *plan, const sx_rotary_kernel *kernel)
{
    const int64_t block = plan->pairs / plan->blocks, left = block - at->pair % block;
    at->pairs = left < SX_BLOCK_PAIRS ? left : SX_BLOCK_PAIRS;
    at->padded = (at->pairs + kernel->group - 1) & -(int64_t)kernel->group; /* a power of 2 */
    if (plan->elements)
        at->padded *= 2;
}

static int rounds(const sx_row_source *from)
{
    return from->plan->rounding != SX_ROUND_ONCE && from->kernel->round != NULL;
}

/* the plan's rows have the element type; what is past the pairs of an arranged row is copies of them */
static void round_row(float *row, const sx_row_source *from, const sx_span *at)
{
    const sx_rotary_kernel *kernel = from->kernel;
    const int64_t count = kernel->natural ? at->pairs : at->padded;
    kernel->round(row, count);
    kernel->round(row + at->padded, count);
}

/*
 * A cosine and a sine for each element. The transpose is the same rotation with the sines of first and second elements
 * exchanged and negated: dx0 = g0 * c0 + g1 * s1, dx1 = g1 * c1 - g0 * s0.
 */
static void fill_elements(sx_tile *to, const sx_row_source *from, const sx_span *at, const sx_places *places)
{
    const sx_rotary_plan *plan = from->plan;
    const sx_rotary_kernel *kernel = from->kernel;
    const int64_t pairs = plan->pairs, padded = at->padded / 2, first_sines = from->inverse ? 3 : 2;
    const float sign = from->inverse ? -1.0f : 1.0f;
    to->sines = at->padded;
    to->seconds = padded;
    for (int64_t t = 0; t < at->tokens; t++) {
        float *row = to->floats + t * 2 * at->padded;
        const float *given = sx_table_row(plan, places->whole[t]) + at->pair;
        to->rows[t] = row;
        kernel->arrange(row, row + 2 * padded, given, given + first_sines * pairs, at->pairs, sign);
        kernel->arrange(row + padded, row + 3 * padded, given + pairs, given + (5 - first_sines) * pairs, at->pairs,
                        sign);
    }
}

static void fill_from_table(sx_tile *to, const sx_row_source *from, const sx_span *at, const sx_places *places)
{
    const sx_rotary_plan *plan = from->plan;
    const sx_rotary_kernel *kernel = from->kernel;
    const float sign = from->inverse ? -1.0f : 1.0f;
    const int round = rounds(from);
    const int in_place = kernel->natural && at->pairs >= kernel->group && !from->inverse && !places->by_axis && !round;
    to->sines = in_place ? plan->pairs : at->padded;
    for (int64_t t = 0; t < at->tokens; t++) {
        float *row = to->floats + t * 2 * at->padded;
        to->rows[t] = row;
        if (places->by_axis) {
            sx_table_gather(row, row + at->padded, plan, &places->of_axis[t], at->pair, at->pairs, sign);
            if (!kernel->natural)
                kernel->arrange(row, row + at->padded, row, row + at->padded, at->pairs, 1.0f);
        } else {
            const float *cosines = sx_table_row(plan, places->whole[t]) + at->pair;
            if (in_place)
                to->rows[t] = cosines;
            else
                kernel->arrange(row, row + at->padded, cosines, cosines + plan->pairs, at->pairs, sign);
        }
        if (round)
            round_row(row, from, at);
    }
}

void sx_tile_fill(sx_tile *to, const sx_row_source *from, const sx_span *at)
{
    const sx_rotary_plan *plan = from->plan;
    sx_positions positions = from->positions;
    positions.origin += at->batch * from->batch_stride;
    sx_places places;
    sx_places_read(&places, plan, &positions, at->first, at->tokens);
    if (plan->elements) {
        fill_elements(to, from, at, &places);
        return;
    }
    if (plan->recipe == SX_ROWS_TABLE) {
        fill_from_table(to, from, at, &places);
        return;
    }
    sx_rows_job job = sx_rows_job_of(plan, at->pair, at->pairs, &places, at->tokens);
    job.cos = to->floats;
    job.sin = to->floats + at->padded;
    job.stride = 2 * at->padded;
    if (from->inverse)
        job.sin_factor = -job.sin_factor;
    from->kernel->make[plan->recipe](&job);
    const int round = rounds(from);
    to->sines = at->padded;
    for (int64_t t = 0; t < at->tokens; t++) {
        float *row = to->floats + t * 2 * at->padded;
        to->rows[t] = row;
        if (!from->kernel->natural)
            from->kernel->arrange(row, row + at->padded, row, row + at->padded, at->pairs, 1.0f);
        if (round)
            round_row(row, from, at);
    }
}

sx_rotary_job sx_tile_job(const sx_tile *rows, const sx_rotary_plan *plan, const sx_span *at)
{
    const int64_t block = plan->pairs / plan->blocks, skipped = at->pair / block * block;
    return (sx_rotary_job){
        .rows = rows->rows,
        .sines = rows->sines,
        .seconds = rows->seconds,
        .tokens = at->tokens,
        .first = at->pair - skipped,
        .pairs = at->pairs,
        .half = block,
        .offset = plan->offset + 2 * skipped,
        .before = at->pair == 0 ? plan->offset : 0,
        .after = at->pair == 0 ? plan->head_dim - plan->offset - 2 * plan->pairs : 0,
        .head_dim = plan->head_dim,
    };
}
