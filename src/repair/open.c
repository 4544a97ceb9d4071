/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * open.c - openings that are meant to be open: the ends of vessels
 *
 * An opening is what open edges hang together over their ends. Cracks must
 * have been stitched before, else both their sides are openings too.
 */
#include "repair/rung.h"

#include "base/alloc.h"
#include "base/sets.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    uint32_t a, b;    /* ends of an open edge */
    uint32_t opening; /* the smallest vertex of it */
} edge;

typedef struct {
    edge *edge;
    size_t nedge;
    double *length_mm; /* of the opening, at its smallest vertex */
    uint8_t *kept;
} openings;

static void
free_openings(openings *x)
{
    pp_free(x->edge);
    pp_free(x->length_mm);
    pp_free(x->kept);
}

bool
pp_keeps_openings(const pp_repair_options *o)
{
    return o->keep_open.all || o->keep_open.longer_mm > 0 ||
           o->keep_open.nat > 0;
}

static pp_status
list_edges(const pp_mesh *m, openings *x, pp_error *err)
{
    pp_half_edge *all = NULL;
    size_t nall = 0, n;
    uint32_t *parent = pp_alloc(m->nvert, sizeof *parent);

    if (parent == NULL)
        return pp_fail_memory(err);
    if (pp_mesh_half_edges(m, &all, &nall, err) != PP_OK)
        goto done;
    x->edge = pp_alloc(nall, sizeof *x->edge);
    if (x->edge == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    pp_sets_start(parent, m->nvert);
    for (size_t i = 0; i < nall; i += n) {
        for (n = 1; i + n < nall && all[i + n].low == all[i].low &&
                    all[i + n].high == all[i].high; n++)
            ;
        if (n != 1)
            continue;
        x->edge[x->nedge].a = all[i].low;
        x->edge[x->nedge++].b = all[i].high;
        pp_sets_join(parent, all[i].low, all[i].high);
    }
    pp_sets_flatten(parent, (uint32_t)m->nvert);
    for (size_t i = 0; i < x->nedge; i++)
        x->edge[i].opening = parent[x->edge[i].a];
done:
    pp_free(parent);
    pp_free(all);
    return err->status;
}

/* The opening that comes nearest to p; ties go to the first edge. */
static uint32_t
nearest_opening(const pp_mesh *m, const openings *x, pp_vec3 p)
{
    uint32_t best = PP_NONE;
    double nearest = HUGE_VAL;

    for (size_t i = 0; i < x->nedge; i++) {
        const pp_vec3 a = m->vert[x->edge[i].a], b = m->vert[x->edge[i].b];
        const pp_vec3 corner[3] = { a, b, b };
        const double d = pp_distance(p, pp_nearest_on_triangle(p, corner));

        if (d < nearest) {
            nearest = d;
            best = x->edge[i].opening;
        }
    }
    return best;
}

static void
choose(const pp_mesh *m, const pp_keep_open *k, openings *x)
{
    for (size_t i = 0; i < x->nedge; i++)
        x->length_mm[x->edge[i].opening] +=
            pp_distance(m->vert[x->edge[i].a], m->vert[x->edge[i].b]);
    for (size_t i = 0; i < x->nedge; i++)
        x->kept[x->edge[i].opening] =
            k->all || (k->longer_mm > 0 &&
                       x->length_mm[x->edge[i].opening] > k->longer_mm);
    for (size_t i = 0; i < k->nat; i++) {
        const uint32_t near = nearest_opening(m, x, k->at[i]);

        if (near != PP_NONE)
            x->kept[near] = 1;
    }
}

pp_status
pp_find_openings(const pp_mesh *m, const pp_repair_options *o, pp_seam *kept,
                 size_t *nopening, pp_error *err)
{
    openings x = { 0 };

    memset(kept, 0, sizeof *kept);
    *nopening = 0;
    if (!pp_keeps_openings(o))
        return PP_OK;
    if (list_edges(m, &x, err) != PP_OK)
        goto done;
    x.length_mm = pp_alloc_zero(m->nvert, sizeof *x.length_mm);
    x.kept = pp_alloc_zero(m->nvert, 1);
    kept->edge = pp_alloc(x.nedge, sizeof *kept->edge);
    if (x.length_mm == NULL || x.kept == NULL || kept->edge == NULL) {
        pp_free(kept->edge);
        memset(kept, 0, sizeof *kept);
        pp_fail_memory(err);
        goto done;
    }
    choose(m, &o->keep_open, &x);
    for (size_t i = 0; i < x.nedge; i++)
        if (x.kept[x.edge[i].opening])
            kept->edge[kept->n++] = pp_seam_edge_make(
                m->vert[x.edge[i].a], m->vert[x.edge[i].b]);
    for (size_t v = 0; v < m->nvert; v++)
        *nopening += x.kept[v];
    kept->nopen = kept->n;
    pp_seam_sort(kept);
done:
    free_openings(&x);
    return err->status;
}

pp_status
pp_repair_openings(const pp_mesh *m, const pp_repair_options *options,
                   size_t *nopening, size_t *nedge, pp_error *err)
{
    pp_seam kept;

    *nedge = 0;
    if (pp_find_openings(m, options, &kept, nopening, err) != PP_OK)
        return err->status;
    *nedge = kept.n;
    pp_free(kept.edge);
    return PP_OK;
}
