/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dicom_refers.c - are the images there that a segmentation was drawn on?
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
