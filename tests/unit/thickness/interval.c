/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interval.c - bounds that hold the truth, whichever way a body lies
 */
#include "bound.h"

#include "shapes.h"

#include <stdio.h>
#include <string.h>

static void
assert_holds(pp_thickness_interval i, double truth, double width)
{
    printf("# %.4f in [%.4f, %.4f] found %.4f, %zu balls\n", truth, i.lo_mm,
           i.hi_mm, i.found_mm, i.nball);
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
        assert_holds(bound(&m, 1.5), t * cos(M_PI / n), 0.0201);
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
        const double h = 8 * tan(opening[k] / 2 * M_PI / 180);
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

    ck_assert(i.lo_mm >= 1.4 && i.lo_mm <= i.hi_mm && i.hi_mm <= 2);
    ck_assert(i.coarse_lo_mm == 0);
    pp_mesh_free(&m);
}
END_TEST

/* A ball with a flap: two facets back to back on one of its edges. */
static pp_mesh
ball_with_flap(double height)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 3, 3), flap;
    const pp_vec3 a = m.vert[m.tri[0][0]], b = m.vert[m.tri[0][1]];
    const pp_vec3 middle = pp_scale(pp_add(a, b), 0.5);
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&flap, 3, 2, &err), err);
    flap.vert[0] = a;
    flap.vert[1] = b;
    flap.vert[2] = pp_madd(middle, height, pp_unit(middle));
    for (uint32_t k = 0; k < 3; k++) {
        flap.tri[0][k] = k;
        flap.tri[1][k] = 2 - k;
    }
    pp_shape_add(&m, flap);
    return m;
}

/* No ball is as near to it as any edge would let it be. */
START_TEST(a_flap_has_no_bound_from_below)
{
    pp_mesh m = ball_with_flap(0.6);
    const pp_thickness_interval i = bound(&m, 2);

    ck_assert(i.lo_mm == 0 && i.coarse_lo_mm == 0 && i.hi_mm <= 0.6);
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
    const double h = 4, x = h * tan(20 * M_PI / 180), y = h * tan(60 * M_PI / 180);
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

/* A block 16 mm wide, its upper side broken at random by `rough` either way
 * every 4 mm, its base 6 mm below. */
static pp_mesh
hills(double rough, pp_random *r)
{
    enum { N = 5, BASE = N * N };
    pp_mesh m;
    pp_error err = { 0 };
    pp_tri *tri;

    ck_ok(pp_mesh_alloc(&m, 2 * BASE, 4 * (N - 1) * (N - 1) + 8 * (N - 1),
                        &err), err);
    for (size_t v = 0; v < 2 * BASE; v++)
        m.vert[v] = pp_vec(4.0 * (double)(v % N), 4.0 * (double)(v / N % N),
                           v < BASE ? rough * (2 * pp_random_unit(r) - 1)
                                    : -6);
    tri = m.tri;
    for (uint32_t a = 0; a < BASE - N; a++) {
        const uint32_t b = a + 1, c = a + N + 1, d = a + N;

        if (a % N == N - 1)
            continue;
        for (int k = 0; k < 3; k++) {
            tri[0][k] = (const pp_tri){ a, b, c }[k];
            tri[1][k] = (const pp_tri){ a, c, d }[k];
            tri[2][k] = BASE + (const pp_tri){ a, d, c }[k];
            tri[3][k] = BASE + (const pp_tri){ a, c, b }[k];
        }
        tri += 4;
    }
    for (uint32_t i = 0; i < N - 1; i++) {
        const uint32_t from[4] = { i + 1, BASE - N + i, i * N,
                                   (i + 2) * N - 1 },
                       to[4] = { i, BASE - N + i + 1, (i + 1) * N,
                                 (i + 1) * N - 1 };

        for (int side = 0; side < 4; side++, tri += 2)
            for (int k = 0; k < 3; k++) {
                const uint32_t a = from[side], b = to[side];

                tri[0][k] = (const pp_tri){ a, b, BASE + b }[k];
                tri[1][k] = (const pp_tri){ a, BASE + b, BASE + a }[k];
            }
    }
    ck_assert_ptr_eq(tri, m.tri + m.ntri);
    return m;
}

/* Corners with hills on two sides and valleys on two: the balls that their
 * facets stop stay off farther away than the corner's own ball touches. Balls
 * of 1 mm meet no two corners at once. */
START_TEST(a_corner_between_hills_and_valleys_is_no_thin_wall)
{
    pp_random r = { 3 };

    for (int k = 0; k < pp_test_rounds(4); k++) {
        pp_mesh m = hills(3, &r);
        pp_thickness_interval i;

        turn(&m, &r);
        i = bound(&m, 1);
        ck_assert_msg(i.hi_mm == 1 && i.lo_mm >= 0.98, "%d: [%.4f, %.4f]", k,
                      i.lo_mm, i.hi_mm);
        pp_mesh_free(&m);
    }
}
END_TEST

/* A blade of 20 degrees whose tip is blunt: no edge of it is a knife, but no
 * rounding is that sharp either. */
START_TEST(a_blunt_blade_is_as_thin_as_its_tip)
{
    const double x = 8, y = 8 * tan(10 * M_PI / 180);
    pp_mesh m = pp_shape_box(pp_vec(0, -1, 0), pp_vec(1, 1, 6));
    pp_thickness_interval i;

    for (size_t v = 0; v < m.nvert; v++)
        m.vert[v] = pp_vec(x * m.vert[v].x,
                           m.vert[v].y * (0.04 + y * m.vert[v].x),
                           m.vert[v].z);
    i = bound(&m, 1);
    /* the ball between the sides that touches the tip is 0.095 wide; edges of
     * 100 degrees allow for as much again */
    ck_assert_msg(i.hi_mm <= 0.2 && i.hi_mm >= 0.09 && i.lo_mm >= 0.08,
                  "[%.4f, %.4f]", i.lo_mm, i.hi_mm);
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
         a_flap_has_no_bound_from_below,
         a_flat_peak_is_no_thin_wall,
         a_corner_between_hills_and_valleys_is_no_thin_wall,
         a_blunt_blade_is_as_thin_as_its_tip,
         what_is_wider_than_the_limit_is_bounded_by_it)
