/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edges.c - half-edges lie side by side, sorted and complete
 */
#include "shapes.h"
#include "test.h"

#include "base/alloc.h"

#include <stdlib.h>

static pp_half_edge *
half_edges(const pp_mesh *m, size_t *n)
{
    pp_half_edge *e;
    pp_error err = { 0 };

    ck_ok(pp_mesh_half_edges(m, &e, n, &err), err);
    return e;
}

START_TEST(every_edge_of_a_closed_body_has_two_opposite_half_edges)
{
    pp_mesh m = pp_shape_torus(pp_vec(1, 2, 3), 10, 3, 20, 12);
    size_t n;
    pp_half_edge *e = half_edges(&m, &n);

    ck_assert_uint_eq(n, 3 * m.ntri);
    for (size_t i = 0; i < n; i += 2) {
        ck_assert_uint_eq(e[i].low, e[i + 1].low);
        ck_assert_uint_eq(e[i].high, e[i + 1].high);
        ck_assert_uint_ne(e[i].forward, e[i + 1].forward);
    }
    pp_free(e);
    pp_mesh_free(&m);
}
END_TEST

/* The order, and that each corner comes once with the edge it faces. */
static void
assert_sorted_and_complete(const pp_mesh *m)
{
    size_t n, expected = 0;
    pp_half_edge *e = half_edges(m, &n);
    uint8_t *seen = calloc(3 * m->ntri + 1, 1);

    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++)
            expected += m->tri[t][k] != m->tri[t][(k + 1) % 3];
    ck_assert_uint_eq(n, expected);
    for (size_t i = 0; i < n; i++) {
        const uint32_t *v = m->tri[e[i].corner / 3];
        const uint32_t k = e[i].corner % 3;
        const uint32_t from = v[(k + 1) % 3], to = v[(k + 2) % 3];

        ck_assert(!seen[e[i].corner]++);
        ck_assert_uint_lt(e[i].low, e[i].high);
        ck_assert_uint_eq(from, e[i].forward ? e[i].low : e[i].high);
        ck_assert_uint_eq(to, e[i].forward ? e[i].high : e[i].low);
        if (i == 0)
            continue;
        ck_assert(e[i - 1].low < e[i].low ||
                  (e[i - 1].low == e[i].low &&
                   (e[i - 1].high < e[i].high ||
                    (e[i - 1].high == e[i].high &&
                     e[i - 1].corner < e[i].corner))));
    }
    free(seen);
    pp_free(e);
}

START_TEST(random_soups_come_out_sorted_and_complete)
{
    pp_random r = { 1 };

    for (int round = 0; round < pp_test_rounds(300); round++) {
        const unsigned nvert = 1 + pp_random_below(&r, 40);
        const unsigned ntri = pp_random_below(&r, 400);
        pp_mesh m;
        pp_error err = { 0 };

        ck_ok(pp_mesh_alloc(&m, nvert, ntri, &err), err);
        for (unsigned t = 0; t < ntri; t++)
            for (int k = 0; k < 3; k++)
                m.tri[t][k] = pp_random_below(&r, nvert);
        assert_sorted_and_complete(&m);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(a_hub_of_many_facets_is_sorted_too)
{
    pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, 0), 5, 1, 5000);

    /* the hub gets the lowest number: one bucket for all its edges */
    for (size_t t = 0; t < m.ntri; t++)
        for (int k = 0; k < 3; k++)
            m.tri[t][k] = (uint32_t)m.nvert - 1 - m.tri[t][k];
    assert_sorted_and_complete(&m);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(no_facets_have_no_edges)
{
    const pp_mesh m = { 0 };
    size_t n;
    pp_half_edge *e = half_edges(&m, &n);

    ck_assert_uint_eq(n, 0);
    pp_free(e);
}
END_TEST

PP_TESTS("mesh/edges",
         every_edge_of_a_closed_body_has_two_opposite_half_edges,
         random_soups_come_out_sorted_and_complete,
         a_hub_of_many_facets_is_sorted_too, no_facets_have_no_edges)
