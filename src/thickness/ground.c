/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ground.c - what balls are found in, apart from where they are looked for
 *
 * A tree and the sharp places belong to a surface; samples may be those of a
 * finer mesh of it, or of a part. A vertex that splitting made lies on an edge
 * of the surface, whose cone it has, or within a facet.
 */
#include "thickness/search.h"

#include "base/alloc.h"

pp_status
pp_ground_find(const pp_mesh *m, double edge_opening_deg, pp_ground **ground,
               pp_error *err)
{
    const double opening = edge_opening_deg > 0 ? edge_opening_deg : 150;
    pp_ground *g = pp_alloc_zero(1, sizeof *g);

    *ground = g;
    if (g == NULL)
        return pp_fail_memory(err);
    if (pp_features_find(m, opening, &g->f, err) != PP_OK ||
        pp_bvh_build(m, &g->bvh, err) != PP_OK) {
        pp_ground_free(g);
        *ground = NULL;
    }
    return err->status;
}

void
pp_ground_free(pp_ground *g)
{
    if (g != NULL) {
        pp_features_free(&g->f);
        pp_bvh_free(g->bvh);
    }
    pp_free(g);
}

const pp_bvh *
pp_ground_tree(const pp_ground *g)
{
    return g->bvh;
}

const pp_mesh *
pp_ground_mesh(const pp_ground *g)
{
    return g->f.mesh;
}

/* The way to the nearest point leaves the facet's normal by less than this
 * only where the point is no corner or edge: 0.003 degrees, in its cosine. */
#define UPRIGHT (1 - 1e-9)

bool
pp_is_behind(const pp_bvh *bvh, const pp_mesh *m, pp_vec3 p,
             const pp_nearest *n, double least)
{
    if (n->facet != PP_NONE && n->distance > 0) {
        const pp_vec3 way = pp_scale(pp_sub(p, n->point), 1 / n->distance);
        const double c = pp_dot(way, pp_unit(pp_facet_normal(m, n->facet)));

        if (fabs(c) > UPRIGHT)
            return c < 0;
    }
    return pp_bvh_winding(bvh, p) > least;
}

/* The edge between two facets of the ground; a hollow or flat one takes
 * nothing away. */
static pp_cone
edge_cone(const pp_features *f, uint32_t one, uint32_t two)
{
    pp_cone cone = { { 0, 0, 0 }, { 0, 0, 0 }, 1, 0 };

    for (uint32_t k = 0; k < 3; k++)
        if (f->across[3 * one + k] == two &&
            pp_features_edge(f, 3 * one + k, &cone))
            return cone;
    cone.axis = pp_scale(pp_unit(pp_add(f->normal[one], f->normal[two])), -1);
    return cone;
}

pp_status
pp_ground_cones(const pp_ground *g, const pp_mesh *m, const uint32_t *part_of,
                pp_cone **cone, pp_error *err)
{
    const size_t first = g->f.mesh->nvert, n = m->nvert - first;
    uint32_t(*beside)[2] = pp_alloc(n, sizeof *beside);

    *cone = pp_alloc(n, sizeof **cone);
    if (beside == NULL || *cone == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < n; i++)
        beside[i][0] = beside[i][1] = PP_NONE;
    for (size_t c = 0; c < 3 * m->ntri; c++) {
        const uint32_t v = m->tri[c / 3][c % 3], facet = part_of[c / 3];
        uint32_t *of = v >= first ? beside[v - first] : NULL;

        if (of != NULL && of[0] == PP_NONE)
            of[0] = facet;
        else if (of != NULL && of[0] != facet)
            of[1] = facet;
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t *of = beside[i];

        if (of[0] != PP_NONE)
            (*cone)[i] = edge_cone(&g->f, of[0],
                                   of[1] != PP_NONE ? of[1] : of[0]);
        (*cone)[i].apex = m->vert[first + i];
    }
done:
    pp_free(beside);
    return err->status;
}
