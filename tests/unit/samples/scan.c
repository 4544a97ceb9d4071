/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan.c - the scanner blurs, mixes and rustles as it says
 */
#include "scan.h"
#include "base/alloc.h"
#include "test.h"

#include <math.h>

/* A quiet scanner of 40 x 30 x 20 voxels, turned, far from the origin. */
static pp_scan
quiet_scan(void)
{
    static const double spacing_mm[3] = { 0.5, 0.6, 1.1 };
    static const double turn_deg[3] = { 20, -10, 35 };
    pp_scan scan = { .dim = { 40, 30, 20 }, .background_hu = -100,
                     .spread_mm = 0.5, .slice_mm = 1.1, .slope = 1 };

    pp_scan_place(&scan, spacing_mm, turn_deg, pp_vec(100, -50, 700));
    return scan;
}

static double
voxel_mm3(const pp_scan *scan)
{
    const pp_vec3 a = pp_vec(scan->to_lps[0][0], scan->to_lps[1][0],
                             scan->to_lps[2][0]);
    const pp_vec3 b = pp_vec(scan->to_lps[0][1], scan->to_lps[1][1],
                             scan->to_lps[2][1]);
    const pp_vec3 c = pp_vec(scan->to_lps[0][2], scan->to_lps[1][2],
                             scan->to_lps[2][2]);

    return pp_dot(a, pp_cross(b, c));
}

START_TEST(the_middle_of_the_grid_lies_where_it_was_placed)
{
    const pp_scan scan = quiet_scan();
    double p[3];

    for (int row = 0; row < 3; row++)
        p[row] = scan.to_lps[row][0] * 19.5 + scan.to_lps[row][1] * 14.5 +
                 scan.to_lps[row][2] * 9.5 + scan.to_lps[row][3];
    ck_near(p[0], 100, 1e-9);
    ck_near(p[1], -50, 1e-9);
    ck_near(p[2], 700, 1e-9);
    ck_near(voxel_mm3(&scan), 0.5 * 0.6 * 1.1, 1e-12);
}
END_TEST

START_TEST(shares_add_up_to_the_volume)
{
    const pp_scan scan = quiet_scan();
    const pp_sphere ball = { { 101, -50.3, 700.2 }, 4 };
    const pp_body body = pp_body_sphere(&ball, 900);
    pp_error err = { 0 };
    double sum = 0;
    float *share;

    ck_ok(pp_scan_share(&scan, &body, 1, &share, &err), err);
    for (size_t n = 0; n < 40 * 30 * 20; n++) {
        ck_assert(share[n] >= 0 && share[n] <= 1.00001F);
        sum += share[n];
    }
    ck_near(sum * voxel_mm3(&scan), pp_sphere_volume(&ball),
            2e-4 * pp_sphere_volume(&ball));
    pp_free(share);
}
END_TEST

START_TEST(blur_keeps_the_sum)
{
    pp_scan scan = quiet_scan();
    const pp_sphere ball = { { 100, -50, 700 }, 4 };
    const pp_body body = pp_body_sphere(&ball, 900);
    pp_error err = { 0 };
    pp_grid image;
    double sum = 0;

    scan.slope = 0.01; /* 1 HU would round too much away */
    scan.intercept = 0;
    scan.background_hu = 0;
    scan.slice_mm = 2.2;

    const pp_body dim = { body.signed_mm, body.shape, body.slope, 300 };

    ck_ok(pp_scan_image(&scan, &dim, 1, &image, &err), err);
    for (size_t n = 0; n < 40 * 30 * 20; n++)
        sum += ((const int16_t *)image.voxel)[n] * 0.01;
    ck_near(sum * voxel_mm3(&scan) / 300, pp_sphere_volume(&ball),
            2e-3 * pp_sphere_volume(&ball));
    pp_free(image.voxel);
}
END_TEST

/* A half space whose border is perpendicular to an axis of the grid. */
static void
scan_half_space(const pp_scan *scan, int axis, double from, pp_grid *image)
{
    pp_block block = { .half = { 500, 500, 500 } };
    pp_error err = { 0 };
    pp_body body;

    for (int n = 0; n < 3; n++)
        block.axis[n] = pp_unit(pp_vec(scan->to_lps[0][n],
                                       scan->to_lps[1][n],
                                       scan->to_lps[2][n]));
    block.centre = pp_vec(scan->to_lps[0][3], scan->to_lps[1][3],
                          scan->to_lps[2][3]);
    block.centre = pp_madd(block.centre, from + 500, block.axis[axis]);
    body = pp_body_block(&block, 900);
    ck_ok(pp_scan_image(scan, &body, 1, image, &err), err);
}

/* The half space as a row of voxels sees it, by plain summation. */
static double
expected_share(double at, double from, double spread, double box)
{
    const double step = 0.001;
    double inside = 0, all = 0;

    for (double x = -5 * spread - box; x <= 5 * spread + box; x += step) {
        double w = 0;

        for (int n = 0; n < 64; n++) { /* the box, as 64 slices of it */
            const double d = (x - ((n + 0.5) / 64 - 0.5) * box) / spread;

            w += exp(-d * d / 2);
        }
        all += w;
        inside += at + x >= from ? w : 0;
    }
    return inside / all;
}

START_TEST(an_edge_is_blurred_by_the_spread_within_a_slice)
{
    pp_scan scan = quiet_scan();
    pp_grid image;

    scan.fine[0] = 6;
    scan_half_space(&scan, 0, 10.13, &image);
    for (size_t i = 14; i < 28; i++) {
        const double share = expected_share(0.5 * (double)i, 10.13, 0.5, 0);
        const int16_t *voxel = image.voxel;

        ck_near(voxel[(10 * 30 + 15) * 40 + i], -100 + 1000 * share, 6);
    }
    pp_free(image.voxel);
}
END_TEST

START_TEST(an_edge_between_slices_is_blurred_by_the_profile_too)
{
    pp_scan scan = quiet_scan();
    pp_grid image;

    scan.fine[2] = 6;
    scan.slice_mm = 2.5;
    scan_half_space(&scan, 2, 10.6, &image);
    for (size_t k = 5; k < 15; k++) {
        const double share = expected_share(1.1 * (double)k, 10.6, 0.5, 2.5);
        const int16_t *voxel = image.voxel;

        ck_near(voxel[(k * 30 + 15) * 40 + 20], -100 + 1000 * share, 6);
    }
    pp_free(image.voxel);
}
END_TEST

START_TEST(noise_has_the_asked_strength_and_a_grain)
{
    pp_scan scan = quiet_scan();
    double sum = 0, squares = 0, beside = 0, above = 0, n = 0;
    pp_error err = { 0 };
    pp_grid image;

    scan.dim[0] = scan.dim[1] = 64;
    scan.noise_hu = 20;
    ck_ok(pp_scan_image(&scan, NULL, 0, &image, &err), err);
    for (size_t k = 0; k + 1 < 20; k++)
        for (size_t j = 0; j < 64; j++)
            for (size_t i = 0; i + 1 < 64; i++) {
                const int16_t *v = (const int16_t *)image.voxel +
                                   (k * 64 + j) * 64 + i;
                const double d = v[0] + 100;

                n++;
                sum += d;
                squares += d * d;
                beside += d * (v[1] + 100);
                above += d * (v[64 * 64] + 100);
            }
    ck_near(sum / n, 0, 0.7);
    ck_near(sqrt(squares / n), 20, 0.5);
    ck_assert(beside / squares > 0.6); /* exp(-1/4) for one spread */
    ck_near(above / squares, 0, 0.03);
    pp_free(image.voxel);
}
END_TEST

START_TEST(another_seed_gives_other_noise_and_the_same_seed_the_same)
{
    pp_scan scan = quiet_scan();
    pp_error err = { 0 };
    pp_grid a, b, c;
    int same_ab = 0, same_ac = 0;

    scan.noise_hu = 30;
    ck_ok(pp_scan_image(&scan, NULL, 0, &a, &err), err);
    ck_ok(pp_scan_image(&scan, NULL, 0, &b, &err), err);
    scan.seed = 2;
    ck_ok(pp_scan_image(&scan, NULL, 0, &c, &err), err);
    for (size_t n = 0; n < 40 * 30 * 20; n++) {
        same_ab += ((int16_t *)a.voxel)[n] == ((int16_t *)b.voxel)[n];
        same_ac += ((int16_t *)a.voxel)[n] == ((int16_t *)c.voxel)[n];
    }
    ck_assert_int_eq(same_ab, 40 * 30 * 20);
    ck_assert_int_lt(same_ac, 40 * 30);
    pp_free(a.voxel);
    pp_free(b.voxel);
    pp_free(c.voxel);
}
END_TEST

PP_TESTS("samples/scan", the_middle_of_the_grid_lies_where_it_was_placed,
         shares_add_up_to_the_volume, blur_keeps_the_sum,
         an_edge_is_blurred_by_the_spread_within_a_slice,
         an_edge_between_slices_is_blurred_by_the_profile_too,
         noise_has_the_asked_strength_and_a_grain,
         another_seed_gives_other_noise_and_the_same_seed_the_same)
