/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "check/check.h"
#include "judge.h"
#include "measure/measure.h"
#include "surface/surface.h"

#include <math.h>
#include <omp.h>
#include <string.h>

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

    for (int trial = 0; trial < pp_test_rounds(60); trial++) {
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

/* The judge is the distance itself, by other means than the proof's. */
static void
expect_within(const pp_mask *m, double max_error_mm)
{
    const pp_surface_options all = { .smooth = PP_SMOOTH_LOSSLESS };
    pp_surface_report report;
    pp_mesh mesh = thin(m, PP_SMOOTH_LOSSLESS, max_error_mm, 0, &report), full;
    pp_hausdorff there = { 0 }, back = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_surface_from_mask(m, &all, &full, NULL, &err), err);
    ck_ok(pp_measure_hausdorff(&full, &mesh, 1e-3, &there, &err), err);
    ck_ok(pp_measure_hausdorff(&mesh, &full, 1e-3, &back, &err), err);
    ck_assert_double_le(there.mm, max_error_mm);
    ck_assert_double_le(back.mm, max_error_mm);
    ck_assert_double_le(report.reached.max_mm, max_error_mm);
    ck_assert_double_ge(report.reached.max_mm, report.reached.p99_mm);
    ck_assert_double_gt(report.reached.p99_mm, report.reached.mean_mm);
    /* and it is made use of */
    ck_assert_uint_lt(mesh.ntri, full.ntri / 2);
    ck_assert_double_gt(fmax(there.mm, back.mm), 0.4 * max_error_mm);
    pp_mesh_free(&mesh);
    pp_mesh_free(&full);
}

START_TEST(no_point_of_either_surface_is_farther_than_the_error_allows)
{
    pp_vec3 centre;
    pp_mask fine = test_ball(0.7, &centre), coarse = test_ball(2.5, &centre);

    expect_within(&fine, 0.05);
    expect_within(&fine, 0.3);
    expect_within(&coarse, 0.1);
    expect_within(&coarse, 0.4);
    pp_mask_free(&fine);
    pp_mask_free(&coarse);
}
END_TEST

/* Much of the surface stays exactly where it was. */
START_TEST(noise_is_held_to_the_error_too)
{
    const double mm[3] = { 0.7, 0.7, 0.7 };
    const size_t dim[3] = { 14, 14, 14 };
    const pp_surface_options all = { .smooth = PP_SMOOTH_FAST };
    const pp_surface_options few = { .smooth = PP_SMOOTH_FAST,
                                     .decimate = true, .max_error_mm = 0.15 };
    pp_random r = { 7 };
    pp_mask m = judge_random_mask(&r, dim, mm, 0.5);
    pp_mesh mesh, full;
    pp_hausdorff there = { 0 }, back = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_surface_from_mask(&m, &all, &full, NULL, &err), err);
    ck_ok(pp_surface_from_mask(&m, &few, &mesh, NULL, &err), err);
    ck_ok(pp_measure_hausdorff(&full, &mesh, 0.05, &there, &err), err);
    ck_ok(pp_measure_hausdorff(&mesh, &full, 0.05, &back, &err), err);
    ck_assert_double_le(there.mm, 0.15);
    ck_assert_double_le(back.mm, 0.15);
    pp_mesh_free(&mesh);
    pp_mesh_free(&full);
    pp_mask_free(&m);
}
END_TEST

/* More vertices than a block holds. */
START_TEST(decimation_does_not_depend_on_threads)
{
    const double mm[3] = { 0.7, 0.7, 1.25 };
    const size_t dim[3] = { 32, 32, 32 };
    pp_random r = { 31 };

    for (int target = 0; target <= 60000; target += 60000) {
        pp_mask m = judge_random_mask(&r, dim, mm, 0.5);
        pp_mesh one, two;

        omp_set_num_threads(1);
        one = thin(&m, PP_SMOOTH_FAST, 0, (size_t)target, NULL);
        omp_set_num_threads(3);
        two = thin(&m, PP_SMOOTH_FAST, 0, (size_t)target, NULL);
        ck_assert_uint_eq(one.nvert, two.nvert);
        ck_assert_uint_eq(one.ntri, two.ntri);
        ck_assert_mem_eq(one.vert, two.vert, one.nvert * sizeof *one.vert);
        ck_assert_mem_eq(one.tri, two.tri, one.ntri * sizeof *one.tri);
        pp_mesh_free(&one);
        pp_mesh_free(&two);
        pp_mask_free(&m);
    }
}
END_TEST

PP_TESTS("surface/decimate", random_masks_keep_every_voxel_and_part,
         a_ball_loses_nine_facets_of_ten_and_no_volume,
         a_smaller_error_leaves_more_facets_and_a_number_is_met,
         no_point_of_either_surface_is_farther_than_the_error_allows,
         noise_is_held_to_the_error_too,
         decimation_does_not_depend_on_threads)
