/* Binding an additive plan. */
#include <stddef.h>

#include "kernels/kernels.h"

static int32_t check_columns(const sx_additive_plan *plan)
{
    if (plan->block == NULL)
        return SX_E_NULL;
    int64_t column = 0, wave = 0;
    for (int32_t b = 0; b < plan->blocks; b++) {
        const sx_columns *at = &plan->block[b];
        if (!sx_in_range(at->kind, SX_COLUMNS_INTERLEAVED, SX_COLUMNS_ZEROS) || at->column != column ||
            at->columns < 1 || at->wave != wave || at->axis < 0 || at->axis >= plan->axes)
            return SX_E_ARGUMENT;
        const int64_t missing = 2 * (int64_t)at->waves - at->columns;
        if (at->kind <= SX_COLUMNS_FLIPPED ? at->waves < 1 || missing < 0 || missing > 1 : at->waves != 0)
            return SX_E_ARGUMENT;
        if (at->kind == SX_COLUMNS_COORDINATE && at->columns != 1)
            return SX_E_ARGUMENT;
        column += at->columns, wave += at->waves;
    }
    return column == plan->width && wave == plan->waves ? SX_OK : SX_E_ARGUMENT;
}

/* an axis beyond the plan's would be read from beyond the caller's ids */
static int32_t check_axes(const sx_additive_plan *plan)
{
    if (plan->axes == 1 || plan->mixed || plan->waves == 0)
        return SX_OK;
    if (plan->axis_of_wave == NULL)
        return SX_E_NULL;
    for (int32_t j = 0; j < plan->waves; j++)
        if (plan->axis_of_wave[j] >= plan->axes)
            return SX_E_ARGUMENT;
    return SX_OK;
}

static int32_t check_rows(const sx_additive_plan *plan)
{
    if (plan->recipe == SX_ROWS_TABLE)
        return plan->table == NULL ? SX_E_NULL : plan->table_rows < 1 || plan->axes > 1 ? SX_E_ARGUMENT : SX_OK;
    const int32_t status = check_columns(plan);
    if (status != SX_OK || plan->waves == 0)
        return status;
    switch (plan->recipe) {
    case SX_ROWS_FLOAT32: return plan->inverse == NULL ? SX_E_NULL : SX_OK;
    case SX_ROWS_REAL: return plan->frequency == NULL ? SX_E_NULL : SX_OK;
    default: return plan->fraction_hi == NULL || plan->fraction_lo == NULL ? SX_E_NULL : SX_OK;
    }
}

int32_t sx_additive_bind(sx_additive_plan *plan)
{
    if (plan == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_additive_plan))
        return SX_E_SIZE;
    if (!sx_in_range(plan->isa, SX_ISA_SCALAR, SX_ISA_AVX512) || !sx_in_range(plan->dtype, SX_F32, SX_BF16) ||
        !sx_in_range(plan->recipe, SX_ROWS_EXACT, SX_ROWS_TABLE) || !sx_in_range(plan->axes, 1, SX_MOST_AXES) ||
        !sx_in_range(plan->mixed, 0, plan->recipe == SX_ROWS_REAL) || !sx_in_range(plan->has_zero_row, 0, 1) ||
        plan->width < 1 || plan->waves < 0 || plan->blocks < 0)
        return SX_E_ARGUMENT;
    int32_t status = check_rows(plan);
    if (status == SX_OK)
        status = check_axes(plan);
    if (status != SX_OK)
        return status;
    if (sx_isa_reason(plan->isa)[0] != '\0')
        return SX_E_ISA;
    plan->kernel = sx_find_additive(plan->isa, plan->dtype);
    return plan->kernel == NULL ? SX_E_UNSUPPORTED : SX_OK;
}

const char *sx_additive_kernel_name(const sx_additive_plan *plan)
{
    if (plan == NULL || !sx_is_additive(plan->kernel))
        return "";
    return ((const sx_additive_kernel *)plan->kernel)->name;
}
