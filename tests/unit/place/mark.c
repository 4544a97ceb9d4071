/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mark.c - letters have the volume of their area times their depth
 */
#include "place/place.h"

#include "check/check.h"
#include "shapes.h"
#include "test.h"

#include <string.h>

static pp_text_outline
outline_of(const char *text, double capital)
{
    pp_error err = { PP_OK, "" };
    pp_text_outline o;

    ck_assert_msg(pp_text_outline_make(text, capital, &o, &err) == PP_OK,
                  "%s: %s", text, err.message);
    return o;
}

START_TEST(strokes_have_the_area_of_a_round_pen)
{
    /* a dot, a dash of two units, and a bar of eight */
    const double unit = 7 / 6.0, pen = 0.78 * unit;
    const double end = M_PI * pen * pen / 4;
    const struct {
        const char *text;
        double area;
    } known[] = { { ".", end }, { "-", end + 2 * unit * pen },
                  { "|", end + 8 * unit * pen },
                  { ":", 2 * end }, { "=", 2 * (end + 3 * unit * pen) } };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        pp_text_outline o = outline_of(known[i].text, 7);

        ck_assert_double_le(fabs(o.area_mm2 / known[i].area - 1), 0.02);
        ck_near(o.pen_mm, pen, 1e-12);
        pp_text_outline_free(&o);
    }
}
END_TEST

START_TEST(text_is_as_large_as_asked_and_not_mirrored)
{
    pp_text_outline o = outline_of("L", 12);
    double left = -HUGE_VAL;

    ck_near(o.height_mm, 12 + o.pen_mm, 0.05);
    /* the bar of an L stands on its left: half its height is there alone */
    for (size_t i = 0; i < o.npoint; i++)
        if (o.point[i][1] > 0)
            left = fmax(left, o.point[i][0]);
    ck_assert_double_lt(left, 0);
    pp_text_outline_free(&o);
}
END_TEST

static void
must_be_clean(const pp_mesh *m, const char *text)
{
    pp_error err = { PP_OK, "" };
    char words[200];
    pp_report r;

    ck_ok(pp_check(m, NULL, &r, &err), err);
    pp_report_summary(&r, words, sizeof words);
    ck_assert_msg(pp_report_ndefect(&r) == 0, "%s: %s", text, words);
    pp_report_free(&r);
}

START_TEST(every_letter_takes_or_adds_area_times_depth)
{
    pp_mesh box = pp_shape_box(pp_vec(-60, -20, 0), pp_vec(60, 20, 9));
    const double whole = pp_shape_volume(&box);

    for (int c = '!'; c < 127; c += 12) {
        pp_mark_wish wish = { .capital_mm = 6, .depth_mm = 0.7, .wall_mm = 1,
                              .placed = true, .place = { 1, 2, 9 } };
        pp_error err = { PP_OK, "" };
        char text[13] = "";
        pp_mark mark;
        pp_mesh out;

        for (int k = 0; k < 12 && c + k < 127; k++)
            text[k] = (char)(c + k);
        wish.text = text;
        for (int raised = 0; raised < 2; raised++) {
            wish.raised = raised == 1;
            ck_assert_msg(pp_mark_solid(&box, &wish, false, &out, &mark,
                                        &err) == PP_OK, "%s: %s", text,
                          err.message);
            must_be_clean(&out, text);
            ck_near(pp_shape_volume(&out) - whole,
                    (raised ? 0.7 : -0.7) * mark.area_mm2, 1e-7);
            ck_near(mark.volume_mm3, pp_shape_volume(&out) - whole, 1e-7);
            ck_near(mark.normal.z, 1, 1e-12);
            ck_near(mark.right.x, 1, 1e-12);
            pp_mesh_free(&out);
        }
    }
    pp_mesh_free(&box);
}
END_TEST

START_TEST(text_bends_with_the_surface)
{
    pp_mesh ball = pp_shape_sphere(pp_vec(100, -200, 50), 30, 5);
    const pp_mark_wish wish = { .text = "R 8f0", .capital_mm = 5,
                                .depth_mm = 0.5, .wall_mm = 1.5 };
    pp_error err = { PP_OK, "" };
    pp_mark mark;
    pp_mesh out;

    pp_mesh_round_float(&ball);
    ck_ok(pp_mark_solid(&ball, &wish, true, &out, &mark, &err), err);
    must_be_clean(&out, wish.text);
    ck_assert_double_le(fabs(mark.volume_mm3 / (-0.5 * mark.area_mm2) - 1),
                        0.02);
    ck_assert_double_gt(mark.bulge_mm, 0.1);
    pp_mesh_free(&out);
    pp_mesh_free(&ball);
}
END_TEST

static pp_status
mark_plate(double thick, double wall, const char *text, double capital)
{
    pp_mesh plate = pp_shape_box(pp_vec(0, 0, 0), pp_vec(40, 20, thick));
    const pp_mark_wish wish = { .text = text, .capital_mm = capital,
                                .depth_mm = 0.5, .wall_mm = wall,
                                .placed = true, .place = { 20, 10, 50 } };
    pp_error err = { PP_OK, "" };
    pp_mark mark;
    pp_mesh out;
    const pp_status status =
        pp_mark_solid(&plate, &wish, false, &out, &mark, &err);

    if (status == PP_OK)
        ck_near(mark.wall_mm, fmin(wall, thick - 0.5), 0.01);
    else
        ck_assert(out.ntri == 0);
    pp_mesh_free(&out);
    pp_mesh_free(&plate);
    return status;
}

START_TEST(the_wall_that_is_wanted_is_left)
{
    ck_assert_int_eq(mark_plate(2.1, 1.5, "R", 5), PP_OK);
    ck_assert_int_eq(mark_plate(1.9, 1.5, "R", 5), PP_EGEOM);
    ck_assert_int_eq(mark_plate(0.4, 0.1, "R", 5), PP_EGEOM);
    /* too near the side */
    ck_assert_int_eq(mark_plate(30, 10, "R", 5), PP_OK);
    ck_assert_int_eq(mark_plate(30, 19.5, "R", 5), PP_EGEOM);
}
END_TEST

START_TEST(what_cannot_be_written_is_refused)
{
    char many[PP_MARK_CHARACTERS + 2];

    memset(many, '1', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    ck_assert_int_eq(mark_plate(5, 1, "\xc3\xa9", 5), PP_EUNSUPPORTED);
    ck_assert_int_eq(mark_plate(5, 1, "a\nb", 5), PP_EUNSUPPORTED);
    ck_assert_int_eq(mark_plate(5, 1, "\xff", 5), PP_EUNSUPPORTED);
    ck_assert_int_eq(mark_plate(5, 1, many, 5), PP_ELIMIT);
    ck_assert_int_eq(mark_plate(5, 1, "  ", 5), PP_EGEOM);
    ck_assert_int_eq(mark_plate(5, 1, "", 5), PP_EGEOM);
    ck_assert_int_eq(mark_plate(5, 1, "too long for it", 9), PP_EGEOM);
}
END_TEST

PP_TESTS("place/mark", strokes_have_the_area_of_a_round_pen,
         text_is_as_large_as_asked_and_not_mirrored,
         every_letter_takes_or_adds_area_times_depth,
         text_bends_with_the_surface, the_wall_that_is_wanted_is_left,
         what_cannot_be_written_is_refused)
