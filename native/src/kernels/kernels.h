/*
 * What the loops over tokens (rotary.c, rows.c) and the kernels promise each other.
 *
 * A "row" is the cosines and sines of one position. Rows are made in natural order (pair 0, 1, 2, ...) and brought
 * into the order in which a kernel wants them once a token ("arranged"), because every head of the token then reads
 * them with plain loads.
 */
#ifndef SX_KERNELS_H
#define SX_KERNELS_H

#include <stdint.h>

#include "sextant.h"
#include "small.h"

#define SX_TILE_FLOATS 768 /* 3 KiB of stack hold the rows of some consecutive tokens */
#define SX_TILE_TOKENS 32  /* at most so many, for the arrays of positions and row pointers */
#define SX_BLOCK_PAIRS 128 /* wider heads are rotated in blocks of pairs */
#define SX_MOST_AXES 8
#define SX_AHEAD_BYTES 6144 /* how far ahead of the work memory is asked for */

/* rotate `heads` heads of `tokens` tokens by pairs [first, first + pairs) */
typedef struct sx_rotary_job {
    const void *in;
    void *out;
    const float *const *rows; /* rows[t][0 .. pairs): cosines, arranged, readable up to whole groups */
    int64_t sines;            /* the sines begin so many floats further */
    int64_t tokens, heads;
    int64_t in_token, in_head, out_token, out_head; /* strides in elements */
    int64_t first, pairs;
    int64_t half; /* distance of the two elements of a pair in half-split order */
    int64_t offset, head_dim;
    int64_t before, after; /* elements at the ends of a head to be copied when the output is another tensor */
    int32_t far;           /* more memory than the caches hold */
    int32_t reserved;
    int64_t seconds; /* SX_BY_ELEMENT: rows of second elements begin so many floats after those of the first */
} sx_rotary_job;

typedef void sx_rotary_fn(const sx_rotary_job *job);

/* cosines and sines in natural order to kernel order; in place or not; writes whole groups */
typedef void sx_arrange_fn(float *cos_out, float *sin_out, const float *cos_in, const float *sin_in, int64_t pairs,
                           float sin_factor);

/* the coordinates of a token, in the type that the recipe works with */
typedef union sx_axes {
    int64_t whole[SX_MOST_AXES]; /* EXACT, FAST, TABLE */
    double real[SX_MOST_AXES];   /* REAL */
    float single[SX_MOST_AXES];  /* FLOAT32 */
} sx_axes;

/* make `rows` rows of `pairs` pairs */
typedef struct sx_rows_job {
    const uint64_t *fraction_hi, *fraction_lo; /* EXACT, FAST */
    const float *inverse;                      /* FLOAT32 */
    const double *frequency;                   /* REAL */
    float *cos, *sin;                          /* cos[r * stride + j] */
    int64_t stride;
    int64_t rows, pairs;
    int64_t start;            /* EXACT, FAST: consecutive positions from here, */
    const int64_t *positions; /* unless they are listed here */
    const double *reals;      /* FLOAT32, REAL: a position a row */
    const uint8_t *axis;      /* all of them: null, or pair j is at of_axis[r][axis[j]] */
    const sx_axes *of_axis;
    float cos_factor, sin_factor; /* multiply the rounded values; exact sign flip for the inverse rotation */
    int32_t stream;               /* non-temporal stores; cos, sin and stride are then whole cache lines */
    int32_t mixed;                /* REAL: axes that drive every pair, 0 where one does; then at of_axis, and */
    int64_t mixed_stride;         /* their frequencies are frequency[a * mixed_stride + j] */
} sx_rows_job;

typedef void sx_rows_fn(const sx_rows_job *job);

/* merge `columns` columns of `tokens` rows */
typedef struct sx_merge_job {
    const void *x;
    void *out;
    const float *const *rows; /* rows[t][skip + i] is for column i; */
    int64_t skip;
    int64_t cosines; /* woven: rows hold sines for even columns, and so many floats further cosines for odd ones;
                        of rows that are made on the way, and not woven: columns from a sine to its cosine */
    int64_t tokens, columns;
    int64_t x_stride, out_stride; /* elements */
    int64_t ask;                  /* bytes from x to what memory is asked for, 0 for nothing */
    float scale;
    int32_t merge;
    int32_t woven;
    int32_t stream; /* non-temporal stores; out and its stride are then whole cache lines */
} sx_merge_job;

typedef void sx_merge_fn(const sx_merge_job *job);

/* make rows and merge them: whole steps of waves, consecutive or listed positions; tokens, columns and rows of `to` are not read */
typedef void sx_waves_fn(const sx_rows_job *made, const sx_merge_job *to);

/* floats to `dtype`, rounded to nearest even; in natural order */
typedef void sx_cast_fn(void *out, const float *in, int64_t count);

/* floats rounded to a 16-bit type, to nearest even, and widened again */
typedef void sx_round_fn(float *x, int64_t count);

/* runs of elements from one type to another, rounded to nearest even once; any NaN stays a NaN; in and out disjoint */
typedef struct sx_convert_job {
    const void *in;
    void *out;
    int64_t in_step, out_step; /* bytes from one run to the next */
    int64_t count;             /* elements of a run */
    int64_t runs;
} sx_convert_job;

typedef void sx_convert_fn(const sx_convert_job *job);

/* one table over a run of columns that it covers whole */
typedef struct sx_gather_part {
    const char *entries; /* of row 0, at the first column of the run */
    int64_t stride;      /* bytes */
    int32_t type, merge;
    int32_t source; /* its place in the picks of a row */
    int32_t ahead;  /* ask for the row that comes so many rows later; 0: the caches hold the table */
} sx_gather_part;

/* columns of some rows: every part covers all of the columns */
typedef struct sx_gather_job {
    const void *in;
    void *out;
    const sx_pick *picks;
    const sx_gather_part *part;
    int64_t in_stride, out_stride; /* elements */
    int64_t rows, columns, parts, sources;
    float scale;
    int32_t input;
} sx_gather_job;

typedef void sx_gather_fn(const sx_gather_job *job);

typedef struct sx_gather_kernel {
    const char *name;
    int32_t isa, dtype, element; /* bytes */
    sx_gather_fn *gather;
} sx_gather_kernel;

const sx_gather_kernel *sx_find_gather(int32_t isa, int32_t dtype);
int32_t sx_is_gather(const void *kernel);

typedef void sx_ceiling_fn(int32_t kind, void *dst, const void *src, int64_t bytes);

/* variants of a rotation */
#define SX_BY_PAIR 0    /* both elements of a pair have one cosine and one sine */
#define SX_BY_ELEMENT 1 /* each has its own */
#define SX_BY_PRODUCT 2 /* as the first; products are rounded to the element type */

typedef struct sx_rotary_kernel {
    const char *name;
    int32_t isa, dtype, pairing, variant;
    int32_t group;   /* pairs in a whole step of the kernel */
    int32_t natural; /* kernel order is natural order */
    int32_t element; /* bytes */
    sx_rotary_fn *rotate;
    sx_arrange_fn *arrange;
    sx_round_fn *round;              /* to the element type; null where that is float */
    sx_rows_fn *make[SX_ROWS_TABLE]; /* by recipe: all that are not read from a table */
} sx_rotary_kernel;

typedef struct sx_additive_kernel {
    const char *name;
    int32_t isa, dtype;
    int64_t element; /* bytes */
    int64_t step;    /* waves in a whole step */
    sx_merge_fn *merge;
    sx_waves_fn *waves[SX_ROWS_FLOAT32]; /* EXACT, FAST */
    sx_rows_fn *make[SX_ROWS_TABLE];
} sx_additive_kernel;

/* null when there is none */
const sx_rotary_kernel *sx_find_rotary(int32_t isa, int32_t dtype, int32_t pairing, int32_t variant);
const sx_additive_kernel *sx_find_additive(int32_t isa, int32_t dtype);
int32_t sx_is_additive(const void *kernel);
sx_cast_fn *sx_find_cast(int32_t isa, int32_t dtype);
sx_convert_fn *sx_find_convert(int32_t isa, int32_t to, int32_t from);

/* whether `kernel` is an entry of the table, so that a plan that was never bound is not jumped through */
int32_t sx_is_rotary(const void *kernel);

#define SX_FOR_EACH_ISA(type, stem) type stem##_scalar, stem##_avx2, stem##_avx512;
#define SX_ROTARY(dtype, pairing, DTYPE, PAIRING)                                                                      \
    SX_FOR_EACH_ISA(sx_rotary_fn, sx_rotary_##dtype##_##pairing)                                                       \
    SX_FOR_EACH_ISA(sx_rotary_fn, sx_rotary_##dtype##_##pairing##_elements)                                            \
    SX_FOR_EACH_ISA(sx_arrange_fn, sx_arrange_##dtype##_##pairing)
#define SX_PRODUCTS(dtype, pairing, DTYPE, PAIRING)                                                                    \
    SX_FOR_EACH_ISA(sx_rotary_fn, sx_rotary_##dtype##_##pairing##_products)
#define SX_ROWS(recipe, RECIPE)                                                                                        \
    sx_rows_fn sx_rows_f32_##recipe##_scalar, sx_rows_f32_##recipe##_avx2, sx_rows_f32_##recipe##_avx512;
#define SX_CAST(dtype, DTYPE)                                                                                          \
    sx_cast_fn sx_cast_##dtype##_f32_scalar, sx_cast_##dtype##_f32_avx2, sx_cast_##dtype##_f32_avx512;
#define SX_ROUND(dtype) SX_FOR_EACH_ISA(sx_round_fn, sx_round_##dtype##_f32)
#define SX_CONVERT(to, from, TO, FROM)                                                                                 \
    sx_convert_fn sx_convert_##to##_##from##_scalar, sx_convert_##to##_##from##_avx2, sx_convert_##to##_##from##_avx512;
#define SX_MERGE(dtype, DTYPE)                                                                                         \
    sx_merge_fn sx_additive_##dtype##_scalar, sx_additive_##dtype##_avx2, sx_additive_##dtype##_avx512;                \
    sx_waves_fn sx_waves_##dtype##_exact_scalar, sx_waves_##dtype##_exact_avx2, sx_waves_##dtype##_exact_avx512,       \
        sx_waves_##dtype##_fast_scalar, sx_waves_##dtype##_fast_avx2, sx_waves_##dtype##_fast_avx512;
#define SX_GATHER(dtype, DTYPE)                                                                                        \
    sx_gather_fn sx_gather_##dtype##_scalar, sx_gather_##dtype##_avx2, sx_gather_##dtype##_avx512;
#include "kernels/kernels.inc"

sx_ceiling_fn sx_ceiling_scalar, sx_ceiling_avx2, sx_ceiling_avx512;

#endif
