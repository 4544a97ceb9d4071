/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parts.c - connected components
 */
#include "shapes.h"
#include "test.h"

#include "base/alloc.h"

static uint32_t *
parts(const pp_mesh *m, uint32_t *n)
{
    uint32_t *part;
    pp_error err = { 0 };

    ck_ok(pp_mesh_parts(m, &part, n, &err), err);
    return part;
}

START_TEST(parts_are_numbered_by_their_first_facet)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 1, 1);
    const size_t first = m.ntri;
    uint32_t n, *part;

    pp_shape_add(&m, pp_shape_box(pp_vec(5, 5, 5), pp_vec(6, 6, 6)));
    pp_shape_add(&m, pp_shape_box(pp_vec(9, 5, 5), pp_vec(10, 6, 6)));
    part = parts(&m, &n);
    ck_assert_uint_eq(n, 3);
    for (size_t t = 0; t < m.ntri; t++)
        ck_assert_uint_eq(part[t], t < first ? 0 : t < first + 12 ? 1 : 2);
    pp_free(part);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(one_shared_vertex_makes_one_part)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));
    size_t njoined;
    uint32_t n, *part;
    pp_error err = { 0 };

    pp_shape_add(&m, pp_shape_box(pp_vec(1, 1, 1), pp_vec(2, 2, 2)));
    part = parts(&m, &n);
    ck_assert_uint_eq(n, 2);
    pp_free(part);
    ck_ok(pp_mesh_weld_exact(&m, &njoined, &err), err);
    ck_assert_uint_eq(njoined, 1);
    part = parts(&m, &n);
    ck_assert_uint_eq(n, 1);
    pp_free(part);
    pp_mesh_free(&m);
}
END_TEST

/* Against labels that spread until nothing changes. */
START_TEST(parts_agree_with_flooding)
{
    pp_random r = { 7 };

    for (int round = 0; round < pp_test_rounds(200); round++) {
        const unsigned nvert = 3 + pp_random_below(&r, 60);
        const unsigned ntri = pp_random_below(&r, 30);
        unsigned label[64];
        uint32_t n, *part;
        bool changed = true;
        pp_mesh m;
        pp_error err = { 0 };

        ck_ok(pp_mesh_alloc(&m, nvert, ntri, &err), err);
        for (unsigned t = 0; t < ntri; t++)
            for (int k = 0; k < 3; k++)
                m.tri[t][k] = pp_random_below(&r, nvert);
        for (unsigned t = 0; t < ntri; t++)
            label[t] = t;
        while (changed) {
            changed = false;
            for (unsigned a = 0; a < ntri; a++)
                for (unsigned b = 0; b < a; b++)
                    for (int k = 0; k < 9; k++)
                        if (m.tri[a][k / 3] == m.tri[b][k % 3] &&
                            label[a] != label[b]) {
                            label[a] = label[b] =
                                label[a] < label[b] ? label[a] : label[b];
                            changed = true;
                        }
        }
        part = parts(&m, &n);
        for (unsigned a = 0; a < ntri; a++) {
            ck_assert_uint_lt(part[a], n);
            for (unsigned b = 0; b < a; b++)
                ck_assert((part[a] == part[b]) == (label[a] == label[b]));
        }
        pp_free(part);
        pp_mesh_free(&m);
    }
}
END_TEST

PP_TESTS("mesh/parts", parts_are_numbered_by_their_first_facet,
         one_shared_vertex_makes_one_part, parts_agree_with_flooding)
