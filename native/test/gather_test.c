/*
 * Gathers at random between guard pages, against the definition written once more; tables lie in read-only pages. Then
 * what a wrong binding could get wrong.
 */
#include "check.h"
#include "kernels/kernels.h"
#include "reference.h"

#define MOST_ROWS 9

static int64_t size_of(int32_t type) { return type == SX_F32 ? 4 : type == SX_I8 ? 1 : 2; }

static void put(char *at, int32_t type, int64_t i, float value)
{
    if (type == SX_I8)
        at[i] = (char)(int)value;
    else
        reference_narrow(at, i, value, type);
}

static float get(const char *at, int32_t type, int64_t i)
{
    return type == SX_I8 ? (float)(signed char)at[i] : reference_widen(at, i, type);
}

static float any(dice *d) { return roll(d) % 50 == 0 ? (float)NAN : (float)between(d, -40000, 40000) / 313.0f; }

static void make_source(dice *d, sx_table *t, guarded *memory, int32_t dim)
{
    t->type = (int32_t)between(d, SX_F32, SX_I8);
    t->merge = (int32_t)between(d, SX_MERGE_FILL, SX_MERGE_MULTIPLY);
    t->width = (int32_t)between(d, 1, dim);
    t->column = (int32_t)between(d, 0, dim - t->width);
    t->rows = between(d, 1, MOST_ROWS);
    t->stride = t->width + between(d, 0, 3);
    t->origin = between(d, 0, 2);
    const int64_t entries = t->origin + (t->rows - 1) * t->stride + t->width;
    *memory = guarded_make((size_t)(entries * size_of(t->type)), 1);
    for (int64_t i = 0; i < entries; i++)
        put(memory->data, t->type, i, t->type == SX_I8 ? (float)between(d, -128, 127) : any(d));
    guarded_protect(memory, PROT_READ);
}

static float entry(const sx_table *t, const char *memory, const sx_pick *pick, int64_t column)
{
    return get(memory, t->type, t->origin + pick->row * t->stride + column) * pick->scale;
}

static float merged(float y, float e, int32_t merge)
{
    return merge == SX_MERGE_ADD ? y + e : merge == SX_MERGE_MULTIPLY ? y * (1.0f + e) : e;
}

static void one_case(dice *d)
{
    guarded memory[SX_MOST_TABLES];
    sx_table table[SX_MOST_TABLES];
    const int32_t dim = (int32_t)between(d, 1, 299), dtype = (int32_t)between(d, SX_F32, SX_BF16);
    const int32_t tables = (int32_t)between(d, 1, 4);
    const int64_t rows = between(d, 1, 12), size = size_of(dtype);
    const int input = roll(d) % 3 != 0, in_place = input && roll(d) % 2;
    for (int32_t i = 0; i < tables; i++)
        make_source(d, &table[i], &memory[i], dim);
    sx_pick picks[12 * SX_MOST_TABLES];
    for (int64_t i = 0; i < rows * tables; i++) {
        picks[i].row = (int32_t)between(d, -1, table[i % tables].rows - 1);
        picks[i].scale = roll(d) % 2 ? 1.0f : any(d);
    }
    sx_gather_call call = {.size = sizeof call, .rows = rows, .x_stride = dim + between(d, 0, 3), .x_origin = 1};
    call.out_stride = in_place ? call.x_stride : dim;
    call.out_origin = in_place ? 1 : 0;
    const int64_t in_bytes = (1 + (rows - 1) * call.x_stride + dim) * size;
    const int64_t out_bytes = in_place ? in_bytes : (rows - 1) * call.out_stride * size + dim * size;
    for (int32_t isa = SX_ISA_SCALAR; isa <= sx_isa_best(); isa++) {
        guarded in = guarded_make((size_t)in_bytes, 1), out = guarded_make((size_t)out_bytes, 1);
        for (int64_t i = 0; i < in_bytes / size; i++)
            put(in.data, dtype, i, (float)(i % 50) / 7.0f);
        memset(out.data, 0, (size_t)out_bytes);
        if (in_place)
            memcpy(out.data, in.data, (size_t)in_bytes);
        guarded_protect(&in, PROT_READ);
        sx_gather_plan plan = {.size = sizeof plan,
                               .isa = isa,
                               .dtype = dtype,
                               .input = input,
                               .scale = 2.0f,
                               .dim = dim,
                               .tables = tables,
                               .table = table};
        if (!input)
            plan.scale = 1.0f;
        CHECK(sx_gather_bind(&plan) == SX_OK, "bind");
        const char *t[SX_MOST_TABLES] = {0};
        for (int32_t i = 0; i < tables; i++)
            t[i] = memory[i].data;
        CHECK(sx_gather_apply(&plan, &call, in_place ? out.data : in.data, out.data, picks, t[0], t[1], t[2], t[3],
                              t[4], t[5], t[6], t[7], t[8], t[9], t[10], t[11]) == SX_OK,
              "apply");
        for (int64_t r = 0; r < rows; r++)
            for (int64_t c = 0; c < dim; c++) {
                float y = input ? 2.0f * get(in.data, dtype, call.x_origin + r * call.x_stride + c) : 0.0f;
                for (int32_t i = 0; i < tables; i++) {
                    const sx_pick pick = picks[r * tables + i];
                    const int64_t column = c - table[i].column;
                    if (column >= 0 && column < table[i].width && pick.row >= 0)
                        y = merged(y, entry(&table[i], memory[i].data, &pick, column), table[i].merge);
                }
                char rounded[4];
                put(rounded, dtype, 0, y);
                const float want = get(rounded, dtype, 0);
                const float got = get(out.data, dtype, call.out_origin + r * call.out_stride + c);
                CHECK(bits_of(got) == bits_of(want) || (isnan(got) && isnan(want)),
                      "%s: row %d, column %d of %d: got %g, wanted %g", sx_gather_kernel_name(&plan), (int)r, (int)c,
                      (int)dim, (double)got, (double)want);
            }
        guarded_free(&in), guarded_free(&out);
    }
    for (int32_t i = 0; i < tables; i++)
        guarded_free(&memory[i]);
}

static void refusals(void)
{
    float x[4] = {0}, t[4] = {0};
    sx_table table = {.type = SX_F32, .width = 4, .rows = 1, .stride = 4};
    const sx_gather_plan good = {
        .size = sizeof good, .isa = SX_ISA_SCALAR, .input = 1, .scale = 1.0f, .dim = 4, .tables = 1, .table = &table};
    const sx_gather_call call = {.size = sizeof call, .rows = 1, .x_stride = 4, .out_stride = 4};
    const sx_pick pick = {0, 1.0f};
    sx_gather_plan plan = good;
#define APPLY(x, out, picks, t0) sx_gather_apply(&plan, &call, x, out, picks, t0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    CHECK(sx_gather_bind(NULL) == SX_E_NULL, "no plan");
    CHECK(APPLY(x, x, &pick, t) == SX_E_UNBOUND, "unbound");
    plan.size++;
    CHECK(sx_gather_bind(&plan) == SX_E_SIZE, "size");
    plan = good, plan.tables = SX_MOST_TABLES + 1;
    CHECK(sx_gather_bind(&plan) == SX_E_ARGUMENT, "tables");
    plan = good, plan.dim = 3;
    CHECK(sx_gather_bind(&plan) == SX_E_ARGUMENT, "a table wider than the output");
    plan = good, plan.table = NULL;
    CHECK(sx_gather_bind(&plan) == SX_E_NULL, "no tables");
    table.type = SX_I8 + 1, plan = good;
    CHECK(sx_gather_bind(&plan) == SX_E_ARGUMENT, "type");
    table.type = SX_F32;
    CHECK(sx_gather_bind(&plan) == SX_OK, "good");
    CHECK(APPLY(NULL, x, &pick, t) == SX_E_NULL && APPLY(x, NULL, &pick, t) == SX_E_NULL, "no memory");
    CHECK(APPLY(x, x, NULL, t) == SX_E_NULL && APPLY(x, x, &pick, NULL) == SX_E_NULL, "no picks, no table");
    CHECK(APPLY(x, x, &pick, t) == SX_OK, "good");
}

int main(int argc, char **argv)
{
    if (sx_isa_best() < SX_ISA_SCALAR)
        return 77;
    check_begin(argc, argv, 3000);
    refusals();
    for (int64_t i = 0; i < check_cases; i++, check_seed++) {
        dice d = {check_seed};
        one_case(&d);
    }
    return 0;
}
