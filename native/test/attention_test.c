/*
 * Attention at random between guard pages, against its definition in double: every bias, structure, type, group and dim; units in
 * any order give the same bits; hidden keys and values may hold anything. Then biases added to scores, and what is refused.
 */
#include <math.h>

#include "check.h"
#include "reference.h"
#include "sextant.h"

#define TOKENS 600
#define TABLE 41

typedef struct problem {
    sx_attention_plan plan;
    sx_attention_call call;
    sx_sequence of;
    guarded q, k, v, out, lse, dense, mask;
    float slopes[16], sinks[16], table[16 * TABLE];
} problem;

static int64_t size_of(int32_t type) { return type == SX_F32 ? 4 : 2; }

static guarded numbers(dice *d, int64_t count, int32_t type)
{
    guarded g = guarded_make((size_t)(count * size_of(type)), (int)(roll(d) % 2));
    for (int64_t i = 0; i < count; i++)
        reference_narrow(g.data, i, (float)between(d, -1000, 1000) / 500.0f, type);
    return g;
}

static void structure(dice *d, sx_attention_plan *plan)
{
    plan->causal = (int32_t)(roll(d) % 2);
    plan->left = roll(d) % 3 == 0 ? between(d, 0, 300) : -1;
    plan->right = roll(d) % 4 == 0 ? between(d, 0, 50) : -1;
    plan->chunk = roll(d) % 5 == 0 ? between(d, 1, 200) : 0;
    plan->dilation = roll(d) % 6 == 0 ? between(d, 2, 4) : 1;
    plan->keep_first = roll(d) % 4 == 0 ? between(d, 1, 9) : 0;
    plan->prefix = (int32_t)(roll(d) % 4 == 0);
    plan->mask = (int32_t)(roll(d) % 3 == 0);
}

static void make(dice *d, problem *p)
{
    memset(p, 0, sizeof *p);
    sx_attention_plan *plan = &p->plan;
    plan->size = sizeof *plan;
    plan->kv_dtype = (int32_t)between(d, SX_F32, SX_BF16);
    plan->q_dtype = roll(d) % 2 ? SX_F32 : plan->kv_dtype;
    plan->kv_heads = (int32_t)between(d, 1, 3);
    plan->query_heads = plan->kv_heads * (int32_t)between(d, 1, 4);
    plan->k_dim = (int32_t)between(d, 1, 70);
    plan->v_dim = (int32_t)between(d, 1, 70);
    plan->scale = 0.25f;
    plan->softcap = roll(d) % 4 == 0 ? 3.0f : 0.0f;
    plan->bias = (int32_t)between(d, SX_BIAS_NONE, SX_BIAS_TOEPLITZ);
    plan->slope_batches = 1;
    plan->slopes = p->slopes;
    plan->table = p->table;
    plan->first = -between(d, 0, 20);
    plan->last = between(d, 0, 20);
    plan->dense = (int32_t)(roll(d) % 4 == 0);
    plan->sinks = roll(d) % 4 == 0 ? p->sinks : NULL;
    for (int i = 0; i < 16; i++)
        p->slopes[i] = (float)between(d, -5, 50) / 100.0f, p->sinks[i] = (float)between(d, -300, 300) / 100.0f;
    for (int i = 0; i < 16 * TABLE; i++)
        p->table[i] = (float)between(d, -300, 300) / 100.0f;
    structure(d, plan);
    p->of.q_count = roll(d) % 2 ? between(d, 1, 4) : between(d, 1, 120);
    p->of.k_count = between(d, 1, roll(d) % 3 == 0 ? TOKENS : 90);
    p->of.offset = between(d, -10, TOKENS);
    p->of.prefix = between(d, 0, 20);
    sx_attention_call *call = &p->call;
    call->size = sizeof *call;
    call->sequences = 1;
    call->q = (sx_heads){.head_stride = plan->k_dim, .token_stride = (int64_t)plan->k_dim * plan->query_heads};
    call->k = (sx_heads){.head_stride = plan->k_dim, .token_stride = (int64_t)plan->k_dim * plan->kv_heads};
    call->v = (sx_heads){.head_stride = p->of.k_count * plan->v_dim, .token_stride = plan->v_dim};
    call->out = (sx_heads){.head_stride = plan->v_dim, .token_stride = (int64_t)plan->v_dim * plan->query_heads};
    call->lse = (sx_row_values){.head_stride = p->of.q_count, .token_stride = 1};
    const sx_score_values square = {
        .head_stride = p->of.q_count * p->of.k_count, .query_stride = p->of.k_count, .key_stride = 1};
    call->dense = call->mask = call->scores = square;
    const int64_t scores = plan->query_heads * square.head_stride;
    p->q = numbers(d, p->of.q_count * call->q.token_stride, plan->q_dtype);
    p->k = numbers(d, p->of.k_count * call->k.token_stride, plan->kv_dtype);
    p->v = numbers(d, plan->kv_heads * call->v.head_stride, plan->kv_dtype);
    p->out = numbers(d, p->of.q_count * call->out.token_stride, plan->q_dtype);
    p->lse = numbers(d, plan->query_heads * p->of.q_count, SX_F32);
    p->dense = numbers(d, scores, SX_F32);
    for (int64_t i = 0; i < scores; i++)
        if (roll(d) % 9 == 0)
            reference_narrow(p->dense.data, i, -INFINITY, SX_F32);
    p->mask = guarded_make((size_t)scores, 1);
    for (int64_t i = 0; i < scores; i++)
        p->mask.data[i] = (char)(roll(d) % 4 != 0);
}

static void drop(problem *p)
{
    guarded_free(&p->q), guarded_free(&p->k), guarded_free(&p->v), guarded_free(&p->out), guarded_free(&p->lse);
    guarded_free(&p->dense), guarded_free(&p->mask);
}

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/* the structure, once more, from the words of the header */
static int keeps(const problem *p, int64_t h, int64_t i, int64_t j)
{
    const sx_attention_plan *plan = &p->plan;
    const int64_t at = i + p->of.offset;
    int64_t head = plan->keep_first;
    if (plan->causal && head > at + 1)
        head = at + 1;
    if (plan->prefix && p->of.prefix > head)
        head = p->of.prefix;
    int window = !plan->causal || j <= at;
    window = window && (plan->left < 0 || j >= at - plan->left) && (plan->right < 0 || j <= at + plan->right);
    window = window && (plan->chunk == 0 || floor_div(j, plan->chunk) == floor_div(at, plan->chunk));
    window = window && (at - j) % plan->dilation == 0;
    const int64_t n = h * p->call.mask.head_stride + i * p->of.k_count + j;
    if (plan->mask && p->mask.data[n] == 0)
        return 0;
    if (plan->dense && reference_widen(p->dense.data, n, SX_F32) == -INFINITY)
        return 0;
    return j < head || window;
}

static double score(const problem *p, int64_t h, int64_t i, int64_t j)
{
    const sx_attention_plan *plan = &p->plan;
    const int64_t g = h / (plan->query_heads / plan->kv_heads), distance = j - i - p->of.offset;
    double s = 0.0;
    for (int64_t e = 0; e < plan->k_dim; e++)
        s += (double)reference_widen(p->q.data, i * p->call.q.token_stride + h * plan->k_dim + e, plan->q_dtype) *
             reference_widen(p->k.data, j * p->call.k.token_stride + g * plan->k_dim + e, plan->kv_dtype);
    s *= plan->scale;
    if (plan->softcap > 0.0f)
        s = plan->softcap * tanh(s / plan->softcap);
    if (plan->bias == SX_BIAS_LINEAR)
        s -= (double)p->slopes[h] * (double)llabs(distance);
    if (plan->bias == SX_BIAS_TOEPLITZ) {
        const int64_t d = distance < plan->first ? plan->first : distance > plan->last ? plan->last : distance;
        s += p->table[h * (plan->last - plan->first + 1) + d - plan->first];
    }
    if (plan->dense)
        s += reference_widen(p->dense.data, h * p->call.dense.head_stride + i * p->of.k_count + j, SX_F32);
    return s;
}

static void check_row(const problem *p, int64_t h, int64_t i, const char *isa)
{
    const sx_attention_plan *plan = &p->plan;
    const int64_t g = h / (plan->query_heads / plan->kv_heads);
    static double weight[TOKENS];
    double most = plan->sinks != NULL ? p->sinks[h] : -INFINITY, total = 0.0, largest = 0.0;
    for (int64_t j = 0; j < p->of.k_count; j++) {
        weight[j] = keeps(p, h, i, j) ? score(p, h, i, j) : -INFINITY;
        most = weight[j] > most ? weight[j] : most;
        largest = weight[j] != -INFINITY && fabs(weight[j]) > largest ? fabs(weight[j]) : largest;
    }
    for (int64_t j = 0; j < p->of.k_count; j++)
        total += weight[j] = most == -INFINITY ? 0.0 : exp(weight[j] - most);
    if (plan->sinks != NULL)
        total += exp(p->sinks[h] - most);
    /* scores are floats: one of a great magnitude has a great error, and so has its weight */
    const double bound = 1e-6 * (20.0 + largest) + (plan->q_dtype == SX_F32   ? 0.0
                                                    : plan->q_dtype == SX_F16 ? 3e-3
                                                                              : 2e-2);
    for (int64_t e = 0; e < plan->v_dim; e++) {
        double wanted = 0.0;
        for (int64_t j = 0; j < p->of.k_count; j++)
            if (weight[j] > 0.0)
                wanted += weight[j] / total *
                          reference_widen(p->v.data, g * p->call.v.head_stride + j * plan->v_dim + e, plan->kv_dtype);
        const double got =
            reference_widen(p->out.data, i * p->call.out.token_stride + h * plan->v_dim + e, plan->q_dtype);
        CHECK(fabs(got - wanted) <= bound, "%s row %lld head %lld element %lld: got %g, wanted %g", isa, (long long)i,
              (long long)h, (long long)e, got, wanted);
    }
    const double lse = reference_widen(p->lse.data, h * p->of.q_count + i, SX_F32);
    const double wanted = most == -INFINITY ? -INFINITY : most + log(total);
    CHECK(lse == wanted || fabs(lse - wanted) <= 3e-5 * (1.0 + fabs(wanted)), "%s lse: got %g, wanted %g", isa, lse,
          wanted);
}

static void run(problem *p, int64_t first, int64_t last, char *workspace, char *partials)
{
    const int32_t status = sx_attention_run(&p->plan, &p->call, &p->of, p->q.data, p->k.data, p->v.data, p->out.data,
                                            (float *)(void *)p->lse.data, (const float *)(const void *)p->dense.data,
                                            NULL, (const uint8_t *)p->mask.data, NULL, NULL, NULL, NULL, NULL, NULL,
                                            NULL, NULL, workspace, partials, NULL, first, last);
    CHECK(status == SX_OK, "run: %s", sx_status_text(status));
}

static void one_case(dice *d)
{
    problem p;
    make(d, &p);
    for (int32_t isa = SX_ISA_SCALAR; isa <= SX_ISA_AVX512; isa++) {
        p.plan.isa = isa;
        if (sx_isa_reason(isa)[0] != '\0')
            continue;
        CHECK(sx_attention_bind(&p.plan) == SX_OK, "bind");
        sx_attention_sizes sizes;
        CHECK(sx_attention_sizes_of(&p.plan, &p.call, &p.of, &sizes) == SX_OK, "sizes");
        guarded workspace = guarded_make((size_t)sizes.thread_bytes, 0);
        guarded partials = guarded_make((size_t)sizes.shared_bytes, 1);
        memset(workspace.data, 0xff, workspace.bytes); /* NaNs: what is read was written before */
        run(&p, 0, sizes.units, workspace.data, partials.data);
        for (int64_t h = 0; h < p.plan.query_heads; h++)
            for (int64_t i = 0; i < p.of.q_count; i += 1 + (int64_t)(roll(d) % 5))
                check_row(&p, h, i, sx_isa_name(isa));
        char *before = malloc(p.out.bytes);
        memcpy(before, p.out.data, p.out.bytes);
        memset(p.out.data, 0, p.out.bytes);
        for (int64_t unit = sizes.units - 1; unit >= 0; unit--)
            run(&p, unit, unit + 1, workspace.data, partials.data);
        CHECK(memcmp(before, p.out.data, p.out.bytes) == 0, "%s: units backwards give other bits", sx_isa_name(isa));
        free(before);
        guarded_free(&workspace), guarded_free(&partials);
    }
    drop(&p);
}

/* few queries, many keys: divided by keys */
static void divided(dice *d)
{
    problem p;
    do {
        make(d, &p);
        if (p.of.q_count > 4)
            drop(&p);
    } while (p.of.q_count > 4);
    guarded_free(&p.k), guarded_free(&p.v), guarded_free(&p.dense), guarded_free(&p.mask);
    p.plan.dense = p.plan.mask = 0;
    p.plan.left = p.plan.right = -1;
    p.of.k_count = 9000, p.of.offset = 9000 - p.of.q_count;
    p.call.v.head_stride = p.of.k_count * p.plan.v_dim;
    p.k = numbers(d, p.of.k_count * p.call.k.token_stride, p.plan.kv_dtype);
    p.v = numbers(d, p.plan.kv_heads * p.call.v.head_stride, p.plan.kv_dtype);
    p.dense = p.mask = guarded_make(0, 0);
    p.plan.isa = sx_isa_best();
    CHECK(sx_attention_bind(&p.plan) == SX_OK, "bind");
    sx_attention_sizes sizes;
    CHECK(sx_attention_sizes_of(&p.plan, &p.call, &p.of, &sizes) == SX_OK && sizes.shared_bytes > 0, "divided");
    guarded workspace = guarded_make((size_t)sizes.thread_bytes, 1),
            partials = guarded_make((size_t)sizes.shared_bytes, 1);
    run(&p, 0, sizes.units, workspace.data, partials.data);
    CHECK(sx_attention_finish(&p.plan, &p.call, &p.of, p.out.data, (float *)(void *)p.lse.data, partials.data) == SX_OK,
          "finish");
    const double lse = reference_widen(p.lse.data, 0, SX_F32);
    double most = p.plan.sinks != NULL ? p.sinks[0] : -INFINITY, total = 0.0;
    for (int64_t j = 0; j < p.of.k_count; j++)
        most = keeps(&p, 0, 0, j) && score(&p, 0, 0, j) > most ? score(&p, 0, 0, j) : most;
    for (int64_t j = 0; j < p.of.k_count; j++)
        total += keeps(&p, 0, 0, j) ? exp(score(&p, 0, 0, j) - most) : 0.0;
    total += p.plan.sinks != NULL ? exp(p.sinks[0] - most) : 0.0;
    CHECK(fabs(lse - (most + log(total))) <= 1e-4 * (1.0 + fabs(lse)), "lse of parts: got %g, wanted %g", lse,
          most + log(total));
    guarded_free(&workspace), guarded_free(&partials);
    guarded_free(&p.q), guarded_free(&p.k), guarded_free(&p.v), guarded_free(&p.out), guarded_free(&p.lse);
    guarded_free(&p.dense);
}

static void refusals(void)
{
    dice d = {7};
    problem p;
    make(&d, &p);
    p.plan.isa = sx_isa_best();
    sx_attention_sizes sizes;
    CHECK(sx_attention_sizes_of(&p.plan, &p.call, &p.of, &sizes) == SX_E_UNBOUND, "not bound");
    sx_attention_plan bad = p.plan;
    bad.size--;
    CHECK(sx_attention_bind(&bad) == SX_E_SIZE, "size");
    bad = p.plan, bad.k_dim = SX_ATTENTION_MOST_DIM + 1;
    CHECK(sx_attention_bind(&bad) == SX_E_ARGUMENT, "dim");
    bad = p.plan, bad.query_heads = 2 * bad.kv_heads + 1, bad.kv_heads = 2;
    CHECK(sx_attention_bind(&bad) == (bad.query_heads % 2 ? SX_E_ARGUMENT : SX_OK), "groups");
    bad = p.plan, bad.bias = SX_BIAS_LINEAR, bad.slopes = NULL;
    CHECK(sx_attention_bind(&bad) == SX_E_NULL, "slopes");
    bad = p.plan, bad.bias = SX_BIAS_NONE, bad.skipping = 1;
    CHECK(sx_attention_bind(&bad) == SX_E_UNSUPPORTED, "skipping without slopes");
    CHECK(sx_attention_bind(NULL) == SX_E_NULL, "null");
    drop(&p);
}

int main(int argc, char **argv)
{
    if (sx_isa_best() == SX_ISA_NONE)
        return 77;
    check_begin(argc, argv, 400);
    refusals();
    for (int64_t n = 0; n < check_cases; n++) {
        dice d = {check_seed};
        one_case(&d);
        if (n % 10 == 0)
            divided(&d);
        check_seed++;
    }
    return 0;
}
