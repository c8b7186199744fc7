/*
 * A tile for few rows: keys and values are used where they stand. Packing them would cost more than the products, which then are done
 * before memory has brought the next keys.
 */
#include "attention.h"

#define DIRECT_ROWS 8                  /* of a unit that works like this */
#define FEW_ROWS 4                     /* in registers at a time, */
#define FEW_KEYS SX_TILE_VECTORS       /* by so many keys */
#define FEW_SUMS (FEW_ROWS * FEW_KEYS) /* whole groups of SX_LANES */

/* adds the products of elements [d, d + n) of `rows` rows and FEW_KEYS keys, n up to SX_LANES, to a sum for each pair */
static SX_INLINE void few_products(vf *sum, const float *q, int64_t dim, const char *const *key, int32_t type, int rows,
                                   int64_t d, int64_t n)
{
    vf of[FEW_KEYS];
#pragma GCC unroll 4
    for (int k = 0; k < FEW_KEYS; k++)
        of[k] = packed_vector(type, key[k], d, n);
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) {
        const vf x = packed_vector(SX_F32, (const char *)(const void *)(q + r * dim), d, n);
#pragma GCC unroll 4
        for (int k = 0; k < FEW_KEYS; k++)
            sum[r * FEW_KEYS + k] = vf_fma(x, of[k], sum[r * FEW_KEYS + k]);
    }
}

/* scores of `rows` rows with FEW_KEYS keys from x on; those that the tile lacks are of its nearest one, and hidden later */
static SX_INLINE void few_scores_of(float *scores, const float *q, int64_t dim, const sx_tile_rows *keys, int64_t x,
                                    int32_t type, int rows)
{
    const char *key[FEW_KEYS];
    vf sum[FEW_SUMS];
#pragma GCC unroll 4
    for (int k = 0; k < FEW_KEYS; k++)
        key[k] = keys->row[sx_within(x + k, keys->first, keys->last - 1)];
#pragma GCC unroll 16
    for (int i = 0; i < FEW_SUMS; i++)
        sum[i] = vf_set(0.0f);
    int64_t d = 0;
    for (; d + SX_LANES <= dim; d += SX_LANES)
        few_products(sum, q, dim, key, type, rows, d, SX_LANES);
    if (d < dim)
        few_products(sum, q, dim, key, type, rows, d, dim - d);
    float total[FEW_SUMS];
#pragma GCC unroll 16
    for (int g = 0; g < FEW_SUMS; g += SX_LANES) {
        vf_turn(sum + g);
#pragma GCC unroll 4
        for (int half = SX_LANES / 2; half > 0; half /= 2)
#pragma GCC unroll 8
            for (int i = 0; i < half; i++)
                sum[g + i] = vf_add(sum[g + i], sum[g + i + half]);
        vf_store(total + g, sum[g]);
    }
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int k = 0; k < FEW_KEYS; k++)
            scores[r * SX_ATTENTION_KEYS + k] = total[r * FEW_KEYS + k];
}

#define EACH_FEW(call)                                                                                                 \
    switch (rows) {                                                                                                    \
    case 4: call(4); break;                                                                                            \
    case 3: call(3); break;                                                                                            \
    case 2: call(2); break;                                                                                            \
    default: call(1); break;                                                                                           \
    }

/* scores of `all` rows, whole panels of columns; values are asked for beside their keys */
static SX_INLINE void few_scores(float *scores, const float *q, int64_t dim, const sx_tile_rows *keys, int64_t all,
                                 int32_t type, const sx_tile_rows *next, int64_t next_bytes)
{
    for (int64_t r = 0; r < all; r++) {
        hide(scores + r * SX_ATTENTION_KEYS, keys->first / PANEL * PANEL, keys->first);
        hide(scores + r * SX_ATTENTION_KEYS, keys->last, (keys->last + PANEL - 1) / PANEL * PANEL);
    }
    for (int64_t x = keys->first / FEW_KEYS * FEW_KEYS; x < keys->last; x += FEW_KEYS) {
        ask_rows(next, x, x + FEW_KEYS, next_bytes);
        for (int64_t r = 0; r < all; r += FEW_ROWS) {
            const int64_t rows = all - r < FEW_ROWS ? all - r : FEW_ROWS;
#define CALL(n) few_scores_of(scores + r * SX_ATTENTION_KEYS + x, q + r * dim, dim, keys, x, type, n)
            EACH_FEW(CALL)
#undef CALL
        }
    }
}

/* adds p * v of elements [d, d + n) of the tile's values to `rows` rows of sums; n more than `vectors` - 1 vectors. 0: all are finite */
static SX_INLINE float few_values_of(float *sums, const float *p, const sx_tile_rows *values, int64_t columns,
                                     int32_t type, int rows, int vectors, int64_t d, int64_t n,
                                     const sx_tile_rows *next, int64_t next_bytes)
{
    vf sum[FEW_ROWS][SX_TILE_VECTORS], finite[SX_TILE_VECTORS];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++)
        finite[v] = vf_set(0.0f);
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            sum[r][v] = vf_load(sums + r * columns + d + v * SX_LANES);
    for (int64_t x = values->first; x < values->last; x++) {
        ask_rows(next, x, x + 1, next_bytes);
        vf of[SX_TILE_VECTORS];
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) {
            of[v] = packed_vector(type, values->row[x], d + v * SX_LANES, n - v * SX_LANES);
            finite[v] = vf_fma(of[v], vf_set(0.0f), finite[v]);
        }
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) {
            const vf weight = vf_set(p[r * SX_ATTENTION_KEYS + x]);
#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++)
                sum[r][v] = vf_fma(weight, of[v], sum[r][v]);
        }
    }
    float rest = 0.0f;
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++)
        rest += vf_total(finite[v]);
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            vf_store(sums + r * columns + d + v * SX_LANES, sum[r][v]);
    return rest;
}

/* all columns of all rows; 0: all values are finite. The next tile's keys are asked for on the first way through. */
static SX_INLINE float few_values(float *sums, const float *p, const sx_tile_rows *values, int64_t dim, int64_t columns,
                                  int64_t all, int32_t type, const sx_tile_rows *next, int64_t next_bytes)
{
    float rest = 0.0f;
    for (int64_t r = 0; r < all; r += FEW_ROWS) {
        const int64_t rows = all - r < FEW_ROWS ? all - r : FEW_ROWS;
        float *to = sums + r * columns;
        const float *of = p + r * SX_ATTENTION_KEYS;
        int64_t d = 0;
#define CALL(n) rest += few_values_of(to, of, values, columns, type, n, SX_TILE_VECTORS, d, PANEL, next, next_bytes)
        for (; d + PANEL <= dim; d += PANEL, next = NULL)
            EACH_FEW(CALL)
#undef CALL
#define CALL(n) rest += few_values_of(to, of, values, columns, type, n, 1, d, dim - d, next, next_bytes)
        for (; d < dim; d += SX_LANES, next = NULL)
            EACH_FEW(CALL)
#undef CALL
    }
    return rest;
}
