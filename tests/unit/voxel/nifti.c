/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/alloc.h"
#include "shim/nifti.h"
#include "test.h"
#include "volumes.h"

#include <stdio.h>
#include <string.h>

/* float32 in a header: 2^-24 of coordinates near 1 m */
#define FLOAT_MM 1e-4

static const test_nifti plain = { 1, false, 1, 0, 2, 1, 0, 0 };

static void
read_spec(const pp_grid *g, const test_nifti *spec,
          const pp_read_options *options, pp_volume *v)
{
    pp_bytes b = { 0 };
    pp_error err = { 0 };

    test_nifti_bytes(g, spec, &b);
    ck_ok(pp_volume_read(test_file("a.nii", b.data, b.size), options, v, &err),
          err);
    pp_bytes_free(&b);
}

static pp_status
read_bytes(const pp_bytes *b, pp_volume *v, pp_error *err)
{
    memset(err, 0, sizeof *err);
    return pp_volume_read(test_file("b.nii", b->data, b->size), NULL, v, err);
}

static void
every_order_and_form(bool oblique)
{
    pp_grid truth;

    test_ramp(&truth, oblique);
    for (int order = 0; order < 6; order++)
        for (int flip = 0; flip < 8; flip++)
            for (int way = 0; way < 8; way++) {
                const bool q = (way & 1) != 0;
                const test_nifti spec = { way & 2 ? 2 : 1, (way & 4) != 0,
                                          !q, q, 2, 1, 0, 0 };
                pp_grid stored;
                pp_volume v;

                test_restore(&truth, order, flip, &stored);
                read_spec(&stored, &spec, NULL, &v);
                ck_assert_msg(test_same_place(&truth, v.layer,
                                              way & 2 ? 1e-9 : FLOAT_MM),
                              "order %d flip %d way %d", order, flip, way);
                pp_volume_free(&v);
                pp_grid_free(&stored);
            }
    pp_grid_free(&truth);
}

START_TEST(all_48_orders_give_the_same_volume_in_every_form_and_version)
{
    every_order_and_form(false);
}
END_TEST

START_TEST(all_48_orders_of_an_oblique_volume_give_the_same_volume)
{
    every_order_and_form(true);
}
END_TEST

START_TEST(left_stays_left)
{
    /* one voxel, 30 mm to the patient's right of the origin, 20 mm anterior,
       10 mm up: RAS (30, 20, 10), LPS (-30, -20, 10) */
    const size_t dim[3] = { 4, 4, 4 };
    pp_error err = { 0 };
    pp_grid g;
    size_t n = 0;

    ck_ok(pp_grid_alloc(&g, dim, PP_VOXEL_U8, &err), err);
    memset(g.voxel, 0, 64);
    ((uint8_t *)g.voxel)[1 + 4 * 2 + 16 * 3] = 9;
    g.to_lps[0][3] = -31; /* voxel (1, 2, 3) at (-30, -20, 10) */
    g.to_lps[1][3] = -22;
    g.to_lps[2][3] = 7;
    for (int mirror = 0; mirror < 4; mirror++) {
        pp_volume v;
        pp_vec3 p = pp_vec(0, 0, 0);

        if (mirror > 0) /* the matrix of a mirrored patient */
            for (int c = 0; c < 4; c++)
                g.to_lps[mirror - 1][c] *= -1;
        read_spec(&g, &plain, NULL, &v);
        for (size_t i = 0; i < 64; i++)
            if (((const uint8_t *)v.layer->voxel)[i] == 9) {
                p = pp_grid_position(v.layer, (double)(i % 4),
                                     (double)(i / 4 % 4), (double)(i / 16));
                n++;
            }
        ck_near(p.x, mirror == 1 ? 30 : -30, 1e-6);
        ck_near(p.y, mirror == 2 ? 20 : -20, 1e-6);
        ck_near(p.z, mirror == 3 ? -10 : 10, 1e-6);
        pp_volume_free(&v);
        if (mirror > 0)
            for (int c = 0; c < 4; c++)
                g.to_lps[mirror - 1][c] *= -1;
    }
    ck_assert_uint_eq(n, 4);
    pp_grid_free(&g);
}
END_TEST

START_TEST(metres_and_micrometres_become_millimetres)
{
    pp_grid truth;

    test_ramp(&truth, true);
    for (int units = 0; units < 4; units++) {
        const test_nifti spec = { 2, false, 1, 0, units, 1, 0, 0 };
        pp_volume v;

        read_spec(&truth, &spec, NULL, &v);
        ck_assert(test_same_place(&truth, v.layer, 1e-9));
        ck_assert_int_eq(strstr(v.notes, "mm assumed") != NULL, units == 0);
        pp_volume_free(&v);
    }
    pp_grid_free(&truth);
}
END_TEST

START_TEST(a_slope_scales_and_a_slope_of_zero_does_not)
{
    pp_grid truth;
    test_nifti spec = plain;
    pp_volume v;

    test_ramp(&truth, false);
    spec.slope = 0.5;
    spec.intercept = -3;
    read_spec(&truth, &spec, NULL, &v);
    ck_near(pp_grid_value(v.layer, 101), 101 * 0.5 - 3, 0);
    pp_volume_free(&v);
    spec.slope = 0;
    read_spec(&truth, &spec, NULL, &v);
    ck_near(pp_grid_value(v.layer, 101), 101, 0);
    pp_volume_free(&v);
    pp_grid_free(&truth);
}
END_TEST

START_TEST(when_the_forms_differ_the_sform_is_taken_and_it_is_said)
{
    const test_nifti spec = { 2, false, 1, 1, 2, 1, 0, 7 };
    const pp_read_options q = { .form = PP_FORM_QFORM };
    pp_grid truth;
    pp_volume v;

    test_ramp(&truth, true);
    read_spec(&truth, &spec, NULL, &v);
    ck_assert(test_same_place(&truth, v.layer, 1e-9));
    ck_assert_ptr_nonnull(strstr(v.notes, "differ"));
    pp_volume_free(&v);
    read_spec(&truth, &spec, &q, &v);
    /* 7 in RAS is -7 in L and P */
    ck_near(v.layer->to_lps[0][3], truth.to_lps[0][3] - 7, 1e-9);
    ck_near(v.layer->to_lps[1][3], truth.to_lps[1][3] - 7, 1e-9);
    ck_near(v.layer->to_lps[2][3], truth.to_lps[2][3] + 7, 1e-9);
    pp_volume_free(&v);
    pp_grid_free(&truth);
}
END_TEST

START_TEST(a_form_that_is_not_set_cannot_be_chosen)
{
    const pp_read_options q = { .form = PP_FORM_QFORM };
    pp_bytes b = { 0 };
    pp_error err = { 0 };
    pp_grid truth;
    pp_volume v;

    test_ramp(&truth, true);
    test_nifti_bytes(&truth, &plain, &b);
    ck_assert_int_eq(pp_volume_read(test_file("q.nii", b.data, b.size), &q, &v,
                                    &err), PP_EGEOM);
    pp_bytes_free(&b);
    pp_grid_free(&truth);
}
END_TEST

/* A broken qform is no reason to refuse a good sform, and the other way. */
START_TEST(a_form_that_cannot_be_used_gives_way_to_the_other)
{
    static const float no_number = NAN;
    static const size_t broken[2] = { 268, 280 }; /* qoffset_x, srow_x */
    const test_nifti both = { .version = 1, .sform = 1, .qform = 1,
                              .units = 2 };
    const pp_read_options ask[2] = { { .form = PP_FORM_QFORM },
                                     { .form = PP_FORM_SFORM } };
    pp_grid truth;

    test_ramp(&truth, false);
    for (int n = 0; n < 2; n++) {
        pp_bytes b = { 0 };
        pp_error err = { 0 };
        pp_volume v;

        test_nifti_bytes(&truth, &both, &b);
        memcpy(b.data + broken[n], &no_number, 4);
        ck_ok(read_bytes(&b, &v, &err), err);
        ck_assert(test_same_place(&truth, v.layer, 1e-4));
        ck_assert_ptr_nonnull(strstr(v.warnings, "not finite"));
        pp_volume_free(&v);
        ck_assert_int_eq(pp_volume_read(test_file("f.nii", b.data, b.size),
                                        &ask[n], &v, &err), PP_EFORMAT);
        pp_bytes_free(&b);
    }
    pp_grid_free(&truth);
}
END_TEST

START_TEST(a_sheared_matrix_is_refused)
{
    pp_bytes b = { 0 };
    pp_error err;
    pp_grid g;
    pp_volume v;

    test_ramp(&g, false);
    g.to_lps[1][2] = 2.5 * 0.02; /* little more than one degree */
    test_nifti_bytes(&g, &plain, &b);
    ck_assert_int_eq(read_bytes(&b, &v, &err), PP_EGEOM);
    ck_assert_ptr_nonnull(strstr(err.message, "sheared"));
    ck_assert_uint_eq(v.nlayer, 0);
    pp_bytes_free(&b);
    pp_grid_free(&g);
}
END_TEST

START_TEST(headers_alone_tell_the_same_place)
{
    const pp_read_options only = { .headers_only = true };
    pp_grid truth, stored;
    pp_volume v;

    test_ramp(&truth, true);
    test_restore(&truth, 4, 5, &stored);
    read_spec(&stored, &plain, &only, &v);
    ck_assert_ptr_null(v.layer->voxel);
    for (int a = 0; a < 3; a++) {
        ck_assert_uint_eq(v.layer->dim[a], truth.dim[a]);
        for (int c = 0; c < 4; c++)
            ck_near(v.layer->to_lps[a][c], truth.to_lps[a][c], FLOAT_MM);
    }
    pp_volume_free(&v);
    pp_grid_free(&stored);
    pp_grid_free(&truth);
}
END_TEST

START_TEST(what_is_written_reads_back)
{
    static const char *const name[] = { "w.nii", "w.nii.gz" };
    char path[256];
    pp_grid truth;

    test_ramp(&truth, true);
    for (int n = 0; n < 2; n++) {
        pp_error err = { 0 };
        pp_volume v;

        strcpy(path, test_file(name[n], "x", 1));
        ck_ok(pp_nifti_write(path, &truth, &err), err);
        ck_ok(pp_volume_read(path, NULL, &v, &err), err);
        ck_assert(test_same_place(&truth, v.layer, FLOAT_MM));
        ck_assert_uint_eq(strlen(v.sha256), 64);
        pp_volume_free(&v);
    }
    pp_grid_free(&truth);
}
END_TEST

START_TEST(a_pair_of_header_and_image_reads_from_either_name)
{
    pp_bytes b = { 0 };
    pp_grid truth;
    char path[256];

    test_ramp(&truth, true);
    test_nifti_bytes(&truth, &plain, &b);
    memcpy(b.data + 344, "ni1", 3);
    memset(b.data + 108, 0, 4); /* voxels at offset 0 */
    test_file("pair.img", b.data + 352, b.size - 352);
    strcpy(path, test_file("pair.hdr", b.data, 348));
    for (int n = 0; n < 2; n++) {
        pp_error err = { 0 };
        pp_volume v;

        if (n == 1)
            strcpy(strrchr(path, '.'), ".img");
        ck_ok(pp_volume_read(path, NULL, &v, &err), err);
        ck_assert(test_same_place(&truth, v.layer, FLOAT_MM));
        pp_volume_free(&v);
    }
    pp_bytes_free(&b);
    pp_grid_free(&truth);
}
END_TEST

START_TEST(four_dimensions_need_a_channel)
{
    const pp_read_options second = { .channel = 2 }, third = { .channel = 3 };
    pp_bytes b = { 0 };
    pp_error err;
    pp_grid truth;
    pp_volume v;
    const char *path;

    test_ramp(&truth, false);
    test_nifti_bytes(&truth, &plain, &b);
    b.data[40] = 4; /* dim[0] */
    b.data[48] = 2; /* dim[4] */
    err = (pp_error){ 0 };
    ck_ok(pp_bytes_append(&b, b.data + 352, 0, &err), err);
    unsigned char *more;
    ck_ok(pp_bytes_extend(&b, 210, &more, &err), err);
    memset(more, 77, 210);
    path = test_file("4d.nii", b.data, b.size);
    ck_assert_int_eq(pp_volume_read(path, NULL, &v, &err), PP_EUNSUPPORTED);
    err = (pp_error){ 0 };
    ck_ok(pp_volume_read(path, &second, &v, &err), err);
    ck_near(pp_grid_value(v.layer, 0), 77, 0);
    pp_volume_free(&v);
    ck_assert_int_eq(pp_volume_read(path, &third, &v, &err), PP_EUNSUPPORTED);
    pp_bytes_free(&b);
    pp_grid_free(&truth);
}
END_TEST

START_TEST(every_truncation_is_refused_and_leaves_nothing)
{
    pp_bytes b = { 0 };
    pp_grid truth;

    test_ramp(&truth, false);
    test_nifti_bytes(&truth, &plain, &b);
    for (size_t n = 0; n < b.size; n += n < 360 ? 1 : 13) {
        const pp_bytes cut = { b.data, n, n };
        pp_error err;
        pp_volume v;

        ck_assert_int_ne(read_bytes(&cut, &v, &err), PP_OK);
        ck_assert_uint_eq(v.nlayer, 0);
        ck_assert_ptr_null(v.layer);
    }
    pp_bytes_free(&b);
    pp_grid_free(&truth);
}
END_TEST

START_TEST(hostile_numbers_give_a_status)
{
    /* offset, bytes (little endian) */
    static const struct {
        size_t at, n;
        unsigned char byte[4];
    } bad[] = {
        { 40, 2, { 0, 0 } },           { 40, 2, { 8, 0 } },
        { 40, 2, { 0xff, 0xff } },     { 42, 2, { 0, 0 } },
        { 42, 2, { 0xff, 0xff } },     { 42, 2, { 0xff, 0x7f } },
        { 70, 2, { 0, 0 } },           { 70, 2, { 128, 0 } },
        { 70, 2, { 1, 0 } },           { 108, 4, { 0, 0, 0xc0, 0x7f } },
        { 108, 4, { 0, 0, 0x80, 0xff } }, { 108, 4, { 0, 0, 0, 0x5f } },
        { 108, 4, { 0, 0, 0, 0 } },    { 280, 4, { 0, 0, 0xc0, 0x7f } },
        { 280, 4, { 0, 0, 0x80, 0x7f } }, { 280, 4, { 0, 0, 0, 0 } },
        { 292, 4, { 0, 0, 0x80, 0x7e } }, { 344, 1, { 'x' } },
    };
    pp_grid truth;

    test_ramp(&truth, false);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pp_bytes b = { 0 };
        pp_error err;
        pp_volume v;

        test_nifti_bytes(&truth, &plain, &b);
        memcpy(b.data + bad[i].at, bad[i].byte, bad[i].n);
        ck_assert_msg(read_bytes(&b, &v, &err) != PP_OK, "row %zu was read",
                      i);
        ck_assert_uint_gt(strlen(err.message), 0);
        ck_assert_uint_eq(v.nlayer, 0);
        pp_bytes_free(&b);
    }
    pp_grid_free(&truth);
}
END_TEST

START_TEST(huge_dimensions_are_refused_before_memory_is_asked_for)
{
    const pp_read_options glance = { .headers_only = true };
    pp_bytes b = { 0 };
    pp_error err;
    pp_grid truth;
    pp_volume v;

    test_ramp(&truth, false);
    test_nifti_bytes(&truth, &(test_nifti){ 2, false, 1, 0, 2, 1, 0, 0 }, &b);
    for (int a = 1; a <= 3; a++) /* 2^40 each: the product overflows */
        b.data[16 + 8 * a + 5] = 1;
    ck_assert_int_eq(read_bytes(&b, &v, &err), PP_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "more than the file can hold"));
    /* by its header alone too */
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_volume_read(test_file("b.nii", b.data, b.size),
                                    &glance, &v, &err), PP_ELIMIT);
    pp_bytes_free(&b);
    pp_grid_free(&truth);
}
END_TEST

PP_TESTS("voxel/nifti",
         all_48_orders_give_the_same_volume_in_every_form_and_version,
         all_48_orders_of_an_oblique_volume_give_the_same_volume,
         left_stays_left, metres_and_micrometres_become_millimetres,
         a_slope_scales_and_a_slope_of_zero_does_not,
         when_the_forms_differ_the_sform_is_taken_and_it_is_said,
         a_form_that_is_not_set_cannot_be_chosen,
         a_form_that_cannot_be_used_gives_way_to_the_other,
         a_sheared_matrix_is_refused,
         headers_alone_tell_the_same_place, what_is_written_reads_back,
         a_pair_of_header_and_image_reads_from_either_name,
         four_dimensions_need_a_channel,
         every_truncation_is_refused_and_leaves_nothing,
         hostile_numbers_give_a_status,
         huge_dimensions_are_refused_before_memory_is_asked_for)
