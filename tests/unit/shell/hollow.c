/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hollow.c - what is hollow has its wall, and drains that open it
 */
#include "test.h"

#include "check/check.h"
#include "shapes.h"
#include "shell/shell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
        const pp_hollow_options o = { .wall_mm = t, .resolution_mm = t / 5,
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
        ck_near(r.cavity[0].volume_mm3, 4 * M_PI / 3 * pow(inner, 3),
                1.5e-3 * r.cavity[0].volume_mm3);
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

/* The volume of the cavities with the default field, for certain no nearer to
 * the outside than they should be. */
static double
volume_taken_out(const pp_mesh *m, double t)
{
    const pp_hollow_options o = { .wall_mm = t, .up = { 0, 0, 1 } };
    pp_hollow_report r;
    pp_error err = { 0 };
    pp_report report;
    pp_mesh out;
    double volume = 0;

    ck_ok(pp_shell_hollow(m, &o, &out, &r, &err), err);
    report = must_be_clean(&out);
    for (size_t n = 0; n < r.ncavity; n++)
        volume += r.cavity[n].volume_mm3;
    ck_assert_double_ge(least_wall(m, &out), t);
    ck_assert_double_le(r.error_mm3, 1e-3 * volume);
    pp_report_free(&report);
    pp_mesh_free(&out);
    pp_hollow_report_free(&r);
    return volume;
}

START_TEST(a_ball_loses_its_core_to_a_thousandth)
{
    for (int n = 0; n < pp_test_rounds(2); n++) {
        const double t = 3 - 2 * n, core = 4 * M_PI / 3 * pow(10 - t, 3);
        pp_mesh m = pp_shape_sphere(pp_vec(5, -40, 100), 10, 6);

        ck_near(volume_taken_out(&m, t), core, 1e-3 * core);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(a_box_turned_anyhow_loses_a_box_with_its_corners)
{
    const double t = 1.3, core = (14 - 2 * t) * (9 - 2 * t) * (7 - 2 * t);

    for (int n = 0; n < pp_test_rounds(3); n++) {
        pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(14, 9, 7));

        pp_shape_rotate(&m, 0.4 * n, 0.3 * n, 0.7 * n);
        ck_near(volume_taken_out(&m, t), core, 1e-3 * core);
        pp_mesh_free(&m);
    }
}
END_TEST

/* A prism over an L: two boxes' worth, with one edge that points inwards. */
static pp_mesh
angle_prism(double outer, double arm, double height)
{
    const double x[6] = { 0, outer, outer, arm, arm, 0 };
    const double y[6] = { 0, 0, arm, arm, outer, outer };
    static const pp_tri top[4] = {
        { 0, 1, 2 }, { 0, 2, 3 }, { 0, 3, 4 }, { 0, 4, 5 }
    };
    pp_mesh m = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 12, 20, &err), err);
    for (uint32_t n = 0; n < 6; n++) {
        const uint32_t next = (n + 1) % 6;
        const pp_tri side[2] = { { n, next, next + 6 }, { n, next + 6, n + 6 } };

        m.vert[n] = pp_vec(x[n], y[n], 0);
        m.vert[n + 6] = pp_vec(x[n], y[n], height);
        memcpy(m.tri[8 + 2 * n], side, sizeof side);
    }
    for (size_t n = 0; n < 4; n++)
        for (size_t k = 0; k < 3; k++) {
            m.tri[n][k] = top[n][2 - k];
            m.tri[n + 4][k] = top[n][k] + 6;
        }
    return m;
}

START_TEST(around_an_inner_edge_the_cavity_is_round)
{
    const double outer = 16, arm = 7, height = 8, t = 1.5;
    /* two arms, less a quarter of a circle about the inner edge */
    const double area = (outer - 2 * t) * (arm - 2 * t) * 2 -
                        (arm - 2 * t) * (arm - 2 * t) +
                        t * t * (1 - M_PI / 4);
    const double core = area * (height - 2 * t);

    for (int n = 0; n < pp_test_rounds(3); n++) {
        pp_mesh m = angle_prism(outer, arm, height);

        pp_shape_rotate(&m, 0.5 * n, 0.2 * n, 0.3 * n);
        ck_near(volume_taken_out(&m, t), core, 1e-3 * core);
        pp_mesh_free(&m);
    }
}
END_TEST

/* ---- a blob, and the volume deeper than T by cells that are halved ---- */

static double
blob_radius(pp_vec3 d)
{
    return 9 + 1.6 * sin(3 * d.x + 1) * cos(4 * d.y) + 0.8 * sin(5 * d.z);
}

static pp_mesh
blob(void)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 1, 4);

    for (size_t v = 0; v < m.nvert; v++)
        m.vert[v] = pp_scale(m.vert[v], blob_radius(m.vert[v]));
    return m;
}

/* Ericson, Real-Time Collision Detection (2005), 5.1.5, by edges. */
static double
to_segment(pp_vec3 p, pp_vec3 a, pp_vec3 b)
{
    const pp_vec3 u = pp_sub(b, a);
    const double s = pp_dot(pp_sub(p, a), u) / pp_dot(u, u);

    return pp_distance(p, pp_madd(a, fmin(fmax(s, 0), 1), u));
}

static double
to_facet(const pp_mesh *m, uint32_t t, pp_vec3 p)
{
    const pp_vec3 c[3] = { m->vert[m->tri[t][0]], m->vert[m->tri[t][1]],
                           m->vert[m->tri[t][2]] };
    const pp_vec3 n = pp_unit(pp_facet_normal(m, t));
    bool above = true;

    for (int k = 0; k < 3; k++)
        above &= pp_dot(pp_cross(pp_sub(c[(k + 1) % 3], c[k]),
                                 pp_sub(p, c[k])), n) >= 0;
    if (above)
        return fabs(pp_dot(pp_sub(p, c[0]), n));
    return fmin(to_segment(p, c[0], c[1]),
                fmin(to_segment(p, c[1], c[2]), to_segment(p, c[2], c[0])));
}

#define LEAF 0.16 /* mm: half a side */

/*
 * What of a cell lies deeper than t; only these facets can be nearest there.
 * Distance changes by no more than the way: a cell that is far from t lies on
 * one side of it; the least ones count by how far their centre does.
 */
static double
deep_volume(const pp_mesh *m, pp_vec3 centre, double half, double t,
            const uint32_t *facet, size_t n)
{
    const double around = half * sqrt(3), cell = 8 * half * half * half;
    double *d = calloc(n, sizeof *d), least = HUGE_VAL, sum = 0;
    uint32_t *near = calloc(n, sizeof *near);
    size_t nnear = 0;

    ck_assert(d != NULL && near != NULL);
    for (size_t i = 0; i < n; i++) {
        d[i] = to_facet(m, facet[i], centre);
        least = fmin(least, d[i]);
    }
    for (size_t i = 0; i < n; i++)
        if (d[i] <= least + 2 * around)
            near[nnear++] = facet[i];
    if (pp_norm(centre) > blob_radius(pp_unit(centre)))
        least = -least;
    if (fabs(least - t) > around)
        sum = least > t ? cell : 0;
    else if (half <= LEAF)
        sum = cell * fmin(fmax(0.5 + (least - t) / (2 * half), 0), 1);
    else
        for (int k = 0; k < 8; k++)
            sum += deep_volume(m, pp_add(centre, pp_vec(
                                   k & 1 ? half / 2 : -half / 2,
                                   k & 2 ? half / 2 : -half / 2,
                                   k & 4 ? half / 2 : -half / 2)),
                               half / 2, t, near, nnear);
    free(d);
    free(near);
    return sum;
}

START_TEST(a_blob_loses_all_that_lies_deep_in_it)
{
    const double t = 2;
    pp_mesh m = blob();
    uint32_t *all = calloc(m.ntri, sizeof *all);
    double core;

    ck_assert_ptr_nonnull(all);
    for (uint32_t f = 0; f < m.ntri; f++)
        all[f] = f;
    core = deep_volume(&m, pp_vec(0, 0, 0), 12, t, all, m.ntri);
    ck_near(volume_taken_out(&m, t), core, 1e-3 * core);
    free(all);
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
            .wall_mm = 1.2, .resolution_mm = 0.3, .up = { 0, 0, 1 },
            .ndrain = n == 3 ? 2 : 1,
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
                M_PI / 4 * 1.2 * pow(r.drain[0].diameter_mm, 2),
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

START_TEST(a_drain_in_a_flat_floor_keeps_off_the_walls)
{
    const pp_drain drain = { .diameter_mm = 3 };
    const pp_hollow_options o = { .wall_mm = 1, .up = { 0, 0, 1 },
                                  .drain = &drain, .ndrain = 1 };
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(12, 9, 7)), out;
    pp_hollow_report r;
    pp_error err = { 0 };
    pp_report report;

    ck_ok(pp_shell_hollow(&m, &o, &out, &r, &err), err);
    report = must_be_clean(&out);
    const pp_vec3 at = r.drain[0].outer;

    /* the drain's half width and the wall */
    ck_assert(at.x > 2.49 && at.x < 9.51 && at.y > 2.49 && at.y < 6.51);
    ck_near(at.z, 0, 1e-9);
    ck_assert_int_eq(report.shell[0].genus, 0);
    pp_report_free(&report);
    pp_mesh_free(&out);
    pp_hollow_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

/* Of both ways of placing: straight down, and askew through a turned wall. */
START_TEST(a_plug_leaves_its_clearance_all_around)
{
    const pp_drain drain[2] = { { .diameter_mm = 3 },
                                { 4, true, { 9, 9, 14 } } };
    const double pi48 = M_PI / 48;

    for (int n = 0; n < 4; n++) {
        const double clearance = n < 2 ? 0 : 0.4, c = n < 2 ? 0.15 : 0.4;
        const pp_hollow_options o = {
            .wall_mm = 2, .up = { 0, 0, 1 }, .drain = &drain[n % 2],
            .ndrain = 1, .plugs = true, .clearance_mm = clearance
        };
        pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(14, 14, 14)), out;
        pp_hollow_report r;
        pp_error err = { 0 };
        pp_report report;
        pp_bvh *bvh = NULL;

        pp_shape_rotate(&m, 0.1 * n, 0.2 * n, 0.3 * n);
        ck_ok(pp_shell_hollow(&m, &o, &out, &r, &err), err);
        ck_assert_uint_eq(r.ndrain, 1);
        ck_assert_ptr_nonnull(r.plug);
        const pp_drain_cut *d = &r.drain[0];
        const double apothem = d->diameter_mm / 2 - c;
        const double length = pp_distance(d->outer, d->inner);
        const pp_vec3 axis = pp_unit(pp_sub(d->inner, d->outer));

        report = must_be_clean(&r.plug[0]);
        ck_near(report.volume_mm3,
                48 * apothem * apothem * tan(pi48) * length,
                1e-9 * report.volume_mm3);
        ck_near(d->plug_mm, 2 * apothem, 1e-12);
        ck_near(d->plug_volume_mm3, report.volume_mm3,
                1e-9 * report.volume_mm3);
        pp_report_free(&report);
        /* each side lies parallel to the drain's, the clearance off; the ends
         * are flat, where the wall begins and where it ends */
        ck_ok(pp_bvh_build(&out, &bvh, &err), err);
        for (size_t v = 0; v < r.plug[0].nvert; v++) {
            const pp_vec3 p = r.plug[0].vert[v];
            const double along = pp_dot(pp_sub(p, d->outer), axis);

            ck_assert(fabs(along) < 1e-9 || fabs(along - length) < 1e-9);
        }
        for (uint32_t side = 0; side < 48; side++) {
            const pp_vec3 *v = r.plug[0].vert;
            const uint32_t next = (side + 1) % 48;
            const pp_vec3 p = pp_scale(
                pp_add(pp_add(v[side], v[next]),
                       pp_add(v[48 + side], v[48 + next])), 0.25);

            ck_near(pp_bvh_nearest(bvh, p, HUGE_VAL).distance, c, 1e-5);
        }
        /* in its place it touches nothing */
        ck_ok(pp_mesh_append(&out, &r.plug[0], &err), err);
        report = must_be_clean(&out);
        ck_assert_uint_eq(report.nshell, 2);
        pp_report_free(&report);
        pp_bvh_free(bvh);
        pp_mesh_free(&m);
        pp_mesh_free(&out);
        pp_hollow_report_free(&r);
    }
}
END_TEST

START_TEST(a_drain_too_narrow_for_a_plug_is_refused)
{
    const pp_drain drain = { .diameter_mm = 1 };
    const pp_hollow_options o = { .wall_mm = 2, .up = { 0, 0, 1 },
                                  .drain = &drain, .ndrain = 1, .plugs = true,
                                  .clearance_mm = 0.5 };
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(14, 14, 14)), out;
    pp_hollow_report r;
    pp_error err = { 0 };

    ck_assert_int_eq(pp_shell_hollow(&m, &o, &out, &r, &err), PP_EGEOM);
    ck_assert_ptr_nonnull(strstr(err.message, "no room for a plug"));
    ck_assert_uint_eq(out.ntri, 0);
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

PP_TESTS("shell/hollow", a_ball_leaves_a_shell,
         a_ball_loses_its_core_to_a_thousandth,
         a_box_turned_anyhow_loses_a_box_with_its_corners,
         around_an_inner_edge_the_cavity_is_round,
         a_blob_loses_all_that_lies_deep_in_it, drains_open_what_is_closed,
         a_dumbbell_has_two_cavities_and_a_drain_for_each,
         a_drain_in_a_flat_floor_keeps_off_the_walls,
         a_plug_leaves_its_clearance_all_around,
         a_drain_too_narrow_for_a_plug_is_refused,
         what_is_too_thin_to_be_hollow_is_refused)
