/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "dicomfile.h"
#include "test.h"
#include "voxel/rasterise.h"
#include "volumes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double
area_of(const pp_polygon *p, size_t n, size_t width, size_t height,
        float *cover)
{
    pp_error err = { 0 };
    double sum = 0;

    memset(cover, 0, width * height * sizeof *cover);
    ck_ok(pp_polygons_cover(p, n, width, height, cover, &err), err);
    for (size_t i = 0; i < width * height; i++) {
        ck_assert(cover[i] >= 0 && cover[i] <= 1 + 1e-5F);
        sum += (double)cover[i];
    }
    return sum;
}

START_TEST(a_rectangle_covers_its_area_pixel_by_pixel)
{
    /* heights in whole scan lines, widths anyhow */
    const pp_corner corner[4] = { { 1.3, 1.25 }, { 4.85, 1.25 },
                                  { 4.85, 3.75 }, { 1.3, 3.75 } };
    const pp_polygon p = { corner, 4 };
    float cover[48];

    ck_near(area_of(&p, 1, 8, 6, cover), 3.55 * 2.5, 1e-5);
    ck_near((double)cover[8 + 1], 0.7 * 0.75, 1e-6);
    ck_near((double)cover[2 * 8 + 2], 1, 1e-6);
    ck_near((double)cover[3 * 8 + 4], 0.85 * 0.75, 1e-6);
    ck_near((double)cover[0], 0, 0);
}
END_TEST

static void
circle(pp_corner *c, int n, double x, double y, double r, double sense)
{
    for (int i = 0; i < n; i++)
        c[i] = (pp_corner){ x + r * cos(sense * 2 * M_PI * i / n),
                            y + r * sin(sense * 2 * M_PI * i / n) };
}

START_TEST(holes_count_by_even_and_odd_whatever_their_sense)
{
    pp_corner corner[3][90], key[182];
    float cover[40 * 40];
    const double unit = 90 / 2.0 * sin(2 * M_PI / 90); /* of a 90-gon */

    circle(corner[0], 90, 20.2, 19.7, 15, 1);
    circle(corner[2], 90, 20.2, 19.7, 3, 1);
    for (int sense = -1; sense <= 1; sense += 2) {
        pp_polygon p[3] = { { corner[0], 90 }, { corner[1], 90 },
                            { corner[2], 90 } };

        circle(corner[1], 90, 20.2, 19.7, 8, sense);
        ck_near(area_of(p, 2, 40, 40, cover), unit * (225 - 64), 0.1);
        ck_near(area_of(p, 3, 40, 40, cover), unit * (225 - 64 + 9), 0.1);
        /* a keyhole: one path, over a bridge of no width, and back */
        memcpy(key, corner[0], sizeof corner[0]);
        key[90] = corner[0][0];
        memcpy(key + 91, corner[1], sizeof corner[1]);
        key[181] = corner[1][0];
        p[0] = (pp_polygon){ key, 182 };
        ck_near(area_of(p, 1, 40, 40, cover), unit * (225 - 64), 0.1);
    }
}
END_TEST

START_TEST(what_lies_beside_the_picture_is_cut_off)
{
    const pp_corner corner[4] = { { -1e9, -1e9 }, { 1e9, -1e9 },
                                  { 1e9, 1e9 }, { -1e9, 1e9 } };
    const pp_polygon p = { corner, 4 };
    float cover[48];

    ck_near(area_of(&p, 1, 8, 6, cover), 48, 1e-4);
}
END_TEST

/* ---- structure sets ---- */

/* 40 x 30 x 5 voxels of 1 x 1 x 2 mm, oblique when asked. */
static void
make_frame(pp_grid *g, bool oblique)
{
    const size_t dim[3] = { 40, 30, 5 };
    const double mm[3] = { 1, 1, 2 };
    pp_error err = { 0 };
    pp_grid ramp;

    ck_ok(pp_grid_alloc(g, dim, PP_VOXEL_I16, &err), err);
    memset(g->voxel, 0, 40 * 30 * 5 * 2);
    test_ramp(&ramp, oblique);
    for (int r = 0; r < 3; r++) {
        g->to_lps[r][3] = ramp.to_lps[r][3];
        for (int c = 0; c < 3; c++) {
            const double edge = c == 0 ? 0.7 : c == 1 ? 1.1 : 2.5;

            g->to_lps[r][c] = ramp.to_lps[r][c] / edge * mm[c];
        }
    }
    pp_grid_free(&ramp);
}

/* A disc in the slice k, by voxel indices, as points in space. */
static void
disc(const pp_grid *g, double *xyz, int n, double i, double j, double k,
     double r)
{
    for (int p = 0; p < n; p++) {
        const pp_vec3 at = pp_grid_position(g, i + r * cos(2 * M_PI * p / n),
                                            j + r * sin(2 * M_PI * p / n), k);

        xyz[3 * p] = at.x;
        xyz[3 * p + 1] = at.y;
        xyz[3 * p + 2] = at.z;
    }
}

static pp_status
read_with(const pp_grid *g, const char *frame, const test_contour *c,
          size_t n, pp_read_options options, pp_volume *v, pp_error *err)
{
    char folder[128];
    pp_bytes b = { 0 };
    pp_status status;

    memset(err, 0, sizeof *err);
    strcpy(folder, test_series(g, NULL));
    options.source = folder;
    test_contours_bytes(frame, c, n, &b);
    status = pp_volume_read(test_file("rs", b.data, b.size), &options, v, err);
    pp_bytes_free(&b);
    return status;
}

static pp_status
read_contours(const pp_grid *g, const char *frame, const test_contour *c,
              size_t n, pp_volume *v, pp_error *err)
{
    return read_with(g, frame, c, n, (pp_read_options){ 0 }, v, err);
}

static double
sum_of_slice(const pp_volume *v, size_t k)
{
    double sum = 0;

    for (size_t i = 0; i < 1200; i++)
        sum += pp_grid_value(v->layer, 1200 * k + i);
    return sum;
}

START_TEST(discs_with_a_hole_are_drawn_on_their_slices)
{
    static double xyz[4][300];
    test_contour c[4];

    for (int oblique = 0; oblique < 2; oblique++) {
        const double expected = M_PI * (100 - 16) + 2 * M_PI * 100;
        pp_error err;
        pp_volume v;
        pp_grid g;
        double n = 0;

        make_frame(&g, oblique);
        disc(&g, xyz[0], 100, 20.3, 15.4, 1, 10);
        disc(&g, xyz[1], 100, 18.3, 14.4, 1, 4); /* a hole in the first */
        disc(&g, xyz[2], 100, 20.3, 15.4, 2, 10);
        disc(&g, xyz[3], 100, 20.3, 15.4, 4, 10); /* slice 3 has none */
        for (int i = 0; i < 4; i++)
            c[i] = (test_contour){ i == 1 ? "CLOSEDPLANAR_XOR"
                                          : "CLOSED_PLANAR", xyz[i], 100 };
        ck_ok(read_contours(&g, "2.25.88", c, 4, &v, &err), err);
        ck_assert_str_eq(v.kind, "rtstruct");
        ck_assert_uint_eq(v.nsegment, 1);
        ck_assert_uint_eq(v.segment[0].number, 7);
        ck_assert_str_eq(v.segment[0].name, "Kontur");
        ck_assert_uint_eq(v.segment[0].rgb[0], 255);
        ck_assert_ptr_nonnull(strstr(v.notes, "1 slices between"));
        for (size_t i = 0; i < 6000; i++)
            n += pp_grid_value(v.layer, i) == 1;
        ck_near(n, expected, 0.01 * expected);
        for (int r = 0; r < 3; r++)
            for (int k = 0; k < 4; k++)
                ck_near(v.layer->to_lps[r][k], g.to_lps[r][k], 1e-8);
        /* slice 1: its hole, its body, outside; slice 3: empty */
        ck_near(pp_grid_value(v.layer, 18 + 40 * 14 + 1200), 0, 0);
        ck_near(pp_grid_value(v.layer, 27 + 40 * 15 + 1200), 1, 0);
        ck_near(pp_grid_value(v.layer, 5 + 40 * 5 + 1200), 0, 0);
        ck_near(pp_grid_value(v.layer, 20 + 40 * 15 + 3600), 0, 0);
        pp_volume_free(&v);
        pp_grid_free(&g);
    }
}
END_TEST

START_TEST(open_contours_are_left_out_and_said)
{
    static double xyz[2][300];
    const test_contour c[2] = { { "CLOSED_PLANAR", xyz[0], 100 },
                                { "OPEN_PLANAR", xyz[1], 100 } };
    const test_contour point[1] = { { "POINT", xyz[1], 1 } };
    pp_error err;
    pp_volume v;
    pp_grid g;

    make_frame(&g, false);
    disc(&g, xyz[0], 100, 20, 15, 1, 5);
    disc(&g, xyz[1], 100, 20, 15, 2, 5);
    ck_ok(read_contours(&g, "2.25.88", c, 2, &v, &err), err);
    ck_assert_ptr_nonnull(strstr(v.notes, "1 open or point contours"));
    pp_volume_free(&v);
    ck_assert_int_eq(read_contours(&g, "2.25.88", point, 1, &v, &err),
                     PP_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "no closed contour"));
    pp_grid_free(&g);
}
END_TEST

/* Even-odd over planes would leave a ring. */
START_TEST(contours_of_different_planes_are_never_mixed)
{
    static double xyz[2][300];
    const test_contour c[2] = { { "CLOSED_PLANAR", xyz[0], 100 },
                                { "CLOSED_PLANAR", xyz[1], 100 } };
    pp_error err;
    pp_volume v;
    pp_grid g;

    make_frame(&g, true);
    disc(&g, xyz[0], 100, 20.3, 15.4, 2.3, 6);
    disc(&g, xyz[1], 100, 20.3, 15.4, 2.1, 10); /* the nearer one */
    ck_ok(read_contours(&g, "2.25.88", c, 2, &v, &err), err);
    ck_near(sum_of_slice(&v, 2), M_PI * 100, 5);
    ck_assert_ptr_nonnull(strstr(v.warnings, "1 not used"));
    pp_volume_free(&v);
    pp_grid_free(&g);
}
END_TEST

START_TEST(a_keyhole_contour_leaves_its_hole)
{
    static double xyz[3 * 202];
    const test_contour c = { "CLOSED_PLANAR", xyz, 202 };
    pp_error err;
    pp_volume v;
    pp_grid g;

    make_frame(&g, false);
    /* round the outer circle, over the bridge, round the inner, and back */
    disc(&g, xyz, 100, 20.3, 15.4, 1, 10);
    memcpy(xyz + 300, xyz, 3 * sizeof *xyz);
    disc(&g, xyz + 303, 100, 20.3, 15.4, 1, 4);
    memcpy(xyz + 603, xyz + 303, 3 * sizeof *xyz);
    ck_ok(read_contours(&g, "2.25.88", &c, 1, &v, &err), err);
    ck_near(sum_of_slice(&v, 1), M_PI * (100 - 16), 4);
    ck_near(pp_grid_value(v.layer, 20 + 40 * 15 + 1200), 0, 0);
    pp_volume_free(&v);
    pp_grid_free(&g);
}
END_TEST

/* Between discs of radius 10 and 6 lie those of 9, 8 and 7. */
START_TEST(slices_between_contours_are_filled_by_shape_when_asked)
{
    static double xyz[2][300];
    const test_contour c[2] = { { "CLOSED_PLANAR", xyz[0], 100 },
                                { "CLOSED_PLANAR", xyz[1], 100 } };
    const pp_read_options fill = { .fill_planes = true };
    pp_error err;
    pp_volume v;
    pp_grid g;

    make_frame(&g, true);
    disc(&g, xyz[0], 100, 20.3, 15.4, 0, 10);
    disc(&g, xyz[1], 100, 20.3, 15.4, 4, 6);
    ck_ok(read_contours(&g, "2.25.88", c, 2, &v, &err), err);
    ck_near(sum_of_slice(&v, 2), 0, 0);
    ck_assert_ptr_nonnull(strstr(v.warnings, "3 slices between"));
    pp_volume_free(&v);
    ck_ok(read_with(&g, "2.25.88", c, 2, fill, &v, &err), err);
    ck_assert_ptr_null(v.warnings);
    ck_assert_ptr_nonnull(strstr(v.notes, "3 slices between its contours "
                                          "filled by shape"));
    for (size_t k = 0; k < 5; k++) {
        const double r = 10 - (double)k;

        /* distances between pixel centres: a sixth of a pixel, or 4 % */
        ck_near(sum_of_slice(&v, k), M_PI * r * r, 0.05 * M_PI * r * r);
    }
    pp_volume_free(&v);
    pp_grid_free(&g);
}
END_TEST

START_TEST(shares_add_up_to_the_area_that_is_enclosed)
{
    static double xyz[2][300];
    const test_contour c[2] = { { "CLOSED_PLANAR", xyz[0], 100 },
                                { "CLOSED_PLANAR", xyz[1], 100 } };
    const pp_read_options keep = { .fractions = true };
    pp_error err;
    pp_volume v;
    pp_grid g;

    make_frame(&g, true);
    disc(&g, xyz[0], 100, 20.3, 15.4, 1, 9.7);
    disc(&g, xyz[1], 100, 20.3, 15.4, 1, 4.2);
    ck_ok(read_with(&g, "2.25.88", c, 2, keep, &v, &err), err);
    ck_assert(v.fractional);
    /* a polygon of 100 corners; lines of a sixteenth */
    ck_near(sum_of_slice(&v, 1),
            50 * sin(2 * M_PI / 100) * (9.7 * 9.7 - 4.2 * 4.2), 0.05);
    pp_volume_free(&v);
    pp_grid_free(&g);
}
END_TEST

/* A label that is not meant costs nothing and holds nothing. */
START_TEST(only_the_label_that_is_named_is_filled)
{
    static double xyz[300];
    const test_contour c = { "CLOSED_PLANAR", xyz, 100 };
    const char *name[] = { "7", "Kontur", "8" };
    pp_error err;
    pp_volume v;
    pp_grid g;

    make_frame(&g, false);
    disc(&g, xyz, 100, 20, 15, 1, 5);
    for (int n = 0; n < 3; n++) {
        const pp_read_options one = { .label = name[n] };

        ck_ok(read_with(&g, "2.25.88", &c, 1, one, &v, &err), err);
        ck_assert_uint_eq(v.nsegment, 1);
        ck_assert_int_eq(sum_of_slice(&v, 1) > 0, n < 2);
        pp_volume_free(&v);
    }
    pp_grid_free(&g);
}
END_TEST

START_TEST(contours_of_another_frame_or_plane_are_refused)
{
    static double xyz[300];
    const test_contour c = { "CLOSED_PLANAR", xyz, 100 };
    pp_error err;
    pp_volume v;
    pp_grid g;

    make_frame(&g, false);
    disc(&g, xyz, 100, 20, 15, 1, 5);
    ck_assert_int_eq(read_contours(&g, "2.25.99", &c, 1, &v, &err),
                     PP_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "another frame of reference"));
    for (int p = 0; p < 100; p++)
        xyz[3 * p + 2] += 2.5 * cos(2 * M_PI * p / 100);
    ck_assert_int_eq(read_contours(&g, "2.25.88", &c, 1, &v, &err),
                     PP_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "do not lie in the slices"));
    pp_grid_free(&g);
}
END_TEST

PP_TESTS("voxel/contours", a_rectangle_covers_its_area_pixel_by_pixel,
         holes_count_by_even_and_odd_whatever_their_sense,
         what_lies_beside_the_picture_is_cut_off,
         discs_with_a_hole_are_drawn_on_their_slices,
         open_contours_are_left_out_and_said,
         contours_of_different_planes_are_never_mixed,
         a_keyhole_contour_leaves_its_hole,
         slices_between_contours_are_filled_by_shape_when_asked,
         shares_add_up_to_the_area_that_is_enclosed,
         only_the_label_that_is_named_is_filled,
         contours_of_another_frame_or_plane_are_refused)
