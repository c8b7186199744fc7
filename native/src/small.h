/* What every file of loops and checks says. */
#ifndef SX_SMALL_H
#define SX_SMALL_H

#include <stdint.h>

#include "sextant.h"

static inline int64_t sx_least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int sx_in_range(int32_t value, int32_t first, int32_t last) { return value >= first && value <= last; }

/* bytes of an element */
static inline int64_t sx_bytes_of(int32_t type) { return type == SX_F32 ? 4 : type == SX_I8 ? 1 : 2; }

#endif
