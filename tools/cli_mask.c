/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli_mask.c - the segmentation that a mesh is held against, and dates
 */
#include "cli.h"

#include "base/text.h"

#include <stdlib.h>

/* The segment that the user names, or else the mesh's provenance. */
static pp_status
choose_segment(const pp_volume *v, const char *label,
               const pp_provenance *prov, size_t *index, pp_error *err)
{
    char number[24];

    *index = 0;
    snprintf(number, sizeof number, "%lld", (long long)prov->label);
    if (label != NULL || prov->has_label)
        return pp_segment_find(v, label != NULL ? label : number, index, err);
    if (v->nsegment == 0)
        return pp_fail(err, PP_EGEOM, "the mask is empty");
    if (v->nsegment > 1)
        return pp_fail(err, PP_EGEOM, "%zu labels: choose one with --label",
                       v->nsegment);
    return PP_OK;
}

pp_status
cli_read_mask(const char *path, const char *label, pp_provenance *prov,
              pp_mask *mask, pp_error *err)
{
    pp_volume v = { 0 };
    size_t index;

    cli_progress("reading the mask", 0);
    if (pp_volume_read(path, NULL, &v, err) == PP_OK &&
        pp_volume_list_labels(&v, err) == PP_OK &&
        choose_segment(&v, label, prov, &index, err) == PP_OK &&
        pp_mask_from_segment(&v, &v.segment[index], mask, err) == PP_OK)
        (void)!pp_provenance_add_input(prov, "mask", v.sha256, v.kind, err);
    pp_volume_free(&v);
    return err->status;
}

pp_status
cli_date(int64_t *seconds, pp_error *err)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");

    *seconds = 946684800;
    if (text == NULL || *text == '\0' ||
        pp_text_to_integer(text, 0, 253402300799, seconds))
        return PP_OK; /* up to the year 9999 */
    return pp_fail(err, PP_EFORMAT,
                   "SOURCE_DATE_EPOCH is no number of seconds");
}
