/* Scores for people who look at them, biases for engines that make their own, and results put together. */
#include "attention.h"

/* s with the plan's bias and dense: each product and each sum rounded once */
static float biased(const sx_attention_plan *plan, float s, int64_t h, int64_t distance, float slope)
{
    if (plan->bias == SX_BIAS_LINEAR)
        return s - slope * (float)(distance < 0 ? -distance : distance);
    if (plan->bias == SX_BIAS_TOEPLITZ)
        return s + sx_table_of(plan, h)[sx_within(distance, plan->first, plan->last) - plan->first];
    return s;
}

static void add_row(const sx_attention_plan *plan, const sx_attention_call *call, const sx_sequence *of,
                    const sx_asked *asked, float *s, const float *more, int64_t b, int64_t h, int64_t i)
{
    const int64_t p = i + of->offset;
    const sx_seen span = sx_seen_of(plan, of, p);
    const float slope = sx_slope_of(plan, b, h);
    if (more == NULL && !sx_asks(plan) && call->scores.key_stride == 1) {
        const sx_attention_kernel *kernel = plan->kernel;
        kernel->bias(plan, s, slope, sx_table_of(plan, h), span, p, of->k_count);
        return;
    }
    for (int64_t j = 0; j < of->k_count; j++, s += call->scores.key_stride) {
        const float dense = more != NULL ? more[j * call->dense.key_stride] : 0.0f;
        if (dense == -__builtin_inff() || !sx_keeps(plan, span, asked, i, p, j)) {
            *s = -__builtin_inff();
            continue;
        }
        const float with = biased(plan, *s, h, j - p, slope);
        *s = more != NULL ? with + dense : with;
    }
}

int32_t sx_bias_add(const sx_attention_plan *plan, const sx_attention_call *call, const sx_sequence *sequences,
                    float *scores, const float *dense, const uint8_t *mask, const int32_t *query_documents,
                    const int32_t *key_documents, const int32_t *query_blocks, const int32_t *key_blocks, int64_t first,
                    int64_t last)
{
    sx_attention_sizes sizes;
    const int32_t status = sx_attention_sizes_of(plan, call, sequences, &sizes);
    if (status != SX_OK)
        return status;
    if (first < 0 || last < first)
        return SX_E_ARGUMENT;
    if (first < last &&
        (scores == NULL || sx_lacks(plan, dense, mask, query_documents, key_documents, query_blocks, key_blocks)))
        return SX_E_NULL;
    for (int64_t b = 0, before = 0; b < call->sequences && before < last; b++) {
        const sx_sequence *of = &sequences[b];
        const int64_t rows = plan->query_heads * of->q_count;
        for (int64_t n = first > before ? first - before : 0; n < rows && n < last - before; n++) {
            const int64_t h = n / of->q_count, i = n % of->q_count;
            const sx_asked asked =
                sx_asked_of(plan, call, of, mask, query_documents, key_documents, query_blocks, key_blocks, b, h, i);
            add_row(plan, call, of, &asked, scores + sx_score_value(&call->scores, b, h, i, 0),
                    plan->dense ? dense + sx_score_value(&call->dense, b, h, i, 0) : NULL, b, h, i);
        }
        before += rows;
    }
    return SX_OK;
}

/* what the scores of one row are made of */
typedef struct score_row {
    const sx_attention_plan *plan;
    const sx_attention_call *call;
    const sx_sequence *of;
    int64_t b, h, i;
    const float *query;
    float *key; /* room for one */
    const void *k;
    const float *dense, *skew;
    const int32_t *pages, *indptr;
    sx_convert_fn *widen;
    double scale;
    float *scores; /* of key 0 */
} score_row;

/* up to the softcap */
static double capped(const score_row *r, int64_t j)
{
    const sx_attention_plan *plan = r->plan;
    const sx_attention_call *call = r->call;
    const int64_t group = plan->query_heads / plan->kv_heads;
    sx_read_head(r->key, r->k,
                 sx_cached(call, &call->k, r->pages, r->indptr, r->b, r->of->k_first + j) +
                     r->h / group * call->k.head_stride,
                 sx_bytes_of(plan->kv_dtype), plan->k_dim, r->widen);
    double s = 0.0;
    for (int64_t d = 0; d < plan->k_dim; d++)
        s += (double)r->query[d] * r->key[d];
    s *= r->scale;
    if (call->point >= SX_SCORES_CAPPED) {
        if (plan->skew)
            s += r->skew[sx_score_value(&call->skew, r->b, r->h, r->i, j)];
        if (plan->softcap > 0.0f)
            s = plan->softcap * sx_tanh(s / plan->softcap);
    }
    return s;
}

/* scores of a row; from SX_SCORES_BIASED on, hidden keys get minus infinity and are not read */
static void score_keys(const score_row *r, const sx_asked *asked)
{
    const sx_attention_plan *plan = r->plan;
    const int64_t p = r->i + r->of->offset;
    const sx_seen span = sx_seen_of(plan, r->of, p);
    const float slope = sx_slope_of(plan, r->b, r->h);
    for (int64_t j = 0; j < r->of->k_count; j++) {
        float *to = r->scores + j * r->call->scores.key_stride;
        if (r->call->point < SX_SCORES_BIASED) {
            *to = (float)capped(r, j);
            continue;
        }
        const float more = plan->dense ? r->dense[sx_score_value(&r->call->dense, r->b, r->h, r->i, j)] : 0.0f;
        if (more == -__builtin_inff() || !sx_keeps(plan, span, asked, r->i, p, j)) {
            *to = -__builtin_inff();
            continue;
        }
        const float with = biased(plan, (float)capped(r, j), r->h, j - p, slope);
        *to = plan->dense ? with + more : with;
    }
}

/* biased scores of a row to probabilities */
static void weigh_keys(const score_row *r)
{
    const sx_attention_plan *plan = r->plan;
    const int64_t stride = r->call->scores.key_stride, keys = r->of->k_count;
    double most = -SX_INFINITY, total = 0.0;
    int seen = 0;
    for (int64_t j = 0; j < keys; j++) {
        const float s = r->scores[j * stride];
        most = s > most ? s : most;
        seen |= s != -__builtin_inff();
    }
    if (seen && most == -SX_INFINITY)
        most = 0.0; /* NaNs */
    if (plan->sinks != NULL && plan->sinks[r->h] > most)
        most = plan->sinks[r->h];
    for (int64_t j = 0; j < keys; j++)
        total += r->scores[j * stride] == -__builtin_inff() ? 0.0 : sx_exp(r->scores[j * stride] - most);
    if (plan->sinks != NULL)
        total += sx_exp(plan->sinks[r->h] - most);
    for (int64_t j = 0; j < keys; j++) {
        float *s = r->scores + j * stride;
        *s = *s == -__builtin_inff() ? 0.0f : (float)(sx_exp(*s - most) / total);
    }
}

int32_t sx_attention_scores(const sx_attention_plan *plan, const sx_attention_call *call, const sx_sequence *sequences,
                            const void *q, const void *k, float *scores, const float *dense, const float *skew,
                            const uint8_t *mask, const float *row_scale, const int32_t *query_documents,
                            const int32_t *key_documents, const int32_t *query_blocks, const int32_t *key_blocks,
                            const int32_t *pages, const int32_t *indptr, void *workspace)
{
    sx_attention_sizes sizes;
    const int32_t status = sx_attention_sizes_of(plan, call, sequences, &sizes);
    if (status != SX_OK)
        return status;
    if (call->point < SX_SCORES_SCALED || call->point > SX_SCORES_PROBABILITIES)
        return SX_E_ARGUMENT;
    if (sizes.units > 0 &&
        (q == NULL || k == NULL || scores == NULL || workspace == NULL || (plan->skew && skew == NULL) ||
         sx_lacks(plan, dense, mask, query_documents, key_documents, query_blocks, key_blocks) ||
         (call->page_slots > 0 && pages == NULL)))
        return SX_E_NULL;
    sx_convert_fn *widen = sx_find_convert(plan->isa, SX_F32, plan->q_dtype);
    float *query = workspace;
    score_row r = {.plan = plan,
                   .call = call,
                   .query = query,
                   .key = query + SX_ATTENTION_MOST_DIM,
                   .k = k,
                   .dense = dense,
                   .skew = skew,
                   .pages = pages,
                   .indptr = indptr,
                   .widen = sx_find_convert(plan->isa, SX_F32, plan->kv_dtype)};
    for (r.b = 0; r.b < call->sequences; r.b++) {
        r.of = &sequences[r.b];
        for (int64_t n = 0; n < plan->query_heads * r.of->q_count; n++) {
            r.h = n / r.of->q_count, r.i = n % r.of->q_count;
            const int64_t t = r.of->q_first + r.i;
            const sx_asked asked = sx_asked_of(plan, call, r.of, mask, query_documents, key_documents, query_blocks,
                                               key_blocks, r.b, r.h, r.i);
            sx_read_head(query, q, sx_head_at(&call->q, r.b, r.h, t), sx_bytes_of(plan->q_dtype), plan->k_dim, widen);
            r.scale = (double)plan->scale * sx_row_scale(call, row_scale, r.b, t);
            r.scores = scores + sx_score_value(&call->scores, r.b, r.h, r.i, 0);
            score_keys(&r, &asked);
            if (call->point == SX_SCORES_PROBABILITIES)
                weigh_keys(&r);
        }
    }
    return SX_OK;
}

#define PIECE 256 /* elements that are merged at a time */

typedef struct merger {
    sx_convert_fn *widen, *narrow;
    int64_t size;
} merger;

/* out = a * out + b * part */
static void merge_row(const merger *m, const char *part, char *out, int64_t dim, double a, double b)
{
    float with[PIECE], sum[PIECE];
    for (int64_t d = 0; d < dim; d += PIECE) {
        const int64_t count = dim - d < PIECE ? dim - d : PIECE;
        sx_read_head(with, part, d, m->size, count, m->widen);
        if (a != 0.0)
            sx_read_head(sum, out, d, m->size, count, m->widen);
        for (int64_t i = 0; i < count; i++)
            sum[i] = (float)(a != 0.0 ? a * sum[i] + b * with[i] : with[i]);
        const sx_convert_job job = {.in = sum, .out = out + d * m->size, .count = count, .runs = 1};
        m->narrow(&job);
    }
}

int32_t sx_attention_merge(const sx_merge_call *call, const void *part, const float *part_lse, void *out,
                           float *out_lse)
{
    if (call == NULL || part == NULL || part_lse == NULL || out == NULL || out_lse == NULL)
        return SX_E_NULL;
    if (call->size != sizeof(sx_merge_call))
        return SX_E_SIZE;
    if (call->dtype < SX_F32 || call->dtype > SX_BF16 || call->dim < 1 || call->dim > SX_ATTENTION_MOST_DIM ||
        call->batches < 0 || call->tokens < 0 || call->out.heads < 0)
        return SX_E_ARGUMENT;
    const int32_t isa = sx_isa_best();
    if (isa == SX_ISA_NONE)
        return SX_E_ISA;
    const merger m = {.widen = sx_find_convert(isa, SX_F32, call->dtype),
                      .narrow = sx_find_convert(isa, call->dtype, SX_F32),
                      .size = sx_bytes_of(call->dtype)};
    for (int64_t b = 0; b < call->batches; b++)
        for (int64_t h = 0; h < call->out.heads; h++)
            for (int64_t t = 0; t < call->tokens; t++) {
                const float more = part_lse[sx_row_value(&call->part_lse, b, h, t)];
                float *lse = out_lse + sx_row_value(&call->out_lse, b, h, t);
                if (more == -__builtin_inff())
                    continue;
                const double most = *lse > more ? *lse : more;
                const double first = sx_exp(*lse - most), second = sx_exp(more - most), both = first + second;
                merge_row(&m, (const char *)part + sx_head_at(&call->part, b, h, t) * m.size,
                          (char *)out + sx_head_at(&call->out, b, h, t) * m.size, call->dim, first / both,
                          second / both);
                *lse = (float)(most + sx_log(both));
            }
    return SX_OK;
}
