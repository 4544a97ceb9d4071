/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * overlap.c - the mesh turned back into voxels, against the mask
 *
 * Dice's coefficient (Dice 1945) is twice the common count over the sum of
 * both counts: 1 says that no voxel changed side.
 */
#include "measure/measure.h"

#include "base/alloc.h"
#include "surface/surface.h"

#include <string.h>

/* Puts a place where it belongs by size; of equals, the first stays first. */
static void
insert_place(pp_overlap *o, pp_changed_place place)
{
    size_t n = o->nplace < PP_OVERLAP_PLACES ? o->nplace : PP_OVERLAP_PLACES;

    o->nplace++;
    if (n == PP_OVERLAP_PLACES) {
        if (place.nvoxel <= o->place[n - 1].nvoxel)
            return;
        n--;
    }
    for (; n > 0 && o->place[n - 1].nvoxel < place.nvoxel; n--)
        o->place[n] = o->place[n - 1];
    o->place[n] = place;
}

/* The voxels of one mask that are not in the other, by place; a becomes
 * them. */
static pp_status
list_places(pp_mask *a, const pp_mask *b, bool added, pp_overlap *o,
            pp_error *err)
{
    const size_t n = a->dim[0] * a->dim[1] * a->dim[2];
    pp_island *island = NULL;
    size_t nisland = 0;

    for (size_t v = 0; v < n; v++)
        a->in[v] &= !b->in[v];
    if (pp_mask_islands(a, PP_CONNECT_CORNER, NULL, &island, &nisland, err) !=
        PP_OK)
        return err->status;
    for (size_t i = 0; i < nisland; i++)
        insert_place(o, (pp_changed_place){ added, island[i].nvoxel,
                                            island[i].volume_mm3,
                                            island[i].centre });
    pp_free(island);
    return PP_OK;
}

/* Both ways; again is lost. */
static pp_status
find_places(const pp_mask *mask, pp_mask *again, pp_overlap *o, pp_error *err)
{
    const size_t n = mask->dim[0] * mask->dim[1] * mask->dim[2];
    pp_mask lost = *mask;

    lost.in = pp_alloc(n, 1);
    if (lost.in == NULL)
        return pp_fail_memory(err);
    memcpy(lost.in, mask->in, n);
    if (list_places(&lost, again, false, o, err) == PP_OK)
        (void)!list_places(again, mask, true, o, err);
    pp_free(lost.in);
    return err->status;
}

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
    if (nmask == 0)
        pp_fail(err, PP_EGEOM, "the mask is empty");
    else if (nboth != nmask || nboth != nmesh)
        (void)!find_places(mask, &again, overlap, err);
    pp_mask_free(&again);
    if (err->status != PP_OK)
        return err->status;
    overlap->nmask = nmask;
    overlap->nmesh = nmesh;
    overlap->nboth = nboth;
    overlap->dice = 2.0 * (double)nboth / (double)(nmask + nmesh);
    overlap->volume_difference_mm3 = volume_mm3 - pp_mask_volume(mask);
    return PP_OK;
}
