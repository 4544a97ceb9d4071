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

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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

/* ---- the files of `roads` ---- */

/* Largest distance of an inside voxel's centre from the truth's. */
static void
compare_inside(const char *what, const pp_volume *v, double bound_mm)
{
    const pp_grid *g = v->layer;
    const double middle = strcmp(v->kind, "dicom") == 0 ? 500 : 0.5;
    double to_index[3][4], worst = 0;
    pp_error err = { 0 };
    size_t n = 0, at = 0, inside = 0;

    ck_ok(pp_grid_inverse(&truth, to_index, &err), err);
    for (size_t i = 0; i < truth.dim[0] * truth.dim[1] * truth.dim[2]; i++)
        inside += ((const uint8_t *)truth.voxel)[i];
    for (size_t k = 0; k < g->dim[2]; k++)
        for (size_t j = 0; j < g->dim[1]; j++)
            for (size_t i = 0; i < g->dim[0]; i++) {
                const pp_vec3 p = pp_grid_position(g, (double)i, (double)j,
                                                   (double)k);
                long x[3];

                if (pp_grid_value(g, at++) < middle)
                    continue;
                for (int r = 0; r < 3; r++) {
                    const double index =
                        to_index[r][0] * p.x + to_index[r][1] * p.y +
                        to_index[r][2] * p.z + to_index[r][3];

                    x[r] = (long)(index + 0.5);
                    ck_assert(index > -0.5 && x[r] < (long)truth.dim[r]);
                }
                ck_assert_msg(((const uint8_t *)truth.voxel)
                                  [((size_t)x[2] * truth.dim[1] +
                                    (size_t)x[1]) * truth.dim[0] +
                                   (size_t)x[0]] == 1, "%s", what);
                worst = fmax(worst, pp_distance(p, pp_grid_position(
                                           &truth, (double)x[0], (double)x[1],
                                           (double)x[2])));
                n++;
            }
    printf("# %-22s %4zu of %zu voxels, within %.1e mm (bound %.0e)\n", what,
           n, inside, worst, bound_mm);
    ck_assert_uint_eq(n, inside);
    ck_assert(worst <= bound_mm);
}

START_TEST(every_file_of_the_sample_roads_holds_the_same_voxels)
{
    static const struct {
        const char *name;
        double bound_mm; /* of the format's own numbers */
    } row[] = {
        { "sform.nii", FLOAT_MM }, { "qform.nii", QUATERNION_MM },
        { "both.nii", FLOAT_MM }, { "sform2.nii", TEXT_MM },
        { "qform2.nii", TEXT_MM }, { "packed.nii.gz", FLOAT_MM },
        { "lps.nrrd", TEXT_MM }, { "ras.nrrd", TEXT_MM },
        { "las.nrrd", TEXT_MM }, { "lps-short.nrrd", TEXT_MM },
        { "ras-short.nrrd", TEXT_MM }, { "las-short.nrrd", TEXT_MM },
        { "ascii.nrrd", TEXT_MM }, { "detached.nhdr", TEXT_MM },
        { "local.mha", TEXT_MM }, { "parted.mhd", TEXT_MM },
        { "enhanced-ct.dcm", TEXT_MM }, { "seg-binary.dcm", TEXT_MM },
        { "seg-probability.dcm", TEXT_MM }, { "seg-occupancy.dcm", TEXT_MM },
        { "seg-labelmap.dcm", TEXT_MM }, { "rtstruct.dcm", TEXT_MM },
    };
    const char *top = getenv("top_builddir");
    char path[1024], source[1024];

    make_truth();
    snprintf(source, sizeof source, "%s/samples/roads-data/ct-012+++",
             top != NULL ? top : ".");
    for (size_t n = 0; n < sizeof row / sizeof *row; n++) {
        const pp_read_options options = { .source = source };
        pp_error err = { 0 };
        pp_volume v;

        snprintf(path, sizeof path, "%s/samples/roads-data/%s",
                 top != NULL ? top : ".", row[n].name);
        if (pp_volume_read(path, &options, &v, &err) != PP_OK)
            ck_abort_msg("%s: %s", row[n].name, err.message);
        compare_inside(row[n].name, &v, row[n].bound_mm);
        pp_volume_free(&v);
    }
}
END_TEST

PP_TESTS("voxel/roads", nifti_by_either_form_and_version,
         nrrd_in_every_space_attached_detached_and_as_text,
         metaimage_attached_and_detached, dicom_series_shuffled,
         every_file_of_the_sample_roads_holds_the_same_voxels)
