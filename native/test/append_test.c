/*
 * Random appends on every instruction set of this machine against plain C: every pair of types, every way to name slots,
 * pages in any order of strides. Equal bits in every element of the buffers, in those that should not change as well;
 * each buffer touches an unreadable page, inputs cannot be written.
 */
#include "check.h"
#include "reference.h"

static const int64_t AWKWARD[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 127, 128, 129, 160, 257};

static int64_t size_of(int32_t dtype) { return dtype == SX_F32 ? 4 : 2; }

typedef struct tensor {
    sx_heads shape;
    int64_t elements, width;
    int32_t dtype;
    guarded memory;
} tensor;

/* `outer` times `inner` times heads in any order, with gaps now and then, and contents of any kind */
static tensor random_tensor(dice *d, int32_t dtype, int64_t width, int64_t heads, int64_t inner, int64_t outer)
{
    static const int orders[6][3] = {{0, 1, 2}, {1, 0, 2}, {0, 2, 1}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    const int64_t counts[3] = {heads, inner, outer};
    const int *order = orders[roll(d) % 4 == 0 ? roll(d) % 6 : roll(d) % 2];
    const int gaps = roll(d) % 3 == 0, special = roll(d) % 4 == 0;
    int64_t strides[3], extent = width;
    for (int i = 0; i < 3; i++) {
        strides[order[i]] = extent + (gaps ? between(d, 0, 5) : 0);
        extent = strides[order[i]] * (counts[order[i]] - 1) + extent;
    }
    const int64_t origin = roll(d) % 3 == 0 ? between(d, 0, 20) : 0;
    tensor t = {{heads, origin, strides[0], strides[1], strides[2]}, 0, width, dtype, {NULL, NULL, 0, 0}};
    if (heads == 0)
        t.shape = (sx_heads){0, 0, 0, 0, 0};
    else
        t.elements = origin + extent;
    t.memory = guarded_make((size_t)(t.elements * size_of(dtype)), roll(d) % 2 != 0);
    for (int64_t i = 0; i < t.elements; i++) {
        const uint64_t u = roll(d);
        if (!special || u % 4 != 0)
            reference_narrow(t.memory.data, i, (float)((double)(int64_t)u * 0x1p-62), dtype);
        else if (dtype == SX_F32) /* any bits at all, half of them NaNs with bits that rounding could carry */
            ((uint32_t *)(void *)t.memory.data)[i] = (uint32_t)(u >> 32) | (u % 8 ? 0 : 0x7fffff00u);
        else
            ((uint16_t *)(void *)t.memory.data)[i] = (uint16_t)(u >> 32) | (u % 8 ? 0 : 0x7ff0u);
    }
    return t;
}

typedef struct plan_data {
    uint64_t hi[300], lo[300];
    float table[64 * 600];
} plan_data;

static void random_plan(dice *d, sx_rotary_plan *plan, plan_data *data)
{
    const int64_t count = sizeof AWKWARD / sizeof AWKWARD[0];
    memset(plan, 0, sizeof *plan);
    plan->size = sizeof *plan;
    plan->dtype = (int32_t)between(d, SX_F32, SX_BF16);
    plan->pairing = (int32_t)between(d, SX_HALF_SPLIT, SX_OUTIN);
    plan->recipe = roll(d) % 2 ? SX_ROWS_EXACT : SX_ROWS_TABLE;
    plan->pairs = (int32_t)(roll(d) % 3 == 0 ? between(d, 1, 40) : AWKWARD[roll(d) % (uint64_t)count]);
    plan->offset = roll(d) % 2 ? (int32_t)between(d, 0, 9) : 0;
    plan->head_dim = plan->offset + 2 * plan->pairs + (roll(d) % 2 ? (int32_t)between(d, 0, 40) : 0);
    plan->blocks = plan->axes = 1;
    if (plan->pairing == SX_HALF_SPLIT && roll(d) % 3 == 0)
        do
            plan->blocks = (int32_t)between(d, 1, plan->pairs);
        while (plan->pairs % plan->blocks != 0);
    plan->magnitude = 1.0f;
    for (int64_t j = 0; j < plan->pairs; j++)
        random_fraction(d, &data->hi[j], &data->lo[j]);
    plan->table_rows = 64;
    for (int64_t i = 0; i < plan->table_rows * 2 * plan->pairs; i++)
        data->table[i] = (float)((double)(int64_t)roll(d) * 0x1p-63);
    if (plan->recipe == SX_ROWS_EXACT)
        plan->fraction_hi = data->hi, plan->fraction_lo = data->lo;
    else
        plan->table = data->table;
}

/* slots of a call: the lists that it is given, and where each token should go (page * page size + slot, or -1) */
typedef struct slots {
    guarded list, pages, indptr;
    int64_t to[4 * 512];
} slots;

static void put(guarded *list, int64_t at, int64_t value, int64_t bytes)
{
    if (bytes == 8)
        ((int64_t *)(void *)list->data)[at] = value;
    else
        ((int32_t *)(void *)list->data)[at] = (int32_t)value;
}

static void shuffle(dice *d, int64_t *values, int64_t count)
{
    for (int64_t i = count - 1; i > 0; i--) {
        const int64_t other = between(d, 0, i), kept = values[i];
        values[i] = values[other], values[other] = kept;
    }
}

/* first sequence index of every entry, one for all or listed */
static void random_starts(dice *d, sx_append_call *call, slots *s, int64_t last, int64_t *starts)
{
    const int listed = roll(d) % 2 == 0;
    call->slots_start = between(d, 0, last);
    call->slots_bytes = listed ? 4 << roll(d) % 2 : 0;
    call->slots_batch_stride = listed ? between(d, 1, 3) : 0;
    call->slots_origin = listed ? between(d, 0, 3) : 0;
    const int64_t count = call->slots_origin + call->slots_batch_stride * (call->batches - 1) + 1;
    s->list = guarded_make((size_t)(listed ? count * call->slots_bytes : 0), 1);
    for (int64_t b = 0; b < call->batches; b++) {
        const int64_t more = listed ? between(d, 0, last - call->slots_start) : 0;
        starts[b] = call->slots_start + more;
        if (listed)
            put(&s->list, call->slots_origin + b * call->slots_batch_stride, more, call->slots_bytes);
    }
}

static void random_mapping(dice *d, sx_append_call *call, slots *s)
{
    static int64_t free_slots[1 << 16];
    const int64_t all = call->pages * call->page_slots, tokens = call->batches * call->tokens;
    for (int64_t i = 0; i < all; i++)
        free_slots[i] = i;
    if (roll(d) % 2)
        shuffle(d, free_slots, all);
    call->slots_bytes = 4 << roll(d) % 2;
    call->slots_token_stride = between(d, 1, 3);
    call->slots_batch_stride = call->slots_token_stride * call->tokens + between(d, 0, 3);
    call->slots_origin = between(d, 0, 3);
    const int64_t count = call->slots_origin + (call->batches - 1) * call->slots_batch_stride +
                          (call->tokens - 1) * call->slots_token_stride + 1;
    s->list = guarded_make((size_t)(count * call->slots_bytes), 1);
    const int64_t from = between(d, 0, all - tokens);
    for (int64_t i = 0; i < tokens; i++) {
        const int64_t b = i / call->tokens, t = i % call->tokens;
        s->to[i] = roll(d) % 8 == 0 ? -1 : free_slots[from + i];
        put(&s->list, call->slots_origin + b * call->slots_batch_stride + t * call->slots_token_stride, s->to[i],
            call->slots_bytes);
    }
}

static void random_slots(dice *d, sx_append_call *call, slots *s)
{
    static int64_t starts[4], pages[1024];
    memset(s, 0, sizeof *s);
    call->slots_kind = (int32_t)between(d, SX_SLOTS_DIRECT, SX_SLOTS_CSR);
    call->page_slots = between(d, 1, 20);
    const int64_t lead = between(d, 0, 40); /* sequence indexes that are there already */
    int64_t each = (lead + call->tokens + call->page_slots - 1) / call->page_slots + between(d, 0, 2);
    call->pages = each * call->batches + between(d, 0, 2);
    if (call->slots_kind == SX_SLOTS_DIRECT)
        each = 1, call->pages = call->batches, call->page_slots = lead + call->tokens + between(d, 0, 3);
    if (call->slots_kind == SX_SLOTS_MAPPING) {
        random_mapping(d, call, s);
        return;
    }
    random_starts(d, call, s, lead, starts);
    for (int64_t i = 0; i < call->pages; i++)
        pages[i] = i;
    if (call->slots_kind != SX_SLOTS_DIRECT)
        shuffle(d, pages, call->pages);
    for (int64_t i = 0; i < call->batches * call->tokens; i++) {
        const int64_t b = i / call->tokens, index = starts[b] + i % call->tokens;
        s->to[i] = pages[b * each + index / call->page_slots] * call->page_slots + index % call->page_slots;
    }
    if (call->slots_kind == SX_SLOTS_DIRECT)
        return;
    call->pages_origin = between(d, 0, 3);
    call->pages_batch_stride = call->slots_kind == SX_SLOTS_TABLE ? each + between(d, 0, 2) : each;
    call->pages_count = call->slots_kind == SX_SLOTS_TABLE ? each : each * call->batches;
    s->pages =
        guarded_make((size_t)(call->pages_origin + (call->batches - 1) * call->pages_batch_stride + each) * 4, 1);
    for (int64_t i = 0; i < each * call->batches; i++)
        put(&s->pages, call->pages_origin + i / each * call->pages_batch_stride + i % each, pages[i], 4);
    if (call->slots_kind == SX_SLOTS_CSR) {
        call->indptr_origin = between(d, 0, 3);
        s->indptr = guarded_make((size_t)(call->indptr_origin + call->batches + 1) * 4, 1);
        for (int64_t b = 0; b <= call->batches; b++)
            put(&s->indptr, call->indptr_origin + b, b * each, 4);
    }
}

/* one element to another type; none where the types are equal */
static void reference_convert(const tensor *from, int64_t i, char *to, int64_t o, int32_t dtype)
{
    const int64_t size = size_of(dtype);
    if (from->dtype == dtype)
        memcpy(to + o * size, from->memory.data + i * size, (size_t)size);
    else
        reference_narrow(to, o, reference_widen(from->memory.data, i, from->dtype), dtype);
}

static void reference_append(const sx_rotary_plan *plan, const sx_rotary_call *call, const slots *s, int64_t page_slots,
                             const tensor *in, const tensor *cache, char *out, int turned)
{
    for (int64_t i = 0; i < call->batches * call->tokens; i++) {
        const int64_t b = i / call->tokens, t = i % call->tokens;
        for (int64_t h = 0; h < in->shape.heads && s->to[i] >= 0; h++) {
            const int64_t x =
                in->shape.origin + b * in->shape.batch_stride + t * in->shape.token_stride + h * in->shape.head_stride;
            const int64_t y = cache->shape.origin + s->to[i] / page_slots * cache->shape.batch_stride +
                              s->to[i] % page_slots * cache->shape.token_stride + h * cache->shape.head_stride;
            for (int64_t e = 0; e < in->width; e++)
                reference_convert(in, x + e, out, y + e, cache->dtype);
            for (int64_t j = 0; turned && j < plan->pairs; j++) {
                const int64_t block = plan->pairs / plan->blocks, begin = plan->offset + j / block * 2 * block;
                const int half = plan->pairing == SX_HALF_SPLIT || plan->pairing == SX_OUTIN;
                const int half_out = plan->pairing == SX_HALF_SPLIT || plan->pairing == SX_INOUT;
                const int64_t x0 = begin + (half ? j % block : 2 * (j % block)), x1 = x0 + (half ? block : 1);
                const int64_t y0 = begin + (half_out ? j % block : 2 * (j % block)), y1 = y0 + (half_out ? block : 1);
                float c, sine;
                reference_row(plan, reference_position(plan, call, NULL, b, t, j), j, &c, &sine);
                sine = call->inverse ? -sine : sine;
                const float f0 = reference_widen(in->memory.data, x + x0, in->dtype);
                const float f1 = reference_widen(in->memory.data, x + x1, in->dtype);
                const float p = f0 * c, q = f1 * sine, r = f1 * c, u = f0 * sine;
                reference_narrow(out, y + y0, p - q, cache->dtype);
                reference_narrow(out, y + y1, r + u, cache->dtype);
            }
        }
    }
}

static void compare(const char *what, const sx_rotary_plan *plan, const sx_append_call *call, const tensor *got,
                    const char *wanted)
{
    const int64_t at = first_difference(got->memory.data, wanted, got->elements, got->dtype);
    CHECK(at < 0, "%s to type %d, pairs %d of %d from %d, slots %d: element %lld of %s is %a, wanted %a",
          sx_rotary_kernel_name(plan), got->dtype, plan->pairs, plan->head_dim, plan->offset, call->slots_kind,
          (long long)at, what, (double)reference_widen(got->memory.data, at, got->dtype),
          (double)reference_widen(wanted, at, got->dtype));
}

static char *copy_of(const tensor *t)
{
    char *copy = malloc(t->memory.bytes + 1);
    memcpy(copy, t->memory.data, t->memory.bytes);
    return copy;
}

static void one_case(dice *d)
{
    static plan_data data;
    static slots s;
    sx_rotary_plan rotary;
    sx_append_plan plan = {.size = sizeof plan, .dtype = (int32_t)between(d, SX_F32, SX_BF16), .rotary = &rotary};
    random_plan(d, &rotary, &data);

    sx_append_call call;
    memset(&call, 0, sizeof call);
    call.size = sizeof call;
    call.inverse = roll(d) % 4 == 0;
    call.batches = roll(d) % 3 == 0 ? between(d, 1, 3) : 1;
    call.tokens = roll(d) % 3 == 0 ? 1 : between(d, 1, 40);
    if (roll(d) % 64 == 0 && rotary.recipe != SX_ROWS_TABLE)
        call.tokens = between(d, 200, 400);
    call.ids_kind = SX_IDS_START;
    call.start = rotary.recipe == SX_ROWS_TABLE ? between(d, 0, 64 - call.tokens) : between(d, 0, 200000);
    random_slots(d, &call, &s);
    call.v_dim = (int32_t)between(d, 1, 80);

    const int64_t q_heads = roll(d) % 4 ? between(d, 1, 5) : 0, k_heads = roll(d) % 8 ? between(d, 1, 9) : 0,
                  v_heads = roll(d) % 4 ? between(d, 1, 5) : 0;
    const int in_place = rotary.pairing < SX_INOUT && roll(d) % 2 == 0;
    tensor q = random_tensor(d, rotary.dtype, rotary.head_dim, q_heads, call.tokens, call.batches);
    tensor k = random_tensor(d, rotary.dtype, rotary.head_dim, k_heads, call.tokens, call.batches);
    tensor v = random_tensor(d, rotary.dtype, call.v_dim, v_heads, call.tokens, call.batches);
    tensor q_out = random_tensor(d, rotary.dtype, rotary.head_dim, q_heads, call.tokens, call.batches);
    tensor k_cache = random_tensor(d, plan.dtype, rotary.head_dim, k_heads, call.page_slots, call.pages);
    tensor v_cache = random_tensor(d, plan.dtype, call.v_dim, v_heads, call.page_slots, call.pages);
    call.q_in = q.shape, call.k_in = k.shape, call.v_in = v.shape;
    call.q_out = q_out.shape, call.k_cache = k_cache.shape, call.v_cache = v_cache.shape;
    tensor *const turned = in_place ? &q : &q_out;
    call.in_place = in_place;

    sx_rotary_call as_rotary;
    memset(&as_rotary, 0, sizeof as_rotary);
    as_rotary.size = sizeof as_rotary;
    as_rotary.inverse = call.inverse;
    as_rotary.start = call.start;
    as_rotary.batches = call.batches, as_rotary.tokens = call.tokens;
    as_rotary.q_in = q.shape, as_rotary.q_out = turned->shape;
    tensor *const outputs[] = {turned, &k_cache, &v_cache};
    char *before[3], *wanted[3];
    for (int i = 0; i < 3; i++)
        before[i] = copy_of(outputs[i]), wanted[i] = copy_of(outputs[i]);
    reference_heads(&rotary, &as_rotary, in_place ? wanted[0] : q.memory.data, wanted[0], &q.shape, &turned->shape,
                    NULL);
    reference_append(&rotary, &as_rotary, &s, call.page_slots, &k, &k_cache, wanted[1], 1);
    reference_append(&rotary, &as_rotary, &s, call.page_slots, &v, &v_cache, wanted[2], 0);
    if (!in_place)
        guarded_protect(&q.memory, PROT_READ);
    guarded_protect(&k.memory, PROT_READ);
    guarded_protect(&v.memory, PROT_READ);

    for (rotary.isa = SX_ISA_SCALAR; rotary.isa <= sx_isa_best(); rotary.isa++) {
        CHECK(sx_rotary_bind(&rotary) == SX_OK && sx_append_bind(&plan) == SX_OK, "bind");
        for (int i = 0; i < 3; i++)
            memcpy(outputs[i]->memory.data, before[i], outputs[i]->memory.bytes);
        const int32_t status =
            sx_rotary_append(&plan, &call, q.memory.data, turned->memory.data, k.memory.data, k_cache.memory.data,
                             v.memory.data, v_cache.memory.data, NULL, s.list.data, s.pages.data, s.indptr.data);
        CHECK(status == SX_OK, "%s: %s", sx_rotary_kernel_name(&rotary), sx_status_text(status));
        compare("q", &rotary, &call, turned, wanted[0]);
        compare("k", &rotary, &call, &k_cache, wanted[1]);
        compare("v", &rotary, &call, &v_cache, wanted[2]);
    }
    for (int i = 0; i < 3; i++)
        free(before[i]), free(wanted[i]);
    guarded *const all[] = {&q.memory,       &k.memory, &v.memory, &q_out.memory, &k_cache.memory,
                            &v_cache.memory, &s.list,   &s.pages,  &s.indptr};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i]->map != NULL)
            guarded_free(all[i]);
}

/* lists that changed after they were checked: nothing outside the cache is written, or read */
static void wrong_lists_stay_inside(dice *d, int32_t isa)
{
    enum { DIM = 16, PAGES = 3, SLOTS = 4, TOKENS = 40 };
    static plan_data data;
    sx_rotary_plan rotary;
    random_plan(d, &rotary, &data);
    rotary.isa = isa, rotary.dtype = SX_F32, rotary.pairs = DIM / 2, rotary.head_dim = DIM, rotary.blocks = 1;
    rotary.offset = 0, rotary.pairing = SX_HALF_SPLIT, rotary.recipe = SX_ROWS_TABLE, rotary.table = data.table;
    sx_append_plan plan = {.size = sizeof plan, .dtype = SX_BF16, .rotary = &rotary};
    CHECK(sx_rotary_bind(&rotary) == SX_OK && sx_append_bind(&plan) == SX_OK, "bind");
    sx_append_call call;
    memset(&call, 0, sizeof call);
    call.size = sizeof call;
    call.batches = 1, call.tokens = TOKENS, call.v_dim = DIM;
    call.k_in = call.v_in = (sx_heads){1, 0, DIM, DIM, TOKENS * DIM};
    call.k_cache = call.v_cache = (sx_heads){1, 0, DIM, DIM, SLOTS * DIM};
    call.pages = PAGES, call.page_slots = SLOTS, call.pages_count = PAGES, call.slots_token_stride = 1;
    static float in[TOKENS * DIM];
    guarded k = guarded_make(PAGES * SLOTS * DIM * 2, 1), v = guarded_make(PAGES * SLOTS * DIM * 2, 0);
    int64_t list[TOKENS];
    int32_t pages[PAGES], indptr[2] = {(int32_t)between(d, -9, 9), (int32_t)between(d, -9, 9)};
    for (int i = 0; i < TOKENS; i++)
        list[i] = roll(d) % 2 ? between(d, -20, 20) : (int64_t)(roll(d) >> 2);
    for (int i = 0; i < PAGES; i++)
        pages[i] = roll(d) % 2 ? (int32_t)between(d, -5, 5) : (int32_t)roll(d);
    for (call.slots_kind = SX_SLOTS_DIRECT; call.slots_kind <= SX_SLOTS_CSR; call.slots_kind++) {
        call.slots_bytes = 8;
        CHECK(sx_rotary_append(&plan, &call, NULL, NULL, in, k.data, in, v.data, NULL, list, pages, indptr) == SX_OK,
              "slots %d", call.slots_kind);
    }
    guarded_free(&k);
    guarded_free(&v);
}

/* every 16-bit value, and awkward floats, between every two types; any length of a run */
static void conversions(dice *d, int32_t to, int32_t from)
{
    enum { COUNT = 65536 };
    static uint32_t in[COUNT];
    static char out[COUNT * 4], wanted[COUNT * 4];
    for (int64_t i = 0; i < COUNT; i++) {
        if (from != SX_F32) {
            ((uint16_t *)in)[i] = (uint16_t)i;
            continue;
        }
        const uint32_t u = (uint32_t)(roll(d) >> 32), unit = to == SX_BF16 ? 0x10000u : 0x2000u;
        const uint32_t near = (u & ~(unit - 1)) | (unit / 2 - 1 + (u >> 5) % 3);
        in[i] = i % 4 == 0 ? near : i % 4 == 1 ? u | 0x7f800000u : i % 4 == 2 ? (u & 0x80ffffffu) | 0x38000000u : u;
    }
    const int64_t count = between(d, 0, 1) ? COUNT : between(d, 1, 200), first = between(d, 0, COUNT - count);
    for (int64_t i = 0; i < count; i++) {
        if (to == from)
            memcpy(wanted + i * size_of(to), (char *)in + (first + i) * size_of(to), (size_t)size_of(to));
        else
            reference_narrow(wanted, i, reference_widen(in, first + i, from), to);
    }
    /* a cache of values only: one head of one token, of `count` elements */
    sx_rotary_plan rotary;
    static plan_data data;
    random_plan(d, &rotary, &data);
    rotary.dtype = from;
    sx_append_plan plan = {.size = sizeof plan, .dtype = to, .rotary = &rotary};
    sx_append_call call;
    memset(&call, 0, sizeof call);
    call.size = sizeof call;
    call.batches = call.tokens = call.pages = call.page_slots = 1;
    call.v_dim = (int32_t)count;
    call.v_in = (sx_heads){1, first, 0, 0, 0};
    call.v_cache = (sx_heads){1, 0, 0, 0, 0};
    for (rotary.isa = SX_ISA_SCALAR; rotary.isa <= sx_isa_best(); rotary.isa++) {
        memset(out, 0xaa, sizeof out);
        CHECK(sx_rotary_bind(&rotary) == SX_OK && sx_append_bind(&plan) == SX_OK, "bind");
        CHECK(sx_rotary_append(&plan, &call, NULL, NULL, NULL, NULL, in, out, NULL, NULL, NULL, NULL) == SX_OK,
              "append");
        const int64_t at = to == from && memcmp(out, wanted, (size_t)(count * size_of(to))) == 0
                               ? -1
                               : first_difference(out, wanted, count, to);
        CHECK(at < 0, "type %d to %d on %s: element %lld of %lld is %a, wanted %a", from, to, sx_isa_name(rotary.isa),
              (long long)at, (long long)count, (double)reference_widen(out, at, to),
              (double)reference_widen(wanted, at, to));
        for (int64_t i = count * size_of(to); i < (int64_t)sizeof out; i++)
            CHECK(out[i] == (char)0xaa, "wrote past the end");
    }
}

int main(int argc, char **argv)
{
    check_begin(argc, argv, 2000);
    if (sx_isa_best() == SX_ISA_NONE) {
        printf("skipped: %s\n", sx_isa_reason(SX_ISA_SCALAR));
        return 77;
    }
    for (int64_t i = 0; i < check_cases; i++, check_seed++) {
        dice d = {check_seed};
        one_case(&d);
        if (i % 32 == 0)
            for (int32_t types = 0; types < 9; types++)
                conversions(&d, types / 3, types % 3);
        for (int32_t isa = SX_ISA_SCALAR; isa <= sx_isa_best(); isa++)
            wrong_lists_stay_inside(&d, isa);
    }
    printf("%lld cases on every instruction set up to %s\n", (long long)check_cases, sx_isa_name(sx_isa_best()));
    return 0;
}
