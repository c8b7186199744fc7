/* What every test program uses: seeded cases, failures that say how to run them again, memory between guard pages. */
#ifndef SX_CHECK_H
#define SX_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static const char *check_program;
static uint64_t check_seed; /* of the case that is running */
static int64_t check_cases;

/* program [seed [cases]]; without a seed the clock gives one */
static inline void check_begin(int argc, char **argv, int64_t cases)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    check_program = argv[0];
    check_seed =
        argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)now.tv_sec * 1000003u + (uint64_t)now.tv_nsec / 1000u;
    check_cases = argc > 2 ? strtoll(argv[2], NULL, 0) : cases;
    setvbuf(stdout, NULL, _IOLBF, 0);
}

#define CHECK(condition, ...)                                                                                          \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            printf("%s:%d: ", __FILE__, __LINE__);                                                                     \
            printf(__VA_ARGS__);                                                                                       \
            printf("\nrerun: %s %llu 1\n", check_program, (unsigned long long)check_seed);                             \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

typedef struct dice {
    uint64_t state;
} dice;

static inline uint64_t roll(dice *d) /* splitmix64 */
{
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline int64_t between(dice *d, int64_t first, int64_t last)
{
    return first + (int64_t)(roll(d) % (uint64_t)(last - first + 1));
}

/* a frequency as a 0.128 fraction of a turn; some are so close to a quarter turn that the low word decides */
static inline void random_fraction(dice *d, uint64_t *hi, uint64_t *lo)
{
    const uint64_t any = roll(d);
    *hi = any >> roll(d) % 40;
    *lo = roll(d) % 8 ? roll(d) : 0;
    if (roll(d) % 4 == 0)
        *hi = (any << 62) + roll(d) % 4 - 2;
}

/* `bytes` of memory that touch an unreadable page in front or behind */
typedef struct guarded {
    char *data;
    char *map;
    size_t mapped;
    size_t bytes;
} guarded;

static inline guarded guarded_make(size_t bytes, int behind)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t inner = (bytes + page - 1) / page * page + (bytes == 0 ? page : 0);
    guarded g;
    g.mapped = inner + 2 * page;
    g.bytes = bytes;
    g.map = mmap(NULL, g.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g.map == MAP_FAILED || mprotect(g.map, page, PROT_NONE) != 0 ||
        mprotect(g.map + page + inner, page, PROT_NONE) != 0) {
        perror("guard pages");
        exit(2);
    }
    g.data = behind ? g.map + page + inner - bytes : g.map + page;
    return g;
}

static inline void guarded_free(guarded *g) { munmap(g->map, g->mapped); }

static inline void guarded_protect(guarded *g, int readable) /* inputs must not be written */
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    mprotect(g->map + page, g->mapped - 2 * page, readable);
}

#endif
