/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rebuild.c - a new surface from the winding number of the old
 *
 * The generalised winding number (Jacobson et al. 2013) says of any soup what
 * is inside: more than a half. It is asked on a lattice, and marching cubes
 * give a surface that is closed and does not cross itself whatever the soup
 * was. What is thinner than the lattice may go, edges become round, and every
 * facet is new: the last resort, and only on demand.
 */
#include "repair/gate.h"

#include "base/alloc.h"
#include "surface/surface.h"

#include <stdio.h>
#include <string.h>

/* Samples around what is asked for, so that the surface closes. */
#define MARGIN 3

/* Samples a side of a block. Where no facet is near one and the number is
   clearly on one side all around it, it is not asked inside. */
#define BLOCK 8
#define CLEARLY 0.25

#define MOST_SAMPLES ((double)(1 << 28)) /* a gigabyte */

typedef struct {
    const pp_bvh *bvh;
    pp_vec3 low;
    double h;
    size_t dim[3];
    float *phi;
} lattice;

static pp_vec3
place_of(const lattice *l, double i, double j, double k)
{
    return pp_add(l->low, pp_vec(i * l->h, j * l->h, k * l->h));
}

static bool
at_border(const lattice *l, const size_t at[3])
{
    for (int a = 0; a < 3; a++)
        if (at[a] == 0 || at[a] + 1 == l->dim[a])
            return true;
    return false;
}

static float
value_at(const lattice *l, const size_t at[3])
{
    const pp_vec3 p = place_of(l, (double)at[0], (double)at[1],
                               (double)at[2]);
    const double d =
        fmax(1e-3 * l->h, pp_bvh_nearest(l->bvh, p, 2 * l->h).distance);

    return (float)(pp_bvh_winding(l->bvh, p) > 0.5 ? -d : d);
}

/* The side of a whole block: -1 or 1, or 0 when its samples must be asked. */
static int
side_of_block(const lattice *l, const size_t first[3])
{
    const double half = (BLOCK - 1) / 2.0;
    const pp_vec3 middle =
        place_of(l, (double)first[0] + half, (double)first[1] + half,
                 (double)first[2] + half);
    const double reach = (half * sqrt(3) + 2) * l->h;
    int side = 0;

    if (pp_bvh_nearest(l->bvh, middle, reach).facet != PP_NONE)
        return 0;
    for (int corner = 0; corner < 8; corner++) {
        const double w = pp_bvh_winding(
            l->bvh, place_of(l, (double)first[0] + (corner & 1) * 2 * half,
                             (double)first[1] + (corner >> 1 & 1) * 2 * half,
                             (double)first[2] + (corner >> 2) * 2 * half));
        const int here = w > 0.5 + CLEARLY ? -1 : w < 0.5 - CLEARLY ? 1 : 0;

        if (here == 0 || (side != 0 && here != side))
            return 0;
        side = here;
    }
    return side;
}

static void
fill_block(const lattice *l, const size_t first[3])
{
    const int side = side_of_block(l, first);
    size_t at[3];

    for (at[2] = first[2]; at[2] < first[2] + BLOCK && at[2] < l->dim[2];
         at[2]++)
        for (at[1] = first[1]; at[1] < first[1] + BLOCK && at[1] < l->dim[1];
             at[1]++)
            for (at[0] = first[0];
                 at[0] < first[0] + BLOCK && at[0] < l->dim[0]; at[0]++)
                l->phi[at[0] + l->dim[0] * (at[1] + l->dim[1] * at[2])] =
                    at_border(l, at) ? (float)l->h
                    : side != 0      ? (float)(2 * l->h * side)
                                     : value_at(l, at);
}

static void
fill(const lattice *l)
{
    const size_t n[3] = { (l->dim[0] + BLOCK - 1) / BLOCK,
                          (l->dim[1] + BLOCK - 1) / BLOCK,
                          (l->dim[2] + BLOCK - 1) / BLOCK };
    const ptrdiff_t nblock = (ptrdiff_t)(n[0] * n[1] * n[2]);

#pragma omp parallel for schedule(dynamic, 8)
    for (ptrdiff_t b = 0; b < nblock; b++) {
        const size_t i = (size_t)b;
        const size_t first[3] = { i % n[0] * BLOCK, i / n[0] % n[1] * BLOCK,
                                  i / n[0] / n[1] * BLOCK };

        fill_block(l, first);
    }
}

pp_status
pp_rebuild_surface(const pp_bvh *bvh, pp_box box, double h, pp_mesh *out,
                   pp_error *err)
{
    const pp_vec3 size = pp_box_size(box);
    const double side[3] = { size.x, size.y, size.z };
    lattice l = { bvh, box.low, h, { 0 }, NULL };
    double nsample = 1;

    memset(out, 0, sizeof *out);
    for (int a = 0; a < 3; a++) {
        const double n = ceil(side[a] / h) + 1 + 2 * MARGIN;

        nsample *= n;
        if (!(nsample <= MOST_SAMPLES))
            return pp_fail(err, PP_EGEOM, "%g mm is too fine to rebuild %.4g x "
                           "%.4g x %.4g mm", h, size.x, size.y, size.z);
        l.dim[a] = (size_t)n;
    }
    l.low = pp_sub(box.low, pp_vec(MARGIN * h, MARGIN * h, MARGIN * h));
    l.phi = pp_alloc((size_t)nsample, sizeof *l.phi);
    if (l.phi == NULL)
        return pp_fail_memory(err);
    fill(&l);
    const double to_lps[3][4] = { { h, 0, 0, l.low.x },
                                  { 0, h, 0, l.low.y },
                                  { 0, 0, h, l.low.z } };

    (void)!pp_surface_from_distance(l.phi, l.dim, to_lps, out, err);
    pp_free(l.phi);
    return err->status;
}

static pp_vec3
middle_of(const pp_mesh *m, size_t t)
{
    const uint32_t *v = m->tri[t];

    return pp_scale(pp_add(pp_add(m->vert[v[0]], m->vert[v[1]]),
                           m->vert[v[2]]), 1.0 / 3);
}

/* Facets that part inside from outside; the others are dropped, and told. */
static pp_status
tell_dropped(const pp_mesh *m, const pp_bvh *bvh, double h, pp_cure *c,
             pp_error *err)
{
    uint8_t *parts = pp_alloc(m->ntri, 1);

    if (parts == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 step =
            pp_scale(pp_unit(pp_facet_normal(m, t)), h / 10);
        const pp_vec3 p = middle_of(m, t);

        parts[t] = (pp_bvh_winding(bvh, pp_add(p, step)) > 0.5) !=
                   (pp_bvh_winding(bvh, pp_sub(p, step)) > 0.5);
    }
    (void)!pp_copy_others(m, parts, &c->dropped, err);
    pp_free(parts);
    return err->status;
}

/* New facets with no old one within the lattice's spacing. */
static pp_status
tell_invented(const pp_mesh *m, const pp_bvh *bvh, double h, pp_cure *c,
              double *area_mm2, pp_error *err)
{
    uint8_t *near = pp_alloc(m->ntri, 1);

    *area_mm2 = 0;
    if (near == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++) {
        near[t] = pp_bvh_nearest(bvh, middle_of(m, t), h).facet != PP_NONE;
        if (!near[t])
            *area_mm2 += pp_norm(pp_facet_normal(m, t)) / 2;
    }
    (void)!pp_copy_others(m, near, &c->invented, err);
    pp_free(near);
    return err->status;
}

pp_status
pp_cure_rebuild(pp_mesh *m, pp_cure *c, pp_error *err)
{
    const double h = c->options->rebuild_mm;
    pp_mesh fresh = { 0 };
    pp_bvh *bvh = NULL;
    double area_mm2;

    /* what lies around is no part of it, or else it would be there twice */
    if (pp_bvh_build(m, &bvh, err) != PP_OK ||
        pp_rebuild_surface(bvh, pp_mesh_box(m), h, &fresh, err) != PP_OK)
        goto done;
    if (fresh.ntri == 0) {
        pp_fail(err, PP_EGEOM, "nothing is inside");
        goto done;
    }
    if (tell_dropped(m, bvh, h, c, err) != PP_OK ||
        tell_invented(&fresh, bvh, h, c, &area_mm2, err) != PP_OK ||
        pp_farthest(&fresh, &c->invented, m, c->options->max_deviation_mm,
                    &c->moved_mm, err) != PP_OK ||
        pp_farthest(m, &c->dropped, &fresh, c->options->max_deviation_mm,
                    &c->moved_mm, err) != PP_OK)
        goto done;
    c->count = m->ntri;
    snprintf(c->detail, sizeof c->detail,
             "%zu facets rebuilt at %g mm as %zu, %.4g mm2 invented", m->ntri,
             h, fresh.ntri, area_mm2);
    pp_bvh_free(bvh);
    bvh = NULL;
    pp_mesh_free(m);
    *m = fresh;
    memset(&fresh, 0, sizeof fresh);
done:
    pp_bvh_free(bvh);
    pp_mesh_free(&fresh);
    return err->status;
}
