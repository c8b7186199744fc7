/*
 * Random rotations on every instruction set of this machine against the reference: equal bits, in every element of the
 * buffers and not only in those that should change. Each buffer touches an unreadable page, inputs cannot be written.
 */
#include <immintrin.h>

#include "check.h"
#include "reference.h"

typedef struct tensor {
    sx_heads shape;
    int64_t elements;
} tensor;

/* pairs: around the vectors and blocks of every kernel, primes, and what models have */
static const int64_t AWKWARD[] = {1,  2,  3,  4,  5,  7,  8,  10, 13, 15,  16,  17,  20,  31,
                                  32, 33, 40, 47, 48, 61, 64, 65, 97, 127, 128, 129, 160, 257};

/* batches, tokens and heads in any order, with gaps of a few elements between them */
static tensor random_tensor(dice *d, int64_t head_dim, int64_t heads, int64_t tokens, int64_t batches)
{
    static const int orders[6][3] = {{0, 1, 2}, {1, 0, 2}, {0, 2, 1}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    const int64_t counts[3] = {heads, tokens, batches};
    const int *order = orders[roll(d) % 4 == 0 ? roll(d) % 6 : roll(d) % 2];
    const int gaps = roll(d) % 2 == 0;
    const int64_t origin = roll(d) % 3 == 0 ? between(d, 0, 70) : 0;
    int64_t strides[3], extent = head_dim;
    for (int i = 0; i < 3; i++) {
        strides[order[i]] = extent + (gaps ? between(d, 0, 5) : 0);
        extent = strides[order[i]] * (counts[order[i]] - 1) + extent;
    }
    tensor t = {{heads, origin, strides[0], strides[1], strides[2]}, heads > 0 ? origin + extent : 0};
    if (heads == 0)
        t.shape = (sx_heads){0, 0, 0, 0, 0};
    return t;
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

typedef struct plan_data {
    guarded hi, lo, inverse, frequency, table, axis;
} plan_data;

/* several coordinates a token, and parts of the slice that pair up on their own */
static void random_axes(dice *d, sx_rotary_plan *plan, uint8_t *axis_of_pair)
{
    plan->axes = !plan->elements && roll(d) % 3 == 0 ? (int32_t)between(d, 2, 8) : 1;
    for (int32_t j = 0; j < plan->pairs; j++)
        axis_of_pair[j] = (uint8_t)(roll(d) % (uint64_t)plan->axes);
    plan->axis_of_pair = plan->axes > 1 ? axis_of_pair : NULL;
    plan->blocks = 1;
    if (plan->pairing == SX_HALF_SPLIT && !plan->elements && roll(d) % 3 == 0)
        do
            plan->blocks = (int32_t)between(d, 1, plan->pairs);
        while (plan->pairs % plan->blocks != 0);
}

static void random_plan(dice *d, sx_rotary_plan *plan, plan_data *data)
{
    const int64_t count = sizeof AWKWARD / sizeof AWKWARD[0];
    const int64_t pairs = roll(d) % 3 == 0 ? between(d, 1, 40) : AWKWARD[roll(d) % (uint64_t)count];
    memset(plan, 0, sizeof *plan);
    plan->size = sizeof *plan;
    plan->dtype = (int32_t)between(d, SX_F32, SX_BF16);
    plan->pairing = (int32_t)between(d, SX_HALF_SPLIT, SX_OUTIN);
    plan->recipe = (int32_t)between(d, SX_ROWS_EXACT, SX_ROWS_TABLE);
    plan->elements = plan->recipe == SX_ROWS_TABLE && roll(d) % 2;
    plan->rounding =
        plan->elements && plan->dtype != SX_F32 ? SX_ROUND_ONCE : (int32_t)between(d, SX_ROUND_ONCE, SX_ROUND_PRODUCTS);
    plan->pairs = (int32_t)pairs;
    plan->offset = roll(d) % 2 ? (int32_t)between(d, 0, 9) : 0;
    plan->head_dim = plan->offset + 2 * plan->pairs + (roll(d) % 2 ? (int32_t)between(d, 0, 40) : 0);
    plan->magnitude = roll(d) % 3 == 0 ? 1.1386294f : 1.0f;
    const size_t n = (size_t)pairs;
    const int behind = (int)(roll(d) % 4) != 0;
    data->hi = guarded_make(8 * n, behind);
    data->lo = guarded_make(8 * n, behind);
    data->inverse = guarded_make(4 * n, behind);
    data->frequency = guarded_make(8 * n, behind);
    data->axis = guarded_make(n, behind);
    random_axes(d, plan, (uint8_t *)data->axis.data);
    plan->table_rows = between(d, 1, 50);
    data->table = guarded_make((size_t)plan->table_rows * (plan->elements ? 16 : 8) * n, behind);
    for (int64_t j = 0; j < pairs; j++) {
        uint64_t *hi = (uint64_t *)(void *)data->hi.data + j, *lo = (uint64_t *)(void *)data->lo.data + j;
        random_fraction(d, hi, lo);
        if (roll(d) % 2) /* as models have them */
            *hi = (uint64_t)ldexp(exp2(-(double)j * 20.0 / (double)pairs) * 0.15915494309189535, 64);
        ((double *)(void *)data->frequency.data)[j] = exp2(-(double)j * 20.0 / (double)pairs);
        ((float *)(void *)data->inverse.data)[j] = (float)exp2(-(double)j * 20.0 / (double)pairs);
    }
    for (int64_t i = 0; i < plan->table_rows * (plan->elements ? 4 : 2) * pairs; i++)
        ((float *)(void *)data->table.data)[i] = (float)((double)(int64_t)roll(d) * 0x1p-63);
    if (plan->recipe == SX_ROWS_EXACT || plan->recipe == SX_ROWS_FAST) {
        plan->fraction_hi = (const void *)data->hi.data;
        plan->fraction_lo = (const void *)data->lo.data;
    } else if (plan->recipe == SX_ROWS_FLOAT32) {
        plan->inverse = (const void *)data->inverse.data;
    } else if (plan->recipe == SX_ROWS_REAL) {
        plan->frequency = (const void *)data->frequency.data;
    } else {
        plan->table = (const void *)data->table.data;
    }
    guarded_protect(&data->hi, PROT_READ);
    guarded_protect(&data->lo, PROT_READ);
    guarded_protect(&data->inverse, PROT_READ);
    guarded_protect(&data->frequency, PROT_READ);
    guarded_protect(&data->axis, PROT_READ);
    guarded_protect(&data->table, PROT_READ);
}

static int64_t random_position(dice *d, const sx_rotary_plan *plan)
{
    const int64_t limit = (INT64_C(1) << 32) - 1;
    if (plan->recipe == SX_ROWS_TABLE)
        return between(d, 0, plan->table_rows - 1);
    switch (roll(d) % 6) {
    case 0: return 0;
    case 1: return between(d, -limit, limit);
    case 2: return roll(d) % 2 ? limit : -limit;
    case 3: return between(d, -100, 100);
    default: return between(d, 0, 200000);
    }
}

static guarded random_ids(dice *d, const sx_rotary_plan *plan, sx_rotary_call *call)
{
    call->ids_token_stride = roll(d) % 4 == 0 ? between(d, 1, 4) : 1;
    const int64_t list = (call->tokens - 1) * call->ids_token_stride + 1;
    call->ids_axis_stride = plan->axes == 1 || roll(d) % 6 == 0 ? 0 : roll(d) % 3 == 0 ? 1 : list + between(d, 0, 3);
    const int64_t lists = (plan->axes - 1) * call->ids_axis_stride + list;
    call->ids_batch_stride = roll(d) % 3 == 0 ? 0 : lists + between(d, 0, 3);
    call->ids_origin = roll(d) % 2 ? between(d, 0, 9) : 0;
    const int64_t count = call->ids_origin + call->ids_batch_stride * (call->batches - 1) + lists;
    const int64_t size = call->ids_kind == SX_IDS_I64 ? 8 : 4;
    guarded ids = guarded_make((size_t)(count * size), roll(d) % 2 != 0);
    const int runs = roll(d) % 2 == 0; /* ids that go up by one take another way */
    int64_t p = 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t last = plan->recipe == SX_ROWS_TABLE ? plan->table_rows - 1 : INT32_MAX;
        p = runs && i > 0 && p < last && roll(d) % 16 ? p + 1 : random_position(d, plan);
        if (call->ids_kind == SX_IDS_F32) {
            ((float *)(void *)ids.data)[i] = (float)p * 0.37f;
        } else if (size == 4) {
            p = p < INT32_MIN ? INT32_MIN : p > INT32_MAX ? INT32_MAX : p;
            ((int32_t *)(void *)ids.data)[i] = (int32_t)p;
        } else {
            ((int64_t *)(void *)ids.data)[i] = p;
        }
    }
    guarded_protect(&ids, PROT_READ);
    return ids;
}

static void one_case(dice *d)
{
    sx_rotary_plan plan;
    plan_data data;
    random_plan(d, &plan, &data);

    sx_rotary_call call;
    memset(&call, 0, sizeof call);
    call.size = sizeof call;
    call.inverse = roll(d) % 4 == 0;
    const int real = plan.recipe == SX_ROWS_FLOAT32 || plan.recipe == SX_ROWS_REAL;
    call.ids_kind = (int32_t)between(d, SX_IDS_START, real ? SX_IDS_F32 : SX_IDS_SAME);
    call.batches = roll(d) % 4 == 0 ? between(d, 1, 3) : 1;
    call.tokens = roll(d) % 3 == 0 ? 1 : between(d, 1, 40);
    if (roll(d) % 64 == 0) /* more than near caches hold: memory is asked for ahead of time */
        call.tokens = between(d, 200, 400);
    if (plan.recipe == SX_ROWS_TABLE && call.ids_kind == SX_IDS_START && call.tokens > plan.table_rows)
        call.tokens = plan.table_rows;
    call.start = random_position(d, &plan);
    const int64_t last = plan.recipe == SX_ROWS_TABLE ? plan.table_rows : INT64_C(1) << 32;
    if (call.ids_kind == SX_IDS_START && call.start + call.tokens > last)
        call.start = last - call.tokens;
    guarded ids = {NULL, NULL, 0, 0};
    if (call.ids_kind != SX_IDS_START && call.ids_kind != SX_IDS_SAME)
        ids = random_ids(d, &plan, &call);

    const int64_t size = plan.dtype == SX_F32 ? 4 : 2;
    const int in_place = plan.pairing < SX_INOUT && roll(d) % 2 == 0, special = roll(d) % 4 == 0;
    const int64_t heads[2] = {between(d, roll(d) % 8 == 0 ? 0 : 1, 5), roll(d) % 3 ? between(d, 0, 3) : 0};
    tensor from[2], to[2];
    guarded input[2], output[2], start[2], wanted[2];
    for (int i = 0; i < 2; i++) {
        from[i] = random_tensor(d, plan.head_dim, heads[i], call.tokens, call.batches);
        to[i] = in_place ? from[i] : random_tensor(d, plan.head_dim, heads[i], call.tokens, call.batches);
        input[i] = guarded_make((size_t)(from[i].elements * size), roll(d) % 2 != 0);
        output[i] = guarded_make((size_t)(to[i].elements * size), roll(d) % 2 != 0);
        start[i] = guarded_make((size_t)(to[i].elements * size), 1);
        wanted[i] = guarded_make((size_t)(to[i].elements * size), 1);
        fill_random(d, input[i].data, from[i].elements, plan.dtype, special);
        if (in_place)
            memcpy(start[i].data, input[i].data, start[i].bytes);
        else
            fill_random(d, start[i].data, to[i].elements, plan.dtype, 0);
        memcpy(wanted[i].data, start[i].data, wanted[i].bytes);
        guarded_protect(&input[i], PROT_READ);
    }
    call.q_in = from[0].shape, call.q_out = to[0].shape, call.k_in = from[1].shape, call.k_out = to[1].shape;
    if (in_place)
        reference_apply(&plan, &call, wanted[0].data, wanted[0].data, wanted[1].data, wanted[1].data, ids.data);
    else
        reference_apply(&plan, &call, input[0].data, wanted[0].data, input[1].data, wanted[1].data, ids.data);

    if (in_place && roll(d) % 2 == 0) { /* said outright, and the shapes of the outputs are not to be read */
        call.in_place = 3;
        memset(&call.q_out, 0xaa, sizeof call.q_out);
        memset(&call.k_out, 0xaa, sizeof call.k_out);
    }

    for (plan.isa = SX_ISA_SCALAR; plan.isa <= sx_isa_best(); plan.isa++) {
        int32_t status = sx_rotary_bind(&plan);
        CHECK(status == SX_OK, "bind: %s", sx_status_text(status));
        for (int i = 0; i < 2; i++)
            memcpy(output[i].data, start[i].data, start[i].bytes);
        const unsigned mxcsr = _mm_getcsr();
        if (in_place)
            status =
                sx_rotary_apply(&plan, &call, output[0].data, output[0].data, output[1].data, output[1].data, ids.data);
        else
            status =
                sx_rotary_apply(&plan, &call, input[0].data, output[0].data, input[1].data, output[1].data, ids.data);
        CHECK((_mm_getcsr() & 0xffc0u) == (mxcsr & 0xffc0u), "%s changed MXCSR", sx_rotary_kernel_name(&plan));
        CHECK(status == SX_OK, "%s: %s", sx_rotary_kernel_name(&plan), sx_status_text(status));
        for (int i = 0; i < 2; i++) {
            const int64_t at = first_difference(output[i].data, wanted[i].data, to[i].elements, plan.dtype);
            CHECK(at < 0, "%s, recipe %d, rounding %d, pairs %d of %d from %d, %s: element %lld of %c is %a, wanted %a",
                  sx_rotary_kernel_name(&plan), plan.recipe, plan.rounding, plan.pairs, plan.head_dim, plan.offset,
                  in_place ? "in place" : "out of place", (long long)at, "qk"[i],
                  (double)reference_widen(output[i].data, at, plan.dtype),
                  (double)reference_widen(wanted[i].data, at, plan.dtype));
        }
    }
    for (int i = 0; i < 2; i++) {
        guarded_free(&input[i]);
        guarded_free(&output[i]);
        guarded_free(&start[i]);
        guarded_free(&wanted[i]);
    }
    if (ids.map != NULL)
        guarded_free(&ids);
    guarded_free(&data.hi);
    guarded_free(&data.lo);
    guarded_free(&data.inverse);
    guarded_free(&data.frequency);
    guarded_free(&data.axis);
    guarded_free(&data.table);
}

int main(int argc, char **argv)
{
    check_begin(argc, argv, 3000);
    if (sx_isa_best() == SX_ISA_NONE) {
        printf("skipped: %s\n", sx_isa_reason(SX_ISA_SCALAR));
        return 77;
    }
    for (int64_t i = 0; i < check_cases; i++, check_seed++) {
        dice d = {check_seed};
        one_case(&d);
    }
    printf("%lld cases on every instruction set up to %s\n", (long long)check_cases, sx_isa_name(sx_isa_best()));
    return 0;
}
