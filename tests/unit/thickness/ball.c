/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ball.c - thickness of bodies whose thickness is known
 */
#include "test.h"

#include "base/alloc.h"
#include "shapes.h"
#include "thickness/thickness.h"

#include <math.h>
#include <string.h>

static pp_thickness
measure(const pp_mesh *m, double limit_mm, double spacing_mm)
{
    const pp_thickness_options o = { .limit_mm = limit_mm,
                                     .spacing_mm = spacing_mm };
    pp_thickness t;
    pp_error err = { 0 };

    ck_ok(pp_thickness_measure(m, &o, &t, &err), err);
    ck_assert_uint_eq(t.nvert, m->nvert);
    ck_assert_uint_ge(t.nball, m->nvert + m->ntri);
    return t;
}

static pp_thickness_summary
summary(const pp_mesh *m, double limit_mm, double spacing_mm, double t_mm)
{
    pp_thickness t = measure(m, limit_mm, spacing_mm);
    pp_thickness_summary s;
    pp_error err = { 0 };

    ck_ok(pp_thickness_summarise(&t, t_mm, &s, &err), err);
    pp_thickness_free(&t);
    return s;
}

/* A wall between two spheres about one centre. */
static pp_mesh
hollow_ball(double outer, double wall, int levels)
{
    pp_mesh m = pp_shape_sphere(pp_vec(3, -4, 5), outer, levels);
    pp_mesh inner = pp_shape_sphere(pp_vec(3, -4, 5), outer - wall, levels);

    pp_shape_flip(&inner);
    pp_shape_add(&m, inner);
    return m;
}

/* A prism over a convex polygon in the plane z = 0. */
static pp_mesh
prism(const double (*xy)[2], uint32_t n, double height)
{
    pp_mesh m = { 0 };
    pp_error err = { 0 };
    size_t t = 0;

    ck_ok(pp_mesh_alloc(&m, 2 * n, 4 * n - 4, &err), err);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t j = (i + 1) % n;
        const pp_tri side[2] = { { i, j, n + j }, { i, n + j, n + i } };

        m.vert[i] = pp_vec(xy[i][0], xy[i][1], 0);
        m.vert[n + i] = pp_vec(xy[i][0], xy[i][1], height);
        memcpy(m.tri[t++], side[0], sizeof side[0]);
        memcpy(m.tri[t++], side[1], sizeof side[1]);
    }
    for (uint32_t i = 1; i + 1 < n; i++) {
        const pp_tri cap[2] = { { 0, i + 1, i }, { n, n + i, n + i + 1 } };

        memcpy(m.tri[t++], cap[0], sizeof cap[0]);
        memcpy(m.tri[t++], cap[1], sizeof cap[1]);
    }
    return m;
}

static pp_mesh
regular_rod(uint32_t n, double width, double height)
{
    double xy[32][2];
    const double r = width / 2 / cos(M_PI / n);

    for (uint32_t i = 0; i < n; i++) {
        xy[i][0] = r * cos(2 * M_PI * i / n);
        xy[i][1] = r * sin(2 * M_PI * i / n);
    }
    return prism((const double (*)[2])xy, n, height);
}

/* A long wedge whose faces open by so much at the z axis. */
static pp_mesh
wedge(double opening_deg)
{
    const double a = opening_deg / 2 * M_PI / 180, l = 20;
    const double xy[3][2] = { { 0, 0 }, { l * cos(a), -l * sin(a) },
                              { l * cos(a), l * sin(a) } };

    return prism(xy, 3, 20);
}

START_TEST(wall_between_two_spheres_is_their_distance)
{
    static const double wall[] = { 0.3, 0.7, 1.5, 5 };

    for (size_t i = 0; i < 4; i++) {
        pp_mesh m = hollow_ball(20, wall[i], 5);
        const pp_thickness_summary s = summary(&m, 0, 0, 1);

        /* facets of 0.7 mm on a radius of 20 bulge by 0.004 mm */
        ck_near(s.min_mm, wall[i], 0.02);
        ck_near(s.median_mm, wall[i], 0.02);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(a_slab_is_as_thick_at_its_edges_and_corners_as_in_its_middle)
{
    pp_mesh m = pp_shape_box(pp_vec(-10, -8, 1), pp_vec(10, 8, 2.2));
    pp_thickness t = measure(&m, 0, 0.5);

    ck_assert_uint_gt(t.nball, 1000);
    for (size_t i = 0; i < t.nball; i++)
        ck_near(t.ball[i].diameter_mm, 1.2, 0.02);
    pp_thickness_free(&t);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(turning_a_body_changes_its_minimum_by_less_than_a_fiftieth)
{
    pp_random r = { 11 };

    for (int i = 0; i < 24; i++) {
        pp_mesh m = pp_shape_box(pp_vec(-10, -8, 1), pp_vec(10, 8, 2.2));

        pp_shape_rotate(&m, 7 * pp_random_unit(&r), 7 * pp_random_unit(&r),
                        7 * pp_random_unit(&r));
        pp_shape_move(&m, pp_vec(-300, 200, 900));
        ck_near(summary(&m, 0, 1, 1).min_mm, 1.2, 0.02);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(a_rod_is_thin_however_few_sides_it_has)
{
    for (uint32_t n = 4; n <= 24; n += 4) {
        pp_mesh m = regular_rod(n, 0.6, 10);

        ck_near(summary(&m, 0, 0.3, 1).min_mm, 0.6, 0.03);
        ck_near(summary(&m, 1, 0.3, 1).min_mm, 0.6, 0.03);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(a_solid_block_is_nowhere_thinner_than_its_smallest_side)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(9, 7, 5));
    const pp_thickness_summary s = summary(&m, 0, 0.5, 1.5);

    ck_near(s.min_mm, 5, 0.05);
    ck_assert(s.area_below_mm2 == 0);
    ck_near(s.area_mm2, 2 * (63 + 45 + 35), 1e-9);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_wedge_is_an_edge_and_no_thin_wall_but_a_knife_is_told)
{
    static const double opening[] = { 20, 40, 60, 90, 120, 140 };

    for (size_t i = 0; i < 6; i++) {
        pp_mesh m = wedge(opening[i]);
        pp_thickness t = measure(&m, 2, 0.5);
        pp_thickness_summary s;
        pp_error err = { 0 };

        ck_ok(pp_thickness_summarise(&t, 2, &s, &err), err);
        ck_assert_msg(s.min_mm > 1.98, "%g degrees: %g mm at %g %g %g",
                      opening[i], s.min_mm, s.min_place.x, s.min_place.y,
                      s.min_place.z);
        ck_near(t.sharpest_deg, fmin(opening[i], (180 - opening[i]) / 2),
                1e-6);
        ck_assert_uint_eq(t.nknife > 0, opening[i] < 30 || opening[i] > 120);
        pp_thickness_free(&t);
        pp_mesh_free(&m);
    }
}
END_TEST

/* Far from its edges, a wedge is as thick as the ball that touches there. */
START_TEST(a_thin_wall_beside_a_thick_block_is_found_at_its_place)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
    pp_mesh fin = pp_shape_box(pp_vec(30, 0, 0), pp_vec(30.5, 8, 8));
    pp_thin_region *region;
    size_t n;
    pp_thickness t;
    pp_error err = { 0 };

    pp_shape_add(&m, fin);
    t = measure(&m, 1, 0.5);
    ck_ok(pp_thickness_regions(&m, &t, 1, &region, &n, &err), err);
    ck_assert_uint_eq(n, 1);
    ck_near(region[0].min_mm, 0.5, 0.02);
    ck_near(region[0].area_mm2, 2 * 64 + 4 * 8 * 0.5, 1e-6);
    ck_assert(region[0].place.x >= 30 && region[0].place.x <= 30.5);
    pp_free(region);
    pp_thickness_free(&t);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_limit_changes_no_ball_below_it)
{
    pp_mesh m = hollow_ball(20, 1.1, 4);
    pp_thickness all = measure(&m, 0, 0), some = measure(&m, 1.0, 0),
                 more = measure(&m, 1.4, 0);

    for (size_t i = 0; i < all.nball; i++) {
        ck_assert(!some.ball[i].stopped);
        ck_near(some.ball[i].diameter_mm, 1.0, 1e-12);
        ck_near(more.ball[i].diameter_mm, all.ball[i].diameter_mm, 0.02);
    }
    pp_thickness_free(&all);
    pp_thickness_free(&some);
    pp_thickness_free(&more);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(every_ball_lies_inside_the_solid)
{
    pp_mesh m = hollow_ball(10, 1.3, 4);
    pp_thickness t;
    pp_bvh *bvh;
    pp_error err = { 0 };

    pp_shape_add(&m, pp_shape_torus(pp_vec(30, 0, 0), 6, 1, 40, 20));
    t = measure(&m, 0, 0);
    ck_ok(pp_bvh_build(&m, &bvh, &err), err);
    for (size_t i = 0; i < t.nball; i++) {
        const pp_ball *b = &t.ball[i];

        ck_assert(pp_bvh_nearest(bvh, b->centre, HUGE_VAL).distance >=
                  b->diameter_mm / 2 * (1 - 2.1e-4));
        ck_assert(pp_bvh_winding(bvh, b->centre) > 0.5);
        ck_assert(pp_distance(b->centre, b->touch) <=
                  b->diameter_mm / 2 * 1.04 + PP_TOUCH_MM);
    }
    pp_bvh_free(bvh);
    pp_thickness_free(&t);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(histogram_holds_the_whole_area_and_quantiles_are_ordered)
{
    pp_mesh m = hollow_ball(10, 1.3, 4);
    pp_thickness_summary s;
    double sum = 0;

    pp_shape_add(&m, pp_shape_box(pp_vec(30, 0, 0), pp_vec(35, 5, 5)));
    s = summary(&m, 0, 0.5, 1.0);
    for (int i = 0; i < PP_THICKNESS_NBIN; i++)
        sum += s.bin_mm2[i];
    ck_near(sum, s.area_mm2, 1e-6 * s.area_mm2);
    ck_assert(s.min_mm <= s.p1_mm && s.p1_mm <= s.median_mm);
    ck_near(s.bin_mm, 0.1, 1e-12);
    pp_mesh_free(&m);
}
END_TEST

/* Rims are edges of what lies around, too: hollow ones. */
START_TEST(a_gap_between_two_plates_is_their_distance)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(8, 6, 1));
    const pp_thickness_options o = { .limit_mm = 2, .spacing_mm = 0.5,
                                     .turned_over = true };
    pp_thickness t;
    pp_error err = { 0 };
    size_t nnarrow = 0;

    pp_shape_add(&m, pp_shape_box(pp_vec(0, 0, 1.7), pp_vec(8, 6, 3)));
    pp_shape_rotate(&m, 0.3, 1.1, -0.4);
    pp_shape_flip(&m);
    ck_ok(pp_thickness_measure(&m, &o, &t, &err), err);
    for (size_t i = t.nvert; i < t.nball; i++) {
        const double d = t.ball[i].diameter_mm;

        ck_assert(d >= 0.69);
        nnarrow += d < 0.72;
    }
    /* the two faces of 48 mm2, but for a strip at their rims */
    ck_assert_uint_ge(nnarrow, 2 * 48 * 6);
    pp_thickness_free(&t);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_ray_goes_straight_across_to_the_other_side)
{
    pp_mesh m = wedge(40);
    const pp_thickness_options o = { .limit_mm = 50, .spacing_mm = 0.7,
                                     .rays = true };
    pp_thickness t;
    pp_error err = { 0 };

    ck_ok(pp_thickness_measure(&m, &o, &t, &err), err);
    for (size_t i = t.nvert; i < t.nball; i++) {
        const pp_ball *b = &t.ball[i];
        const double from_tip = hypot(b->touch.x, b->touch.y);

        /* from a side of the wedge to the other; its back lies beyond */
        if (b->touch.z < 0.1 || b->touch.z > 19.9 || from_tip > 14)
            continue;
        ck_near(b->diameter_mm, from_tip * tan(40 * M_PI / 180), 1e-6);
        ck_assert(b->stopped && !b->edge_zone);
    }
    pp_thickness_free(&t);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(no_facets_is_refused)
{
    const pp_mesh none = { 0 };
    pp_thickness t;
    pp_error err = { 0 };

    ck_assert_int_eq(pp_thickness_measure(&none, NULL, &t, &err), PP_EGEOM);
    ck_assert_ptr_null(t.ball);
}
END_TEST

/* Places all over a body and around it, as a soup of points. */
static pp_mesh
places_about(const pp_mesh *m)
{
    const pp_box box = pp_mesh_box(m);
    const pp_vec3 size = pp_box_size(box);
    pp_mesh soup = { 0 };
    enum { N = 12 };

    soup.vert = pp_alloc((size_t)N * N * N, 3 * sizeof *soup.vert);
    soup.tri = pp_alloc((size_t)N * N * N, sizeof *soup.tri);
    ck_assert(soup.vert != NULL && soup.tri != NULL);
    for (int i = 0; i < N * N * N; i++) {
        const pp_vec3 at =
            pp_vec(box.low.x + size.x * (i % N - 1) / (N - 3.0),
                   box.low.y + size.y * (i / N % N - 1) / (N - 3.0),
                   box.low.z + size.z * (i / N / N - 1) / (N - 3.0));

        for (uint32_t k = 0; k < 3; k++) {
            soup.tri[soup.ntri][k] = (uint32_t)soup.nvert;
            soup.vert[soup.nvert++] = at;
        }
        soup.ntri++;
    }
    return soup;
}

static double
thin_mm2(const pp_mesh *m, double t_mm, const pp_bvh *offered)
{
    const pp_thickness_options o = { .limit_mm = t_mm, .t_mm = t_mm,
                                     .spacing_mm = t_mm / 2,
                                     .offered = offered };
    pp_thickness t;
    pp_thickness_summary s;
    pp_error err = { 0 };

    ck_ok(pp_thickness_measure(m, &o, &t, &err), err);
    ck_ok(pp_thickness_summarise(&t, t_mm, &s, &err), err);
    pp_thickness_free(&t);
    return s.area_below_mm2;
}

START_TEST(a_ball_that_is_offered_counts_only_where_it_has_room)
{
    pp_mesh slab = pp_shape_box(pp_vec(0, 0, 0), pp_vec(9, 7, 1));
    pp_mesh shell = hollow_ball(4, 0.8, 3);
    const pp_mesh *body[] = { &slab, &shell };
    const double thin[] = { 1.1, 0.9 }, thick[] = { 0.9, 0.7 };

    for (int i = 0; i < 2; i++) {
        pp_mesh soup = places_about(body[i]);
        pp_bvh *offered;
        pp_error err = { 0 };

        ck_ok(pp_bvh_build(&soup, &offered, &err), err);
        ck_assert_double_gt(thin_mm2(body[i], thin[i], NULL), 50);
        ck_assert_double_eq_tol(thin_mm2(body[i], thin[i], offered),
                                thin_mm2(body[i], thin[i], NULL), 1e-6);
        ck_assert_double_eq(thin_mm2(body[i], thick[i], offered), 0);
        pp_bvh_free(offered);
        pp_mesh_free(&soup);
    }
    pp_mesh_free(&slab);
    pp_mesh_free(&shell);
}
END_TEST

PP_TESTS("thickness/ball", a_ball_that_is_offered_counts_only_where_it_has_room,
         wall_between_two_spheres_is_their_distance,
         a_slab_is_as_thick_at_its_edges_and_corners_as_in_its_middle,
         turning_a_body_changes_its_minimum_by_less_than_a_fiftieth,
         a_rod_is_thin_however_few_sides_it_has,
         a_solid_block_is_nowhere_thinner_than_its_smallest_side,
         a_wedge_is_an_edge_and_no_thin_wall_but_a_knife_is_told,
         a_thin_wall_beside_a_thick_block_is_found_at_its_place,
         a_limit_changes_no_ball_below_it, every_ball_lies_inside_the_solid,
         histogram_holds_the_whole_area_and_quantiles_are_ordered,
         a_gap_between_two_plates_is_their_distance,
         a_ray_goes_straight_across_to_the_other_side,
         no_facets_is_refused)
