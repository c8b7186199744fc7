/* Which keys a query sees: at most two runs of keys, and what is asked of single ones. */
#ifndef SX_STRUCTURE_H
#define SX_STRUCTURE_H

#include <stdint.h>

#include "sextant.h"

typedef struct sx_seen {
    int64_t head; /* keys [0, head) */
    int64_t from; /* and [from, to) */
    int64_t to;
} sx_seen;

static inline int64_t sx_within(int64_t x, int64_t low, int64_t high) { return x < low ? low : x > high ? high : x; }

static inline int64_t sx_chunk_of(int64_t p, int64_t chunk)
{
    const int64_t q = p / chunk;
    return (q - (p % chunk < 0)) * chunk;
}

/* of position p in a sequence; keys of the query's own block may lie outside */
static inline sx_seen sx_seen_of(const sx_attention_plan *plan, const sx_sequence *of, int64_t p)
{
    int64_t head = plan->keep_first, from = plan->left < 0 ? 0 : p - plan->left;
    int64_t last = plan->causal ? p : of->k_count - 1;
    if (plan->causal && head > p + 1)
        head = p + 1;
    if (plan->prefix && of->prefix > head)
        head = of->prefix;
    if (plan->right >= 0 && last > p + plan->right)
        last = p + plan->right;
    if (plan->chunk > 0) {
        const int64_t first = sx_chunk_of(p, plan->chunk);
        if (from < first)
            from = first;
        if (last > first + plan->chunk - 1)
            last = first + plan->chunk - 1;
    }
    sx_seen span = {.head = sx_within(head, 0, of->k_count), .from = sx_within(from, 0, of->k_count)};
    span.to = sx_within(last + 1, span.from, of->k_count);
    return span;
}

/* Ids, mask and block list of a call: what single keys are asked for. Null: nothing of the kind. */
typedef struct sx_asked {
    const int32_t *query_documents, *key_documents, *query_blocks, *key_blocks; /* of the first token of the sequence */
    const uint8_t *mask;                                                        /* of key 0 */
    int64_t mask_stride;
} sx_asked;

static inline int sx_asks(const sx_attention_plan *plan)
{
    return plan->dilation > 1 || plan->documents || plan->blocks || plan->mask || plan->list != NULL;
}

/* the elementwise inputs of query row i and query head h of sequence b */
static inline sx_asked sx_asked_of(const sx_attention_plan *plan, const sx_attention_call *call, const sx_sequence *of,
                                   const uint8_t *mask, const int32_t *query_documents, const int32_t *key_documents,
                                   const int32_t *query_blocks, const int32_t *key_blocks, int64_t b, int64_t h,
                                   int64_t i)
{
    sx_asked a = {0};
    if (plan->documents) {
        a.query_documents =
            query_documents + call->query_documents.origin + b * call->query_documents.batch_stride + of->q_first + i;
        a.key_documents =
            key_documents + call->key_documents.origin + b * call->key_documents.batch_stride + of->k_first;
    }
    if (plan->blocks) {
        a.query_blocks =
            query_blocks + call->query_blocks.origin + b * call->query_blocks.batch_stride + of->q_first + i;
        a.key_blocks = key_blocks + call->key_blocks.origin + b * call->key_blocks.batch_stride + of->k_first;
    }
    if (plan->mask) {
        a.mask = mask + call->mask.origin + b * call->mask.batch_stride + h * call->mask.head_stride +
                 i * call->mask.query_stride;
        a.mask_stride = call->mask.key_stride;
    }
    return a;
}

/* whether query row i at position p sees key j */
static inline int sx_keeps(const sx_attention_plan *plan, sx_seen span, const sx_asked *a, int64_t i, int64_t p,
                           int64_t j)
{
    int kept =
        j < span.head || (j >= span.from && j < span.to && (plan->dilation <= 1 || (p - j) % plan->dilation == 0));
    if (!kept && plan->blocks)
        kept = *a->query_blocks >= 0 && *a->query_blocks == a->key_blocks[j];
    if (kept && plan->documents)
        kept = *a->query_documents == a->key_documents[j];
    if (kept && plan->mask)
        kept = a->mask[j * a->mask_stride] != 0;
    if (kept && plan->list != NULL) {
        const int64_t bit = i / plan->list_queries * plan->list_columns + j / plan->list_keys;
        kept = (int)(plan->list[bit / 64] >> bit % 64 & 1);
    }
    return kept;
}

#endif
