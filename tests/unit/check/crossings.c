/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * crossings.c - every pair that meets, no other, each with its kind
 */
#include "check/check.h"

#include "base/alloc.h"
#include "rational.h"
#include "shapes.h"
#include "test.h"

#include <float.h>
#include <stdlib.h>

/* All pairs, one against the other. */
static void
assert_agrees(const pp_mesh *m, size_t nkind[PP_NCONTACT])
{
    pp_crossing *c;
    size_t n, next = 0;
    pp_error err = { 0 };
    bool *flat = malloc(m->ntri + 1);

    for (size_t t = 0; t < m->ntri; t++)
        flat[t] = rational_degenerate(m, t);
    ck_ok(pp_find_contacts(m, &c, &n, &err), err);
    for (size_t a = 0; a < m->ntri; a++)
        for (size_t b = a + 1; b < m->ntri; b++) {
            const pp_contact truth = flat[a] || flat[b]
                                         ? PP_CONTACT_NONE
                                         : rational_contact(m, a, b);
            pp_contact said = PP_CONTACT_NONE;

            if (next < n && c[next].a == a && c[next].b == b)
                said = c[next++].contact;
            ck_assert_msg(said == truth,
                          "facets %zu (%u %u %u) and %zu (%u %u %u): said "
                          "%d, is %d", a, m->tri[a][0], m->tri[a][1],
                          m->tri[a][2], b, m->tri[b][0], m->tri[b][1],
                          m->tri[b][2], said, truth);
            nkind[truth]++;
        }
    ck_assert_uint_eq(next, n);
    pp_free(c);
    free(flat);
}

/* Coordinates on a grid of `side` steps; step and origin as given. */
static pp_mesh
random_soup(pp_random *r, unsigned nvert, unsigned ntri, unsigned side,
            double step, double origin)
{
    pp_mesh m;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, nvert, ntri, &err), err);
    for (unsigned v = 0; v < nvert; v++)
        m.vert[v] = pp_vec(origin + step * pp_random_below(r, side),
                           origin + step * pp_random_below(r, side),
                           origin + step * pp_random_below(r, side));
    for (unsigned t = 0; t < ntri; t++)
        for (int k = 0; k < 3; k++)
            m.tri[t][k] = pp_random_below(r, nvert);
    return m;
}

START_TEST(random_soups_on_a_coarse_grid_agree_with_rationals)
{
    pp_random r = { 11 };
    size_t nkind[PP_NCONTACT] = { 0 };

    for (int round = 0; round < pp_test_rounds(6000); round++) {
        const unsigned nvert = 4 + pp_random_below(&r, 12);
        const unsigned side = 2 + pp_random_below(&r, 3);
        pp_mesh m = random_soup(&r, nvert, 2 + pp_random_below(&r, 9), side,
                                1, 0);

        assert_agrees(&m, nkind);
        pp_mesh_free(&m);
    }
    for (int k = 0; k < PP_NCONTACT; k++)
        ck_assert_uint_gt(nkind[k], (size_t)pp_test_rounds(50));
}
END_TEST

/* All in the plane z = 0, then in an oblique one. */
START_TEST(flat_soups_agree_with_rationals)
{
    pp_random r = { 12 };
    size_t nkind[PP_NCONTACT] = { 0 };

    for (int round = 0; round < pp_test_rounds(2000); round++) {
        const unsigned nvert = 4 + pp_random_below(&r, 12);
        pp_mesh m = random_soup(&r, nvert, 2 + pp_random_below(&r, 8),
                                2 + pp_random_below(&r, 4), 1, 0);

        for (size_t v = 0; v < m.nvert; v++)
            m.vert[v].z =
                round % 2 ? 0 : 2 * m.vert[v].x - 3 * m.vert[v].y + 7;
        assert_agrees(&m, nkind);
        pp_mesh_free(&m);
    }
    ck_assert_uint_gt(nkind[PP_CONTACT_TOUCH], (size_t)pp_test_rounds(300));
    ck_assert_uint_gt(nkind[PP_CONTACT_OVERLAP], (size_t)pp_test_rounds(300));
    ck_assert_uint_gt(nkind[PP_CONTACT_FOLD], (size_t)pp_test_rounds(300));
    ck_assert_uint_eq(nkind[PP_CONTACT_CROSS], 0);
}
END_TEST

/* The grid far away, then shaken in the last places: nearly coplanar. */
START_TEST(shaken_soups_agree_with_rationals)
{
    pp_random r = { 13 };
    size_t nkind[PP_NCONTACT] = { 0 };

    for (int round = 0; round < pp_test_rounds(1000); round++) {
        const double origin = round % 3 == 0 ? 0 : 1000.0 / 3;
        const double step = round % 2 ? 1e-3 : 0.1;
        pp_mesh m = random_soup(&r, 8, 6, 3, step, origin);

        for (size_t v = 0; v < m.nvert; v++)
            if (pp_random_below(&r, 3) == 0)
                m.vert[v].x *= 1 + DBL_EPSILON;
        if (round % 4 == 0)
            pp_mesh_round_float(&m);
        assert_agrees(&m, nkind);
        pp_mesh_free(&m);
    }
    ck_assert_uint_gt(nkind[PP_CONTACT_CROSS], (size_t)pp_test_rounds(100));
    ck_assert_uint_gt(nkind[PP_CONTACT_TOUCH], (size_t)pp_test_rounds(100));
}
END_TEST

START_TEST(very_different_magnitudes_agree_with_rationals)
{
    pp_random r = { 14 };
    size_t nkind[PP_NCONTACT] = { 0 };

    for (int round = 0; round < pp_test_rounds(1000); round++) {
        pp_mesh m = random_soup(&r, 8, 6, 3, 1, -1);

        for (size_t v = 0; v < m.nvert; v++)
            if (pp_random_below(&r, 2) == 0) {
                const int wide = round % 2 ? 40 : 1000;
                const int e = (int)pp_random_below(&r, 2 * (unsigned)wide);

                m.vert[v].y = ldexp(m.vert[v].y, e - wide);
                m.vert[v].z = ldexp(m.vert[v].z, e - wide);
            }
        assert_agrees(&m, nkind);
        pp_mesh_free(&m);
    }
    ck_assert_uint_gt(nkind[PP_CONTACT_CROSS], (size_t)pp_test_rounds(50));
    ck_assert_uint_gt(nkind[PP_CONTACT_TOUCH], (size_t)pp_test_rounds(50));
}
END_TEST

/* A sheet with its neighbours, crumpled by random heights. */
START_TEST(crumpled_sheets_agree_with_rationals)
{
    pp_random r = { 15 };
    size_t nkind[PP_NCONTACT] = { 0 };

    for (int pass = 0; pass < 60; pass++) {
        pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 3, 1);

        for (size_t v = 0; v < m.nvert; v++) {
            const double far = pass % 3 + 1.5;

            m.vert[v].x = round((m.vert[v].x + far * pp_random_unit(&r)) * 2);
            m.vert[v].y = round((m.vert[v].y + far * pp_random_unit(&r)) * 2);
            m.vert[v].z = round((m.vert[v].z + far * pp_random_unit(&r)) * 2);
        }
        assert_agrees(&m, nkind);
        pp_mesh_free(&m);
    }
    ck_assert_uint_gt(nkind[PP_CONTACT_CROSS], (size_t)pp_test_rounds(100));
    ck_assert_uint_gt(nkind[PP_CONTACT_TOUCH], (size_t)pp_test_rounds(100));
    ck_assert_uint_gt(nkind[PP_CONTACT_FOLD], (size_t)pp_test_rounds(10));
}
END_TEST

START_TEST(two_balls_cross_and_two_apart_do_not)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 4);
    pp_mesh far = pp_shape_sphere(pp_vec(0, 0, 0), 10, 4);
    uint32_t(*pair)[2];
    size_t n;
    pp_error err = { 0 };

    pp_shape_add(&m, pp_shape_sphere(pp_vec(15, 1, 2), 10, 4));
    ck_ok(pp_check_crossings(&m, &pair, &n, &err), err);
    ck_assert_uint_gt(n, 50);
    for (size_t i = 0; i < n; i++) {
        ck_assert(pair[i][0] < 5120 && pair[i][1] >= 5120);
        ck_assert(i == 0 || pair[i - 1][0] < pair[i][0] ||
                  (pair[i - 1][0] == pair[i][0] &&
                   pair[i - 1][1] < pair[i][1]));
    }
    pp_free(pair);
    pp_shape_add(&far, pp_shape_sphere(pp_vec(20.01, 1, 2), 10, 4));
    ck_ok(pp_check_crossings(&far, &pair, &n, &err), err);
    ck_assert_uint_eq(n, 0);
    pp_free(pair);
    pp_mesh_free(&m);
    pp_mesh_free(&far);
}
END_TEST

/* It lies on its neighbours' edge, and their stars are graphs all the same. */
START_TEST(a_facet_that_repeats_a_vertex_crosses_nothing)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 2);
    uint32_t(*pair)[2];
    size_t n;
    pp_error err = { 0 };

    m.tri = pp_realloc(m.tri, m.ntri + 1, sizeof *m.tri);
    for (int k = 0; k < 3; k++)
        m.tri[m.ntri][k] = m.tri[33][k % 2];
    m.ntri++;
    ck_ok(pp_check_crossings(&m, &pair, &n, &err), err);
    ck_assert_uint_eq(n, 0);
    pp_free(pair);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("check/crossings",
         random_soups_on_a_coarse_grid_agree_with_rationals,
         flat_soups_agree_with_rationals, shaken_soups_agree_with_rationals,
         very_different_magnitudes_agree_with_rationals,
         crumpled_sheets_agree_with_rationals,
         two_balls_cross_and_two_apart_do_not,
         a_facet_that_repeats_a_vertex_crosses_nothing)
