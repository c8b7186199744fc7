/*
 * A tile of attention: keys packed in panels, so that a step of the products reads whole vectors of keys; values packed to floats; the
 * two products, six rows by SX_TILE_VECTORS vectors in registers. A row's sums do not depend on which other rows are in its block.
 */
#include "attention.h"

#define PANEL (SX_TILE_VECTORS * SX_LANES)
#define BLOCK_ROWS 6

static SX_INLINE vf packed_vector(int32_t type, const char *row, int64_t i, int64_t n)
{
    if (type == SX_F32)
        return n >= SX_LANES ? vf_load((const float *)(const void *)row + i)
                             : vf_load_n((const float *)(const void *)row + i, n);
    const uint16_t *at = (const uint16_t *)(const void *)row + i;
    if (type == SX_BF16)
        return vf_load_bf16_n(at, n < SX_LANES ? n : SX_LANES);
    return n >= SX_LANES ? vf_load_f16(at) : vf_load_f16_n(at, n);
}

/* keys beside [first, last) of a tile are zeros when packed, and not read */
static SX_INLINE void find_rows(sx_tile_rows *rows, const sx_attention_job *job, const sx_heads *h, const char *base,
                                const sx_unit *unit, int64_t tile)
{
    const sx_sequence *of = &job->sequences[unit->sequence];
    for (int64_t x = rows->first; x < rows->last; x++)
        rows->row[x] =
            base + (sx_cached(job->call, h, job->pages, job->indptr, unit->sequence, of->k_first + tile + x) +
                    unit->kv_head * h->head_stride) *
                       job->kv_size;
}

/* asks for keys [from, to) of rows that come next; null: there is nothing to ask for */
static SX_INLINE void ask_rows(const sx_tile_rows *rows, int64_t from, int64_t to, int64_t bytes)
{
    if (rows == NULL)
        return;
    for (int64_t x = from < rows->first ? rows->first : from; x < to && x < rows->last; x++)
        for (int64_t at = 0; at < bytes; at += 64)
            __builtin_prefetch(rows->row[x] + at, 0, 2);
}

/* panel[d][PANEL] for each panel of keys that has one of [first, last) */
static SX_INLINE void pack_keys(float *packed, const sx_tile_rows *rows, int64_t dim, int32_t type,
                                const sx_tile_rows *next, int64_t next_bytes)
{
    for (int64_t x = rows->first / PANEL * PANEL; x < rows->last; x += PANEL) {
        float *panel = packed + x * dim;
        for (int v = 0; v < SX_TILE_VECTORS; v++) {
            const int64_t key = x + v * SX_LANES;
            ask_rows(next, key, key + SX_LANES, next_bytes);
            for (int64_t d = 0; d < dim; d += SX_LANES) {
                vf square[SX_LANES];
#pragma GCC unroll 16
                for (int i = 0; i < SX_LANES; i++)
                    square[i] = key + i >= rows->first && key + i < rows->last
                                    ? packed_vector(type, rows->row[key + i], d, dim - d)
                                    : vf_set(0.0f);
                vf_turn(square);
#pragma GCC unroll 16
                for (int i = 0; i < SX_LANES; i++)
                    if (d + i < dim)
                        vf_store(panel + (d + i) * PANEL + v * SX_LANES, square[i]);
            }
        }
    }
}

/* Rows of values as floats, in panels of columns; columns beyond dim are 0. Returns whether all are finite. */
static SX_INLINE int pack_values(float *packed, const sx_tile_rows *rows, int64_t dim, int64_t columns, int32_t type,
                                 const sx_tile_rows *next, int64_t next_bytes)
{
    vf finite = vf_set(0.0f);
    for (int64_t x = rows->first; x < rows->last; x++) {
        ask_rows(next, x, x + 1, next_bytes);
        for (int64_t d = 0; d < columns; d += SX_LANES) {
            const vf value = d < dim ? packed_vector(type, rows->row[x], d, dim - d) : vf_set(0.0f);
            finite = vf_fma(value, vf_set(0.0f), finite);
            vf_store(packed + (d / PANEL * SX_ATTENTION_KEYS + x) * PANEL + d % PANEL, value);
        }
    }
    return vf_total(finite) == 0.0f;
}

/* scores of `rows` rows with the keys of a panel */
static SX_INLINE void score_block(float *scores, const float *q, const float *panel, int64_t dim, int rows)
{
    vf sum[BLOCK_ROWS][SX_TILE_VECTORS];
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int v = 0; v < SX_TILE_VECTORS; v++)
            sum[r][v] = vf_set(0.0f);
    for (int64_t d = 0; d < dim; d++, panel += PANEL) {
        vf key[SX_TILE_VECTORS];
#pragma GCC unroll 4
        for (int v = 0; v < SX_TILE_VECTORS; v++)
            key[v] = vf_load(panel + v * SX_LANES);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) {
            const vf x = vf_set(q[r * dim + d]);
#pragma GCC unroll 4
            for (int v = 0; v < SX_TILE_VECTORS; v++)
                sum[r][v] = vf_fma(x, key[v], sum[r][v]);
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int v = 0; v < SX_TILE_VECTORS; v++)
            vf_store(scores + r * SX_ATTENTION_KEYS + v * SX_LANES, sum[r][v]);
}

/* adds p * v of keys [first, last) of a panel of columns to `vectors` vectors of the sums of `rows` rows */
static SX_INLINE void value_block(float *sums, const float *p, const float *values, int64_t columns, int64_t first,
                                  int64_t last, int rows, int vectors)
{
    vf sum[BLOCK_ROWS][SX_TILE_VECTORS];
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            sum[r][v] = vf_load(sums + r * columns + v * SX_LANES);
    const float *value = values + first * PANEL;
    for (int64_t x = first; x < last; x++, value += PANEL) {
        vf at[SX_TILE_VECTORS];
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            at[v] = vf_load(value + v * SX_LANES);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) {
            const vf weight = vf_set(p[r * SX_ATTENTION_KEYS + x]);
#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++)
                sum[r][v] = vf_fma(weight, at[v], sum[r][v]);
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            vf_store(sums + r * columns + v * SX_LANES, sum[r][v]);
}

/* so many keys of a panel of values stay in the nearest cache while the rows pass */
#define VALUE_KEYS 128

#define EACH_COUNT(call)                                                                                               \
    switch (rows) {                                                                                                    \
    case 6: call(6); break;                                                                                            \
    case 5: call(5); break;                                                                                            \
    case 4: call(4); break;                                                                                            \
    case 3: call(3); break;                                                                                            \
    case 2: call(2); break;                                                                                            \
    default: call(1); break;                                                                                           \
    }

static void scores_of(float *scores, const float *q, const float *packed, int64_t dim, int64_t first, int64_t last,
                      int64_t all)
{
    for (int64_t x = first / PANEL * PANEL; x < last; x += PANEL)
        for (int64_t r = 0; r < all; r += BLOCK_ROWS) {
            const int64_t rows = all - r < BLOCK_ROWS ? all - r : BLOCK_ROWS;
#define CALL(n) score_block(scores + r * SX_ATTENTION_KEYS + x, q + r * dim, packed + x * dim, dim, n)
            EACH_COUNT(CALL)
#undef CALL
        }
}

/* one panel of columns, `vectors` of its vectors */
static SX_INLINE void value_panel(float *sums, const float *p, const float *values, int64_t columns, int64_t first,
                                  int64_t last, int64_t all, int vectors)
{
    for (int64_t x = first; x < last; x += VALUE_KEYS) {
        const int64_t end = x + VALUE_KEYS < last ? x + VALUE_KEYS : last;
        for (int64_t r = 0; r < all; r += BLOCK_ROWS) {
            const int64_t rows = all - r < BLOCK_ROWS ? all - r : BLOCK_ROWS;
#define CALL(n) value_block(sums + r * columns, p + r * SX_ATTENTION_KEYS, values, columns, x, end, n, vectors)
            EACH_COUNT(CALL)
#undef CALL
        }
    }
}

static void values_of(float *sums, const float *p, const float *values, int64_t columns, int64_t first, int64_t last,
                      int64_t rows)
{
    for (int64_t d = 0; d < columns; d += PANEL, values += SX_ATTENTION_KEYS * PANEL) {
        switch ((columns - d) / SX_LANES) {
        case 1: value_panel(sums + d, p, values, columns, first, last, rows, 1); break;
        case 2: value_panel(sums + d, p, values, columns, first, last, rows, 2); break;
#if SX_TILE_VECTORS > 2
        case 3: value_panel(sums + d, p, values, columns, first, last, rows, 3); break;
#endif
        default: value_panel(sums + d, p, values, columns, first, last, rows, SX_TILE_VECTORS); break;
        }
    }
}

/* the same where a value is not finite: a key that the row does not see has weight -0, and its value is not touched */
static void values_one_by_one(float *sums, const float *p, const float *values, int64_t columns, int64_t first,
                              int64_t last, int64_t rows)
{
    for (int64_t r = 0; r < rows; r++)
        for (int64_t x = first; x < last; x++) {
            const union {
                float value;
                uint32_t bits;
            } weight = {.value = p[r * SX_ATTENTION_KEYS + x]};
            if (weight.bits == 0x80000000u)
                continue;
            for (int64_t d = 0; d < columns; d++) {
                const float value = values[(d / PANEL * SX_ATTENTION_KEYS + x) * PANEL + d % PANEL];
                sums[r * columns + d] = __builtin_fmaf(weight.value, value, sums[r * columns + d]);
            }
        }
}
