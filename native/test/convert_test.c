/*
 * Conversions, by way of rotations whose rows are chosen: with c = 1, s = 0 every 16-bit value must come back; with
 * x0 = 1, x1 = 0 the output is c, rounded; and no special value may turn a NaN into a number, although the bf16
 * kernels round without a path for NaN (their inputs leave the low bits of a payload clear, so nothing carries).
 */
#include "check.h"
#include "reference.h"

enum { PAIRS = 64, ELEMENTS = 2 * PAIRS };

static const int32_t DTYPES[] = {SX_F16, SX_BF16};

/* rotates `tokens` heads of ELEMENTS by row t of the table */
static void rotate(sx_rotary_plan *plan, int32_t isa, const float *table, int64_t tokens, const uint16_t *in,
                   uint16_t *out)
{
    plan->size = sizeof *plan;
    plan->isa = isa;
    plan->recipe = SX_ROWS_TABLE;
    plan->pairs = PAIRS;
    plan->head_dim = ELEMENTS;
    plan->blocks = plan->axes = 1;
    plan->magnitude = 1.0f;
    plan->table = table;
    plan->table_rows = tokens;
    CHECK(sx_rotary_bind(plan) == SX_OK, "bind");
    sx_rotary_call call;
    memset(&call, 0, sizeof call);
    call.size = sizeof call;
    call.batches = 1;
    call.tokens = tokens;
    call.q_in = call.q_out = (sx_heads){1, 0, ELEMENTS, ELEMENTS, 0};
    CHECK(sx_rotary_apply(plan, &call, in, out, NULL, NULL, NULL) == SX_OK, "apply");
}

/* where pair j of a head is read */
static int64_t first_of(const sx_rotary_plan *plan, int64_t j)
{
    return plan->pairing == SX_HALF_SPLIT || plan->pairing == SX_OUTIN ? j : 2 * j;
}
static int64_t second_of(const sx_rotary_plan *plan, int64_t j)
{
    return plan->pairing == SX_HALF_SPLIT || plan->pairing == SX_OUTIN ? j + PAIRS : 2 * j + 1;
}

/* where it is written */
static int64_t first_to(const sx_rotary_plan *plan, int64_t j)
{
    return plan->pairing == SX_HALF_SPLIT || plan->pairing == SX_INOUT ? j : 2 * j;
}
static int64_t second_to(const sx_rotary_plan *plan, int64_t j)
{
    return plan->pairing == SX_HALF_SPLIT || plan->pairing == SX_INOUT ? j + PAIRS : 2 * j + 1;
}

static void fill_table(float *table, int64_t tokens, float c, float s)
{
    for (int64_t t = 0; t < tokens; t++)
        for (int64_t j = 0; j < PAIRS; j++)
            table[t * ELEMENTS + j] = c, table[t * ELEMENTS + PAIRS + j] = s;
}

/* all 65,536 values as first and as second element, the other being +0 */
static void every_value_comes_back(sx_rotary_plan *plan, int32_t isa)
{
    enum { TOKENS = 65536 / PAIRS };
    static float table[TOKENS * ELEMENTS];
    static uint16_t in[TOKENS * ELEMENTS], out[TOKENS * ELEMENTS];
    fill_table(table, TOKENS, 1.0f, 0.0f);
    for (int second = 0; second < 2; second++) {
        memset(in, 0, sizeof in);
        for (int64_t i = 0; i < 65536; i++)
            in[i / PAIRS * ELEMENTS + (second ? second_of(plan, i % PAIRS) : first_of(plan, i % PAIRS))] = (uint16_t)i;
        rotate(plan, isa, table, TOKENS, in, out);
        for (int64_t i = 0; i < 65536; i++) {
            int64_t at = i / PAIRS * ELEMENTS + (second ? second_to(plan, i % PAIRS) : first_to(plan, i % PAIRS));
            const uint16_t value[2] = {(uint16_t)i, 0};
            /* a negative value times s = 0 is -0, which leaves +0 as it is; only -0 beside +0 may not matter */
            CHECK(out[at] == value[0] ||
                      (reference_is_nan(value, 0, plan->dtype) && reference_is_nan(out, at, plan->dtype)) ||
                      (second && value[0] == 0x8000 && out[at] == 0),
                  "%s: %04x came back as %04x", sx_rotary_kernel_name(plan), value[0], out[at]);
        }
    }
}

/* floats that are hard to round: at, just below and just above the middle of two 16-bit values, and any */
static float awkward_float(dice *d, int32_t dtype)
{
    for (;;) {
        uint32_t u = (uint32_t)(roll(d) >> 32), unit = dtype == SX_BF16 ? 0x10000u : 0x2000u;
        switch (roll(d) % 6) {
        case 0: u = (u & ~(unit - 1)) | unit / 2; break;
        case 1: u = (u & ~(unit - 1)) | (unit / 2 - 1); break;
        case 2: u = (u & ~(unit - 1)) | (unit / 2 + 1); break;
        case 3: u = (u & 0x80000000u) | (u % 0x400000u) | 0x38000000u; break; /* f16 denormals, or near them */
        case 4: u = (u & 0x80000000u) | 0x477fe000u | (u & 0x1fff); break;    /* f16 overflow */
        default: break;
        }
        if (!isnan(float_of(u)))
            return float_of(u);
    }
}

static void floats_round_to_even(sx_rotary_plan *plan, int32_t isa, dice *d)
{
    enum { TOKENS = 2048 };
    static float table[TOKENS * ELEMENTS];
    static uint16_t in[TOKENS * ELEMENTS], out[TOKENS * ELEMENTS];
    fill_table(table, TOKENS, 0.0f, 0.0f);
    memset(in, 0, sizeof in);
    for (int64_t i = 0; i < TOKENS * PAIRS; i++) {
        table[i / PAIRS * ELEMENTS + i % PAIRS] = awkward_float(d, plan->dtype);
        reference_narrow(in, i / PAIRS * ELEMENTS + first_of(plan, i % PAIRS), 1.0f, plan->dtype);
    }
    rotate(plan, isa, table, TOKENS, in, out);
    for (int64_t i = 0; i < TOKENS * PAIRS; i++) {
        const float c = table[i / PAIRS * ELEMENTS + i % PAIRS];
        uint16_t wanted[2];
        reference_narrow(wanted, 0, c, plan->dtype);
        if (isinf(c))
            continue; /* infinity times x1 = 0 is NaN */
        const uint16_t got = out[i / PAIRS * ELEMENTS + first_to(plan, i % PAIRS)];
        CHECK(got == wanted[0], "%s: %a rounds to %04x, wanted %04x", sx_rotary_kernel_name(plan), (double)c, got,
              wanted[0]);
    }
}

/* every value beside `special` under one row, on everything that rotates it */
static void special_everywhere(sx_rotary_plan *plan, uint16_t special, float cos, float sin)
{
    enum { TOKENS = 65536 / PAIRS };
    static float table[TOKENS * ELEMENTS];
    static uint16_t in[TOKENS * ELEMENTS], out[TOKENS * ELEMENTS], wanted[2][65536];
    fill_table(table, TOKENS, cos, sin);
    plan->table = table;
    plan->pairs = PAIRS;
    for (int64_t i = 0; i < 65536; i++) {
        const uint16_t x[4] = {(uint16_t)i, special, 0, 0};
        float y[2];
        reference_pair(plan, 0, (reference_place){0, 0}, 0, reference_widen(x, 0, plan->dtype),
                       reference_widen(x, 1, plan->dtype), y);
        for (int e = 0; e < 2; e++)
            reference_narrow(wanted[e], i, y[e], plan->dtype);
    }
    for (plan->pairing = SX_HALF_SPLIT; plan->pairing <= SX_OUTIN; plan->pairing++) {
        for (int64_t i = 0; i < 65536; i++) {
            in[i / PAIRS * ELEMENTS + first_of(plan, i % PAIRS)] = (uint16_t)i;
            in[i / PAIRS * ELEMENTS + second_of(plan, i % PAIRS)] = special;
        }
        for (int32_t isa = SX_ISA_SCALAR; isa <= sx_isa_best(); isa++) {
            rotate(plan, isa, table, TOKENS, in, out);
            for (int64_t i = 0; i < 65536; i++) {
                const int64_t at[2] = {i / PAIRS * ELEMENTS + first_to(plan, i % PAIRS),
                                       i / PAIRS * ELEMENTS + second_to(plan, i % PAIRS)};
                for (int e = 0; e < 2; e++)
                    CHECK(out[at[e]] == wanted[e][i] || (reference_is_nan(wanted[e], i, plan->dtype) &&
                                                         reference_is_nan(out, at[e], plan->dtype)),
                          "%s: (%04x, %04x) by (%g, %g): %04x, wanted %04x", sx_rotary_kernel_name(plan), (unsigned)i,
                          special, (double)cos, (double)sin, out[at[e]], wanted[e][i]);
            }
        }
    }
}

/* NaN exactly where arithmetic says so, else equal bits: no rounding on the way may carry a NaN into a number */
static void specials_stay_special(sx_rotary_plan *plan)
{
    static const uint16_t bf16[] = {0x0000, 0x8000, 0x0001, 0x807f, 0x0080, 0x3f80, 0x7f7f, 0xff7f,
                                    0x7f80, 0xff80, 0x7f81, 0xff81, 0x7fc0, 0x7fff, 0xffff};
    static const uint16_t f16[] = {0x0000, 0x8000, 0x0001, 0x83ff, 0x0400, 0x3c00, 0x7bff, 0xfbff,
                                   0x7c00, 0xfc00, 0x7c01, 0xfc01, 0x7e00, 0x7fff, 0xffff};
    static const float rows[][2] = {{1.0f, 0.0f},    {0.0f, 1.0f}, {-0.6f, 0.8f},    {0.70710678f, -0.70710678f},
                                    {3e38f, 1e-38f}, {NAN, 0.5f},  {-INFINITY, -NAN}};
    for (size_t k = 0; k < sizeof bf16 / sizeof bf16[0]; k++)
        for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
            special_everywhere(plan, plan->dtype == SX_BF16 ? bf16[k] : f16[k], rows[r][0], rows[r][1]);
}

static sx_rotary_plan plan_of(int32_t dtype, int32_t pairing, int32_t rounding)
{
    sx_rotary_plan plan;
    memset(&plan, 0, sizeof plan);
    plan.recipe = SX_ROWS_TABLE;
    plan.dtype = dtype;
    plan.pairing = pairing;
    plan.rounding = rounding;
    return plan;
}

int main(int argc, char **argv)
{
    check_begin(argc, argv, 1);
    for (int i = 0; i < 2; i++)
        for (int32_t rounding = SX_ROUND_ONCE; rounding <= SX_ROUND_PRODUCTS; rounding++) {
            sx_rotary_plan any = plan_of(DTYPES[i], SX_HALF_SPLIT, rounding);
            specials_stay_special(&any);
            for (int32_t isa = SX_ISA_SCALAR; isa <= sx_isa_best(); isa++)
                for (int32_t pairing = SX_HALF_SPLIT; pairing <= SX_OUTIN; pairing++) {
                    dice d = {check_seed};
                    sx_rotary_plan plan = plan_of(DTYPES[i], pairing, rounding);
                    every_value_comes_back(&plan, isa);
                    floats_round_to_even(&plan, isa, &d);
                }
        }
    printf("all 16-bit values on every instruction set up to %s\n", sx_isa_name(sx_isa_best()));
    return 0;
}
