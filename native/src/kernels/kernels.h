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
    int32_t reserved;
} sx_rows_job;

typedef void sx_rows_fn(const sx_rows_job *job);

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

/* null when there is none */
const sx_rotary_kernel *sx_find_rotary(int32_t isa, int32_t dtype, int32_t pairing, int32_t variant);
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
#include "kernels/kernels.inc"

sx_ceiling_fn sx_ceiling_scalar, sx_ceiling_avx2, sx_ceiling_avx512;

#endif
