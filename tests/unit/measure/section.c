/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/polygon.h"
#include "measure/section.h"
#include "shapes.h"
#include "test.h"

#include <math.h>

static pp_section
section(const pp_mesh *m, pp_vec3 point, pp_vec3 normal)
{
    pp_section s = { .point = point, .normal = pp_unit(normal) };
    pp_error err = { 0 };

    ck_ok(pp_section_measure(m, &s, &err), err);
    return s;
}

START_TEST(a_box_is_cut_into_a_rectangle)
{
    pp_mesh m = pp_shape_box(pp_vec(100, 0, 0), pp_vec(103, 4, 12));
    pp_section s = section(&m, pp_vec(101, 1, 5), pp_vec(0, 0, 1));
    const pp_contour *c = s.contour;

    ck_assert_uint_eq(s.ncontour, 1);
    ck_near(c->area_mm2, 12, 1e-12);
    ck_near(c->perimeter_mm, 14, 1e-12);
    ck_near(c->feret_max_mm, 5, 1e-12);
    ck_near(c->feret_min_mm, 3, 1e-12);
    ck_near(c->around_mm, 5, 1e-11);
    ck_near(c->within_mm, 3, 1e-9);
    ck_near(c->distance_mm, -1, 1e-12);
    ck_near(pp_distance(c->centroid, pp_vec(101.5, 2, 5)), 0, 1e-12);
    ck_near(pp_distance(c->around_centre, c->centroid), 0, 1e-11);
    pp_section_free(&s);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(planes_through_vertices_and_faces_give_closed_contours)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(2, 2, 2));
    pp_section s = section(&m, pp_vec(0, 0, 0), pp_vec(1, -1, 0));

    ck_assert_uint_eq(s.ncontour, 1); /* through two edges of the box */
    ck_assert_uint_eq(s.nopen, 0);
    ck_near(s.area_mm2, 2 * 2 * sqrt(2), 1e-12);
    pp_section_free(&s);
    s = section(&m, pp_vec(0, 0, 2), pp_vec(0, 0, 1)); /* along the top */
    ck_assert_uint_eq(s.nopen, 0);
    ck_near(s.area_mm2, 4, 1e-12);
    pp_section_free(&s);
    s = section(&m, pp_vec(0, 0, 0), pp_vec(0, 0, 1)); /* along the floor */
    ck_assert_uint_eq(s.ncontour, 0);
    pp_section_free(&s);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_tilted_cylinder_is_cut_into_an_ellipse)
{
    const int n = 2000;
    const double r = 5, tilt = 0.6;
    pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, -50), r, 100, n);
    pp_section s = section(&m, pp_vec(0.5, 0, 0),
                           pp_vec(sin(tilt), 0, cos(tilt)));
    const double polygon = n * sin(2 * M_PI / n) / 2 * r * r;
    const pp_contour *c = s.contour;

    ck_assert_uint_eq(s.ncontour, 1);
    ck_near(c->area_mm2, polygon / cos(tilt), 1e-8);
    ck_near(c->feret_max_mm, 2 * r / cos(tilt), 2e-5);
    ck_near(c->feret_min_mm, 2 * r, 4e-5);
    ck_near(c->around_mm, 2 * r / cos(tilt), 2e-5);
    ck_near(c->within_mm, 2 * r, 4e-5);
    ck_near(c->within_centre.x, 0, 1e-3);
    pp_section_free(&s);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_torus_is_cut_into_a_ring_with_a_hole)
{
    const int n = 512;
    pp_mesh m = pp_shape_torus(pp_vec(0, 0, 7), 20, 4, n, 64);
    pp_section s = section(&m, pp_vec(17, 0, 7), pp_vec(0, 0, 1));
    const double polygon = n * sin(2 * M_PI / n) / 2;

    ck_assert_uint_eq(s.ncontour, 2);
    ck_assert(s.contour[0].area_mm2 < 0); /* the hole is nearer */
    ck_near(s.contour[0].area_mm2, -polygon * 16 * 16, 1e-8);
    ck_near(s.contour[1].area_mm2, polygon * 24 * 24, 1e-8);
    ck_near(s.area_mm2, polygon * (24 * 24 - 16 * 16), 1e-8);
    ck_near(s.contour[0].within_mm, 32 * cos(M_PI / n), 1e-7);
    ck_near(s.contour[1].around_mm, 48, 1e-9);
    pp_section_free(&s);
    s = section(&m, pp_vec(17, 0, 7), pp_vec(0, 1, 0));
    ck_assert_uint_eq(s.ncontour, 2); /* two discs */
    ck_assert(s.contour[0].area_mm2 > 0 && s.contour[1].area_mm2 > 0);
    ck_near(s.contour[0].centroid.x, 20, 1e-2);
    ck_assert(s.contour[0].distance_mm < 0);
    pp_section_free(&s);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(an_open_mesh_has_open_runs_that_are_not_measured)
{
    pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, 0), 5, 10, 16);
    pp_section s;
    size_t kept = 0;

    for (size_t t = 0; t < m.ntri; t++) {
        double x = 0;

        for (int k = 0; k < 3; k++)
            x += m.vert[m.tri[t][k]].x / 3;
        if (x < 4.5)
            for (int k = 0; k < 3; k++)
                m.tri[kept][k] = m.tri[t][k];
        kept += x < 4.5;
    }
    ck_assert_uint_lt(kept, m.ntri);
    m.ntri = kept;
    s = section(&m, pp_vec(0, 0, 5.1), pp_vec(0, 0, 1));
    ck_assert_uint_eq(s.ncontour, 0);
    ck_assert_uint_eq(s.nopen, 1);
    pp_section_free(&s);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(area_over_parallel_cuts_adds_up_to_the_volume)
{
    pp_mesh m = pp_shape_sphere(pp_vec(3, 2, 1), 8, 3);
    pp_error err = { 0 };
    double volume, sum = 0;
    const int n = 800;

    ck_ok(pp_measure_volume(&m, &volume, &err), err);
    for (int i = 0; i < n; i++) {
        const double z = -7 + (i + 0.5) * 16 / n;
        pp_section s = section(&m, pp_vec(3, 2, z), pp_vec(0, 0, 1));

        sum += s.area_mm2 * 16 / n;
        pp_section_free(&s);
    }
    ck_near(sum, volume, 1e-4 * volume);
    pp_mesh_free(&m);
}
END_TEST

/* The largest circle in a triangle has the radius 2 area / perimeter. */
START_TEST(circles_of_a_triangle_are_those_of_euclid)
{
    pp_random r = { 77 };

    for (int i = 0; i < 300; i++) {
        pp_vec2 v[3];
        pp_polygon p;
        pp_error err = { 0 };
        double side[3], longest = 0;

        for (int k = 0; k < 3; k++)
            v[k] = (pp_vec2){ 500 + 10 * pp_random_unit(&r),
                              -300 + 10 * pp_random_unit(&r) };
        ck_ok(pp_polygon_measure(v, 3, &p, &err), err);
        for (int k = 0; k < 3; k++) {
            side[k] = hypot(v[k].x - v[(k + 1) % 3].x,
                            v[k].y - v[(k + 1) % 3].y);
            longest = fmax(longest, side[k]);
        }
        if (fabs(p.area) < 0.5)
            continue;
        ck_near(p.within.radius, 2 * fabs(p.area) / p.perimeter, 1e-8);
        ck_near(p.feret_max, longest, 1e-12);
        ck_near(p.feret_min, 2 * fabs(p.area) / longest, 1e-10);
        if (side[0] * side[0] + side[1] * side[1] + side[2] * side[2] >=
            2 * longest * longest)
            ck_near(p.around.radius,
                    side[0] * side[1] * side[2] / (4 * fabs(p.area)), 1e-9);
        else
            ck_near(p.around.radius, longest / 2, 1e-9);
    }
}
END_TEST

START_TEST(the_circle_within_a_bent_shape_lies_in_its_widest_place)
{
    /* an L of arms 2 wide, whose inner corner leaves room at the elbow */
    const pp_vec2 v[] = { { 0, 0 }, { 10, 0 }, { 10, 2 },
                          { 2, 2 }, { 2, 10 }, { 0, 10 } };
    pp_polygon p;
    pp_error err = { 0 };

    ck_ok(pp_polygon_measure(v, 6, &p, &err), err);
    ck_near(p.area, 36, 1e-12);
    /* touches both outer sides and the corner (2, 2): (2 - r) sqrt2 = r */
    ck_near(p.within.radius, 2 * sqrt(2) / (1 + sqrt(2)), 1e-8);
    ck_near(p.within.centre.x, p.within.radius, 1e-7);
}
END_TEST

START_TEST(a_section_has_a_name_a_point_and_a_direction)
{
    pp_section s;

    ck_assert(pp_section_parse("waist=1,2,3:0,0,2", &s));
    ck_near(s.normal.z, 1, 0);
    ck_assert_str_eq(s.name, "waist");
    ck_assert(!pp_section_parse("waist=1,2,3:0,0,0", &s));
    ck_assert(!pp_section_parse("waist=1,2,3", &s));
}
END_TEST

PP_TESTS("measure/section", a_box_is_cut_into_a_rectangle,
         planes_through_vertices_and_faces_give_closed_contours,
         a_tilted_cylinder_is_cut_into_an_ellipse,
         a_torus_is_cut_into_a_ring_with_a_hole,
         an_open_mesh_has_open_runs_that_are_not_measured,
         area_over_parallel_cuts_adds_up_to_the_volume,
         circles_of_a_triangle_are_those_of_euclid,
         the_circle_within_a_bent_shape_lies_in_its_widest_place,
         a_section_has_a_name_a_point_and_a_direction)
