/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * picture.c - what a picture must show, read back from its pixels
 */
#include "render/render.h"
#include "base/font.h"
#include "render/canvas.h"
#include "shapes.h"
#include "test.h"
#include "unit/render/read_png.h"

#include <math.h>
#ifdef _OPENMP
#include <omp.h>
#endif
#include <stdlib.h>
#include <string.h>

/* The sheet without a title begins so many pixels below its edge. */
enum { TOP = 14 };

typedef struct {
    unsigned width, height;
    unsigned char *rgb;
    int x[3], wide[3], high; /* the three panels, by their frames */
} image;

static bool
is_frame(const image *p, int x, int y)
{
    const unsigned char *c = p->rgb + ((size_t)y * p->width + (size_t)x) * 3;

    return c[0] == 214 && c[1] == 217 && c[2] == 221;
}

static void
find_panels(image *p)
{
    int view = -1;

    for (int x = 1; x < (int)p->width; x++)
        if (is_frame(p, x, TOP)) {
            if (!is_frame(p, x - 1, TOP)) {
                ck_assert_int_lt(++view, 3);
                p->x[view] = x;
            }
            p->wide[view] = x - p->x[view] + 1;
        }
    ck_assert_int_eq(view, 2);
    while (is_frame(p, p->x[0], TOP + p->high))
        p->high++;
}

static image
decode(const pp_bytes *png)
{
    image out = { 0 };

    out.rgb = read_png(png, &out.width, &out.height);
    return out;
}

static image
picture_of(const pp_mesh *m, const pp_picture_options *options)
{
    pp_bytes png = { 0 };
    pp_error err = { 0 };
    image out;

    ck_ok(pp_render_picture(m, options, &png, &err), err);
    out = decode(&png);
    pp_bytes_free(&png);
    if (options == NULL || options->title == NULL)
        find_panels(&out);
    return out;
}

static const unsigned char *
pixel(const image *p, int view, int x, int y)
{
    const size_t column = (size_t)(p->x[view] + x);

    return p->rgb + ((size_t)(TOP + y) * p->width + column) * 3;
}

static const unsigned char *
middle_of(const image *p, int view)
{
    return pixel(p, view, p->wide[view] / 2, p->high / 2);
}

/* The panel's grey is cold, a plain mesh is warm. */
static bool
is_mesh(const unsigned char *rgb)
{
    return rgb[0] > rgb[2] + 4;
}

static bool
is_red(const unsigned char *rgb)
{
    return rgb[0] > 2 * rgb[1] && rgb[0] > 60;
}

typedef struct {
    double n, x, y; /* count and mean place of the mesh's pixels */
    int left, right, top, bottom;
} spot;

static spot
find(const image *p, int view, bool (*is)(const unsigned char *))
{
    spot s = { 0, 0, 0, 9999, -1, 9999, -1 };

    for (int y = 1; y < p->high - 1; y++)
        for (int x = 1; x < p->wide[view] - 1; x++)
            if (is(pixel(p, view, x, y))) {
                s.n++;
                s.x += x;
                s.y += y;
                s.left = x < s.left ? x : s.left;
                s.right = x > s.right ? x : s.right;
                s.top = y < s.top ? y : s.top;
                s.bottom = y > s.bottom ? y : s.bottom;
            }
    s.x /= s.n > 0 ? s.n : 1;
    s.y /= s.n > 0 ? s.n : 1;
    return s;
}

/* A ball of 10 mm and a small one 30 mm away. */
static pp_mesh
two_balls(double x, double y, double z)
{
    pp_mesh m = pp_shape_sphere(pp_vec(50, -200, 900), 10, 4);

    pp_shape_add(&m, pp_shape_sphere(pp_vec(50 + x, -200 + y, 900 + z), 3,
                                     3));
    return m;
}

START_TEST(a_ball_is_a_disc_of_the_same_size_in_every_view)
{
    pp_mesh m = pp_shape_sphere(pp_vec(50, -200, 900), 20, 5);
    image p = picture_of(&m, NULL);
    const double px = (480 - 80) / 2.0; /* three squares of 480 hold it */

    for (int view = 0; view < 3; view++) {
        const spot s = find(&p, view, is_mesh);

        ck_near(s.n, M_PI * px * px, 2 * M_PI * px);
        ck_near(s.x, p.wide[view] / 2.0 - 0.5, 1);
        ck_near(s.y, p.high / 2.0 - 0.5, 1);
    }
    free(p.rgb);
    pp_mesh_free(&m);
}
END_TEST

/* A slab 100 by 20 by 5 mm: nothing is cut off, and the scale is one. */
START_TEST(a_long_flat_body_fits_its_panels_at_one_scale)
{
    pp_mesh m = pp_shape_box(pp_vec(-50, -10, 0), pp_vec(50, 10, 5));

    for (int turn = 0; turn < 3; turn++) {
        image p = picture_of(&m, NULL);
        const pp_vec3 size = pp_box_size(pp_mesh_box(&m));
        const double across[3] = { size.x, size.y, size.x };
        const double up[3] = { size.z, size.z, size.y };
        double scale = 0;

        for (int view = 0; view < 3; view++) {
            const spot s = find(&p, view, is_mesh);
            const double w = s.right - s.left + 1, h = s.bottom - s.top + 1;

            scale = scale > 0 ? scale : w / across[view];
            ck_near(w, scale * across[view], 3);
            ck_near(h, scale * up[view], 3);
            ck_assert_int_ge(s.left, 30);
            ck_assert_int_lt(s.right, p.wide[view] - 30);
            ck_assert_int_ge(s.top, 30);
            ck_assert_int_lt(s.bottom, p.high - 30);
        }
        free(p.rgb);
        pp_shape_rotate(&m, turn == 0 ? 1.5707963267948966 : 0,
                        turn == 1 ? 1.5707963267948966 : 0, 0);
    }
    pp_mesh_free(&m);
}
END_TEST

START_TEST(left_is_right_in_front_head_is_up_and_face_is_down_from_above)
{
    static const struct {
        double x, y, z;     /* where the small ball lies */
        int view;
        double right, down; /* where it must be seen */
    } expected[] = {
        { 30, 0, 0, 0, 1, 0 }, { 0, 0, 30, 0, 0, -1 },
        { 0, 30, 0, 1, 1, 0 }, { 0, 0, 30, 1, 0, -1 },
        { 30, 0, 0, 2, 1, 0 }, { 0, 30, 0, 2, 0, -1 },
    };

    for (size_t n = 0; n < sizeof expected / sizeof *expected; n++) {
        pp_mesh m = two_balls(expected[n].x, expected[n].y, expected[n].z);
        image p = picture_of(&m, NULL);
        const spot s = find(&p, expected[n].view, is_mesh);
        /* the big ball has most pixels: the mean lies on its side */
        const double lean_x = (s.left + s.right) / 2.0 - s.x;
        const double lean_y = (s.top + s.bottom) / 2.0 - s.y;

        ck_assert(expected[n].right == 0 || lean_x * expected[n].right > 40);
        ck_assert(expected[n].down == 0 || lean_y * expected[n].down > 40);
        free(p.rgb);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(what_lies_nearer_hides_what_lies_behind)
{
    /* a small ball in front of the big one, coloured otherwise */
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 4);
    const size_t nbig = m.nvert;
    float *value;
    image p;

    pp_shape_add(&m, pp_shape_sphere(pp_vec(0, -14, 0), 3, 3));
    value = malloc(m.nvert * sizeof *value);
    for (size_t v = 0; v < m.nvert; v++)
        value[v] = v < nbig ? 0 : 1;

    const pp_picture_options o = { .value = value };
    const unsigned char *middle;

    p = picture_of(&m, &o);
    middle = middle_of(&p, 0);
    ck_assert_msg(middle[0] > 150 && middle[2] < 120,
                  "the front ball is yellow: %d %d %d", middle[0], middle[1],
                  middle[2]);
    middle = middle_of(&p, 2);
    ck_assert_msg(middle[2] > middle[1], "from above the big one is violet");
    free(p.rgb);
    free(value);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(only_the_back_of_a_facet_is_red)
{
    pp_mesh m = pp_shape_box(pp_vec(1, 2, 3), pp_vec(11, 22, 33));
    image p = picture_of(&m, NULL);

    for (int view = 0; view < 3; view++)
        ck_assert(find(&p, view, is_red).n == 0);
    free(p.rgb);
    pp_shape_flip(&m);
    p = picture_of(&m, NULL);
    for (int view = 0; view < 3; view++) {
        ck_assert(find(&p, view, is_red).n > 1000);
        ck_assert(find(&p, view, is_red).n >
                  0.95 * find(&p, view, is_mesh).n);
    }
    free(p.rgb);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(no_crack_opens_between_neighbouring_facets)
{
    /* through a crack in the front one would see the back, in red */
    pp_mesh m = pp_shape_torus(pp_vec(3, 1, 4), 20, 9, 301, 157);
    image p;

    pp_shape_rotate(&m, 0.7, 0.4, 0.2);
    pp_mesh_round_float(&m);
    p = picture_of(&m, NULL);
    for (int view = 0; view < 3; view++)
        ck_assert(find(&p, view, is_red).n == 0);
    free(p.rgb);
    pp_mesh_free(&m);
}
END_TEST

static void
threads(int n)
{
#ifdef _OPENMP
    omp_set_num_threads(n);
#else
    (void)n;
#endif
}

START_TEST(the_number_of_threads_changes_no_byte)
{
    pp_mesh m = two_balls(20, 10, 5);
    pp_bytes first = { 0 }, second = { 0 };
    pp_error err = { 0 };

    threads(1);
    ck_ok(pp_render_picture(&m, NULL, &first, &err), err);
    threads(5);
    ck_ok(pp_render_picture(&m, NULL, &second, &err), err);
    ck_assert_uint_eq(first.size, second.size);
    ck_assert(memcmp(first.data, second.data, first.size) == 0);
    pp_bytes_free(&first);
    pp_bytes_free(&second);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(the_colours_grow_lighter_in_even_steps)
{
    double last = -1, least = 1, most = 0;

    for (int n = 0; n <= 20; n++) {
        double c[3], y;

        pp_colour(PP_MAP_SEQUENTIAL, n / 20.0, c);
        /* CIE lightness from luminance */
        y = 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
        y = y > 0.008856 ? 1.16 * cbrt(y) - 0.16 : 9.033 * y;
        if (n > 0) {
            least = fmin(least, y - last);
            most = fmax(most, y - last);
        }
        last = y;
    }
    ck_assert_msg(least > 0.02 && most < 0.05, "steps of %g to %g", least,
                  most);
}
END_TEST

START_TEST(a_symmetric_range_is_grey_in_the_middle)
{
    double c[3];

    pp_colour(PP_MAP_DIVERGING, 0.5, c);
    ck_near(c[0], c[1], 0.02);
    ck_near(c[1], c[2], 0.02);
    pp_colour(PP_MAP_DIVERGING, 0, c);
    ck_assert(c[2] > 2 * c[0]);
    pp_colour(PP_MAP_DIVERGING, 1, c);
    ck_assert(c[0] > 2 * c[2]);
}
END_TEST

START_TEST(a_value_that_is_not_finite_is_grey_and_spoils_nothing)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
    float *value = malloc(m.nvert * sizeof *value);
    image p;

    for (size_t v = 0; v < m.nvert; v++)
        value[v] = v % 2 == 0 ? NAN : 1;

    const pp_picture_options o = { .value = value };

    p = picture_of(&m, &o);
    free(p.rgb);
    for (size_t v = 0; v < m.nvert; v++)
        value[v] = NAN;
    p = picture_of(&m, &o);

    const unsigned char *c = middle_of(&p, 0);

    ck_assert_int_eq(c[0], c[1]);
    ck_assert_int_eq(c[1], c[2]);
    free(p.rgb);
    free(value);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(what_cannot_be_drawn_is_refused)
{
    pp_mesh none = { 0 };
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));
    const pp_picture_options tiny = { .view_px = 10 };
    pp_bytes png = { 0 };
    pp_error err = { 0 };

    ck_assert_int_eq(pp_render_picture(&none, NULL, &png, &err), PP_EGEOM);
    ck_assert_int_eq(pp_render_picture(&m, &tiny, &png, &err), PP_ELIMIT);
    m.vert[3].y = NAN;
    ck_assert_int_eq(pp_render_picture(&m, NULL, &png, &err), PP_EGEOM);
    ck_assert_uint_eq(png.size, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_flat_mesh_and_a_point_are_drawn_without_harm)
{
    pp_mesh m = pp_shape_box(pp_vec(5, 5, 5), pp_vec(5, 15, 25));
    image p = picture_of(&m, NULL);

    free(p.rgb);
    for (size_t v = 0; v < m.nvert; v++)
        m.vert[v] = pp_vec(1, 2, 3);
    p = picture_of(&m, NULL);
    ck_assert(find(&p, 0, is_mesh).n == 0);
    free(p.rgb);
    pp_mesh_free(&m);
}
END_TEST

static void
stay_in_line(void *state, double x, double y, bool start)
{
    size_t *n = state;

    ck_assert(*n > 0 || start);
    ck_assert(x >= -1e-9 && x <= 4.5 + 1e-9);
    ck_assert(y >= -PP_FONT_BELOW - 1e-9 && y <= PP_FONT_ABOVE + 1e-9);
    ++*n;
}

START_TEST(every_printable_character_has_a_glyph)
{
    for (uint32_t c = ' '; c <= '~'; c++) {
        size_t n = 0;
        double width;

        ck_assert_msg(pp_font_has(c), "character %u", c);
        width = pp_font_trace(c, stay_in_line, &n);
        ck_assert(width >= PP_FONT_GAP && width <= 4.5 + PP_FONT_GAP);
        ck_assert_msg((n > 0) == (c != ' '), "character %u", c);
    }
    ck_assert(!pp_font_has(0xe9));
}
END_TEST

START_TEST(broken_text_draws_boxes_and_stays_inside)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));
    char longest[2000];
    const pp_picture_options o = { .title = "\xff\xe2\x82\xf0 \x01\x7f",
                                   .caption = longest };
    image p;

    memset(longest, 'W', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    p = picture_of(&m, &o);
    ck_assert_uint_gt(p.width, 3 * 480);
    free(p.rgb);
    pp_mesh_free(&m);
}
END_TEST

/* The PNG's own words: width and height, eight bits, colour. */
START_TEST(a_thumbnail_is_a_square_of_the_wanted_size)
{
    pp_mesh bodies[3] = {
        pp_shape_sphere(pp_vec(131.3, -77.7, -903.1), 17, 3),
        pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 300, 1e-3)),
        pp_shape_sphere(pp_vec(0, 0, 0), 1e30, 2),
    };
    pp_error err = { 0 };

    for (int i = 0; i < 3; i++)
        for (size_t px = 32; px <= 256; px *= 2) {
            pp_bytes png = { 0 };

            ck_ok(pp_render_thumbnail(&bodies[i], px, &png, &err), err);
            ck_assert_int_eq(memcmp(png.data, "\x89PNG", 4), 0);
            ck_assert_uint_eq(pp_get_u32be(png.data + 16), px);
            ck_assert_uint_eq(pp_get_u32be(png.data + 20), px);
            pp_bytes_free(&png);
        }
    pp_bytes none = { 0 };

    ck_assert_int_eq(pp_render_thumbnail(&bodies[0], 31, &none, &err),
                     PP_ELIMIT);
    err = (pp_error){ 0 };
    bodies[0].ntri = 0;
    ck_assert_int_eq(pp_render_thumbnail(&bodies[0], 64, &none, &err),
                     PP_EGEOM);
    for (int i = 0; i < 3; i++)
        pp_mesh_free(&bodies[i]);
}
END_TEST

PP_TESTS("render/picture", a_thumbnail_is_a_square_of_the_wanted_size,
         a_ball_is_a_disc_of_the_same_size_in_every_view,
         a_long_flat_body_fits_its_panels_at_one_scale,
         left_is_right_in_front_head_is_up_and_face_is_down_from_above,
         what_lies_nearer_hides_what_lies_behind,
         only_the_back_of_a_facet_is_red,
         no_crack_opens_between_neighbouring_facets,
         the_number_of_threads_changes_no_byte,
         the_colours_grow_lighter_in_even_steps,
         a_symmetric_range_is_grey_in_the_middle,
         a_value_that_is_not_finite_is_grey_and_spoils_nothing,
         what_cannot_be_drawn_is_refused,
         a_flat_mesh_and_a_point_are_drawn_without_harm,
         every_printable_character_has_a_glyph,
         broken_text_draws_boxes_and_stays_inside)
