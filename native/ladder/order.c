/*
 * What the order of memory costs by itself: order [rounds].
 *
 * A rotation of [head][token] tensors goes through them in runs: some tokens of head 0, the same tokens of head 1, and
 * so on, because the rows of those tokens are what the stack holds. Here is the plainest work, x *= 1.0000001, on 40
 * heads in that order, for runs of several lengths, with and without asking for memory some runs ahead; each as a
 * fraction of the same work from front to back. It is the ceiling of W1 in [H,T,D], and well below that of [T,H,D].
 */
#define _DEFAULT_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sextant.h"

enum { HEADS = 40, HEAD_BYTES = 1 << 19, AHEAD = 6144, WAYS = 5 };

static const int64_t RUNS[WAYS] = {1536, 3072, 6144, 12288, 24576};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int32_t best_isa;

static void scale(char *at, const char *asked, int64_t bytes)
{
    for (int64_t line = 0; line < bytes && asked != NULL; line += 64)
        __builtin_prefetch(asked + line);
    sx_ceiling(SX_CEILING_IN_PLACE, best_isa, at, NULL, bytes);
}

static double in_runs(char *tensor, int64_t run, int ask)
{
    const double begin = now();
    const int64_t later = 1 + AHEAD / (run + 1);
    for (int64_t first = 0; first < HEAD_BYTES; first += run) {
        const int64_t bytes = HEAD_BYTES - first < run ? HEAD_BYTES - first : run;
        for (int64_t h = 0; h < HEADS; h++) {
            const int64_t next = h + later;
            const char *asked = tensor + next % HEADS * HEAD_BYTES + first + next / HEADS * run;
            scale(tensor + h * HEAD_BYTES + first, ask ? asked : NULL, bytes);
        }
    }
    return now() - begin;
}

static double in_one(char *tensor)
{
    const double begin = now();
    scale(tensor, NULL, (int64_t)HEADS * HEAD_BYTES);
    return now() - begin;
}

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? atoi(argv[1]) : 15;
    const int64_t tensor = (int64_t)HEADS * HEAD_BYTES, tensors = 11;
    char *arena = aligned_alloc(4096, (size_t)(tensor * tensors));
    for (int64_t i = 0; i < tensor * tensors / 4; i++)
        ((float *)(void *)arena)[i] = 1.0f;
    best_isa = sx_isa_best();
    double best = 1e18, least[WAYS][2];
    for (int i = 0; i < WAYS; i++)
        least[i][0] = least[i][1] = 1e18;
    int64_t turn = 0;
    for (int round = 0; round < rounds; round++) {
        double t = in_one(arena + turn++ % tensors * tensor);
        best = t < best ? t : best;
        for (int i = 0; i < WAYS; i++)
            for (int ask = 0; ask < 2; ask++) {
                t = in_runs(arena + turn++ % tensors * tensor, RUNS[i], ask);
                least[i][ask] = t < least[i][ask] ? t : least[i][ask];
            }
    }
    for (int i = 0; i < WAYS; i++)
        printf("runs of %5lld bytes: %.2f of front to back, %.2f with memory asked for %d bytes ahead\n",
               (long long)RUNS[i], best / least[i][0], best / least[i][1], AHEAD);
    free(arena);
    return 0;
}
