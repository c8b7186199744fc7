/*
 * Sextant: positional-encoding kernels for the CPU. The whole C ABI of libsextant.
 *
 * Contract of every function here
 *   - nothing is allocated, kept, printed or aborted; no thread is started; MXCSR is never touched;
 *   - every verb returns a status, 0 = good (sx_status_text says the rest in words);
 *   - strides count elements, never bytes; buffers need no more than the alignment of their element;
 *   - nothing outside the elements that a call names is read or written;
 *   - there is no global state: an ISA is a value in a plan, and plans of two ISAs live side by side.
 *
 * A plan is a plain struct owned by the caller. Fill it, set `size`, call sx_rotary_bind once; from then on it is
 * read-only and any number of threads may use it. What changes from call to call is in the arguments.
 *
 * The caller (the Java front end) has checked shapes, bounds, overlap and position ranges; the functions here check
 * only what a wrong binding could get wrong: sizes, nulls, enumerators.
 */
#ifndef SEXTANT_H
#define SEXTANT_H

#include <stdint.h>

#if defined(__GNUC__)
#define SX_API __attribute__((visibility("default")))
#else
#define SX_API
#endif

#define SX_ABI_VERSION 2

/* status of a call */
#define SX_OK 0
#define SX_E_SIZE 1        /* size field does not fit this library's struct */
#define SX_E_NULL 2        /* a required pointer is null */
#define SX_E_ARGUMENT 3    /* an enumerator, count or stride is out of range */
#define SX_E_ISA 4         /* this CPU or operating system lacks the instruction set */
#define SX_E_UNBOUND 5     /* the plan was not bound */
#define SX_E_UNSUPPORTED 6 /* no kernel for this combination */

/* instruction sets, weakest first */
#define SX_ISA_NONE 0
#define SX_ISA_SCALAR 1 /* x86-64-v3 without hand-written vectors */
#define SX_ISA_AVX2 2   /* AVX2, FMA, F16C */
#define SX_ISA_AVX512 3 /* AVX-512 F, BW, DQ, VL */

/* element types of queries and keys */
#define SX_F32 0
#define SX_F16 1
#define SX_BF16 2
#define SX_I8 3 /* entries of tables only */

/* which two elements of the rotated slice make pair j of `pairs` */
#define SX_HALF_SPLIT 0  /* (j, j + pairs)   [ccccssss] */
#define SX_INTERLEAVED 1 /* (2j, 2j + 1)     [cscscscs] */
#define SX_INOUT 2       /* read at (2j, 2j + 1), written to (j, j + pairs); never in place */
#define SX_OUTIN 3       /* read at (j, j + pairs), written to (2j, 2j + 1): the way back of SX_INOUT; never in place */

/* where the cos/sin rows come from */
#define SX_ROWS_EXACT 0   /* 128-bit phase, double polynomials, one rounding to float */
#define SX_ROWS_FAST 1    /* the top 64 bits of the same phase, float polynomials, error at most 1e-7 */
#define SX_ROWS_FLOAT32 2 /* angle = (float)position * (float)inverse frequency, then an accurate sine */
#define SX_ROWS_REAL 3    /* angle = (double)position * frequency, positions may be real numbers */
#define SX_ROWS_TABLE 4   /* rows read from the plan's table */

/* the roundings of 16-bit rotations; 32-bit ones know only the first */
#define SX_ROUND_ONCE 0     /* rows and arithmetic in float, one rounding at the end */
#define SX_ROUND_ROWS 1     /* cos and sin rounded to the element type, the rest as above */
#define SX_ROUND_PRODUCTS 2 /* rows, both products and the sum each rounded to the element type */

/* how positions are given */
#define SX_IDS_START 0 /* token t has position start + t */
#define SX_IDS_I32 1
#define SX_IDS_I64 2
#define SX_IDS_SAME 3 /* every token has position start */
#define SX_IDS_F32 4  /* real coordinates; SX_ROWS_FLOAT32 and SX_ROWS_REAL only */
#define SX_IDS_F64 5  /* the same in double */

/* how tokens find their slot in a cache, which is pages of slots of heads */
#define SX_SLOTS_DIRECT 0  /* sequence index i of batch entry b: slot i of page b, as in contiguous caches */
#define SX_SLOTS_MAPPING 1 /* a slot a token, counted through all pages; a negative one: the token is not stored */
#define SX_SLOTS_TABLE 2   /* sequence index i lies on page pages[b][i / page size] */
#define SX_SLOTS_CSR 3     /* the same of pages[indptr[b] + i / page size] */

/*
 * Rotary plan. Frequencies of pair j:
 *   EXACT, FAST   fraction_hi[j]:fraction_lo[j], the frequency as an unsigned 0.128 fraction of a turn
 *   FLOAT32       inverse[j], radians per position
 *   REAL          frequency[j], radians per position
 *   TABLE         table[row][2 * pairs]: cosines then sines, attention factor included; with `elements`
 *                 table[row][4 * pairs]: cosines of the first elements of all pairs, of the second, sines likewise
 */
typedef struct sx_rotary_plan {
    uint32_t size; /* sizeof(sx_rotary_plan) */
    int32_t isa;
    int32_t dtype;
    int32_t pairing;
    int32_t recipe;
    int32_t rounding;
    int32_t head_dim;
    int32_t offset;   /* first rotated element of a head */
    int32_t pairs;    /* half the rotary dim */
    int32_t blocks;   /* pairing is inside each of so many equal parts of the slice; a divisor of pairs, usually 1 */
    int32_t axes;     /* coordinates of a token, 1 for text */
    int32_t elements; /* 1: the table has a cosine and a sine for each element, not for each pair */
    float magnitude;  /* multiplies cos and sin after they were rounded to float; 1 = none */
    int32_t reserved;
    const uint8_t *axis_of_pair; /* [pairs], null for one axis */
    const uint64_t *fraction_hi;
    const uint64_t *fraction_lo;
    const float *inverse;
    const double *frequency;
    const float *table;
    int64_t table_rows;
    const void *kernel; /* set by sx_rotary_bind */
} sx_rotary_plan;

/* one tensor of heads [batch][token][head][head_dim]; element (b, t, h, d) of it stands at
   base[origin + b * batch_stride + t * token_stride + h * head_stride + d], base being the call's pointer */
typedef struct sx_heads {
    int64_t heads;
    int64_t origin;
    int64_t head_stride;
    int64_t token_stride;
    int64_t batch_stride;
} sx_heads;

/* what varies from call to call besides the buffers */
typedef struct sx_rotary_call {
    uint32_t size;   /* sizeof(sx_rotary_call) */
    int32_t inverse; /* 0: rotate by +angle; 1: by -angle; with `elements` by the transpose */
    int32_t ids_kind;
    int32_t in_place;   /* bit 0: q_out is q, bit 1: k_out is k; then their sx_heads is not read */
    int64_t start;      /* SX_IDS_START: position of token 0; SX_IDS_SAME: of all */
    int64_t ids_origin; /* axis a of (batch b, token t) is ids[ids_origin + b * batch + a * axis + t * token stride] */
    int64_t ids_batch_stride;
    int64_t ids_axis_stride; /* 0: every axis has the same id */
    int64_t ids_token_stride;
    int64_t batches;
    int64_t tokens;
    sx_heads q_in;
    sx_heads q_out; /* heads is that of q_in */
    sx_heads k_in;  /* heads 0: no keys */
    sx_heads k_out;
} sx_rotary_call;

/* a table of rows to be written */
typedef struct sx_rows_call {
    uint32_t size; /* sizeof(sx_rows_call) */
    int32_t dtype; /* of cos and sin */
    int32_t ids_kind;
    int32_t reserved;
    int64_t start;      /* as in sx_rotary_call */
    int64_t ids_origin; /* axis a of row r is ids[ids_origin + a * ids_axis_stride + r * ids_token_stride] */
    int64_t ids_axis_stride;
    int64_t ids_token_stride;
    int64_t count;      /* rows */
    int64_t cos_origin; /* cos[cos_origin + r * stride + j], j < pairs */
    int64_t sin_origin;
    int64_t stride;
} sx_rows_call;

/* a bound rotation whose keys go into a cache; bound once like the rotary plan, so that a call looks no kernel up */
typedef struct sx_append_plan {
    uint32_t size;                /* sizeof(sx_append_plan) */
    int32_t dtype;                /* of the cache */
    const sx_rotary_plan *rotary; /* bound, and there as long as this one is used */
    const void *kernel;           /* rotates keys; set by sx_append_bind */
} sx_append_plan;

/* what varies from append to append besides the buffers */
typedef struct sx_append_call {
    uint32_t size;   /* sizeof(sx_append_call) */
    int32_t inverse; /* this and what follows down to tokens as in sx_rotary_call */
    int32_t ids_kind;
    int32_t in_place; /* 1: q_out is q; then its sx_heads is not read */
    int64_t start;
    int64_t ids_origin;
    int64_t ids_batch_stride;
    int64_t ids_axis_stride;
    int64_t ids_token_stride;
    int64_t batches;
    int64_t tokens;
    sx_heads q_in; /* heads 0: no queries */
    sx_heads q_out;
    sx_heads k_in;
    sx_heads k_cache; /* its batch entries are pages and its tokens slots; heads is that of k_in */
    sx_heads v_in;    /* heads 0: no values */
    sx_heads v_cache;
    int32_t v_dim;
    int32_t slots_kind;
    int32_t slots_bytes; /* of an element of slots: 4 or 8; 0 when there is none */
    int32_t reserved;
    int64_t slots_start;        /* all but MAPPING: token t of entry b has sequence index slots_start + t, */
    int64_t slots_origin;       /* and more by slots[slots_origin + b * slots_batch_stride] if there are slots; */
    int64_t slots_batch_stride; /* MAPPING: its slot is slots[slots_origin + b * batch + t * token stride] */
    int64_t slots_token_stride;
    int64_t pages;        /* of the cache */
    int64_t page_slots;   /* slots of a page */
    int64_t pages_origin; /* TABLE: entry b's are pages[pages_origin + b * pages_batch_stride + i]; CSR: without b */
    int64_t pages_batch_stride;
    int64_t pages_count; /* TABLE: of one entry; CSR: of all */
    int64_t indptr_origin;
} sx_append_call;

/* what a run of columns of an additive row holds */
#define SX_COLUMNS_INTERLEAVED 0 /* sine, cosine, sine, cosine */
#define SX_COLUMNS_HALVES 1      /* sines, then cosines */
#define SX_COLUMNS_FLIPPED 2     /* cosines, then sines */
#define SX_COLUMNS_COORDINATE 3  /* one column: the coordinate of an axis */
#define SX_COLUMNS_ZEROS 4

/* what becomes of a row e */
#define SX_MERGE_FILL 0     /* e; x is not read */
#define SX_MERGE_ADD 1      /* scale * x + e */
#define SX_MERGE_MULTIPLY 2 /* x * (1 + e) */

/* a run of columns */
typedef struct sx_columns {
    int32_t kind;
    int32_t column;  /* the first one */
    int32_t columns; /* how many */
    int32_t wave;    /* first wave, */
    int32_t waves;   /* and how many: the last lacks its cosine where columns = 2 * waves - 1 */
    int32_t axis;    /* of a coordinate */
} sx_columns;

/*
 * Additive plan: rows of sines and cosines, or of a table, merged with embeddings. Frequencies of the waves as those of the
 * pairs of sx_rotary_plan; they may be negative (fractions in two's complement). TABLE: table[row][width], all else of
 * the row included. With `mixed`, REAL only, the angle of wave j is the sum over the axes a of coordinate a times
 * frequency[a * waves + j], by fused multiply-adds from axis 0 on.
 */
typedef struct sx_additive_plan {
    uint32_t size; /* sizeof(sx_additive_plan) */
    int32_t isa;
    int32_t dtype;
    int32_t recipe;
    int32_t width;
    int32_t waves;
    int32_t blocks; /* runs of columns */
    int32_t axes;
    int32_t mixed;
    int32_t has_zero_row;
    float magnitude; /* multiplies what is not from a table, after it was rounded to float */
    int32_t reserved;
    int64_t offset;   /* added to every coordinate */
    int64_t zero_row; /* every coordinate, offset included, of a row of zeros */
    const sx_columns *block;
    const uint8_t *axis_of_wave; /* [waves], null for one axis and with mixed */
    const uint64_t *fraction_hi;
    const uint64_t *fraction_lo;
    const float *inverse;
    const double *frequency;
    const float *table;
    int64_t table_rows;
    const void *kernel; /* set by sx_additive_bind */
} sx_additive_plan;

/* what varies from call to call besides the buffers */
typedef struct sx_additive_call {
    uint32_t size; /* sizeof(sx_additive_call) */
    int32_t merge;
    int32_t ids_kind;
    float scale;
    int64_t start;      /* as in sx_rotary_call */
    int64_t ids_origin; /* axis a of row r is ids[ids_origin + a * ids_axis_stride + r * ids_token_stride] */
    int64_t ids_axis_stride;
    int64_t ids_token_stride;
    int64_t rows;
    int64_t x_origin; /* x[x_origin + r * x_stride + column] */
    int64_t x_stride;
    int64_t out_origin;
    int64_t out_stride;
} sx_additive_call;

#define SX_MOST_TABLES 12

/* one table of a gather, merged as SX_MERGE_*; entry (r, d) of it stands at base[origin + r * stride + d], base being the call's pointer,
   and is for column `column + d` of the output */
typedef struct sx_table {
    int32_t type; /* SX_F32 .. SX_I8 */
    int32_t merge;
    int32_t column;
    int32_t width;
    int64_t rows;
    int64_t origin;
    int64_t stride;
} sx_table;

typedef struct sx_gather_plan {
    uint32_t size; /* sizeof(sx_gather_plan) */
    int32_t isa;
    int32_t dtype;  /* of input and output */
    int32_t input;  /* 0: every column starts at 0 */
    float scale;    /* multiplies the input */
    int32_t dim;    /* columns of the output */
    int32_t tables; /* 1 to SX_MOST_TABLES */
    int32_t reserved;
    const sx_table *table; /* [tables], merged in this order */
    const void *kernel;    /* set by sx_gather_bind */
} sx_gather_plan;

/* a row of a table and what its entries are multiplied by; a negative row is none */
typedef struct sx_pick {
    int32_t row;
    float scale;
} sx_pick;

/* what varies from call to call besides the buffers; element (r, d) of x is x[x_origin + r * x_stride + d] */
typedef struct sx_gather_call {
    uint32_t size; /* sizeof(sx_gather_call) */
    int32_t reserved;
    int64_t rows;
    int64_t x_origin;
    int64_t x_stride;
    int64_t out_origin;
    int64_t out_stride;
} sx_gather_call;

SX_API int32_t sx_abi_version(void);

/* size of struct `type` (field -1) or offset of its field, -1 when there is none:
   type 0 sx_rotary_plan, 1 sx_heads, 2 sx_rotary_call, 3 sx_rows_call, 4 sx_append_call, 5 sx_append_plan, 6 sx_columns,
   7 sx_additive_plan, 8 sx_additive_call, 9 sx_table, 10 sx_gather_plan, 11 sx_pick, 12 sx_gather_call, 13 sx_attention_plan,
   14 sx_sequence, 15 sx_row_values, 16 sx_score_values, 17 sx_token_ids, 18 sx_attention_call, 19 sx_attention_sizes,
   20 sx_merge_call; fields are numbered in order of declaration */
SX_API int64_t sx_layout(int32_t type, int32_t field);

/* best instruction set of this CPU and operating system (CPUID and XGETBV), SX_ISA_NONE when there is none */
SX_API int32_t sx_isa_best(void);

/* why an instruction set cannot be used here, an empty string when it can */
SX_API const char *sx_isa_reason(int32_t isa);

SX_API const char *sx_isa_name(int32_t isa);
SX_API const char *sx_status_text(int32_t status);

/* checks the plan and resolves its kernel; writes nothing but plan->kernel */
SX_API int32_t sx_rotary_bind(sx_rotary_plan *plan);

/* symbol of the bound kernel, for reports: sx_rotary_<dtype>_<pairing>[_elements|_products]_<isa> */
SX_API const char *sx_rotary_kernel_name(const sx_rotary_plan *plan);

/*
 * Rotates q, and k when call->k_in.heads > 0.  y0 = x0*c - x1*s, y1 = x1*c + x0*s, every product and sum rounded
 * once; 16-bit types are widened exactly, worked on in float and rounded to nearest even once, or as plan->rounding says.
 * NaNs in a table of a bf16 plan must leave the low 16 bits clear. With `elements`, element by element:
 * y0 = x0*c0 - x1*s0, y1 = x1*c1 + x0*s1; its transpose: x0 = y0*c0 + y1*s1, x1 = y1*c1 - y0*s0.
 * In place (q_out == q, same strides) or out of place (disjoint; elements outside the slice are copied).
 * ids: int32 or int64 as ids_kind says, null for SX_IDS_START.
 */
SX_API int32_t sx_rotary_apply(const sx_rotary_plan *plan, const sx_rotary_call *call, const void *q, void *q_out,
                               const void *k, void *k_out, const void *ids);

/* Writes the cos/sin rows of the positions of a call, as a rotation has them: rounded where the plan rounds rows. */
SX_API int32_t sx_rotary_rows(const sx_rotary_plan *plan, const sx_rows_call *call, void *cos, void *sin,
                              const void *ids);

/* checks the plan and resolves its kernel; writes nothing but plan->kernel */
SX_API int32_t sx_append_bind(sx_append_plan *plan);

/*
 * Rotates q as sx_rotary_apply does, and rotates k on its way into the cache: of the cache's type, rounded once from the
 * float that the rotation gives; elements outside the slice, and v, are copied or converted. Tokens are stored in the
 * order of batch entries and tokens. Inputs and outputs are disjoint, but for q_out == q.
 * slots: int32 or int64, pages and indptr: int32, each null where the call has none. Of all lists the caller has
 * checked the values; one that changed since then may put a token in a wrong slot, but not outside the cache.
 */
SX_API int32_t sx_rotary_append(const sx_append_plan *plan, const sx_append_call *call, const void *q, void *q_out,
                                const void *k, void *k_cache, const void *v, void *v_cache, const void *ids,
                                const void *slots, const void *pages, const void *indptr);

/* checks the plan and resolves its kernel; writes nothing but plan->kernel */
SX_API int32_t sx_additive_bind(sx_additive_plan *plan);

/* symbol of the bound kernel, for reports: sx_additive_<dtype>_<isa> */
SX_API const char *sx_additive_kernel_name(const sx_additive_plan *plan);

/*
 * Merges the rows of the positions of a call with x into out: in place (out == x, same strides) or disjoint. Products and sums
 * are rounded once each in float, 16-bit results to nearest even once more. x is not read by SX_MERGE_FILL.
 */
SX_API int32_t sx_additive_merge(const sx_additive_plan *plan, const sx_additive_call *call, const void *x, void *out,
                                 const void *ids);

/* checks the plan and resolves its kernel; writes nothing but plan->kernel */
SX_API int32_t sx_gather_bind(sx_gather_plan *plan);

/* symbol of the bound kernel, for reports: sx_gather_<dtype>_<isa> */
SX_API const char *sx_gather_kernel_name(const sx_gather_plan *plan);

/*
 * out = scale * x, then the picked row of each table merged in order; every product and sum rounded once in float, one
 * rounding to the element type. picks: [rows][tables]. In place (out == x, same strides) or out of place (disjoint).
 * Without input x is not read. t0 to t11: the tables' memory, null beyond plan->tables.
 */
SX_API int32_t sx_gather_apply(const sx_gather_plan *plan, const sx_gather_call *call, const void *x, void *out,
                               const sx_pick *picks, const void *t0, const void *t1, const void *t2, const void *t3,
                               const void *t4, const void *t5, const void *t6, const void *t7, const void *t8,
                               const void *t9, const void *t10, const void *t11);

/*
 * Biased attention. Of query row i (position p = i + offset), key j and query head h:
 *
 *   s = scale * row scale[i] * (q . k)                  row scale if the call has one
 *   s = s + skew[b][h][i][j]                            if the plan has skew
 *   s = softcap * tanh(s / softcap)                     if softcap > 0
 *   s = s - slope[h] * |j - p|                          SX_BIAS_LINEAR, or
 *   s = s + table[h][clamp(j - p, first, last)]         SX_BIAS_TOEPLITZ
 *   s = s + dense[b][h][i][j]                           if the plan has dense; minus infinity hides the key
 *   out = sum of e^s v / Z over the keys that structure keeps,  Z = sum of e^s + e^sink[h],  lse = ln Z
 *
 * A hidden key has no part in anything, whatever its memory holds. A row that keeps no key gives out = 0 and
 * lse = minus infinity, or the sink. A NaN or an infinity of a key that is kept shows in the result.
 *
 * Key j is kept if it lies in the head [0, max(keep first, prefix)), keep first going no further than p + 1 when causal,
 * or in the window: j <= p if causal; p - left <= j <= p + right, -1 being no bound; in the chunk of p, chunks counted
 * from key 0; (p - j) % dilation == 0; or if blocks has the same id, at least 0, for query and key. And in any case only
 * if both have the same document id, the mask is not 0 there, and the block list has bit
 * (i / list_queries) * list_columns + j / list_keys.
 */

/* how a score is biased by its distance */
#define SX_BIAS_NONE 0
#define SX_BIAS_LINEAR 1
#define SX_BIAS_TOEPLITZ 2

/* which scores are asked for */
#define SX_SCORES_SCALED 0        /* scale * row scale * (q . k), of every key */
#define SX_SCORES_CAPPED 1        /* and with skew and softcap, of every key */
#define SX_SCORES_BIASED 2        /* and with bias; hidden keys minus infinity */
#define SX_SCORES_PROBABILITIES 3 /* e^(s - lse); hidden keys 0 */

#define SX_ATTENTION_KEYS 256     /* keys of a tile; tiles begin at multiples of it */
#define SX_ATTENTION_MOST_DIM 512 /* elements of a head */

typedef struct sx_attention_plan {
    uint32_t size; /* sizeof(sx_attention_plan) */
    int32_t isa;
    int32_t q_dtype;     /* of queries and of out: SX_F32, or that of the cache */
    int32_t kv_dtype;    /* of keys and values */
    int32_t query_heads; /* a multiple of kv_heads: query head h reads kv head h / (query_heads / kv_heads) */
    int32_t kv_heads;
    int32_t k_dim; /* elements of a query and of a key, 1 to SX_ATTENTION_MOST_DIM */
    int32_t v_dim; /* of a value and of an output */
    float scale;
    float softcap; /* 0: none */
    int32_t bias;
    int32_t slope_batches; /* 1, or one row of slopes for each sequence */
    int32_t dense;         /* 1: calls bring a tensor of biases */
    int32_t skew;          /* 1: calls bring terms to be added before the softcap */
    int32_t skipping; /* 1: leave out keys that cannot change the float result; SX_BIAS_LINEAR without skew and dense */
    int32_t causal;   /* this and the following flags: 0 or 1 */
    int32_t prefix;   /* sequences have a prefix */
    int32_t documents; /* calls bring document ids */
    int32_t blocks;    /* calls bring block ids */
    int32_t mask;      /* calls bring a mask */
    int64_t left;      /* keys before p in the window, -1: all */
    int64_t right;     /* keys after p, -1: all */
    int64_t chunk;     /* positions of a chunk, 0: none */
    int64_t dilation;  /* at least 1 */
    int64_t keep_first;
    int64_t first; /* distances of the Toeplitz table, first <= 0 <= last; others have the number of the nearer end */
    int64_t last;
    int64_t list_queries; /* query rows of a block of the block list */
    int64_t list_keys;
    int64_t list_columns; /* blocks of keys */
    const float *slopes;  /* [slope_batches][query_heads], finite */
    const float *table;   /* [query_heads][last - first + 1], finite */
    const float *sinks;   /* [query_heads], null: none */
    const uint64_t *list; /* bit n is bit n % 64 of word n / 64; null: no block list */
    const void *kernel;   /* set by sx_attention_bind */
} sx_attention_plan;

/* a sequence: which rows of queries and of keys it has, and how they lie to each other. Numbers stay below 2^31. */
typedef struct sx_sequence {
    int64_t q_first; /* its query row i is token q_first + i of q, out, lse, row scale and ids of queries */
    int64_t q_count;
    int64_t k_first; /* its key j is token k_first + j of keys, values and ids of keys */
    int64_t k_count;
    int64_t offset; /* query row i has position i + offset, key j position j */
    int64_t prefix; /* keys that every query sees, if the plan has prefixes */
} sx_sequence;

/* one number a query row and head: element (b, h, t) at origin + b * batch_stride + h * head_stride + t * token_stride */
typedef struct sx_row_values {
    int64_t origin;
    int64_t batch_stride;
    int64_t head_stride;
    int64_t token_stride;
} sx_row_values;

/* one number a score: element (b, h, i, j), i and j counted in sequence b; a stride may be 0 where it is read only */
typedef struct sx_score_values {
    int64_t origin;
    int64_t batch_stride;
    int64_t head_stride;
    int64_t query_stride;
    int64_t key_stride;
} sx_score_values;

/* one id a token: element (b, t) at origin + b * batch_stride + t */
typedef struct sx_token_ids {
    int64_t origin;
    int64_t batch_stride;
} sx_token_ids;

/* what varies from call to call besides the buffers. Batch entries are sequences; packed tensors have batch stride 0.
   What the plan or the call does not have is not read. `heads` of sx_heads is not read. */
typedef struct sx_attention_call {
    uint32_t size; /* sizeof(sx_attention_call) */
    int32_t point; /* SX_SCORES_*, read by sx_attention_scores */
    int64_t sequences;
    sx_heads q;
    sx_heads k; /* with pages: its batch entries are pages and its tokens slots */
    sx_heads v;
    sx_heads out;
    sx_row_values lse;
    sx_row_values row_scale; /* its head_stride is not read */
    sx_score_values dense;
    sx_score_values skew;
    sx_score_values mask;
    sx_score_values scores; /* of sx_attention_scores and sx_bias_add */
    sx_token_ids query_documents;
    sx_token_ids key_documents;
    sx_token_ids query_blocks;
    sx_token_ids key_blocks;
    int64_t
        page_slots; /* 0: keys and values are contiguous; else token x of sequence b is slot x % page_slots of page */
    int64_t pages_origin;       /* pages[pages_origin + b * pages_batch_stride + x / page_slots], or with indptr */
    int64_t pages_batch_stride; /* pages[pages_origin + indptr[indptr_origin + b] + x / page_slots] */
    int64_t indptr_origin;
    int64_t norms_origin;       /* norms of tile t of kv head g: the two floats at */
    int64_t norms_batch_stride; /* norms_origin + b * norms_batch_stride + g * norms_head_stride + 2 * t */
    int64_t norms_head_stride;
} sx_attention_call;

/* what a call asks for */
typedef struct sx_attention_sizes {
    int64_t units;        /* of work, independent of each other */
    int64_t thread_bytes; /* of workspace, for each thread that runs units; does not grow with the sequences */
    int64_t shared_bytes; /* of partials, one buffer for the call; 0 unless few queries meet many keys */
} sx_attention_sizes;

/* checks the plan and resolves its kernel; writes nothing but plan->kernel */
SX_API int32_t sx_attention_bind(sx_attention_plan *plan);

/* symbol of the bound kernel, for reports: sx_attention_<kv dtype>_<isa> */
SX_API const char *sx_attention_kernel_name(const sx_attention_plan *plan);

/* units and workspace of sx_attention_run; thread_bytes is enough for sx_attention_scores as well */
SX_API int32_t sx_attention_sizes_of(const sx_attention_plan *plan, const sx_attention_call *call,
                                     const sx_sequence *sequences, sx_attention_sizes *sizes);

/*
 * Runs units [first, last). Any division of the units among threads and calls gives the same bits. Where shared_bytes is
 * not 0, sx_attention_finish has to be called when all units are done.
 *   q, out        q_dtype; k, v: kv_dtype; lse: float or null
 *   dense, skew   float, mask bytes, ids int32: null where the plan has none; row_scale: float or null
 *   pages, indptr int32, null where the call has none
 *   norms         of sx_attention_norms, null without skipping
 *   workspace     thread_bytes of this thread; partials: shared_bytes of all
 *   tiles         null, or two counters of this thread that are added to: tiles of scores (six query rows of a head by
 *                 SX_ATTENTION_KEYS keys) that were worked on, and such as skipping left out
 */
SX_API int32_t sx_attention_run(const sx_attention_plan *plan, const sx_attention_call *call,
                                const sx_sequence *sequences, const void *q, const void *k, const void *v, void *out,
                                float *lse, const float *dense, const float *skew, const uint8_t *mask,
                                const float *row_scale, const int32_t *query_documents, const int32_t *key_documents,
                                const int32_t *query_blocks, const int32_t *key_blocks, const int32_t *pages,
                                const int32_t *indptr, const float *norms, void *workspace, void *partials,
                                int64_t *tiles, int64_t first, int64_t last);

/* puts together what the units of a call left in `partials`, in the order of keys */
SX_API int32_t sx_attention_finish(const sx_attention_plan *plan, const sx_attention_call *call,
                                   const sx_sequence *sequences, void *out, float *lse, const void *partials);

/*
 * Norms that skipping needs, of all keys up to the end of each tile: the greatest Euclidean norm of a key, the greatest
 * magnitude of an element of a value, both rounded up; infinite if there is a NaN. first, last: of the numbers
 * b * kv_heads + g of sequences and kv heads. Whoever appends keys may keep them: all they must be is upper bounds.
 */
SX_API int32_t sx_attention_norms(const sx_attention_plan *plan, const sx_attention_call *call,
                                  const sx_sequence *sequences, const void *k, const void *v, const int32_t *pages,
                                  const int32_t *indptr, float *norms, int64_t first, int64_t last);

/* Writes scores, float [sequences][query heads][queries][keys], as call->point says; all of them, in one thread. */
SX_API int32_t sx_attention_scores(const sx_attention_plan *plan, const sx_attention_call *call,
                                   const sx_sequence *sequences, const void *q, const void *k, float *scores,
                                   const float *dense, const float *skew, const uint8_t *mask, const float *row_scale,
                                   const int32_t *query_documents, const int32_t *key_documents,
                                   const int32_t *query_blocks, const int32_t *key_blocks, const int32_t *pages,
                                   const int32_t *indptr, void *workspace);

/*
 * Adds the plan's bias, then dense, to scores that somebody else made, each product and each sum rounded once (equal bits
 * on every instruction set); hidden keys become minus infinity. No queries and keys are read. first, last: of the rows of
 * scores, in the order of sequences, query heads, queries.
 */
SX_API int32_t sx_bias_add(const sx_attention_plan *plan, const sx_attention_call *call, const sx_sequence *sequences,
                           float *scores, const float *dense, const uint8_t *mask, const int32_t *query_documents,
                           const int32_t *key_documents, const int32_t *query_blocks, const int32_t *key_blocks,
                           int64_t first, int64_t last);

/* two results over different keys of the same queries */
typedef struct sx_merge_call {
    uint32_t size; /* sizeof(sx_merge_call) */
    int32_t dtype; /* of part and out */
    int64_t batches;
    int64_t tokens;
    int64_t dim; /* elements of a head */
    sx_heads part;
    sx_heads out; /* heads is that of both */
    sx_row_values part_lse;
    sx_row_values out_lse;
} sx_merge_call;

/* Merges (part, part_lse) into (out, out_lse): out is then the attention over the keys of both. In double, rounded once;
   a part with lse minus infinity adds nothing. The parts are disjoint in memory. */
SX_API int32_t sx_attention_merge(const sx_merge_call *call, const void *part, const float *part_lse, void *out,
                                  float *out_lse);

/* ceilings of this machine, for reports: the plainest loop that moves or computes as much */
#define SX_CEILING_COPY 0     /* dst <- src, regular stores */
#define SX_CEILING_COPY_NT 1  /* dst <- src, non-temporal stores */
#define SX_CEILING_IN_PLACE 2 /* dst <- dst * 1.0000001f */
#define SX_CEILING_READ 3     /* sum of src, one stream; the sum goes to dst[0] */
#define SX_CEILING_READ_8 4   /* the same in eight far-apart streams */
#define SX_CEILING_WRITE 5    /* dst <- constant, regular stores */
#define SX_CEILING_WRITE_NT 6 /* dst <- constant, non-temporal stores */
#define SX_CEILING_FMA 7      /* `bytes` counts fused multiply-adds of one float each; the sum goes to dst[0] */

/* bytes: a multiple of 512; buffers aligned to 64 bytes (dst at least 64 bytes for READ and FMA) */
SX_API int32_t sx_ceiling(int32_t kind, int32_t isa, void *dst, const void *src, int64_t bytes);

#endif
