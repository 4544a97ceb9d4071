/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "check/check.h"
#include "judge.h"
#include "surface/surface.h"

#include <math.h>

static pp_mesh
thin(const pp_mask *m, pp_smooth smooth, double max_error_mm, size_t ntriangle,
     pp_surface_report *report)
{
    const pp_surface_options o = { .smooth = smooth, .decimate = true,
                                   .max_error_mm = max_error_mm,
                                   .ntriangle = ntriangle };
    pp_error err = { 0 };
    pp_mesh mesh;

    ck_ok(pp_surface_from_mask(m, &o, &mesh, report, &err), err);
    pp_mesh_round_float(&mesh); /* as a file has it */
    return mesh;
}

/* Closed, manifold, free of crossings, as many shells as before. */
static void
judge_clean(const pp_mesh *mesh, const pp_mask *m, pp_smooth smooth)
{
    const pp_surface_options all = { .smooth = smooth };
    const pp_check_options quick = { .skip_crossings = true };
    pp_report after = { 0 }, before = { 0 };
    pp_error err = { 0 };
    pp_mesh full;

    ck_ok(pp_surface_from_mask(m, &all, &full, NULL, &err), err);
    ck_ok(pp_check(mesh, NULL, &after, &err), err);
    ck_ok(pp_check(&full, &quick, &before, &err), err);
    ck_assert_uint_eq(pp_report_ndefect(&after), 0);
    ck_assert_uint_eq(after.nshell, before.nshell);
    pp_report_free(&after);
    pp_report_free(&before);
    pp_mesh_free(&full);
}

START_TEST(random_masks_keep_every_voxel_and_part)
{
    const size_t dim[3] = { 7, 6, 6 };
    pp_random r = { 44 };

    for (int trial = 0; trial < 60; trial++) {
        const double mm[3] = { 0.7, 0.7, trial % 3 ? 0.7 : 3 };
        const pp_smooth smooth =
            trial % 2 ? PP_SMOOTH_LOSSLESS : PP_SMOOTH_NONE;
        pp_mask m = judge_random_mask(&r, dim, mm, trial % 5 ? 0.7 : 0.3);
        pp_mesh mesh = thin(&m, smooth, 100, 0, NULL);

        judge_closed_manifold(&mesh);
        judge_clean(&mesh, &m, smooth);
        ck_assert_uint_eq(judge_voxels_changed(&mesh, &m), 0);
        pp_mesh_free(&mesh);
        pp_mask_free(&m);
    }
}
END_TEST

static pp_mask
test_ball(double slice_mm, pp_vec3 *centre)
{
    const double mm[3] = { 0.7, 0.7, slice_mm };
    const size_t dim[3] = { 40, 40, (size_t)(27 / slice_mm) + 2 };
    pp_mask empty = judge_mask(dim, mm), m;

    *centre = pp_mask_position(&empty, 19.3, 19.6, 13.4 / slice_mm);
    m = judge_ball(dim, mm, *centre, 12);
    pp_mask_free(&empty);
    return m;
}

START_TEST(a_ball_loses_nine_facets_of_ten_and_no_volume)
{
    for (int s = 0; s < 2; s++) {
        pp_vec3 centre;
        pp_mask m = test_ball(s ? 1.25 : 0.7, &centre);
        pp_surface_report report;
        pp_mesh mesh = thin(&m, PP_SMOOTH_LOSSLESS, 0, 0, &report);

        judge_closed_manifold(&mesh);
        judge_clean(&mesh, &m, PP_SMOOTH_LOSSLESS);
        ck_assert_uint_lt(mesh.ntri * 10, report.nfacet);
        ck_near(judge_volume(&mesh) / pp_mask_volume(&m), 1, 1e-4);
        ck_near(report.max_error_mm, 0.175, 1e-9);
        for (size_t v = 0; v < mesh.nvert; v++)
            ck_near(pp_distance(mesh.vert[v], centre), 12, 0.35);
        pp_mesh_free(&mesh);
        pp_mask_free(&m);
    }
}
END_TEST

START_TEST(a_smaller_error_leaves_more_facets_and_a_number_is_met)
{
    pp_vec3 centre;
    pp_mask m = test_ball(0.7, &centre);
    pp_mesh fine = thin(&m, PP_SMOOTH_LOSSLESS, 0.03, 0, NULL);
    pp_mesh coarse = thin(&m, PP_SMOOTH_LOSSLESS, 0.2, 0, NULL);
    pp_mesh count = thin(&m, PP_SMOOTH_LOSSLESS, 0, 3000, NULL);

    ck_assert_uint_gt(fine.ntri, coarse.ntri);
    ck_assert_uint_le(count.ntri, 3000);
    ck_assert_uint_gt(count.ntri, 2990);
    pp_mesh_free(&fine);
    pp_mesh_free(&coarse);
    pp_mesh_free(&count);
    pp_mask_free(&m);
}
END_TEST

PP_TESTS("surface/decimate", random_masks_keep_every_voxel_and_part,
         a_ball_loses_nine_facets_of_ten_and_no_volume,
         a_smaller_error_leaves_more_facets_and_a_number_is_met)
