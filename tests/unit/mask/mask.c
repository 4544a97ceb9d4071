/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "mask/mask.h"
#include "test.h"

#include <math.h>
#include <string.h>

static const double oblique[3][4] = { { 0.6, -0.8, 0, 100 },
                                      { 0.8, 0.6, 0, -50 },
                                      { 0, 0, 2.5, 7 } };

START_TEST(a_segment_is_found_whatever_type_stores_it)
{
    static const double stored[6] = { 0, 1, 2, 3, 2, 100 };
    union {
        uint8_t u8[6];
        int8_t i8[6];
        uint16_t u16[6];
        int16_t i16[6];
        uint32_t u32[6];
        int32_t i32[6];
        float f32[6];
        double f64[6];
    } v;
    pp_grid g = { .dim = { 3, 2, 1 }, .voxel = &v, .slope = 1 };
    pp_volume volume = { .layer = &g, .nlayer = 1 };
    pp_segment two = { .number = 2, .value = 2 };
    pp_segment wrapped = { .number = 258, .value = 258 };

    memcpy(g.to_lps, oblique, sizeof oblique);
    for (int type = PP_VOXEL_U8; type <= PP_VOXEL_F64; type++) {
        pp_error err = { 0 };
        pp_mask m;

        g.type = (pp_voxel_type)type;
        for (int n = 0; n < 6; n++)
            switch (g.type) {
            case PP_VOXEL_U8:
                v.u8[n] = (uint8_t)stored[n];
                break;
            case PP_VOXEL_I8:
                v.i8[n] = (int8_t)stored[n];
                break;
            case PP_VOXEL_U16:
                v.u16[n] = (uint16_t)stored[n];
                break;
            case PP_VOXEL_I16:
                v.i16[n] = (int16_t)stored[n];
                break;
            case PP_VOXEL_U32:
                v.u32[n] = (uint32_t)stored[n];
                break;
            case PP_VOXEL_I32:
                v.i32[n] = (int32_t)stored[n];
                break;
            case PP_VOXEL_F32:
                v.f32[n] = (float)stored[n];
                break;
            case PP_VOXEL_F64:
                v.f64[n] = stored[n];
                break;
            }
        ck_ok(pp_mask_from_segment(&volume, &two, &m, &err), err);
        ck_assert_mem_eq(m.in, ((uint8_t[6]){ 0, 0, 1, 0, 1, 0 }), 6);
        pp_mask_free(&m);
        ck_ok(pp_mask_from_segment(&volume, &wrapped, &m, &err), err);
        ck_assert_uint_eq(pp_mask_count(&m), 0);
        pp_mask_free(&m);
        ck_ok(pp_mask_from_iso(&g, 2, &m, &err), err);
        ck_assert_mem_eq(m.in, ((uint8_t[6]){ 0, 0, 1, 1, 1, 1 }), 6);
        pp_mask_free(&m);
    }
}
END_TEST

START_TEST(slope_and_intercept_count_and_nan_is_outside)
{
    float v[4] = { 1, 2, NAN, 4 };
    pp_grid g = { .dim = { 4, 1, 1 }, .type = PP_VOXEL_F32, .voxel = v,
                  .slope = 2, .intercept = -1 };
    pp_volume volume = { .layer = &g, .nlayer = 1 };
    pp_segment three = { .number = 3, .value = 3 };
    pp_error err = { 0 };
    pp_mask m;

    memcpy(g.to_lps, oblique, sizeof oblique);
    ck_ok(pp_mask_from_segment(&volume, &three, &m, &err), err);
    ck_assert_mem_eq(m.in, ((uint8_t[4]){ 0, 1, 0, 0 }), 4);
    ck_near(pp_mask_volume(&m), 2.5, 1e-12);
    pp_mask_free(&m);
    ck_ok(pp_mask_from_iso(&g, 3, &m, &err), err);
    ck_assert_mem_eq(m.in, ((uint8_t[4]){ 0, 1, 0, 1 }), 4);
    ck_assert(pp_mask_touches_border(&m));
    pp_mask_free(&m);
}
END_TEST

START_TEST(cropping_moves_no_voxel_in_space)
{
    pp_random r = { 3 };
    pp_error err = { 0 };

    for (int trial = 0; trial < pp_test_rounds(50); trial++) {
        const size_t dim[3] = { 9, 8, 7 }, margin = pp_random_below(&r, 4);
        pp_mask m, c;
        size_t n;

        ck_ok(pp_mask_alloc(&m, dim, oblique, &err), err);
        for (n = 0; n < 4; n++)
            m.in[pp_random_below(&r, 9 * 8 * 7)] = 1;
        ck_ok(pp_mask_crop(&m, margin, &c, &err), err);
        ck_assert_uint_eq(pp_mask_count(&m), pp_mask_count(&c));
        ck_assert(pp_mask_touches_border(&c) == (margin == 0));
        /* where the voxels come in the same order, the places must agree */
        n = 0;
        for (size_t v = 0; v < c.dim[0] * c.dim[1] * c.dim[2]; v++) {
            pp_vec3 p, q;

            if (!c.in[v])
                continue;
            while (!m.in[n])
                n++;
            p = pp_mask_position(&c, (double)(v % c.dim[0]),
                                 (double)(v / c.dim[0] % c.dim[1]),
                                 (double)(v / c.dim[0] / c.dim[1]));
            q = pp_mask_position(&m, (double)(n % 9), (double)(n / 9 % 8),
                                 (double)(n / 72));
            ck_near(pp_distance(p, q), 0, 1e-10);
            n++;
        }
        pp_mask_free(&m);
        pp_mask_free(&c);
    }
}
END_TEST

START_TEST(empty_and_absurd_masks_are_refused)
{
    const size_t huge[3] = { 1000000, 1000000, 1000000 };
    const size_t none[3] = { 4, 0, 4 }, small[3] = { 2, 2, 2 };
    pp_error err = { 0 };
    pp_mask m, c;

    ck_assert_int_eq(pp_mask_alloc(&m, huge, oblique, &err), PP_ELIMIT);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_mask_alloc(&m, none, oblique, &err), PP_ELIMIT);
    err = (pp_error){ 0 };
    ck_ok(pp_mask_alloc(&m, small, oblique, &err), err);
    ck_assert(!pp_mask_touches_border(&m));
    ck_assert_int_eq(pp_mask_crop(&m, 1, &c, &err), PP_EGEOM);
    ck_assert_ptr_null(c.in);
    pp_mask_free(&m);
}
END_TEST

START_TEST(a_mask_taken_from_a_volume_is_the_one_made_of_it)
{
    static const size_t dim[3] = { 7, 5, 3 };

    for (int type = PP_VOXEL_U8; type <= PP_VOXEL_F64; type++)
        for (int scaled = 0; scaled < 2; scaled++) {
            pp_segment three = { .number = 3, .value = 3 };
            pp_volume v = { .layer = pp_alloc_zero(1, sizeof *v.layer),
                            .nlayer = 1 };
            pp_random r = { 12 };
            pp_error err = { 0 };
            pp_mask made, taken;

            ck_ok(pp_grid_alloc(&v.layer[0], dim, (pp_voxel_type)type, &err),
                  err);
            memcpy(v.layer[0].to_lps, oblique, sizeof oblique);
            v.layer[0].slope = scaled ? 0.5 : 1;
            for (size_t b = 0;
                 b < 105 * pp_voxel_size((pp_voxel_type)type); b++)
                ((uint8_t *)v.layer[0].voxel)[b] =
                    (uint8_t)pp_random_below(&r, 7);
            ck_ok(pp_mask_from_segment(&v, &three, &made, &err), err);
            ck_ok(pp_mask_take_segment(&v, &three, &taken, &err), err);
            ck_assert_mem_eq(made.in, taken.in, 105);
            ck_assert_mem_eq(made.dim, taken.dim, sizeof made.dim);
            ck_assert_mem_eq(made.to_lps, taken.to_lps, sizeof made.to_lps);
            ck_assert_ptr_null(v.layer[0].voxel);
            if (type == PP_VOXEL_U8)
                ck_assert_uint_gt(pp_mask_count(&taken), 0);
            pp_mask_free(&made);
            pp_mask_free(&taken);
            pp_volume_free(&v);
        }
}
END_TEST

PP_TESTS("mask/mask", a_segment_is_found_whatever_type_stores_it,
         slope_and_intercept_count_and_nan_is_outside,
         cropping_moves_no_voxel_in_space, empty_and_absurd_masks_are_refused,
         a_mask_taken_from_a_volume_is_the_one_made_of_it)
