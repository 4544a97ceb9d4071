/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom_refers.c - are the images there that a segmentation was drawn on, and
 * do its frames lie on them?
 */
#include "voxel/dicom.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static int
by_uid(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Sorted, each once; the caller frees. */
static pp_status
sort_uids(const pp_references *refers, char (**uid)[65], size_t *n,
          pp_error *err)
{
    size_t kept = 0;

    *uid = pp_alloc(refers->n, sizeof **uid);
    if (*uid == NULL)
        return pp_fail_memory(err);
    memcpy(*uid, refers->uid, refers->n * sizeof **uid);
    qsort(*uid, refers->n, sizeof **uid, by_uid);
    for (size_t i = 0; i < refers->n; i++)
        if (kept == 0 || strcmp((*uid)[i], (*uid)[kept - 1]) != 0)
            memmove((*uid)[kept++], (*uid)[i], sizeof **uid);
    *n = kept;
    return PP_OK;
}

static size_t
count_present(char (*uid)[65], size_t n, const pp_scan *scan, pp_error *err)
{
    uint8_t *seen = pp_alloc_zero(n, 1);
    size_t count = 0;

    if (seen == NULL) {
        pp_fail_memory(err);
        return 0;
    }
    for (size_t f = 0; f < scan->nfile; f++) {
        char (*found)[65] = bsearch(scan->file[f].header.sop_instance, uid, n,
                                    sizeof *uid, by_uid);

        if (found != NULL && !seen[found - uid]) {
            seen[found - uid] = 1;
            count++;
        }
    }
    pp_free(seen);
    return count;
}

static pp_status
say_count(pp_volume *volume, pp_error *err)
{
    if (volume->npresent < volume->nreferenced)
        return pp_volume_warn(volume, err,
                              "%zu of %zu referenced slices present in the "
                              "source", volume->npresent,
                              volume->nreferenced);
    return pp_volume_note(volume, err, "%zu of %zu referenced slices present",
                          volume->npresent, volume->nreferenced);
}

/* ---- frames on slices ---- */

/*
 * A frame farther than this from a slice's pixels does not lie on it, as a
 * share of the smaller pixel edge; see voxel/frame.c.
 */
#define OFF_SHARE 0.25

static pp_vec3
vector(const double v[3])
{
    return pp_vec(v[0], v[1], v[2]);
}

static bool
same_raster(const pp_seg *seg, const pp_dicom_plane *p)
{
    for (int a = 0; a < 3; a++)
        if (!(fabs(seg->row_direction[a] - p->row_direction[a]) <= 1e-3 &&
              fabs(seg->column_direction[a] - p->column_direction[a]) <=
                  1e-3))
            return false;
    return p->has_position && p->has_orientation && p->has_spacing &&
           fabs(seg->spacing[0] - p->spacing[0]) <= 1e-3 * p->spacing[0] &&
           fabs(seg->spacing[1] - p->spacing[1]) <= 1e-3 * p->spacing[1];
}

/* mm from the pixels of the slice to those of the frame, whole steps aside. */
static double
beside(const pp_seg *seg, const double position[3], const pp_dicom_plane *p)
{
    const pp_vec3 row = vector(p->row_direction),
                  column = vector(p->column_direction);
    const pp_vec3 d = pp_sub(vector(position), vector(p->position));
    const double u = pp_dot(d, row) / seg->spacing[1];
    const double v = pp_dot(d, column) / seg->spacing[0];

    return pp_norm(pp_vec((u - round(u)) * seg->spacing[1],
                          (v - round(v)) * seg->spacing[0],
                          pp_dot(d, pp_slice_normal(p))));
}

static double
nearest_slice(const pp_seg *seg, const double position[3],
              const pp_scan *scan)
{
    double least = HUGE_VAL;

    for (size_t s = 0; s < scan->nslice; s++)
        if (same_raster(seg, &scan->slice[s].plane))
            least = fmin(least, beside(seg, position,
                                       &scan->slice[s].plane));
    return least;
}

pp_status
pp_seg_check_slices(const pp_seg *seg, const char *source, pp_volume *volume,
                    pp_error *err)
{
    static const pp_read_options defaults;
    const double limit = OFF_SHARE * fmin(seg->spacing[0], seg->spacing[1]);
    double worst = 0;
    size_t off = 0;
    pp_scan scan;

    if (!pp_volume_has_series(source))
        return PP_OK;
    if (pp_scan_read(source, &defaults, &scan, err) != PP_OK)
        return err->status;
    for (size_t f = 0; f < seg->nframe; f++) {
        const double d = nearest_slice(seg, seg->frame[f].position, &scan);

        if (d <= limit)
            worst = fmax(worst, d);
        else
            off++;
    }
    pp_scan_free(&scan);
    if (off == seg->nframe)
        return PP_OK; /* the whole volume will say by how much */
    volume->on_slices = true;
    if (off > 0)
        return pp_volume_warn(volume, err, "%zu of %zu frames lie on no slice "
                              "of the source", off, seg->nframe);
    return pp_volume_note(volume, err, "all %zu frames lie on slices of the "
                          "source, within %.2g mm", seg->nframe, worst);
}

pp_status
pp_references_count(const pp_references *refers, const char *source,
                    pp_volume *volume, pp_error *err)
{
    static const pp_read_options defaults;
    char (*uid)[65];
    pp_scan scan;
    size_t n = 0;

    if (refers->n == 0)
        return pp_volume_note(volume, err, "it refers to no slices");
    if (!pp_volume_has_series(source))
        return pp_volume_note(volume, err, "the source is no DICOM: its "
                              "slices are not counted");
    if (sort_uids(refers, &uid, &n, err) != PP_OK)
        return err->status;
    if (pp_scan_read(source, &defaults, &scan, err) == PP_OK) {
        volume->nreferenced = n;
        volume->npresent = count_present(uid, n, &scan, err);
        pp_scan_free(&scan);
        if (err->status == PP_OK)
            (void)!say_count(volume, err);
    }
    pp_free(uid);
    return err->status;
}
