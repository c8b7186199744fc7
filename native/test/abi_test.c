/* Version, layout, words, refusals: what a wrong binding meets. */
#include <stddef.h>

#include "check.h"
#include "isa.h"
#include "sextant.h"

static void layout_is_declared_order(void)
{
    CHECK(sx_abi_version() == SX_ABI_VERSION, "version");
    CHECK(sx_layout(0, -1) == sizeof(sx_rotary_plan), "size of plan");
    CHECK(sx_layout(1, -1) == sizeof(sx_heads), "size of heads");
    CHECK(sx_layout(2, -1) == sizeof(sx_rotary_call), "size of call");
    CHECK(sx_layout(3, -1) == sizeof(sx_rows_call), "size of rows call");
    CHECK(sx_layout(4, -1) == sizeof(sx_append_call), "size of append call");
    CHECK(sx_layout(5, -1) == sizeof(sx_append_plan), "size of append plan");
    CHECK(sx_layout(6, -1) == sizeof(sx_columns), "size of columns");
    CHECK(sx_layout(7, -1) == sizeof(sx_additive_plan), "size of additive plan");
    CHECK(sx_layout(8, -1) == sizeof(sx_additive_call), "size of additive call");
    const int32_t fields[] = {22, 5, 15, 12, 31, 4, 6, 23, 13, 7, 10, 2, 7, 35, 6, 4, 5, 2, 24, 3, 9};
    for (int32_t type = 0; type < (int32_t)(sizeof fields / sizeof fields[0]); type++) {
        int64_t last = -1;
        for (int32_t field = 0; field < fields[type]; field++) {
            int64_t offset = sx_layout(type, field);
            CHECK(offset > last && offset % 4 == 0, "type %d field %d at %lld", type, field, (long long)offset);
            last = offset;
        }
        CHECK(last < sx_layout(type, -1), "type %d ends after its size", type);
        CHECK(sx_layout(type, fields[type]) == -1, "type %d has more fields than declared", type);
    }
    CHECK(sx_layout(0, 21) == offsetof(sx_rotary_plan, kernel), "plan.kernel");
    CHECK(sx_layout(1, 4) == offsetof(sx_heads, batch_stride), "heads.batch_stride");
    CHECK(sx_layout(2, 14) == offsetof(sx_rotary_call, k_out), "call.k_out");
    CHECK(sx_layout(3, 11) == offsetof(sx_rows_call, stride), "rows call.stride");
    CHECK(sx_layout(4, 30) == offsetof(sx_append_call, indptr_origin), "append call.indptr_origin");
    CHECK(sx_layout(5, 3) == offsetof(sx_append_plan, kernel), "append plan.kernel");
    CHECK(sx_layout(6, 5) == offsetof(sx_columns, axis), "columns.axis");
    CHECK(sx_layout(7, 22) == offsetof(sx_additive_plan, kernel), "additive plan.kernel");
    CHECK(sx_layout(8, 12) == offsetof(sx_additive_call, out_stride), "additive call.out_stride");
    CHECK(sx_layout(9, 6) == offsetof(sx_table, stride), "table.stride");
    CHECK(sx_layout(10, 9) == offsetof(sx_gather_plan, kernel), "gather plan.kernel");
    CHECK(sx_layout(11, 1) == offsetof(sx_pick, scale), "pick.scale");
    CHECK(sx_layout(12, 6) == offsetof(sx_gather_call, out_stride), "gather call.out_stride");
    CHECK(sx_layout(13, 34) == offsetof(sx_attention_plan, kernel), "attention plan.kernel");
    CHECK(sx_layout(14, -1) == sizeof(sx_sequence), "size of sequence");
    CHECK(sx_layout(18, 23) == offsetof(sx_attention_call, norms_head_stride), "attention call.norms_head_stride");
    CHECK(sx_layout(20, 8) == offsetof(sx_merge_call, out_lse), "merge call.out_lse");
    CHECK(sx_layout(-1, 0) == -1 && sx_layout(21, -1) == -1 && sx_layout(0, -2) == -1, "no such type or field");
}

static void every_status_has_words(void)
{
    for (int32_t a = SX_OK; a <= SX_E_UNSUPPORTED; a++)
        for (int32_t b = SX_OK; b < a; b++)
            CHECK(strcmp(sx_status_text(a), sx_status_text(b)) != 0, "statuses %d and %d read alike", a, b);
    CHECK(strcmp(sx_status_text(-7), "unknown status") == 0, "unknown status");
    CHECK(strcmp(sx_isa_name(SX_ISA_AVX512), "avx512") == 0 && strcmp(sx_isa_name(9), "unknown") == 0, "names");
}

static void reason_is(const sx_cpu *cpu, int32_t isa, const char *wanted)
{
    const char *got = sx_cpu_reason(cpu, isa);
    CHECK(strcmp(got, wanted) == 0, "isa %d: got \"%s\", wanted \"%s\"", isa, got, wanted);
}

/* CPUs this test does not run on */
static void reasons_name_what_is_missing(void)
{
    const sx_cpu all = {UINT32_MAX, UINT32_MAX, UINT32_MAX, 0, 0xe7};
    for (int32_t isa = SX_ISA_SCALAR; isa <= SX_ISA_AVX512; isa++)
        reason_is(&all, isa, "");

    sx_cpu cpu = all;
    cpu.leaf7_ebx &= ~(UINT32_C(1) << 16);
    reason_is(&cpu, SX_ISA_AVX512, "this CPU lacks AVX-512 F");
    reason_is(&cpu, SX_ISA_AVX2, "");
    cpu = all;
    cpu.leaf7_ebx &= ~(UINT32_C(1) << 5);
    reason_is(&cpu, SX_ISA_AVX2, "this CPU lacks AVX2");
    reason_is(&cpu, SX_ISA_SCALAR, "this CPU lacks AVX2");
    cpu = all;
    cpu.leaf1_ecx &= ~(UINT32_C(1) << 12);
    reason_is(&cpu, SX_ISA_AVX2, "this CPU lacks FMA");
    cpu = all;
    cpu.extended_ecx = 0;
    reason_is(&cpu, SX_ISA_SCALAR, "this CPU lacks LAHF in 64-bit mode");

    cpu = all;
    cpu.xcr0 = 0x07; /* a system that knows AVX but not AVX-512 */
    reason_is(&cpu, SX_ISA_AVX512, "the operating system does not save the AVX-512 registers");
    reason_is(&cpu, SX_ISA_AVX2, "");
    cpu.xcr0 = 0xe3; /* half of AVX */
    reason_is(&cpu, SX_ISA_AVX2, "the operating system does not save the AVX registers");
    cpu.xcr0 = 0x67; /* no registers 16 to 31 */
    reason_is(&cpu, SX_ISA_AVX512, "the operating system does not save the AVX-512 registers");
    reason_is(&all, SX_ISA_NONE, "there is no such instruction set");
    reason_is(&all, 4, "there is no such instruction set");

    /* a CPU without OSXSAVE is not asked for its registers */
    cpu = all;
    cpu.leaf1_ecx &= ~(UINT32_C(1) << 27);
    cpu.xcr0 = 0;
    reason_is(&cpu, SX_ISA_SCALAR, "the operating system does not save the AVX registers");
}

static void reasons_agree_with_best(void)
{
    for (int32_t isa = SX_ISA_SCALAR; isa <= SX_ISA_AVX512; isa++)
        CHECK((sx_isa_reason(isa)[0] == '\0') == (isa <= sx_isa_best()), "isa %d", isa);
}

static const uint64_t FRACTION[4] = {1, 2, 3, 4};
static const float FLOATS[64] = {0};
static const double DOUBLES[4] = {0};
static const uint8_t AXES[4] = {0, 1, 2, 0};

static sx_rotary_plan good_plan(void)
{
    sx_rotary_plan plan;
    memset(&plan, 0, sizeof plan);
    plan.size = sizeof plan;
    plan.isa = SX_ISA_SCALAR;
    plan.head_dim = 8;
    plan.pairs = 4;
    plan.magnitude = 1.0f;
    plan.fraction_hi = plan.fraction_lo = FRACTION;
    plan.inverse = plan.table = FLOATS;
    plan.frequency = DOUBLES;
    plan.axis_of_pair = AXES;
    plan.blocks = plan.axes = 1;
    plan.table_rows = 8;
    return plan;
}

#define REFUSED(status, change)                                                                                        \
    do {                                                                                                               \
        sx_rotary_plan plan = good_plan();                                                                             \
        change;                                                                                                        \
        int32_t got = sx_rotary_bind(&plan);                                                                           \
        CHECK(got == (status), "%s: got \"%s\", wanted " #status, #change, sx_status_text(got));                       \
        CHECK(plan.kernel == NULL, "%s: a refused plan was bound", #change);                                           \
    } while (0)

static void bind_refuses(void)
{
    CHECK(sx_rotary_bind(NULL) == SX_E_NULL, "null plan");
    REFUSED(SX_E_SIZE, plan.size = 0);
    REFUSED(SX_E_SIZE, plan.size += 8);
    REFUSED(SX_E_ARGUMENT, plan.isa = SX_ISA_NONE);
    REFUSED(SX_E_ARGUMENT, plan.isa = SX_ISA_AVX512 + 1);
    REFUSED(SX_E_ARGUMENT, plan.dtype = -1);
    REFUSED(SX_E_ARGUMENT, plan.dtype = SX_BF16 + 1);
    REFUSED(SX_E_ARGUMENT, plan.pairing = SX_OUTIN + 1);
    REFUSED(SX_E_ARGUMENT, plan.pairing = -1);
    REFUSED(SX_E_ARGUMENT, plan.recipe = SX_ROWS_TABLE + 1);
    REFUSED(SX_E_ARGUMENT, plan.recipe = -1);
    REFUSED(SX_E_ARGUMENT, plan.pairs = 0);
    REFUSED(SX_E_ARGUMENT, plan.pairs = -1);
    REFUSED(SX_E_ARGUMENT, plan.pairs = 5);
    REFUSED(SX_E_ARGUMENT, plan.pairs = INT32_MAX);
    REFUSED(SX_E_ARGUMENT, plan.offset = -1);
    REFUSED(SX_E_ARGUMENT, plan.offset = 1);
    REFUSED(SX_E_ARGUMENT, plan.rounding = SX_ROUND_PRODUCTS + 1);
    REFUSED(SX_E_ARGUMENT, plan.blocks = 0);
    REFUSED(SX_E_ARGUMENT, plan.blocks = 3);
    REFUSED(SX_E_ARGUMENT, (plan.blocks = 2, plan.pairing = SX_INTERLEAVED));
    REFUSED(SX_E_ARGUMENT, plan.axes = 0);
    REFUSED(SX_E_ARGUMENT, plan.axes = 9);
    REFUSED(SX_E_ARGUMENT, plan.axes = 2); /* a pair of axis 2 */
    REFUSED(SX_E_NULL, (plan.axes = 3, plan.axis_of_pair = NULL));
    REFUSED(SX_E_ARGUMENT, plan.elements = 2);
    REFUSED(SX_E_ARGUMENT, plan.elements = 1); /* without a table */
    REFUSED(SX_E_ARGUMENT, (plan.elements = 1, plan.recipe = SX_ROWS_TABLE, plan.axes = 3));
    REFUSED(SX_E_ARGUMENT, (plan.elements = 1, plan.recipe = SX_ROWS_TABLE, plan.blocks = 2));
    REFUSED(SX_E_NULL, (plan.recipe = SX_ROWS_REAL, plan.frequency = NULL));
    REFUSED(SX_E_NULL, plan.fraction_hi = NULL);
    REFUSED(SX_E_NULL, plan.fraction_lo = NULL);
    REFUSED(SX_E_NULL, (plan.recipe = SX_ROWS_FAST, plan.fraction_hi = NULL));
    REFUSED(SX_E_NULL, (plan.recipe = SX_ROWS_FLOAT32, plan.inverse = NULL));
    REFUSED(SX_E_NULL, (plan.recipe = SX_ROWS_TABLE, plan.table = NULL));
    REFUSED(SX_E_ARGUMENT, (plan.recipe = SX_ROWS_TABLE, plan.table_rows = 0));
    if (sx_isa_best() != SX_ISA_NONE)
        for (int32_t rounding = SX_ROUND_ROWS; rounding <= SX_ROUND_PRODUCTS; rounding++)
            REFUSED(SX_E_UNSUPPORTED,
                    (plan.elements = 1, plan.recipe = SX_ROWS_TABLE, plan.dtype = SX_BF16, plan.rounding = rounding));
    for (int32_t isa = sx_isa_best() + 1; isa <= SX_ISA_AVX512; isa++)
        REFUSED(SX_E_ISA, plan.isa = isa);
}

static sx_rotary_call good_call(void)
{
    sx_rotary_call call;
    memset(&call, 0, sizeof call);
    call.size = sizeof call;
    call.batches = call.tokens = 1;
    call.q_in = call.q_out = (sx_heads){1, 0, 8, 8, 8};
    return call;
}

static void apply_refuses(void)
{
    float q[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    sx_rotary_plan plan = good_plan();
    sx_rotary_call call = good_call();
    CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, NULL, NULL) == SX_E_UNBOUND, "unbound");
    CHECK(strcmp(sx_rotary_kernel_name(&plan), "") == 0, "name of no kernel");
    plan.kernel = q;
    CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, NULL, NULL) == SX_E_UNBOUND, "a kernel that is none of ours");
    if (sx_rotary_bind(&plan) != SX_OK)
        return; /* a lesser CPU: nothing can be bound */
    CHECK(strcmp(sx_rotary_kernel_name(&plan), "sx_rotary_f32_half_scalar") == 0, "name");
    CHECK(sx_rotary_apply(NULL, &call, q, q, NULL, NULL, NULL) == SX_E_NULL, "null plan");
    CHECK(sx_rotary_apply(&plan, NULL, q, q, NULL, NULL, NULL) == SX_E_NULL, "null call");
    CHECK(sx_rotary_apply(&plan, &call, NULL, q, NULL, NULL, NULL) == SX_E_NULL, "null q");
    CHECK(sx_rotary_apply(&plan, &call, q, NULL, NULL, NULL, NULL) == SX_E_NULL, "null q_out");
    call.k_in.heads = 1;
    CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, q, NULL) == SX_E_NULL, "null k");
    CHECK(sx_rotary_apply(&plan, &call, q, q, q, NULL, NULL) == SX_E_NULL, "null k_out");
    call = good_call();
    call.ids_kind = SX_IDS_I32;
    CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, NULL, NULL) == SX_E_NULL, "null ids");
    call.ids_kind = SX_IDS_F32;
    CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, NULL, FLOATS) == SX_E_ARGUMENT, "real coordinates of a phase");
    call.ids_kind = SX_IDS_F32 + 1;
    CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, NULL, q) == SX_E_ARGUMENT, "kind of ids");
    call = good_call();
    call.size = 1;
    CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, NULL, NULL) == SX_E_SIZE, "size");
    call = good_call();
    call.inverse = 2;
    CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, NULL, NULL) == SX_E_ARGUMENT, "inverse");
    for (int32_t pairing = SX_INOUT; pairing <= SX_OUTIN; pairing++) {
        plan.pairing = pairing;
        CHECK(sx_rotary_bind(&plan) == SX_OK, "pairing %d", pairing);
        call = good_call();
        call.in_place = 1;
        CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, NULL, NULL) == SX_E_ARGUMENT, "pairing %d in place", pairing);
    }
    plan = good_plan();
    CHECK(sx_rotary_bind(&plan) == SX_OK, "bound before");
    call = good_call();
    call.tokens = -1;
    CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, NULL, NULL) == SX_E_ARGUMENT, "tokens");
    for (int i = 0; i < 8; i++)
        CHECK(q[i] == (float)(i + 1), "a refused call wrote");
    call.tokens = 0;
    CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, NULL, NULL) == SX_OK, "no tokens");
    call = good_call();
    CHECK(sx_rotary_apply(&plan, &call, q, q, NULL, NULL, NULL) == SX_OK, "position 0");
    for (int i = 0; i < 8; i++)
        CHECK(q[i] == (float)(i + 1), "position 0 is not the identity");
}

#define APPEND_REFUSED(status, change)                                                                                 \
    do {                                                                                                               \
        sx_append_call call = good;                                                                                    \
        const void *ids = FLOATS, *slots = FRACTION, *pages = FRACTION, *indptr = FRACTION;                            \
        float *k = in, *v = in, *v_cache = cache;                                                                      \
        change;                                                                                                        \
        int32_t got = sx_rotary_append(&plan, &call, in, in, k, cache, v, v_cache, ids, slots, pages, indptr);         \
        CHECK(got == (status), "%s: got \"%s\", wanted " #status, #change, sx_status_text(got));                       \
        for (int i = 0; i < 8; i++)                                                                                    \
            CHECK(in[i] == (float)(i + 1) && cache[i] == 0.0f, "%s: a refused call wrote", #change);                   \
    } while (0)

static void append_refuses(void)
{
    sx_rotary_plan rotary = good_plan();
    sx_append_plan plan = {.size = sizeof plan, .dtype = SX_BF16, .rotary = &rotary};
    CHECK(sx_append_bind(NULL) == SX_E_NULL, "null plan");
    CHECK(sx_append_bind(&plan) == SX_E_UNBOUND, "unbound rotation");
    CHECK(sx_rotary_bind(&rotary) == SX_OK, "bind");
    plan.dtype = 3;
    CHECK(sx_append_bind(&plan) == SX_E_ARGUMENT, "dtype");
    plan.dtype = SX_F32, plan.rotary = NULL;
    CHECK(sx_append_bind(&plan) == SX_E_NULL, "null rotation");
    plan.rotary = &rotary, plan.size = 8;
    CHECK(sx_append_bind(&plan) == SX_E_SIZE, "size");
    plan.size = sizeof plan;
    CHECK(plan.kernel == NULL, "a refused plan was bound");

    float in[8] = {1, 2, 3, 4, 5, 6, 7, 8}, cache[8] = {0};
    sx_append_call good;
    memset(&good, 0, sizeof good);
    good.size = sizeof good;
    good.batches = good.tokens = good.pages = good.page_slots = 1;
    good.q_in = good.k_in = good.v_in = (sx_heads){1, 0, 8, 8, 8};
    good.k_cache = good.v_cache = good.q_in;
    good.v_dim = 8;
    good.in_place = 1;
    APPEND_REFUSED(SX_E_UNBOUND, );
    CHECK(sx_append_bind(&plan) == SX_OK, "bind");
    CHECK(sx_rotary_append(NULL, &good, in, in, in, in, in, in, NULL, NULL, NULL, NULL) == SX_E_NULL, "null plan");
    CHECK(sx_rotary_append(&plan, NULL, in, in, in, in, in, in, NULL, NULL, NULL, NULL) == SX_E_NULL, "null call");
    APPEND_REFUSED(SX_E_SIZE, call.size = sizeof(sx_rotary_call));
    APPEND_REFUSED(SX_E_ARGUMENT, call.inverse = 2);
    APPEND_REFUSED(SX_E_ARGUMENT, call.in_place = 2);
    APPEND_REFUSED(SX_E_ARGUMENT, call.ids_kind = SX_IDS_F32 + 1);
    APPEND_REFUSED(SX_E_ARGUMENT, call.ids_kind = SX_IDS_F32); /* real coordinates of a phase */
    APPEND_REFUSED(SX_E_NULL, (call.ids_kind = SX_IDS_I64, ids = NULL));
    APPEND_REFUSED(SX_E_ARGUMENT, call.batches = -1);
    APPEND_REFUSED(SX_E_ARGUMENT, call.tokens = -1);
    APPEND_REFUSED(SX_E_ARGUMENT, call.k_in.heads = -1);
    APPEND_REFUSED(SX_E_ARGUMENT, call.v_in.heads = -1);
    APPEND_REFUSED(SX_E_ARGUMENT, call.v_dim = 0);
    APPEND_REFUSED(SX_E_ARGUMENT, call.pages = -1);
    APPEND_REFUSED(SX_E_ARGUMENT, call.page_slots = 0);
    APPEND_REFUSED(SX_E_ARGUMENT, call.slots_kind = SX_SLOTS_CSR + 1);
    APPEND_REFUSED(SX_E_ARGUMENT, call.slots_bytes = 2);
    APPEND_REFUSED(SX_E_ARGUMENT, call.slots_kind = SX_SLOTS_MAPPING); /* without a list */
    APPEND_REFUSED(SX_E_NULL, (call.slots_bytes = 8, slots = NULL));
    APPEND_REFUSED(SX_E_NULL, (call.slots_kind = SX_SLOTS_TABLE, pages = NULL));
    APPEND_REFUSED(SX_E_NULL, (call.slots_kind = SX_SLOTS_CSR, indptr = NULL));
    APPEND_REFUSED(SX_E_NULL, k = NULL);
    APPEND_REFUSED(SX_E_NULL, v = NULL);
    APPEND_REFUSED(SX_E_NULL, v_cache = NULL);
    APPEND_REFUSED(SX_OK, call.tokens = 0);
    APPEND_REFUSED(SX_OK, call.pages = 0); /* nowhere to go; position 0 leaves q as it is */
}

static void ceilings_refuse_and_run(void)
{
    static _Alignas(64) float dst[1024], src[1024];
    for (int i = 0; i < 1024; i++)
        src[i] = 1.0f;
    CHECK(sx_ceiling(-1, SX_ISA_SCALAR, dst, src, 512) == SX_E_ARGUMENT, "kind");
    CHECK(sx_ceiling(SX_CEILING_COPY, SX_ISA_SCALAR, dst, src, 100) == SX_E_ARGUMENT, "bytes");
    CHECK(sx_ceiling(SX_CEILING_COPY, SX_ISA_SCALAR, dst + 1, src, 512) == SX_E_ARGUMENT, "alignment");
    CHECK(sx_ceiling(SX_CEILING_COPY, SX_ISA_SCALAR, dst, NULL, 512) == SX_E_NULL, "null");
    CHECK(sx_ceiling(SX_CEILING_COPY, 7, dst, src, 512) == SX_E_ARGUMENT, "isa");
    for (int32_t isa = SX_ISA_SCALAR; isa <= sx_isa_best(); isa++)
        for (int32_t kind = SX_CEILING_COPY; kind <= SX_CEILING_FMA; kind++) {
            for (int i = 0; i < 1024; i++)
                dst[i] = 2.0f;
            CHECK(sx_ceiling(kind, isa, dst, src, 3584) == SX_OK, "kind %d on %s", kind, sx_isa_name(isa));
            const int all = kind <= SX_CEILING_IN_PLACE || kind == SX_CEILING_WRITE || kind == SX_CEILING_WRITE_NT;
            float sum = 0;
            for (int i = 0; i < 16; i++)
                sum += dst[i];
            if (kind == SX_CEILING_READ || kind == SX_CEILING_READ_8) /* ones, summed in as many lanes as there are */
                CHECK(dst[0] == 896.0f || dst[0] * 8 == 896.0f || dst[0] * 16 == 896.0f, "a sum of %a", (double)dst[0]);
            for (int i = 0; i < 896 && all; i++)
                CHECK(dst[i] == (kind == SX_CEILING_IN_PLACE ? 2.0f * 1.0000001f : 1.0f), "kind %d skips", kind);
            for (int i = 896; i < 1024; i++)
                CHECK(dst[i] == 2.0f, "kind %d writes too far", kind);
        }
}

int main(int argc, char **argv)
{
    check_begin(argc, argv, 1);
    layout_is_declared_order();
    every_status_has_words();
    reasons_name_what_is_missing();
    reasons_agree_with_best();
    bind_refuses();
    apply_refuses();
    append_refuses();
    ceilings_refuse_and_run();
    printf("best here: %s\n", sx_isa_name(sx_isa_best()));
    return 0;
}
