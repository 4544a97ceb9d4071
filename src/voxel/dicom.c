/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom.c - CT, MR and PET slices to one grid
 *
 * Headers first (scan, series, stack), pixels last (decode).
 */
#include "voxel/dicom.h"

#include "base/alloc.h"
#include "base/file.h"

#include <string.h>

static pp_status
note_oddities(const pp_scan *scan, const pp_slice *first, bool physical,
              pp_volume *volume, pp_error *err)
{
    const pp_dicom_header *h = &scan->file[first->file].header;

    if (physical &&
        pp_volume_note(volume, err, "rescale values differ between slices: "
                                    "turned into physical values") != PP_OK)
        return err->status;
    if (strncmp(h->photometric, "MONOCHROME1", 11) == 0 &&
        pp_volume_note(volume, err, "MONOCHROME1: values kept as they are, "
                                    "high ones are dark") != PP_OK)
        return err->status;
    if (h->has_padding &&
        pp_volume_note(volume, err, "padding pixels set to the lowest value "
                                    "of their slice") != PP_OK)
        return err->status;
    if (scan->nseries > 1)
        return pp_volume_note(volume, err, "%zu other series not read",
                              scan->nseries - 1);
    return PP_OK;
}

static pp_status
set_uid(const char uid[65], const pp_read_options *options, pp_volume *volume,
        pp_error *err)
{
    char text[65];

    if (uid[0] == '\0')
        return PP_OK;
    memcpy(volume->frame, uid, sizeof volume->frame);
    pp_uid_text(uid, options->plain_uids, text);
    volume->uid_hash = pp_strdup(text);
    return volume->uid_hash != NULL ? PP_OK : pp_fail_memory(err);
}

/* A DICOMDIR's slices of this series that are not there. */
static pp_status
check_absent(const pp_scan *scan, const pp_slice *slice, pp_error *err)
{
    const char *uid = scan->file[slice->file].header.series;
    size_t n = 0;

    for (size_t e = 0; e < scan->nabsent; e++)
        n += strcmp(scan->absent[e].series, uid) == 0;
    if (n > 0)
        return pp_fail(err, PP_EUNSUPPORTED,
                       "%zu files of the series that the DICOMDIR names are "
                       "not there", n);
    return PP_OK;
}

static pp_status
read_series(pp_scan *scan, const pp_read_options *options, pp_volume *volume,
            pp_error *err)
{
    bool bent = false, physical = false;
    pp_slice *slice;
    pp_grid *grid;
    size_t chosen, n;

    if (pp_scan_group(scan, err) != PP_OK ||
        pp_scan_choose(scan, options, &chosen, err) != PP_OK ||
        pp_volume_add_layers(volume, 1, err) != PP_OK)
        return err->status;
    slice = scan->slice + scan->series[chosen].first;
    n = scan->series[chosen].n;
    grid = volume->layer;
    if (check_absent(scan, slice, err) != PP_OK ||
        pp_stack_place(slice, &n, scan, volume, grid->to_lps,
                       options->resample ? &bent : NULL, err) != PP_OK ||
        pp_grid_check_matrix(grid, err) != PP_OK ||
        pp_stack_decode(scan, slice, n, options, volume, &physical, err) !=
            PP_OK ||
        (bent &&
         pp_stack_straighten(slice, n, grid, volume, err) != PP_OK) ||
        note_oddities(scan, slice, physical, volume, err) != PP_OK)
        return err->status;
    volume->resampled = bent;
    return set_uid(scan->file[slice->file].header.frame, options, volume,
                   err);
}

/* ---- the list of series ---- */

static void
describe_series(pp_scan *scan, const pp_series *series,
                const pp_read_options *options, pp_series_info *info)
{
    const pp_slice *first = &scan->slice[series->first];
    const pp_dicom_header *h = &scan->file[first->file].header;
    pp_volume scratch = { 0 };
    pp_error err = { 0 };
    pp_grid g = { 0 };
    bool bent = false;
    size_t n = series->n;

    memset(info, 0, sizeof *info);
    pp_uid_text(h->series, options->plain_uids, info->uid);
    memcpy(info->modality, h->modality, sizeof info->modality);
    info->dim[0] = (size_t)h->columns;
    info->dim[1] = (size_t)h->rows;
    info->localizer = series->localizer;
    pp_series_what(scan, series, info->what, sizeof info->what);
    if (pp_stack_place(scan->slice + series->first, &n, scan, &scratch,
                       g.to_lps, options->resample ? &bent : NULL, &err) ==
            PP_OK &&
        pp_grid_check_matrix(&g, &err) == PP_OK)
        pp_grid_spacing(&g, info->spacing);
    else
        memcpy(info->problem, err.message, sizeof info->problem - 1);
    info->dim[2] = n;
    pp_volume_free(&scratch);
}

pp_status
pp_volume_list_series(const char *path, const pp_read_options *options,
                      pp_series_info **list, size_t *n, pp_error *err)
{
    static const pp_read_options defaults;
    pp_scan scan;

    *list = NULL;
    *n = 0;
    if (options == NULL)
        options = &defaults;
    if (pp_scan_read(path, options, &scan, err) != PP_OK)
        return err->status;
    if (pp_scan_group(&scan, err) == PP_OK) {
        *list = pp_alloc_zero(scan.nseries, sizeof **list);
        if (*list == NULL)
            pp_fail_memory(err);
        else
            for (; *n < scan.nseries; (*n)++)
                describe_series(&scan, &scan.series[*n], options,
                                &(*list)[*n]);
    }
    pp_scan_free(&scan);
    return err->status;
}

bool
pp_volume_has_series(const char *path)
{
    pp_dicom_header header = { 0 };
    pp_error err = { 0 };
    pp_dicom *dicom;

    if (pp_file_is_directory(path))
        return true;
    if (!pp_scan_is_dicom(path) ||
        pp_dicom_open(path, &dicom, &header, &err) != PP_OK)
        return false;
    pp_dicom_close(dicom);
    return header.kind == PP_DICOM_IMAGE || header.kind == PP_DICOM_DIRECTORY;
}

/* What the first file is decides between an image and a segmentation. */
static pp_status
read_other(const char *path, const pp_read_options *options,
           pp_volume *volume, bool *done, pp_error *err)
{
    pp_dicom *dicom;
    pp_dicom_header header;

    *done = true;
    if (pp_dicom_open(path, &dicom, &header, err) != PP_OK)
        return err->status;
    switch (header.kind) {
    case PP_DICOM_IMAGE:
    case PP_DICOM_DIRECTORY:
        *done = false;
        break;
    case PP_DICOM_SEG:
        (void)!pp_dicom_seg_volume(dicom, &header, options, volume, err);
        if (err->status == PP_OK)
            (void)!set_uid(header.frame, options, volume, err);
        break;
    case PP_DICOM_CONTOURS:
        (void)!pp_rtstruct_volume(dicom, path, &header, options, volume, err);
        break;
    case PP_DICOM_OTHER:
    default:
        pp_fail(err, PP_EUNSUPPORTED,
                "is a DICOM file without an image (modality %s)",
                header.modality[0] != '\0' ? header.modality : "unknown");
    }
    pp_dicom_close(dicom);
    return err->status;
}

pp_status
pp_dicom_volume(const char *path, const pp_read_options *options,
                pp_volume *volume, pp_error *err)
{
    pp_scan scan = { 0 };
    bool done = false;

    volume->kind = "dicom";
    if (options->nmore == 0 && !pp_file_is_directory(path) &&
        (read_other(path, options, volume, &done, err) != PP_OK || done))
        return err->status;
    if (pp_scan_read(path, options, &scan, err) == PP_OK)
        (void)!read_series(&scan, options, volume, err);
    pp_scan_free(&scan);
    return err->status;
}
