/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "mask/mask.h"
#include "test.h"

#include <math.h>

static pp_mask
random_mask(pp_random *r, const size_t dim[3], const double mm[3], double p)
{
    const double to_lps[3][4] = { { mm[0], 0, 0, -7 },
                                  { 0, mm[1], 0, 11 },
                                  { 0, 0, mm[2], 3 } };
    pp_error err = { 0 };
    pp_mask m;

    ck_ok(pp_mask_alloc(&m, dim, to_lps, &err), err);
    for (size_t n = 0; n < dim[0] * dim[1] * dim[2]; n++)
        m.in[n] = pp_random_unit(r) < p;
    return m;
}

/* By trying every voxel, and the voxels just beyond the box as outside. */
static double
brute_force(const pp_mask *m, const double mm[3], int i, int j, int k)
{
    const int n[3] = { (int)m->dim[0], (int)m->dim[1], (int)m->dim[2] };
    const bool inside = m->in[(k * n[1] + j) * n[0] + i];
    double best = INFINITY;

    for (int z = -1; z <= n[2]; z++)
        for (int y = -1; y <= n[1]; y++)
            for (int x = -1; x <= n[0]; x++) {
                const bool beyond = x < 0 || y < 0 || z < 0 || x == n[0] ||
                                    y == n[1] || z == n[2];
                const bool other =
                    !beyond && m->in[(z * n[1] + y) * n[0] + x];
                const double d[3] = { (x - i) * mm[0], (y - j) * mm[1],
                                      (z - k) * mm[2] };

                if (other != inside)
                    best = fmin(best, d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
            }
    return inside ? -sqrt(best) : sqrt(best);
}

START_TEST(distances_are_those_of_trying_every_voxel)
{
    pp_random r = { 5 };
    pp_error err = { 0 };

    for (int trial = 0; trial < pp_test_rounds(120); trial++) {
        const size_t dim[3] = { 1 + pp_random_below(&r, 19),
                                1 + pp_random_below(&r, 11),
                                1 + pp_random_below(&r, 9) };
        const double mm[3] = { 0.3 + pp_random_unit(&r),
                               0.3 + 3 * pp_random_unit(&r),
                               0.3 + 5 * pp_random_unit(&r) };
        const double share[4] = { 0.02, 0.3, 0.7, 0.98 };
        pp_mask m = random_mask(&r, dim, mm, share[trial % 4]);
        float *d;

        ck_ok(pp_mask_distance(&m, &d, &err), err);
        for (size_t n = 0; n < dim[0] * dim[1] * dim[2]; n++) {
            const double truth =
                brute_force(&m, mm, (int)(n % dim[0]),
                            (int)(n / dim[0] % dim[1]),
                            (int)(n / dim[0] / dim[1]));

            if (isinf(truth))
                ck_assert(isinf(d[n]) && d[n] > 0);
            else
                ck_near((double)d[n], truth, 2e-7 * fabs(truth));
        }
        pp_free(d);
        pp_mask_free(&m);
    }
}
END_TEST

START_TEST(a_matrix_without_spacing_is_refused)
{
    pp_random r = { 6 };
    pp_error err = { 0 };
    pp_mask m = random_mask(&r, (const size_t[3]){ 2, 2, 2 },
                            (const double[3]){ 1, 0, 1 }, 0.5);
    float *d;

    ck_assert_int_eq(pp_mask_distance(&m, &d, &err), PP_EGEOM);
    ck_assert_ptr_null(d);
    pp_mask_free(&m);
}
END_TEST

PP_TESTS("mask/distance", distances_are_those_of_trying_every_voxel,
         a_matrix_without_spacing_is_refused)
