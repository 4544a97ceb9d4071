/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "mask/mask.h"
#include "test.h"

static const double straight[3][4] = { { 1, 0, 0, 10 },
                                       { 0, 1, 0, 20 },
                                       { 0, 0, 2, 30 } };

static pp_mask
block(const size_t size[3], const size_t low[3], const size_t high[3])
{
    pp_error err = { 0 };
    pp_mask m;

    ck_ok(pp_mask_alloc(&m, size, straight, &err), err);
    for (size_t k = low[2]; k < high[2]; k++)
        for (size_t j = low[1]; j < high[1]; j++)
            for (size_t i = low[0]; i < high[0]; i++)
                m.in[(k * size[1] + j) * size[0] + i] = 1;
    return m;
}

START_TEST(a_plate_of_one_voxel_is_named_with_its_axis_and_place)
{
    const size_t size[3] = { 12, 12, 12 };

    for (int axis = 0; axis < 3; axis++) {
        size_t low[3] = { 2, 2, 2 }, high[3] = { 9, 9, 9 };
        pp_thin_place *place;
        pp_error err = { 0 };
        size_t n;
        pp_mask m;

        high[axis] = 3;
        m = block(size, low, high);
        ck_ok(pp_mask_thin_places(&m, &place, &n, &err), err);
        ck_assert_uint_eq(n, 1);
        ck_assert_int_eq(place[0].axis, axis);
        ck_assert_uint_eq(place[0].nvoxel, 49);
        ck_near(place[0].centre.x, axis == 0 ? 12 : 15, 1e-12);
        ck_near(place[0].centre.y, axis == 1 ? 22 : 25, 1e-12);
        ck_near(place[0].centre.z, axis == 2 ? 34 : 40, 1e-12);
        pp_free(place);
        pp_mask_free(&m);
    }
}
END_TEST

START_TEST(two_voxels_are_not_thin_and_neither_is_the_images_border)
{
    const size_t size[3] = { 12, 12, 12 }, low[3] = { 0, 0, 0 };
    const size_t high[3] = { 9, 9, 2 };
    pp_mask m = block(size, low, high);
    pp_thin_place *place;
    pp_error err = { 0 };
    size_t n;

    ck_ok(pp_mask_thin_places(&m, &place, &n, &err), err);
    ck_assert_uint_eq(n, 0);
    ck_assert_ptr_null(place);
    pp_mask_free(&m);
}
END_TEST

START_TEST(the_tips_of_a_ball_are_not_named)
{
    const size_t size[3] = { 21, 21, 21 };
    pp_thin_place *place;
    pp_error err = { 0 };
    pp_mask m;
    size_t n;

    ck_ok(pp_mask_alloc(&m, size, straight, &err), err);
    for (size_t v = 0; v < 21 * 21 * 21; v++) {
        const double x = (double)(v % 21) - 10;
        const double y = (double)(v / 21 % 21) - 10;
        const double z = (double)(v / 441) - 10;

        m.in[v] = x * x + y * y + z * z <= 81;
    }
    ck_ok(pp_mask_thin_places(&m, &place, &n, &err), err);
    ck_assert_uint_eq(n, 0);
    pp_mask_free(&m);
}
END_TEST

PP_TESTS("mask/thin",
         a_plate_of_one_voxel_is_named_with_its_axis_and_place,
         two_voxels_are_not_thin_and_neither_is_the_images_border,
         the_tips_of_a_ball_are_not_named)
