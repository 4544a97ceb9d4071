/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bvh.c - the tree's answers are those of a loop over all facets
 *
 * The loops below share no code with the tree: the nearest point is found by
 * projecting on the plane and on the three edges, the winding number by
 * counting all solid angles from their dihedral angles, a ball's emptiness by
 * the distances.
 */
#include "test.h"

#include "base/alloc.h"
#include "mesh/mesh.h"
#include "shapes.h"

#include <math.h>
#include <string.h>

static pp_vec3
random_point(pp_random *r, double reach)
{
    return pp_vec(reach * (2 * pp_random_unit(r) - 1),
                  reach * (2 * pp_random_unit(r) - 1),
                  reach * (2 * pp_random_unit(r) - 1));
}

static pp_vec3
random_direction(pp_random *r)
{
    pp_vec3 d;

    do
        d = random_point(r, 1);
    while (pp_norm(d) > 1 || pp_norm(d) < 0.1);
    return pp_unit(d);
}

/* Two nested spheres, a torus through neither and a pile of equal facets. */
static pp_mesh
zoo(void)
{
    pp_mesh m = pp_shape_sphere(pp_vec(1, 2, 3), 5, 3);
    pp_mesh inner = pp_shape_sphere(pp_vec(1, 2, 3), 4, 2);
    pp_mesh cavity = pp_shape_torus(pp_vec(-12, 0, 0), 4, 1, 24, 12);

    pp_shape_flip(&inner);
    pp_shape_add(&m, inner);
    pp_shape_add(&m, cavity);
    for (int i = 0; i < 3; i++)
        pp_shape_add(&m, pp_shape_box(pp_vec(10, 10, 10), pp_vec(11, 12, 13)));
    return m;
}

static pp_bvh *
tree(const pp_mesh *m)
{
    pp_bvh *bvh;
    pp_error err = { 0 };

    ck_ok(pp_bvh_build(m, &bvh, &err), err);
    return bvh;
}

static double
to_edge(pp_vec3 p, pp_vec3 a, pp_vec3 b)
{
    const double length = pp_distance(a, b);
    double s = length > 0 ? pp_dot(pp_sub(p, a), pp_sub(b, a)) / length : 0;

    s = fmin(fmax(s, 0), length);
    return length > 0 ? pp_distance(p, pp_madd(a, s / length, pp_sub(b, a)))
                      : pp_distance(p, a);
}

static double
to_triangle(pp_vec3 p, pp_vec3 a, pp_vec3 b, pp_vec3 c)
{
    const pp_vec3 cross = pp_cross(pp_sub(b, a), pp_sub(c, a));
    const pp_vec3 n = pp_unit(cross);
    const double height = pp_dot(pp_sub(p, a), n);
    const pp_vec3 foot = pp_madd(p, -height, n);
    const bool within =
        pp_dot(pp_cross(pp_sub(b, a), pp_sub(foot, a)), n) >= 0 &&
        pp_dot(pp_cross(pp_sub(c, b), pp_sub(foot, b)), n) >= 0 &&
        pp_dot(pp_cross(pp_sub(a, c), pp_sub(foot, c)), n) >= 0;

    if (within && pp_norm(cross) > 1e-12) /* else its plane is noise */
        return fabs(height);
    return fmin(to_edge(p, a, b), fmin(to_edge(p, b, c), to_edge(p, c, a)));
}

static double
to_facet(const pp_mesh *m, size_t t, pp_vec3 p)
{
    return to_triangle(p, m->vert[m->tri[t][0]], m->vert[m->tri[t][1]],
                       m->vert[m->tri[t][2]]);
}

static double
to_mesh(const pp_mesh *m, pp_vec3 p)
{
    double best = HUGE_VAL;

    for (size_t t = 0; t < m->ntri; t++)
        best = fmin(best, to_facet(m, t, p));
    return best;
}

START_TEST(nearest_point_is_that_of_a_loop_over_all_facets)
{
    pp_random r = { 1 };
    pp_mesh m = zoo();
    pp_bvh *bvh = tree(&m);

    for (int i = 0; i < 500; i++) {
        const pp_vec3 p = random_point(&r, 20);
        const pp_nearest n = pp_bvh_nearest(bvh, p, HUGE_VAL);

        ck_near(n.distance, to_mesh(&m, p), 1e-9);
        ck_near(pp_distance(n.point, p), n.distance, 1e-9);
        ck_assert_uint_lt(n.facet, m.ntri);
        ck_near(to_facet(&m, n.facet, n.point), 0, 1e-9);
    }
    pp_bvh_free(bvh);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(nothing_is_found_at_or_beyond_the_limit)
{
    pp_random r = { 2 };
    pp_mesh m = zoo();
    pp_bvh *bvh = tree(&m);

    for (int i = 0; i < 200; i++) {
        const pp_vec3 p = random_point(&r, 20);
        const double d = pp_bvh_nearest(bvh, p, HUGE_VAL).distance;

        ck_assert_uint_eq(pp_bvh_nearest(bvh, p, d * (1 - 1e-9)).facet,
                          PP_NONE);
        ck_assert_uint_ne(pp_bvh_nearest(bvh, p, d * (1 + 1e-9)).facet,
                          PP_NONE);
        ck_assert(pp_bvh_ball_is_empty(bvh, p, d * (1 - 1e-9)));
        ck_assert(!pp_bvh_ball_is_empty(bvh, p, d * (1 + 1e-9)));
    }
    pp_bvh_free(bvh);
    pp_mesh_free(&m);
}
END_TEST

/* Corner order and slivers, with degenerate triangles of each kind. */
START_TEST(nearest_point_of_one_triangle_holds_for_slivers_and_points)
{
    pp_random r = { 3 };

    for (int i = 0; i < 2000; i++) {
        const pp_vec3 p = random_point(&r, 3);
        pp_vec3 v[3] = { random_point(&r, 1), random_point(&r, 1),
                         random_point(&r, 1) };
        pp_vec3 q;

        if (i % 4 == 1)
            v[2] = pp_madd(v[0], pp_random_unit(&r), pp_sub(v[1], v[0]));
        if (i % 4 == 2)
            v[1] = v[2] = v[0];
        if (i % 4 == 3)
            v[2] = v[i / 4 % 2];
        q = pp_nearest_on_triangle(p, v);
        ck_near(pp_distance(p, q), to_triangle(p, v[0], v[1], v[2]), 1e-6);
    }
}
END_TEST

START_TEST(a_ray_from_the_middle_of_a_sphere_leaves_it_once_and_at_its_radius)
{
    pp_random r = { 4 };
    const pp_vec3 c = pp_vec(100, -200, 300);
    pp_mesh m = pp_shape_sphere(c, 5, 4);
    pp_bvh *bvh = tree(&m);

    for (int i = 0; i < 500; i++) {
        const pp_vec3 d = i < 6 ? pp_vec(i == 0 ? 1 : i == 1 ? -1 : 0,
                                         i == 2 ? 1 : i == 3 ? -1 : 0,
                                         i == 4 ? 1 : i == 5 ? -1 : 0)
                                : random_direction(&r);
        double s;

        ck_assert_uint_ne(pp_bvh_ray(bvh, c, d, 0, HUGE_VAL, &s), PP_NONE);
        ck_near(s, 5, 0.02); /* the facets' sagitta */
        /* an edge may be met in both facets, a rounding apart */
        ck_assert_uint_eq(pp_bvh_ray(bvh, c, d, s + 1e-9, HUGE_VAL, &s),
                          PP_NONE);
        ck_assert_uint_eq(pp_bvh_ray(bvh, c, d, 0, 4.97, &s), PP_NONE);
    }
    pp_bvh_free(bvh);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_ray_finds_the_first_of_many_facets)
{
    pp_random r = { 5 };
    pp_mesh m = zoo();
    pp_bvh *bvh = tree(&m);
    size_t nhit = 0;

    for (int i = 0; i < 500; i++) {
        const pp_vec3 p = random_point(&r, 20), d = random_direction(&r);
        double s, first = HUGE_VAL;
        const uint32_t hit = pp_bvh_ray(bvh, p, d, 0, HUGE_VAL, &s);

        for (size_t t = 0; t < m.ntri; t++) {
            const pp_vec3 a = m.vert[m.tri[t][0]], b = m.vert[m.tri[t][1]],
                          c = m.vert[m.tri[t][2]];
            const pp_vec3 n = pp_cross(pp_sub(b, a), pp_sub(c, a));
            const double along = pp_dot(pp_sub(a, p), n) / pp_dot(d, n);

            if (along > 0 &&
                to_facet(&m, t, pp_madd(p, along, d)) < 1e-9)
                first = fmin(first, along);
        }
        ck_assert_int_eq(hit != PP_NONE, first < HUGE_VAL);
        if (hit != PP_NONE)
            ck_near(s, first, 1e-7);
        nhit += hit != PP_NONE;
    }
    ck_assert_uint_gt(nhit, 20);
    pp_bvh_free(bvh);
    pp_mesh_free(&m);
}
END_TEST

/* Solid angle as the excess of the spherical triangle (Girard). */
static double
excess(pp_vec3 p, pp_vec3 a, pp_vec3 b, pp_vec3 c)
{
    const pp_vec3 u[3] = { pp_unit(pp_sub(a, p)), pp_unit(pp_sub(b, p)),
                           pp_unit(pp_sub(c, p)) };
    const double side = pp_dot(u[0], pp_cross(u[1], u[2]));
    double sum = -M_PI;

    for (int k = 0; k < 3; k++) {
        const pp_vec3 n = pp_unit(pp_cross(u[k], u[(k + 1) % 3]));
        const pp_vec3 o = pp_unit(pp_cross(u[k], u[(k + 2) % 3]));

        sum += acos(fmin(fmax(pp_dot(n, o), -1), 1));
    }
    return side > 0 ? sum : -sum;
}

START_TEST(winding_number_is_the_sum_of_all_solid_angles_within_a_hundredth)
{
    pp_random r = { 6 };
    pp_mesh m = zoo();
    pp_bvh *bvh = tree(&m);
    double worst = 0;

    for (int i = 0; i < 400; i++) {
        const pp_vec3 p = random_point(&r, 16);
        double sum = 0;

        for (size_t t = 0; t < m.ntri; t++)
            sum += excess(p, m.vert[m.tri[t][0]], m.vert[m.tri[t][1]],
                          m.vert[m.tri[t][2]]);
        worst = fmax(worst, fabs(pp_bvh_winding(bvh, p) - sum / (4 * M_PI)));
    }
    ck_assert_msg(worst < 0.01, "off by %g", worst);
    pp_bvh_free(bvh);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(winding_number_tells_the_inside_of_a_ball_with_a_hole)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 4), open = { 0 };
    pp_error err = { 0 };
    uint8_t *keep = pp_alloc(m.ntri, 1);
    pp_bvh *bvh;

    for (size_t t = 0; t < m.ntri; t++)
        keep[t] = m.vert[m.tri[t][0]].z < 9;
    ck_ok(pp_mesh_select(&m, keep, &open, &err), err);
    ck_assert_uint_lt(open.ntri, m.ntri);
    bvh = tree(&open);
    ck_assert(pp_bvh_winding(bvh, pp_vec(0, 0, 0)) > 0.5);
    ck_assert(pp_bvh_winding(bvh, pp_vec(0, 9, 0)) > 0.5);
    ck_assert(pp_bvh_winding(bvh, pp_vec(0, 11, 0)) < 0.5);
    ck_assert(pp_bvh_winding(bvh, pp_vec(0, 0, 12)) < 0.5);
    pp_bvh_free(bvh);
    pp_free(keep);
    pp_mesh_free(&m);
    pp_mesh_free(&open);
}
END_TEST

START_TEST(tangent_ball_is_empty_and_no_larger_one_is)
{
    pp_random r = { 7 };
    pp_mesh m = zoo();
    pp_bvh *bvh = tree(&m);
    size_t nstopped = 0;

    for (int i = 0; i < 500; i++) {
        const pp_vec3 p = random_point(&r, 14), d = random_direction(&r);
        const pp_tangent_ball b = pp_bvh_tangent_ball(bvh, p, d, 30);
        const double s = b.radius;

        ck_assert(to_mesh(&m, pp_madd(p, s, d)) >= s * (1 - 2.1e-4));
        if (b.facet == PP_NONE) {
            ck_assert(s == 30);
            continue;
        }
        nstopped++;
        ck_near(pp_distance(b.touch, pp_madd(p, s, d)), s, 2.1e-4 * s);
        ck_near(to_facet(&m, b.facet, b.touch), 0, 1e-9);
        ck_assert(to_mesh(&m, pp_madd(p, s * 1.01, d)) < s * 1.01);
    }
    ck_assert_uint_gt(nstopped, 100);
    pp_bvh_free(bvh);
    pp_mesh_free(&m);
}
END_TEST

typedef struct {
    size_t n;
    uint8_t seen[100000];
} visited;

static int
note(uint32_t facet, void *data)
{
    visited *v = data;

    v->n++;
    v->seen[facet]++;
    return 0;
}

static int
stop_at_second(uint32_t facet, void *data)
{
    (void)facet;
    return ++*(int *)data == 2;
}

START_TEST(overlap_visits_each_facet_whose_box_meets_once)
{
    static visited v;
    pp_random r = { 8 };
    pp_mesh m = zoo();
    pp_bvh *bvh = tree(&m);
    int n = 0;

    ck_assert_uint_lt(m.ntri, sizeof v.seen);
    for (int i = 0; i < 100; i++) {
        pp_box box = pp_box_empty();

        pp_box_add(&box, random_point(&r, 14));
        pp_box_add(&box, random_point(&r, 14));
        memset(&v, 0, sizeof v);
        pp_bvh_overlap(bvh, box, note, &v);
        for (size_t t = 0; t < m.ntri; t++) {
            pp_box own = pp_box_empty();

            for (int k = 0; k < 3; k++)
                pp_box_add(&own, m.vert[m.tri[t][k]]);
            ck_assert_int_eq(v.seen[t], own.low.x <= box.high.x &&
                                            own.high.x >= box.low.x &&
                                            own.low.y <= box.high.y &&
                                            own.high.y >= box.low.y &&
                                            own.low.z <= box.high.z &&
                                            own.high.z >= box.low.z);
        }
    }
    pp_bvh_overlap(bvh, pp_mesh_box(&m), stop_at_second, &n);
    ck_assert_int_eq(n, 2);
    pp_bvh_free(bvh);
    pp_mesh_free(&m);
}
END_TEST

/* As a reader could meet them: no facets, one facet, all facets in a point. */
START_TEST(odd_meshes_make_trees_too)
{
    pp_error err = { 0 };
    pp_mesh none = { 0 }, m;
    pp_bvh *bvh = tree(&none);
    double s;

    ck_assert_uint_eq(pp_bvh_nearest(bvh, pp_vec(0, 0, 0), HUGE_VAL).facet,
                      PP_NONE);
    ck_assert_uint_eq(pp_bvh_ray(bvh, pp_vec(0, 0, 0), pp_vec(1, 0, 0), 0, 9,
                                 &s), PP_NONE);
    ck_assert(pp_bvh_winding(bvh, pp_vec(0, 0, 0)) == 0);
    pp_bvh_free(bvh);

    ck_ok(pp_mesh_alloc(&m, 1, 50000, &err), err);
    m.vert[0] = pp_vec(1e300, 2, 3);
    memset(m.tri, 0, m.ntri * sizeof *m.tri);
    bvh = tree(&m);
    ck_assert(pp_bvh_nearest(bvh, m.vert[0], 1).distance == 0);
    pp_bvh_free(bvh);
    pp_mesh_free(&m);
}
END_TEST

/* Scales that make every cut lopsided: the depth stays bounded. */
START_TEST(a_geometric_row_of_facets_does_not_overflow_the_stack)
{
    pp_error err = { 0 };
    pp_mesh m;
    pp_bvh *bvh;
    const size_t n = 3000;

    ck_ok(pp_mesh_alloc(&m, 3 * n, n, &err), err);
    for (size_t t = 0; t < n; t++) {
        const double x = ldexp(1, 100 - (int)(t % 200));

        m.vert[3 * t] = pp_vec(x, 0, 0);
        m.vert[3 * t + 1] = pp_vec(x, x, 0);
        m.vert[3 * t + 2] = pp_vec(x, 0, x);
        for (uint32_t k = 0; k < 3; k++)
            m.tri[t][k] = (uint32_t)(3 * t) + k;
    }
    bvh = tree(&m);
    for (int i = -100; i < 100; i++) {
        const pp_vec3 p = pp_vec(ldexp(1.1, i), 0, 0);

        ck_near(pp_bvh_nearest(bvh, p, HUGE_VAL).distance / to_mesh(&m, p), 1,
                1e-6);
    }
    pp_bvh_free(bvh);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("mesh/bvh", nearest_point_is_that_of_a_loop_over_all_facets,
         nothing_is_found_at_or_beyond_the_limit,
         nearest_point_of_one_triangle_holds_for_slivers_and_points,
         a_ray_from_the_middle_of_a_sphere_leaves_it_once_and_at_its_radius,
         a_ray_finds_the_first_of_many_facets,
         winding_number_is_the_sum_of_all_solid_angles_within_a_hundredth,
         winding_number_tells_the_inside_of_a_ball_with_a_hole,
         tangent_ball_is_empty_and_no_larger_one_is,
         overlap_visits_each_facet_whose_box_meets_once,
         odd_meshes_make_trees_too,
         a_geometric_row_of_facets_does_not_overflow_the_stack)
