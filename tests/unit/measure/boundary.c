/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/boundary.h"

#include "base/alloc.h"
#include "test.h"

#include <math.h>
#include <string.h>

/* A random mask of a few blobs on an oblique, anisotropic lattice. */
static pp_mask
random_mask(pp_random *r, bool sparse)
{
    static const double turn[3][3] = { { 0.36, 0.48, -0.8 },
                                       { -0.8, 0.6, 0 },
                                       { 0.48, 0.64, 0.6 } };
    pp_mask m = { 0 };
    size_t n;

    for (int a = 0; a < 3; a++) {
        const double h = 0.4 + 2 * pp_random_unit(r);

        m.dim[a] = 1 + pp_random_below(r, 14);
        for (int b = 0; b < 3; b++)
            m.to_lps[b][a] = turn[b][a] * h;
        m.to_lps[a][3] = 300 * pp_random_unit(r) - 150;
    }
    n = m.dim[0] * m.dim[1] * m.dim[2];
    m.in = pp_alloc_zero(n, 1);
    ck_assert_ptr_nonnull(m.in);
    if (sparse)
        m.in[pp_random_below(r, (unsigned)n)] = 1;
    for (size_t v = 0; v < n && !sparse; v++)
        m.in[v] = pp_random_unit(r) < 0.4;
    m.in[pp_random_below(r, (unsigned)n)] = 1;
    return m;
}

static int
voxel(const pp_mask *m, long i, long j, long k)
{
    if (i < 0 || j < 0 || k < 0 || i >= (long)m->dim[0] ||
        j >= (long)m->dim[1] || k >= (long)m->dim[2])
        return 0;
    return m->in[((size_t)k * m->dim[1] + (size_t)j) * m->dim[0] + (size_t)i];
}

static pp_vec3
lps(const pp_mask *m, const double i[3])
{
    double p[3];

    for (int a = 0; a < 3; a++)
        p[a] = m->to_lps[a][0] * i[0] + m->to_lps[a][1] * i[1] +
               m->to_lps[a][2] * i[2] + m->to_lps[a][3];
    return pp_vec(p[0], p[1], p[2]);
}

/* Distance to a rectangle by its own definition: clamp along both edges. */
static double
to_rectangle(pp_vec3 p, pp_vec3 corner, pp_vec3 u, pp_vec3 v)
{
    const pp_vec3 d = pp_sub(p, corner);
    const double s = fmin(fmax(pp_dot(d, u) / pp_dot(u, u), 0), 1);
    const double t = fmin(fmax(pp_dot(d, v) / pp_dot(v, v), 0), 1);

    return pp_distance(p, pp_madd(pp_madd(corner, s, u), t, v));
}

/* All six faces of all inside voxels whose neighbour is outside. */
static double
brute_force(const pp_mask *m, pp_vec3 p)
{
    double best = HUGE_VAL;
    pp_vec3 axis[3];

    for (int a = 0; a < 3; a++)
        axis[a] = pp_vec(m->to_lps[0][a], m->to_lps[1][a], m->to_lps[2][a]);
    for (long k = 0; k < (long)m->dim[2]; k++)
        for (long j = 0; j < (long)m->dim[1]; j++)
            for (long i = 0; i < (long)m->dim[0]; i++)
                for (int f = 0; f < 6 && voxel(m, i, j, k); f++) {
                    const int a = f / 2, up = f % 2;
                    long n[3] = { i, j, k };
                    double c[3] = { (double)i - 0.5, (double)j - 0.5,
                                    (double)k - 0.5 };

                    n[a] += up ? 1 : -1;
                    c[a] += up;
                    if (!voxel(m, n[0], n[1], n[2]))
                        best = fmin(best, to_rectangle(p, lps(m, c),
                                                       axis[(a + 1) % 3],
                                                       axis[(a + 2) % 3]));
                }
    return best;
}

START_TEST(the_distance_is_that_of_trying_all_faces)
{
    pp_random r = { 11 };

    for (int round = 0; round < pp_test_rounds(60); round++) {
        pp_mask m = random_mask(&r, round % 3 == 0);
        pp_boundary b;
        pp_error err = { 0 };

        ck_ok(pp_boundary_build(&m, &b, &err), err);
        for (int n = 0; n < 60; n++) {
            const double spread = n % 4 == 0 ? 60 : 1.5;
            double i[3];
            pp_vec3 p;

            for (int a = 0; a < 3; a++)
                i[a] = ((double)m.dim[a] - 1) / 2 +
                       (pp_random_unit(&r) - 0.5) * (double)m.dim[a] * spread;
            p = lps(&m, i);
            ck_near(fabs(pp_boundary_distance(&b, p)), brute_force(&m, p),
                    1e-10);
            ck_assert_int_eq(pp_boundary_distance(&b, p) < 0,
                             voxel(&m, (long)floor(i[0] + 0.5),
                                   (long)floor(i[1] + 0.5),
                                   (long)floor(i[2] + 0.5)));
        }
        pp_boundary_free(&b);
        pp_free(m.in);
    }
}
END_TEST

START_TEST(one_voxel_has_six_faces_and_a_centre_half_a_side_away)
{
    uint8_t in[1] = { 1 };
    const pp_mask m = { { 1, 1, 1 },
                        { { 2, 0, 0, 10 }, { 0, 3, 0, 20 }, { 0, 0, 5, 30 } },
                        in };
    pp_boundary b;
    pp_error err = { 0 };

    ck_ok(pp_boundary_build(&m, &b, &err), err);
    ck_assert_uint_eq(b.nface, 6);
    ck_near(pp_boundary_distance(&b, pp_vec(10, 20, 30)), -1, 1e-12);
    ck_near(pp_boundary_distance(&b, pp_vec(10, 20, 32)), -0.5, 1e-12);
    ck_near(pp_boundary_distance(&b, pp_vec(10, 20, 1000)), 967.5, 1e-9);
    ck_near(pp_boundary_distance(&b, pp_vec(14, 25.5, 30)), 5, 1e-12);
    ck_near(pp_distance(pp_boundary_position(&b, 1, 1, 1),
                        pp_vec(10, 20, 30)), 0, 1e-12);
    pp_boundary_free(&b);
}
END_TEST

START_TEST(empty_and_sheared_masks_are_refused)
{
    uint8_t in[1] = { 0 };
    pp_mask m = { { 1, 1, 1 },
                  { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 } },
                  in };
    pp_boundary b;
    pp_error err = { 0 };

    ck_assert_int_eq(pp_boundary_build(&m, &b, &err), PP_EGEOM);
    in[0] = 1;
    m.to_lps[0][1] = 0.01;
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_boundary_build(&m, &b, &err), PP_EGEOM);
    m.to_lps[0][1] = 0;
    m.to_lps[2][2] = 0;
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_boundary_build(&m, &b, &err), PP_EGEOM);
}
END_TEST

PP_TESTS("measure/boundary", the_distance_is_that_of_trying_all_faces,
         one_voxel_has_six_faces_and_a_centre_half_a_side_away,
         empty_and_sheared_masks_are_refused)
