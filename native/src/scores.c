/* Scores for people who look at them, biases for engines that make their own, and results put together. */
#include "attention.h"

/* s with the plan's bias and dense: each product and each sum rounded once */
static float biased(const sx_attention_plan *plan, float s, int64_t h, int64_t distance, float slope)
{
    if (plan->bias == SX_BIAS_LINEAR)
        return s - slope * (float)(distance < 0 ? -distance : distance);
    if (plan->bias == SX_BIAS_TOEPLITZ)
        return s + plan->table[h * (plan->last - plan->first + 1) + sx_within(distance, plan->first, plan->last) -
                               plan->first];
    return s;
}

static void add_row(const sx_attention_plan *plan, const sx_attention_call *call, const sx_sequence *of,
                    const sx_asked *asked, float *s, const float *more, int64_t b, int64_t h, int64_t i)
{
    const int64_t p = i + of->offset;
    const sx_span span = sx_span_of(plan, of, p);
    const float slope = plan->bias == SX_BIAS_LINEAR ? sx_slopes_of(plan, b)[h] : 0.0f;
    if (more == NULL && !sx_asks(plan) && call->scores.key_stride == 1) {
        const sx_attention_kernel *kernel = plan->kernel;
        const float *table = plan->bias == SX_BIAS_TOEPLITZ ? plan->table + h * (plan->last - plan->first + 1) : NULL;
        kernel->bias(plan, s, slope, table, span, p, of->k_count);
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
    if (first < last && (scores == NULL || (plan->dense && dense == NULL) || (plan->mask && mask == NULL) ||
                         (plan->documents && (query_documents == NULL || key_documents == NULL)) ||
                         (plan->blocks && (query_blocks == NULL || key_blocks == NULL))))
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

static void read_row(float *to, const void *base, int64_t at, int64_t size, int64_t count, sx_convert_fn *widen)
{
    const sx_convert_job job = {.in = (const char *)base + at * size, .out = to, .count = count, .runs = 1};
    widen(&job);
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
        (q == NULL || k == NULL || scores == NULL || workspace == NULL || (plan->dense && dense == NULL) ||
         (plan->skew && skew == NULL) || (plan->mask && mask == NULL) ||
         (plan->documents && (query_documents == NULL || key_documents == NULL)) ||
         (plan->blocks && (query_blocks == NULL || key_blocks == NULL)) || (call->page_slots > 0 && pages == NULL)))
        return SX_E_NULL;
    const int64_t group = plan->query_heads / plan->kv_heads, kv_size = plan->kv_dtype == SX_F32 ? 4 : 2;
    sx_convert_fn *widen_q = sx_find_convert(plan->isa, SX_F32, plan->q_dtype),
                  *widen_k = sx_find_convert(plan->isa, SX_F32, plan->kv_dtype);
    float *query = workspace, *key = query + SX_ATTENTION_MOST_DIM;
    for (int64_t b = 0; b < call->sequences; b++) {
        const sx_sequence *of = &sequences[b];
        for (int64_t h = 0; h < plan->query_heads; h++)
            for (int64_t i = 0; i < of->q_count; i++) {
                const int64_t p = i + of->offset, t = of->q_first + i;
                const sx_span span = sx_span_of(plan, of, p);
                const sx_asked asked = sx_asked_of(plan, call, of, mask, query_documents, key_documents, query_blocks,
                                                   key_blocks, b, h, i);
                const float slope = plan->bias == SX_BIAS_LINEAR ? sx_slopes_of(plan, b)[h] : 0.0f;
                read_row(query, q,
                         call->q.origin + b * call->q.batch_stride + t * call->q.token_stride + h * call->q.head_stride,
                         plan->q_dtype == SX_F32 ? 4 : 2, plan->k_dim, widen_q);
                double scale = plan->scale, most = -SX_INFINITY, total = 0.0;
                if (row_scale != NULL)
                    scale *= row_scale[call->row_scale.origin + b * call->row_scale.batch_stride +
                                       t * call->row_scale.token_stride];
                int seen = 0;
                for (int64_t j = 0; j < of->k_count; j++) {
                    float *to = scores + sx_score_value(&call->scores, b, h, i, j);
                    const float more = plan->dense ? dense[sx_score_value(&call->dense, b, h, i, j)] : 0.0f;
                    if (call->point >= SX_SCORES_BIASED &&
                        (more == -__builtin_inff() || !sx_keeps(plan, span, &asked, i, p, j))) {
                        *to = -__builtin_inff();
                        continue;
                    }
                    read_row(key, k,
                             sx_cached(call, &call->k, pages, indptr, b, of->k_first + j) +
                                 h / group * call->k.head_stride,
                             kv_size, plan->k_dim, widen_k);
                    double s = 0.0;
                    for (int64_t d = 0; d < plan->k_dim; d++)
                        s += (double)query[d] * key[d];
                    s *= scale;
                    if (call->point >= SX_SCORES_CAPPED) {
                        if (plan->skew)
                            s += skew[sx_score_value(&call->skew, b, h, i, j)];
                        if (plan->softcap > 0.0f)
                            s = plan->softcap * sx_tanh(s / plan->softcap);
                    }
                    *to = (float)s;
                    if (call->point >= SX_SCORES_BIASED) {
                        const float with = biased(plan, (float)s, h, j - p, slope);
                        *to = plan->dense ? with + more : with;
                        most = *to > most ? *to : most;
                        seen = 1;
                    }
                }
                if (call->point != SX_SCORES_PROBABILITIES)
                    continue;
                if (seen && most == -SX_INFINITY)
                    most = 0.0; /* NaNs */
                if (plan->sinks != NULL && plan->sinks[h] > most)
                    most = plan->sinks[h];
                for (int64_t j = 0; j < of->k_count; j++) {
                    const float s = scores[sx_score_value(&call->scores, b, h, i, j)];
                    total += s == -__builtin_inff() ? 0.0 : sx_exp(s - most);
                }
                if (plan->sinks != NULL)
                    total += sx_exp(plan->sinks[h] - most);
                for (int64_t j = 0; j < of->k_count; j++) {
                    float *s = scores + sx_score_value(&call->scores, b, h, i, j);
                    *s = *s == -__builtin_inff() ? 0.0f : (float)(sx_exp(*s - most) / total);
                }
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
        read_row(with, part, d, m->size, count, m->widen);
        if (a != 0.0)
            read_row(sum, out, d, m->size, count, m->widen);
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
                      .size = call->dtype == SX_F32 ? 4 : 2};
    for (int64_t b = 0; b < call->batches; b++)
        for (int64_t h = 0; h < call->out.heads; h++)
            for (int64_t t = 0; t < call->tokens; t++) {
                const float more = part_lse[sx_row_value(&call->part_lse, b, h, t)];
                float *lse = out_lse + sx_row_value(&call->out_lse, b, h, t);
                if (more == -__builtin_inff())
                    continue;
                const double most = *lse > more ? *lse : more;
                const double first = sx_exp(*lse - most), second = sx_exp(more - most), both = first + second;
                merge_row(&m,
                          (const char *)part + (call->part.origin + b * call->part.batch_stride +
                                                t * call->part.token_stride + h * call->part.head_stride) *
                                                   m.size,
                          (char *)out + (call->out.origin + b * call->out.batch_stride + t * call->out.token_stride +
                                         h * call->out.head_stride) *
                                            m.size,
                          call->dim, first / both, second / both);
                *lse = (float)(most + sx_log(both));
            }
    return SX_OK;
}
