/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * printer.c - profiles are read strictly; forecasts follow from geometry
 */
#include "check/printer.h"

#include "shapes.h"
#include "test.h"

#include <string.h>

static const char profile[] =
    "# a printer\n"
    "name = Test\n"
    "build_mm = 100 200 300 ; this file\r\n"
    "layer_mm = 0.25\n"
    "min_wall_mm = 1 ; a book: walls\n"
    "min_gap_mm = 0.5;estimate\n"
    "\n"
    "min_hole_mm = 2\n"
    "min_feature_mm = 1\n"
    "overhang_deg = 45\n";

static pp_printer
test_printer(void)
{
    pp_printer p;
    pp_error err = { 0 };

    ck_ok(pp_printer_parse(profile, strlen(profile), &p, &err), err);
    return p;
}

static pp_forecast
forecast(const pp_mesh *m, double scale)
{
    const pp_printer p = test_printer();
    pp_report r;
    pp_forecast f;
    pp_error err = { 0 };

    ck_ok(pp_check(m, NULL, &r, &err), err);
    ck_ok(pp_forecast_print(m, &r, &p, scale, &f, &err), err);
    pp_report_free(&r);
    return f;
}

START_TEST(a_profile_is_read)
{
    const pp_printer p = test_printer();

    ck_assert_str_eq(p.name, "Test");
    ck_assert_str_eq(p.source[0], "this file");
    ck_assert_str_eq(p.source[2], "a book: walls");
    ck_assert_str_eq(pp_printer_figure(2), "min_wall_mm");
    for (int i = 0; i < PP_NFIGURE; i++)
        ck_assert(p.estimate[i] == (i != 0 && i != 2));
    ck_assert(p.build_mm[0] == 100 && p.build_mm[2] == 300);
    ck_assert(p.layer_mm == 0.25 && p.overhang_deg == 45);
}
END_TEST

START_TEST(a_profile_with_a_line_less_or_more_is_refused)
{
    static const char *const more[] = { "name = Again\n", "speed = 3\n",
                                        "words\n", "= 3\n" };
    char text[1024];
    pp_printer p;

    for (const char *at = strchr(profile, '\n') + 1; *at != '\0';
         at = strchr(at, '\n') + 1) {
        const size_t before = (size_t)(at - profile);
        pp_error err = { 0 };

        if (*at == '\n')
            continue;
        memcpy(text, profile, before);
        strcpy(text + before, strchr(at, '\n') + 1);
        ck_assert_int_eq(pp_printer_parse(text, strlen(text), &p, &err),
                         PP_EFORMAT);
    }
    for (int i = 0; i < 4; i++) {
        pp_error err = { 0 };

        strcpy(text, profile);
        strcat(text, more[i]);
        ck_assert_int_eq(pp_printer_parse(text, strlen(text), &p, &err),
                         PP_EFORMAT);
    }
}
END_TEST

START_TEST(bodies_fit_as_they_lie_or_turned_or_not)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(150, 90, 20));
    pp_forecast f = forecast(&m, 1);

    ck_assert(!f.fits && f.fits_turned);
    f = forecast(&m, 0.5);
    ck_assert(f.fits && f.fits_turned);
    ck_near(f.size_mm.x, 75, 1e-9);
    f = forecast(&m, 2.5);
    ck_assert(!f.fits && !f.fits_turned);
    pp_mesh_free(&m);
}
END_TEST

/* A table: its top lies on one leg; a lamp hangs from it. */
START_TEST(what_hangs_is_an_island_and_what_stands_is_none)
{
    pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, 0), 3, 30, 24);
    pp_forecast f = forecast(&m, 1);

    ck_assert_uint_eq(f.nisland, 0);
    ck_near(f.overhang_mm2, 0, 0);
    pp_shape_add(&m, pp_shape_box(pp_vec(10, 0, 5), pp_vec(14, 4, 9)));
    f = forecast(&m, 1);
    ck_assert_uint_eq(f.nisland, 1);
    ck_near(f.island[0].z, 5, 0);
    ck_near(f.overhang_mm2, 16, 1e-9);
    f = forecast(&m, 0.5);
    ck_near(f.overhang_mm2, 4, 1e-9);
    f = forecast(&m, 0.04); /* it begins within the first layer */
    ck_assert_uint_eq(f.nisland, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_hanging_ring_is_one_island_and_its_saddle_none)
{
    pp_mesh m = pp_shape_torus(pp_vec(0, 0, 0), 10, 3, 60, 30);
    pp_forecast f;

    pp_shape_rotate(&m, 1.5, 0.1, 0); /* standing on its rim */
    f = forecast(&m, 1);
    ck_assert_uint_eq(f.nisland, 0);
    pp_shape_move(&m, pp_vec(0, 0, 40));
    pp_shape_add(&m, pp_shape_box(pp_vec(30, 0, 0), pp_vec(31, 1, 1)));
    f = forecast(&m, 1);
    ck_assert_uint_eq(f.nisland, 1);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_cavity_is_trapped_and_no_island)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 20, 4);
    pp_mesh hole = pp_shape_sphere(pp_vec(0, 0, 0), 10, 4);
    pp_forecast f;

    pp_shape_flip(&hole);
    pp_shape_add(&m, hole);
    f = forecast(&m, 0.5);
    ck_assert_uint_eq(f.ntrapped, 1);
    ck_near(f.trapped_mm3, 4188.79 / 8, 5);
    ck_assert_uint_eq(f.nisland, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(small_shells_are_counted_by_scale)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(9, 9, 1.5));

    ck_assert_uint_eq(forecast(&m, 1).nsmall, 0);
    ck_assert_uint_eq(forecast(&m, 0.5).nsmall, 1);
    pp_mesh_free(&m);
}
END_TEST

/* A plate of 1.2 mm with a bore of 3 mm beside it, and two plates 0.8 mm
 * apart: the profile wants 1, 2 and 0.5 mm. */
START_TEST(what_falls_below_the_limits_in_a_smaller_print_is_named)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(12, 9, 1.2));
    pp_mesh ring = pp_shape_torus(pp_vec(30, 0, 4), 5.5, 4, 90, 60);
    pp_forecast f;

    pp_shape_add(&m, ring);
    pp_shape_add(&m, pp_shape_box(pp_vec(0, 20, 0), pp_vec(9, 29, 4)));
    pp_shape_add(&m, pp_shape_box(pp_vec(0, 20, 4.8), pp_vec(9, 29, 9)));
    f = forecast(&m, 1);
    ck_assert(f.measured && f.printable);
    ck_assert_uint_eq(f.wall.nplace + f.gap.nplace + f.hole.nplace, 0);
    f = forecast(&m, 0.5);
    ck_assert(f.measured && !f.printable);
    ck_assert_uint_eq(f.wall.nplace, 1);
    ck_near(f.wall.min_mm * f.scale, 0.6, 0.02);
    ck_near(f.wall.limit_mm, 2, 0);
    ck_assert(f.wall.place[0].place.z <= 1.2 &&
              f.wall.place[0].place.y <= 9);
    ck_assert_uint_eq(f.hole.nplace, 1);
    ck_near(f.hole.min_mm * f.scale, 1.5, 0.03);
    ck_near(f.hole.place[0].place.x, 30, 2);
    ck_assert_uint_ge(f.gap.nplace, 1);
    ck_near(f.gap.min_mm * f.scale, 0.4, 0.02);
    ck_near(f.gap.min_place.z, 4.4, 0.41);
    ck_assert_uint_eq(f.nsmall, 1); /* the plate is no feature any more */
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_mesh_with_a_defect_has_no_measured_walls)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(9, 9, 9));
    pp_forecast f;

    m.ntri--;
    f = forecast(&m, 1);
    ck_assert(!f.measured && !f.printable && f.fits);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("check/printer", a_profile_is_read,
         a_profile_with_a_line_less_or_more_is_refused,
         bodies_fit_as_they_lie_or_turned_or_not,
         what_hangs_is_an_island_and_what_stands_is_none,
         a_hanging_ring_is_one_island_and_its_saddle_none,
         a_cavity_is_trapped_and_no_island,
         small_shells_are_counted_by_scale,
         what_falls_below_the_limits_in_a_smaller_print_is_named,
         a_mesh_with_a_defect_has_no_measured_walls)
