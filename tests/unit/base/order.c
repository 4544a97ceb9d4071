/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order.c - the orders are those of the numbers
 */
#include "base/order.h"

#include "test.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Each list rises: places are compared as the numbers are. */
#define EXPECT_RISING(list, order)                                            \
    for (size_t i = 0; i < COUNT(list); i++)                                  \
        for (size_t j = 0; j < COUNT(list); j++) {                            \
            const int got = order(&(list)[i], &(list)[j]);                    \
            ck_assert_msg((got < 0) == (i < j) && (got > 0) == (i > j),       \
                          #order " says %d of %zu and %zu", got, i, j);       \
        }

START_TEST(far_and_near_numbers_are_told_apart)
{
    const double reals[] = { -HUGE_VAL, -DBL_MAX, -1, -DBL_MIN, 0, DBL_MIN, 1,
                             1 + DBL_EPSILON, DBL_MAX, HUGE_VAL };
    const float floats[] = { -HUGE_VALF, -FLT_MAX, -1, -FLT_MIN, 0, FLT_MIN, 1,
                             1 + FLT_EPSILON, FLT_MAX, HUGE_VALF };
    const uint32_t words[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff };
    const size_t sizes[] = { 0, 1, SIZE_MAX / 2, SIZE_MAX / 2 + 1, SIZE_MAX };

    EXPECT_RISING(reals, pp_order_double);
    EXPECT_RISING(floats, pp_order_float);
    EXPECT_RISING(words, pp_order_u32);
    EXPECT_RISING(sizes, pp_order_size);
}
END_TEST

START_TEST(both_zeros_are_equal)
{
    const double plus = 0, minus = -0.0;

    ck_assert_int_eq(pp_order_double(&plus, &minus), 0);
    ck_assert_int_eq(pp_order_double(&minus, &plus), 0);
}
END_TEST

/* Every number of a list has its rank: so many are less. */
START_TEST(sorted_numbers_stand_at_their_rank)
{
    pp_random r = { 3 };
    double v[200], sorted[200];

    for (size_t i = 0; i < COUNT(v); i++)
        v[i] = sorted[i] = (double)pp_random_below(&r, 50) - 25;
    qsort(sorted, COUNT(v), sizeof *v, pp_order_double);
    for (size_t i = 0; i < COUNT(v); i++) {
        size_t less = 0, equal = 0;

        for (size_t j = 0; j < COUNT(v); j++) {
            less += v[j] < v[i];
            equal += fabs(v[j] - v[i]) < 0.5;
        }
        for (size_t k = less; k < less + equal; k++)
            ck_near(sorted[k], v[i], 0);
    }
}
END_TEST

PP_TESTS("base/order", far_and_near_numbers_are_told_apart,
         both_zeros_are_equal, sorted_numbers_stand_at_their_rank)
