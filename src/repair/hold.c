/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hold.c - a mesh held against the mask that it stands for
 *
 * The mesh is turned into voxels on the mask's own lattice; what differs is
 * listed as places.
 */
#include "repair/hold.h"

#include "base/alloc.h"
#include "surface/surface.h"

#include <string.h>

void
pp_held_free(pp_held *h)
{
    pp_free(h->place);
    memset(h, 0, sizeof *h);
}

/* Voxels of a that b lacks, as a mask; in groups that touch. */
static pp_status
list_places(const pp_mask *a, const pp_mask *b, bool gained, pp_held *h,
            size_t *nvoxel, pp_error *err)
{
    const size_t n = a->dim[0] * a->dim[1] * a->dim[2];
    pp_mask only = { 0 };
    pp_island *island = NULL;
    size_t nisland = 0, capacity = h->nplace;

    *nvoxel = 0;
    if (pp_mask_alloc(&only, a->dim, a->to_lps, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n; i++) {
        only.in[i] = a->in[i] && !b->in[i];
        *nvoxel += only.in[i];
    }
    if (*nvoxel == 0 ||
        pp_mask_islands(&only, PP_CONNECT_CORNER, NULL, &island, &nisland,
                        err) != PP_OK ||
        pp_grow(&h->place, &capacity, h->nplace + nisland, sizeof *h->place,
                err) != PP_OK)
        goto done;
    for (size_t i = 0; i < nisland; i++)
        h->place[h->nplace++] = (pp_held_place){
            gained, island[i].nvoxel, island[i].volume_mm3, island[i].centre };
done:
    pp_free(island);
    pp_mask_free(&only);
    return err->status;
}

pp_status
pp_repair_hold(const pp_mesh *m, const pp_mask *mask, pp_held *h,
               pp_error *err)
{
    pp_mask again = { 0 };

    memset(h, 0, sizeof *h);
    h->nvoxel = pp_mask_count(mask);
    if (pp_surface_to_mask(m, mask, &again, err) == PP_OK &&
        list_places(&again, mask, true, h, &h->ngained, err) == PP_OK)
        (void)!list_places(mask, &again, false, h, &h->nlost, err);
    pp_mask_free(&again);
    if (err->status != PP_OK)
        pp_held_free(h);
    return err->status;
}

void
pp_held_print(const pp_held *h, FILE *out)
{
    fprintf(out, "mask    %zu voxels: %zu gained, %zu lost\n", h->nvoxel,
            h->ngained, h->nlost);
    for (size_t i = 0; i < h->nplace && i < PP_HELD_PLACES_TOLD; i++)
        fprintf(out, "mask    %s %zu voxels (%.4g mm3) at %.6g,%.6g,%.6g\n",
                h->place[i].gained ? "gained" : "lost", h->place[i].nvoxel,
                h->place[i].volume_mm3, h->place[i].centre.x,
                h->place[i].centre.y, h->place[i].centre.z);
}

void
pp_held_json(const pp_held *h, pp_json *j)
{
    pp_json_object(j, "mask");
    pp_json_count(j, "voxels", h->nvoxel);
    pp_json_count(j, "gained", h->ngained);
    pp_json_count(j, "lost", h->nlost);
    pp_json_array(j, "places");
    for (size_t i = 0; i < h->nplace; i++) {
        pp_json_object(j, NULL);
        pp_json_bool(j, "gained", h->place[i].gained);
        pp_json_count(j, "voxels", h->place[i].nvoxel);
        pp_json_real(j, "volume_mm3", h->place[i].volume_mm3);
        pp_json_point(j, "centre_mm", h->place[i].centre);
        pp_json_end(j);
    }
    pp_json_end(j);
    pp_json_end(j);
}
