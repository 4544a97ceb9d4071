/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom_origin.c - the images of a series, for those that refer to them
 */
#include "voxel/origin.h"

#include "base/alloc.h"
#include "voxel/dicom.h"

#include <string.h>

static void
copy_uid(char to[65], const char from[65])
{
    memcpy(to, from, 65);
}

static pp_status
fill(pp_scan *scan, const pp_read_options *options, pp_origin *origin,
     pp_error *err)
{
    const pp_scan_file *first;
    pp_volume scratch = { 0 };
    double to_lps[3][4];
    bool bent = false;
    size_t chosen, n;
    pp_slice *slice;

    if (pp_scan_group(scan, err) != PP_OK ||
        pp_scan_choose(scan, options, &chosen, err) != PP_OK)
        return err->status;
    slice = scan->slice + scan->series[chosen].first;
    n = scan->series[chosen].n;
    /* sorts them, and takes out what is there twice */
    if (pp_stack_place(slice, &n, scan, &scratch, to_lps, &bent, err) !=
        PP_OK)
        goto done;
    first = &scan->file[slice->file];
    origin->image = pp_alloc_zero(n, sizeof *origin->image);
    origin->path = pp_strdup(first->path);
    if (origin->image == NULL || origin->path == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    copy_uid(origin->study, first->header.study);
    copy_uid(origin->series, first->header.series);
    copy_uid(origin->frame, first->header.frame);
    origin->slice_mm = first->header.slice_thickness;
    for (size_t i = 0; i < n; i++) {
        const pp_dicom_header *h = &scan->file[slice[i].file].header;
        pp_origin_image *image = &origin->image[i];

        copy_uid(image->sop_class, h->sop_class);
        copy_uid(image->uid, h->sop_instance);
        image->frame = slice[i].frame;
        image->plane = slice[i].plane;
    }
    origin->nimage = n;
done:
    pp_volume_free(&scratch);
    return err->status;
}

pp_status
pp_origin_read(const char *path, const pp_read_options *options,
               pp_origin *origin, pp_error *err)
{
    static const pp_read_options defaults;
    pp_scan scan;

    memset(origin, 0, sizeof *origin);
    if (options == NULL)
        options = &defaults;
    if (!pp_volume_has_series(path))
        return pp_fail(err, PP_EUNSUPPORTED, "no DICOM: it has no frame of "
                       "reference, study and series to refer to");
    if (pp_scan_read(path, options, &scan, err) != PP_OK)
        return err->status;
    (void)!fill(&scan, options, origin, err);
    pp_scan_free(&scan);
    if (err->status != PP_OK)
        pp_origin_free(origin);
    return err->status;
}
