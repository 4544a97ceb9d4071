/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thin.c - where a mask is one voxel thick
 *
 * A voxel is thin along an axis if both its neighbours along it are outside
 * and so it is with its like around it: the thin voxels of an axis are sorted
 * into connected places, and those too small for a wall or a strut are the
 * tips of steps, which every round mask has.
 */
#include "mask/mask.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static void
mark_thin(const pp_mask *m, int axis, pp_mask *thin)
{
    const size_t *dim = m->dim;
    const size_t step = axis == 0 ? 1 : axis == 1 ? dim[0] : dim[0] * dim[1];
    const ptrdiff_t nrow = (ptrdiff_t)(dim[1] * dim[2]);

    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < nrow; r++) {
        size_t at[3] = { 0, (size_t)r % dim[1], (size_t)r / dim[1] };
        size_t n = (size_t)r * dim[0];

        for (; at[0] < dim[0]; at[0]++, n++)
            thin->in[n] = m->in[n] && (at[axis] == 0 || !m->in[n - step]) &&
                          (at[axis] + 1 == dim[axis] || !m->in[n + step]);
    }
}

static int
by_size(const void *a, const void *b)
{
    const pp_thin_place *p = a, *q = b;

    if (p->nvoxel != q->nvoxel)
        return p->nvoxel > q->nvoxel ? -1 : 1;
    if (p->axis != q->axis)
        return p->axis - q->axis;
    return p->centre.z != q->centre.z ? (p->centre.z < q->centre.z ? -1 : 1)
                                      : (p->centre.y > q->centre.y) -
                                            (p->centre.y < q->centre.y);
}

static pp_status
add_places(const pp_mask *thin, int axis, pp_thin_place **place, size_t *n,
           size_t *capacity, pp_error *err)
{
    pp_island *island = NULL;
    size_t nisland = 0;

    if (pp_mask_islands(thin, PP_CONNECT_CORNER, NULL, &island, &nisland,
                        err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < nisland && island[i].nvoxel >= PP_THIN_LEAST; i++) {
        if (pp_grow(place, capacity, *n + 1, sizeof **place, err) != PP_OK)
            break;
        (*place)[(*n)++] = (pp_thin_place){ island[i].nvoxel, axis,
                                            island[i].centre };
    }
    pp_free(island);
    return err->status;
}

pp_status
pp_mask_thin_places(const pp_mask *m, pp_thin_place **place, size_t *nplace,
                    pp_error *err)
{
    size_t capacity = 0;
    pp_mask box = { 0 }, thin = { 0 };

    *place = NULL;
    *nplace = 0;
    if (pp_mask_count(m) == 0)
        return PP_OK;
    if (pp_mask_crop(m, 0, &box, err) != PP_OK ||
        pp_mask_alloc(&thin, box.dim, (const double(*)[4])box.to_lps, err) !=
            PP_OK)
        goto done;
    for (int axis = 0; axis < 3; axis++) {
        mark_thin(&box, axis, &thin);
        if (add_places(&thin, axis, place, nplace, &capacity, err) != PP_OK)
            break;
    }
done:
    pp_mask_free(&box);
    pp_mask_free(&thin);
    if (err->status != PP_OK) {
        pp_free(*place);
        *place = NULL;
        *nplace = 0;
    } else if (*nplace > 1)
        qsort(*place, *nplace, sizeof **place, by_size);
    return err->status;
}
