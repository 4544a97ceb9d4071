/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bodies whose numbers have closed forms, as the mesh stands (a cylinder is a
 * prism), turned and moved to where scanners put patients: everything within a
 * millionth.
 */
#include "base/alloc.h"
#include "measure/measure.h"
#include "measure/section.h"
#include "measure/shape.h"
#include "shapes.h"
#include "test.h"

#include <math.h>

/* Relative: a millionth is what is promised. */
#define TRUE_TO 1e-6

static const pp_vec3 patient = { 312.5, -187.25, 1042.75 };

static void
pose(pp_mesh *m)
{
    pp_shape_rotate(m, 0.4, -1.1, 2.3);
    pp_shape_move(m, patient);
}

static pp_vec3
posed(pp_vec3 p)
{
    pp_mesh m = { &p, 1, NULL, 0, NULL };

    pose(&m);
    return p;
}

static pp_vec3
turned(pp_vec3 d)
{
    pp_mesh m = { &d, 1, NULL, 0, NULL };

    pp_shape_rotate(&m, 0.4, -1.1, 2.3);
    return d;
}

static void
must_be(double value, double truth)
{
    ck_near(value, truth, TRUE_TO * fabs(truth));
}

START_TEST(a_prism_has_the_numbers_of_its_formula)
{
    static const int sides[] = { 6, 24, 200 };

    for (int i = 0; i < 3; i++) {
        const int n = sides[i];
        const double r = 7.25, h = 31, a = M_PI / n;
        const double base = n * r * r * sin(a) * cos(a);
        pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, 0), r, h, n);
        pp_body b;
        pp_inertia in;
        pp_error err = { 0 };

        pose(&m);
        ck_ok(pp_measure_body(&m, &b, &err), err);
        must_be(b.volume_mm3, base * h);
        must_be(b.area_mm2, 2 * base + n * 2 * r * sin(a) * h);
        must_be(b.diameter_mm, hypot(2 * r, h)); /* n is even */
        ck_near(pp_distance(b.centroid, posed(pp_vec(0, 0, h / 2))), 0,
                TRUE_TO * h);
        ck_ok(pp_measure_inertia(&m, &in, &err), err);
        must_be(in.spread_mm[0], h / sqrt(12));
        /* of a regular polygon: r^2 (2 + cos 2a) / 12 along any axis */
        must_be(in.spread_mm[1], r * sqrt((2 + cos(2 * a)) / 12));
        must_be(in.spread_mm[2], in.spread_mm[1]);
        must_be(fabs(pp_dot(in.axis[0], turned(pp_vec(0, 0, 1)))), 1);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(a_cut_through_a_prism_is_its_polygon)
{
    const int n = 32;
    const double r = 11.5, a = M_PI / n;
    pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, -20), r, 40, n);
    pp_section s = { .point = posed(pp_vec(1, 2, 3)),
                     .normal = turned(pp_vec(0, 0, 1)) };
    pp_error err = { 0 };

    pose(&m);
    ck_ok(pp_section_measure(&m, &s, &err), err);
    ck_assert_uint_eq(s.ncontour, 1);
    must_be(s.area_mm2, n * r * r * sin(a) * cos(a));
    must_be(s.perimeter_mm, 2 * n * r * sin(a));
    must_be(s.contour->feret_max_mm, 2 * r);
    must_be(s.contour->feret_min_mm, 2 * r * cos(a));
    must_be(s.contour->within_mm, 2 * r * cos(a));
    must_be(s.contour->around_mm, 2 * r);
    ck_near(pp_distance(s.contour->centroid, posed(pp_vec(0, 0, 3))), 0,
            TRUE_TO * r);
    pp_section_free(&s);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(an_oblique_cut_through_a_prism_is_longer_by_the_slope)
{
    const int n = 48;
    const double r = 6, a = M_PI / n, slope = 0.7;
    pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, -30), r, 60, n);
    pp_section s = { .point = posed(pp_vec(0, 0, 0)),
                     .normal = turned(pp_vec(sin(slope), 0, cos(slope))) };
    pp_error err = { 0 };

    pose(&m);
    ck_ok(pp_section_measure(&m, &s, &err), err);
    must_be(s.area_mm2, n * r * r * sin(a) * cos(a) / cos(slope));
    must_be(s.contour->feret_max_mm, 2 * r / cos(slope));
    must_be(s.contour->around_mm, 2 * r / cos(slope));
    pp_section_free(&s);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_ring_has_the_volume_of_its_polygons)
{
    const int n = 90, k = 40;
    const double ring = 25, tube = 6;
    const double section = k * tube * tube * sin(M_PI / k) * cos(M_PI / k);
    pp_mesh m = pp_shape_torus(pp_vec(0, 0, 0), ring, tube, n, k);
    pp_body b;
    pp_error err = { 0 };

    pose(&m);
    ck_ok(pp_measure_body(&m, &b, &err), err);
    /* between two of its planes every chord shrinks alike */
    must_be(b.volume_mm3, n * sin(2 * M_PI / n) * section * ring);
    must_be(b.diameter_mm, 2 * (ring + tube));
    pp_mesh_free(&m);
}
END_TEST

START_TEST(prisms_in_prisms_are_as_far_apart_as_their_corners_and_sides)
{
    const int n = 36;
    const double r = 9, grow = 0.1, a = M_PI / n;
    pp_mesh in = pp_shape_cylinder(pp_vec(0, 0, -20), r, 40, n);
    pp_mesh out = pp_shape_cylinder(pp_vec(0, 0, -20 - grow), r + grow,
                                    40 + 2 * grow, n);
    pp_hausdorff there, back;
    pp_error err = { 0 };

    pose(&in);
    pose(&out);
    /* a corner outside is nearest to the corner inside; back, the rim lies
     * below the lid, and the sides are as near to the sides */
    ck_ok(pp_measure_hausdorff(&out, &in, 1e-7, &there, &err), err);
    ck_near(there.mm, hypot(grow, grow), 2e-7);
    ck_ok(pp_measure_hausdorff(&in, &out, 1e-7, &back, &err), err);
    ck_near(back.mm, grow, 2e-7);
    ck_assert(grow * cos(a) < back.mm);
    pp_mesh_free(&in);
    pp_mesh_free(&out);
}
END_TEST

START_TEST(each_part_has_its_own_numbers_the_largest_first)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 2, 3));
    pp_mesh cavity = pp_shape_box(pp_vec(21, 1, 1), pp_vec(24, 4, 4));
    pp_component *list;
    pp_error err = { 0 };
    size_t n;

    pp_shape_add(&m, pp_shape_box(pp_vec(20, 0, 0), pp_vec(25, 5, 5)));
    pp_shape_flip(&cavity);
    pp_shape_add(&m, cavity);
    pp_shape_add(&m, pp_shape_box(pp_vec(40, 0, 0), pp_vec(41, 1, 1)));
    m.ntri--; /* the last is open */
    pp_shape_move(&m, patient);
    ck_ok(pp_measure_components(&m, &list, &n, &err), err);
    ck_assert_uint_eq(n, 4);
    must_be(list[0].volume_mm3, 125);
    must_be(list[1].volume_mm3, -27);
    must_be(list[2].volume_mm3, 6);
    must_be(list[0].area_mm2, 150);
    must_be(list[2].area_mm2, 22);
    ck_assert(list[0].closed && list[1].closed && list[2].closed);
    ck_assert(!list[3].closed && list[3].nfacet == 11);
    must_be(list[2].box.high.z - list[2].box.low.z, 3);
    pp_free(list);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("measure/truth", a_prism_has_the_numbers_of_its_formula,
         a_cut_through_a_prism_is_its_polygon,
         an_oblique_cut_through_a_prism_is_longer_by_the_slope,
         a_ring_has_the_volume_of_its_polygons,
         prisms_in_prisms_are_as_far_apart_as_their_corners_and_sides,
         each_part_has_its_own_numbers_the_largest_first)
