/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * phantom.c - the sample files hold the scene, and the scene is what we say
 *
 * The files are those of `make samples-data`; what they should hold is
 * computed again here from the scene.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "scene.h"
#include "shim/json.h"
#include "test.h"
#include "voxel/grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pp_scene scene;

static const char *
sample(const char *name)
{
    static char path[4096];
    const char *top = getenv("top_builddir");

    snprintf(path, sizeof path, "%s/samples/data/%s", top != NULL ? top : ".",
             name);
    return path;
}

static pp_volume
read_sample(const char *name)
{
    pp_volume volume;
    pp_error err = { 0 };

    ck_ok(pp_volume_read(sample(name), NULL, &volume, &err), err);
    return volume;
}

/* A label as a mask, whether the file has layers or values. */
static uint8_t *
voxels_of(const pp_volume *v, size_t number)
{
    for (size_t s = 0; s < v->nsegment; s++) {
        const pp_segment *segment = &v->segment[s];
        const pp_grid *g = &v->layer[segment->layer];
        const size_t n = g->dim[0] * g->dim[1] * g->dim[2];
        uint8_t *mask;

        if (segment->number != number)
            continue;
        mask = malloc(n);
        for (size_t i = 0; i < n; i++)
            mask[i] = pp_grid_value(g, i) == (double)segment->value;
        return mask;
    }
    ck_abort_msg("no label %zu", number);
    return NULL;
}

static size_t
count(const uint8_t *mask, size_t n)
{
    size_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += mask[i];
    return sum;
}

/* Files of floats and of 16 characters: tolerances from the format. */
static void
same_place(const pp_grid *g, double tolerance_mm)
{
    for (int axis = 0; axis < 3; axis++)
        ck_assert_uint_eq(g->dim[axis], scene.scan.dim[axis]);
    for (int row = 0; row < 3; row++)
        for (int column = 0; column < 4; column++)
            ck_near(g->to_lps[row][column], scene.scan.to_lps[row][column],
                    tolerance_mm);
}

START_TEST(bodies_do_not_overlap_and_stay_away_from_the_border)
{
    const size_t *dim, n = 128 * 120 * 80;
    float *sum;

    pp_scene_set(&scene);
    dim = scene.scan.dim;
    ck_assert_uint_eq(dim[0] * dim[1] * dim[2], n);
    sum = calloc(n, sizeof *sum);
    for (size_t b = 0; b < scene.nbody; b++) {
        pp_error err = { 0 };
        float *share;

        ck_ok(pp_scan_share(&scene.scan, &scene.body[b], 1, &share, &err),
              err);
        for (size_t v = 0; v < n; v++) {
            const size_t i = v % dim[0], j = v / dim[0] % dim[1],
                         k = v / dim[0] / dim[1];

            sum[v] += share[v];
            /* wall and lumen share cells, counted on 64 points each */
            ck_assert_msg(sum[v] < 1.02F, "body %zu at %zu %zu %zu", b, i, j,
                          k);
            ck_assert_msg(share[v] == 0 ||
                              (i > 5 && i < dim[0] - 6 && j > 5 &&
                               j < dim[1] - 6 && k > 3 && k < dim[2] - 4),
                          "body %zu reaches the border", b);
        }
        pp_free(share);
    }
    free(sum);
}
END_TEST

START_TEST(the_series_holds_the_scanned_image_in_its_place)
{
    pp_error err = { 0 };
    pp_volume ct;
    pp_grid image;

    pp_scene_set(&scene);
    ck_ok(pp_scan_image(&scene.scan, scene.body, scene.nbody, &image, &err),
          err);
    ct = read_sample("phantom-ct");
    ck_assert_uint_eq(ct.nlayer, 1);
    same_place(&ct.layer[0], 1e-9);
    for (size_t n = 0; n < 128 * 120 * 80; n++)
        ck_assert_msg(pp_grid_value(&ct.layer[0], n) ==
                          ((const int16_t *)image.voxel)[n] - 1024.0,
                      "voxel %zu: %g HU", n, pp_grid_value(&ct.layer[0], n));
    pp_free(image.voxel);
    pp_volume_free(&ct);
}
END_TEST

START_TEST(nifti_and_segmentation_hold_the_same_labels)
{
    pp_volume nifti = read_sample("phantom-mask.nii");
    pp_volume seg = read_sample("phantom-seg.dcm");
    const size_t n = 128 * 120 * 80;
    pp_error err = { 0 };

    pp_scene_set(&scene);
    ck_ok(pp_volume_list_labels(&nifti, &err), err);
    ck_assert_uint_eq(nifti.nsegment, 3);
    ck_assert_uint_eq(seg.nsegment, 3);
    /* a float holds 1204 mm to 0.06 micrometre */
    same_place(&nifti.layer[0], 1e-4);
    for (size_t label = 1; label <= 3; label++) {
        uint8_t *a = voxels_of(&nifti, label), *b = voxels_of(&seg, label);
        const pp_grid *g = &seg.layer[seg.segment[label - 1].layer];
        size_t na = 0, nb = 0;

        /* a segmentation may leave out what is empty around its voxels */
        for (size_t v = 0; v < n; v++)
            na += a[v];
        nb = count(b, g->dim[0] * g->dim[1] * g->dim[2]);
        ck_assert_uint_eq(na, nb);
        for (size_t v = 0; v < g->dim[0] * g->dim[1] * g->dim[2]; v++) {
            double index[3], at[3], inverse[3][4];
            size_t there = 0;

            if (!b[v])
                continue;

            const pp_vec3 p = pp_grid_position(
                g, (double)(v % g->dim[0]), (double)(v / g->dim[0] %
                                                     g->dim[1]),
                (double)(v / g->dim[0] / g->dim[1]));

            ck_ok(pp_grid_inverse(&nifti.layer[0], inverse, &err), err);
            at[0] = p.x;
            at[1] = p.y;
            at[2] = p.z;
            for (int row = 2; row >= 0; row--) {
                index[row] = inverse[row][0] * at[0] +
                             inverse[row][1] * at[1] +
                             inverse[row][2] * at[2] + inverse[row][3];
                ck_near(index[row], rint(index[row]), 1e-3);
                there = there * scene.scan.dim[row] + (size_t)rint(index[row]);
            }
            ck_assert_msg(a[there], "label %zu lies elsewhere", label);
        }
        free(a);
        free(b);
    }
    pp_volume_free(&nifti);
    pp_volume_free(&seg);
}
END_TEST

START_TEST(the_segmentation_names_its_labels)
{
    static const char *const name[] = { "bone plate", "vessel wall", "ball" };
    pp_volume seg = read_sample("phantom-seg.dcm");

    ck_assert_uint_eq(seg.nsegment, 3);
    for (size_t s = 0; s < 3; s++) {
        ck_assert_uint_eq(seg.segment[s].number, s + 1);
        ck_assert_str_eq(seg.segment[s].name, name[s]);
        ck_assert(seg.segment[s].has_colour);
    }
    /* the bone's ivory, through CIELab and back */
    ck_near(seg.segment[0].rgb[0], 241, 1.5);
    ck_near(seg.segment[0].rgb[1], 214, 1.5);
    ck_near(seg.segment[0].rgb[2], 145, 1.5);
    pp_volume_free(&seg);
}
END_TEST

/*
 * A mask by half-filled voxels errs by part of the outermost layer: per mm2 of
 * surface less than half a voxel, and of both signs, so that N border voxels
 * add up to about sqrt(N) of them. Three percent is far beyond that for the
 * bodies here, and far below what a wrong spacing or threshold would do.
 */
START_TEST(label_volumes_are_those_of_the_truth)
{
    static const char *const path[] = { "bodies/bone plate/volume_mm3",
                                        "bodies/vessel wall/volume_mm3",
                                        "bodies/ball/volume_mm3" };
    pp_volume nifti = read_sample("phantom-mask.nii");
    pp_json_document *truth;
    pp_bytes text = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_volume_list_labels(&nifti, &err), err);
    ck_ok(pp_file_read(sample("truth.json"), 0, &text, &err), err);
    ck_ok(pp_json_parse(text.data, text.size, &truth, &err), err);
    for (size_t label = 1; label <= 3; label++) {
        uint8_t *mask = voxels_of(&nifti, label);
        double volume;

        ck_assert(pp_json_number(truth, path[label - 1], &volume));
        ck_near((double)count(mask, 128 * 120 * 80) *
                    pp_grid_voxel_volume(&nifti.layer[0]), volume,
                0.03 * volume);
        free(mask);
    }
    pp_json_document_free(truth);
    pp_bytes_free(&text);
    pp_volume_free(&nifti);
}
END_TEST

PP_TESTS("samples/phantom",
         bodies_do_not_overlap_and_stay_away_from_the_border,
         the_series_holds_the_scanned_image_in_its_place,
         nifti_and_segmentation_hold_the_same_labels,
         the_segmentation_names_its_labels,
         label_volumes_are_those_of_the_truth)
