/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * confidence.c - how much of a surface rests on doubtful voxels
 *
 * Of a probability, a voxel's confidence is that of its own answer: p inside,
 * 1 - p outside. A facet is doubtful if the voxels at the ends of its lattice
 * edges are so on average; doubtful facets that share a vertex are one region.
 */
#include "surface/lattice.h"

#include "base/alloc.h"
#include "base/sets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The mean of both ends of an edge; beyond the image nothing is in doubt. */
static float
edge_confidence(const pp_grid *grid, pp_lattice_edge e)
{
    float sum = 0;

    for (int end = 0; end < 2; end++) {
        double p = 0;
        size_t n;

        if (pp_edge_voxel(e, end, grid->dim, &n))
            p = pp_grid_value(grid, n);
        if (!(p >= 0 && p <= 1))
            return NAN;
        sum += (float)fmax(p, 1 - p);
    }
    return sum / 2;
}

static int
by_area(const void *a, const void *b)
{
    const pp_doubtful *p = a, *q = b;

    return p->area_mm2 != q->area_mm2
               ? (p->area_mm2 > q->area_mm2 ? -1 : 1)
               : (p->centre.z > q->centre.z) - (p->centre.z < q->centre.z);
}

typedef struct {
    const pp_lattice *l;
    const pp_mesh *mesh;
    uint8_t *low;     /* of each facet */
    uint32_t *parent; /* sets of vertices */
    uint32_t *number; /* of a set's region */
} regions;

static pp_status
sort_regions(const regions *g, pp_confidence *c, pp_error *err)
{
    size_t capacity = 0;

    for (size_t t = 0; t < g->mesh->ntri; t++) {
        const uint32_t *v = g->mesh->tri[t];
        const pp_vec3 p = g->mesh->vert[v[0]], q = g->mesh->vert[v[1]];
        const pp_vec3 r = g->mesh->vert[v[2]];
        const double area =
            pp_norm(pp_cross(pp_sub(q, p), pp_sub(r, p))) / 2;
        const uint32_t root = pp_sets_root(g->parent, v[0]);
        pp_doubtful *d;

        c->area_mm2 += area;
        if (!g->low[t])
            continue;
        c->low_mm2 += area;
        if (g->number[root] == PP_NONE) {
            if (pp_grow(&c->region, &capacity, c->nregion + 1,
                        sizeof *c->region, err) != PP_OK)
                return err->status;
            g->number[root] = (uint32_t)c->nregion;
            c->region[c->nregion++] = (pp_doubtful){ 0 };
        }
        d = &c->region[g->number[root]];
        d->area_mm2 += area;
        d->centre = pp_add(d->centre, pp_scale(pp_add(p, pp_add(q, r)),
                                               area / 3));
    }
    for (size_t n = 0; n < c->nregion; n++)
        c->region[n].centre = pp_scale(c->region[n].centre,
                                       1 / c->region[n].area_mm2);
    if (c->nregion > 1)
        qsort(c->region, c->nregion, sizeof *c->region, by_area);
    return PP_OK;
}

pp_status
pp_lattice_confidence(const pp_lattice *l, const pp_grid *grid, double least,
                      pp_confidence *c, pp_error *err)
{
    regions g = { .l = l };
    pp_mesh mesh = { 0 };

    memset(c, 0, sizeof *c);
    if (pp_lattice_to_mesh(l, (const double(*)[4])grid->to_lps, &mesh, err) !=
        PP_OK)
        return err->status;
    g.mesh = &mesh;
    g.low = pp_alloc(l->ntri, 1);
    g.parent = pp_alloc(l->nvert, sizeof *g.parent);
    g.number = pp_alloc(l->nvert, sizeof *g.number);
    if (g.low == NULL || g.parent == NULL || g.number == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    pp_sets_start(g.parent, l->nvert);
    memset(g.number, 0xff, l->nvert * sizeof *g.number);
    for (size_t t = 0; t < l->ntri; t++) {
        double sum = 0;

        for (int k = 0; k < 3; k++)
            sum += (double)edge_confidence(grid, l->edge[l->tri[t][k]]);
        if (isnan(sum)) {
            pp_fail(err, PP_EGEOM, "values are no probabilities: they leave "
                    "0 to 1");
            goto done;
        }
        g.low[t] = sum / 3 < least;
        if (g.low[t]) {
            pp_sets_join(g.parent, l->tri[t][0], l->tri[t][1]);
            pp_sets_join(g.parent, l->tri[t][0], l->tri[t][2]);
        }
    }
    (void)!sort_regions(&g, c, err);
done:
    pp_mesh_free(&mesh);
    pp_free(g.low);
    pp_free(g.parent);
    pp_free(g.number);
    if (err->status != PP_OK)
        pp_confidence_free(c);
    return err->status;
}

void
pp_confidence_free(pp_confidence *c)
{
    pp_free(c->region);
    memset(c, 0, sizeof *c);
}
