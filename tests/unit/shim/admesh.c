/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shim/admesh.h"

#include "shapes.h"
#include "test.h"

#include <string.h>

/* A sphere's facets, each with vertices of its own that are off by at most
   `noise`; attribute bytes count the facets. */
static pp_mesh
torn_sphere(double noise)
{
    pp_error err = { 0 };
    pp_random r = { 7 };
    pp_mesh ball = pp_shape_sphere(pp_vec(20, 0, 0), 10, 2), m;
    size_t njoined;

    ck_ok(pp_mesh_alloc(&m, 3 * ball.ntri, ball.ntri, &err), err);
    for (uint32_t t = 0; t < ball.ntri; t++)
        for (uint32_t k = 0; k < 3; k++) {
            const pp_vec3 p = ball.vert[ball.tri[t][k]];

            m.vert[3 * t + k] =
                pp_vec(p.x + noise * pp_random_unit(&r),
                       p.y + noise * pp_random_unit(&r),
                       p.z + noise * pp_random_unit(&r));
            m.tri[t][k] = 3 * t + k;
        }
    pp_mesh_free(&ball);
    ck_ok(pp_mesh_weld_exact(&m, &njoined, &err), err);
    return m;
}

START_TEST(edges_within_the_tolerance_are_joined_and_facets_stay)
{
    pp_error err = { 0 };
    pp_mesh m = torn_sphere(1e-4), out;
    size_t nmatched, moved = 0;

    ck_ok(pp_admesh_match_nearby(&m, 1e-3, 4, &out, &nmatched, &err), err);
    ck_assert_uint_eq(out.ntri, 320);
    ck_assert_uint_gt(nmatched, 300);
    ck_assert_uint_lt(out.nvert, 200); /* 162 when all are joined */
    for (size_t t = 0; t < m.ntri; t++)
        for (int k = 0; k < 3; k++) {
            const double d = pp_distance(m.vert[m.tri[t][k]],
                                         out.vert[out.tri[t][k]]);

            ck_assert(d < 2e-3);
            moved += d > 1e-6;
        }
    ck_assert_uint_gt(moved, 0);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

START_TEST(edges_beyond_the_tolerance_stay_apart)
{
    pp_error err = { 0 };
    pp_mesh m = torn_sphere(1e-2), out;
    size_t nmatched;

    ck_ok(pp_admesh_match_nearby(&m, 1e-5, 4, &out, &nmatched, &err), err);
    ck_assert_uint_eq(out.nvert, 960);
    ck_assert_uint_eq(nmatched, 0);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

PP_TESTS("shim/admesh", edges_within_the_tolerance_are_joined_and_facets_stay,
         edges_beyond_the_tolerance_stay_apart)
