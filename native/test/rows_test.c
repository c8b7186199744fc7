/*
 * Rows as tables: published vectors, the reference at random, and three things that must not matter: whether positions
 * are counted or listed, how a range is cut, which kind of store wrote them.
 */
#include "check.h"
#include "kernels/coefficients.h"
#include "reference.h"

typedef struct vector {
    int64_t position;
    uint64_t hi, lo;
    uint32_t exact_cos, exact_sin, fast_cos, fast_sin;
} vector;

/* made with an independent program; EXACT equals a 113-bit sine rounded once */
static const vector VECTORS[] = {
    {1, 0x0018c5bcebab1fea, 0x16963f385bce0329, 0x3f7fffd1, 0x3b1ba647, 0x3f7fffd1, 0x3b1ba646},
    {4294967295, 0x0018c5bcebab1fea, 0x16963f385bce0329, 0x3f607da4, 0xbef616a7, 0x3f607da4, 0xbef616a8},
    {7, 0x07c5bdd63ac03cbc, 0xf84b4cd5bef07445, 0x3e6ee089, 0x3f78efdc, 0x3e6ee089, 0x3f78efdc},
    {131071, 0x07c5bdd63ac03cbc, 0xf84b4cd5bef07445, 0xbf74cbbf, 0x3e95d01c, 0xbf74cbbf, 0x3e95d01c},
    {0, 0x28be60db9391054a, 0x7f09d5f47d4d3770, 0x3f800000, 0x00000000, 0x3f800000, 0x00000000},
    {1, 0x28be60db9391054a, 0x7f09d5f47d4d3770, 0x3f0a5140, 0x3f576aa4, 0x3f0a5140, 0x3f576aa5},
    {-1, 0x28be60db9391054a, 0x7f09d5f47d4d3770, 0x3f0a5140, 0xbf576aa4, 0x3f0a5140, 0xbf576aa5},
    {7, 0x28be60db9391054a, 0x7f09d5f47d4d3770, 0x3f40ffbd, 0x3f283046, 0x3f40ffbd, 0x3f283046},
    {131071, 0x28be60db9391054a, 0x7f09d5f47d4d3770, 0xbf51675e, 0xbf13430a, 0xbf51675e, 0xbf13430a},
    {-131071, 0x28be60db9391054a, 0x7f09d5f47d4d3770, 0xbf51675e, 0x3f13430a, 0xbf51675e, 0x3f13430a},
    {4294967295, 0x28be60db9391054a, 0x7f09d5f47d4d3770, 0xbf5e3103, 0x3efe4c79, 0xbf5e3103, 0x3efe4c7a},
    {-4294967295, 0x28be60db9391054a, 0x7f09d5f47d4d3770, 0xbf5e3103, 0xbefe4c79, 0xbf5e3103, 0xbefe4c7a},
    {-1, 0x2130c415f3514ecf, 0x73e13700d1ab7e90, 0x3f2fa753, 0xbf3a3b04, 0x3f2fa752, 0xbf3a3b04},
    {-131071, 0x2130c415f3514ecf, 0x73e13700d1ab7e90, 0xbf513ba2, 0xbf138127, 0xbf513ba1, 0xbf138127},
    {-1, 0x053e420be239f601, 0xd740779b53562684, 0x3f7de219, 0xbe036997, 0x3f7de219, 0xbe036997},
    {-131071, 0x053e420be239f601, 0xd740779b53562684, 0xbf7fe5e1, 0xbce742fb, 0xbf7fe5e1, 0xbce742fb},
    {0, 0x00d630c00191eaf8, 0x46f8a7e16a929275, 0x3f800000, 0x00000000, 0x3f800000, 0x00000000},
    {-4294967295, 0x00d630c00191eaf8, 0x46f8a7e16a929275, 0x3f7ff563, 0xbc936ecd, 0x3f7ff563, 0xbc936ecd},
    {7, 0x00013458e2f59024, 0x2be23e83ce94c516, 0x3f7ffffb, 0x3a53e745, 0x3f7ffffb, 0x3a53e740},
    {131071, 0x00013458e2f59024, 0x2be23e83ce94c516, 0xbf573bb6, 0x3f0a9a3c, 0xbf573bb6, 0x3f0a9a3c},
};

static sx_rotary_plan plan_of(int32_t isa, int32_t recipe, int32_t pairs)
{
    sx_rotary_plan plan;
    memset(&plan, 0, sizeof plan);
    plan.size = sizeof plan;
    plan.isa = isa;
    plan.recipe = recipe;
    plan.pairs = pairs;
    plan.head_dim = 2 * pairs;
    plan.blocks = plan.axes = 1;
    plan.magnitude = 1.0f;
    return plan;
}

/* positions of one axis */
static sx_rows_call call_of(int32_t dtype, int64_t stride, int64_t count, int32_t kind, int64_t start)
{
    const sx_rows_call call = {.size = sizeof(sx_rows_call),
                               .dtype = dtype,
                               .ids_kind = kind,
                               .start = start,
                               .ids_token_stride = 1,
                               .count = count,
                               .stride = stride};
    return call;
}

static void published_vectors(int32_t isa)
{
    for (size_t i = 0; i < sizeof VECTORS / sizeof VECTORS[0]; i++) {
        const vector *v = &VECTORS[i];
        for (int32_t recipe = SX_ROWS_EXACT; recipe <= SX_ROWS_FAST; recipe++) {
            sx_rotary_plan plan = plan_of(isa, recipe, 1);
            plan.fraction_hi = &v->hi, plan.fraction_lo = &v->lo;
            float cos, sin;
            CHECK(sx_rotary_bind(&plan) == SX_OK, "bind");
            const sx_rows_call call = call_of(SX_F32, 1, 1, SX_IDS_START, v->position);
            CHECK(sx_rotary_rows(&plan, &call, &cos, &sin, NULL) == SX_OK, "rows");
            const uint32_t c = recipe == SX_ROWS_EXACT ? v->exact_cos : v->fast_cos;
            const uint32_t s = recipe == SX_ROWS_EXACT ? v->exact_sin : v->fast_sin;
            CHECK(bits_of(cos) == c && bits_of(sin) == s, "%s, recipe %d, vector %d: %08x %08x, wanted %08x %08x",
                  sx_isa_name(isa), recipe, (int)i, bits_of(cos), bits_of(sin), c, s);
        }
    }
}

static void random_frequencies(dice *d, uint64_t *hi, uint64_t *lo, float *inverse, double *frequency, int64_t pairs)
{
    for (int64_t j = 0; j < pairs; j++) {
        random_fraction(d, &hi[j], &lo[j]);
        frequency[j] = exp2(-(double)(roll(d) % 2000) / 100.0);
        inverse[j] = (float)frequency[j];
    }
}

static void one_case(dice *d)
{
    const int32_t pairs = (int32_t)(roll(d) % 3 == 0 ? 16 * between(d, 1, 12) : between(d, 1, 150));
    const int64_t count = between(d, 1, 150), stride = pairs + (roll(d) % 2 ? between(d, 0, 40) : 0);
    const int32_t recipe = (int32_t)between(d, SX_ROWS_EXACT, SX_ROWS_TABLE);
    const int32_t dtype = (int32_t)between(d, SX_F32, SX_BF16);
    sx_rotary_plan plan = plan_of(SX_ISA_SCALAR, recipe, pairs);
    plan.magnitude = roll(d) % 3 == 0 ? 0.75f : 1.0f;
    plan.dtype = (int32_t)between(d, SX_F32, SX_BF16);
    plan.rounding = (int32_t)between(d, SX_ROUND_ONCE, SX_ROUND_PRODUCTS);
    guarded hi = guarded_make((size_t)pairs * 8, 1), lo = guarded_make((size_t)pairs * 8, 1);
    guarded inverse = guarded_make((size_t)pairs * 4, 1), frequency = guarded_make((size_t)pairs * 8, 1);
    guarded table = guarded_make((size_t)(200 * pairs) * 8, 1);
    random_frequencies(d, (void *)hi.data, (void *)lo.data, (void *)inverse.data, (void *)frequency.data, pairs);
    for (int64_t i = 0; i < 400 * pairs; i++)
        ((float *)(void *)table.data)[i] = (float)((double)(int64_t)roll(d) * 0x1p-63);
    plan.fraction_hi = (void *)hi.data, plan.fraction_lo = (void *)lo.data;
    plan.inverse = (void *)inverse.data, plan.frequency = (void *)frequency.data, plan.table = (void *)table.data,
    plan.table_rows = 200;

    const int64_t limit = recipe == SX_ROWS_TABLE ? 200 : INT64_C(1) << 32;
    const int64_t start = recipe == SX_ROWS_TABLE ? between(d, 0, 200 - count) : between(d, 1 - limit, limit - count);
    int64_t ids64[150];
    int32_t ids32[150];
    const int counted = roll(d) % 2 == 0;
    const int wide = recipe != SX_ROWS_TABLE && (roll(d) % 2 || counted);
    for (int64_t r = 0; r < count; r++) {
        ids64[r] = counted                   ? start + r
                   : recipe == SX_ROWS_TABLE ? between(d, 0, 199)
                                             : between(d, 1 - limit, limit - 1);
        ids32[r] = (int32_t)ids64[r];
        if (!wide)
            ids64[r] = ids32[r];
    }

    /* cos and sin in one buffer, rows apart by `stride`, or sin within the gaps of cos */
    const int64_t size = dtype == SX_F32 ? 4 : 2, extent = (count - 1) * stride + pairs;
    guarded got = guarded_make((size_t)(2 * extent * size), 1), wanted = guarded_make((size_t)(2 * extent * size), 1);
    memset(wanted.data, 0x5a, wanted.bytes);
    for (int64_t r = 0; r < count; r++)
        for (int64_t j = 0; j < pairs; j++) {
            float c, s;
            reference_row(&plan, (reference_place){ids64[r], (double)ids64[r]}, j, &c, &s);
            reference_narrow(wanted.data, r * stride + j, c, dtype);
            reference_narrow(wanted.data, extent + r * stride + j, s, dtype);
        }
    const int64_t cut = between(d, 0, count);
    for (plan.isa = SX_ISA_SCALAR; plan.isa <= sx_isa_best(); plan.isa++) {
        CHECK(sx_rotary_bind(&plan) == SX_OK, "bind");
        for (int way = 0; way < 3; way++) { /* listed; counted, when they are; counted in two pieces */
            if (way > 0 && !counted)
                continue;
            if (way > 0 && !wide && start != ids64[0])
                continue;
            memset(got.data, 0x5a, got.bytes);
            for (int piece = 0; piece < 2; piece++) {
                const int64_t first = piece ? cut : 0, rows = way == 2 ? (piece ? count - cut : cut) : count;
                if (way != 2 && piece)
                    continue;
                const int32_t kind = way > 0 ? SX_IDS_START : wide ? SX_IDS_I64 : SX_IDS_I32;
                const void *ids = wide ? (const void *)ids64 : (const void *)ids32;
                sx_rows_call call = call_of(dtype, stride, rows, kind, start + first);
                call.cos_origin = first * stride, call.sin_origin = extent + first * stride;
                CHECK(sx_rotary_rows(&plan, &call, got.data, got.data, ids) == SX_OK, "rows");
            }
            const int64_t at = first_difference(got.data, wanted.data, 2 * extent, dtype);
            CHECK(at < 0,
                  "%s, recipe %d, rounding %d to %d, dtype %d, %d pairs, way %d: row %lld pair %lld of %s is %a, "
                  "wanted %a",
                  sx_isa_name(plan.isa), recipe, plan.rounding, plan.dtype, dtype, pairs, way,
                  (long long)(at % extent / stride), (long long)(at % extent % stride), at < extent ? "cos" : "sin",
                  (double)reference_widen(got.data, at, dtype), (double)reference_widen(wanted.data, at, dtype));
        }
    }
    guarded_free(&hi);
    guarded_free(&lo);
    guarded_free(&inverse);
    guarded_free(&frequency);
    guarded_free(&table);
    guarded_free(&got);
    guarded_free(&wanted);
}

/* a table big enough for streaming stores, against the same rows one by one */
static void streamed(dice *d)
{
    const int32_t pairs = 16 * (int32_t)between(d, 1, 6) + (roll(d) % 2 ? 5 : 0);
    const int64_t stride = (2 * pairs + 31) / 32 * 32, count = (INT64_C(5) << 20) / (8 * pairs) + 7;
    static uint64_t hi[101], lo[101];
    static float inverse[101];
    static double frequency[101];
    random_frequencies(d, hi, lo, inverse, frequency, pairs);
    const size_t bytes = (size_t)(count * stride * 4);
    float *table = aligned_alloc(64, bytes);
    for (int32_t recipe = SX_ROWS_EXACT; recipe <= SX_ROWS_REAL; recipe++) {
        sx_rotary_plan plan = plan_of(SX_ISA_SCALAR, recipe, pairs);
        plan.fraction_hi = hi, plan.fraction_lo = lo, plan.inverse = inverse, plan.frequency = frequency;
        for (plan.isa = SX_ISA_SCALAR; plan.isa <= sx_isa_best(); plan.isa++) {
            CHECK(sx_rotary_bind(&plan) == SX_OK, "bind");
            const int64_t half = stride / 2; /* cosines then sines in one row, both on a cache line */
            memset(table, 0x5a, bytes);
            const sx_rows_call all = call_of(SX_F32, stride, count, SX_IDS_START, -5);
            CHECK(sx_rotary_rows(&plan, &all, table, table + half, NULL) == SX_OK, "rows");
            for (int64_t r = 0; r < count; r += between(d, 1, 40)) {
                float cos[101], sin[101];
                const int64_t id = r - 5;
                const sx_rows_call one = call_of(SX_F32, pairs, 1, SX_IDS_I64, 0);
                CHECK(sx_rotary_rows(&plan, &one, cos, sin, &id) == SX_OK, "row");
                CHECK(memcmp(cos, table + r * stride, (size_t)pairs * 4) == 0 &&
                          memcmp(sin, table + r * stride + half, (size_t)pairs * 4) == 0,
                      "%s, recipe %d: row %lld of a streamed table differs", sx_isa_name(plan.isa), recipe,
                      (long long)r);
                for (int64_t j = pairs; j < half; j++)
                    CHECK(bits_of(table[r * stride + j]) == 0x5a5a5a5a &&
                              bits_of(table[r * stride + half + j]) == 0x5a5a5a5a,
                          "a gap was written");
            }
        }
    }
    free(table);
}

/* a wrong last bit of a coefficient would show in one value of many millions */
static void coefficients_are_those_of_the_recipe(void)
{
    static const double sine[] = {SX_S0_LOW, SX_S1, SX_S2, SX_S3, SX_S4, SX_S5, SX_S6};
    static const double cosine[] = {1.0, SX_C1, SX_C2, SX_C3, SX_C4, SX_C5, SX_C6};
    static const float fast[] = {SX_FS0, SX_FS0_LOW, SX_FS1, SX_FS2, SX_FS3, SX_FC1, SX_FC2, SX_FC3, SX_FC4};
    CHECK(SX_S0 == REFERENCE_S0 && memcmp(sine, REFERENCE_SINE, sizeof sine) == 0, "sine");
    CHECK(memcmp(cosine, REFERENCE_COSINE, sizeof cosine) == 0, "cosine");
    CHECK(memcmp(fast, REFERENCE_FAST, sizeof fast) == 0, "fast");
    CHECK(SX_INV_2PI_HIGH == REFERENCE_INV_2PI[0] && SX_INV_2PI_LOW == REFERENCE_INV_2PI[1], "1 / 2 pi");
}

int main(int argc, char **argv)
{
    check_begin(argc, argv, 1000);
    if (sx_isa_best() == SX_ISA_NONE) {
        printf("skipped: %s\n", sx_isa_reason(SX_ISA_SCALAR));
        return 77;
    }
    coefficients_are_those_of_the_recipe();
    for (int32_t isa = SX_ISA_SCALAR; isa <= sx_isa_best(); isa++)
        published_vectors(isa);
    dice d = {check_seed};
    streamed(&d);
    for (int64_t i = 0; i < check_cases; i++, check_seed++) {
        d.state = check_seed;
        one_case(&d);
    }
    printf("%lld cases on every instruction set up to %s\n", (long long)check_cases, sx_isa_name(sx_isa_best()));
    return 0;
}
