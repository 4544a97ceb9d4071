/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * roads.c - writes one small array in every form that the toolkit reads
 *
 *     roads DIRECTORY
 *
 * Every file under DIRECTORY holds the same voxels in the same places:
 *
 *     sform.nii qform.nii both.nii sform2.nii packed.nii.gz
 *     lps.nrrd ras.nrrd las.nrrd (spelled both ways), detached.nhdr, ascii.nrrd
 *     local.mha detached.mhd
 *     ct-ORDER/            a CT series for each of the 48 orders of storage
 *     enhanced-ct.dcm      one enhanced multi-frame file
 *     seg-{binary,probability,occupancy,labelmap}.dcm, rtstruct.dcm
 *
 * Grey files hold 0 and 1000; slices and frames stand in no order of place.
 */
#include "road.h"

#include "base/alloc.h"
#include "shim/dicom.h"
#include "shim/nifti.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_SIZE 4096

static const pp_dicom_write_options dicom = {
    "printprep roads 1", "one array, every road", 946684800, true
};

static const pp_segment segment = {
    .number = 1, .name = "body", .value = 1, .has_colour = true,
    .rgb = { 200, 80, 40 }
};
static const pp_segment_codes code = {
    { "123037004", "SCT", "Anatomical Structure" },
    { "272673000", "SCT", "Bone" },
};

static const char *
join(const char *directory, const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", directory, name);
    return path;
}

static pp_status
write_nifti(const char *directory, const pp_grid *grid, pp_error *err)
{
    static const struct {
        const char *name;
        int version;
        unsigned forms;
    } file[] = {
        { "sform.nii", 1, PP_ROAD_SFORM },
        { "qform.nii", 1, PP_ROAD_QFORM },
        { "both.nii", 1, PP_ROAD_SFORM | PP_ROAD_QFORM },
        { "sform2.nii", 2, PP_ROAD_SFORM },
        { "qform2.nii", 2, PP_ROAD_QFORM },
    };
    char path[PATH_SIZE];

    for (size_t n = 0; n < sizeof file / sizeof *file; n++)
        if (pp_road_write_nifti(join(directory, file[n].name, path), grid,
                                file[n].version, file[n].forms, err) != PP_OK)
            return err->status;
    return pp_nifti_write(join(directory, "packed.nii.gz", path), grid, err);
}

static pp_status
write_text_formats(const char *directory, const pp_grid *grid, pp_error *err)
{
    static const struct {
        const char *name, *space;
        bool detached, ascii;
    } file[] = {
        { "lps.nrrd", "left-posterior-superior", false, false },
        { "ras.nrrd", "right-anterior-superior", false, false },
        { "las.nrrd", "left-anterior-superior", false, false },
        { "lps-short.nrrd", "LPS", false, false },
        { "ras-short.nrrd", "RAS", false, false },
        { "las-short.nrrd", "LAS", false, false },
        { "detached.nhdr", "LPS", true, false },
        { "ascii.nrrd", "RAS", false, true },
    };
    char path[PATH_SIZE];

    for (size_t n = 0; n < sizeof file / sizeof *file; n++)
        if (pp_road_write_nrrd(join(directory, file[n].name, path), grid,
                               file[n].space, file[n].detached, file[n].ascii,
                               err) != PP_OK)
            return err->status;
    if (pp_road_write_meta(join(directory, "local.mha", path), grid, false,
                           err) != PP_OK)
        return err->status;
    return pp_road_write_meta(join(directory, "parted.mhd", path), grid, true,
                              err);
}

static pp_status
write_series(const char *directory, const pp_grid *grid, int order, int flips,
             pp_error *err)
{
    const int *axis = pp_road_order[order];
    const bool flip[3] = { flips & 1, flips & 2, flips & 4 };
    char name[32], path[PATH_SIZE];
    pp_grid turned, grey = { 0 };
    pp_status status = pp_road_reorder(grid, axis, flip, &turned, err);

    snprintf(name, sizeof name, "ct-%d%d%d%c%c%c", axis[0], axis[1], axis[2],
             flip[0] ? '-' : '+', flip[1] ? '-' : '+', flip[2] ? '-' : '+');
    join(directory, name, path);
    if (status == PP_OK)
        status = pp_road_grey(&turned, &grey, err);
    if (status == PP_OK && mkdir(path, 0777) != 0 && errno != EEXIST)
        status = pp_fail(err, PP_EIO, "%s: %s", path, strerror(errno));
    if (status == PP_OK)
        status = pp_dicom_write_ct(path, &grey, &dicom, err);
    if (status == PP_OK && order == 0 && flips == 0)
        status = pp_dicom_write_enhanced_ct(
            join(directory, "enhanced-ct.dcm", path), &grey, &dicom, err);
    pp_free(turned.voxel);
    pp_free(grey.voxel);
    return status;
}

static pp_status
write_labels(const char *directory, const pp_grid *grid, pp_error *err)
{
    static const char *const name[] = {
        [PP_SEG_BINARY] = "seg-binary.dcm",
        [PP_SEG_PROBABILITY] = "seg-probability.dcm",
        [PP_SEG_OCCUPANCY] = "seg-occupancy.dcm",
        [PP_SEG_LABELMAP] = "seg-labelmap.dcm",
    };
    char path[PATH_SIZE];

    for (int type = PP_SEG_BINARY; type <= PP_SEG_LABELMAP; type++)
        if (pp_dicom_write_seg(join(directory, name[type], path), grid,
                               &segment, &code, 1, (pp_seg_type)type, &dicom,
                               err) != PP_OK)
            return err->status;
    return pp_dicom_write_rtstruct(join(directory, "rtstruct.dcm", path),
                                   grid, &segment, 1, &dicom, err);
}

int
main(int argc, char **argv)
{
    pp_error err = { 0 };
    pp_grid grid;
    pp_status status;

    if (argc != 2 || strlen(argv[1]) > PATH_SIZE / 2) {
        fprintf(stderr, "usage: roads DIRECTORY\n");
        return 2;
    }
    status = pp_road_grid(&grid, &err);
    if (status == PP_OK)
        status = write_nifti(argv[1], &grid, &err);
    if (status == PP_OK)
        status = write_text_formats(argv[1], &grid, &err);
    if (status == PP_OK)
        status = write_labels(argv[1], &grid, &err);
    for (int order = 0; order < 6; order++)
        for (int flips = 0; flips < 8 && status == PP_OK; flips++)
            status = write_series(argv[1], &grid, order, flips, &err);
    pp_free(grid.voxel);
    if (status != PP_OK)
        fprintf(stderr, "roads: %s\n", err.message);
    return status == PP_OK ? 0 : 2;
}
