/*
 * Rotation of a group of pairs:  y0 = x0 * c - x1 * s,  y1 = x1 * c + x0 * s,  each product and each sum rounded once.
 * Two variants: products are rounded once more, to the element type; or y1 has a cosine and a sine of its own.
 *
 *   half-split   [x0 x0 x0 x0 x1 x1 x1 x1]   two loads, c and s in natural order
 *   interleaved  [x0 x1 x0 x1 x0 x1 x0 x1]   two loads; shuffles within 128-bit lanes part them, c and s shuffled alike
 *   bf16         a 32-bit lane is two elements: the low one by a shift, the high one by a mask.
 *                Interleaved, a lane is a pair. Half-split, a lane is two neighbouring pairs, c and s are split into
 *                even and odd ones.
 *   inout        read as interleaved and parted into natural order, written as half-split; bf16 lanes are pairs
 *   outin        read as half-split, woven into neighbours and written as interleaved; bf16 lanes are pairs
 *
 * A group is SX_LANES pairs, for half-split bf16 twice as many. Loading and the rest are two functions, so that two
 * groups that overlap can both be loaded before either is stored.
 */
#include "kernels/kernels.h"

#define MAX_VECTORS 2 /* vectors of cosines in a group */

enum { NATURAL_ORDER, SHUFFLED_ORDER, SPLIT_ORDER };

/* a group as it was loaded: floats, or lanes of two bf16 */
typedef struct loaded {
    vf f0, f1;
    vu u0, u1;
} loaded;

/* a constant of each kernel */
typedef struct variant {
    vf (*round)(vf); /* of products, to the element type; or null */
    int second;      /* the second elements have rows of their own so many vectors on; or 0 */
} variant;

/* n < a group names how many pairs there are */
typedef loaded load_fn(const void *in, int64_t half, int64_t n);
typedef void finish_fn(loaded x, void *out, int64_t half, const vf *c, const vf *s, int64_t n, variant how);

static SX_INLINE void rotate(vf x0, vf x1, const vf *c, const vf *s, variant how, vf *y0, vf *y1)
{
    if (how.round) {
        *y0 = vf_sub(how.round(vf_mul(x0, *c)), how.round(vf_mul(x1, *s)));
        *y1 = vf_add(how.round(vf_mul(x1, *c)), how.round(vf_mul(x0, *s)));
    } else {
        *y0 = vf_sub(vf_mul(x0, *c), vf_mul(x1, *s));
        *y1 = vf_add(vf_mul(x1, c[how.second]), vf_mul(x0, s[how.second]));
    }
}

/* loads and stores of up to a vector of elements; with n a constant the compiler keeps one of the two */
#define ELEMENTS(dtype, type, load, store)                                                                             \
    static SX_INLINE vf load_##dtype(const type *p, int64_t n) { return n >= SX_LANES ? load(p) : load##_n(p, n); }    \
    static SX_INLINE void store_##dtype(type *p, vf a, int64_t n)                                                      \
    {                                                                                                                  \
        if (n >= SX_LANES)                                                                                             \
            store(p, a);                                                                                               \
        else                                                                                                           \
            store##_n(p, a, n);                                                                                        \
    }
ELEMENTS(f32, float, vf_load, vf_store)
ELEMENTS(f16, uint16_t, vf_load_f16, vf_store_f16)

static SX_INLINE vu load_lanes(const uint16_t *p, int64_t halves)
{
    return halves >= 2 * SX_LANES ? vu_load(p) : vu_load_n(p, halves);
}
static SX_INLINE void store_lanes(uint16_t *p, vu a, int64_t halves)
{
    if (halves >= 2 * SX_LANES)
        vu_store(p, a);
    else
        vu_store_n(p, a, halves);
}

/* how many of n elements are in a second vector */
static SX_INLINE int64_t beyond(int64_t n) { return n > SX_LANES ? n - SX_LANES : 0; }

#define STEPS(dtype, type)                                                                                             \
    static SX_INLINE loaded load_half_##dtype(const void *in, int64_t half, int64_t n)                                 \
    {                                                                                                                  \
        loaded x;                                                                                                      \
        x.f0 = load_##dtype(in, n);                                                                                    \
        x.f1 = load_##dtype((const type *)in + half, n);                                                               \
        return x;                                                                                                      \
    }                                                                                                                  \
    static SX_INLINE void finish_half_##dtype(loaded x, void *out, int64_t half, const vf *c, const vf *s, int64_t n,  \
                                              variant how)                                                             \
    {                                                                                                                  \
        vf y0, y1;                                                                                                     \
        rotate(x.f0, x.f1, c, s, how, &y0, &y1);                                                                       \
        store_##dtype(out, y0, n);                                                                                     \
        store_##dtype((type *)out + half, y1, n);                                                                      \
    }                                                                                                                  \
    static SX_INLINE loaded load_interleaved_##dtype(const void *in, int64_t half, int64_t n)                          \
    {                                                                                                                  \
        (void)half;                                                                                                    \
        loaded x;                                                                                                      \
        x.f0 = load_##dtype(in, 2 * n);                                                                                \
        x.f1 = load_##dtype((const type *)in + SX_LANES, beyond(2 * n));                                               \
        return x;                                                                                                      \
    }                                                                                                                  \
    static SX_INLINE void finish_interleaved_##dtype(loaded x, void *out, int64_t half, const vf *c, const vf *s,      \
                                                     int64_t n, variant how)                                           \
    {                                                                                                                  \
        (void)half;                                                                                                    \
        vf y0, y1;                                                                                                     \
        rotate(vf_even(x.f0, x.f1), vf_odd(x.f0, x.f1), c, s, how, &y0, &y1);                                          \
        store_##dtype(out, vf_zip_low(y0, y1), 2 * n);                                                                 \
        store_##dtype((type *)out + SX_LANES, vf_zip_high(y0, y1), beyond(2 * n));                                     \
    }                                                                                                                  \
    static SX_INLINE loaded load_inout_##dtype(const void *in, int64_t half, int64_t n)                                \
    {                                                                                                                  \
        return load_interleaved_##dtype(in, half, n);                                                                  \
    }                                                                                                                  \
    static SX_INLINE void finish_inout_##dtype(loaded x, void *out, int64_t half, const vf *c, const vf *s, int64_t n, \
                                               variant how)                                                            \
    {                                                                                                                  \
        loaded parted;                                                                                                 \
        parted.f0 = vf_split_even(x.f0, x.f1);                                                                         \
        parted.f1 = vf_split_odd(x.f0, x.f1);                                                                          \
        finish_half_##dtype(parted, out, half, c, s, n, how);                                                          \
    }                                                                                                                  \
    static SX_INLINE loaded load_outin_##dtype(const void *in, int64_t half, int64_t n)                                \
    {                                                                                                                  \
        return load_half_##dtype(in, half, n);                                                                         \
    }                                                                                                                  \
    static SX_INLINE void finish_outin_##dtype(loaded x, void *out, int64_t half, const vf *c, const vf *s, int64_t n, \
                                               variant how)                                                            \
    {                                                                                                                  \
        (void)half;                                                                                                    \
        vf y0, y1;                                                                                                     \
        rotate(x.f0, x.f1, c, s, how, &y0, &y1);                                                                       \
        store_##dtype(out, vf_weave_low(y0, y1), 2 * n);                                                               \
        store_##dtype((type *)out + SX_LANES, vf_weave_high(y0, y1), beyond(2 * n));                                   \
    }
STEPS(f32, float)
STEPS(f16, uint16_t)

static SX_INLINE loaded load_half_bf16(const void *in, int64_t half, int64_t n)
{
    loaded x;
    x.u0 = load_lanes(in, n);
    x.u1 = load_lanes((const uint16_t *)in + half, n);
    return x;
}

static SX_INLINE void finish_half_bf16(loaded x, void *out, int64_t half, const vf *c, const vf *s, int64_t n,
                                       variant how)
{
    vf even0, even1, odd0, odd1;
    rotate(vf_low_bf16(x.u0), vf_low_bf16(x.u1), c, s, how, &even0, &even1);
    rotate(vf_high_bf16(x.u0), vf_high_bf16(x.u1), c + 1, s + 1, how, &odd0, &odd1);
    store_lanes(out, vu_pack_bf16(even0, odd0), n);
    store_lanes((uint16_t *)out + half, vu_pack_bf16(even1, odd1), n);
}

static SX_INLINE loaded load_interleaved_bf16(const void *in, int64_t half, int64_t n)
{
    (void)half;
    loaded x;
    x.u0 = load_lanes(in, 2 * n);
    return x;
}

static SX_INLINE void finish_interleaved_bf16(loaded x, void *out, int64_t half, const vf *c, const vf *s, int64_t n,
                                              variant how)
{
    (void)half;
    vf y0, y1;
    rotate(vf_low_bf16(x.u0), vf_high_bf16(x.u0), c, s, how, &y0, &y1);
    store_lanes(out, vu_pack_bf16(y0, y1), 2 * n);
}

static SX_INLINE loaded load_inout_bf16(const void *in, int64_t half, int64_t n)
{
    return load_interleaved_bf16(in, half, n);
}

static SX_INLINE void finish_inout_bf16(loaded x, void *out, int64_t half, const vf *c, const vf *s, int64_t n,
                                        variant how)
{
    vf y0, y1;
    rotate(vf_low_bf16(x.u0), vf_high_bf16(x.u0), c, s, how, &y0, &y1);
    vf_store_bf16_n(out, y0, n);
    vf_store_bf16_n((uint16_t *)out + half, y1, n);
}

static SX_INLINE loaded load_outin_bf16(const void *in, int64_t half, int64_t n)
{
    loaded x;
    x.f0 = vf_load_bf16_n(in, n);
    x.f1 = vf_load_bf16_n((const uint16_t *)in + half, n);
    return x;
}

static SX_INLINE void finish_outin_bf16(loaded x, void *out, int64_t half, const vf *c, const vf *s, int64_t n,
                                        variant how)
{
    (void)half;
    vf y0, y1;
    rotate(x.f0, x.f1, c, s, how, &y0, &y1);
    store_lanes(out, vu_pack_bf16(y0, y1), 2 * n);
}
