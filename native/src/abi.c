/* Facts of the ABI: its version, the layout of its structs, its statuses in words. */
#include <stddef.h>

#include "sextant.h"

int32_t sx_abi_version(void) { return SX_ABI_VERSION; }

#define FIELD(type, name) (int16_t) offsetof(type, name)

static const int16_t ROTARY_PLAN[] = {
    FIELD(sx_rotary_plan, size),        FIELD(sx_rotary_plan, isa),         FIELD(sx_rotary_plan, dtype),
    FIELD(sx_rotary_plan, pairing),     FIELD(sx_rotary_plan, recipe),      FIELD(sx_rotary_plan, rounding),
    FIELD(sx_rotary_plan, head_dim),    FIELD(sx_rotary_plan, offset),      FIELD(sx_rotary_plan, pairs),
    FIELD(sx_rotary_plan, blocks),      FIELD(sx_rotary_plan, axes),        FIELD(sx_rotary_plan, elements),
    FIELD(sx_rotary_plan, magnitude),   FIELD(sx_rotary_plan, reserved),    FIELD(sx_rotary_plan, axis_of_pair),
    FIELD(sx_rotary_plan, fraction_hi), FIELD(sx_rotary_plan, fraction_lo), FIELD(sx_rotary_plan, inverse),
    FIELD(sx_rotary_plan, frequency),   FIELD(sx_rotary_plan, table),       FIELD(sx_rotary_plan, table_rows),
    FIELD(sx_rotary_plan, kernel),
};

static const int16_t HEADS[] = {
    FIELD(sx_heads, heads),        FIELD(sx_heads, origin),       FIELD(sx_heads, head_stride),
    FIELD(sx_heads, token_stride), FIELD(sx_heads, batch_stride),
};

static const int16_t ROTARY_CALL[] = {
    FIELD(sx_rotary_call, size),
    FIELD(sx_rotary_call, inverse),
    FIELD(sx_rotary_call, ids_kind),
    FIELD(sx_rotary_call, in_place),
    FIELD(sx_rotary_call, start),
    FIELD(sx_rotary_call, ids_origin),
    FIELD(sx_rotary_call, ids_batch_stride),
    FIELD(sx_rotary_call, ids_axis_stride),
    FIELD(sx_rotary_call, ids_token_stride),
    FIELD(sx_rotary_call, batches),
    FIELD(sx_rotary_call, tokens),
    FIELD(sx_rotary_call, q_in),
    FIELD(sx_rotary_call, q_out),
    FIELD(sx_rotary_call, k_in),
    FIELD(sx_rotary_call, k_out),
};

static const int16_t ROWS_CALL[] = {
    FIELD(sx_rows_call, size),
    FIELD(sx_rows_call, dtype),
    FIELD(sx_rows_call, ids_kind),
    FIELD(sx_rows_call, reserved),
    FIELD(sx_rows_call, start),
    FIELD(sx_rows_call, ids_origin),
    FIELD(sx_rows_call, ids_axis_stride),
    FIELD(sx_rows_call, ids_token_stride),
    FIELD(sx_rows_call, count),
    FIELD(sx_rows_call, cos_origin),
    FIELD(sx_rows_call, sin_origin),
    FIELD(sx_rows_call, stride),
};

static const int16_t APPEND_CALL[] = {
    FIELD(sx_append_call, size),
    FIELD(sx_append_call, inverse),
    FIELD(sx_append_call, ids_kind),
    FIELD(sx_append_call, in_place),
    FIELD(sx_append_call, start),
    FIELD(sx_append_call, ids_origin),
    FIELD(sx_append_call, ids_batch_stride),
    FIELD(sx_append_call, ids_axis_stride),
    FIELD(sx_append_call, ids_token_stride),
    FIELD(sx_append_call, batches),
    FIELD(sx_append_call, tokens),
    FIELD(sx_append_call, q_in),
    FIELD(sx_append_call, q_out),
    FIELD(sx_append_call, k_in),
    FIELD(sx_append_call, k_cache),
    FIELD(sx_append_call, v_in),
    FIELD(sx_append_call, v_cache),
    FIELD(sx_append_call, v_dim),
    FIELD(sx_append_call, slots_kind),
    FIELD(sx_append_call, slots_bytes),
    FIELD(sx_append_call, reserved),
    FIELD(sx_append_call, slots_start),
    FIELD(sx_append_call, slots_origin),
    FIELD(sx_append_call, slots_batch_stride),
    FIELD(sx_append_call, slots_token_stride),
    FIELD(sx_append_call, pages),
    FIELD(sx_append_call, page_slots),
    FIELD(sx_append_call, pages_origin),
    FIELD(sx_append_call, pages_batch_stride),
    FIELD(sx_append_call, pages_count),
    FIELD(sx_append_call, indptr_origin),
};

static const int16_t APPEND_PLAN[] = {
    FIELD(sx_append_plan, size),
    FIELD(sx_append_plan, dtype),
    FIELD(sx_append_plan, rotary),
    FIELD(sx_append_plan, kernel),
};

static const int16_t COLUMNS[] = {
    FIELD(sx_columns, kind), FIELD(sx_columns, column), FIELD(sx_columns, columns),
    FIELD(sx_columns, wave), FIELD(sx_columns, waves),  FIELD(sx_columns, axis),
};

static const int16_t ADDITIVE_PLAN[] = {
    FIELD(sx_additive_plan, size),         FIELD(sx_additive_plan, isa),         FIELD(sx_additive_plan, dtype),
    FIELD(sx_additive_plan, recipe),       FIELD(sx_additive_plan, width),       FIELD(sx_additive_plan, waves),
    FIELD(sx_additive_plan, blocks),       FIELD(sx_additive_plan, axes),        FIELD(sx_additive_plan, mixed),
    FIELD(sx_additive_plan, has_zero_row), FIELD(sx_additive_plan, magnitude),   FIELD(sx_additive_plan, reserved),
    FIELD(sx_additive_plan, offset),       FIELD(sx_additive_plan, zero_row),    FIELD(sx_additive_plan, block),
    FIELD(sx_additive_plan, axis_of_wave), FIELD(sx_additive_plan, fraction_hi), FIELD(sx_additive_plan, fraction_lo),
    FIELD(sx_additive_plan, inverse),      FIELD(sx_additive_plan, frequency),   FIELD(sx_additive_plan, table),
    FIELD(sx_additive_plan, table_rows),   FIELD(sx_additive_plan, kernel),
};

static const int16_t ADDITIVE_CALL[] = {
    FIELD(sx_additive_call, size),
    FIELD(sx_additive_call, merge),
    FIELD(sx_additive_call, ids_kind),
    FIELD(sx_additive_call, scale),
    FIELD(sx_additive_call, start),
    FIELD(sx_additive_call, ids_origin),
    FIELD(sx_additive_call, ids_axis_stride),
    FIELD(sx_additive_call, ids_token_stride),
    FIELD(sx_additive_call, rows),
    FIELD(sx_additive_call, x_origin),
    FIELD(sx_additive_call, x_stride),
    FIELD(sx_additive_call, out_origin),
    FIELD(sx_additive_call, out_stride),
};

static const int16_t TABLE[] = {
    FIELD(sx_table, type), FIELD(sx_table, merge),  FIELD(sx_table, column), FIELD(sx_table, width),
    FIELD(sx_table, rows), FIELD(sx_table, origin), FIELD(sx_table, stride),
};

static const int16_t GATHER_PLAN[] = {
    FIELD(sx_gather_plan, size),   FIELD(sx_gather_plan, isa),      FIELD(sx_gather_plan, dtype),
    FIELD(sx_gather_plan, input),  FIELD(sx_gather_plan, scale),    FIELD(sx_gather_plan, dim),
    FIELD(sx_gather_plan, tables), FIELD(sx_gather_plan, reserved), FIELD(sx_gather_plan, table),
    FIELD(sx_gather_plan, kernel),
};

static const int16_t PICK[] = {FIELD(sx_pick, row), FIELD(sx_pick, scale)};

static const int16_t GATHER_CALL[] = {
    FIELD(sx_gather_call, size),       FIELD(sx_gather_call, reserved), FIELD(sx_gather_call, rows),
    FIELD(sx_gather_call, x_origin),   FIELD(sx_gather_call, x_stride), FIELD(sx_gather_call, out_origin),
    FIELD(sx_gather_call, out_stride),
};

#include "abi_attention.inc"

typedef struct layout {
    int64_t size;
    const int16_t *offsets;
    int32_t fields;
} layout;

#define LAYOUT(type, offsets)                                                                                          \
    {                                                                                                                  \
        sizeof(type), offsets, (int32_t)(sizeof offsets / sizeof offsets[0])                                           \
    }

static const layout LAYOUTS[] = {
    LAYOUT(sx_rotary_plan, ROTARY_PLAN),
    LAYOUT(sx_heads, HEADS),
    LAYOUT(sx_rotary_call, ROTARY_CALL),
    LAYOUT(sx_rows_call, ROWS_CALL),
    LAYOUT(sx_append_call, APPEND_CALL),
    LAYOUT(sx_append_plan, APPEND_PLAN),
    LAYOUT(sx_columns, COLUMNS),
    LAYOUT(sx_additive_plan, ADDITIVE_PLAN),
    LAYOUT(sx_additive_call, ADDITIVE_CALL),
    LAYOUT(sx_table, TABLE),
    LAYOUT(sx_gather_plan, GATHER_PLAN),
    LAYOUT(sx_pick, PICK),
    LAYOUT(sx_gather_call, GATHER_CALL),
    LAYOUT(sx_attention_plan, ATTENTION_PLAN),
    LAYOUT(sx_sequence, SEQUENCE),
    LAYOUT(sx_row_values, ROW_VALUES),
    LAYOUT(sx_score_values, SCORE_VALUES),
    LAYOUT(sx_token_ids, TOKEN_IDS),
    LAYOUT(sx_attention_call, ATTENTION_CALL),
    LAYOUT(sx_attention_sizes, ATTENTION_SIZES),
    LAYOUT(sx_merge_call, MERGE_CALL),
};

int64_t sx_layout(int32_t type, int32_t field)
{
    if (type < 0 || type >= (int32_t)(sizeof LAYOUTS / sizeof LAYOUTS[0]))
        return -1;
    const layout *l = &LAYOUTS[type];
    if (field == -1)
        return l->size;
    return field >= 0 && field < l->fields ? l->offsets[field] : -1;
}

const char *sx_status_text(int32_t status)
{
    switch (status) {
    case SX_OK: return "good";
    case SX_E_SIZE: return "the size field of a struct does not fit this library";
    case SX_E_NULL: return "a required pointer is null";
    case SX_E_ARGUMENT: return "an enumerator, count or stride is out of range";
    case SX_E_ISA: return "this CPU or operating system lacks the instruction set";
    case SX_E_UNBOUND: return "the plan was not bound";
    case SX_E_UNSUPPORTED: return "there is no kernel for this combination";
    default: return "unknown status";
    }
}
