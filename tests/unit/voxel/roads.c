/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * roads.c - one array, written in every way, is read as one volume
 *
 * The writers (samples/road.h) share no code with the readers. The array is
 * oblique and without symmetry: a reader that mistakes an axis, a sign or an
 * order of bytes cannot pass.
 */
#include "road.h"

#include "base/alloc.h"
#include "dicomfile.h"
#include "test.h"
#include "volumes.h"

#include <stdio.h>
#include <string.h>

/* float32 matrices near 1 m; a float32 quaternion over some 60 mm */
#define FLOAT_MM 1e-4
#define QUATERNION_MM 2e-3
#define TEXT_MM 1e-6

static pp_grid truth;

static void
make_truth(void)
{
    pp_error err = { 0 };

    if (truth.voxel != NULL)
        return;
    ck_ok(pp_road_grid(&truth, &err), err);
    /* the readers' own order: this is what all roads must give */
    ck_ok(pp_grid_to_nearest_lps(&truth, &err), err);
}

static void
expect_truth(const char *path, double tolerance_mm, const char *what)
{
    pp_error err = { 0 };
    pp_volume v;

    make_truth();
    if (pp_volume_read(path, NULL, &v, &err) != PP_OK)
        ck_abort_msg("%s: %s", what, err.message);
    ck_assert_msg(test_same_place(&truth, v.layer, tolerance_mm), "%s", what);
    pp_volume_free(&v);
}

/* A path in the test's folder for a writer to fill. */
static const char *
fresh(const char *name)
{
    return test_file(name, "", 0);
}

/* Calls write for each of the 48 storages of the truth. */
static void
each_storage(void (*check)(const pp_grid *stored))
{
    make_truth();
    for (int o = 0; o < 6; o++)
        for (int f = 0; f < 8; f++) {
            const bool flip[3] = { (f & 1) != 0, (f & 2) != 0, (f & 4) != 0 };
            pp_error err = { 0 };
            pp_grid stored;

            ck_ok(pp_road_reorder(&truth, pp_road_order[o], flip, &stored,
                                  &err), err);
            check(&stored);
            pp_free(stored.voxel);
        }
}

static void
nifti_forms(const pp_grid *g)
{
    for (int version = 1; version <= 2; version++)
        for (unsigned forms = 1; forms <= 3; forms++) {
            pp_error err = { 0 };
            const char *path = fresh("r.nii");

            ck_ok(pp_road_write_nifti(path, g, version, forms, &err), err);
            expect_truth(path, version == 2 ? TEXT_MM
                               : forms == PP_ROAD_QFORM ? QUATERNION_MM
                                                        : FLOAT_MM, "nifti");
        }
}

START_TEST(nifti_by_either_form_and_version)
{
    each_storage(nifti_forms);
}
END_TEST

static void
nrrd_spaces(const pp_grid *g)
{
    static const char *const space[] = {
        "left-posterior-superior", "LPS", "right-anterior-superior", "RAS",
        "left-anterior-superior", "LAS" };

    for (int s = 0; s < 6; s++)
        for (int way = 0; way < 3; way++) {
            pp_error err = { 0 };
            const char *path = fresh(way & 1 ? "r.nhdr" : "r.nrrd");

            ck_ok(pp_road_write_nrrd(path, g, space[s], way & 1, way & 2,
                                     &err), err);
            expect_truth(path, TEXT_MM, space[s]);
        }
}

START_TEST(nrrd_in_every_space_attached_detached_and_as_text)
{
    each_storage(nrrd_spaces);
}
END_TEST

static void
metaimages(const pp_grid *g)
{
    for (int detached = 0; detached < 2; detached++) {
        pp_error err = { 0 };
        const char *path = fresh(detached ? "r.mhd" : "r.mha");

        ck_ok(pp_road_write_meta(path, g, detached, &err), err);
        expect_truth(path, TEXT_MM, "metaimage");
    }
}

START_TEST(metaimage_attached_and_detached)
{
    each_storage(metaimages);
}
END_TEST

static void
series(const pp_grid *g)
{
    pp_error err = { 0 };
    pp_grid grey, wide = truth;
    const char *folder;
    pp_volume v;

    ck_ok(pp_road_grey(g, &grey, &err), err);
    folder = test_series(&grey, NULL);
    ck_ok(pp_volume_read(folder, NULL, &v, &err), err);
    pp_free(grey.voxel);
    ck_ok(pp_road_grey(&truth, &wide, &err), err);
    ck_assert_msg(test_same_place(&wide, v.layer, TEXT_MM), "dicom series");
    pp_free(wide.voxel);
    pp_volume_free(&v);
}

START_TEST(dicom_series_shuffled)
{
    each_storage(series);
}
END_TEST

PP_TESTS("voxel/roads", nifti_by_either_form_and_version,
         nrrd_in_every_space_attached_detached_and_as_text,
         metaimage_attached_and_detached, dicom_series_shuffled)
