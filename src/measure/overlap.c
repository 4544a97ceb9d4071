/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * overlap.c - the mesh turned back into voxels, against the mask
 *
 * Dice's coefficient (Dice 1945) is twice the common count over the sum of
 * both counts: 1 says that no voxel changed side.
 */
#include "measure/measure.h"

#include "surface/surface.h"

#include <string.h>

pp_status
pp_measure_overlap(const pp_mesh *m, const pp_mask *mask, pp_overlap *overlap,
                   pp_error *err)
{
    const size_t n = mask->dim[0] * mask->dim[1] * mask->dim[2];
    size_t nmask = 0, nmesh = 0, nboth = 0;
    double volume_mm3;
    pp_mask again = { 0 };

    memset(overlap, 0, sizeof *overlap);
    if (pp_measure_volume(m, &volume_mm3, err) != PP_OK ||
        pp_surface_to_mask(m, mask, &again, err) != PP_OK)
        return err->status;
    for (size_t v = 0; v < n; v++) {
        nmask += mask->in[v];
        nmesh += again.in[v];
        nboth += mask->in[v] & again.in[v];
    }
    pp_mask_free(&again);
    if (nmask == 0)
        return pp_fail(err, PP_EGEOM, "the mask is empty");
    overlap->nmask = nmask;
    overlap->nmesh = nmesh;
    overlap->nboth = nboth;
    overlap->dice = 2.0 * (double)nboth / (double)(nmask + nmesh);
    overlap->volume_difference_mm3 = volume_mm3 - pp_mask_volume(mask);
    return PP_OK;
}
