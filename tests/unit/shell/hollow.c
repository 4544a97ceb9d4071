/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hollow.c - what is hollow has its wall, and drains that open it
 */
#include "test.h"

#include "check/check.h"
#include "shapes.h"
#include "shell/shell.h"

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

static pp_report
must_be_clean(const pp_mesh *m)
{
    pp_report report;
    pp_error err = { 0 };

    ck_ok(pp_check(m, NULL, &report, &err), err);
    ck_assert_uint_eq(pp_report_ndefect(&report), 0);
    return report;
}

/* The least distance between the two surfaces of a hollow body. */
static double
least_wall(const pp_mesh *outside, const pp_mesh *all)
{
    pp_bvh *bvh = NULL;
    pp_error err = { 0 };
    double least = 1e9;

    ck_ok(pp_bvh_build(outside, &bvh, &err), err);
    for (size_t v = outside->nvert; v < all->nvert; v++)
        least = fmin(least, pp_bvh_nearest(bvh, all->vert[v], 1e9).distance);
    pp_bvh_free(bvh);
    return least;
}

START_TEST(a_ball_leaves_a_shell)
{
    const double radius = 10;
    pp_mesh m = pp_shape_sphere(pp_vec(5, -40, 100), radius, 5);

    for (int n = 1; n <= 2; n++) {
        const double t = 1.5 * n, inner = radius - t;
        const pp_hollow_options o = { .wall_mm = t, .resolution_mm = t / 10,
                                      .up = { 0, 0, 1 } };
        pp_hollow_report r;
        pp_error err = { 0 };
        pp_report report;
        pp_mesh out;

        ck_ok(pp_shell_hollow(&m, &o, &out, &r, &err), err);
        report = must_be_clean(&out);
        ck_assert_uint_eq(report.nshell, 2);
        ck_assert_uint_eq(r.ncavity, 1);
        ck_assert_uint_eq(r.ntrapped, 1);
        ck_near(r.cavity[0].volume_mm3, 4 * PI / 3 * pow(inner, 3),
                4e-3 * r.cavity[0].volume_mm3);
        ck_near(r.volume_before_mm3 - r.volume_after_mm3,
                r.cavity[0].volume_mm3, 1e-6 * r.volume_before_mm3);
        ck_near(r.cavity[0].lowest.z, 100 - inner, 0.02);
        ck_assert_double_ge(least_wall(&m, &out), t);
        ck_assert_double_le(least_wall(&m, &out), t + 0.002);
        /* the outside is what it was */
        ck_assert_int_eq(memcmp(out.vert, m.vert, m.nvert * sizeof *m.vert),
                         0);
        ck_assert_int_eq(memcmp(out.tri, m.tri, m.ntri * sizeof *m.tri), 0);
        pp_report_free(&report);
        pp_mesh_free(&out);
        pp_hollow_report_free(&r);
    }
    pp_mesh_free(&m);
}
END_TEST

START_TEST(drains_open_what_is_closed)
{
    const pp_drain below = { .diameter_mm = 3 };
    const pp_drain beside = { 2, true, { 30, -40, 100 } };
    const pp_drain both[2] = { below, beside };
    pp_mesh m = pp_shape_sphere(pp_vec(5, -40, 100), 10, 4);

    for (int n = 1; n <= 3; n++) {
        const pp_hollow_options o = {
            .wall_mm = 1.2, .resolution_mm = 0.3, .up = { 0, 0, 1 }, .ndrain = n == 3 ? 2 : 1,
            .drain = n == 1 ? &below : n == 2 ? &beside : both
        };
        pp_hollow_report r;
        pp_error err = { 0 };
        pp_report report;
        pp_mesh out;

        ck_ok(pp_shell_hollow(&m, &o, &out, &r, &err), err);
        report = must_be_clean(&out);
        ck_assert_uint_eq(report.nshell, 1);
        ck_assert_int_eq(report.shell[0].genus, 0);
        ck_assert_uint_eq(r.ntrapped, 0);
        /* a placed drain opens the cavity: the other has nothing to do */
        ck_assert_uint_eq(r.ndrain, 1);
        ck_assert(r.cavity[0].drained);
        if (n == 1)
            ck_near(r.drain[0].outer.z, 90, 0.1);
        else
            ck_near(r.drain[0].outer.x, 15, 0.1);
        ck_near(r.volume_before_mm3 - r.volume_after_mm3 -
                    r.cavity[0].volume_mm3,
                PI / 4 * 1.2 * pow(r.drain[0].diameter_mm, 2),
                0.15 * pow(r.drain[0].diameter_mm, 2));
        pp_report_free(&report);
        pp_mesh_free(&out);
        pp_hollow_report_free(&r);
    }
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_dumbbell_has_two_cavities_and_a_drain_for_each)
{
    const pp_drain drain = { .diameter_mm = 2 };
    const pp_hollow_options o = { .wall_mm = 1.5, .resolution_mm = 0.3,
                                  .up = { 0, 0, 1 },
                                  .drain = &drain, .ndrain = 1 };
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(12, 12, 12)), out;
    pp_hollow_report r;
    pp_error err = { 0 };
    pp_report report;

    pp_shape_add(&m, pp_shape_sphere(pp_vec(40, 6, 6), 7, 4));
    ck_ok(pp_shell_hollow(&m, &o, &out, &r, &err), err);
    report = must_be_clean(&out);
    ck_assert_uint_eq(r.ncavity, 2);
    ck_assert_uint_eq(r.ndrain, 2);
    ck_assert_uint_eq(r.ntrapped, 0);
    ck_assert_uint_eq(report.nshell, 2);
    pp_report_free(&report);
    pp_mesh_free(&out);
    pp_hollow_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(what_is_too_thin_to_be_hollow_is_refused)
{
    const pp_hollow_options o = { .wall_mm = 3, .up = { 0, 0, 1 } };
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(20, 20, 5)), out;
    pp_hollow_report r;
    pp_error err = { 0 };

    ck_assert_int_eq(pp_shell_hollow(&m, &o, &out, &r, &err), PP_EGEOM);
    ck_assert_ptr_nonnull(strstr(err.message, "deeper than 3 mm"));
    ck_assert_uint_eq(out.ntri, 0);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("shell/hollow", a_ball_leaves_a_shell, drains_open_what_is_closed,
         a_dumbbell_has_two_cavities_and_a_drain_for_each,
         what_is_too_thin_to_be_hollow_is_refused)
