/*
 * The plainest loops that move or compute as much as a kernel does, unrolled until memory or the multipliers are all
 * that limits them. Reports divide by them.
 */
#include "kernels/kernels.h"

#define CHAINS 12 /* independent sums: more than latency times multipliers, fewer than registers */
#define STREAMS 8

static SX_INLINE void ceiling_copy(float *dst, const float *src, int64_t count, int stream)
{
#pragma GCC unroll 8
    for (int64_t i = 0; i < count; i += SX_LANES) {
        if (stream)
            vf_stream(dst + i, vf_load(src + i));
        else
            vf_store(dst + i, vf_load(src + i));
    }
}

static SX_INLINE void ceiling_write(float *dst, int64_t count, int stream)
{
#pragma GCC unroll 8
    for (int64_t i = 0; i < count; i += SX_LANES) {
        if (stream)
            vf_stream(dst + i, vf_set(1.0f));
        else
            vf_store(dst + i, vf_set(1.0f));
    }
}

static SX_INLINE void ceiling_in_place(float *dst, int64_t count)
{
#pragma GCC unroll 8
    for (int64_t i = 0; i < count; i += SX_LANES)
        vf_store(dst + i, vf_mul(vf_load(dst + i), vf_set(1.0000001f)));
}

/* `streams` runs of the source side by side, in STREAMS sums */
static SX_INLINE void ceiling_read(float *dst, const float *src, int64_t count, int streams)
{
    vf sum[STREAMS];
    for (int v = 0; v < STREAMS; v++)
        sum[v] = vf_set(0.0f);
    const int64_t run = streams == 1 ? SX_LANES : count / STREAMS; /* from one sum to the next */
    const int64_t turn = streams == 1 ? STREAMS * SX_LANES : SX_LANES;
    const int64_t end = streams == 1 ? count : run;
    for (int64_t i = 0; i < end; i += turn)
        for (int v = 0; v < STREAMS; v++)
            sum[v] = vf_add(sum[v], vf_load(src + i + v * run));
    for (int v = 1; v < STREAMS; v++)
        sum[0] = vf_add(sum[0], sum[v]);
    vf_store(dst, sum[0]);
}

static SX_INLINE void ceiling_fma(float *dst, int64_t count)
{
    vf sum[CHAINS];
    for (int v = 0; v < CHAINS; v++)
        sum[v] = vf_set(1.0f + (float)v);
    int64_t left = count / SX_LANES;
    for (; left >= CHAINS; left -= CHAINS)
        for (int v = 0; v < CHAINS; v++)
            sum[v] = vf_fma(sum[v], vf_set(0.999f), vf_set(0.001f));
    for (; left > 0; left--)
        sum[0] = vf_fma(sum[0], vf_set(0.999f), vf_set(0.001f));
    for (int v = 1; v < CHAINS; v++)
        sum[0] = vf_add(sum[0], sum[v]);
    vf_store(dst, sum[0]);
}

void SX_NAME(sx_ceiling)(int32_t kind, void *dst, const void *src, int64_t bytes)
{
    const int64_t floats = bytes / 4;
    switch (kind) {
    case SX_CEILING_COPY: ceiling_copy(dst, src, floats, 0); break;
    case SX_CEILING_COPY_NT: ceiling_copy(dst, src, floats, 1); break;
    case SX_CEILING_IN_PLACE: ceiling_in_place(dst, floats); break;
    case SX_CEILING_READ: ceiling_read(dst, src, floats, 1); break;
    case SX_CEILING_READ_8: ceiling_read(dst, src, floats, STREAMS); break;
    case SX_CEILING_WRITE: ceiling_write(dst, floats, 0); break;
    case SX_CEILING_WRITE_NT: ceiling_write(dst, floats, 1); break;
    case SX_CEILING_FMA: ceiling_fma(dst, bytes); break;
    default: break;
    }
    if (kind == SX_CEILING_COPY_NT || kind == SX_CEILING_WRITE_NT)
        sx_stream_fence();
}
