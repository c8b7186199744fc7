/* Where the tokens of an append go, however the caller says it. */
#ifndef SX_SLOTS_H
#define SX_SLOTS_H

#include <stdint.h>

#include "sextant.h"
#include "small.h"

typedef struct sx_slots {
    const sx_append_call *call;
    const void *list;
    const int32_t *pages, *indptr;
} sx_slots;

/* consecutive tokens that go to consecutive slots of a page, or nowhere */
typedef struct sx_run {
    int64_t tokens;
    int64_t page; /* negative: nowhere */
    int64_t slot;
} sx_run;

/* the run that begins with a token, at most so many tokens of it */
sx_run sx_run_at(const sx_slots *slots, int64_t batch, int64_t token, int64_t most);

#endif
