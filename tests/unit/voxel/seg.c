/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicomfile.h"
#include "test.h"
#include "volumes.h"

#include <stdio.h>
#include <string.h>

/* 5 x 7 pixels: 35 bits, so that no frame but the first starts a byte. */
#define ROWS 5
#define COLUMNS 7
#define N (ROWS * COLUMNS)

static uint8_t pixel[8][N];
static test_seg_frame frame[8];
static const char *const names[] = { "eins", "zwei", "drei" };

/* Deterministic speckle, different in each frame. */
static void
speckle(uint8_t *to, unsigned long long seed)
{
    pp_random r = { seed };

    for (int i = 0; i < N; i++)
        to[i] = (uint8_t)pp_random_below(&r, 2);
}

/* Frames of one segment on planes 0, 1, 3 (2 is empty), out of order. */
static test_seg
sparse(void)
{
    static const int plane[3] = { 3, 0, 1 };

    for (int f = 0; f < 3; f++) {
        speckle(pixel[f], (unsigned long long)f + 1);
        frame[f] = (test_seg_frame){ 1, { -10, 20, 30 + 2.5 * plane[f] },
                                     pixel[f] };
    }
    return (test_seg){ .type = "BINARY", .rows = ROWS, .columns = COLUMNS,
                       .direction = { 1, 0, 0, 0, 1, 0 },
                       .spacing = { 1.5, 0.5 }, .slice_spacing = 2.5,
                       .nsegment = 1, .name = names, .nframe = 3,
                       .frame = frame };
}

static pp_status
read_seg(const test_seg *s, pp_volume *v, pp_error *err)
{
    pp_bytes b = { 0 };
    pp_status status;

    memset(err, 0, sizeof *err);
    test_seg_bytes(s, &b);
    status = pp_volume_read(test_file("seg", b.data, b.size), NULL, v, err);
    pp_bytes_free(&b);
    return status;
}

static bool
inside(const pp_volume *v, size_t segment, size_t n)
{
    const pp_segment *s = &v->segment[segment];

    return pp_grid_value(&v->layer[s->layer], n) == s->value;
}

/* The speckle's frames lie on planes 3, 0, 1; plane 2 is empty. */
static void
expect_sparse(const pp_volume *v)
{
    static const int of[4] = { 1, 2, -1, 0 };

    ck_assert_uint_eq(v->layer->dim[0], COLUMNS);
    ck_assert_uint_eq(v->layer->dim[1], ROWS);
    ck_assert_uint_eq(v->layer->dim[2], 4);
    ck_near(v->layer->to_lps[0][0], 0.5, 1e-12);
    ck_near(v->layer->to_lps[1][1], 1.5, 1e-12);
    ck_near(v->layer->to_lps[2][2], 2.5, 1e-12);
    ck_near(v->layer->to_lps[0][3], -10, 1e-12);
    ck_near(v->layer->to_lps[2][3], 30, 1e-12);
    for (size_t k = 0; k < 4; k++)
        for (size_t i = 0; i < N; i++)
            ck_assert_msg(inside(v, 0, k * N + i) ==
                              (of[k] >= 0 && pixel[of[k]][i] != 0),
                          "plane %zu voxel %zu", k, i);
}

START_TEST(bits_are_unpacked_over_the_borders_of_frames)
{
    const test_seg s = sparse();
    pp_error err;
    pp_volume v;

    ck_ok(read_seg(&s, &v, &err), err);
    ck_assert_str_eq(v.kind, "dicom-seg");
    ck_assert_str_eq(v.segment[0].name, "eins");
    expect_sparse(&v);
    pp_volume_free(&v);
}
END_TEST

START_TEST(fractions_count_from_half_of_the_maximum)
{
    static const char *const kind[] = { "PROBABILITY", "OCCUPANCY" };
    test_seg s = sparse();
    pp_error err;
    pp_volume v;

    s.type = "FRACTIONAL";
    s.maximum = 200;
    for (int k = 0; k < 2; k++) {
        s.fraction = kind[k];
        for (int f = 0; f < 3; f++) {
            speckle(pixel[f], (unsigned long long)f + 1);
            for (int i = 0; i < N; i++)
                pixel[f][i] = pixel[f][i] ? 100 : 99;
        }
        ck_ok(read_seg(&s, &v, &err), err);
        for (int f = 0; f < 3; f++)
            speckle(pixel[f], (unsigned long long)f + 1);
        expect_sparse(&v);
        pp_volume_free(&v);
    }
}
END_TEST

START_TEST(fractions_are_kept_as_shares_when_asked)
{
    const pp_read_options keep = { .fractions = true };
    test_seg s = sparse();
    pp_error err = { 0 };
    pp_bytes b = { 0 };
    pp_volume v;

    s.type = "FRACTIONAL";
    s.fraction = "OCCUPANCY";
    s.maximum = 200;
    for (int i = 0; i < N; i++)
        pixel[1][i] = (uint8_t)(5 * i); /* plane 0 */
    test_seg_bytes(&s, &b);
    ck_ok(pp_volume_read(test_file("seg", b.data, b.size), &keep, &v, &err),
          err);
    ck_assert(v.fractional);
    for (size_t i = 0; i < N; i++)
        ck_near(pp_grid_value(v.layer, i), (double)(5 * i) / 200, 1e-12);
    ck_near(pp_grid_value(v.layer, 2 * N), 0, 0); /* no frame */
    pp_volume_free(&v);
    pp_bytes_free(&b);
}
END_TEST

START_TEST(control_characters_in_names_are_shown_escaped)
{
    static const char *const evil[] = { "red\033[31m\tliver" };
    test_seg s = sparse();
    pp_error err;
    pp_volume v;

    s.name = evil;
    ck_ok(read_seg(&s, &v, &err), err);
    ck_assert_str_eq(v.segment[0].name, "red\\x1b[31m\\x09liver");
    pp_volume_free(&v);
}
END_TEST

START_TEST(a_label_map_holds_segment_numbers)
{
    test_seg s = sparse();
    pp_error err;
    pp_volume v;

    s.type = "LABELMAP";
    s.nsegment = 3;
    for (int f = 0; f < 3; f++) {
        frame[f].segment = 0;
        for (int i = 0; i < N; i++)
            pixel[f][i] = pixel[f][i] ? 1 : i % 3 == 0 ? 3 : 0;
    }
    ck_ok(read_seg(&s, &v, &err), err);
    ck_assert_uint_eq(v.nlayer, 1);
    ck_assert_uint_eq(v.nsegment, 3);
    for (size_t i = 0; i < N; i++) { /* plane 0 is frame 1 */
        ck_assert(inside(&v, 0, i) == (pixel[1][i] == 1));
        ck_assert(!inside(&v, 1, i));
        ck_assert(inside(&v, 2, i) == (pixel[1][i] == 3));
    }
    pp_volume_free(&v);
    s.nsegment = 2; /* segment 3 is not described */
    ck_assert_int_eq(read_seg(&s, &v, &err), PP_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "does not describe"));
}
END_TEST

START_TEST(overlapping_segments_go_into_layers_and_keep_their_voxels)
{
    test_seg s = sparse();
    pp_error err;
    pp_volume v;

    /* two frames each: segment 1 and 2 overlap, 3 meets neither */
    for (int f = 0; f < 6; f++) {
        memset(pixel[f], 0, N);
        frame[f] = (test_seg_frame){ (unsigned)f / 2 + 1,
                                     { 0, 0, 2.5 * (f % 2) }, pixel[f] };
    }
    for (int i = 0; i < 20; i++)
        pixel[0][i] = pixel[1][i] = 1;
    for (int i = 10; i < 30; i++)
        pixel[3][i] = 1; /* meets segment 1 in its second frame alone */
    pixel[2][33] = 1;
    for (int i = 30; i < 33; i++)
        pixel[4][i] = pixel[5][i] = 1;
    s.nsegment = 3;
    s.nframe = 6;
    ck_ok(read_seg(&s, &v, &err), err);
    ck_assert_uint_eq(v.nlayer, 2);
    ck_assert_uint_eq(v.segment[0].layer, 0);
    ck_assert_uint_eq(v.segment[1].layer, 1);
    ck_assert_uint_eq(v.segment[2].layer, 0);
    for (size_t n = 0; n < 3; n++)
        for (size_t i = 0; i < 2 * N; i++)
            ck_assert(inside(&v, n, i) ==
                      (pixel[2 * n + i / N][i % N] != 0));
    pp_volume_free(&v);
}
END_TEST

START_TEST(names_of_any_character_set_become_utf8)
{
    static const char *const latin[] = { "Gro\xdfhirn" };
    static const char *const utf8[] = { "Gro\xc3\x9fhirn" };
    test_seg s = sparse();
    pp_error err;
    pp_volume v;

    s.charset = "ISO_IR 100";
    s.name = latin;
    ck_ok(read_seg(&s, &v, &err), err);
    ck_assert_str_eq(v.segment[0].name, utf8[0]);
    pp_volume_free(&v);
    s.charset = "ISO_IR 192";
    s.name = utf8;
    ck_ok(read_seg(&s, &v, &err), err);
    ck_assert_str_eq(v.segment[0].name, utf8[0]);
    pp_volume_free(&v);
}
END_TEST

START_TEST(planes_without_an_even_spacing_are_refused)
{
    test_seg s = sparse();
    pp_error err;
    pp_volume v;

    s.slice_spacing = 0;
    frame[0].position[2] = 30 + 2.5 * 3.4;
    ck_assert_int_eq(read_seg(&s, &v, &err), PP_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "unevenly spaced"));
    frame[0].position[2] = 37.5;
    frame[0].position[0] += 1;
    ck_assert_int_eq(read_seg(&s, &v, &err), PP_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "beside the others"));
}
END_TEST

START_TEST(broken_frames_are_refused)
{
    test_seg s = sparse();
    pp_error err;
    pp_volume v;

    frame[1].segment = 9;
    ck_assert_int_eq(read_seg(&s, &v, &err), PP_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "no segment that is described"));
    frame[1].segment = 1;
    frame[1].position[2] = frame[2].position[2];
    ck_assert_int_eq(read_seg(&s, &v, &err), PP_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "two frames at one position"));
}
END_TEST

START_TEST(every_truncation_gives_a_status)
{
    const test_seg s = sparse();
    pp_bytes b = { 0 };

    test_seg_bytes(&s, &b);
    for (size_t n = 0; n < b.size; n++) {
        pp_error err = { 0 };
        pp_volume v;

        ck_assert_msg(pp_volume_read(test_file("cut", b.data, n), NULL, &v,
                                     &err) != PP_OK, "%zu of %zu bytes", n,
                      b.size);
        ck_assert_uint_eq(v.nlayer, 0);
    }
    pp_bytes_free(&b);
}
END_TEST

PP_TESTS("voxel/seg", bits_are_unpacked_over_the_borders_of_frames,
         fractions_count_from_half_of_the_maximum,
         fractions_are_kept_as_shares_when_asked,
         control_characters_in_names_are_shown_escaped,
         a_label_map_holds_segment_numbers,
         overlapping_segments_go_into_layers_and_keep_their_voxels,
         names_of_any_character_set_become_utf8,
         planes_without_an_even_spacing_are_refused, broken_frames_are_refused,
         every_truncation_gives_a_status)
