/* Conversions of blocks of heads, and the detour of rotated ones through floats. No vectors here. */
#include "passage.h"

#define PASSING_FLOATS 768 /* 6 heads of 128, 3 of 256 */

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

void sx_block_convert(const sx_block *b, int64_t in, int64_t out, int64_t count, sx_convert_fn *convert)
{
    int64_t heads = b->heads;
    if (count == 0 || heads == 0)
        return;
    if (b->in_head == count * b->size && b->out_head == count * b->out_size)
        count *= heads, heads = 1; /* heads touch each other */
    const int by_head = heads == 1 || (b->tokens > 1 && b->out_head > b->out_token);
    sx_convert_job job = {.in = b->in + in * b->size,
                          .out = b->out + out * b->out_size,
                          .in_step = by_head ? b->in_token : b->in_head,
                          .out_step = by_head ? b->out_token : b->out_head,
                          .count = count,
                          .runs = by_head ? b->tokens : heads};
    for (int64_t i = by_head ? heads : b->tokens; i > 0; i--) {
        convert(&job);
        job.in = (const char *)job.in + (by_head ? b->in_head : b->in_token);
        job.out = (char *)job.out + (by_head ? b->out_head : b->out_token);
    }
}

void sx_keys_by_floats(const sx_floats *by, const sx_rotary_job *job, const sx_block *b)
{
    _Alignas(64) float passing[PASSING_FLOATS];
    const int32_t pairing = by->kernel->pairing;
    const int in_place = pairing < SX_INOUT;
    const int halves_in = pairing == SX_HALF_SPLIT || pairing == SX_OUTIN;
    const int halves_out = pairing == SX_HALF_SPLIT || pairing == SX_INOUT;
    const int64_t width = 2 * job->pairs, room = (in_place ? PASSING_FLOATS : PASSING_FLOATS / 2) / width;
    const int64_t first_in = job->offset + (halves_in ? 1 : 2) * job->first;
    const int64_t first_out = job->offset + (halves_out ? 1 : 2) * job->first;
    const int64_t second = job->half - job->pairs; /* how much further apart halves are outside than here */
    sx_block in = *b, out = *b;
    float *const turned = in_place ? passing : passing + PASSING_FLOATS / 2;
    in.out = (char *)passing;
    out.in = (const char *)turned;
    in.out_head = out.in_head = width * (int64_t)sizeof(float);
    in.out_size = out.size = (int64_t)sizeof(float);
    in.tokens = out.tokens = 1;
    sx_rotary_job turn = {.in = passing,
                          .out = turned,
                          .sines = job->sines,
                          .tokens = 1,
                          .in_head = width,
                          .out_head = width,
                          .pairs = job->pairs,
                          .half = job->pairs,
                          .head_dim = width};
    for (int64_t t = 0; t < job->tokens; t++)
        for (int64_t h = 0; h < job->heads; h += turn.heads) {
            turn.rows = job->rows + t;
            turn.heads = in.heads = out.heads = least(job->heads - h, room);
            in.in = b->in + t * b->in_token + h * b->in_head;
            out.out = b->out + t * b->out_token + h * b->out_head;
            const int in_one = !halves_in || second == 0, out_one = !halves_out || second == 0;
            sx_block_convert(&in, first_in, 0, in_one ? width : job->pairs, by->widen);
            if (!in_one)
                sx_block_convert(&in, first_in + job->half, job->pairs, job->pairs, by->widen);
            by->kernel->rotate(&turn);
            sx_block_convert(&out, 0, first_out, out_one ? width : job->pairs, by->narrow);
            if (!out_one)
                sx_block_convert(&out, job->pairs, first_out + job->half, job->pairs, by->narrow);
        }
}
