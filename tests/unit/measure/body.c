/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/measure.h"
#include "shapes.h"
#include "test.h"

START_TEST(a_closed_body_has_all_its_numbers)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(3, 4, 12));
    pp_error err = { 0 };
    pp_body b;

    pp_shape_add(&m, pp_shape_box(pp_vec(20, 0, 0), pp_vec(21, 1, 1)));
    ck_ok(pp_measure_body(&m, &b, &err), err);
    ck_assert(b.closed && b.has_centroid);
    ck_assert_uint_eq(b.npart, 2);
    ck_assert_uint_eq(b.nfacet, 24);
    ck_near(b.volume_mm3, 145, 1e-12);
    ck_near(b.area_mm2, 2 * (12 + 36 + 48) + 6, 1e-12);
    ck_near(b.box.high.x, 21, 0);
    ck_near(b.box.high.z, 12, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(an_open_body_has_no_volume)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));
    pp_error err = { 0 };
    pp_body b;

    m.ntri--;
    ck_ok(pp_measure_body(&m, &b, &err), err);
    ck_assert(!b.closed && !b.has_centroid && b.volume_mm3 == 0);
    ck_assert_uint_eq(b.nunbalanced, 3);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_facet_turned_over_leaves_no_volume_either)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));
    const uint32_t swap = m.tri[4][0];
    pp_error err = { 0 };
    pp_body b;

    m.tri[4][0] = m.tri[4][1];
    m.tri[4][1] = swap;
    ck_ok(pp_measure_body(&m, &b, &err), err);
    ck_assert(!b.closed);
    ck_assert_uint_eq(b.nunbalanced, 3);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_caliper_has_a_name_and_two_points)
{
    static const char *const bad[] = {
        "", "a", "a=", "a=1,2,3", "a=1,2,3:", "a=1,2,3:4,5", "=1,2,3:4,5,6",
        "a=1,2,3:4,5,6:7,8,9", "a=1,2:3:4,5,6", "a=1,2,x:4,5,6",
        "a=1,2,3:4,5,nan",
    };
    pp_caliper c;

    ck_assert(pp_caliper_parse("left rim=1,-2,3.5:4,5,6e1", &c));
    ck_assert_str_eq(c.name, "left rim");
    ck_assert(c.end[0].y == -2 && c.end[1].z == 60);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!pp_caliper_parse(bad[i], &c), "%s", bad[i]);
}
END_TEST

START_TEST(a_caliper_measures_as_given_and_on_the_mesh)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
    pp_caliper c;
    pp_error err = { 0 };

    ck_assert(pp_caliper_parse("w=-1,5,4:10.5,5,4", &c));
    ck_ok(pp_measure_calipers(&m, &c, 1, &err), err);
    ck_near(c.given_mm, 11.5, 1e-12);
    ck_near(c.mesh_mm, 10, 1e-12);
    ck_near(c.off_mesh_mm[0], 1, 1e-12);
    ck_near(c.off_mesh_mm[1], 0.5, 1e-12);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("measure/body", a_closed_body_has_all_its_numbers,
         an_open_body_has_no_volume,
         a_facet_turned_over_leaves_no_volume_either,
         a_caliper_has_a_name_and_two_points,
         a_caliper_measures_as_given_and_on_the_mesh)
