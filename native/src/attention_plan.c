/* Binding of attention: what a plan may say, and the table of kernels. */
#include "attention.h"

static const sx_attention_kernel KERNELS[] = {
#define SX_ATTENTION(dtype, DTYPE)                                                                                     \
    {"sx_attention_" #dtype "_scalar", SX_ISA_SCALAR, DTYPE, sx_attention_##dtype##_scalar, sx_bias_f32_scalar},       \
        {"sx_attention_" #dtype "_avx2", SX_ISA_AVX2, DTYPE, sx_attention_##dtype##_avx2, sx_bias_f32_avx2},           \
        {"sx_attention_" #dtype "_avx512", SX_ISA_AVX512, DTYPE, sx_attention_##dtype##_avx512, sx_bias_f32_avx512},
#include "kernels/kernels.inc"
};

const sx_attention_kernel *sx_find_attention(int32_t isa, int32_t kv_dtype)
{
    for (size_t i = 0; i < sizeof KERNELS / sizeof KERNELS[0]; i++)
        if (KERNELS[i].isa == isa && KERNELS[i].kv_dtype == kv_dtype)
            return &KERNELS[i];
    return NULL;
}

int32_t sx_is_attention(const void *kernel)
{
    const uintptr_t distance = (uintptr_t)kernel - (uintptr_t)KERNELS;
    return distance < sizeof KERNELS && distance % sizeof KERNELS[0] == 0;
}

static int flag(int32_t x) { return x == 0 || x == 1; }
static int dim(int32_t x) { return x >= 1 && x <= SX_ATTENTION_MOST_DIM; }

static int32_t check_bias(const sx_attention_plan *plan)
{
    if (plan->bias < SX_BIAS_NONE || plan->bias > SX_BIAS_TOEPLITZ || !flag(plan->dense) || !flag(plan->skew) ||
        !flag(plan->skipping))
        return SX_E_ARGUMENT;
    if (plan->bias == SX_BIAS_LINEAR && (plan->slopes == NULL || plan->slope_batches < 1))
        return plan->slopes == NULL ? SX_E_NULL : SX_E_ARGUMENT;
    if (plan->bias == SX_BIAS_TOEPLITZ && plan->table == NULL)
        return SX_E_NULL;
    if (plan->bias == SX_BIAS_TOEPLITZ &&
        (plan->first > 0 || plan->last < 0 || plan->last - plan->first >= (int64_t)1 << 32))
        return SX_E_ARGUMENT;
    if (plan->skipping && (plan->bias != SX_BIAS_LINEAR || plan->skew || plan->dense))
        return SX_E_UNSUPPORTED;
    return SX_OK;
}

static int32_t check_structure(const sx_attention_plan *plan)
{
    if (!flag(plan->causal) || !flag(plan->prefix) || !flag(plan->documents) || !flag(plan->blocks) ||
        !flag(plan->mask))
        return SX_E_ARGUMENT;
    if (plan->left < -1 || plan->right < -1 || plan->chunk < 0 || plan->dilation < 1 || plan->keep_first < 0)
        return SX_E_ARGUMENT;
    if (plan->list != NULL && (plan->list_queries < 1 || plan->list_keys < 1 || plan->list_columns < 1))
        return SX_E_ARGUMENT;
    return SX_OK;
}

int32_t sx_attention_bind(sx_attention_plan *plan)
{
    if (plan == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_attention_plan))
        return SX_E_SIZE;
    if (plan->q_dtype < SX_F32 || plan->q_dtype > SX_BF16 || plan->kv_dtype < SX_F32 || plan->kv_dtype > SX_BF16 ||
        plan->kv_heads < 1 || plan->query_heads < plan->kv_heads || plan->query_heads % plan->kv_heads != 0 ||
        !dim(plan->k_dim) || !dim(plan->v_dim) || !(plan->softcap >= 0.0f) || !(plan->scale > 0.0f))
        return SX_E_ARGUMENT;
    if (plan->q_dtype != SX_F32 && plan->q_dtype != plan->kv_dtype)
        return SX_E_UNSUPPORTED;
    int32_t status = check_bias(plan);
    if (status == SX_OK)
        status = check_structure(plan);
    if (status != SX_OK)
        return status;
    if (sx_isa_reason(plan->isa)[0] != '\0')
        return SX_E_ISA;
    const sx_attention_kernel *kernel = sx_find_attention(plan->isa, plan->kv_dtype);
    if (kernel == NULL)
        return SX_E_UNSUPPORTED;
    plan->kernel = kernel;
    return SX_OK;
}

const char *sx_attention_kernel_name(const sx_attention_plan *plan)
{
    return plan == NULL || !sx_is_attention(plan->kernel) ? "" : ((const sx_attention_kernel *)plan->kernel)->name;
}
