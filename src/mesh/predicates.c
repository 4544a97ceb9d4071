/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * predicates.c - signs of determinants that a filter left open
 *
 * Finite doubles are integers on a dyadic grid. When the differences are exact
 * in double and span at most 41 bits, as with nearly all coordinates that are
 * floats, three factors fit a 128-bit integer (3 * 41 bits, six terms). Others
 * are multiplied out as integers of as many words as they need; up to 2099
 * bits a factor, when 1e308 meets 1e-308.
 */
#include "mesh/predicates.h"

#include "base/bytes.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

/* ---- 128 bits ---- */

/* Two of these differ by less than 2^41, so three factors stay below 2^126. */
#define NARROW_BITS 41

static int
sign_of(wide x)
{
    return (x > 0) - (x < 0);
}

/* The exponent of the lowest bit set in x, which is finite and not 0. */
static int
lowest_bit(double x)
{
    const uint64_t bits = pp_double_to_bits(x);
    const int exponent = (int)(bits >> 52 & 0x7ff);
    const uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);

    if (exponent == 0)
        return __builtin_ctzll(fraction) - 1074;
    return __builtin_ctzll(fraction | (uint64_t)1 << 52) + exponent - 1075;
}

/* The exponent of the highest bit set. */
static int
highest_bit(double x)
{
    const uint64_t bits = pp_double_to_bits(x);
    const int exponent = (int)(bits >> 52 & 0x7ff);
    const uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);

    if (exponent == 0)
        return 63 - __builtin_clzll(fraction) - 1074;
    return exponent - 1023;
}

/* The lowest and the highest bit of n numbers; false when all are 0. */
static bool
bit_range(const double *x, int n, int *low, int *high)
{
    bool found = false;

    for (int i = 0; i < n; i++) {
        if (x[i] == 0)
            continue;
        if (!found || lowest_bit(x[i]) < *low)
            *low = lowest_bit(x[i]);
        if (!found || highest_bit(x[i]) > *high)
            *high = highest_bit(x[i]);
        found = true;
    }
    return found;
}

/* x * 2^-low, which is an integer of at most 62 bits. */
static int64_t
to_integer(double x, int low)
{
    /* two steps, since 2^-low alone may leave the range of doubles */
    return (int64_t)ldexp(ldexp(x, -low / 2), -low - -low / 2);
}

/*
 * d = a - b, and whether that is exact (the rounding error of a sum is
 * itself computed without error; Knuth, TAOCP 2, 4.2.2).
 */
static bool
exact_difference(double a, double b, double *d)
{
    const double x = a - b, virtual_b = a - x, virtual_a = x + virtual_b;

    *d = x;
    return (a - virtual_a) + (virtual_b - b) == 0; /* false for inf, NaN */
}

/* ---- as many words as needed ---- */

/*
 * Doubles lie between 2^-1074 and 2^1024, so that a difference of two has at
 * most 2099 bits (33 words), a product of two 66 words, a sum of two such 67,
 * a product of three 100, and a sum of three of those 101.
 */
#define WORDS 102

typedef struct {
    int sign; /* -1, 0, 1 */
    int n;    /* words in use, the last one not 0 */
    uint64_t word[WORDS];
} number;

static void
trim(number *x)
{
    while (x->n > 0 && x->word[x->n - 1] == 0)
        x->n--;
    if (x->n == 0)
        x->sign = 0;
}

/* v * 2^-low as an integer. */
static void
from_double(number *x, double v, int low)
{
    memset(x, 0, sizeof *x);
    if (v == 0)
        return;
    x->sign = v > 0 ? 1 : -1;

    const int own = lowest_bit(v), shift = own - low;
    const uint64_t odd = (uint64_t)to_integer(fabs(v), own);
    const unsigned word = (unsigned)shift / 64, bit = (unsigned)shift % 64;

    assert(shift >= 0 && word + 1 < WORDS);
    x->word[word] = odd << bit;
    x->word[word + 1] = bit > 0 ? odd >> (64 - bit) : 0;
    x->n = (int)word + 2;
    trim(x);
}

static int
compare_size(const number *a, const number *b)
{
    if (a->n != b->n)
        return a->n > b->n ? 1 : -1;
    for (int i = a->n; i-- > 0;)
        if (a->word[i] != b->word[i])
            return a->word[i] > b->word[i] ? 1 : -1;
    return 0;
}

/* |a| + |b|, with the sign of a. */
static void
add_sizes(number *sum, const number *a, const number *b)
{
    const int n = a->n > b->n ? a->n : b->n;
    uint64_t carry = 0;

    assert(n < WORDS);
    sum->sign = a->sign;
    for (int i = 0; i < n; i++) {
        const uwide s = (uwide)(i < a->n ? a->word[i] : 0) +
                        (i < b->n ? b->word[i] : 0) + carry;

        sum->word[i] = (uint64_t)s;
        carry = (uint64_t)(s >> 64);
    }
    sum->word[n] = carry;
    sum->n = n + 1;
    trim(sum);
}

/* |a| - |b| for |a| >= |b|, with the given sign. */
static void
subtract_sizes(number *difference, const number *a, const number *b, int sign)
{
    uint64_t borrow = 0;

    difference->sign = sign;
    difference->n = a->n;
    for (int i = 0; i < a->n; i++) {
        const uint64_t y = i < b->n ? b->word[i] : 0;
        const uint64_t d = a->word[i] - y;

        difference->word[i] = d - borrow;
        borrow = (a->word[i] < y) | (d < borrow);
    }
    trim(difference);
}

static void
subtract(number *difference, const number *a, const number *b)
{
    number minus_b = *b;

    minus_b.sign = -b->sign;
    if (b->sign == 0)
        *difference = *a;
    else if (a->sign == 0)
        *difference = minus_b;
    else if (a->sign == minus_b.sign)
        add_sizes(difference, a, &minus_b);
    else if (compare_size(a, b) >= 0)
        subtract_sizes(difference, a, b, a->sign);
    else
        subtract_sizes(difference, b, a, minus_b.sign);
}

static void
multiply(number *product, const number *a, const number *b)
{
    assert(a->n + b->n <= WORDS);
    product->sign = a->sign * b->sign;
    product->n = a->n + b->n;
    memset(product->word, 0, (size_t)product->n * sizeof product->word[0]);
    for (int i = 0; i < a->n; i++) {
        uint64_t carry = 0;

        for (int j = 0; j < b->n; j++) {
            const uwide s = (uwide)a->word[i] * b->word[j] +
                            product->word[i + j] + carry;

            product->word[i + j] = (uint64_t)s;
            carry = (uint64_t)(s >> 64);
        }
        product->word[i + b->n] = carry;
    }
    trim(product);
}

/* a b - c d */
static void
minor(number *result, const number *a, const number *b, const number *c,
      const number *d)
{
    number ab, cd;

    multiply(&ab, a, b);
    multiply(&cd, c, d);
    subtract(result, &ab, &cd);
}

/* ---- determinants ---- */

/* n points of three coordinates, as differences to the first. */
static void
differences(const double *x, int n, int width, number *d)
{
    int low = 0, high = 0;

    bit_range(x, n * width, &low, &high);
    for (int i = 1; i < n; i++)
        for (int k = 0; k < width; k++) {
            number a, b;

            from_double(&a, x[width * i + k], low);
            from_double(&b, x[k], low);
            subtract(&d[width * (i - 1) + k], &a, &b);
        }
}

static int
orient3d_words(const double x[12])
{
    number d[9], m, term, sum = { 0 }, rest;

    differences(x, 4, 3, d);
    for (int k = 0; k < 3; k++) {
        const int u = (k + 1) % 3, v = (k + 2) % 3;

        /* minus (p_v q_u - p_u q_v) r_k, subtracted from the sum */
        minor(&m, &d[v], &d[3 + u], &d[u], &d[3 + v]);
        multiply(&term, &m, &d[6 + k]);
        subtract(&rest, &sum, &term);
        sum = rest;
    }
    return sum.sign;
}

/* The three differences per point lie in one coordinate plane. */
static bool
flat(const double d[9])
{
    for (int k = 0; k < 3; k++)
        if (d[k] == 0 && d[3 + k] == 0 && d[6 + k] == 0)
            return true;
    return false;
}

int
pp_orient3d_exact(pp_vec3 a, pp_vec3 b, pp_vec3 c, pp_vec3 d)
{
    const double x[12] = { a.x, a.y, a.z, b.x, b.y, b.z,
                           c.x, c.y, c.z, d.x, d.y, d.z };
    double f[9];
    int64_t i[9];
    int low = 0, high = 0;
    bool exact = true;

    for (int k = 0; k < 9; k++)
        exact &= exact_difference(x[3 + k], x[k % 3], &f[k]);
    if (flat(f)) /* a difference is 0 only when it is exact */
        return 0;
    bit_range(f, 9, &low, &high);
    if (!exact || high - low + 1 > NARROW_BITS)
        return orient3d_words(x);
    for (int k = 0; k < 9; k++)
        i[k] = to_integer(f[k], low);
    return sign_of(i[6] * ((wide)i[1] * i[5] - (wide)i[2] * i[4]) +
                   i[7] * ((wide)i[2] * i[3] - (wide)i[0] * i[5]) +
                   i[8] * ((wide)i[0] * i[4] - (wide)i[1] * i[3]));
}

static int
orient2d_words(const double x[6])
{
    number d[4], det;

    differences(x, 3, 2, d);
    minor(&det, &d[0], &d[3], &d[1], &d[2]);
    return det.sign;
}

int
pp_orient2d_exact(double ax, double ay, double bx, double by, double cx,
                  double cy)
{
    const double x[6] = { ax, ay, bx, by, cx, cy };
    double f[4];
    int64_t i[4];
    int low = 0, high = 0;
    bool exact = true;

    for (int k = 0; k < 4; k++)
        exact &= exact_difference(x[2 + k], x[k % 2], &f[k]);
    if (!exact)
        return orient2d_words(x);
    if ((f[0] == 0 || f[3] == 0) && (f[1] == 0 || f[2] == 0))
        return 0;
    bit_range(f, 4, &low, &high);
    if (high - low + 1 > 62) /* two factors have room to spare */
        return orient2d_words(x);
    for (int k = 0; k < 4; k++)
        i[k] = to_integer(f[k], low);
    return sign_of((wide)i[0] * i[3] - (wide)i[1] * i[2]);
}
