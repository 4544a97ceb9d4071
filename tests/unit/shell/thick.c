/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Solids of one thickness from fields of distances: closed forms, and points
 * near the surface, which must lie within.
 */
#include "test.h"

#include "check/check.h"
#include "shell/shell.h"
#include "sheets.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    sheet_scene scene;
    pp_mesh mesh;
    pp_thick_report report;
    pp_report check;
} solid;

static void
free_solid(solid *s)
{
    pp_mesh_free(&s->mesh);
    pp_report_free(&s->check);
}

/* In voxels of 0.7 mm. */
static solid
make(sheet_kind kind, unsigned seed, double noise, double thick_mm)
{
    const size_t dim[3] = { 44, 44, 44 };
    const double h = 0.7;
    const pp_valley_options how = { .unit = PP_LENGTH_MM };
    const pp_thick_options wish = { .thick_mm = thick_mm, .margin_mm = -1,
                                    .round_float = true };
    double to_lps[3][4] = { { 0 } };
    pp_valley_field f = { 0 };
    pp_error err = { 0 };
    pp_grid g = { 0 };
    solid s;

    memset(&s, 0, sizeof s);
    for (int a = 0; a < 3; a++) {
        to_lps[a][a] = h;
        to_lps[a][3] = -h * 21.5;
    }
    s.scene = sheet_place(kind, seed, pp_vec(0, 0, 0), h);
    sheet_field(&s.scene, dim, (const double(*)[4])to_lps, noise, 9 + seed,
                &g);
    ck_ok(pp_valley_load(&g, &how, &f, &err), err);
    ck_ok(pp_shell_thick(&f, &wish, &s.mesh, &s.report, &err), err);
    ck_ok(pp_check(&s.mesh, NULL, &s.check, &err), err);
    pp_valley_free(&f);
    pp_grid_free(&g);
    return s;
}

/* The share of points at most `depth` from the surface that lie outside. */
static double
outside(const solid *s, double depth)
{
    pp_random r = { 3 };
    pp_error err = { 0 };
    pp_bvh *bvh = NULL;
    size_t n, out = 0;
    pp_vec3 *p = sheet_points(&s->scene, false, &n);

    ck_ok(pp_bvh_build(&s->mesh, &bvh, &err), err);
    for (size_t i = 0; i < n; i++) {
        const pp_vec3 way = pp_unit(pp_vec(pp_random_unit(&r) - 0.5,
                                           pp_random_unit(&r) - 0.5,
                                           pp_random_unit(&r) - 0.5));

        out += pp_bvh_winding(bvh, pp_madd(p[i], depth, way)) < 0.5;
    }
    pp_bvh_free(bvh);
    free(p);
    return (double)out / (double)n;
}

START_TEST(a_disc_has_the_volume_of_its_closed_form)
{
    for (unsigned seed = 0; seed < 3; seed++) {
        solid s = make(SHEET_DISK, seed, 0, 2);
        const double big = 12 * 0.7, r = 1;
        /* a flat cylinder, and half a torus about it */
        const double want = M_PI * big * big * 2 * r +
                            M_PI * M_PI * r * r * big + 4 * M_PI / 3 * r * r * r;

        ck_assert_uint_eq(pp_report_ndefect(&s.check), 0);
        ck_assert_uint_eq(s.check.nshell, 1);
        ck_near(s.check.volume_mm3 / want, 1, 0.01);
        ck_near(outside(&s, 0.96), 0, 0);
        free_solid(&s);
    }
}
END_TEST

START_TEST(all_that_meets_or_has_one_side_only_is_closed_and_clean)
{
    static const sheet_kind kind[] = { SHEET_MOEBIUS, SHEET_Y, SHEET_T,
                                       SHEET_SPIRAL, SHEET_NESTED };

    for (size_t k = 0; k < sizeof kind / sizeof *kind; k++) {
        solid s = make(kind[k], 1, 0, 1);

        ck_assert_uint_eq(pp_report_ndefect(&s.check), 0);
        ck_assert(s.report.clean);
        ck_assert(outside(&s, 0.45) < 0.002);
        free_solid(&s);
    }
}
END_TEST

START_TEST(the_margin_keeps_walls_as_thick_as_asked_under_noise)
{
    solid s = make(SHEET_CAP, 2, 0.1, 2);

    ck_assert_uint_eq(pp_report_ndefect(&s.check), 0);
    ck_near(s.report.margin_mm, 1.65 * 0.1 * 0.7, 0.03);
    ck_assert(outside(&s, 0.98) < 0.05);
    ck_assert(outside(&s, 0.9) < 0.01);
    free_solid(&s);
}
END_TEST

PP_TESTS("shell/thick", a_disc_has_the_volume_of_its_closed_form,
         all_that_meets_or_has_one_side_only_is_closed_and_clean,
         the_margin_keeps_walls_as_thick_as_asked_under_noise)
