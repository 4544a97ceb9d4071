/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reports and encapsulated models: what is written reads back; reports of
 * others, made byte by byte, say what their lengths are; damaged ones are
 * refused without harm.
 */
#include "base/alloc.h"
#include "dicomfile.h"
#include "measure/report_dicom.h"
#include "test.h"

#include <math.h>
#include <string.h>

#define IMAGE "2.25.77"

/* One slice, oblique: rows along (0.6, 0.8, 0), columns along z. */
static pp_origin_image one_image = {
    "1.2.840.10008.5.1.4.1.1.2", IMAGE, 0,
    { .has_position = true, .has_orientation = true, .has_spacing = true,
      .position = { 10, 20, 30 }, .row_direction = { 0.6, 0.8, 0 },
      .column_direction = { 0, 0, 1 }, .spacing = { 2, 0.5 } }
};
static const pp_origin origin = { "2.25.1", "2.25.2", "2.25.3", 1,
                                  &one_image, 1, NULL };

static void
code(pp_bytes *b, unsigned group, unsigned element, const char *value,
     const char *scheme)
{
    test_sequence(b, group, element);
    test_item(b);
    test_text(b, 0x0008, 0x0100, "SH", value);
    test_text(b, 0x0008, 0x0102, "SH", scheme);
    test_text(b, 0x0008, 0x0104, "LO", "meaning");
    test_item_end(b);
    test_sequence_end(b);
}

static void
points(pp_bytes *b, const char *type, const float *xyz, size_t n)
{
    test_item(b);
    test_text(b, 0x0040, 0xa010, "CS", "INFERRED FROM");
    test_text(b, 0x0040, 0xa040, "CS", type);
    if (strcmp(type, "SCOORD") == 0) {
        test_sequence(b, 0x0040, 0xa730);
        test_item(b);
        test_sequence(b, 0x0008, 0x1199);
        test_item(b);
        test_text(b, 0x0008, 0x1155, "UI", IMAGE);
        test_item_end(b);
        test_sequence_end(b);
        test_text(b, 0x0040, 0xa010, "CS", "SELECTED FROM");
        test_text(b, 0x0040, 0xa040, "CS", "IMAGE");
        test_item_end(b);
        test_sequence_end(b);
    }
    test_element(b, 0x0070, 0x0022, "FL", xyz, n * sizeof *xyz);
    test_text(b, 0x0070, 0x0023, "CS", "POLYLINE");
    if (strcmp(type, "SCOORD3D") == 0)
        test_text(b, 0x3006, 0x0024, "UI", "2.25.3");
    test_item_end(b);
}

/* A report with a group of one length, points below or beside it. */
static pp_bytes
report_of(const char *value, const char *unit, const char *type,
          const float *xyz, size_t n, bool beside)
{
    pp_bytes b = { 0 };

    test_meta(&b, "1.2.840.10008.5.1.4.1.1.88.34", "2.25.5");
    test_text(&b, 0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.88.34");
    test_text(&b, 0x0008, 0x0018, "UI", "2.25.5");
    test_sequence(&b, 0x0040, 0xa730);
    test_item(&b);
    test_text(&b, 0x0040, 0xa010, "CS", "CONTAINS");
    test_text(&b, 0x0040, 0xa040, "CS", "CONTAINER");
    test_sequence(&b, 0x0040, 0xa730);
    test_item(&b);
    test_text(&b, 0x0040, 0xa040, "CS", "TEXT");
    code(&b, 0x0040, 0xa043, "112039", "DCM");
    test_text(&b, 0x0040, 0xa160, "UT", "neck of the femur");
    test_item_end(&b);
    if (beside)
        points(&b, type, xyz, n);
    test_item(&b);
    test_text(&b, 0x0040, 0xa010, "CS", "CONTAINS");
    test_text(&b, 0x0040, 0xa040, "CS", "NUM");
    code(&b, 0x0040, 0xa043, "410668003", "SCT");
    test_sequence(&b, 0x0040, 0xa300);
    test_item(&b);
    code(&b, 0x0040, 0x08ea, unit, "UCUM");
    test_text(&b, 0x0040, 0xa30a, "DS", value);
    test_item_end(&b);
    test_sequence_end(&b);
    if (!beside) {
        test_sequence(&b, 0x0040, 0xa730);
        points(&b, type, xyz, n);
        test_sequence_end(&b);
    }
    test_item_end(&b);
    test_sequence_end(&b);
    test_item_end(&b);
    test_sequence_end(&b);
    return b;
}

static const float line[6] = { 1, 2, 3, 1, 2, 8 };

START_TEST(lengths_in_space_are_read_in_any_unit)
{
    static const struct {
        const char *value, *unit;
        double mm;
    } known[] = { { "5", "mm", 5 }, { "0.5", "cm", 5 }, { "0.005", "m", 5 },
                  { "5000", "um", 5 } };

    for (int beside = 0; beside < 2; beside++)
        for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
            pp_bytes b = report_of(known[k].value, known[k].unit, "SCOORD3D",
                                   line, 6, beside);
            pp_dicom_length *l;
            pp_error err = { 0 };
            size_t n;

            ck_ok(pp_dicom_lengths(b.data, b.size, &l, &n, &err), err);
            ck_assert_uint_eq(n, 1);
            ck_assert_str_eq(l->name, "neck of the femur");
            ck_near(l->mm, known[k].mm, 1e-12);
            ck_assert(l->in_space);
            ck_assert_str_eq(l->frame, "2.25.3");
            ck_near(pp_distance(l->point[0], l->point[1]), 5, 0);
            pp_free(l);
            pp_bytes_free(&b);
        }
}
END_TEST

START_TEST(areas_and_longer_lines_are_no_lengths)
{
    const float three[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    const float bad[6] = { 1, 2, NAN, 4, 5, 6 };
    pp_bytes b[3] = {
        report_of("5", "mm2", "SCOORD3D", line, 6, false),
        report_of("5", "mm", "SCOORD3D", three, 9, false),
        report_of("5", "mm", "SCOORD3D", bad, 6, false),
    };

    for (int i = 0; i < 3; i++) {
        pp_caliper *c;
        pp_dicom_length *l;
        pp_error err = { 0 };
        size_t n;

        ck_ok(pp_dicom_lengths(b[i].data, b[i].size, &l, &n, &err), err);
        ck_assert_uint_eq(n, 0);
        pp_free(l);
        ck_assert_int_eq(pp_calipers_of_report(b[i].data, b[i].size, NULL, &c,
                                               &n, &err), PP_EFORMAT);
        ck_assert_ptr_null(c);
        pp_bytes_free(&b[i]);
    }
}
END_TEST

/* The centre of the first pixel, (0.5, 0.5), is the image's position. */
START_TEST(pixels_go_to_space_by_the_plane_of_their_image)
{
    const float pixels[4] = { 0.5F, 0.5F, 4.5F, 3.5F };
    pp_bytes b = report_of("5", "mm", "SCOORD", pixels, 4, false);
    pp_caliper *c;
    pp_error err = { 0 };
    size_t n;

    ck_ok(pp_calipers_of_report(b.data, b.size, &origin, &c, &n, &err), err);
    ck_assert_uint_eq(n, 1);
    ck_near(pp_distance(c->end[0], pp_vec(10, 20, 30)), 0, 1e-12);
    /* four columns of 0.5 mm along (0.6, 0.8, 0), three rows of 2 mm */
    ck_near(pp_distance(c->end[1], pp_vec(11.2, 21.6, 36)), 0, 1e-12);
    ck_near(c->given_mm, sqrt(40), 1e-12);
    pp_free(c);
    ck_assert_int_eq(pp_calipers_of_report(b.data, b.size, NULL, &c, &n,
                                           &err), PP_EGEOM);
    ck_assert(strstr(err.message, "neck of the femur") != NULL);
    pp_bytes_free(&b);
}
END_TEST

START_TEST(another_frame_of_reference_is_refused)
{
    pp_bytes b = report_of("5", "mm", "SCOORD3D", line, 6, false);
    pp_origin other = origin;
    pp_caliper *c;
    pp_error err = { 0 };
    size_t n;

    strcpy(other.frame, "2.25.4");
    ck_assert_int_eq(pp_calipers_of_report(b.data, b.size, &other, &c, &n,
                                           &err), PP_EGEOM);
    err = (pp_error){ 0 };
    ck_ok(pp_calipers_of_report(b.data, b.size, NULL, &c, &n, &err), err);
    pp_free(c);
    pp_bytes_free(&b);
}
END_TEST

/* Cut anywhere, or with any byte changed, nothing breaks. */
START_TEST(damaged_reports_do_no_harm)
{
    const pp_bytes whole = report_of("5", "mm", "SCOORD3D", line, 6, false);
    const int rounds = pp_test_rounds(2000);
    pp_random r = { 8 };

    for (int round = 0; round < rounds; round++) {
        pp_bytes b = { 0 };
        unsigned char *at;
        pp_dicom_length *l;
        pp_error err = { 0 };
        size_t n, size = whole.size;

        if (round % 2 == 0)
            size = pp_random_below(&r, (unsigned)size);
        ck_ok(pp_bytes_append(&b, whole.data, size, &err), err);
        at = (unsigned char *)b.data;
        for (int k = 0; round % 2 == 1 && k < 3; k++)
            at[132 + pp_random_below(&r, (unsigned)size - 132)] =
                (unsigned char)pp_random_below(&r, 256);
        if (pp_dicom_lengths(b.data, b.size, &l, &n, &err) == PP_OK)
            for (size_t i = 0; i < n; i++)
                ck_assert(!l[i].in_space || pp_finite(l[i].point[1]));
        pp_free(l);
        pp_bytes_free(&b);
    }
    pp_bytes_free((pp_bytes *)&whole);
}
END_TEST

static const pp_report_options plain = { "test", "1", 946684800, false,
                                         true };

START_TEST(an_stl_of_any_size_comes_out_as_it_went_in)
{
    for (size_t size = 84; size < 90; size++) {
        pp_bytes file = { 0 }, again = { 0 }, stl = { 0 };
        char bytes[90];
        pp_error err = { 0 };

        for (size_t i = 0; i < size; i++)
            bytes[i] = (char)(i * 37);
        ck_ok(pp_dicom_encode_stl(bytes, size, "part", &origin, &plain, &file,
                                  &err), err);
        ck_ok(pp_dicom_encode_stl(bytes, size, "part", &origin, &plain,
                                  &again, &err), err);
        ck_assert_uint_eq(file.size, again.size);
        ck_assert_mem_eq(file.data, again.data, file.size);
        ck_ok(pp_dicom_decode_stl(file.data, file.size, &stl, &err), err);
        ck_assert_uint_eq(stl.size, size);
        ck_assert_mem_eq(stl.data, bytes, size);
        pp_bytes_free(&file);
        pp_bytes_free(&again);
        pp_bytes_free(&stl);
    }
}
END_TEST

START_TEST(a_report_needs_study_and_frame)
{
    pp_origin no_frame = origin, no_study = origin;
    pp_bytes file = { 0 };
    pp_error err = { 0 };

    no_frame.frame[0] = no_study.study[0] = '\0';
    ck_assert_int_eq(pp_dicom_encode_report(NULL, 0, &no_frame, &plain, &file,
                                            &err), PP_EGEOM);
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_dicom_encode_report(NULL, 0, &no_study, &plain, &file,
                                            &err), PP_EGEOM);
    ck_assert_uint_eq(file.size, 0);
    pp_bytes_free(&file);
}
END_TEST

PP_TESTS("shim/report", lengths_in_space_are_read_in_any_unit,
         areas_and_longer_lines_are_no_lengths,
         pixels_go_to_space_by_the_plane_of_their_image,
         another_frame_of_reference_is_refused, damaged_reports_do_no_harm,
         an_stl_of_any_size_comes_out_as_it_went_in,
         a_report_needs_study_and_frame)
