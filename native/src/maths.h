/* A few functions of one number in double, because the library has no libm: errors of a few units of 1e-16. */
#ifndef SX_MATHS_H
#define SX_MATHS_H

#include <stdint.h>

#define SX_INFINITY __builtin_inf()

typedef union sx_double_bits {
    double value;
    uint64_t bits;
} sx_double_bits;

static inline double sx_exp(double x)
{
    if (x != x)
        return x;
    if (x > 709.0)
        return SX_INFINITY;
    if (x < -708.0)
        return 0.0;
    const double t = x * 1.4426950408889634;
    const int64_t n = (int64_t)(t < 0 ? t - 0.5 : t + 0.5);
    const double r = x - (double)n * 6.93147180369123816490e-01 - (double)n * 1.90821492927058770002e-10;
    double sum = 1.0;
    for (int k = 14; k > 0; k--)
        sum = 1.0 + sum * r / k;
    const sx_double_bits power = {.bits = (uint64_t)(n + 1023) << 52};
    return sum * power.value;
}

/* square root of a number that is not negative, rounded up or a little more */
static inline double sx_root(double x)
{
    if (!(x > 0.0) || x == SX_INFINITY)
        return x;
    sx_double_bits guess = {.value = x};
    guess.bits = (guess.bits >> 1) + 0x1ff8000000000000u;
    double root = guess.value;
    for (int i = 0; i < 5; i++)
        root = 0.5 * (root + x / root);
    return root * (1.0 + 1e-12);
}

/* of a number above 0 that is not subnormal; infinity and NaN stay */
static inline double sx_log(double x)
{
    if (!(x < SX_INFINITY))
        return x;
    sx_double_bits m = {.value = x};
    int64_t e = (int64_t)(m.bits >> 52) - 1023;
    m.bits = (m.bits & 0x000fffffffffffffu) | 0x3ff0000000000000u;
    if (m.value > 1.4142135623730951)
        m.value *= 0.5, e++;
    const double s = (m.value - 1.0) / (m.value + 1.0), z = s * s;
    double sum = 0.0;
    for (int k = 23; k > 0; k -= 2)
        sum = sum * z + 1.0 / k;
    return (double)e * 0.6931471805599453 + 2.0 * s * sum;
}

static inline double sx_tanh(double x)
{
    const double magnitude = x < 0 ? -x : x;
    if (magnitude < 1e-4)
        return x - x * x * x / 3;
    const double e = sx_exp(2 * magnitude), t = magnitude > 20 ? 1.0 : (e - 1.0) / (e + 1.0);
    return x < 0 ? -t : x > 0 ? t : x;
}

#endif
