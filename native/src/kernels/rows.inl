/*
 * Tables of rows: the rows of one or two vectors of pairs are made one after the other, because frequencies and phases
 * then stay in registers and consecutive positions cost one addition (phase.inl has the rows themselves).
 */
#include "kernels/kernels.h"

static SX_INLINE void open_columns(column_set *k, const sx_rows_job *job, int recipe, int by_axis, int columns,
                                   int64_t j, int64_t n)
{
    if (recipe == SX_ROWS_FLOAT32) {
        for (int v = 0; v < columns; v++) {
            const int64_t skip = v * SX_LANES;
            k->inverse[v] = n >= SX_LANES ? vf_load(job->inverse + j + skip) : vf_load_n(job->inverse + j, n);
            if (by_axis)
                k->axis_single[v] = vu_widen_n(job->axis + j + skip, n - skip);
        }
        return;
    }
    for (int i = 0; i < columns * SX_HALVES; i++) {
        const int64_t skip = i * (SX_LANES / SX_HALVES);
        if (by_axis)
            k->axis[i] = vq_widen_n(job->axis + j + skip, n - skip);
        if (recipe == SX_ROWS_REAL) {
            k->frequency[i] =
                vd_from_bits(vq_load_n((const uint64_t *)(const void *)(job->frequency + j + skip), n - skip));
            continue;
        }
        k->step_hi[i] = vq_load_n(job->fraction_hi + j + skip, n - skip);
        if (recipe == SX_ROWS_EXACT)
            k->step_lo[i] = vq_load_n(job->fraction_lo + j + skip, n - skip);
    }
}

/* phases of row r, where it is not the one after the row before it */
static SX_INLINE void find_row(column_set *k, const sx_rows_job *job, int recipe, int by_axis, int columns, int64_t r)
{
    const int n = columns * SX_HALVES;
    vq position[MOST_HALVES];
    for (int i = 0; i < n; i++)
        position[i] = by_axis          ? vq_pick(job->of_axis[r].whole, k->axis[i])
                      : job->positions ? vq_set((uint64_t)job->positions[r])
                                       : vq_set((uint64_t)job->start);
    if (recipe == SX_ROWS_FAST)
        seek_fast(n, k, position);
    else
        seek(n, k, position);
}

static SX_INLINE void next_row(column_set *k, const sx_rows_job *job, int recipe, int by_axis, int columns, int64_t r,
                               vf *s, vf *c)
{
    if (recipe == SX_ROWS_FLOAT32) {
        float32_row(columns, k, job, by_axis, r, s, c);
    } else if (recipe == SX_ROWS_REAL) {
        real_row(columns, k, job, by_axis, r, s, c);
    } else {
        if (r == 0 || by_axis || job->positions)
            find_row(k, job, recipe, by_axis, columns, r);
        if (recipe == SX_ROWS_FAST)
            fast_row(columns, k, job, s, c);
        else
            exact_row(columns, k, job, s, c);
    }
}

enum { STORE_PART, STORE_WHOLE, STORE_STREAM };

static SX_INLINE void store(float *out, vf value, int64_t n, int how)
{
    if (how == STORE_STREAM)
        vf_stream(out, value);
    else if (how == STORE_WHOLE)
        vf_store(out, value);
    else
        vf_store_n(out, value, n);
}

/* all rows of pairs [j, j + n), which fill `columns` vectors, or with STORE_PART a part of one */
static SX_INLINE void some_columns(const sx_rows_job *job, int recipe, int by_axis, int64_t j, int64_t n, int columns,
                                   int how)
{
    column_set k;
    k.plain = job->cos_factor == 1.0f && job->sin_factor == 1.0f;
    open_columns(&k, job, recipe, by_axis, columns, j, n);
    float *cos = job->cos + j, *sin = job->sin + j;
    for (int64_t r = 0; r < job->rows; r++, cos += job->stride, sin += job->stride) {
        vf s[MOST_COLUMNS], c[MOST_COLUMNS];
        next_row(&k, job, recipe, by_axis, columns, r, s, c);
        for (int v = 0; v < columns; v++)
            store(cos + v * SX_LANES, c[v], n, how);
        for (int v = 0; v < columns; v++)
            store(sin + v * SX_LANES, s[v], n, how);
    }
}

static SX_INLINE void rows(const sx_rows_job *job, int recipe)
{
    const int64_t both = MOST_COLUMNS * SX_LANES;
    int64_t j = 0;
    if (job->stream)
        for (; j + both <= job->pairs; j += both)
            some_columns(job, recipe, 0, j, both, MOST_COLUMNS, STORE_STREAM);
    for (; j + both <= job->pairs; j += both)
        some_columns(job, recipe, 0, j, both, MOST_COLUMNS, STORE_WHOLE);
    if (j + SX_LANES <= job->pairs) {
        some_columns(job, recipe, 0, j, SX_LANES, 1, STORE_WHOLE);
        j += SX_LANES;
    }
    if (j < job->pairs)
        some_columns(job, recipe, 0, j, job->pairs - j, 1, STORE_PART);
    if (job->stream)
        sx_stream_fence(); /* another thread may read the table as soon as it has the plan */
}

/* one vector at a time: a row of its own phases for each token leaves little to share */
static SX_INLINE void rows_by_axis(const sx_rows_job *job, int recipe)
{
    int64_t j = 0;
    for (; j + SX_LANES <= job->pairs; j += SX_LANES)
        some_columns(job, recipe, 1, j, SX_LANES, 1, STORE_WHOLE);
    if (j < job->pairs)
        some_columns(job, recipe, 1, j, job->pairs - j, 1, STORE_PART);
}

static SX_INLINE vd frequencies(const sx_rows_job *job, int axis, int64_t j)
{
    const double *from = job->frequency + axis * job->mixed_stride + j;
    return vd_from_bits(vq_load_n((const uint64_t *)(const void *)from, job->pairs - j));
}

/* all axes drive every pair: the angle is a sum */
static __attribute__((noinline)) void rows_mixed(const sx_rows_job *job)
{
    for (int64_t j = 0; j < job->pairs; j += SX_LANES)
        for (int64_t r = 0; r < job->rows; r++) {
            vd angle[SX_HALVES];
            for (int h = 0; h < SX_HALVES; h++) {
                const int64_t at = j + h * (SX_LANES / SX_HALVES);
                angle[h] = vd_mul(vd_set(job->of_axis[r].real[0]), frequencies(job, 0, at));
                for (int a = 1; a < job->mixed; a++)
                    angle[h] = vd_fma(vd_set(job->of_axis[r].real[a]), frequencies(job, a, at), angle[h]);
            }
            vf s, c;
            reduced_row(1, angle, job, &s, &c);
            vf_store_n(job->cos + r * job->stride + j, c, job->pairs - j);
            vf_store_n(job->sin + r * job->stride + j, s, job->pairs - j);
        }
}

#define SX_ROWS(recipe, RECIPE)                                                                                        \
    static __attribute__((noinline)) void by_axis_##recipe(const sx_rows_job *job) { rows_by_axis(job, RECIPE); }      \
    void SX_NAME(sx_rows_f32_##recipe)(const sx_rows_job *job)                                                         \
    {                                                                                                                  \
        if (RECIPE == SX_ROWS_REAL && job->mixed)                                                                      \
            rows_mixed(job);                                                                                           \
        else if (job->axis)                                                                                            \
            by_axis_##recipe(job);                                                                                     \
        else                                                                                                           \
            rows(job, RECIPE);                                                                                         \
    }
#include "kernels/kernels.inc"
