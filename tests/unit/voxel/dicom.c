/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "dicomfile.h"
#include "test.h"
#include "volumes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* 16 characters of a decimal string: 1e-10 mm at 1 m, and oblique cosines */
#define DS_MM 1e-8

/* The ramp as 16-bit values from -100 on. */
static void
ct_ramp(pp_grid *g, bool oblique)
{
    pp_error err = { 0 };
    pp_grid small;

    test_ramp(&small, oblique);
    ck_ok(pp_grid_alloc(g, small.dim, PP_VOXEL_I16, &err), err);
    memcpy(g->to_lps, small.to_lps, sizeof g->to_lps);
    for (int n = 0; n < 210; n++)
        ((int16_t *)g->voxel)[n] = (int16_t)(10 * n - 100);
    pp_grid_free(&small);
}

static pp_status
read_changed(void (*change)(test_slice *s, size_t k), pp_volume *v,
             pp_error *err)
{
    pp_status status;
    pp_grid g;

    memset(err, 0, sizeof *err);
    ct_ramp(&g, false);
    status = pp_volume_read(test_series(&g, change), NULL, v, err);
    pp_grid_free(&g);
    return status;
}

/* Refused, and the message says so in these words. */
static void
expect_refusal(void (*change)(test_slice *s, size_t k), const char *words)
{
    pp_error err;
    pp_volume v;

    ck_assert_int_eq(read_changed(change, &v, &err), PP_EUNSUPPORTED);
    ck_assert_msg(strstr(err.message, words) != NULL, "\"%s\" lacks \"%s\"",
                  err.message, words);
    ck_assert_uint_eq(v.nlayer, 0);
}

START_TEST(a_series_in_any_of_48_orders_gives_the_same_volume)
{
    for (int oblique = 0; oblique < 2; oblique++) {
        pp_grid truth;

        ct_ramp(&truth, oblique);
        for (int order = 0; order < 6; order++)
            for (int flip = 0; flip < 8; flip++) {
                pp_error err = { 0 };
                pp_grid stored;
                pp_volume v;

                test_restore(&truth, order, flip, &stored);
                ck_ok(pp_volume_read(test_series(&stored, NULL), NULL, &v,
                                     &err), err);
                ck_assert_msg(test_same_place(&truth, v.layer, DS_MM),
                              "order %d flip %d", order, flip);
                ck_assert_uint_eq(strlen(v.sha256), 64);
                pp_volume_free(&v);
                pp_grid_free(&stored);
            }
        pp_grid_free(&truth);
    }
}
END_TEST

static void
thick(test_slice *s, size_t k)
{
    (void)k;
    s->thickness = 9;
}

START_TEST(spacing_comes_from_positions_not_from_thickness)
{
    pp_error err;
    pp_volume v;

    ck_ok(read_changed(thick, &v, &err), err);
    ck_near(v.layer->to_lps[2][2], 2.5, DS_MM);
    ck_assert_ptr_nonnull(strstr(v.notes, "SliceThickness 9 mm not used"));
    pp_volume_free(&v);
}
END_TEST

static void
scaled(test_slice *s, size_t k)
{
    (void)k;
    s->slope = 0.5;
    s->intercept = -1000;
}

static void
scaled_by_slice(test_slice *s, size_t k)
{
    s->slope = 1 + (double)k;
    s->intercept = 7;
}

START_TEST(rescale_applies_also_when_it_differs_between_slices)
{
    pp_error err;
    pp_volume v;

    ck_ok(read_changed(scaled, &v, &err), err);
    ck_near(pp_grid_value(v.layer, 3), (30 - 100) * 0.5 - 1000, 0);
    pp_volume_free(&v);
    ck_ok(read_changed(scaled_by_slice, &v, &err), err);
    ck_near(pp_grid_value(v.layer, 3), (30 - 100) * 1 + 7, 0);
    ck_near(pp_grid_value(v.layer, 209), (2090 - 100) * 5 + 7, 0);
    pp_volume_free(&v);
}
END_TEST

static void
twelve_bits(test_slice *s, size_t k)
{
    static int16_t pixel[42];

    (void)k;
    for (int n = 0; n < 42; n++) /* -5 in 12 bits, overlay junk above */
        pixel[n] = (int16_t)(0x3000 | (-5 & 0xfff));
    s->stored = 12;
    s->pixel = pixel;
}

static void
unsigned_pixels(test_slice *s, size_t k)
{
    static uint16_t pixel[42];

    (void)k;
    for (int n = 0; n < 42; n++)
        pixel[n] = 65000;
    s->is_signed = false;
    s->pixel = pixel;
}

static void
bytes(test_slice *s, size_t k)
{
    static uint8_t pixel[42];

    (void)k;
    memset(pixel, 200, sizeof pixel);
    s->bits = s->stored = 8;
    s->is_signed = false;
    s->pixel = pixel;
    s->size = 42;
}

START_TEST(stored_bits_decide_sign_and_range)
{
    pp_error err;
    pp_volume v;

    ck_ok(read_changed(twelve_bits, &v, &err), err);
    ck_near(pp_grid_value(v.layer, 17), -5, 0);
    pp_volume_free(&v);
    ck_ok(read_changed(unsigned_pixels, &v, &err), err);
    ck_near(pp_grid_value(v.layer, 17), 65000, 0);
    pp_volume_free(&v);
    ck_ok(read_changed(bytes, &v, &err), err);
    ck_near(pp_grid_value(v.layer, 17), 200, 0);
    pp_volume_free(&v);
}
END_TEST

static void
padded(test_slice *s, size_t k)
{
    (void)k;
    s->padded = true;
    s->padding = -100; /* voxel 0 of slice 0 */
}

START_TEST(padding_becomes_the_lowest_real_value_of_the_slice)
{
    pp_error err;
    pp_volume v;

    ck_ok(read_changed(padded, &v, &err), err);
    ck_near(pp_grid_value(v.layer, 0), -90, 0);
    ck_near(pp_grid_value(v.layer, 1), -90, 0);
    ck_near(pp_grid_value(v.layer, 2), -80, 0);
    pp_volume_free(&v);
}
END_TEST

static void
missing(test_slice *s, size_t k)
{
    if (k > 2)
        s->position[2] += 2.5;
}

START_TEST(a_missing_slice_is_named_by_its_neighbours)
{
    expect_refusal(missing, "1 slice is missing: the gap between the slices "
                            "at -1028.75 and -1023.75 mm");
}
END_TEST

static void
uneven(test_slice *s, size_t k)
{
    if (k > 2)
        s->position[2] += 0.8;
}

START_TEST(variable_spacing_is_refused)
{
    expect_refusal(uneven, "the slice spacing varies from 2.50 to 3.30 mm");
}
END_TEST

static void
rounded(test_slice *s, size_t k)
{
    (void)k;
    s->position[2] = round(s->position[2] * 10 + 0.3) / 10;
}

START_TEST(positions_rounded_to_a_tenth_are_even)
{
    pp_error err;
    pp_volume v;

    ck_ok(read_changed(rounded, &v, &err), err);
    pp_volume_free(&v);
}
END_TEST

static void
tilted(test_slice *s, size_t k)
{
    s->position[1] += 0.25 * (double)k; /* atan(0.1) */
}

START_TEST(a_tilted_gantry_is_refused_with_its_angle)
{
    expect_refusal(tilted, "tilted by 5.7 degrees: slices from -1033.75 to "
                           "-1023.75 mm move sideways by 1.00 mm");
}
END_TEST

static void
beside(test_slice *s, size_t k)
{
    if (k == 2)
        s->position[0] += 1;
}

START_TEST(a_slice_beside_the_others_is_refused)
{
    expect_refusal(beside, "do not line up");
}
END_TEST

static void
twice(test_slice *s, size_t k)
{
    if (k == 3)
        s->position[2] -= 2.5;
}

static void
at_one_place(test_slice *s, size_t k)
{
    s->position[2] -= 2.5 * (double)k;
}

START_TEST(duplicate_positions_are_refused)
{
    expect_refusal(twice, "1 of 5 slices share the position");
    expect_refusal(at_one_place, "all 5 slices lie at one position");
}
END_TEST

static void
copied(test_slice *s, size_t k)
{
    if (k == 4) {
        s->position[2] -= 2.5;
        s->sop_instance = "2.25.10003";
    }
}

START_TEST(a_second_copy_of_an_instance_is_left_out)
{
    pp_error err;
    pp_volume v;

    ck_ok(read_changed(copied, &v, &err), err);
    ck_assert_uint_eq(v.layer->dim[2], 4);
    ck_assert_ptr_nonnull(strstr(v.notes, "1 second copies"));
    pp_volume_free(&v);
}
END_TEST

static void
turned(test_slice *s, size_t k)
{
    static const double sagittal[6] = { 0, 1, 0, 0, 0, -1 };

    if (k > 2)
        memcpy(s->direction, sagittal, sizeof sagittal);
}

START_TEST(mixed_orientations_are_listed_and_not_mixed)
{
    expect_refusal(turned, "choose one with --series (1: CT 7 x 6, 3 slices; "
                           "2: CT 7 x 6, 2 slices)");
}
END_TEST

static void
in_colour(test_slice *s, size_t k)
{
    static uint8_t pixel[126];

    (void)k;
    s->samples = 3;
    s->bits = s->stored = 8;
    s->photometric = "RGB";
    s->pixel = pixel;
    s->size = sizeof pixel;
}

static void
without_pixels(test_slice *s, size_t k)
{
    (void)k;
    s->no_pixels = true;
}

static void
without_spacing(test_slice *s, size_t k)
{
    (void)k;
    s->no_spacing = true;
}

static void
without_position(test_slice *s, size_t k)
{
    (void)k;
    s->no_position = true;
}

static void
scout(test_slice *s, size_t k)
{
    (void)k;
    s->image_type = "ORIGINAL\\PRIMARY\\LOCALIZER";
}

static void
palette(test_slice *s, size_t k)
{
    (void)k;
    s->photometric = "PALETTE COLOR";
}

static void
mosaic(test_slice *s, size_t k)
{
    (void)k;
    s->image_type = "ORIGINAL\\PRIMARY\\M\\MOSAIC";
}

START_TEST(what_is_no_volume_is_refused_by_name)
{
    expect_refusal(palette, "in colour (PALETTE COLOR)");
    expect_refusal(mosaic, "the images are mosaics");
    expect_refusal(in_colour, "in colour (RGB)");
    expect_refusal(without_pixels, "no pixel data");
    expect_refusal(without_spacing, "no PixelSpacing");
    expect_refusal(without_position, "no ImagePositionPatient");
    expect_refusal(scout, "localizers");
}
END_TEST

static void
scout_first(test_slice *s, size_t k)
{
    if (k == 0)
        scout(s, k);
}

START_TEST(a_localizer_among_the_slices_is_passed_over)
{
    pp_error err;
    pp_volume v;

    ck_ok(read_changed(scout_first, &v, &err), err);
    ck_assert_uint_eq(v.layer->dim[2], 4);
    pp_volume_free(&v);
}
END_TEST

static void
two_acquisitions(test_slice *s, size_t k)
{
    s->acquisition = k < 2 ? "1" : "2";
    if (k >= 2)
        s->position[2] -= 5; /* over the first two, the last above them */
    s->series = ""; /* empty, as some archives leave it */
}

START_TEST(volumes_under_one_uid_are_told_apart_and_chosen)
{
    const pp_read_options second = { .series = "2" };
    pp_error err = { 0 };
    const char *folder;
    pp_grid g, four;
    pp_volume v;

    ct_ramp(&four, false);
    g = four;
    g.dim[2] = 4;
    folder = test_series(&g, two_acquisitions);
    ck_assert_int_eq(pp_volume_read(folder, NULL, &v, &err), PP_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "acquisition number 1"));
    err = (pp_error){ 0 };
    ck_ok(pp_volume_read(folder, &second, &v, &err), err);
    ck_assert_uint_eq(v.layer->dim[2], 2);
    ck_near(pp_grid_value(v.layer, 0), 84 * 10 - 100, 0);
    pp_volume_free(&v);
    pp_grid_free(&four);
}
END_TEST

static void
cut_short(test_slice *s, size_t k)
{
    if (k == 2)
        s->size -= 2;
}

START_TEST(pixels_that_end_early_are_refused_at_their_slice)
{
    pp_error err;
    pp_volume v;

    ck_assert_int_eq(read_changed(cut_short, &v, &err), PP_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "slice at -1028.75 mm"));
    ck_assert_uint_eq(v.nlayer, 0);
}
END_TEST

START_TEST(every_truncation_of_a_file_gives_a_status)
{
    pp_bytes b = { 0 };
    pp_grid g;
    test_slice s = { .series = "2.25.1", .photometric = "MONOCHROME2",
                     .direction = { 1, 0, 0, 0, 1, 0 }, .spacing = { 1, 1 },
                     .thickness = 2, .slope = 1, .samples = 1, .rows = 6,
                     .columns = 7, .bits = 16, .stored = 16, .size = 84 };

    ct_ramp(&g, false);
    s.pixel = g.voxel;
    test_slice_bytes(&s, &b);
    for (size_t n = 0; n <= b.size; n++) {
        pp_error err = { 0 };
        pp_volume v;
        const pp_status status =
            pp_volume_read(test_file("cut", b.data, n), NULL, &v, &err);

        ck_assert_int_eq(status == PP_OK, n == b.size);
        ck_assert_int_eq(strlen(err.message) > 0, n < b.size);
        pp_volume_free(&v);
    }
    pp_bytes_free(&b);
    pp_grid_free(&g);
}
END_TEST

START_TEST(a_directory_without_images_is_refused)
{
    char path[256];
    pp_error err = { 0 };
    pp_volume v;

    strcpy(path, test_file("note.txt", "no image", 8));
    *strrchr(path, '/') = '\0';
    ck_assert_int_eq(pp_volume_read(path, NULL, &v, &err), PP_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "holds no DICOM image"));
}
END_TEST

/* ---- resampling: a field that is linear in space is met exactly ---- */

static double
field(pp_vec3 p)
{
    return 12 * (p.x + 120) - 7 * (p.y - 210) + 31 * (p.z + 1030);
}

static double tilt_mm, gap_extra;

/* Slices of the field, tilted and uneven as told. */
static void
slice_of_field(test_slice *s, size_t k)
{
    static int16_t pixel[42];
    const double *d = s->direction;

    /* a tilted gantry shifts by distance, not by slice */
    s->position[1] += tilt_mm * ((double)k + (k > 2 ? gap_extra / 2.5 : 0));
    s->position[2] += k > 2 ? gap_extra : 0;
    for (unsigned j = 0; j < 6; j++)
        for (unsigned i = 0; i < 7; i++) {
            const double x = i * s->spacing[1], y = j * s->spacing[0];

            pixel[j * 7 + i] = (int16_t)lround(field(pp_vec(
                s->position[0] + d[0] * x + d[3] * y,
                s->position[1] + d[1] * x + d[4] * y,
                s->position[2] + d[2] * x + d[5] * y)));
        }
    s->pixel = pixel;
}

START_TEST(resampling_puts_a_tilted_and_uneven_series_in_its_place)
{
    static const double tilt[] = { 0, 0.4, -0.9, 0.4 },
                        extra[] = { 0.8, 0, 0, 1.1 };
    const pp_read_options mend = { .resample = true };

    for (int n = 0; n < 4; n++) {
        pp_error err = { 0 };
        size_t seen = 0;
        const char *folder;
        pp_volume v;
        pp_grid g;

        ct_ramp(&g, false);
        tilt_mm = tilt[n];
        gap_extra = extra[n];
        folder = test_series(&g, slice_of_field);
        ck_assert_int_eq(pp_volume_read(folder, NULL, &v, &err),
                         PP_EUNSUPPORTED);
        ck_assert_ptr_nonnull(strstr(err.message, "--resample"));
        err = (pp_error){ 0 };
        ck_ok(pp_volume_read(folder, &mend, &v, &err), err);
        ck_assert_ptr_nonnull(strstr(v.notes, "resampled"));
        ck_assert_uint_ge(v.layer->dim[2], 5);
        for (size_t k = 0, at = 0; k < v.layer->dim[2]; k++)
            for (size_t j = 0; j < v.layer->dim[1]; j++)
                for (size_t i = 0; i < v.layer->dim[0]; i++, at++) {
                    const double f = field(pp_grid_position(
                        v.layer, (double)i, (double)j, (double)k));

                    /* beside the slices: the lowest value of all */
                    if (fabs(pp_grid_value(v.layer, at) - f) <= 1)
                        seen++;
                }
        /* 5 slices of 7 x 6, less a row where neighbours do not overlap */
        ck_assert_msg(seen >= v.layer->dim[2] * 7 * 4, "case %d: %zu", n,
                      seen);
        pp_volume_free(&v);
        pp_grid_free(&g);
    }
}
END_TEST

START_TEST(resampling_does_not_invent_missing_slices)
{
    const pp_read_options mend = { .resample = true };
    pp_error err = { 0 };
    pp_volume v;
    pp_grid g;

    ct_ramp(&g, false);
    ck_assert_int_eq(pp_volume_read(test_series(&g, missing), &mend, &v, &err),
                     PP_EUNSUPPORTED);
    pp_grid_free(&g);
}
END_TEST

START_TEST(series_are_listed_with_what_they_are)
{
    pp_error err = { 0 };
    pp_series_info *list;
    pp_grid g;
    size_t n;

    ct_ramp(&g, false);
    ck_ok(pp_volume_list_series(test_series(&g, turned), NULL, &list, &n,
                                &err), err);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(list[0].modality, "CT");
    ck_assert_uint_eq(list[0].dim[0], 7);
    ck_assert_uint_eq(list[0].dim[2], 3);
    ck_near(list[0].spacing[2], 2.5, DS_MM);
    ck_assert_uint_eq(strlen(list[0].uid), 16);
    ck_assert_str_eq(list[0].problem, "");
    pp_free(list);
    ck_ok(pp_volume_list_series(test_series(&g, tilted), NULL, &list, &n,
                                &err), err);
    ck_assert_uint_eq(n, 1);
    ck_assert_ptr_nonnull(strstr(list[0].problem, "tilted by 5.7 degrees"));
    pp_free(list);
    pp_grid_free(&g);
}
END_TEST

PP_TESTS("voxel/dicom", a_series_in_any_of_48_orders_gives_the_same_volume,
         spacing_comes_from_positions_not_from_thickness,
         rescale_applies_also_when_it_differs_between_slices,
         stored_bits_decide_sign_and_range,
         padding_becomes_the_lowest_real_value_of_the_slice,
         a_missing_slice_is_named_by_its_neighbours,
         variable_spacing_is_refused, positions_rounded_to_a_tenth_are_even,
         a_tilted_gantry_is_refused_with_its_angle,
         a_slice_beside_the_others_is_refused, duplicate_positions_are_refused,
         a_second_copy_of_an_instance_is_left_out,
         mixed_orientations_are_listed_and_not_mixed,
         what_is_no_volume_is_refused_by_name,
         a_localizer_among_the_slices_is_passed_over,
         volumes_under_one_uid_are_told_apart_and_chosen,
         pixels_that_end_early_are_refused_at_their_slice,
         every_truncation_of_a_file_gives_a_status,
         a_directory_without_images_is_refused,
         resampling_puts_a_tilted_and_uneven_series_in_its_place,
         resampling_does_not_invent_missing_slices,
         series_are_listed_with_what_they_are)
