/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * predicates.c - signs agree with rational arithmetic (GMP)
 */
#include "mesh/predicates.h"

#include "test.h"

#include <float.h>
#include <gmp.h>

/* det of the rows p - a, by Laplace over rationals; n is 2 or 3 */
static int
sign_by_rationals(const double *x, int n)
{
    mpq_t d[9], sum, term;
    int sign;

    mpq_inits(sum, term, NULL);
    for (int i = 0; i < n * n; i++) {
        mpq_t a;

        mpq_inits(d[i], a, NULL);
        mpq_set_d(d[i], x[n + i]);
        mpq_set_d(a, x[i % n]);
        mpq_sub(d[i], d[i], a);
        mpq_clear(a);
    }
    for (int p = 0; p < (n == 2 ? 2 : 6); p++) {
        static const int column[6][3] = { { 0, 1, 2 }, { 1, 0, 2 },
                                          { 1, 2, 0 }, { 2, 1, 0 },
                                          { 2, 0, 1 }, { 0, 2, 1 } };

        mpq_set_si(term, p % 2 ? -1 : 1, 1);
        for (int row = 0; row < n; row++)
            mpq_mul(term, term, d[n * row + column[p][row]]);
        mpq_add(sum, sum, term);
    }
    sign = mpq_sgn(sum);
    for (int i = 0; i < n * n; i++)
        mpq_clear(d[i]);
    mpq_clears(sum, term, NULL);
    return sign;
}

static int
orient3d(const double *x)
{
    return pp_orient3d(
        pp_vec(x[0], x[1], x[2]), pp_vec(x[3], x[4], x[5]),
        pp_vec(x[6], x[7], x[8]), pp_vec(x[9], x[10], x[11]));
}

static int
orient2d(const double *x)
{
    return pp_orient2d(x[0], x[1], x[2], x[3], x[4], x[5]);
}

/* Coordinates of a kind that brings exact zeros, near zeros, and extremes. */
static double
coordinate(pp_random *r, int kind)
{
    const double unit = pp_random_unit(r) - 0.5;

    switch (kind) {
    case 0: /* a coarse grid far from the origin */
        return 1000 + 0.25 * pp_random_below(r, 4);
    case 1: /* floats in scanner space */
        return (float)(400 * unit);
    case 2: /* doubles */
        return 400 * unit;
    case 3: /* a coarse grid, shaken in the last place */
        return (3 + pp_random_below(r, 3)) *
               (1 + DBL_EPSILON * (double)pp_random_below(r, 2));
    case 4: /* very different magnitudes */
        return ldexp(pp_random_below(r, 3) - 1.0,
                     (int)pp_random_below(r, 80) - 40);
    case 5: /* all that a double can be */
        return pp_random_below(r, 4) == 0
                   ? 0
                   : ldexp(unit, (int)pp_random_below(r, 2090) - 1070);
    default: /* next to the smallest number */
        return (pp_random_below(r, 5) - 2.0) * 0x1p-1074;
    }
}

START_TEST(signs_agree_with_rational_arithmetic)
{
    pp_random r = { 3 };
    int zeros = 0;

    for (int i = 0; i < pp_test_rounds(140000); i++) {
        double x[12];

        for (int k = 0; k < 12; k++)
            x[k] = coordinate(&r, i % 7);
        ck_assert_int_eq(orient3d(x), sign_by_rationals(x, 3));
        ck_assert_int_eq(orient2d(x), sign_by_rationals(x, 2));
        zeros += orient3d(x) == 0;
    }
    ck_assert_int_gt(zeros, 1000);
}
END_TEST

/* d = a + (b-a)/2^i + (c-a)/2^j, exact on the grid, then one step away. */
START_TEST(coplanar_points_are_coplanar_and_one_step_is_not)
{
    pp_random r = { 4 };

    for (int i = 0; i < pp_test_rounds(20000); i++) {
        double x[12];

        for (int k = 0; k < 9; k++)
            x[k] = (float)(64 * (int)pp_random_below(&r, 10000)) / 1024;
        for (int k = 0; k < 3; k++)
            x[9 + k] = x[k] + (x[3 + k] - x[k]) / 4 + (x[6 + k] - x[k]) / 8;
        ck_assert_int_eq(orient3d(x), 0);
        x[9] = nextafter(x[9], 1e9);
        ck_assert_int_eq(orient3d(x), sign_by_rationals(x, 3));
    }
}
END_TEST

START_TEST(swapping_two_points_turns_the_sign)
{
    pp_random r = { 5 };

    for (int i = 0; i < pp_test_rounds(20000); i++) {
        double x[12], y[12];
        const int kind = i % 7;

        for (int k = 0; k < 12; k++)
            y[k] = x[k] = coordinate(&r, kind);
        for (int k = 0; k < 3; k++) {
            y[k] = x[6 + k];
            y[6 + k] = x[k];
        }
        ck_assert_int_eq(orient3d(x), -orient3d(y));
    }
}
END_TEST

START_TEST(the_normal_points_to_the_positive_side)
{
    const pp_vec3 o = pp_vec(0, 0, 0), x = pp_vec(1, 0, 0),
                  y = pp_vec(0, 1, 0), z = pp_vec(0, 0, 1);

    ck_assert_int_eq(pp_orient3d(o, x, y, z), 1);
    ck_assert_int_eq(pp_orient_axis(o, x, y, 2), 1);
    ck_assert_int_eq(pp_orient_axis(o, y, z, 0), 1);
    ck_assert_int_eq(pp_orient_axis(o, z, x, 1), 1);
    ck_assert_int_eq(pp_view_axis(o, x, y), 2);
    ck_assert_int_eq(pp_view_axis(o, x, pp_vec(3, 0, 0)), -1);
}
END_TEST

PP_TESTS("mesh/predicates", signs_agree_with_rational_arithmetic,
         coplanar_points_are_coplanar_and_one_step_is_not,
         swapping_two_points_turns_the_sign,
         the_normal_points_to_the_positive_side)
