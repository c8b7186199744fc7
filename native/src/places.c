/* Positions of tokens, read once however the caller gives them. */
#include "rows.h"

/* one cell for each axis, in the type that the recipe works with; returns whether the axes differ */
static int read_axes(sx_axes *to, const sx_rotary_plan *plan, const sx_positions *from, int64_t token)
{
    int differ = 0;
    for (int32_t a = 0; a < plan->axes; a++) {
        if (plan->recipe == SX_ROWS_FLOAT32) {
            to->single[a] = (float)sx_coordinate(from, a, token);
            differ |= to->single[a] != to->single[0];
        } else if (plan->recipe == SX_ROWS_REAL) {
            to->real[a] = sx_coordinate(from, a, token);
            differ |= to->real[a] != to->real[0];
        } else {
            to->whole[a] = sx_position(from, a, token);
            differ |= to->whole[a] != to->whole[0];
        }
    }
    return differ;
}

void sx_places_read(sx_places *to, const sx_rotary_plan *plan, const sx_positions *from, int64_t first, int64_t count)
{
    const int32_t real = plan->recipe == SX_ROWS_FLOAT32 || plan->recipe == SX_ROWS_REAL;
    to->consecutive = 1;
    to->by_axis = 0;
    if (plan->axes > 1 && from->axis_stride != 0 && from->ids != NULL)
        for (int64_t i = 0; i < count; i++)
            to->by_axis |= read_axes(&to->of_axis[i], plan, from, first + i);
    if (to->by_axis)
        return;
    for (int64_t i = 0; i < count; i++)
        if (real) {
            to->real[i] = sx_coordinate(from, 0, first + i);
        } else {
            to->whole[i] = sx_position(from, 0, first + i);
            to->consecutive &= i == 0 || to->whole[i] == to->whole[i - 1] + 1;
        }
}

void sx_table_gather(float *cos, float *sin, const sx_rotary_plan *plan, const sx_axes *place, int64_t pair,
                     int64_t pairs, float sin_factor)
{
    const float *row[SX_MOST_AXES];
    for (int32_t a = 0; a < plan->axes; a++)
        row[a] = sx_table_row(plan, place->whole[a]);
    for (int64_t j = 0; j < pairs; j++) {
        const float *from = row[plan->axis_of_pair[pair + j]] + pair + j;
        cos[j] = from[0];
        sin[j] = from[plan->pairs] * sin_factor;
    }
}
