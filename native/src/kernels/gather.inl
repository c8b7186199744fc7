/*
 * Rows of tables merged into rows of a tensor. A block of columns stays in registers while the tables pass; meanwhile
 * the same columns of the rows that come next are asked for, because nobody can guess where they are.
 */
#include "kernels/kernels.h"

#define GATHER_BLOCK 8                     /* vectors */
#define GATHER_ONE (SX_MERGE_MULTIPLY + 1) /* an addition whose scale is 1 */

#define GATHER_VECTOR(dtype, type, load, load_n)                                                                       \
    static SX_INLINE vf gather_##dtype(const char *p, int64_t i, int64_t n)                                            \
    {                                                                                                                  \
        const type *at = (const type *)(const void *)p + i;                                                            \
        return n >= SX_LANES ? load(at) : load_n(at, n);                                                               \
    }
static SX_INLINE vf gather_whole_bf16(const uint16_t *p) { return vf_load_bf16_n(p, SX_LANES); }
GATHER_VECTOR(f32, float, vf_load, vf_load_n)
GATHER_VECTOR(f16, uint16_t, vf_load_f16, vf_load_f16_n)
GATHER_VECTOR(bf16, uint16_t, gather_whole_bf16, vf_load_bf16_n)
GATHER_VECTOR(i8, int8_t, vf_load_i8, vf_load_i8_n)

static SX_INLINE vf gather_entry(int32_t type, const char *p, int64_t i, int64_t n)
{
    switch (type) {
    case SX_F32: return gather_f32(p, i, n);
    case SX_F16: return gather_f16(p, i, n);
    case SX_BF16: return gather_bf16(p, i, n);
    default: return gather_i8(p, i, n);
    }
}

static SX_INLINE void gather_put(int32_t dtype, char *p, int64_t i, vf y, int64_t n)
{
    if (dtype == SX_F32) {
        float *at = (float *)(void *)p + i;
        if (n >= SX_LANES)
            vf_store(at, y);
        else
            vf_store_n(at, y, n);
        return;
    }
    uint16_t *at = (uint16_t *)(void *)p + i;
    if (dtype == SX_BF16)
        vf_store_bf16_n(at, vf_plain_nan(y), n < SX_LANES ? n : SX_LANES);
    else if (n >= SX_LANES)
        vf_store_f16(at, y);
    else
        vf_store_f16_n(at, y, n);
}

/* `vectors` vectors of y and of the row at `p`, or of n elements where that is less than one */
static SX_INLINE void gather_merge(vf *y, int vectors, int32_t type, int32_t merge, const char *p, int64_t column,
                                   int64_t n, vf scale)
{
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) {
        const vf entry = gather_entry(type, p, column + v * SX_LANES, n);
        if (merge == GATHER_ONE) {
            y[v] = vf_add(y[v], entry);
            continue;
        }
        const vf e = vf_mul(entry, scale);
        if (merge == SX_MERGE_ADD)
            y[v] = vf_add(y[v], e);
        else if (merge == SX_MERGE_MULTIPLY)
            y[v] = vf_mul(y[v], vf_add(vf_set(1.0f), e));
        else
            y[v] = e;
    }
}

static SX_INLINE void gather_merges(vf *y, int vectors, int32_t type, int32_t merge, const char *p, int64_t column,
                                    int64_t n, vf scale)
{
    switch (merge) {
    case GATHER_ONE: gather_merge(y, vectors, type, GATHER_ONE, p, column, n, scale); break;
    case SX_MERGE_ADD: gather_merge(y, vectors, type, SX_MERGE_ADD, p, column, n, scale); break;
    case SX_MERGE_MULTIPLY: gather_merge(y, vectors, type, SX_MERGE_MULTIPLY, p, column, n, scale); break;
    default: gather_merge(y, vectors, type, SX_MERGE_FILL, p, column, n, scale); break;
    }
}

/* the same columns of a row that comes later */
static SX_INLINE void gather_ask(const sx_gather_part *part, const sx_pick *later, int64_t column, int vectors)
{
    const int32_t row = part->ahead != 0 ? later[part->source].row : -1;
    if (row < 0)
        return;
    const int64_t size = sx_bytes_of(part->type);
    const char *from = part->entries + row * part->stride + column * size;
    for (int64_t at = 0; at < vectors * SX_LANES * size; at += 64)
        __builtin_prefetch(from + at, 0, 3);
}

/* columns [column, column + vectors * SX_LANES) of row r */
static SX_INLINE void gather_block(const sx_gather_job *job, int32_t dtype, const char *in, char *out, int64_t r,
                                   int64_t column, int vectors, int64_t n)
{
    vf y[GATHER_BLOCK];
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++)
        y[v] = job->input ? gather_entry(dtype, in, column + v * SX_LANES, n) : vf_set(0.0f);
    if (job->scale != 1.0f)
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++)
            y[v] = vf_mul(y[v], vf_set(job->scale));
    const sx_pick *pick = job->picks + r * job->sources;
    for (int64_t i = 0; i < job->parts; i++) {
        const sx_gather_part *part = &job->part[i];
        const sx_pick of = pick[part->source];
        if (r + part->ahead < job->rows)
            gather_ask(part, pick + part->ahead * job->sources, column, vectors);
        if (of.row < 0)
            continue;
        const char *row = part->entries + of.row * part->stride;
        const vf scale = vf_set(of.scale);
        const int32_t merge = part->merge == SX_MERGE_ADD && of.scale == 1.0f ? GATHER_ONE : part->merge;
        switch (part->type) {
        case SX_F32: gather_merges(y, vectors, SX_F32, merge, row, column, n, scale); break;
        case SX_F16: gather_merges(y, vectors, SX_F16, merge, row, column, n, scale); break;
        case SX_BF16: gather_merges(y, vectors, SX_BF16, merge, row, column, n, scale); break;
        default: gather_merges(y, vectors, SX_I8, merge, row, column, n, scale); break;
        }
    }
#pragma GCC unroll 8
    for (int v = 0; v < vectors; v++)
        gather_put(dtype, out, column + v * SX_LANES, y[v], n);
}

static SX_INLINE void gather_rows(const sx_gather_job *job, int32_t dtype)
{
    const int64_t size = sx_bytes_of(dtype);
    const char *in = job->in;
    char *out = job->out;
    for (int64_t r = 0; r < job->rows; r++) {
        int64_t column = 0;
        for (; column + GATHER_BLOCK * SX_LANES <= job->columns; column += GATHER_BLOCK * SX_LANES)
            gather_block(job, dtype, in, out, r, column, GATHER_BLOCK, SX_LANES);
        for (; column + SX_LANES <= job->columns; column += SX_LANES)
            gather_block(job, dtype, in, out, r, column, 1, SX_LANES);
        if (column < job->columns)
            gather_block(job, dtype, in, out, r, column, 1, job->columns - column);
        if (job->input)
            in += job->in_stride * size;
        out += job->out_stride * size;
    }
}

#define SX_GATHER(dtype, DTYPE)                                                                                        \
    void SX_NAME(sx_gather_##dtype)(const sx_gather_job *job) { gather_rows(job, DTYPE); }
#include "kernels/kernels.inc"
