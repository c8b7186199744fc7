/*
 * Kernels against the ceiling that binds them, in shuffled rounds: bench [rounds [filter]].
 * A ratio is taken within a round, so that a neighbour on the machine slows both sides; median and range are printed.
 *
 *   W1  rotate q (32 heads) and k (8), 2,048 tokens, head dim 128, in place, memory larger than the caches;
 *       ratio to scaling the same bytes in place
 *   W2  the same for one token at position 5000, cached; nanoseconds and ratio
 *   W3  a table of 131,072 x 64 pairs; ratio to a non-temporal fill of the same bytes
 */
#define _DEFAULT_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sextant.h"

enum {
    HEADS_Q = 32,
    HEADS_K = 8,
    DIM = 128,
    PAIRS = 64,
    PREFILL = 2048,
    TABLE = 131072,
    MOST_ROUNDS = 101,
    MOST_ROWS = 96
};

static const size_t ARENA = (size_t)132 << 20; /* more than any cache */
/* one for each dtype and one for ceilings: what a float loop leaves in a bf16 is denormals and NaN, and those are slow */
static char *arenas[3], *spare, *table;
static uint64_t fraction_hi[PAIRS], fraction_lo[PAIRS];
static float inverse[PAIRS];
static int32_t best;

typedef struct row {
    char name[64];
    int what; /* 1, 2, 3 */
    int32_t isa, dtype, pairing, recipe, head_major, rounding;
    double ratio[MOST_ROUNDS], nanos[MOST_ROUNDS];
} row;

static row rows[MOST_ROWS];
static int count;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static sx_rotary_plan plan_of(const row *r)
{
    sx_rotary_plan plan;
    memset(&plan, 0, sizeof plan);
    plan.size = sizeof plan;
    plan.isa = r->isa;
    plan.dtype = r->dtype;
    plan.pairing = r->pairing;
    plan.recipe = r->recipe;
    plan.rounding = r->rounding;
    plan.head_dim = DIM;
    plan.pairs = PAIRS;
    plan.blocks = plan.axes = 1;
    plan.magnitude = 1.0f;
    plan.fraction_hi = fraction_hi;
    plan.fraction_lo = fraction_lo;
    plan.inverse = inverse;
    if (sx_rotary_bind(&plan) != SX_OK)
        exit(1);
    return plan;
}

static sx_rotary_call call_of(int64_t tokens, int head_major)
{
    sx_rotary_call call;
    memset(&call, 0, sizeof call);
    call.size = sizeof call;
    call.batches = 1;
    call.tokens = tokens;
    call.start = tokens == 1 ? 5000 : 0;
    if (head_major) {
        call.q_in = (sx_heads){HEADS_Q, 0, tokens * DIM, DIM, 0};
        call.k_in = (sx_heads){HEADS_K, 0, tokens * DIM, DIM, 0};
    } else {
        call.q_in = (sx_heads){HEADS_Q, 0, DIM, HEADS_Q * DIM, 0};
        call.k_in = (sx_heads){HEADS_K, 0, DIM, HEADS_K * DIM, 0};
    }
    call.q_out = call.q_in;
    call.k_out = call.k_in;
    return call;
}

static double least(double a, double b) { return a == 0 || b < a ? b : a; } /* 0: none yet */

static size_t element(const row *r) { return r->dtype == SX_F32 ? 4 : 2; }

/* numbers about 1; rotated often by rounded rows they would fade into denormals, which are slow */
static void fill(int32_t dtype, size_t elements)
{
    for (size_t i = 0; i < elements; i++)
        switch (dtype) {
        case SX_F32: ((float *)(void *)arenas[dtype])[i] = 1.0f + (float)(i % 1021) * 0x1p-10f; break;
        case SX_F16: ((uint16_t *)(void *)arenas[dtype])[i] = (uint16_t)(0x3c00 + i * 2654435761u % 1021); break;
        default: ((uint16_t *)(void *)arenas[dtype])[i] = (uint16_t)(0x3f80 + i * 2654435761u % 127); break;
        }
}

/* kernel and ceiling in turn on piece after piece; the least time of each */
static void measure_prefill(const row *r, double *kernel, double *ceiling)
{
    const sx_rotary_plan plan = plan_of(r);
    const sx_rotary_call call = call_of(PREFILL, r->head_major);
    const size_t q = (size_t)PREFILL * HEADS_Q * DIM * element(r), bytes = q / HEADS_Q * (HEADS_Q + HEADS_K);
    const size_t pieces = ARENA / bytes;
    for (size_t i = 0; i < 12; i++) {
        char *at = arenas[r->dtype] + i % pieces * bytes;
        double t = now();
        sx_rotary_apply(&plan, &call, at, at, at + q, at + q, NULL);
        *kernel = least(*kernel, now() - t);
        t = now();
        sx_ceiling(SX_CEILING_IN_PLACE, best, spare + i % pieces * bytes, NULL, (int64_t)bytes);
        *ceiling = least(*ceiling, now() - t);
    }
}

static void measure_decode(const row *r, double *kernel, double *ceiling)
{
    const sx_rotary_plan plan = plan_of(r);
    const sx_rotary_call call = call_of(1, 0);
    const size_t q = (size_t)HEADS_Q * DIM * element(r), bytes = q / HEADS_Q * (HEADS_Q + HEADS_K);
    const int calls = 400;
    char *at = arenas[r->dtype];
    for (int i = 0; i < 40; i++) {
        fill(r->dtype, bytes / element(r));
        double t = now();
        for (int c = 0; c < calls; c++)
            sx_rotary_apply(&plan, &call, at, at, at + q, at + q, NULL);
        *kernel = least(*kernel, (now() - t) / calls);
        t = now();
        for (int c = 0; c < calls; c++)
            sx_ceiling(SX_CEILING_IN_PLACE, best, spare, NULL, (int64_t)bytes);
        *ceiling = least(*ceiling, (now() - t) / calls);
    }
}

static void measure_table(const row *r, double *kernel, double *ceiling)
{
    const sx_rotary_plan plan = plan_of(r);
    const sx_rows_call rows = {
        .size = sizeof rows, .dtype = r->dtype, .ids_kind = SX_IDS_START, .count = TABLE, .stride = 2 * PAIRS};
    const size_t bytes = (size_t)TABLE * 2 * PAIRS * element(r);
    for (int i = 0; i < 3; i++) {
        double t = now();
        sx_rotary_rows(&plan, &rows, table, table + PAIRS * element(r), NULL);
        *kernel = least(*kernel, now() - t);
        t = now();
        sx_ceiling(SX_CEILING_WRITE_NT, best, spare, NULL, (int64_t)bytes);
        *ceiling = least(*ceiling, now() - t);
    }
}

static void keep(const row *r, const char *filter)
{
    if (strstr(r->name, filter) != NULL && count < MOST_ROWS - 1)
        count++;
}

static void add(int what, int32_t isa, int32_t dtype, int32_t pairing, int32_t recipe, int32_t head_major,
                const char *filter)
{
    static const char *dtypes[] = {"f32", "f16", "bf16"}, *recipes[] = {"exact", "fast", "float32"};
    row *r = &rows[count];
    *r =
        (row){.what = what, .isa = isa, .dtype = dtype, .pairing = pairing, .recipe = recipe, .head_major = head_major};
    if (what == 3)
        snprintf(r->name, sizeof r->name, "W3 %s %s %s", dtypes[dtype], recipes[recipe], sx_isa_name(isa));
    else
        snprintf(r->name, sizeof r->name, "W%d %s %s %s %s %s", what, dtypes[dtype], pairing ? "interleaved" : "half",
                 recipes[recipe], head_major ? "HTD" : "THD", sx_isa_name(isa));
    keep(r, filter);
}

/* the same, products rounded to the element type */
static void add_products(int what, int32_t dtype, int32_t pairing, const char *filter)
{
    row *r = &rows[count];
    *r = (row){.what = what, .isa = best, .dtype = dtype, .pairing = pairing, .rounding = SX_ROUND_PRODUCTS};
    snprintf(r->name, sizeof r->name, "W%d %s %s products THD %s", what, dtype == SX_F16 ? "f16" : "bf16",
             pairing ? "interleaved" : "half", sx_isa_name(best));
    keep(r, filter);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 7;
    rounds = rounds < 1 ? 1 : rounds > MOST_ROUNDS ? MOST_ROUNDS : rounds;
    const char *filter = argc > 2 ? argv[2] : "";
    best = sx_isa_best();
    spare = aligned_alloc(4096, ARENA);
    table = aligned_alloc(4096, (size_t)TABLE * 2 * PAIRS * sizeof(float));
    for (int dtype = 0; dtype < 3; dtype++)
        arenas[dtype] = aligned_alloc(4096, ARENA);
    for (int32_t dtype = SX_F32; dtype <= SX_BF16; dtype++)
        fill(dtype, ARENA / (dtype == SX_F32 ? 4 : 2));
    memcpy(spare, arenas[SX_F32], ARENA); /* zeros would move faster than numbers do */
    for (int j = 0; j < PAIRS; j++) {
        double turns = pow(500000.0, -(double)j / PAIRS) * 0.15915494309189535;
        fraction_hi[j] = (uint64_t)ldexp(turns, 64);
        fraction_lo[j] = (uint64_t)j * UINT64_C(0x9e3779b97f4a7c15);
        inverse[j] = (float)pow(500000.0, -(double)j / PAIRS);
    }
    for (int32_t isa = best; isa >= SX_ISA_SCALAR; isa--) {
        for (int32_t dtype = SX_F32; dtype <= SX_BF16; dtype++)
            for (int32_t pairing = 0; pairing < 2; pairing++) {
                add(1, isa, dtype, pairing, SX_ROWS_EXACT, 0, filter);
                add(1, isa, dtype, pairing, SX_ROWS_EXACT, 1, filter);
                add(2, isa, dtype, pairing, SX_ROWS_EXACT, 0, filter);
            }
        add(2, isa, SX_F32, 0, SX_ROWS_FAST, 0, filter);
        for (int32_t recipe = SX_ROWS_EXACT; recipe <= SX_ROWS_FLOAT32; recipe++)
            add(3, isa, SX_F32, 0, recipe, 0, filter);
        add(3, isa, SX_F16, 0, SX_ROWS_FAST, 0, filter);
        add(3, isa, SX_BF16, 0, SX_ROWS_FAST, 0, filter);
    }
    for (int32_t dtype = SX_F16; dtype <= SX_BF16; dtype++)
        for (int32_t pairing = 0; pairing < 2; pairing++)
            for (int what = 1; what <= 2; what++)
                add_products(what, dtype, pairing, filter);
    srand(1);
    for (int round = 0; round < rounds; round++) {
        int order[MOST_ROWS];
        for (int i = 0; i < count; i++) {
            int j = rand() % (i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        for (int i = 0; i < count; i++) {
            row *r = &rows[order[i]];
            double kernel = 0, ceiling = 0;
            (r->what == 1 ? measure_prefill : r->what == 2 ? measure_decode : measure_table)(r, &kernel, &ceiling);
            r->ratio[round] = ceiling / kernel;
            r->nanos[round] = kernel;
        }
    }
    for (int i = 0; i < count; i++) {
        row *r = &rows[i];
        qsort(r->ratio, (size_t)rounds, sizeof(double), by_value);
        qsort(r->nanos, (size_t)rounds, sizeof(double), by_value);
        printf("%-44s %5.2f of ceiling (%.2f-%.2f)  %12.0f ns\n", r->name, r->ratio[rounds / 2], r->ratio[0],
               r->ratio[rounds - 1], r->nanos[rounds / 2]);
    }
    free(spare);
    free(table);
    for (int dtype = 0; dtype < 3; dtype++)
        free(arenas[dtype]);
    return 0;
}
