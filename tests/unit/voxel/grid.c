/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "test.h"
#include "volumes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Puts values of a type into a 1 x 1 x n volume and lists its labels. */
static pp_status
labels_of(pp_voxel_type type, const void *value, size_t n, pp_volume *v,
          pp_error *err)
{
    const size_t dim[3] = { n, 1, 1 };

    memset(v, 0, sizeof *v);
    memset(err, 0, sizeof *err);
    v->layer = pp_alloc_zero(1, sizeof *v->layer);
    ck_assert_ptr_nonnull(v->layer);
    v->nlayer = 1;
    ck_ok(pp_grid_alloc(v->layer, dim, type, err), *err);
    memcpy(v->layer->voxel, value, n * pp_voxel_size(type));
    return pp_volume_list_labels(v, err);
}

static void
expect_labels(pp_volume *v, size_t n, const uint32_t *label)
{
    ck_assert_uint_eq(v->nsegment, n);
    for (size_t s = 0; s < n; s++) {
        ck_assert_uint_eq(v->segment[s].number, label[s]);
        ck_assert_uint_eq(v->segment[s].value, label[s]);
    }
    pp_volume_free(v);
}

START_TEST(labels_are_listed_in_order_for_every_type)
{
    static const uint8_t u8[] = { 0, 200, 3, 3, 0 };
    static const int16_t i16[] = { 0, 20000, 3, 3, 0 };
    static const int32_t i32[] = { 0, 2000000, 3, 3, 0 };
    static const float f32[] = { 0, 70000, 3, 3, 0 };
    static const double f64[] = { 4294967295.0, 0, 1, 1 };
    pp_error err;
    pp_volume v;

    ck_ok(labels_of(PP_VOXEL_U8, u8, 5, &v, &err), err);
    expect_labels(&v, 2, (const uint32_t[]){ 3, 200 });
    ck_ok(labels_of(PP_VOXEL_I16, i16, 5, &v, &err), err);
    expect_labels(&v, 2, (const uint32_t[]){ 3, 20000 });
    ck_ok(labels_of(PP_VOXEL_I32, i32, 5, &v, &err), err);
    expect_labels(&v, 2, (const uint32_t[]){ 3, 2000000 });
    ck_ok(labels_of(PP_VOXEL_F32, f32, 5, &v, &err), err);
    expect_labels(&v, 2, (const uint32_t[]){ 3, 70000 });
    ck_ok(labels_of(PP_VOXEL_F64, f64, 4, &v, &err), err);
    expect_labels(&v, 2, (const uint32_t[]){ 1, 4294967295U });
}
END_TEST

START_TEST(fractions_negative_numbers_and_nan_are_no_labels)
{
    static const float half[] = { 0, 0.5F };
    static const float none[] = { 0, NAN };
    static const double beyond[] = { 0, 4294967296.0 };
    static const int16_t negative[] = { 0, -1024 };
    static const int8_t small[] = { 0, -1 };
    static const struct {
        pp_voxel_type type;
        const void *value;
    } bad[] = { { PP_VOXEL_F32, half },
                { PP_VOXEL_F32, none },
                { PP_VOXEL_F64, beyond },
                { PP_VOXEL_I16, negative },
                { PP_VOXEL_I8, small } };

    for (size_t n = 0; n < sizeof bad / sizeof *bad; n++) {
        pp_error err;
        pp_volume v;

        ck_assert_int_eq(labels_of(bad[n].type, bad[n].value, 2, &v, &err),
                         PP_EGEOM);
        ck_assert_ptr_nonnull(strstr(err.message, "--iso"));
        ck_assert_uint_eq(v.nsegment, 0);
        pp_volume_free(&v);
    }
}
END_TEST

START_TEST(the_inverse_undoes_the_matrix)
{
    pp_error err = { 0 };
    double inverse[3][4];
    pp_grid g;

    test_ramp(&g, true);
    ck_ok(pp_grid_inverse(&g, inverse, &err), err);
    for (int n = 0; n < 8; n++) {
        const double i[3] = { 6.5 * (n & 1), 5.25 * (n >> 1 & 1),
                              -4.0 * (n >> 2) };
        const pp_vec3 p = pp_grid_position(&g, i[0], i[1], i[2]);

        for (int r = 0; r < 3; r++)
            ck_near(inverse[r][0] * p.x + inverse[r][1] * p.y +
                        inverse[r][2] * p.z + inverse[r][3], i[r], 1e-11);
    }
    pp_grid_free(&g);
}
END_TEST

START_TEST(spacing_and_voxel_volume_do_not_depend_on_direction)
{
    double mm[3];
    pp_grid g;

    test_ramp(&g, true);
    pp_grid_spacing(&g, mm);
    ck_near(mm[0], 0.7, 1e-12);
    ck_near(mm[1], 1.1, 1e-12);
    ck_near(mm[2], 2.5, 1e-12);
    ck_near(pp_grid_voxel_volume(&g), 0.7 * 1.1 * 2.5, 1e-12);
    pp_grid_free(&g);
}
END_TEST

START_TEST(a_flat_matrix_has_no_inverse)
{
    pp_error err = { 0 };
    double inverse[3][4];
    pp_grid g;

    test_ramp(&g, true);
    for (int r = 0; r < 3; r++)
        g.to_lps[r][2] = g.to_lps[r][0];
    ck_assert_int_eq(pp_grid_inverse(&g, inverse, &err), PP_EGEOM);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_grid_check_matrix(&g, &err), PP_EGEOM);
    pp_grid_free(&g);
}
END_TEST

START_TEST(absurd_matrices_are_refused)
{
    static const double bad[] = { NAN, INFINITY, 0, 1e9 };
    pp_grid g;

    for (int n = 0; n < 4; n++)
        for (int c = 0; c < 4; c++) {
            pp_error err = { 0 };

            test_ramp(&g, false);
            if (c == 3 && bad[n] == 0)
                g.to_lps[0][c] = NAN; /* an origin of 0 is a good one */
            else
                g.to_lps[c % 3][c] = bad[n];
            ck_assert_int_eq(pp_grid_check_matrix(&g, &err), PP_EGEOM);
            pp_grid_free(&g);
        }
}
END_TEST

static void
every_order(pp_voxel_type type, bool oblique)
{
    pp_error err = { 0 };
    pp_grid truth, small;

    test_ramp(&small, oblique);
    ck_ok(pp_grid_alloc(&truth, small.dim, type, &err), err);
    memcpy(truth.to_lps, small.to_lps, sizeof truth.to_lps);
    for (size_t n = 0; n < 210; n++) /* small integers in any type's bits */
        memcpy((char *)truth.voxel + n * pp_voxel_size(type),
               type == PP_VOXEL_F64 ? (const void *)&(double){ (double)n }
               : type == PP_VOXEL_F32 ? (const void *)&(float){ (float)n }
               : (const void *)&(uint64_t){ n }, pp_voxel_size(type));
    for (int order = 0; order < 6; order++)
        for (int flip = 0; flip < 8; flip++) {
            pp_grid stored;

            test_restore(&truth, order, flip, &stored);
            ck_ok(pp_grid_to_nearest_lps(&stored, &err), err);
            ck_assert_msg(test_same_place(&truth, &stored, 1e-9),
                          "type %d order %d flip %d", (int)type, order, flip);
            pp_grid_free(&stored);
        }
    pp_grid_free(&truth);
    pp_grid_free(&small);
}

START_TEST(nearest_lps_is_the_same_for_every_storage_of_every_type)
{
    for (int type = PP_VOXEL_U8; type <= PP_VOXEL_F64; type++) {
        every_order((pp_voxel_type)type, false);
        every_order((pp_voxel_type)type, true);
    }
}
END_TEST

/* Axes at 45 degrees lie as near to L as to P: a tie, decided alike. */
START_TEST(nearest_lps_is_the_same_for_every_storage_of_a_tie)
{
    const double h = sqrt(0.5);
    const double tie[3][3] = { { h, -h, 0 }, { h, h, 0 }, { 0, 0, 1 } };
    pp_error err = { 0 };
    pp_grid truth, first = { 0 };

    test_ramp(&truth, false);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            truth.to_lps[r][c] = tie[r][c];
    for (int order = 0; order < 6; order++)
        for (int flip = 0; flip < 8; flip++) {
            pp_grid stored;

            test_restore(&truth, order, flip, &stored);
            ck_ok(pp_grid_to_nearest_lps(&stored, &err), err);
            if (order == 0 && flip == 0) {
                first = stored;
                continue;
            }
            ck_assert(test_same_place(&first, &stored, 1e-9));
            pp_grid_free(&stored);
        }
    pp_grid_free(&first);
    pp_grid_free(&truth);
}
END_TEST

START_TEST(impossible_sizes_are_refused)
{
    const size_t huge[3] = { (size_t)1 << 40, (size_t)1 << 40, 2 };
    const size_t none[3] = { 4, 0, 4 };
    pp_error err = { 0 };
    pp_grid g;

    ck_assert_int_eq(pp_grid_alloc(&g, huge, PP_VOXEL_I16, &err), PP_ELIMIT);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_grid_alloc(&g, none, PP_VOXEL_I16, &err), PP_EFORMAT);
    ck_assert_ptr_null(g.voxel);
}
END_TEST

PP_TESTS("voxel/grid", labels_are_listed_in_order_for_every_type,
         fractions_negative_numbers_and_nan_are_no_labels,
         the_inverse_undoes_the_matrix,
         spacing_and_voxel_volume_do_not_depend_on_direction,
         a_flat_matrix_has_no_inverse, absurd_matrices_are_refused,
         nearest_lps_is_the_same_for_every_storage_of_every_type,
         nearest_lps_is_the_same_for_every_storage_of_a_tie,
         impossible_sizes_are_refused)
