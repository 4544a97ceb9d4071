/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * srgb.c - the curve of screens runs both ways
 */
#include "base/srgb.h"

#include "test.h"

START_TEST(black_and_white_stay)
{
    ck_near(pp_srgb_to_linear(0), 0, 0);
    ck_near(pp_srgb_to_linear(1), 1, 1e-15);
    ck_near(pp_linear_to_srgb(0), 0, 0);
    ck_near(pp_linear_to_srgb(1), 1, 0);
}
END_TEST

/* 0.21404... is ((0.5 + 0.055) / 1.055)^2.4: half of what is said is a fifth
 * of the light. */
START_TEST(half_grey_sends_a_fifth_of_the_light)
{
    ck_near(pp_srgb_to_linear(0.5), 0.21404114048223255, 1e-15);
    ck_near(pp_linear_to_srgb(0.21404114048223255), 0.5, 1e-15);
}
END_TEST

/* The standard's two pieces miss each other by some 1e-8. */
START_TEST(the_curve_rises_without_a_step)
{
    double before = 0;

    for (int n = 0; n <= 100000; n++) {
        const double light = pp_srgb_to_linear(n / 100000.0);

        ck_assert(n == 0 || light > before);
        ck_assert_msg(light - before < 2.3e-5, "a step at %d", n);
        ck_near(pp_linear_to_srgb(light), n / 100000.0, 1e-7);
        before = light;
    }
}
END_TEST

START_TEST(every_byte_comes_back)
{
    for (int b = 0; b < 256; b++)
        ck_assert_int_eq(pp_linear_to_byte(pp_byte_to_linear((uint8_t)b)), b);
}
END_TEST

START_TEST(what_no_screen_shows_is_taken_to_the_nearer_end)
{
    ck_assert_int_eq(pp_linear_to_byte(-1e-9), 0);
    ck_assert_int_eq(pp_linear_to_byte(-1e300), 0);
    ck_assert_int_eq(pp_linear_to_byte(1.0000001), 255);
    ck_assert_int_eq(pp_linear_to_byte((double)INFINITY), 255);
    ck_assert_int_eq(pp_linear_to_byte((double)NAN), 0);
}
END_TEST

PP_TESTS("base/srgb", black_and_white_stay,
         half_grey_sends_a_fifth_of_the_light, the_curve_rises_without_a_step,
         every_byte_comes_back,
         what_no_screen_shows_is_taken_to_the_nearer_end)
