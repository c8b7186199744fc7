/*
 * Random additive rows on every instruction set of this machine against the reference: equal bits, in every element of the
 * buffer and not only in those that should change. Each buffer touches an unreadable page, inputs cannot be written.
 */
#include <immintrin.h>

#include "check.h"
#include "reference.h"

#define MOST_BLOCKS 8
#define MOST_WAVES 300

/* everything that a plan points at, each between its guards */
typedef struct parts {
    guarded block, axis, hi, lo, inverse, frequency, table;
} parts;

static int64_t random_waves(dice *d)
{
    static const int64_t counts[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 64, 95, 96, 97, 128, 200};
    return counts[roll(d) % (sizeof counts / sizeof counts[0])];
}

static void random_blocks(dice *d, sx_additive_plan *plan, sx_columns *block)
{
    const int64_t most = between(d, 1, MOST_BLOCKS);
    for (plan->blocks = 0; plan->blocks < most; plan->blocks++) {
        sx_columns *at = &block[plan->blocks];
        memset(at, 0, sizeof *at);
        at->kind = (int32_t)between(d, SX_COLUMNS_INTERLEAVED, SX_COLUMNS_ZEROS);
        at->column = plan->width;
        at->wave = plan->waves;
        const int64_t waves = roll(d) % 3 ? between(d, 1, 6) : random_waves(d);
        if (at->kind <= SX_COLUMNS_FLIPPED && plan->waves + waves <= MOST_WAVES) {
            at->waves = (int32_t)waves;
            at->columns = 2 * at->waves - (roll(d) % 3 == 0);
        } else if (roll(d) % 2) {
            at->kind = SX_COLUMNS_COORDINATE;
            at->columns = 1;
            at->axis = (int32_t)between(d, 0, plan->axes - 1);
        } else {
            at->kind = SX_COLUMNS_ZEROS;
            at->columns = (int32_t)between(d, 1, roll(d) % 8 ? 5 : 400);
        }
        plan->width += at->columns, plan->waves += at->waves;
    }
}

static void random_plan(dice *d, sx_additive_plan *plan, parts *p)
{
    memset(plan, 0, sizeof *plan);
    plan->size = sizeof *plan;
    plan->dtype = (int32_t)between(d, SX_F32, SX_BF16);
    plan->recipe = (int32_t)between(d, SX_ROWS_EXACT, SX_ROWS_TABLE);
    plan->axes = plan->recipe == SX_ROWS_TABLE || roll(d) % 2 ? 1 : (int32_t)between(d, 2, 8);
    plan->mixed = plan->recipe == SX_ROWS_REAL && roll(d) % 2;
    plan->magnitude = roll(d) % 3 == 0 ? 1.1386294f : 1.0f;
    p->block = guarded_make(MOST_BLOCKS * sizeof(sx_columns), 1);
    if (plan->recipe == SX_ROWS_TABLE) {
        plan->width = (int32_t)between(d, 1, roll(d) % 2 ? 40 : 700);
        plan->table_rows = between(d, 1, 30);
        plan->magnitude = 1.0f;
    } else {
        random_blocks(d, plan, (sx_columns *)(void *)p->block.data);
        plan->block = (const void *)p->block.data;
        plan->offset = roll(d) % 3 == 0 ? between(d, -9, 9) : 0;
        plan->has_zero_row = roll(d) % 3 == 0;
        plan->zero_row = between(d, -2, 5);
    }
    const size_t n = (size_t)plan->waves, all = n * (size_t)(plan->mixed ? plan->axes : 1);
    p->axis = guarded_make(n, 1);
    p->hi = guarded_make(8 * n, 1);
    p->lo = guarded_make(8 * n, 1);
    p->inverse = guarded_make(4 * n, 1);
    p->frequency = guarded_make(8 * all, 1);
    p->table = guarded_make((size_t)plan->table_rows * 4 * (size_t)plan->width * (plan->recipe == SX_ROWS_TABLE), 1);
    for (size_t j = 0; j < n; j++) {
        p->axis.data[j] = (char)(roll(d) % (uint64_t)plan->axes);
        random_fraction(d, (uint64_t *)(void *)p->hi.data + j, (uint64_t *)(void *)p->lo.data + j);
        ((float *)(void *)p->inverse.data)[j] = (float)exp2(-(double)(roll(d) % 20)) * (roll(d) % 4 ? 1.0f : -1.0f);
    }
    for (size_t j = 0; j < all; j++)
        ((double *)(void *)p->frequency.data)[j] = exp2(-(double)(roll(d) % 20)) * (roll(d) % 4 ? 1.1 : -1.1);
    for (size_t i = 0; i < p->table.bytes / 4; i++)
        ((float *)(void *)p->table.data)[i] = (float)((double)(int64_t)roll(d) * 0x1p-63);
    plan->axis_of_wave = plan->axes > 1 && !plan->mixed ? (const void *)p->axis.data : NULL;
    switch (plan->recipe) { /* the others stay null */
    case SX_ROWS_FLOAT32: plan->inverse = (const void *)p->inverse.data; break;
    case SX_ROWS_REAL: plan->frequency = (const void *)p->frequency.data; break;
    case SX_ROWS_TABLE: plan->table = (const void *)p->table.data; break;
    default: plan->fraction_hi = (const void *)p->hi.data, plan->fraction_lo = (const void *)p->lo.data; break;
    }
    guarded *of_plan[] = {&p->block, &p->axis, &p->hi, &p->lo, &p->inverse, &p->frequency, &p->table};
    for (size_t i = 0; i < sizeof of_plan / sizeof of_plan[0]; i++)
        guarded_protect(of_plan[i], PROT_READ);
}

static int64_t random_position(dice *d, const sx_additive_plan *plan)
{
    const int64_t limit = (INT64_C(1) << 31) - 1000;
    if (plan->recipe == SX_ROWS_TABLE)
        return between(d, 0, plan->table_rows - 1);
    return roll(d) % 4 == 0 ? between(d, -limit, limit) : between(d, -3, roll(d) % 2 ? 8 : 200000);
}

static guarded random_ids(dice *d, const sx_additive_plan *plan, sx_additive_call *call)
{
    const int real = plan->recipe == SX_ROWS_FLOAT32 || plan->recipe == SX_ROWS_REAL;
    call->ids_kind = (int32_t)between(d, SX_IDS_START, real ? SX_IDS_F64 : SX_IDS_SAME);
    call->start = plan->recipe == SX_ROWS_TABLE ? 0 : random_position(d, plan);
    guarded ids = {0};
    if (call->ids_kind == SX_IDS_START || call->ids_kind == SX_IDS_SAME)
        return ids;
    call->ids_token_stride = between(d, 1, 3);
    const int64_t list = (call->rows - 1) * call->ids_token_stride + 1;
    call->ids_axis_stride = plan->axes == 1 || roll(d) % 4 == 0 ? 0 : list + between(d, 0, 2);
    call->ids_origin = between(d, 0, 3);
    const int64_t count = call->ids_origin + (plan->axes - 1) * call->ids_axis_stride + list;
    const int64_t size = call->ids_kind == SX_IDS_I64 || call->ids_kind == SX_IDS_F64 ? 8 : 4;
    ids = guarded_make((size_t)(count * size), (int)(roll(d) % 2));
    for (int64_t i = 0; i < count; i++) {
        const int64_t p = random_position(d, plan);
        switch (call->ids_kind) {
        case SX_IDS_I32: ((int32_t *)(void *)ids.data)[i] = (int32_t)p; break;
        case SX_IDS_I64: ((int64_t *)(void *)ids.data)[i] = p; break;
        case SX_IDS_F32: ((float *)(void *)ids.data)[i] = (float)p * (roll(d) % 2 ? 0.37f : 1.0f); break;
        default: ((double *)(void *)ids.data)[i] = (double)p * (roll(d) % 2 ? 0.37 : 1.0); break;
        }
    }
    guarded_protect(&ids, PROT_READ);
    return ids;
}

static reference_place place_of(const sx_additive_plan *plan, const sx_additive_call *call, const void *ids,
                                int64_t row, int64_t axis)
{
    const int64_t at = call->ids_origin + axis * call->ids_axis_stride + row * call->ids_token_stride;
    reference_place place = {0, 0};
    switch (call->ids_kind) {
    case SX_IDS_I32: place.whole = ((const int32_t *)ids)[at]; break;
    case SX_IDS_I64: place.whole = ((const int64_t *)ids)[at]; break;
    case SX_IDS_F32: place.real = (double)((const float *)ids)[at]; break;
    case SX_IDS_F64: place.real = ((const double *)ids)[at]; break;
    case SX_IDS_SAME: place.whole = call->start; break;
    default: place.whole = call->start + row; break;
    }
    place.whole += plan->offset;
    if (call->ids_kind < SX_IDS_F32)
        place.real = (double)place.whole;
    else if (plan->offset != 0)
        place.real += (double)plan->offset;
    return place;
}

static void wave_of(const sx_additive_plan *plan, const sx_additive_call *call, const void *ids, int64_t row, int64_t j,
                    float *c, float *s)
{
    if (plan->mixed) {
        double angle = 0;
        for (int64_t a = 0; a < plan->axes; a++) {
            const double x = place_of(plan, call, ids, row, a).real, f = plan->frequency[a * plan->waves + j];
            angle = a == 0 ? x * f : fma(x, f, angle);
        }
        reference_radians(angle, c, s);
        if (plan->magnitude != 1.0f)
            *c *= plan->magnitude, *s *= plan->magnitude;
        return;
    }
    const sx_rotary_plan waves = {.recipe = plan->recipe,
                                  .pairs = plan->waves,
                                  .magnitude = plan->magnitude,
                                  .fraction_hi = plan->fraction_hi,
                                  .fraction_lo = plan->fraction_lo,
                                  .inverse = plan->inverse,
                                  .frequency = plan->frequency};
    const int64_t axis = plan->axis_of_wave == NULL ? 0 : plan->axis_of_wave[j];
    reference_row(&waves, place_of(plan, call, ids, row, axis), j, c, s);
}

/* straight from what the header says of a column */
static float value_of(const sx_additive_plan *plan, const sx_additive_call *call, const void *ids, int64_t row,
                      int64_t column)
{
    if (plan->recipe == SX_ROWS_TABLE)
        return plan->table[place_of(plan, call, ids, row, 0).whole * plan->width + column];
    int zero = plan->has_zero_row;
    for (int32_t a = 0; a < plan->axes; a++)
        zero = zero && place_of(plan, call, ids, row, a).real == (double)plan->zero_row;
    const sx_columns *at = plan->block;
    while (column >= at->column + at->columns)
        at++;
    const int64_t i = column - at->column;
    if (zero || at->kind == SX_COLUMNS_ZEROS)
        return 0;
    if (at->kind == SX_COLUMNS_COORDINATE)
        return (float)place_of(plan, call, ids, row, at->axis).real * plan->magnitude;
    const int64_t first = at->kind == SX_COLUMNS_FLIPPED ? at->columns - at->waves : at->waves;
    const int64_t k = at->kind == SX_COLUMNS_INTERLEAVED ? i / 2 : i < first ? i : i - first;
    const int sine = at->kind == SX_COLUMNS_INTERLEAVED ? i % 2 == 0 : (i < first) == (at->kind == SX_COLUMNS_HALVES);
    float c, s;
    wave_of(plan, call, ids, row, at->wave + k, &c, &s);
    return sine ? s : c;
}

static void reference_merge(const sx_additive_plan *plan, const sx_additive_call *call, const void *x, void *out,
                            const void *ids)
{
    for (int64_t r = 0; r < call->rows; r++)
        for (int64_t c = 0; c < plan->width; c++) {
            const float e = value_of(plan, call, ids, r, c);
            const int64_t o = call->out_origin + r * call->out_stride + c;
            float y = e;
            if (call->merge != SX_MERGE_FILL) {
                const float in = reference_widen(x, call->x_origin + r * call->x_stride + c, plan->dtype);
                const float product = call->scale * in, factor = 1.0f + e;
                y = call->merge == SX_MERGE_ADD ? product + e : in * factor;
            }
            reference_narrow(out, o, y, plan->dtype);
        }
}

static void fill_random(dice *d, void *p, int64_t elements, int32_t dtype, int special)
{
    for (int64_t i = 0; i < elements; i++) {
        const uint64_t u = roll(d);
        if (special && u % 8 == 0) { /* any bits at all: denormals, infinities, NaN */
            if (dtype == SX_F32)
                ((uint32_t *)p)[i] = (uint32_t)(u >> 32);
            else
                ((uint16_t *)p)[i] = (uint16_t)(u >> 32);
        } else {
            reference_narrow(p, i, (float)((double)(int64_t)u * 0x1p-62), dtype);
        }
    }
}

static void one_case(dice *d)
{
    sx_additive_plan plan;
    parts p;
    random_plan(d, &plan, &p);
    sx_additive_call call;
    memset(&call, 0, sizeof call);
    call.size = sizeof call;
    call.merge = (int32_t)between(d, SX_MERGE_FILL, SX_MERGE_MULTIPLY);
    call.scale = roll(d) % 2 ? 1.0f : 5.7445626f;
    call.rows = between(d, 1, plan.recipe == SX_ROWS_TABLE ? plan.table_rows : 70);
    guarded ids = random_ids(d, &plan, &call);
    const int in_place = roll(d) % 2 == 0;
    call.out_origin = between(d, 0, 5);
    call.out_stride = plan.width + between(d, 0, 4);
    call.x_origin = in_place ? call.out_origin : between(d, 0, 5);
    call.x_stride = in_place ? call.out_stride : plan.width + between(d, 0, 4);
    const int64_t size = plan.dtype == SX_F32 ? 4 : 2;
    const int64_t count = call.out_origin + (call.rows - 1) * call.out_stride + plan.width;
    const int64_t x_count = call.x_origin + (call.rows - 1) * call.x_stride + plan.width;
    guarded x = guarded_make((size_t)(x_count * size), (int)(roll(d) % 2));
    guarded out = guarded_make((size_t)(count * size), (int)(roll(d) % 2));
    guarded start = guarded_make((size_t)(count * size), 1), wanted = guarded_make((size_t)(count * size), 1);
    fill_random(d, x.data, x_count, plan.dtype, (int)(roll(d) % 2));
    fill_random(d, start.data, count, plan.dtype, (int)(roll(d) % 2));
    guarded_protect(&x, PROT_READ);
    memcpy(wanted.data, start.data, start.bytes);
    reference_merge(&plan, &call, in_place ? wanted.data : x.data, wanted.data, ids.data);
    for (plan.isa = SX_ISA_SCALAR; plan.isa <= sx_isa_best(); plan.isa++) {
        int32_t status = sx_additive_bind(&plan);
        CHECK(status == SX_OK, "bind: %s", sx_status_text(status));
        memcpy(out.data, start.data, start.bytes);
        const unsigned mxcsr = _mm_getcsr();
        status = sx_additive_merge(&plan, &call, in_place ? out.data : x.data, out.data, ids.data);
        CHECK((_mm_getcsr() & 0xffc0u) == (mxcsr & 0xffc0u), "%s changed MXCSR", sx_additive_kernel_name(&plan));
        CHECK(status == SX_OK, "%s: %s", sx_additive_kernel_name(&plan), sx_status_text(status));
        const int64_t at = first_difference(out.data, wanted.data, count, plan.dtype);
        CHECK(at < 0, "%s, recipe %d, merge %d, mixed %d, axes %d, width %d: element %lld is %a, wanted %a",
              sx_additive_kernel_name(&plan), plan.recipe, call.merge, plan.mixed, plan.axes, plan.width, (long long)at,
              (double)reference_widen(out.data, at, plan.dtype), (double)reference_widen(wanted.data, at, plan.dtype));
    }
    guarded *all[] = {&x,      &out,  &start, &wanted,    &ids,         &p.block,
                      &p.axis, &p.hi, &p.lo,  &p.inverse, &p.frequency, &p.table};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i]->map != NULL)
            guarded_free(all[i]);
}

/* large enough for non-temporal stores, aligned to them or not */
static void large_fills(dice *d)
{
    static uint64_t hi[64], lo[64];
    for (int j = 0; j < 64; j++)
        random_fraction(d, &hi[j], &lo[j]);
    const sx_columns block = {SX_COLUMNS_HALVES, 0, 128, 0, 64, 0};
    sx_additive_plan plan = {.size = sizeof plan,
                             .dtype = SX_F32,
                             .recipe = SX_ROWS_FAST,
                             .width = 128,
                             .waves = 64,
                             .blocks = 1,
                             .axes = 1,
                             .magnitude = 1.0f,
                             .block = &block,
                             .fraction_hi = hi,
                             .fraction_lo = lo};
    const int64_t rows = 20000;
    guarded out = guarded_make((size_t)(rows * 128 * 4 + 64), 1), wanted = guarded_make(out.bytes, 1);
    for (plan.dtype = SX_F32; plan.dtype <= SX_BF16; plan.dtype++)
        for (int64_t origin = 0; origin < 2; origin++) {
            sx_additive_call call = {.size = sizeof call,
                                     .merge = SX_MERGE_FILL,
                                     .start = 77,
                                     .rows = rows,
                                     .out_stride = 128,
                                     .out_origin = origin};
            memset(wanted.data, 0, wanted.bytes);
            reference_merge(&plan, &call, NULL, wanted.data, NULL);
            for (plan.isa = SX_ISA_SCALAR; plan.isa <= sx_isa_best(); plan.isa++) {
                memset(out.data, 0, out.bytes);
                CHECK(sx_additive_bind(&plan) == SX_OK, "bind");
                CHECK(sx_additive_merge(&plan, &call, NULL, out.data, NULL) == SX_OK, "merge");
                CHECK(memcmp(out.data, wanted.data, out.bytes) == 0, "%s, large, from element %lld",
                      sx_additive_kernel_name(&plan), (long long)origin);
            }
        }
    guarded_free(&out);
    guarded_free(&wanted);
}

static sx_additive_plan good_plan(void)
{
    static const sx_columns block[] = {{SX_COLUMNS_HALVES, 0, 7, 0, 4, 0}, {SX_COLUMNS_COORDINATE, 7, 1, 4, 0, 0}};
    static const uint64_t fraction[4];
    static const double frequency[4];
    static const float inverse[8];
    return (sx_additive_plan){.size = sizeof(sx_additive_plan),
                              .isa = SX_ISA_SCALAR,
                              .width = 8,
                              .waves = 4,
                              .blocks = 2,
                              .axes = 1,
                              .magnitude = 1.0f,
                              .block = block,
                              .fraction_hi = fraction,
                              .fraction_lo = fraction,
                              .inverse = inverse,
                              .frequency = frequency,
                              .table = inverse,
                              .table_rows = 1};
}

#define REFUSED(status, change)                                                                                        \
    do {                                                                                                               \
        sx_additive_plan plan = good_plan();                                                                           \
        change;                                                                                                        \
        int32_t got = sx_additive_bind(&plan);                                                                         \
        CHECK(got == (status), "%s: got \"%s\", wanted " #status, #change, sx_status_text(got));                       \
        CHECK(plan.kernel == NULL, "%s: a refused plan was bound", #change);                                           \
    } while (0)

static void refusals(void)
{
    static const sx_columns gap[] = {{SX_COLUMNS_HALVES, 1, 7, 0, 4, 0}}, cut[] = {{SX_COLUMNS_HALVES, 0, 8, 0, 3, 0}};
    static const sx_columns wide[] = {{SX_COLUMNS_COORDINATE, 0, 2, 0, 0, 0}},
                            far[] = {{SX_COLUMNS_ZEROS, 0, 8, 0, 0, 1}};
    static const sx_columns strange[] = {{SX_COLUMNS_ZEROS + 1, 0, 8, 0, 4, 0}};
    static const uint8_t axes[] = {0, 1, 2, 0};
    CHECK(sx_additive_bind(NULL) == SX_E_NULL, "null plan");
    REFUSED(SX_E_SIZE, plan.size -= 8);
    REFUSED(SX_E_ARGUMENT, plan.isa = SX_ISA_NONE);
    REFUSED(SX_E_ARGUMENT, plan.dtype = SX_BF16 + 1);
    REFUSED(SX_E_ARGUMENT, plan.recipe = SX_ROWS_TABLE + 1);
    REFUSED(SX_E_ARGUMENT, plan.width = 9);
    REFUSED(SX_E_ARGUMENT, plan.width = 0);
    REFUSED(SX_E_ARGUMENT, plan.waves = 5);
    REFUSED(SX_E_ARGUMENT, plan.blocks = 1);
    REFUSED(SX_E_ARGUMENT, plan.blocks = -1);
    REFUSED(SX_E_ARGUMENT, plan.mixed = 1); /* with phases */
    REFUSED(SX_E_ARGUMENT, plan.axes = 9);
    REFUSED(SX_E_ARGUMENT, plan.has_zero_row = 2);
    REFUSED(SX_E_ARGUMENT, (plan.block = gap, plan.blocks = 1));
    REFUSED(SX_E_ARGUMENT, (plan.block = cut, plan.blocks = 1));
    REFUSED(SX_E_ARGUMENT, (plan.block = wide, plan.blocks = 1, plan.width = 2, plan.waves = 0));
    REFUSED(SX_E_ARGUMENT, (plan.block = far, plan.blocks = 1, plan.waves = 0));
    REFUSED(SX_E_ARGUMENT, (plan.block = strange, plan.blocks = 1));
    REFUSED(SX_E_ARGUMENT, (plan.axes = 2, plan.axis_of_wave = axes));
    REFUSED(SX_E_NULL, plan.axes = 2);
    REFUSED(SX_E_NULL, plan.block = NULL);
    REFUSED(SX_E_NULL, plan.fraction_lo = NULL);
    REFUSED(SX_E_NULL, (plan.recipe = SX_ROWS_FLOAT32, plan.inverse = NULL));
    REFUSED(SX_E_NULL, (plan.recipe = SX_ROWS_REAL, plan.frequency = NULL));
    REFUSED(SX_E_NULL, (plan.recipe = SX_ROWS_TABLE, plan.table = NULL));
    REFUSED(SX_E_ARGUMENT, (plan.recipe = SX_ROWS_TABLE, plan.table_rows = 0));
    REFUSED(SX_E_ARGUMENT, (plan.recipe = SX_ROWS_TABLE, plan.axes = 2));

    sx_additive_plan plan = good_plan();
    sx_additive_call call = {.size = sizeof call, .rows = 1};
    float row[8];
    CHECK(sx_additive_merge(&plan, &call, NULL, row, NULL) == SX_E_UNBOUND, "unbound");
    CHECK(sx_additive_bind(&plan) == SX_OK, "bind");
    CHECK(sx_additive_merge(NULL, &call, NULL, row, NULL) == SX_E_NULL, "no plan");
    CHECK(sx_additive_merge(&plan, &call, NULL, NULL, NULL) == SX_E_NULL, "no output");
    call.merge = SX_MERGE_ADD;
    CHECK(sx_additive_merge(&plan, &call, NULL, row, NULL) == SX_E_NULL, "nothing to add to");
    call.merge = SX_MERGE_MULTIPLY + 1;
    CHECK(sx_additive_merge(&plan, &call, row, row, NULL) == SX_E_ARGUMENT, "strange merge");
    call.merge = SX_MERGE_FILL, call.ids_kind = SX_IDS_I32;
    CHECK(sx_additive_merge(&plan, &call, NULL, row, NULL) == SX_E_NULL, "no ids");
    call.ids_kind = SX_IDS_F64;
    CHECK(sx_additive_merge(&plan, &call, NULL, row, row) == SX_E_ARGUMENT, "phases of real coordinates");
    call.ids_kind = SX_IDS_START, call.rows = -1;
    CHECK(sx_additive_merge(&plan, &call, NULL, row, NULL) == SX_E_ARGUMENT, "negative rows");
    call.rows = 1, call.size = 0;
    CHECK(sx_additive_merge(&plan, &call, NULL, row, NULL) == SX_E_SIZE, "size of call");
}

int main(int argc, char **argv)
{
    check_begin(argc, argv, 3000);
    if (sx_isa_best() == SX_ISA_NONE) {
        printf("skipped: %s\n", sx_isa_reason(SX_ISA_SCALAR));
        return 77;
    }
    refusals();
    dice large = {check_seed};
    large_fills(&large);
    for (int64_t i = 0; i < check_cases; i++, check_seed++) {
        dice d = {check_seed};
        one_case(&d);
    }
    printf("%lld cases on every instruction set up to %s\n", (long long)check_cases, sx_isa_name(sx_isa_best()));
    return 0;
}
