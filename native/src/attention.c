/* Attention: units of work, their partial results, norms of keys. No vectors here. */
#include "attention.h"

/* few queries meet many keys: keys are divided at multiples of so many */
#define SPLIT_KEYS 4096

static int64_t parts(int64_t whole, int64_t part) { return (whole + part - 1) / part; }

/* how the work on one sequence is divided */
typedef struct division {
    int64_t heads;   /* query heads of a unit, at most */
    int64_t chunks;  /* units that share a kv head */
    int64_t queries; /* query rows of a unit, at most */
    int64_t tiles;   /* units of query rows */
    int64_t splits;  /* units of keys */
    int64_t units;
    int64_t partial; /* floats of partial results of a unit */
} division;

static division divide(const sx_attention_plan *plan, const sx_sequence *of)
{
    const int64_t group = plan->query_heads / plan->kv_heads;
    division d = {.heads = sx_least(group, SX_TILE_ROWS)};
    d.chunks = parts(group, d.heads);
    d.queries = SX_TILE_ROWS / d.heads;
    d.tiles = parts(of->q_count, d.queries);
    d.splits = d.tiles == 1 && of->k_count > SPLIT_KEYS && !plan->skipping ? parts(of->k_count, SPLIT_KEYS) : 1;
    d.units = plan->kv_heads * d.chunks * d.tiles * d.splits;
    d.partial = d.splits > 1 ? d.heads * of->q_count * (plan->v_dim + 2) : 0;
    return d;
}

static int32_t ready(const sx_attention_plan *plan, const sx_attention_call *call, const sx_sequence *sequences)
{
    if (plan == NULL || call == NULL || sequences == NULL)
        return SX_E_NULL;
    if (plan->size != sizeof(sx_attention_plan) || call->size != sizeof(sx_attention_call))
        return SX_E_SIZE;
    if (!sx_is_attention(plan->kernel))
        return SX_E_UNBOUND;
    if (call->sequences < 0 || call->page_slots < 0)
        return SX_E_ARGUMENT;
    for (int64_t b = 0; b < call->sequences; b++)
        if (sequences[b].q_count < 0 || sequences[b].k_count < 0)
            return SX_E_ARGUMENT;
    return SX_OK;
}

int32_t sx_attention_sizes_of(const sx_attention_plan *plan, const sx_attention_call *call,
                              const sx_sequence *sequences, sx_attention_sizes *sizes)
{
    const int32_t status = sizes == NULL ? SX_E_NULL : ready(plan, call, sequences);
    if (status != SX_OK)
        return status;
    *sizes = (sx_attention_sizes){.thread_bytes = 4 * sx_space_of(plan).floats};
    for (int64_t b = 0; b < call->sequences; b++) {
        const division d = divide(plan, &sequences[b]);
        sizes->units += d.units;
        sizes->shared_bytes += 4 * d.units * d.partial;
    }
    return SX_OK;
}

/* unit `n` of sequence b, whose partial results begin at `partials` */
static sx_unit unit_of(const division *d, const sx_attention_plan *plan, const sx_sequence *of, int64_t b, int64_t n,
                       float *partials)
{
    const int64_t group = plan->query_heads / plan->kv_heads;
    const int64_t split = n % d->splits, tile = n / d->splits % d->tiles,
                  chunk = n / (d->splits * d->tiles) % d->chunks, kv_head = n / (d->splits * d->tiles * d->chunks);
    return (sx_unit){.sequence = b,
                     .kv_head = kv_head,
                     .head = kv_head * group + chunk * d->heads,
                     .heads = sx_least(d->heads, group - chunk * d->heads),
                     .query = tile * d->queries,
                     .queries = sx_least(d->queries, of->q_count - tile * d->queries),
                     .key = split * SPLIT_KEYS,
                     .key_end = d->splits > 1 ? sx_least(of->k_count, (split + 1) * SPLIT_KEYS) : of->k_count,
                     .partial = d->splits > 1 ? partials + n * d->partial : NULL};
}

int32_t sx_attention_run(const sx_attention_plan *plan, const sx_attention_call *call, const sx_sequence *sequences,
                         const void *q, const void *k, const void *v, void *out, float *lse, const float *dense,
                         const float *skew, const uint8_t *mask, const float *row_scale, const int32_t *query_documents,
                         const int32_t *key_documents, const int32_t *query_blocks, const int32_t *key_blocks,
                         const int32_t *pages, const int32_t *indptr, const float *norms, void *workspace,
                         void *partials, int64_t *tiles, int64_t first, int64_t last)
{
    sx_attention_sizes sizes;
    const int32_t status = sx_attention_sizes_of(plan, call, sequences, &sizes);
    if (status != SX_OK)
        return status;
    if (first < 0 || last < first || last > sizes.units)
        return SX_E_ARGUMENT;
    if (first == last)
        return SX_OK;
    if (q == NULL || k == NULL || v == NULL || out == NULL || workspace == NULL || (plan->skew && skew == NULL) ||
        sx_lacks(plan, dense, mask, query_documents, key_documents, query_blocks, key_blocks) ||
        (call->page_slots > 0 && pages == NULL) || (plan->skipping && norms == NULL) ||
        (sizes.shared_bytes > 0 && partials == NULL))
        return SX_E_NULL;
    const sx_attention_job job = {.plan = plan,
                                  .call = call,
                                  .sequences = sequences,
                                  .q = q,
                                  .k = k,
                                  .v = v,
                                  .out = out,
                                  .lse = lse,
                                  .dense = dense,
                                  .skew = skew,
                                  .mask = mask,
                                  .row_scale = row_scale,
                                  .query_documents = query_documents,
                                  .key_documents = key_documents,
                                  .query_blocks = query_blocks,
                                  .key_blocks = key_blocks,
                                  .pages = pages,
                                  .indptr = indptr,
                                  .norms = norms,
                                  .workspace = workspace,
                                  .tiles = tiles,
                                  .widen = sx_find_convert(plan->isa, SX_F32, plan->q_dtype),
                                  .narrow = sx_find_convert(plan->isa, plan->q_dtype, SX_F32),
                                  .q_size = sx_bytes_of(plan->q_dtype),
                                  .kv_size = sx_bytes_of(plan->kv_dtype)};
    const sx_attention_kernel *kernel = plan->kernel;
    float *partial = partials;
    int64_t before = 0;
    for (int64_t b = 0; b < call->sequences && before < last; b++) {
        const division d = divide(plan, &sequences[b]);
        const int64_t from = first > before ? first - before : 0;
        for (int64_t n = from; n < sx_least(d.units, last - before); n++) {
            const sx_unit unit = unit_of(&d, plan, &sequences[b], b, n, partial);
            kernel->unit(&job, &unit);
        }
        before += d.units;
        partial = partial == NULL ? NULL : partial + d.units * d.partial;
    }
    return SX_OK;
}

void sx_attention_write(const sx_attention_job *job, int64_t b, int64_t h, int64_t i, float *o, double most, double sum)
{
    const sx_attention_plan *plan = job->plan;
    const sx_attention_call *call = job->call;
    const int64_t t = job->sequences[b].q_first + i;
    const int dead = sum == 0.0 && most < 0.0 && most * 0.0 != 0.0;
    double total = sum;
    if (plan->sinks != NULL) {
        const double sink = plan->sinks[h];
        if (dead || sink > most) {
            const double shrunk = dead ? 0.0 : sx_exp(most - sink);
            total = sum * shrunk + 1.0;
            for (int64_t d = 0; d < plan->v_dim; d++)
                o[d] = (float)(o[d] * shrunk);
            most = sink;
        } else {
            total += sx_exp(sink - most);
        }
    }
    const double inverse = 1.0 / total;
    for (int64_t d = 0; d < plan->v_dim; d++)
        o[d] = dead ? 0.0f : (float)(o[d] * inverse);
    const sx_convert_job narrow = {
        .in = o, .out = job->out + sx_head_at(&call->out, b, h, t) * job->q_size, .count = plan->v_dim, .runs = 1};
    job->narrow(&narrow);
    if (job->lse != NULL)
        job->lse[sx_row_value(&call->lse, b, h, t)] = total == 0.0 ? (float)most : (float)(most + sx_log(total));
}

/* row `r` of the splits of a unit put together */
static void finish_row(const sx_attention_job *job, const division *d, const sx_unit *unit, int64_t r)
{
    const int64_t width = job->plan->v_dim + 2;
    const float *part = unit->partial + r * width;
    float sums[SX_ATTENTION_MOST_DIM];
    float most = part[0];
    for (int64_t s = 1; s < d->splits; s++)
        if (part[s * d->partial] > most)
            most = part[s * d->partial];
    double total = 0.0;
    for (int64_t e = 0; e < job->plan->v_dim; e++)
        sums[e] = 0.0f;
    for (int64_t s = 0; s < d->splits; s++) {
        const float *of = part + s * d->partial;
        if (of[1] == 0.0f)
            continue;
        const double weight = of[0] == most ? 1.0 : sx_exp((double)of[0] - most);
        total += of[1] * weight;
        for (int64_t e = 0; e < job->plan->v_dim; e++)
            sums[e] += (float)(of[2 + e] * weight);
    }
    sx_attention_write(job, unit->sequence, unit->head + r / unit->queries, unit->query + r % unit->queries, sums, most,
                       total);
}

int32_t sx_attention_finish(const sx_attention_plan *plan, const sx_attention_call *call, const sx_sequence *sequences,
                            void *out, float *lse, const void *partials)
{
    sx_attention_sizes sizes;
    const int32_t status = sx_attention_sizes_of(plan, call, sequences, &sizes);
    if (status != SX_OK || sizes.shared_bytes == 0)
        return status;
    if (out == NULL || partials == NULL)
        return SX_E_NULL;
    const sx_attention_job job = {.plan = plan,
                                  .call = call,
                                  .sequences = sequences,
                                  .out = out,
                                  .lse = lse,
                                  .narrow = sx_find_convert(plan->isa, plan->q_dtype, SX_F32),
                                  .q_size = sx_bytes_of(plan->q_dtype)};
    float *partial = (float *)(uintptr_t)partials; /* only read */
    for (int64_t b = 0; b < call->sequences; b++) {
        const division d = divide(plan, &sequences[b]);
        for (int64_t n = 0; d.splits > 1 && n < d.units; n += d.splits) {
            const sx_unit unit = unit_of(&d, plan, &sequences[b], b, n, partial);
            for (int64_t r = 0; r < unit.heads * unit.queries; r++)
                finish_row(&job, &d, &unit, r);
        }
        partial += d.units * d.partial;
    }
    return SX_OK;
}

int32_t sx_attention_norms(const sx_attention_plan *plan, const sx_attention_call *call, const sx_sequence *sequences,
                           const void *k, const void *v, const int32_t *pages, const int32_t *indptr, float *norms,
                           int64_t first, int64_t last)
{
    const int32_t status = ready(plan, call, sequences);
    if (status != SX_OK)
        return status;
    if (first < 0 || last < first || last > call->sequences * plan->kv_heads)
        return SX_E_ARGUMENT;
    if (first < last && (k == NULL || v == NULL || norms == NULL || (call->page_slots > 0 && pages == NULL)))
        return SX_E_NULL;
    sx_convert_fn *widen = sx_find_convert(plan->isa, SX_F32, plan->kv_dtype);
    const int64_t size = sx_bytes_of(plan->kv_dtype);
    float row[SX_ATTENTION_MOST_DIM];
    for (int64_t n = first; n < last; n++) {
        const int64_t b = n / plan->kv_heads, g = n % plan->kv_heads;
        const sx_sequence *of = &sequences[b];
        float *to = norms + call->norms_origin + b * call->norms_batch_stride + g * call->norms_head_stride;
        float most_squares = 0.0f, most = 0.0f;
        for (int64_t j = 0; j < of->k_count; j++) {
            sx_read_head(row, k, sx_cached(call, &call->k, pages, indptr, b, of->k_first + j) + g * call->k.head_stride,
                         size, plan->k_dim, widen);
            float squares = 0.0f;
            for (int64_t d = 0; d < plan->k_dim; d++)
                squares += row[d] * row[d];
            if (!(squares <= most_squares))
                most_squares = squares == squares ? squares : __builtin_inff();
            sx_read_head(row, v, sx_cached(call, &call->v, pages, indptr, b, of->k_first + j) + g * call->v.head_stride,
                         size, plan->v_dim, widen);
            for (int64_t d = 0; d < plan->v_dim; d++) {
                const float magnitude = row[d] < 0.0f ? -row[d] : row[d];
                if (!(magnitude <= most))
                    most = magnitude == magnitude ? magnitude : __builtin_inff();
            }
            if (j % SX_ATTENTION_KEYS == SX_ATTENTION_KEYS - 1 || j == of->k_count - 1) {
                to[j / SX_ATTENTION_KEYS * 2] = (float)(sx_root(most_squares) * 1.0001);
                to[j / SX_ATTENTION_KEYS * 2 + 1] = most;
            }
        }
    }
    return SX_OK;
}
