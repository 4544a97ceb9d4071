/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/measure.h"
#include "measure/shape.h"
#include "shapes.h"
#include "test.h"

#include <math.h>

START_TEST(a_turned_box_has_its_own_axes_and_moments)
{
    const double side[3] = { 12, 4, 3 };
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(3, 12, 4));
    pp_error err = { 0 };
    pp_inertia i;
    pp_oriented_box b;

    pp_shape_rotate(&m, 0.4, -0.7, 1.9);
    pp_shape_move(&m, pp_vec(-300, 800, 120));
    ck_ok(pp_measure_inertia(&m, &i, &err), err);
    ck_ok(pp_measure_oriented_box(&m, &b, &err), err);
    for (int k = 0; k < 3; k++) {
        const double u = side[(k + 1) % 3], v = side[(k + 2) % 3];

        ck_near(i.spread_mm[k], side[k] / sqrt(12), 1e-9);
        ck_near(i.inertia_mm5[k], 144 * (u * u + v * v) / 12, 1e-7);
        ck_near(b.side_mm[k], side[k], 1e-9);
        ck_near(fabs(pp_dot(i.axis[k], b.axis[k])), 1, 1e-9);
    }
    ck_near(pp_dot(pp_cross(i.axis[0], i.axis[1]), i.axis[2]), 1, 1e-12);
    ck_near(pp_dot(pp_cross(b.axis[0], b.axis[1]), b.axis[2]), 1, 1e-12);
    pp_vec3 c;

    ck_ok(pp_measure_centroid(&m, &c, &err), err);
    ck_near(pp_distance(c, b.centre), 0, 1e-9);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(moments_of_an_ellipsoid_approach_the_formula)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 1, 6);
    pp_error err = { 0 };
    pp_inertia i;

    for (size_t v = 0; v < m.nvert; v++)
        m.vert[v] = pp_vec(2 * m.vert[v].x, 9 * m.vert[v].y, 5 * m.vert[v].z);
    ck_ok(pp_measure_inertia(&m, &i, &err), err);
    ck_near(i.spread_mm[0], 9 / sqrt(5), 2e-3);
    ck_near(i.spread_mm[1], 5 / sqrt(5), 1e-3);
    ck_near(i.spread_mm[2], 2 / sqrt(5), 1e-3);
    ck_near(fabs(i.axis[0].y), 1, 1e-6);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(the_box_holds_the_mesh_and_beats_the_axes_of_space)
{
    pp_random r = { 4 };

    for (int n = 0; n < 20; n++) {
        pp_mesh m = pp_shape_torus(pp_vec(9, 9, 9), 10, 3, 40, 20);
        pp_error err = { 0 };
        pp_oriented_box b;
        pp_vec3 size;

        pp_shape_rotate(&m, 6 * pp_random_unit(&r), 6 * pp_random_unit(&r),
                        6 * pp_random_unit(&r));
        ck_ok(pp_measure_oriented_box(&m, &b, &err), err);
        for (size_t v = 0; v < m.nvert; v++)
            for (int k = 0; k < 3; k++)
                ck_assert(fabs(pp_dot(pp_sub(m.vert[v], b.centre),
                                      b.axis[k])) <=
                          b.side_mm[k] / 2 + 1e-9);
        size = pp_box_size(pp_mesh_box(&m));
        ck_assert(b.side_mm[0] * b.side_mm[1] * b.side_mm[2] <=
                  size.x * size.y * size.z * (1 + 1e-12));
        ck_near(b.side_mm[2], 6, 0.2); /* the tube's height, as meshed */
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(nothing_has_no_axes)
{
    pp_mesh none = { 0 };
    pp_error err = { 0 };
    pp_inertia i;
    pp_oriented_box b;

    ck_assert_int_eq(pp_measure_inertia(&none, &i, &err), PP_EGEOM);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_measure_oriented_box(&none, &b, &err), PP_EGEOM);
}
END_TEST

PP_TESTS("measure/shape", a_turned_box_has_its_own_axes_and_moments,
         moments_of_an_ellipsoid_approach_the_formula,
         the_box_holds_the_mesh_and_beats_the_axes_of_space,
         nothing_has_no_axes)
