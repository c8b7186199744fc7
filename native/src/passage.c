/* Conversions of blocks of heads, and the detour of rotated ones through floats. No vectors here. */
#include "passage.h"

#define PASSING_FLOATS 768 /* 6 heads of 128, 3 of 256 */

void sx_block_convert(const sx_block *b, int64_t in, int64_t out, int64_t count, sx_convert_fn *convert)
{
    int64_t heads = b->heads;
    if (count == 0 || heads == 0)
        return;
    if (b->in_head == count * b->size && b->out_head == count * b->out_size)
        count *= heads, heads = 1; /* heads touch each other */
    int64_t tokens = b->tokens;
    if (heads == 1 && b->in_token == count * b->size && b->out_token == count * b->out_size)
        count *= tokens, tokens = 1; /* and tokens do */
    const int by_head = heads == 1 || (b->tokens > 1 && b->out_head > b->out_token);
    sx_convert_job job = {.in = b->in + in * b->size,
                          .out = b->out + out * b->out_size,
                          .in_step = by_head ? b->in_token : b->in_head,
                          .out_step = by_head ? b->out_token : b->out_head,
                          .count = count,
                          .runs = by_head ? tokens : heads};
    for (int64_t i = by_head ? heads : b->tokens; i > 0; i--) {
        convert(&job);
        job.in = (const char *)job.in + (by_head ? b->in_head : b->in_token);
        job.out = (char *)job.out + (by_head ? b->out_head : b->out_token);
    }
}

/* a piece of each head, and if its halves are apart where it comes from or goes to, another so much further on */
static void pass(const sx_block *b, int64_t in, int64_t out, int64_t count, int64_t in_apart, int64_t out_apart,
                 sx_convert_fn *convert)
{
    if (in_apart == count && out_apart == count) {
        sx_block_convert(b, in, out, 2 * count, convert);
    } else {
        sx_block_convert(b, in, out, count, convert);
        sx_block_convert(b, in + in_apart, out + out_apart, count, convert);
    }
}

void sx_keys_by_floats(const sx_floats *by, const sx_rotary_job *job, const sx_block *b)
{
    _Alignas(64) float passing[PASSING_FLOATS];
    const int32_t pairing = by->kernel->pairing;
    const int halves_in = pairing == SX_HALF_SPLIT || pairing == SX_OUTIN;
    const int halves_out = pairing == SX_HALF_SPLIT || pairing == SX_INOUT;
    const int whole = job->pairs == job->half; /* then halves lie beside each other here as they do outside */
    const int ready = b->size == (int64_t)sizeof(float) && whole; /* floats are rotated from where they are */
    const int parted = pairing >= SX_INOUT && !ready;             /* never in place */
    const int64_t width = 2 * job->pairs, room = (parted ? PASSING_FLOATS / 2 : PASSING_FLOATS) / width;
    const int64_t first_in = job->offset + (halves_in ? 1 : 2) * job->first;
    const int64_t first_out = job->offset + (halves_out ? 1 : 2) * job->first;
    const int by_head = job->tokens > 1 && b->out_head > b->out_token; /* follow the longer run of the cache */
    float *const turned = parted ? passing + PASSING_FLOATS / 2 : passing;
    sx_block in = *b, out = *b;
    in.out = (char *)passing;
    out.in = (const char *)turned;
    in.out_size = out.size = (int64_t)sizeof(float);
    in.out_token = out.in_token = width * (int64_t)sizeof(float);
    in.out_head = out.in_head = by_head ? room * in.out_token : in.out_token;
    sx_rotary_job turn = {.in = passing,
                          .out = turned,
                          .sines = job->sines,
                          .in_token = ready ? job->in_token : width,
                          .in_head = ready ? job->in_head : in.out_head / (int64_t)sizeof(float),
                          .out_token = width,
                          .out_head = in.out_head / (int64_t)sizeof(float),
                          .pairs = job->pairs,
                          .half = job->pairs,
                          .head_dim = width,
                          .far = ready ? job->far : 0};
    const int64_t outer = by_head ? job->heads : job->tokens, inner = by_head ? job->tokens : job->heads;
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = 0, n; i < inner; i += n) {
            const int64_t t = by_head ? i : o, h = by_head ? o : i;
            n = sx_least(inner - i, room);
            turn.tokens = in.tokens = out.tokens = by_head ? n : 1;
            turn.heads = in.heads = out.heads = by_head ? 1 : n;
            turn.rows = job->rows + t;
            in.in = b->in + t * b->in_token + h * b->in_head;
            out.out = b->out + t * b->out_token + h * b->out_head;
            if (ready)
                turn.in = in.in + first_in * b->size;
            else
                pass(&in, first_in, 0, job->pairs, halves_in ? job->half : job->pairs, job->pairs, by->widen);
            by->kernel->rotate(&turn);
            pass(&out, 0, first_out, job->pairs, job->pairs, halves_out ? job->half : job->pairs, by->narrow);
        }
}
