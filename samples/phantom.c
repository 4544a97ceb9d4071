/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * phantom.c - writes the sample case: a scanned phantom with known truth
 *
 *     phantom DIRECTORY
 *
 * makes in an existing directory
 *
 *     phantom-ct/       a CT series, oblique, 0.49 x 0.49 x 1.0 mm
 *     phantom-seg.dcm   its segmentation as DICOM-SEG
 *     phantom-mask.nii  the same labels as NIfTI-1
 *     bowl-udf.nii      distances to an open bowl (bowl.h)
 *     ball.stl          the ball alone, as a mesh
 *     truth.json        what the bodies measure, by formula
 *
 * The scene, in patient space: a thin curved plate of bone with a few specks
 * (label 1), the wall of a branching vessel full of contrast medium (label 2),
 * and a ball of 10 mm (label 3), all in fat. The labels are what a careful
 * segmenter makes: every voxel that a body fills by half or more.
 */
#include "bowl.h"
#include "scene.h"

#include "base/alloc.h"
#include "base/json.h"
#include "base/text.h"
#include "shim/dicom.h"
#include "shim/nifti.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_SIZE 4096

static const pp_segment segment[] = {
    { .number = 1, .name = "bone plate", .value = 1, .has_colour = true,
      .rgb = { 241, 214, 145 } },
    { .number = 2, .name = "vessel wall", .value = 2, .has_colour = true,
      .rgb = { 216, 101, 79 } },
    { .number = 3, .name = "ball", .value = 3, .has_colour = true,
      .rgb = { 111, 184, 210 } },
};

static const pp_segment_codes code[] = {
    { { "123037004", "SCT", "Anatomical Structure" },
      { "272673000", "SCT", "Bone" } },
    { { "123037004", "SCT", "Anatomical Structure" },
      { "51114001", "SCT", "Artery" } },
    { { "49755003", "SCT", "Morphologically Altered Structure" },
      { "27925004", "SCT", "Nodule" } },
};

#define NSEGMENT (sizeof segment / sizeof *segment)

/* Every voxel that a body fills by half or more gets the body's label. */
static pp_status
make_labels(const pp_scene *scene, pp_grid *labels, pp_error *err)
{
    const size_t n = scene->scan.dim[0] * scene->scan.dim[1] *
                     scene->scan.dim[2];
    uint8_t *voxel = pp_alloc_zero(n, 1);

    if (voxel == NULL)
        return pp_fail_memory(err);
    memcpy(labels->dim, scene->scan.dim, sizeof labels->dim);
    memcpy(labels->to_lps, scene->scan.to_lps, sizeof labels->to_lps);
    labels->type = PP_VOXEL_U8;
    labels->slope = 1;
    labels->voxel = voxel;
    for (size_t b = 0, next; b < scene->nbody; b = next) {
        float *share;

        /* the bodies of one label lie side by side */
        next = b + 1;
        while (next < scene->nbody && scene->label[next] == scene->label[b])
            next++;
        if (scene->label[b] == 0)
            continue;
        if (pp_scan_share(&scene->scan, &scene->body[b], next - b, &share,
                          err) != PP_OK)
            return err->status;
        for (size_t v = 0; v < n; v++)
            if (share[v] >= 0.5F)
                voxel[v] = scene->label[b];
        pp_free(share);
    }
    return PP_OK;
}

static void
put_ball(pp_json *j, const char *key, const pp_sphere *ball)
{
    pp_json_object(j, key);
    pp_json_point(j, "centre_mm", ball->centre);
    pp_json_real(j, "diameter_mm", 2 * ball->radius);
    pp_json_real(j, "volume_mm3", pp_sphere_volume(ball));
    pp_json_end(j);
}

static void
put_plate(pp_json *j, const pp_scene *scene)
{
    const pp_plate *plate = &scene->plate;
    double volume = pp_plate_volume(plate);

    pp_json_object(j, "bone plate");
    pp_json_integer(j, "label", 1);
    pp_json_object(j, "plate");
    pp_json_real(j, "volume_mm3", volume);
    pp_json_real(j, "thinnest_mm", plate->thin);
    pp_json_real(j, "thickest_mm", plate->thick);
    pp_json_real(j, "radius_of_curvature_mm", plate->radius);
    pp_json_real(j, "half_arc_mm", plate->a);
    pp_json_real(j, "half_length_mm", plate->b);
    pp_json_end(j);
    pp_json_array(j, "islands");
    for (size_t n = 0; n < PP_SCENE_ISLANDS; n++) {
        put_ball(j, NULL, &scene->island[n]);
        volume += pp_sphere_volume(&scene->island[n]);
    }
    pp_json_end(j);
    pp_json_real(j, "volume_mm3", volume);
    pp_json_end(j);
}

static void
put_volume(pp_json *j, const char *key, const char *error_key, pp_body body,
           pp_box box)
{
    double error;

    pp_json_real(j, key, pp_body_volume(&body, box, 0.1, &error));
    pp_json_real(j, error_key, error);
}

static void
put_vessel(pp_json *j, const pp_scene *scene)
{
    const pp_box box = pp_scene_vessel_box(scene);

    pp_json_object(j, "vessel wall");
    pp_json_integer(j, "label", 2);
    put_volume(j, "volume_mm3", "volume_error_mm3",
               pp_body_wall(&scene->vessel, 0), box);
    put_volume(j, "lumen_volume_mm3", "lumen_volume_error_mm3",
               pp_body_lumen(&scene->vessel, 0), box);
    pp_json_array(j, "tubes");
    for (size_t n = 0; n < scene->vessel.ntube; n++) {
        const pp_tube *outer = &scene->outer[n], *inner = &scene->lumen[n];

        pp_json_object(j, NULL);
        pp_json_point(j, "from_mm", outer->from);
        pp_json_point(j, "to_mm", outer->to);
        pp_json_real(j, "from_diameter_mm", 2 * outer->from_radius);
        pp_json_real(j, "to_diameter_mm", 2 * outer->to_radius);
        pp_json_real(j, "from_lumen_diameter_mm", 2 * inner->from_radius);
        pp_json_real(j, "to_lumen_diameter_mm", 2 * inner->to_radius);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_end(j);
}

static void
put_scan(pp_json *j, const pp_scan *scan)
{
    pp_json_object(j, "scan");
    pp_json_array(j, "dim");
    for (int axis = 0; axis < 3; axis++)
        pp_json_count(j, NULL, scan->dim[axis]);
    pp_json_end(j);
    pp_json_array(j, "to_lps_mm");
    for (int row = 0; row < 3; row++) {
        pp_json_array(j, NULL);
        for (int column = 0; column < 4; column++)
            pp_json_real(j, NULL, scan->to_lps[row][column]);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_real(j, "point_spread_sd_mm", scan->spread_mm);
    pp_json_real(j, "slice_profile_mm", scan->slice_mm);
    pp_json_real(j, "noise_sd_hu", scan->noise_hu);
    pp_json_end(j);
}

static pp_status
write_truth(const char *path, const pp_scene *scene, pp_error *err)
{
    pp_json j = { 0 };

    pp_json_object(&j, NULL);
    pp_json_string(&j, "schema", "printprep-phantom-truth-1");
    put_scan(&j, &scene->scan);
    pp_json_object(&j, "bodies");
    put_plate(&j, scene);
    put_vessel(&j, scene);
    pp_json_object(&j, "ball");
    pp_json_integer(&j, "label", 3);
    pp_json_point(&j, "centre_mm", scene->ball.centre);
    pp_json_real(&j, "diameter_mm", 2 * scene->ball.radius);
    pp_json_real(&j, "volume_mm3", pp_sphere_volume(&scene->ball));
    pp_json_end(&j);
    pp_json_end(&j);
    pp_json_end(&j);
    return pp_json_save(&j, path, err);
}

/* Dates come from SOURCE_DATE_EPOCH, or are the first of January 2000. */
static pp_status
date_of_build(int64_t *seconds, pp_error *err)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");

    *seconds = 946684800;
    if (text == NULL || *text == '\0' ||
        pp_text_to_integer(text, 0, 253402300799, seconds)) /* year 9999 */
        return PP_OK;
    return pp_fail(err, PP_EFORMAT, "SOURCE_DATE_EPOCH is no number of "
                   "seconds");
}

static pp_status
write_images(const char *directory, const pp_scene *scene, pp_error *err)
{
    pp_dicom_write_options ct = { "printprep phantom 1", "phantom, CT", 0,
                                  false };
    pp_dicom_write_options seg = { ct.seed, "phantom, segmentation", 0,
                                   false };
    char path[PATH_SIZE];
    pp_grid image = { 0 }, labels = { 0 };
    pp_status status = date_of_build(&ct.seconds, err);

    seg.seconds = ct.seconds;
    if (status == PP_OK)
        status = pp_scan_image(&scene->scan, scene->body, scene->nbody,
                               &image, err);

    snprintf(path, sizeof path, "%s/phantom-ct", directory);
    if (status == PP_OK && mkdir(path, 0777) != 0 && errno != EEXIST)
        status = pp_fail(err, PP_EIO, "%s: %s", path, strerror(errno));
    if (status == PP_OK)
        status = pp_dicom_write_ct(path, &image, &ct, err);
    if (status == PP_OK)
        status = make_labels(scene, &labels, err);
    snprintf(path, sizeof path, "%s/phantom-seg.dcm", directory);
    if (status == PP_OK)
        status = pp_dicom_write_seg(path, &labels, segment, code, NSEGMENT,
                                    PP_SEG_BINARY, &seg, err);
    snprintf(path, sizeof path, "%s/phantom-mask.nii", directory);
    if (status == PP_OK)
        status = pp_nifti_write(path, &labels, err);
    snprintf(path, sizeof path, "%s/bowl-udf.nii", directory);
    if (status == PP_OK)
        status = pp_bowl_write(path, err);
    pp_free(image.voxel);
    pp_free(labels.voxel);
    return status;
}

int
main(int argc, char **argv)
{
    char path[PATH_SIZE];
    pp_error err = { 0 };
    pp_scene scene;

    if (argc != 2 || strlen(argv[1]) > PATH_SIZE / 2) {
        fprintf(stderr, "usage: phantom DIRECTORY\n");
        return 2;
    }
    pp_scene_set(&scene);
    snprintf(path, sizeof path, "%s/truth.json", argv[1]);
    if (write_images(argv[1], &scene, &err) != PP_OK ||
        write_truth(path, &scene, &err) != PP_OK) {
        fprintf(stderr, "phantom: %s\n", err.message);
        return 2;
    }
    snprintf(path, sizeof path, "%s/ball.stl", argv[1]);
    if (pp_scene_write_ball(path, &scene.ball, &err) != PP_OK) {
        fprintf(stderr, "phantom: %s\n", err.message);
        return 2;
    }
    return 0;
}
