/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plot.c - what a plot must show, read back from its pixels
 */
#include "render/render.h"
#include "test.h"
#include "unit/render/read_png.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The inner frame of the default sheet of 960 pixels. */
enum { LEFT = 84, TOP = 88, WIDTH = 960 - 84 - 36, HEIGHT = 330 };

typedef struct {
    unsigned width, height;
    unsigned char *rgb;
} image;

static image
decode(pp_bytes *png)
{
    image out = { 0 };

    out.rgb = read_png(png, &out.width, &out.height);
    pp_bytes_free(png);
    return out;
}

static const unsigned char *
pixel(const image *p, int x, int y)
{
    return p->rgb + ((size_t)(TOP + y) * p->width + (size_t)(LEFT + x)) * 3;
}

static bool
coloured(const unsigned char *c)
{
    const int low = c[0] < c[1] ? (c[0] < c[2] ? c[0] : c[2])
                                : (c[1] < c[2] ? c[1] : c[2]);
    const int high = c[0] > c[1] ? (c[0] > c[2] ? c[0] : c[2])
                                 : (c[1] > c[2] ? c[1] : c[2]);

    return high - low > 30;
}

/* Rows of colour in the middle of bar n of nbar. */
static int
bar_height(const image *p, int n, int nbar)
{
    const int x = (2 * n + 1) * WIDTH / (2 * nbar);
    int rows = 0;

    for (int y = 1; y < HEIGHT; y++)
        rows += coloured(pixel(p, x, y));
    return rows;
}

static pp_bytes
histogram(const float *value, size_t n, const pp_histogram_options *o)
{
    pp_bytes png = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_render_histogram(value, n, o, &png, &err), err);
    return png;
}

static void
same_bytes(pp_bytes a, pp_bytes b)
{
    ck_assert_uint_eq(a.size, b.size);
    ck_assert(memcmp(a.data, b.data, a.size) == 0);
    pp_bytes_free(&a);
    pp_bytes_free(&b);
}

START_TEST(bars_are_as_high_as_their_share)
{
    /* 1, 3 and 6 of ten in bars 0, 2 and 4 of five; the highest fills all but
     * the air above */
    static const float value[] = { 0.5F, 2.5F, 2.5F, 2.1F, 4.5F, 4.5F, 4.5F,
                                   4.9F, 4.1F, 4.5F };
    const pp_histogram_options o = { .high = 5, .nbar = 5 };
    pp_bytes png = histogram(value, 10, &o);
    image p = decode(&png);

    ck_near(bar_height(&p, 4, 5), HEIGHT / 1.08, 3);
    ck_near(bar_height(&p, 2, 5), HEIGHT / 1.08 / 2, 3);
    ck_near(bar_height(&p, 0, 5), HEIGHT / 1.08 / 6, 3);
    ck_assert_int_eq(bar_height(&p, 1, 5), 0);
    ck_assert_int_eq(bar_height(&p, 3, 5), 0);
    free(p.rgb);
}
END_TEST

START_TEST(weights_count_like_repetition)
{
    static const float value[] = { 0.5F, 2.5F, 4.5F };
    static const double weight[] = { 10, 30, 60 };
    static const float repeated[] = { 0.5F, 2.5F, 2.5F, 2.5F, 4.5F, 4.5F,
                                      4.5F, 4.5F, 4.5F, 4.5F };
    const pp_histogram_options by_weight = { .high = 5, .weight = weight };
    const pp_histogram_options plain = { .high = 5 };

    same_bytes(histogram(value, 3, &by_weight),
               histogram(repeated, 10, &plain));
}
END_TEST

START_TEST(order_and_values_that_are_not_finite_change_nothing)
{
    static const float a[] = { 1, 2, 2, 3, 7 };
    static const float b[] = { 7, NAN, 2, 3, 1, INFINITY, 2, -INFINITY };

    same_bytes(histogram(a, 5, NULL), histogram(b, 8, NULL));
}
END_TEST

START_TEST(what_lies_beyond_stands_in_the_last_bar)
{
    static const float value[] = { 0.5F, 1.5F, 99, 100 };
    const pp_histogram_options o = { .high = 4, .nbar = 4 };
    pp_bytes png = histogram(value, 4, &o);
    image p = decode(&png);

    ck_near(bar_height(&p, 3, 4), 2 * bar_height(&p, 0, 4), 4);
    ck_assert_msg(coloured(pixel(&p, WIDTH + 2, HEIGHT - 5)),
                  "an arrow leads out of the frame");
    ck_assert(!coloured(pixel(&p, -3, HEIGHT - 5)));
    free(p.rgb);
}
END_TEST

START_TEST(one_value_alone_is_drawn)
{
    static const float value[] = { 3 };
    pp_bytes png = histogram(value, 1, NULL);

    pp_bytes_free(&png);
}
END_TEST

START_TEST(a_point_stands_where_its_numbers_say)
{
    static const double x[] = { 0.25, 0.75 }, y[] = { 2.5, 7.5 };
    const pp_curve curve[] = { { "line", x, y, NULL, 2 } };
    const pp_curves_options o = { .low = { 0, 0 }, .high = { 1, 10 } };
    pp_bytes png = { 0 };
    pp_error err = { 0 };
    image p;

    ck_ok(pp_render_curves(curve, 1, &o, &png, &err), err);
    p = decode(&png);
    ck_assert(coloured(pixel(&p, WIDTH / 4, HEIGHT * 3 / 4)));
    ck_assert(coloured(pixel(&p, WIDTH * 3 / 4, HEIGHT / 4)));
    ck_assert_msg(coloured(pixel(&p, WIDTH / 2, HEIGHT / 2)),
                  "the line joins its points");
    ck_assert(!coloured(pixel(&p, WIDTH / 4, HEIGHT / 4)));
    free(p.rgb);
}
END_TEST

START_TEST(a_point_that_is_not_finite_breaks_the_line)
{
    static const double x[] = { 0, 0.25, 0.5, 1 }, y[] = { 5, NAN, 5, 5 };
    const pp_curve curve[] = { { NULL, x, y, NULL, 4 } };
    const pp_curves_options o = { .low = { 0, 0 }, .high = { 1, 10 } };
    pp_bytes png = { 0 };
    pp_error err = { 0 };
    image p;

    ck_ok(pp_render_curves(curve, 1, &o, &png, &err), err);
    p = decode(&png);
    ck_assert(coloured(pixel(&p, WIDTH * 3 / 4, HEIGHT / 2)));
    ck_assert(!coloured(pixel(&p, WIDTH / 8, HEIGHT / 2)));
    ck_assert(!coloured(pixel(&p, WIDTH * 3 / 8, HEIGHT / 2)));
    free(p.rgb);
}
END_TEST

START_TEST(what_cannot_be_plotted_is_refused)
{
    static const float nothing[] = { NAN };
    static const double far[] = { NAN };
    const pp_histogram_options many = { .nbar = 401 };
    const pp_histogram_options small = { .width_px = 100 };
    const float one = 1;
    const pp_curve curve[9] = { { NULL, far, far, NULL, 1 } };
    pp_bytes png = { 0 };
    pp_error err = { 0 };

    ck_assert_int_eq(pp_render_histogram(nothing, 1, NULL, &png, &err),
                     PP_EGEOM);
    ck_assert_int_eq(pp_render_histogram(&one, 0, NULL, &png, &err),
                     PP_EGEOM);
    ck_assert_int_eq(pp_render_histogram(&one, 1, &many, &png, &err),
                     PP_ELIMIT);
    ck_assert_int_eq(pp_render_histogram(&one, 1, &small, &png, &err),
                     PP_ELIMIT);
    ck_assert_int_eq(pp_render_curves(curve, 1, NULL, &png, &err), PP_EGEOM);
    ck_assert_int_eq(pp_render_curves(curve, 9, NULL, &png, &err), PP_ELIMIT);
    ck_assert_uint_eq(png.size, 0);
}
END_TEST

PP_TESTS("render/plot", bars_are_as_high_as_their_share,
         weights_count_like_repetition,
         order_and_values_that_are_not_finite_change_nothing,
         what_lies_beyond_stands_in_the_last_bar, one_value_alone_is_drawn,
         a_point_stands_where_its_numbers_say,
         a_point_that_is_not_finite_breaks_the_line,
         what_cannot_be_plotted_is_refused)
