/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "measure/geodesic.h"
#include "measure/patch.h"
#include "shapes.h"
#include "test.h"

#include <math.h>

static double
way(const pp_mesh *m, pp_vec3 a, pp_vec3 b)
{
    const pp_vec3 p[2] = { a, b };
    uint32_t *across = NULL, facet[2];
    pp_vec3 on[2];
    pp_bvh *bvh;
    double low, high;
    pp_error err = { 0 };

    ck_ok(pp_bvh_build(m, &bvh, &err), err);
    ck_ok(pp_patch_join(m, &across, &err), err);
    for (int i = 0; i < 2; i++) {
        const pp_nearest near = pp_bvh_nearest(bvh, p[i], HUGE_VAL);

        on[i] = near.point;
        facet[i] = near.facet;
    }
    ck_ok(pp_geodesic(m, across, on, facet, &low, &high, &err), err);
    ck_assert(low <= high && (high == HUGE_VAL ||
                              low >= high * (1 - 2e-9) || low == high));
    ck_assert(high >= pp_distance(on[0], on[1]) * (1 - 1e-12));
    pp_bvh_free(bvh);
    pp_free(across);
    return high;
}

START_TEST(over_a_box_the_way_is_straight_on_the_unfolded_sides)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(3, 4, 12));

    /* from corner to opposite corner: over the two narrow sides */
    ck_near(way(&m, pp_vec(0, 0, 0), pp_vec(3, 4, 12)), sqrt(49 + 144),
            1e-9);
    /* on one side */
    ck_near(way(&m, pp_vec(1, 0, 1), pp_vec(2, 0, 9)), sqrt(1 + 64), 1e-9);
    /* round one edge */
    ck_near(way(&m, pp_vec(1, 0, 5), pp_vec(3, 2, 8)), sqrt(16 + 9), 1e-9);
    /* Dudeney's spider and fly: not the obvious way, over five sides */
    pp_mesh_free(&m);
    m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(12, 12, 30));
    ck_near(way(&m, pp_vec(6, 1, 0), pp_vec(6, 11, 30)), 40, 1e-9);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(round_a_cylinder_the_way_is_a_helix_of_its_polygon)
{
    enum { SIDES = 24 };
    pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, 0), 10, 50, SIDES);
    const double side = 20 * sin(M_PI / SIDES);

    /* five sides on, thirty up: the sides unroll to a plane */
    ck_near(way(&m, pp_vec(10, 0, 10),
                pp_vec(10 * cos(5 * 6.28318530717959 / SIDES),
                       10 * sin(5 * 6.28318530717959 / SIDES), 40)),
            hypot(5 * side, 30), 1e-8);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(round_a_ball_the_way_is_nearly_half_the_circle)
{
    double error[2];

    for (int i = 0; i < 2; i++) {
        pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 3 + i);
        const pp_vec3 a = m.vert[0];
        const pp_vec3 b = pp_scale(
            pp_unit(pp_vec(a.y + 3, a.z - 5, a.x + 2)), 10);
        const double angle = atan2(pp_norm(pp_cross(a, b)), pp_dot(a, b));

        error[i] = 10 * angle - way(&m, a, b);
        ck_assert(error[i] > 0 && error[i] < 0.1); /* it cuts corners */
        pp_mesh_free(&m);
    }
    ck_assert(error[1] < error[0] / 3); /* and fewer, with finer facets */
}
END_TEST

/* ---- the oracle ---- */

enum { STEINER = 24 };

/*
 * The shortest way through points spread over all edges, STEINER to an edge,
 * straight from any to any of the same facet: never shorter than the true
 * one, and by little longer. Relaxed until nothing changes.
 */
static double
through_points(const pp_mesh *m, const uint32_t *across, pp_vec3 a,
               uint32_t fa, pp_vec3 b, uint32_t fb)
{
    const size_t n = 3 * m->ntri * (STEINER + 1);
    double *d = pp_alloc(n, sizeof *d), best = HUGE_VAL;
    pp_vec3 *at = pp_alloc(n, sizeof *at);
    bool changed = true;

    for (size_t c = 0; c < 3 * m->ntri; c++)
        for (size_t i = 0; i <= STEINER; i++) {
            const uint32_t *t = m->tri[c / 3];
            const pp_vec3 u = m->vert[t[(c % 3 + 1) % 3]];
            const pp_vec3 v = m->vert[t[(c % 3 + 2) % 3]];

            at[c * (STEINER + 1) + i] = pp_madd(
                u, (double)i / STEINER, pp_sub(v, u));
            d[c * (STEINER + 1) + i] =
                c / 3 == fa ? pp_distance(a, at[c * (STEINER + 1) + i])
                            : HUGE_VAL;
        }
    while (changed) {
        changed = false;
        for (size_t c = 0; c < 3 * m->ntri; c++) {
            const uint32_t other = across[c];

            /* the same points from the other facet, the other way round */
            for (size_t k = 0; other != PP_NONE && k < 3; k++) {
                const size_t o = 3 * (size_t)other + k;

                if (across[o] != c / 3 ||
                    m->tri[other][(k + 1) % 3] !=
                        m->tri[c / 3][(c % 3 + 2) % 3])
                    continue;
                for (size_t i = 0; i <= STEINER; i++) {
                    double *x = &d[c * (STEINER + 1) + i];
                    const double y = d[o * (STEINER + 1) + STEINER - i];

                    changed |= y < *x;
                    *x = fmin(*x, y);
                }
            }
        }
        for (size_t t = 0; t < m->ntri; t++)
            for (size_t i = 0; i < 3 * (STEINER + 1); i++)
                for (size_t j = 0; j < 3 * (STEINER + 1); j++) {
                    const size_t x = 3 * t * (STEINER + 1) + i;
                    const size_t y = 3 * t * (STEINER + 1) + j;
                    const double to = d[x] + pp_distance(at[x], at[y]);

                    if (to < d[y] * (1 - 1e-14)) {
                        d[y] = to;
                        changed = true;
                    }
                }
    }
    for (size_t i = 0; i < 3 * (STEINER + 1); i++) {
        const size_t x = 3 * (size_t)fb * (STEINER + 1) + i;

        best = fmin(best, d[x] + pp_distance(at[x], b));
    }
    pp_free(d);
    pp_free(at);
    return best;
}

START_TEST(ways_through_points_of_edges_are_hardly_longer_never_shorter)
{
    pp_random r = { 77 };

    for (int round = 0; round < pp_test_rounds(6); round++) {
        pp_mesh m = round % 2 ? pp_shape_torus(pp_vec(0, 0, 0), 8, 3, 9, 6)
                              : pp_shape_sphere(pp_vec(0, 0, 0), 8, 1);
        uint32_t *across = NULL;
        pp_error err = { 0 };

        for (size_t v = 0; v < m.nvert; v++) /* saddles and peaks */
            m.vert[v] = pp_scale(m.vert[v], 0.7 + 0.6 * pp_random_unit(&r));
        ck_ok(pp_patch_join(&m, &across, &err), err);
        for (int trial = 0; trial < 4; trial++) {
            pp_vec3 p[2];
            uint32_t f[2];
            double low, high, oracle;

            for (int i = 0; i < 2; i++) {
                const double u = 0.1 + 0.4 * pp_random_unit(&r);
                const double v = 0.1 + 0.4 * pp_random_unit(&r);

                f[i] = pp_random_below(&r, (unsigned)m.ntri);
                const pp_vec3 a = m.vert[m.tri[f[i]][0]];

                p[i] = pp_madd(pp_madd(a, u,
                                       pp_sub(m.vert[m.tri[f[i]][1]], a)),
                               v, pp_sub(m.vert[m.tri[f[i]][2]], a));
            }
            ck_ok(pp_geodesic(&m, across, p, f, &low, &high, &err), err);
            if (f[0] == f[1]) /* straight; the oracle goes over edges */
                continue;
            oracle = through_points(&m, across, p[0], f[0], p[1], f[1]);
            ck_assert(high <= oracle * (1 + 1e-12));
            ck_assert(high >= oracle * (1 - 0.01));
        }
        pp_free(across);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(the_way_back_is_as_long_and_no_way_leads_to_another_part)
{
    pp_random r = { 78 };
    pp_mesh m = pp_shape_torus(pp_vec(0, 0, 0), 20, 6, 40, 24);

    for (size_t v = 0; v < m.nvert; v++)
        m.vert[v] = pp_scale(m.vert[v], 0.95 + 0.1 * pp_random_unit(&r));
    for (int trial = 0; trial < 10; trial++) {
        const pp_vec3 a = m.vert[pp_random_below(&r, (unsigned)m.nvert)];
        const pp_vec3 b = pp_scale(
            pp_unit(pp_vec(pp_random_unit(&r) - 0.5, pp_random_unit(&r) - 0.5,
                           pp_random_unit(&r) - 0.5)), 25);
        const double there = way(&m, a, b);

        ck_near(way(&m, b, a), there, 1e-9 * there);
    }
    pp_shape_add(&m, pp_shape_box(pp_vec(90, 0, 0), pp_vec(99, 9, 9)));
    ck_assert(way(&m, pp_vec(20, 0, 6), pp_vec(90, 4, 4)) == HUGE_VAL);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("measure/geodesic",
         over_a_box_the_way_is_straight_on_the_unfolded_sides,
         round_a_cylinder_the_way_is_a_helix_of_its_polygon,
         round_a_ball_the_way_is_nearly_half_the_circle,
         ways_through_points_of_edges_are_hardly_longer_never_shorter,
         the_way_back_is_as_long_and_no_way_leads_to_another_part)
