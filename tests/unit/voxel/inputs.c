/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inputs.c - the ways in which a person hands over slices, and a mask with
 * the image behind it
 */
#include "base/alloc.h"
#include "base/file.h"
#include "dicomfile.h"
#include "test.h"
#include "volumes.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SLICES 9
#define PIXELS 42

/* 7 x 6 x 9 voxels of 0.7 x 1.1 x 2.5 mm: value n at voxel n. */
static void
make_image(pp_grid *g)
{
    const size_t dim[3] = { 7, 6, SLICES };
    pp_error err = { 0 };
    pp_grid ramp;

    test_ramp(&ramp, false);
    ck_ok(pp_grid_alloc(g, dim, PP_VOXEL_I16, &err), err);
    memcpy(g->to_lps, ramp.to_lps, sizeof g->to_lps);
    for (int n = 0; n < PIXELS * SLICES; n++)
        ((int16_t *)g->voxel)[n] = (int16_t)n;
    pp_grid_free(&ramp);
}

static bool
is_whole(const pp_volume *v)
{
    for (size_t n = 0; n < PIXELS * SLICES; n++)
        if (pp_grid_value(v->layer, n) != (double)n)
            return false;
    return v->layer->dim[2] == SLICES;
}

/* ---- lists ---- */

START_TEST(files_named_one_by_one_are_their_directory)
{
    pp_error err = { 0 };
    pp_read_options how = { 0 };
    char folder[128], **path;
    pp_series_info *list;
    size_t n, nseries;
    pp_volume v;
    pp_grid g;

    make_image(&g);
    strcpy(folder, test_series(&g, NULL));
    ck_ok(pp_file_list(folder, &path, &n, &err), err);
    ck_assert_uint_eq(n, SLICES);
    how.more = (const char *const *)path + 1;
    how.nmore = n - 1;
    ck_ok(pp_volume_read(path[0], &how, &v, &err), err);
    ck_assert(is_whole(&v));
    pp_volume_free(&v);
    ck_ok(pp_volume_list_series(path[0], &how, &list, &nseries, &err), err);
    ck_assert_uint_eq(nseries, 1);
    ck_assert_uint_eq(list[0].dim[2], SLICES);
    pp_free(list);
    pp_file_list_free(path, n);
    pp_grid_free(&g);
}
END_TEST

START_TEST(a_file_in_a_list_that_is_no_slice_is_named)
{
    const char *more[1];
    const pp_read_options how = { .more = more, .nmore = 1 };
    pp_error err = { 0 };
    char first[256], path[256];
    pp_volume v;
    pp_grid g;

    make_image(&g);
    snprintf(first, sizeof first, "%s/im00", test_series(&g, NULL));
    strcpy(path, test_file("note", "no image", 8));
    more[0] = path;
    ck_assert_int_eq(pp_volume_read(first, &how, &v, &err), PP_EFORMAT);
    ck_assert_str_eq(err.message, "file 2 of 2: is no DICOM file");
    pp_grid_free(&g);
}
END_TEST

/* ---- DICOMDIR ---- */

static void
put_record(pp_bytes *b, const char *type, const char *series,
           const char *file, bool in_use)
{
    test_item(b);
    test_us(b, 4, 0x1410, in_use ? 0xffff : 0);
    test_text(b, 4, 0x1430, "CS", type);
    test_text(b, 4, 0x1500, "CS", file);
    test_text(b, 0x20, 0xe, "UI", series);
    test_item_end(b);
}

/*
 * The index of a series in folder, names in capitals as on a disc; with
 * `absent`, one that is not there, of the series that this names.
 */
static void
write_index(const char *folder, const char *absent)
{
    static const char class[] = "1.2.840.10008.1.3.10";
    pp_error err = { 0 };
    pp_bytes b = { 0 };
    char path[256], name[32];

    test_meta(&b, class, "2.25.9");
    test_sequence(&b, 4, 0x1220);
    put_record(&b, "PATIENT", NULL, NULL, true);
    put_record(&b, "STUDY", NULL, NULL, true);
    put_record(&b, "SERIES", "2.25.77", NULL, true);
    for (size_t k = 0; k < SLICES; k++) {
        snprintf(name, sizeof name, "IM%02zu", k * 37 % 97);
        put_record(&b, "IMAGE", NULL, name, true);
    }
    put_record(&b, "IMAGE", NULL, "GONE", false); /* deleted */
    put_record(&b, "IMAGE", NULL, "..\\..\\ETC\\PASSWD", true);
    if (absent != NULL) {
        put_record(&b, "SERIES", absent, NULL, true);
        put_record(&b, "IMAGE", NULL, "A\\LOST", true);
    }
    test_sequence_end(&b);
    snprintf(path, sizeof path, "%s/DICOMDIR", folder);
    ck_ok(pp_file_write(path, b.data, b.size, &err), err);
    pp_bytes_free(&b);
}

START_TEST(a_dicomdir_is_the_files_that_it_names)
{
    static const char *const absent[] = { NULL, "2.25.66", "2.25.77" };

    for (int n = 0; n < 3; n++) {
        char folder[128], path[256];
        pp_error err = { 0 };
        pp_series_info *list;
        size_t nseries;
        pp_volume v;
        pp_grid g;

        make_image(&g);
        strcpy(folder, test_series(&g, NULL));
        write_index(folder, absent[n]);
        snprintf(path, sizeof path, "%s/DICOMDIR", folder);
        ck_assert(pp_volume_has_series(path));
        ck_ok(pp_volume_list_series(path, NULL, &list, &nseries, &err), err);
        ck_assert_uint_eq(nseries, 1);
        pp_free(list);
        if (n < 2) { /* a file of another series is not missed */
            ck_ok(pp_volume_read(path, NULL, &v, &err), err);
            ck_assert(is_whole(&v));
        } else {
            ck_assert_int_eq(pp_volume_read(path, NULL, &v, &err),
                             PP_EUNSUPPORTED);
            ck_assert_ptr_nonnull(strstr(err.message, "1 files of the series "
                                                      "that the DICOMDIR"));
        }
        pp_volume_free(&v);
        pp_grid_free(&g);
    }
}
END_TEST

START_TEST(a_dicomdir_alone_is_refused)
{
    char folder[128], path[256];
    pp_error err = { 0 };
    pp_volume v;

    strcpy(folder, test_file("x", "x", 1));
    *strrchr(folder, '/') = '\0';
    write_index(folder, NULL);
    snprintf(path, sizeof path, "%s/DICOMDIR", folder);
    ck_assert_int_eq(pp_volume_read(path, NULL, &v, &err), PP_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "names no image that is there "
                                              "(9 files named, 9 not"));
}
END_TEST

/* ---- spacing ---- */

/* A head at twice the spacing of its base: the last `n` gaps are 5 mm. */
static size_t wide_gaps;

static void
widen(test_slice *s, size_t k)
{
    const size_t narrow = SLICES - 1 - wide_gaps;

    if (k > narrow)
        s->position[2] += 2.5 * (double)(k - narrow);
}

START_TEST(a_run_of_wide_gaps_is_another_spacing_and_no_loss)
{
    const pp_read_options mend = { .resample = true };
    pp_error err = { 0 };
    pp_volume v;
    pp_grid g;

    make_image(&g);
    wide_gaps = 3;
    ck_assert_int_eq(pp_volume_read(test_series(&g, widen), NULL, &v, &err),
                     PP_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "spacing varies from 2.50 to "
                                              "5.00 mm"));
    err = (pp_error){ 0 };
    ck_ok(pp_volume_read(test_series(&g, widen), &mend, &v, &err), err);
    ck_assert(v.resampled);
    ck_assert_uint_eq(v.layer->dim[2], SLICES + 3);
    /* halfway between slices 5 and 6 */
    ck_near(pp_grid_value(v.layer, 6 * PIXELS), 5.5 * PIXELS, 0.51);
    pp_volume_free(&v);
    wide_gaps = 2;
    ck_assert_int_eq(pp_volume_read(test_series(&g, widen), &mend, &v, &err),
                     PP_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "2 slices are missing"));
    ck_assert_ptr_nonnull(strstr(err.message, "-1018.75 and -1013.75 mm, "));
    pp_grid_free(&g);
}
END_TEST

/* Two echoes (here: image types) at two times, over two places. */
static void
two_by_two(test_slice *s, size_t k)
{
    const double back = 2.5 * (double)(k - k % 2);

    s->position[2] -= back;
    s->acquisition = k / 4 ? "2" : "1";
    s->image_type = k / 2 % 2 ? "ORIGINAL\\PRIMARY\\P"
                              : "ORIGINAL\\PRIMARY\\M";
}

START_TEST(two_attributes_together_tell_volumes_apart)
{
    const pp_read_options third = { .series = "3" };
    pp_error err = { 0 };
    pp_series_info *list;
    const char *folder;
    pp_volume v;
    pp_grid g;
    size_t n;

    make_image(&g);
    g.dim[2] = 8;
    folder = test_series(&g, two_by_two);
    ck_ok(pp_volume_list_series(folder, NULL, &list, &n, &err), err);
    ck_assert_uint_eq(n, 4);
    for (size_t s = 0; s < n; s++) {
        ck_assert_uint_eq(list[s].dim[2], 2);
        ck_assert_str_eq(list[s].problem, "");
        ck_assert_ptr_nonnull(strstr(list[s].what, "acquisition number"));
        ck_assert_ptr_nonnull(strstr(list[s].what, ", image type"));
    }
    pp_free(list);
    ck_ok(pp_volume_read(folder, &third, &v, &err), err);
    ck_assert_uint_eq(v.layer->dim[2], 2);
    /* its slices lie beside each other in the series as written */
    ck_near(pp_grid_value(v.layer, PIXELS) - pp_grid_value(v.layer, 0),
            PIXELS, 0);
    pp_volume_free(&v);
    pp_grid_free(&g);
}
END_TEST

static void
padded_wholly(test_slice *s, size_t k)
{
    static int16_t filled[PIXELS];

    s->padded = true;
    s->padding = 30000;
    for (int i = 0; i < PIXELS; i++)
        filled[i] = 30000;
    if (k == 4)
        s->pixel = filled;
}

START_TEST(a_slice_of_padding_alone_is_as_low_as_can_be)
{
    pp_error err = { 0 };
    pp_volume v;
    pp_grid g;

    make_image(&g);
    ck_ok(pp_volume_read(test_series(&g, padded_wholly), NULL, &v, &err),
          err);
    ck_near(pp_grid_value(v.layer, 4 * PIXELS + 3), -32768, 0);
    ck_near(pp_grid_value(v.layer, 5 * PIXELS), 5 * PIXELS, 0);
    pp_volume_free(&v);
    pp_grid_free(&g);
}
END_TEST

static bool thirty_two_signed;

static void
make_wide(test_slice *s, size_t k)
{
    static int32_t wide[PIXELS];

    for (int i = 0; i < PIXELS; i++)
        wide[i] = (int32_t)(3000000000u + (uint32_t)(PIXELS * k) +
                            (uint32_t)i);
    s->bits = s->stored = 32;
    s->is_signed = thirty_two_signed;
    s->slope = 0.5;
    s->intercept = 7;
    s->pixel = wide;
    s->size = sizeof wide;
}

START_TEST(thirty_two_bits_keep_their_values)
{
    for (int is_signed = 0; is_signed < 2; is_signed++) {
        const double first = 3000000000.0 - (is_signed ? 4294967296.0 : 0);
        pp_error err = { 0 };
        pp_volume v;
        pp_grid g;

        make_image(&g);
        thirty_two_signed = is_signed;
        ck_ok(pp_volume_read(test_series(&g, make_wide), NULL, &v, &err),
              err);
        for (size_t n = 0; n < PIXELS * SLICES; n++)
            ck_near(pp_grid_value(v.layer, n),
                    0.5 * (first + (double)n) + 7, 1e-6);
        pp_volume_free(&v);
        pp_grid_free(&g);
    }
}
END_TEST

/* ---- a mask and its image ---- */

/* A NIfTI mask over part of the image, moved along x by share of a voxel. */
static const char *
write_mask(const pp_grid *image, double share, double scale)
{
    const test_nifti spec = { .version = 2, .sform = 1, .units = 2 };
    const size_t dim[3] = { 4, 3, 5 };
    static char path[128];
    pp_error err = { 0 };
    pp_bytes b = { 0 };
    pp_grid mask;

    ck_ok(pp_grid_alloc(&mask, dim, PP_VOXEL_U8, &err), err);
    memset(mask.voxel, 1, 4 * 3 * 5);
    for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 3; c++)
            mask.to_lps[r][c] = scale * image->to_lps[r][c];
        mask.to_lps[r][3] = image->to_lps[r][3] +
                            (2 + share) * image->to_lps[r][0] +
                            2 * image->to_lps[r][1] + image->to_lps[r][2];
    }
    test_nifti_bytes(&mask, &spec, &b);
    strcpy(path, test_file("mask.nii", b.data, b.size));
    pp_bytes_free(&b);
    pp_grid_free(&mask);
    return path;
}

START_TEST(a_mask_beside_the_voxels_of_its_source_is_refused)
{
    static const struct {
        double share, scale;
        const char *words; /* NULL: refused */
    } row[] = { { 0, 1, "lies on the voxels" },
                { 1, 1, "lies on the voxels" },
                { 0.1, 1, "up to 0.07 mm beside" },
                { 2, 1, "reaches beyond" },
                { 0.5, 1, NULL },
                { 0, 1.1, NULL } };

    for (size_t n = 0; n < sizeof row / sizeof *row; n++) {
        char folder[128];
        const pp_read_options how = { .source = folder };
        pp_error err = { 0 };
        const char *mask;
        pp_volume v;
        pp_grid g;

        make_image(&g);
        strcpy(folder, test_series(&g, NULL));
        mask = write_mask(&g, row[n].share, row[n].scale);
        if (row[n].words != NULL) {
            ck_ok(pp_volume_read(mask, &how, &v, &err), err);
            ck_assert_msg(strstr(v.notes, row[n].words) != NULL, "%zu: %s", n,
                          v.notes);
        } else {
            ck_assert_int_eq(pp_volume_read(mask, &how, &v, &err), PP_EGEOM);
            ck_assert_ptr_nonnull(strstr(err.message, "does not lie on the "
                                                      "voxels"));
        }
        pp_volume_free(&v);
        pp_grid_free(&g);
    }
}
END_TEST

PP_TESTS("voxel/inputs", files_named_one_by_one_are_their_directory,
         a_file_in_a_list_that_is_no_slice_is_named,
         a_dicomdir_is_the_files_that_it_names, a_dicomdir_alone_is_refused,
         a_run_of_wide_gaps_is_another_spacing_and_no_loss,
         two_attributes_together_tell_volumes_apart,
         a_slice_of_padding_alone_is_as_low_as_can_be,
         thirty_two_bits_keep_their_values,
         a_mask_beside_the_voxels_of_its_source_is_refused)
