/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/measure.h"
#include "shapes.h"
#include "test.h"

#include <math.h>

START_TEST(a_box_has_the_volume_area_and_centre_of_a_box)
{
    pp_mesh m = pp_shape_box(pp_vec(1, 2, 3), pp_vec(3, 5, 7));
    pp_error err = { 0 };
    double v;
    pp_vec3 c;

    ck_ok(pp_measure_volume(&m, &v, &err), err);
    ck_ok(pp_measure_centroid(&m, &c, &err), err);
    ck_near(v, 24, 1e-12);
    ck_near(pp_measure_area(&m), 2 * (6 + 8 + 12), 1e-12);
    ck_near(pp_distance(c, pp_vec(2, 3.5, 5)), 0, 1e-12);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(volume_does_not_depend_on_where_the_patient_lies)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 3);
    pp_error err = { 0 };
    double here, there;
    pp_vec3 c;

    ck_ok(pp_measure_volume(&m, &here, &err), err);
    pp_shape_rotate(&m, 0.3, -1.1, 2);
    pp_shape_move(&m, pp_vec(1234.5, -987.25, 4000));
    ck_ok(pp_measure_volume(&m, &there, &err), err);
    ck_near(there, here, 1e-9 * here);
    ck_ok(pp_measure_centroid(&m, &c, &err), err);
    ck_near(pp_distance(c, pp_vec(1234.5, -987.25, 4000)), 0, 1e-9);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(volume_and_area_approach_those_of_the_sphere_and_torus)
{
    pp_error err = { 0 };
    double before = 1;

    for (int level = 1; level < 6; level++) {
        pp_mesh m = pp_shape_sphere(pp_vec(5, 5, 5), 3, level);
        double v, off;

        ck_ok(pp_measure_volume(&m, &v, &err), err);
        off = 1 - v / (36 * M_PI);
        ck_assert(off > 0 && off < before / 3.5); /* second order */
        ck_near(pp_measure_area(&m) / (36 * M_PI), 1, off);
        before = off;
        pp_mesh_free(&m);
    }
    pp_mesh t = pp_shape_torus(pp_vec(0, 0, 0), 10, 3, 400, 200);
    double v;

    ck_ok(pp_measure_volume(&t, &v, &err), err);
    ck_near(v / (2 * M_PI * M_PI * 10 * 9), 1, 3e-4);
    ck_near(pp_measure_area(&t) / (4 * M_PI * M_PI * 30), 1, 3e-4);
    pp_mesh_free(&t);
}
END_TEST

START_TEST(an_inward_mesh_has_negative_volume_and_the_same_centre)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(2, 2, 2));
    pp_error err = { 0 };
    double v;
    pp_vec3 c;

    pp_shape_flip(&m);
    ck_ok(pp_measure_volume(&m, &v, &err), err);
    ck_ok(pp_measure_centroid(&m, &c, &err), err);
    ck_near(v, -8, 1e-12);
    ck_near(pp_distance(c, pp_vec(1, 1, 1)), 0, 1e-12);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_cavity_is_taken_away)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(4, 4, 4));
    pp_mesh hole = pp_shape_box(pp_vec(2, 1, 1), pp_vec(3, 2, 2));
    pp_error err = { 0 };
    double v;
    pp_vec3 c;

    pp_shape_flip(&hole);
    pp_shape_add(&m, hole);
    ck_ok(pp_measure_volume(&m, &v, &err), err);
    ck_ok(pp_measure_centroid(&m, &c, &err), err);
    ck_near(v, 63, 1e-12);
    ck_near(c.x, (64 * 2 - 2.5) / 63, 1e-12);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(nothing_has_no_volume_and_no_centre)
{
    pp_mesh empty = { 0 };
    pp_mesh flat = pp_shape_box(pp_vec(0, 0, 0), pp_vec(2, 2, 0));
    pp_error err = { 0 };
    double v = 1;
    pp_vec3 c;

    ck_assert_int_eq(pp_measure_volume(&empty, &v, &err), PP_EGEOM);
    ck_assert(v == 0);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_measure_centroid(&empty, &c, &err), PP_EGEOM);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_measure_centroid(&flat, &c, &err), PP_EGEOM);
    ck_assert(pp_measure_area(&empty) == 0);
    pp_mesh_free(&flat);
}
END_TEST

/* Of a tetrahedron only the facet opposite the apex has a cone. */
START_TEST(a_cone_is_a_third_of_base_times_height)
{
    pp_vec3 vert[] = { { 0, 0, 2 }, { 6, 0, 2 }, { 0, 5, 2 } };
    uint32_t tri[][3] = { { 0, 1, 2 } };
    const pp_mesh m = { .vert = vert, .nvert = 3, .tri = tri, .ntri = 1 };

    ck_near(pp_measure_cone(&m, pp_vec(1, 1, -2)), 15.0 * 4 / 3, 1e-12);
    ck_near(pp_measure_cone(&m, pp_vec(9, -7, -2)), 15.0 * 4 / 3, 1e-12);
    ck_near(pp_measure_cone(&m, pp_vec(0, 0, 6)), -15.0 * 4 / 3, 1e-12);
    ck_near(pp_measure_cone(&m, pp_vec(3, 8, 2)), 0, 1e-12);
}
END_TEST

START_TEST(cones_of_a_closed_mesh_add_up_to_its_volume_from_everywhere)
{
    pp_mesh m = pp_shape_torus(pp_vec(1, 2, 3), 10, 3, 30, 20);
    const double volume = pp_shape_volume(&m);
    pp_random r = { 5 };

    for (int n = 0; n < 20; n++) {
        const pp_vec3 apex = pp_vec(100 * pp_random_unit(&r) - 50,
                                    100 * pp_random_unit(&r) - 50,
                                    100 * pp_random_unit(&r) - 50);

        ck_near(pp_measure_cone(&m, apex), volume, 1e-10 * volume);
    }
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("measure/volume", a_box_has_the_volume_area_and_centre_of_a_box,
         volume_does_not_depend_on_where_the_patient_lies,
         volume_and_area_approach_those_of_the_sphere_and_torus,
         an_inward_mesh_has_negative_volume_and_the_same_centre,
         a_cavity_is_taken_away, nothing_has_no_volume_and_no_centre,
         a_cone_is_a_third_of_base_times_height,
         cones_of_a_closed_mesh_add_up_to_its_volume_from_everywhere)
