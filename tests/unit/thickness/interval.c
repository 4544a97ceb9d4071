/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interval.c - bounds that hold the truth, whichever way a body lies
 */
#include "thickness/thickness.h"

#include "shapes.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

#define PI 3.14159265358979323846

static pp_thickness_interval
bound(const pp_mesh *m, double limit_mm)
{
    const pp_thickness_options o = { .limit_mm = limit_mm, .t_mm = limit_mm,
                                     .spacing_mm = limit_mm / 2 };
    pp_thickness t;
    pp_thickness_interval i;
    pp_error err = { 0 };

    ck_ok(pp_thickness_measure(m, &o, &t, &err), err);
    ck_ok(pp_thickness_bound(m, &o, &t, &i, &err), err);
    pp_thickness_free(&t);
    printf("# [%.4f, %.4f] found %.4f, %zu balls\n", i.lo_mm, i.hi_mm,
           i.found_mm, i.nball);
    return i;
}

static void
assert_holds(pp_thickness_interval i, double truth, double width)
{
    ck_assert_msg(i.lo_mm <= truth && truth <= i.hi_mm,
                  "%.5f is not in [%.5f, %.5f]", truth, i.lo_mm, i.hi_mm);
    ck_assert_msg(i.hi_mm - i.lo_mm <= width, "[%.5f, %.5f] is wide",
                  i.lo_mm, i.hi_mm);
    ck_assert(i.certain_hi && i.nball > 0);
}

static void
turn(pp_mesh *m, pp_random *r)
{
    pp_shape_rotate(m, 6 * pp_random_unit(r), 6 * pp_random_unit(r),
                    6 * pp_random_unit(r));
    pp_shape_move(m, pp_vec(200 * pp_random_unit(r), -90, 1000));
}

START_TEST(a_plate_is_as_thick_as_it_is_in_any_direction)
{
    pp_random r = { 5 };

    for (int i = 0; i < pp_test_rounds(6); i++) {
        const double t = 0.3 + pp_random_unit(&r);
        pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(6, 4, t));

        turn(&m, &r);
        assert_holds(bound(&m, 1.5), t, 0.0201);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(between_nested_spheres_lies_the_wall)
{
    pp_random r = { 6 };

    for (int i = 0; i < pp_test_rounds(4); i++) {
        const double t = 0.4 + pp_random_unit(&r);
        pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 4, 4);
        pp_mesh in = pp_shape_sphere(pp_vec(0, 0, 0), 4 - t, 4);
        const double edge = 0.3; /* no longer at this radius: 20 * 4^4 */
        const double sag = edge * edge / (8 * (4 - t));
        pp_thickness_interval found;

        pp_shape_flip(&in);
        pp_shape_add(&m, in);
        turn(&m, &r);
        found = bound(&m, 2);
        /* facets of both lie nearer to the middle by their sag at most */
        ck_assert(found.lo_mm <= t + 2 * sag && found.hi_mm >= t - 2 * sag);
        ck_assert(found.hi_mm - found.lo_mm <= 0.0201 && found.certain_hi);
        pp_mesh_free(&m);
    }
}
END_TEST

/* Both walls have n sides, one behind the other: flats lie (R - r) cos(pi / n)
 * apart. */
START_TEST(a_pipe_is_as_thick_as_its_flats_are_apart)
{
    pp_random r = { 8 };

    for (int i = 0; i < pp_test_rounds(3); i++) {
        const int n = 64;
        const double t = 0.5 + 0.4 * pp_random_unit(&r);
        pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, 0), 3, 5, n);
        pp_mesh bore = pp_shape_cylinder(pp_vec(0, 0, 1), 3 - t, 3, n);

        /* closed at both ends by walls of 1 mm */
        pp_shape_flip(&bore);
        pp_shape_add(&m, bore);
        turn(&m, &r);
        assert_holds(bound(&m, 1.5), t * cos(3.141592653589793 / n), 0.0201);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(a_bubble_that_no_vertex_of_the_plate_is_near_to_is_seen)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(9, 9, 1));
    pp_mesh pit = pp_shape_sphere(pp_vec(5.1, 3.3, 0.6), 0.25, 3);
    pp_thickness_interval i;

    pp_shape_flip(&pit); /* 0.15 under the top, and a sag of its facets */
    pp_shape_add(&m, pit);
    i = bound(&m, 1.5);
    ck_assert(i.lo_mm <= 0.155 && i.lo_mm >= 0.1 && i.hi_mm >= 0.15);
    pp_mesh_free(&m);
}
END_TEST

/* An edge is left out of the least wall, however sharp; what its two sides
 * leave room for is as thick as any. */
START_TEST(a_wedge_is_no_thin_wall_whatever_its_opening)
{
    static const double opening[] = { 20, 45, 90, 120 };

    for (int k = 0; k < 4; k++) {
        const double h = 8 * tan(opening[k] / 2 * 3.141592653589793 / 180);
        pp_mesh m = pp_shape_box(pp_vec(0, 0, -h), pp_vec(8, 6, h));
        size_t n = 0;
        pp_thickness_interval i;
        pp_error err = { 0 };

        for (size_t v = 0; v < m.nvert; v++) /* one side closes to an edge */
            if (m.vert[v].x == 0)
                m.vert[v].z = 0;
        ck_ok(pp_mesh_weld_exact(&m, &n, &err), err);
        n = 0;
        for (size_t t = 0; t < m.ntri; t++)
            if (m.tri[t][0] != m.tri[t][1] && m.tri[t][1] != m.tri[t][2] &&
                m.tri[t][2] != m.tri[t][0])
                memcpy(m.tri[n++], m.tri[t], sizeof *m.tri);
        m.ntri = n;
        i = bound(&m, 1);
        ck_assert(i.hi_mm == 1 && i.lo_mm >= 0.98 && i.certain_hi);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(a_torus_in_a_torus_has_a_wall_of_their_difference)
{
    pp_random r = { 9 };
    pp_mesh m = pp_shape_torus(pp_vec(0, 0, 0), 6, 2, 96, 48);
    pp_mesh in = pp_shape_torus(pp_vec(0, 0, 0), 6, 1.4, 96, 48);
    pp_thickness_interval i;

    pp_shape_flip(&in);
    pp_shape_add(&m, in);
    turn(&m, &r);
    i = bound(&m, 1.5);
    /* flats of 96 and 48 sides lie in by (1 - cos) of half a step, at most */
    ck_assert(i.hi_mm >= 0.6 - 0.005 && i.lo_mm <= 0.6 + 0.009);
    ck_assert(i.hi_mm - i.lo_mm <= 0.0201 && i.certain_hi);
    pp_mesh_free(&m);
}
END_TEST

/* Tried: somewhere within reach of p, a ball that no vertex enters. */
static bool
has_ball(const pp_mesh *m, pp_vec3 p, double radius, double reach,
         pp_random *r)
{
    for (int k = 0; k < 3000; k++) {
        const pp_vec3 d = pp_vec(2 * pp_random_unit(r) - 1,
                                 2 * pp_random_unit(r) - 1,
                                 2 * pp_random_unit(r) - 1);
        const pp_vec3 c = pp_madd(p, reach, d);
        bool is_empty = pp_norm(d) <= 1 && pp_norm(c) < pp_norm(p);

        for (size_t v = 0; is_empty && v < m->nvert; v++)
            is_empty = pp_distance(c, m->vert[v]) >= radius;
        if (is_empty)
            return true;
    }
    return false;
}

/* Vertices moved in and out at random, as by voxels: hollow and sharp corners
 * side by side. */
static pp_mesh
rough_ball(int levels, double rough)
{
    pp_random r = { 12 };
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 3, levels);

    for (size_t v = 0; v < m.nvert; v++)
        m.vert[v] = pp_scale(m.vert[v],
                             1 - rough + 2 * rough * pp_random_unit(&r));
    return m;
}

START_TEST(a_rough_ball_is_bounded_from_below)
{
    pp_mesh m = rough_ball(4, 0.03);
    const pp_thickness_interval i = bound(&m, 2);

    ck_assert(i.lo_mm >= 0.4 && i.lo_mm <= i.hi_mm && i.hi_mm <= 2);
    ck_assert(i.coarse_lo_mm == 0);
    pp_mesh_free(&m);
}
END_TEST

/* Where balls of the corners' cones find no room. */
START_TEST(a_rough_ball_has_a_coarse_bound_where_there_is_no_other)
{
    pp_random r = { 12 };
    pp_mesh m = rough_ball(4, 0.02);
    const pp_thickness_interval i = bound(&m, 2);
    const double t = i.coarse_lo_mm;

    printf("# coarse %g\n", t);
    ck_assert(i.lo_mm == 0 && !i.certain_hi && i.hi_mm <= 2);
    ck_assert(t >= 1.5 && t <= 2);
    /* vertices have an empty ball somewhere under them, as near as the bound
     * says */
    for (size_t v = 0; v < m.nvert; v += 20)
        ck_assert(has_ball(&m, m.vert[v], t / 2,
                           0.01 + sqrt(2) * t / 2, &r));
    pp_mesh_free(&m);
}
END_TEST

/*
 * A peak of four facets, two of which stand at 20 degrees and two at 60 to its
 * axis: balls that the steep ones stop come to the others far from the peak,
 * where its inscribed cone's ball does not reach.
 */
START_TEST(a_flat_peak_is_no_thin_wall)
{
    const double h = 4, x = h * tan(20 * PI / 180), y = h * tan(60 * PI / 180);
    static const uint8_t tri[6][3] = { { 0, 1, 4 }, { 1, 2, 4 }, { 2, 3, 4 },
                                       { 3, 0, 4 }, { 0, 2, 1 }, { 0, 3, 2 } };
    pp_mesh m;
    pp_thickness_interval i;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 5, 6, &err), err);
    for (int v = 0; v < 4; v++)
        m.vert[v] = pp_vec(v == 1 || v == 2 ? x : -x, v < 2 ? -y : y, 0);
    m.vert[4] = pp_vec(0, 0, h);
    for (int k = 0; k < 6; k++)
        for (int j = 0; j < 3; j++)
            m.tri[k][j] = tri[k][j];
    i = bound(&m, 1);
    ck_assert(i.hi_mm == 1 && i.lo_mm >= 0.98 && i.coarse_lo_mm == 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(what_is_wider_than_the_limit_is_bounded_by_it)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(5, 5, 5));
    const pp_thickness_interval i = bound(&m, 1);

    ck_assert(i.hi_mm == 1 && i.lo_mm >= 0.98);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("thickness/interval", a_plate_is_as_thick_as_it_is_in_any_direction,
         between_nested_spheres_lies_the_wall,
         a_pipe_is_as_thick_as_its_flats_are_apart,
         a_bubble_that_no_vertex_of_the_plate_is_near_to_is_seen,
         a_wedge_is_no_thin_wall_whatever_its_opening,
         a_torus_in_a_torus_has_a_wall_of_their_difference,
         a_rough_ball_is_bounded_from_below,
         a_rough_ball_has_a_coarse_bound_where_there_is_no_other,
         a_flat_peak_is_no_thin_wall,
         what_is_wider_than_the_limit_is_bounded_by_it)
