/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "repair/rung.h"

#include "base/alloc.h"
#include "test.h"

#include <math.h>

/*
 * Two fans of n facets each in the plane x = 7, their rims a crack apart: all
 * 2n vertices of open edges have one x. flip: which axis the plane is across.
 */
static pp_mesh
two_fans(uint32_t n, int axis)
{
    pp_error err = { 0 };
    pp_mesh m;

    ck_ok(pp_mesh_alloc(&m, 2 * n + 2, 2 * n, &err), err);
    for (uint32_t half = 0; half < 2; half++) {
        const uint32_t first = half * (n + 1);

        for (uint32_t i = 0; i <= n; i++) {
            const double turn = 6.283185307179586 * i / n;
            const double r = i == n ? 0 : 100 + 0.001 * half;
            /* the second one is bent up at its middle, to be no duplicate */
            const double p[3] = { i == n ? 7 + half : 7, r * cos(turn),
                                  r * sin(turn) };

            m.vert[first + i] = pp_vec(p[axis], p[(axis + 1) % 3],
                                       p[(axis + 2) % 3]);
        }
        for (uint32_t i = 0; i < n; i++) {
            uint32_t *t = m.tri[half * n + i];

            t[0] = first + n;
            t[1] = first + (half ? (i + 1) % n : i);
            t[2] = first + (half ? i : (i + 1) % n);
        }
    }
    return m;
}

static size_t
looks(uint32_t n, int axis)
{
    const pp_repair_options o = { .weld_mm = 0.01, .max_deviation_mm = 0.5 };
    const pp_seam none = { 0 };
    pp_error err = { 0 };
    pp_cure c = { .options = &o, .seam = &none };
    pp_mesh m = two_fans(n, axis);

    ck_ok(pp_cure_stitch(&m, &c, &err), err);
    ck_assert_uint_eq(c.count, n); /* every vertex found its partner */
    ck_assert_uint_eq(m.nvert, n + 2);
    pp_mesh_free(&m);
    return c.nlook;
}

START_TEST(the_work_goes_with_the_rim_in_every_plane)
{
    for (int axis = 0; axis < 3; axis++) {
        ck_assert_uint_le(looks(500, axis), (size_t)20 * 500);
        ck_assert_uint_le(looks(8000, axis), (size_t)20 * 8000);
    }
}
END_TEST

/* One long edge, its partner cut into n: all n vertices lie on it. */
START_TEST(a_long_edge_takes_all_the_vertices_that_lie_on_it)
{
    enum { N = 16 };
    const pp_repair_options o = { .weld_mm = 0.01, .max_deviation_mm = 0.5 };
    const pp_seam none = { 0 };
    pp_error err = { 0 };
    pp_cure c = { .options = &o, .seam = &none };
    pp_mesh m;
    pp_half_edge *edge;
    size_t nedge, n, nopen = 0;

    ck_ok(pp_mesh_alloc(&m, N + 3, N + 1, &err), err);
    for (uint32_t i = 0; i <= N; i++)
        m.vert[i] = pp_vec(0, i, 0);
    m.vert[N + 1] = pp_vec(0, 8, 5);
    m.vert[N + 2] = pp_vec(0, 8, -5);
    for (uint32_t i = 0; i < N; i++) {
        m.tri[i][0] = N + 1;
        m.tri[i][1] = i;
        m.tri[i][2] = i + 1;
    }
    m.tri[N][0] = N + 2;
    m.tri[N][1] = N;
    m.tri[N][2] = 0;
    ck_ok(pp_cure_stitch(&m, &c, &err), err);
    ck_assert_uint_eq(m.ntri, 2 * N);
    ck_ok(pp_mesh_half_edges(&m, &edge, &nedge, &err), err);
    for (size_t i = 0; i < nedge; i += n) {
        for (n = 1; i + n < nedge && edge[i + n].low == edge[i].low &&
                    edge[i + n].high == edge[i].high; n++)
            ;
        nopen += n == 1;
    }
    ck_assert_uint_eq(nopen, 4); /* the outline of the kite */
    pp_free(edge);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("repair/stitch", the_work_goes_with_the_rim_in_every_plane,
         a_long_edge_takes_all_the_vertices_that_lie_on_it)
