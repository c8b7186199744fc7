/*
 * A few calls of each kernel, small enough for an emulator that counts instructions:
 *   count                 the compiler that made it, then names, one a line
 *   count NAME            warms up, then runs `counted` once
 *   valgrind --tool=callgrind --toggle-collect=counted --callgrind-out-file=/dev/null count NAME
 * The count repeats to the instruction for one binary, whatever else the machine is doing. Emulators know AVX2 but not AVX-512,
 * whose kernels are the same algorithms over wider words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sextant.h"

enum { DIM = 128, PAIRS = 64, HEADS = 8, TOKENS = 64, KEYS = 512, WIDTH = 512 };

typedef struct job {
    const char *name;
    void (*run)(int32_t dtype, int32_t recipe);
    int32_t dtype, recipe;
} job;

static int32_t isa;
static char *memory[4];
static uint64_t fraction[PAIRS * 4];
static double frequency[PAIRS * 4];

void counted(const job *j); /* external and apart, so that the emulator finds it by name */

static sx_heads heads(int64_t count, int64_t batch) { return (sx_heads){count, 0, DIM, count * DIM, batch}; }

static void good(int32_t status, const char *what)
{
    if (status != SX_OK) {
        fprintf(stderr, "%s: %s\n", what, sx_status_text(status));
        exit(1);
    }
}

static void rotate(int32_t dtype, int32_t recipe)
{
    sx_rotary_plan plan = {.size = sizeof plan, .isa = isa, .dtype = dtype, .recipe = recipe, .head_dim = DIM};
    plan.pairs = PAIRS;
    plan.blocks = plan.axes = 1;
    plan.magnitude = 1;
    plan.fraction_hi = plan.fraction_lo = fraction;
    good(sx_rotary_bind(&plan), "rotary");
    sx_rotary_call call = {.size = sizeof call, .in_place = 3, .batches = 1, .tokens = TOKENS};
    call.q_in = heads(HEADS, 0);
    call.k_in = heads(HEADS / 4, 0);
    good(sx_rotary_apply(&plan, &call, memory[0], memory[0], memory[1], memory[1], NULL), "rotate");
}

static void rows(int32_t dtype, int32_t recipe)
{
    sx_rotary_plan plan = {.size = sizeof plan, .isa = isa, .dtype = SX_F32, .recipe = recipe, .head_dim = DIM};
    plan.pairs = PAIRS;
    plan.blocks = plan.axes = 1;
    plan.magnitude = 1;
    plan.fraction_hi = plan.fraction_lo = fraction;
    plan.frequency = frequency;
    good(sx_rotary_bind(&plan), "rotary");
    sx_rows_call call = {.size = sizeof call, .dtype = dtype, .count = TOKENS, .stride = PAIRS};
    good(sx_rotary_rows(&plan, &call, memory[0], memory[1], NULL), "rows");
}

static void add(int32_t dtype, int32_t recipe)
{
    sx_columns block = {SX_COLUMNS_HALVES, 0, WIDTH, 0, WIDTH / 2, 0};
    sx_additive_plan plan = {.size = sizeof plan, .isa = isa, .dtype = dtype, .recipe = recipe, .width = WIDTH};
    plan.waves = WIDTH / 2;
    plan.blocks = plan.axes = 1;
    plan.magnitude = 1;
    plan.block = &block;
    plan.fraction_hi = plan.fraction_lo = fraction;
    good(sx_additive_bind(&plan), "additive");
    sx_additive_call call = {.size = sizeof call, .merge = SX_MERGE_ADD, .scale = 1, .rows = TOKENS};
    call.x_stride = call.out_stride = WIDTH;
    good(sx_additive_merge(&plan, &call, memory[0], memory[0], NULL), "add");
}

/* queries x keys of four query heads on one kv head, ALiBi */
static void attend(int32_t dtype, int32_t queries)
{
    static const float slopes[4] = {0.25f, 0.0625f, 0.015625f, 0.00390625f};
    sx_attention_plan plan = {.size = sizeof plan, .isa = isa, .q_dtype = SX_F32, .kv_dtype = dtype};
    plan.query_heads = 4;
    plan.kv_heads = 1;
    plan.k_dim = plan.v_dim = DIM;
    plan.scale = 0.088388f;
    plan.bias = SX_BIAS_LINEAR;
    plan.slopes = slopes;
    plan.slope_batches = 1;
    plan.left = plan.right = -1;
    plan.dilation = 1;
    plan.causal = 1;
    good(sx_attention_bind(&plan), "attention");
    sx_sequence sequence = {0, queries, 0, KEYS, KEYS - queries, 0};
    sx_attention_call call = {.size = sizeof call, .sequences = 1};
    call.q = call.out = heads(4, 0);
    call.k = call.v = heads(1, 0);
    sx_attention_sizes sizes;
    good(sx_attention_sizes_of(&plan, &call, &sequence, &sizes), "sizes");
    char *workspace = aligned_alloc(64, ((size_t)sizes.thread_bytes + 63) / 64 * 64);
    char *shared = aligned_alloc(64, ((size_t)sizes.shared_bytes + 127) / 64 * 64);
    int64_t tiles[2] = {0, 0};
    good(sx_attention_run(&plan, &call, &sequence, memory[0], memory[1], memory[2], memory[3], NULL, NULL, NULL, NULL,
                          NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, workspace, shared, tiles, 0, sizes.units),
         "attention");
    good(sx_attention_finish(&plan, &call, &sequence, memory[3], NULL, shared), "finish");
    free(workspace);
    free(shared);
}

static const job jobs[] = {
    {"rotate-f32", rotate, SX_F32, SX_ROWS_EXACT},
    {"rotate-f16", rotate, SX_F16, SX_ROWS_EXACT},
    {"rotate-bf16", rotate, SX_BF16, SX_ROWS_FAST},
    {"rows-exact-f32", rows, SX_F32, SX_ROWS_EXACT},
    {"rows-fast-f32", rows, SX_F32, SX_ROWS_FAST},
    {"rows-real-f32", rows, SX_F32, SX_ROWS_REAL},
    {"rows-fast-bf16", rows, SX_BF16, SX_ROWS_FAST},
    {"add-f32", add, SX_F32, SX_ROWS_FAST},
    {"add-bf16", add, SX_BF16, SX_ROWS_EXACT},
    {"prefill-f32", attend, SX_F32, 384},
    {"prefill-bf16", attend, SX_BF16, 384},
    {"decode-f32", attend, SX_F32, 1},
    {"decode-bf16", attend, SX_BF16, 1},
};

__attribute__((noinline)) void counted(const job *j) { j->run(j->dtype, j->recipe); }

int main(int count, char **arguments)
{
    static const char *const names[] = {"scalar", "avx2"};
    int n = (int)(sizeof jobs / sizeof jobs[0]);
    if (count < 2) {
        puts(__VERSION__);
        for (int i = 0; i < 2 * n; i++) {
            printf("%s-%s\n", jobs[i / 2].name, names[i % 2]);
        }
        return 0;
    }
    for (int i = 0; i < 4; i++) {
        memory[i] = aligned_alloc(64, 1 << 20);
        for (int j = 0; j < 1 << 20; j += 4) { /* 1 as a float, small normal numbers as anything else */
            memcpy(memory[i] + j, "\x80\x3f\x80\x3f", 4);
        }
    }
    for (int i = 0; i < PAIRS * 4; i++) {
        fraction[i] = (~(uint64_t)0 / 7) >> (i % 40);
        frequency[i] = 1.0 / (1 + i);
    }
    for (int i = 0; i < 2 * n; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s-%s", jobs[i / 2].name, names[i % 2]);
        if (strcmp(name, arguments[1]) == 0) {
            isa = i % 2 ? SX_ISA_AVX2 : SX_ISA_SCALAR;
            jobs[i / 2].run(jobs[i / 2].dtype, jobs[i / 2].recipe);
            counted(&jobs[i / 2]);
            return 0;
        }
    }
    fprintf(stderr, "kernel: got '%s', wanted one of those that `count` lists\n", arguments[1]);
    return 2;
}
