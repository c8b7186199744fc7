/*
 * Slots of tokens, in runs. The caller has checked every list; one that changed since then leads to a slot that was not
 * meant or to none, never outside the cache.
 */
#include "slots.h"

static int64_t listed(const sx_slots *slots, int64_t batch, int64_t token)
{
    const sx_append_call *c = slots->call;
    const int64_t at = c->slots_origin + batch * c->slots_batch_stride + token * c->slots_token_stride;
    return c->slots_bytes == 8 ? ((const int64_t *)slots->list)[at] : ((const int32_t *)slots->list)[at];
}

static sx_run run_of_mapping(const sx_slots *slots, int64_t batch, int64_t token, int64_t most)
{
    const int64_t page_slots = slots->call->page_slots, all = slots->call->pages * page_slots;
    const int64_t slot = listed(slots, batch, token);
    sx_run run = {1, -1, 0};
    if (slot < 0 || slot >= all)
        return run;
    run.page = slot / page_slots;
    run.slot = slot % page_slots;
    const int64_t room = sx_least(most, page_slots - run.slot);
    while (run.tokens < room && listed(slots, batch, token + run.tokens) == slot + run.tokens)
        run.tokens++;
    return run;
}

/* the nth page of a batch entry, negative when there is none */
static int64_t page_of(const sx_slots *slots, int64_t batch, int64_t nth)
{
    const sx_append_call *c = slots->call;
    if (c->slots_kind == SX_SLOTS_TABLE)
        return nth < c->pages_count ? slots->pages[c->pages_origin + batch * c->pages_batch_stride + nth] : -1;
    const int64_t first = slots->indptr[c->indptr_origin + batch], end = slots->indptr[c->indptr_origin + batch + 1];
    return first >= 0 && nth < sx_least(end, c->pages_count) - first ? slots->pages[c->pages_origin + first + nth] : -1;
}

static sx_run run_of_sequence(const sx_slots *slots, int64_t batch, int64_t token, int64_t most)
{
    const sx_append_call *c = slots->call;
    const int64_t index = c->slots_start + (c->slots_bytes != 0 ? listed(slots, batch, 0) : 0) + token;
    sx_run run = {1, batch, index};
    if (index >= 0 && c->slots_kind != SX_SLOTS_DIRECT) {
        run.page = page_of(slots, batch, index / c->page_slots);
        run.slot = index % c->page_slots;
    }
    if (index < 0 || run.slot >= c->page_slots || run.page >= c->pages)
        run.page = -1;
    if (run.page >= 0)
        run.tokens = sx_least(most, c->page_slots - run.slot);
    return run;
}

sx_run sx_run_at(const sx_slots *slots, int64_t batch, int64_t token, int64_t most)
{
    return slots->call->slots_kind == SX_SLOTS_MAPPING ? run_of_mapping(slots, batch, token, most)
                                                       : run_of_sequence(slots, batch, token, most);
}
