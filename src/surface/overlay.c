/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * overlay.c - meshes laid over the voxels of an image
 *
 * Centres are asked on the whole lattice at once, so that a mesh of a mask
 * gives back the mask; shares of a voxel on the box of the mesh alone, one
 * shifted lattice after the other.
 */
#include "surface/overlay.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

void
pp_overlay_free(pp_overlay *o)
{
    pp_free(o->value);
    memset(o, 0, sizeof *o);
}

/* Each edge is passed as often one way as the other: only then does the sum
 * of crossings end at zero on every row. */
static pp_status
check_closed(const pp_mesh *mesh, pp_error *err)
{
    pp_half_edge *edge = NULL;
    size_t n = 0, nopen = 0;

    if (pp_mesh_half_edges(mesh, &edge, &n, err) != PP_OK)
        return err->status;
    for (size_t i = 0, j; i < n; i = j) {
        ptrdiff_t sum = 0;

        for (j = i; j < n && edge[j].low == edge[i].low &&
                    edge[j].high == edge[i].high; j++)
            sum += edge[j].forward ? 1 : -1;
        nopen += sum != 0;
    }
    pp_free(edge);
    if (nopen > 0)
        return pp_fail(err, PP_EGEOM, "is not closed (%zu open edges) and has "
                       "no inside: meshfix first", nopen);
    return PP_OK;
}

/* ---- centres ---- */

static pp_status
cut_out(const pp_mask *whole, pp_overlay *o, pp_error *err)
{
    size_t high[3];

    if (!pp_mask_box(whole, o->low, high))
        return PP_OK; /* no centre inside */
    for (int a = 0; a < 3; a++)
        o->dim[a] = high[a] - o->low[a];
    o->value = pp_alloc(o->dim[0] * o->dim[1] * o->dim[2], 1);
    if (o->value == NULL)
        return pp_fail_memory(err);
    for (size_t k = 0; k < o->dim[2]; k++)
        for (size_t j = 0; j < o->dim[1]; j++)
            memcpy(o->value + (k * o->dim[1] + j) * o->dim[0],
                   whole->in + ((o->low[2] + k) * whole->dim[1] + o->low[1] +
                                j) * whole->dim[0] + o->low[0],
                   o->dim[0]);
    return PP_OK;
}

static pp_status
ask_centres(const pp_mesh *mesh, const pp_mask *like, pp_overlay *o,
            pp_error *err)
{
    pp_mask whole = { 0 };

    o->most = 1;
    if (pp_surface_to_mask(mesh, like, &whole, err) == PP_OK)
        (void)!cut_out(&whole, o, err);
    pp_mask_free(&whole);
    return err->status;
}

/* ---- shares ---- */

/* The voxels that the mesh may reach into, within the lattice. */
static pp_status
find_box(const pp_mesh *mesh, const pp_mask *like, pp_overlay *o,
         pp_error *err)
{
    pp_grid grid = { 0 };
    pp_box box = pp_box_empty();
    double m[3][4];

    memcpy(grid.to_lps, like->to_lps, sizeof grid.to_lps);
    if (pp_grid_inverse(&grid, m, err) != PP_OK)
        return err->status;
    for (size_t v = 0; v < mesh->nvert; v++) {
        const pp_vec3 p = mesh->vert[v];
        double at[3];

        for (int r = 0; r < 3; r++)
            at[r] = m[r][0] * p.x + m[r][1] * p.y + m[r][2] * p.z + m[r][3];
        pp_box_add(&box, pp_vec(at[0], at[1], at[2]));
    }
    for (int a = 0; a < 3; a++) {
        const double n = (double)like->dim[a];
        const double low = fmax(floor(pp_axis(box.low, a) - 0.5), 0);
        const double high = fmin(ceil(pp_axis(box.high, a) + 0.5) + 1, n);

        o->low[a] = low < n ? (size_t)low : 0;
        o->dim[a] = high > low ? (size_t)(high - low) : 0;
    }
    return PP_OK;
}

/* The box's lattice, shifted by a part of a voxel along each axis. */
static void
shift(const pp_mask *like, const pp_overlay *o, const double by[3],
      pp_mask *part)
{
    memset(part, 0, sizeof *part);
    memcpy(part->dim, o->dim, sizeof part->dim);
    memcpy(part->to_lps, like->to_lps, sizeof part->to_lps);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            part->to_lps[r][3] += like->to_lps[r][c] *
                                  ((double)o->low[c] + by[c]);
}

static pp_status
ask_samples(const pp_mesh *mesh, const pp_mask *like, size_t samples,
            pp_overlay *o, pp_error *err)
{
    const size_t all = samples * samples * samples;
    size_t n;

    o->most = (unsigned)all;
    if (find_box(mesh, like, o, err) != PP_OK)
        return err->status;
    n = o->dim[0] * o->dim[1] * o->dim[2];
    if (n == 0)
        return PP_OK;
    o->value = pp_alloc_zero(n, 1);
    if (o->value == NULL)
        return pp_fail_memory(err);
    for (size_t s = 0; s < all; s++) {
        const size_t of[3] = { s % samples, s / samples % samples,
                               s / samples / samples };
        pp_mask part, inside = { 0 };
        double by[3];

        for (int a = 0; a < 3; a++)
            by[a] = ((double)of[a] + 0.5) / (double)samples - 0.5;
        shift(like, o, by, &part);
        if (pp_surface_to_mask(mesh, &part, &inside, err) != PP_OK)
            return err->status;
        for (size_t v = 0; v < n; v++)
            o->value[v] = (uint8_t)(o->value[v] + inside.in[v]);
        pp_mask_free(&inside);
    }
    return PP_OK;
}

/* ---- one mesh ---- */

pp_status
pp_overlay_mesh(const pp_mesh *mesh, const pp_mask *like, size_t samples,
                pp_overlay *overlay, pp_error *err)
{
    size_t sum = 0, n;

    memset(overlay, 0, sizeof *overlay);
    if (samples > PP_OVERLAY_SAMPLES)
        return pp_fail(err, PP_ELIMIT, "more than %d samples along an axis",
                       PP_OVERLAY_SAMPLES);
    if (check_closed(mesh, err) != PP_OK ||
        pp_surface_is_within(mesh, like, &overlay->within, err) != PP_OK ||
        (samples > 1 ? ask_samples(mesh, like, samples, overlay, err)
                     : ask_centres(mesh, like, overlay, err)) != PP_OK) {
        pp_overlay_free(overlay);
        return err->status;
    }
    n = overlay->value != NULL
            ? overlay->dim[0] * overlay->dim[1] * overlay->dim[2] : 0;
    for (size_t v = 0; v < n; v++) {
        overlay->nvoxel += overlay->value[v] != 0;
        sum += overlay->value[v];
    }
    overlay->voxel_mm3 = (double)sum / overlay->most *
                         pp_mask_voxel_volume(like);
    return PP_OK;
}

pp_status
pp_overlay_lattice(pp_box box, double spacing_mm, pp_mask *like, pp_error *err)
{
    double voxels = 1;

    memset(like, 0, sizeof *like);
    for (int a = 0; a < 3; a++) {
        const double low = floor(pp_axis(box.low, a) / spacing_mm) - 1;
        const double n = ceil(pp_axis(box.high, a) / spacing_mm) + 2 - low;

        voxels *= n;
        if (!(n <= PP_MASK_LIMIT) || !(voxels <= (double)PP_MASK_VOXELS))
            return pp_fail(err, PP_ELIMIT, "voxels of %g mm are too many: "
                           "more than %g", spacing_mm,
                           n <= PP_MASK_LIMIT ? (double)PP_MASK_VOXELS
                                              : (double)PP_MASK_LIMIT);
        like->dim[a] = (size_t)n;
        like->to_lps[a][a] = spacing_mm;
        like->to_lps[a][3] = low * spacing_mm;
    }
    return PP_OK;
}
