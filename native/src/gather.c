/* Binding a gather, and the runs of columns over which the same tables lie. No vectors here. */
#include <stddef.h>

#include "kernels/kernels.h"

/* tables up to here stay in a near cache; beyond, nobody can guess the next row */
#define NEAR_BYTES (INT64_C(1) << 20)

int32_t sx_gather_bind(sx_gather_plan *plan)
{
    if (plan == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_gather_plan))
        return SX_E_SIZE;
    if (!sx_in_range(plan->isa, SX_ISA_SCALAR, SX_ISA_AVX512) || !sx_in_range(plan->dtype, SX_F32, SX_BF16) ||
        !sx_in_range(plan->input, 0, 1) || !sx_in_range(plan->tables, 1, SX_MOST_TABLES) || plan->dim < 1)
        return SX_E_ARGUMENT;
    if (plan->table == NULL)
        return SX_E_NULL;
    for (int32_t i = 0; i < plan->tables; i++) {
        const sx_table *t = &plan->table[i];
        if (!sx_in_range(t->type, SX_F32, SX_I8) || !sx_in_range(t->merge, SX_MERGE_FILL, SX_MERGE_MULTIPLY) ||
            t->width < 1 || t->column < 0 || (int64_t)t->column + t->width > plan->dim || t->origin < 0 ||
            t->stride < t->width || t->rows < 1)
            return SX_E_ARGUMENT;
    }
    if (sx_isa_reason(plan->isa)[0] != '\0')
        return SX_E_ISA;
    const sx_gather_kernel *kernel = sx_find_gather(plan->isa, plan->dtype);
    if (kernel == NULL)
        return SX_E_UNSUPPORTED;
    plan->kernel = kernel;
    return SX_OK;
}

const char *sx_gather_kernel_name(const sx_gather_plan *plan)
{
    if (plan == NULL || !sx_is_gather(plan->kernel))
        return "";
    return ((const sx_gather_kernel *)plan->kernel)->name;
}

/* where the next table begins or ends after `column` */
static int32_t run_end(const sx_gather_plan *plan, int32_t column)
{
    int32_t end = plan->dim;
    for (int32_t i = 0; i < plan->tables; i++) {
        const int32_t first = plan->table[i].column, last = first + plan->table[i].width;
        if (first > column && first < end)
            end = first;
        if (last > column && last < end)
            end = last;
    }
    return end;
}

/* how many rows ahead to ask: as many as the distance holds, at least one */
static int32_t ahead_of(const sx_table *t)
{
    const int64_t bytes = t->width * sx_bytes_of(t->type);
    if (t->rows * t->stride * sx_bytes_of(t->type) <= NEAR_BYTES)
        return 0;
    return bytes >= SX_AHEAD_BYTES ? 1 : (int32_t)(SX_AHEAD_BYTES / bytes);
}

static int64_t run_parts(const sx_gather_plan *plan, const char *const *memory, int32_t column, sx_gather_part *part)
{
    int64_t parts = 0;
    for (int32_t i = 0; i < plan->tables; i++) {
        const sx_table *t = &plan->table[i];
        if (t->column <= column && column < t->column + t->width)
            part[parts++] =
                (sx_gather_part){.entries = memory[i] + (t->origin + column - t->column) * sx_bytes_of(t->type),
                                 .stride = t->stride * sx_bytes_of(t->type),
                                 .type = t->type,
                                 .merge = t->merge,
                                 .source = i,
                                 .ahead = ahead_of(t)};
    }
    return parts;
}

static int32_t check(const sx_gather_plan *plan, const sx_gather_call *call, const void *x, const void *out,
                     const sx_pick *picks, const char *const *memory)
{
    if (plan == NULL || call == NULL || out == NULL || picks == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_gather_plan) || call->size != sizeof(sx_gather_call))
        return SX_E_SIZE;
    if (!sx_is_gather(plan->kernel))
        return SX_E_UNBOUND;
    if (plan->input && x == NULL)
        return SX_E_NULL;
    for (int32_t i = 0; i < plan->tables; i++)
        if (memory[i] == NULL)
            return SX_E_NULL;
    if (call->rows < 0 || call->out_stride < plan->dim || (plan->input && call->x_stride < plan->dim))
        return SX_E_ARGUMENT;
    return SX_OK;
}

int32_t sx_gather_apply(const sx_gather_plan *plan, const sx_gather_call *call, const void *x, void *out,
                        const sx_pick *picks, const void *t0, const void *t1, const void *t2, const void *t3,
                        const void *t4, const void *t5, const void *t6, const void *t7, const void *t8, const void *t9,
                        const void *t10, const void *t11)
{
    const char *const memory[SX_MOST_TABLES] = {t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11};
    const int32_t status = check(plan, call, x, out, picks, memory);
    if (status != SX_OK)
        return status;
    const sx_gather_kernel *kernel = plan->kernel;
    sx_gather_part part[SX_MOST_TABLES];
    sx_gather_job job = {.picks = picks,
                         .part = part,
                         .in_stride = call->x_stride,
                         .out_stride = call->out_stride,
                         .rows = call->rows,
                         .sources = plan->tables,
                         .scale = plan->scale,
                         .input = plan->input};
    int32_t end;
    for (int32_t column = 0; column < plan->dim; column = end) {
        end = run_end(plan, column);
        job.columns = end - column;
        job.parts = run_parts(plan, memory, column, part);
        job.in = plan->input ? (const char *)x + (call->x_origin + column) * kernel->element : NULL;
        job.out = (char *)out + (call->out_origin + column) * kernel->element;
        kernel->gather(&job);
    }
    return SX_OK;
}
