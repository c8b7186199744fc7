/* A unit of attention: some query rows of the heads that share a head of keys, tile of keys by tile of keys. */
#include "attention.h"

/* what a unit works with */
typedef struct unit_state {
    const sx_attention_job *job;
    const sx_unit *unit;
    const sx_sequence *of;
    float *q, *scores, *keys, *values, *sums;
    sx_row_state *row;
    int64_t rows, columns; /* columns: of values, whole vectors */
} unit_state;

static int64_t row_query(const sx_unit *unit, int64_t r) { return unit->query + r % unit->queries; }
static int64_t row_head(const sx_unit *unit, int64_t r) { return unit->head + r / unit->queries; }

static void begin_unit(unit_state *u)
{
    const sx_attention_job *job = u->job;
    const sx_attention_plan *plan = job->plan;
    const sx_attention_call *call = job->call;
    for (int64_t r = 0; r < u->rows; r++) {
        const int64_t i = row_query(u->unit, r), h = row_head(u->unit, r), t = u->of->q_first + i;
        const int64_t b = u->unit->sequence;
        float *q = u->q + r * plan->k_dim;
        sx_read_head(q, job->q, sx_head_at(&call->q, b, h, t), job->q_size, plan->k_dim, job->widen);
        const float scale = plan->scale * sx_row_scale(call, job->row_scale, b, t);
        float squares = 0.0f;
        for (int64_t d = 0; d < plan->k_dim; d++) {
            q[d] *= scale;
            squares += q[d] * q[d];
        }
        u->row[r] = (sx_row_state){.most = HIDDEN, .norm = squares, .slope = sx_slope_of(plan, b, h)};
        for (int64_t d = 0; d < u->columns; d++)
            u->sums[r * u->columns + d] = 0.0f;
    }
}

/* passes over a row of scores between the product and the exponentials; columns [left, right) are whole vectors */
static void shape_row(const unit_state *u, int64_t r, int64_t tile, int64_t left, int64_t right, int64_t first,
                      int64_t last)
{
    const sx_attention_job *job = u->job;
    const sx_attention_plan *plan = job->plan;
    const sx_attention_call *call = job->call;
    const int64_t i = row_query(u->unit, r), h = row_head(u->unit, r), b = u->unit->sequence, p = i + u->of->offset;
    float *s = u->scores + r * SX_ATTENTION_KEYS;
    if (plan->skew)
        dense_row(s, first, last, job->skew + sx_score_value(&call->skew, b, h, i, tile), call->skew.key_stride, 0);
    if (plan->softcap > 0.0f)
        cap_row(s, left, right, plan->softcap);
    if (plan->bias == SX_BIAS_LINEAR)
        linear_row(s, left, right, u->row[r].slope, tile - p);
    else if (plan->bias == SX_BIAS_TOEPLITZ)
        table_row(s, left, right, sx_table_of(plan, h), tile - p, plan->first, plan->last);
    if (plan->dense)
        dense_row(s, first, last, job->dense + sx_score_value(&call->dense, b, h, i, tile), call->dense.key_stride, 1);
    const sx_seen span = sx_seen_of(plan, u->of, p);
    if (!sx_asks(plan)) {
        span_row(s, left, right, first, last, span, tile);
        return;
    }
    const sx_asked asked = sx_asked_of(plan, call, u->of, job->mask, job->query_documents, job->key_documents,
                                       job->query_blocks, job->key_blocks, b, h, i);
    hide(s, left, first);
    hide(s, last, right);
    for (int64_t x = first; x < last; x++)
        if (!sx_keeps(plan, span, &asked, i, p, tile + x))
            s[x] = HIDDEN;
}

/* few rows wait for memory: what comes next is asked for while keys and values are packed */
#define WAITING_ROWS 24

/* keys [first, last) of a tile; rows->row of keys and of values */
typedef struct tile_places {
    sx_tile_rows keys, values;
} tile_places;

static SX_INLINE void find_tile(tile_places *t, const unit_state *u, int64_t tile, int64_t begin, int64_t end)
{
    const sx_attention_job *job = u->job;
    t->keys.first = t->values.first = begin - tile;
    t->keys.last = t->values.last = end - tile;
    find_rows(&t->keys, job, &job->call->k, job->k, u->unit, tile);
    find_rows(&t->values, job, &job->call->v, job->v, u->unit, tile);
}

static SX_INLINE void weigh_rows(unit_state *u, int64_t tile, int64_t first, int64_t last, int mark, int *seen)
{
    const int64_t left = first / PANEL * PANEL, right = (last + PANEL - 1) / PANEL * PANEL;
    for (int64_t r = 0; r < u->rows; r++) {
        shape_row(u, r, tile, left, right, first, last);
        *seen |= weigh_row(u->scores + r * SX_ATTENTION_KEYS, left, right, &u->row[r], u->sums + r * u->columns,
                           u->columns, mark);
    }
}

static SX_INLINE void count_tile(const unit_state *u)
{
    if (u->job->tiles != NULL)
        u->job->tiles[0] += (u->rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
}

/* the same without packing; a key that a row does not see has weight -0 in case a value is not finite */
static SX_INLINE void visit_few(unit_state *u, int64_t tile, const tile_places *t, const tile_places *next,
                                int32_t type)
{
    const sx_attention_job *job = u->job;
    const int64_t dim = job->plan->k_dim, v_dim = job->plan->v_dim;
    int seen = 0;
    few_scores(u->scores, u->q, dim, &t->keys, u->rows, type, &t->values, v_dim * job->kv_size);
    weigh_rows(u, tile, t->keys.first, t->keys.last, 1, &seen);
    count_tile(u);
    if (!seen)
        return;
    float *before = u->values; /* free: nothing is packed yet */
    for (int64_t i = 0; i < u->rows * u->columns; i++)
        before[i] = u->sums[i];
    if (few_values(u->sums, u->scores, &t->values, v_dim, u->columns, u->rows, type, &next->keys, dim * job->kv_size) ==
        0.0f)
        return;
    for (int64_t i = 0; i < u->rows * u->columns; i++)
        u->sums[i] = before[i];
    pack_values(u->values, &t->values, v_dim, u->columns, type, NULL, 0);
    values_one_by_one(u->sums, u->scores, u->values, u->columns, t->keys.first, t->keys.last, u->rows);
}

static SX_INLINE void visit_tile(unit_state *u, int64_t tile, const tile_places *t, const tile_places *next,
                                 int32_t type)
{
    const sx_attention_job *job = u->job;
    const int64_t dim = job->plan->k_dim, first = t->keys.first, last = t->keys.last;
    const int few = u->rows <= WAITING_ROWS;
    pack_keys(u->keys, &t->keys, dim, type, few ? &t->values : NULL, job->plan->v_dim * job->kv_size);
    const int finite = pack_values(u->values, &t->values, job->plan->v_dim, u->columns, type, few ? &next->keys : NULL,
                                   dim * job->kv_size);
    scores_of(u->scores, u->q, u->keys, dim, first, last, u->rows);
    int seen = 0;
    if (finite)
        weigh_rows(u, tile, first, last, 0, &seen);
    else
        weigh_rows(u, tile, first, last, 1, &seen);
    count_tile(u);
    if (!seen)
        return;
    if (finite)
        values_of(u->sums, u->scores, u->values, u->columns, first, last, u->rows);
    else
        values_one_by_one(u->sums, u->scores, u->values, u->columns, first, last, u->rows);
}

/*
 * Whether all keys before `tile` together cannot change any row of the unit. With Q the norm of the scaled query, K and V bounds of the norms
 * of those keys and of the magnitudes in their values, a score is at most Q K less the bias of the nearest of them (or of the
 * farthest, where a slope is negative), so that with n of them and the greatest score m so far
 *     w = n e^(bound - m)
 * is the most that they add to Z, and w V to a sum. An output o = S / Z changes by at most w (V + max|o|) / (Z + w); that is no more than
 * 2^-26 of max|o|, a quarter of a unit in its last place, if w (V + max|o|) <= 2^-26 Z max|o|, which is what is asked here. The lse
 * changes by at most w / Z <= 2^-26.
 */
static int rest_is_nothing(const unit_state *u, int64_t tile)
{
    const sx_attention_job *job = u->job;
    const sx_attention_call *call = job->call;
    const float *norm = job->norms + call->norms_origin + u->unit->sequence * call->norms_batch_stride +
                        u->unit->kv_head * call->norms_head_stride + 2 * (tile / SX_ATTENTION_KEYS - 1);
    for (int64_t r = 0; r < u->rows; r++) {
        const sx_row_state *row = &u->row[r];
        const int64_t p = row_query(u->unit, r) + u->of->offset;
        if (p < tile - 1 || !(row->sum > 0.0f))
            return 0;
        double bound = sx_root(row->norm) * norm[0] * 1.0001; /* roundings of the norm and of the score */
        if (job->plan->softcap > 0.0f && bound > job->plan->softcap)
            bound = job->plan->softcap;
        const double near = -(double)row->slope * (double)(p - (tile - 1)), far = -(double)row->slope * (double)p;
        const double w = (double)tile * sx_exp(bound + (near > far ? near : far) - row->most);
        float most = 0.0f;
        for (int64_t d = 0; d < u->columns; d++) {
            const float x = u->sums[r * u->columns + d];
            most = x > most ? x : -x > most ? -x : most;
        }
        if (most == __builtin_inff() || !(w * (norm[1] * (double)row->sum + most) <= 0x1p-26 * (double)row->sum * most))
            return 0;
    }
    return 1;
}

static void end_unit(const unit_state *u)
{
    const sx_attention_job *job = u->job;
    const sx_unit *unit = u->unit;
    for (int64_t r = 0; r < u->rows; r++) {
        float *sums = u->sums + r * u->columns;
        if (unit->partial == NULL) {
            sx_attention_write(job, unit->sequence, row_head(unit, r), row_query(unit, r), sums, u->row[r].most,
                               u->row[r].sum);
            continue;
        }
        float *partial = unit->partial + r * (job->plan->v_dim + 2);
        partial[0] = u->row[r].most;
        partial[1] = u->row[r].sum;
        for (int64_t d = 0; d < job->plan->v_dim; d++)
            partial[2 + d] = sums[d];
    }
}

/* keys that some row of a unit may see: [0, head) and [from, to) */
typedef struct key_range {
    int64_t head, from, to;
} key_range;

/* the next tile with such keys, counted from `n`, `tiles` if there is none, and where its keys stand */
static SX_INLINE int64_t next_tile(const unit_state *u, const key_range *range, tile_places *places, int64_t first_tile,
                                   int64_t n, int64_t tiles, int back)
{
    for (; n < tiles; n++) {
        const int64_t tile = first_tile + (back ? tiles - 1 - n : n) * SX_ATTENTION_KEYS;
        int64_t begin = tile,
                end = tile + SX_ATTENTION_KEYS < u->unit->key_end ? tile + SX_ATTENTION_KEYS : u->unit->key_end;
        if (begin >= range->head && begin < range->from)
            begin = range->from;
        if (end > range->to && end > range->head)
            end = range->to > range->head ? range->to : range->head;
        if (begin < end) {
            find_tile(places, u, tile, begin, end);
            return n;
        }
    }
    places->keys.first = places->keys.last = 0;
    return tiles;
}

static SX_INLINE void attend_unit(const sx_attention_job *job, const sx_unit *unit, int32_t type)
{
    const sx_attention_plan *plan = job->plan;
    const sx_attention_space space = sx_space_of(plan);
    float *memory = job->workspace;
    unit_state u = {.job = job,
                    .unit = unit,
                    .of = &job->sequences[unit->sequence],
                    .q = memory,
                    .scores = memory + space.scores,
                    .keys = memory + space.keys,
                    .values = memory + space.values,
                    .sums = memory + space.sums,
                    .row = (sx_row_state *)(void *)(memory + space.row),
                    .rows = unit->heads * unit->queries,
                    .columns = space.value_dim};
    begin_unit(&u);
    /* spans only move to the right from row to row */
    const int64_t p = unit->query + u.of->offset;
    const sx_seen top = sx_seen_of(plan, u.of, p), bottom = sx_seen_of(plan, u.of, p + unit->queries - 1);
    const key_range range = {.head = plan->blocks ? u.of->k_count : bottom.head, .from = top.from, .to = bottom.to};
    /* slopes from the newest key on, so that what skipping leaves out is what comes last with or without it */
    const int back = plan->bias == SX_BIAS_LINEAR && !plan->skew && !plan->dense;
    const int64_t first_tile = unit->key / SX_ATTENTION_KEYS * SX_ATTENTION_KEYS;
    const int64_t tiles = (unit->key_end - first_tile + SX_ATTENTION_KEYS - 1) / SX_ATTENTION_KEYS;
    tile_places *places = (tile_places *)(void *)(memory + space.places);
    int64_t tile = next_tile(&u, &range, &places[0], first_tile, 0, tiles, back);
    for (int64_t n = 0; tile < tiles; n ^= 1) {
        const int64_t at = first_tile + (back ? tiles - 1 - tile : tile) * SX_ATTENTION_KEYS;
        const int64_t next = next_tile(&u, &range, &places[n ^ 1], first_tile, tile + 1, tiles, back);
        if (u.rows <= DIRECT_ROWS)
            visit_few(&u, at, &places[n], &places[n ^ 1], type);
        else
            visit_tile(&u, at, &places[n], &places[n ^ 1], type);
        if (plan->skipping && at > 0 && rest_is_nothing(&u, at)) {
            if (job->tiles != NULL)
                job->tiles[1] += (tiles - 1 - tile) * ((u.rows + BLOCK_ROWS - 1) / BLOCK_ROWS);
            break;
        }
        tile = next;
    }
    end_unit(&u);
}

/* [from, to) of a row, from a whole vector of keys to the next, the last one through a buffer */
static SX_INLINE void bias_run(const sx_attention_plan *plan, float *s, float slope, const float *table, int64_t p,
                               int64_t from, int64_t to)
{
    const int64_t whole = from + (to - from) / SX_LANES * SX_LANES;
    if (plan->bias == SX_BIAS_LINEAR)
        linear_row(s, from, whole, slope, -p);
    else if (plan->bias == SX_BIAS_TOEPLITZ)
        table_row(s, from, whole, table, -p, plan->first, plan->last);
    if (whole == to || plan->bias == SX_BIAS_NONE)
        return;
    float rest[SX_LANES] = {0};
    for (int64_t x = whole; x < to; x++)
        rest[x - whole] = s[x];
    if (plan->bias == SX_BIAS_LINEAR)
        linear_row(rest, 0, SX_LANES, slope, whole - p);
    else
        table_row(rest, 0, SX_LANES, table, whole - p, plan->first, plan->last);
    for (int64_t x = whole; x < to; x++)
        s[x] = rest[x - whole];
}

void SX_NAME(sx_bias_f32)(const sx_attention_plan *plan, float *s, float slope, const float *table, sx_seen span,
                          int64_t p, int64_t keys)
{
    const int64_t from = span.from > span.head ? span.from : span.head, to = span.to > from ? span.to : from;
    bias_run(plan, s, slope, table, p, 0, span.head);
    hide(s, span.head, from);
    bias_run(plan, s, slope, table, p, from, to);
    hide(s, to, keys);
}

#define SX_ATTENTION(dtype, DTYPE)                                                                                     \
    void SX_NAME(sx_attention_##dtype)(const sx_attention_job *job, const sx_unit *unit)                               \
    {                                                                                                                  \
        attend_unit(job, unit, DTYPE);                                                                                 \
    }
#include "kernels/kernels.inc"
