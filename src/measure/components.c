/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * components.c - each part of a mesh by itself
 *
 * Volumes are sums of tetrahedra between each facet and a vertex of its own
 * part (Zhang and Chen, ICIP 2001).
 */
#include "measure/measure.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static int
by_area(const void *a, const void *b)
{
    const pp_component *x = a, *y = b;

    if (x->area_mm2 != y->area_mm2)
        return x->area_mm2 < y->area_mm2 ? 1 : -1;
    return (x->first > y->first) - (x->first < y->first);
}

static void
add_facet(const pp_mesh *m, uint32_t t, pp_component *c)
{
    const pp_vec3 v[3] = { m->vert[m->tri[t][0]], m->vert[m->tri[t][1]],
                           m->vert[m->tri[t][2]] };
    const pp_vec3 normal = pp_facet_normal(m, t);

    if (c->nfacet == 0) {
        c->first = t;
        c->closed = true;
        c->box = pp_box_empty();
    }
    c->nfacet++;
    c->area_mm2 += pp_norm(normal) / 2;
    c->volume_mm3 +=
        pp_dot(pp_sub(v[0], m->vert[m->tri[c->first][0]]), normal) / 6;
    for (int k = 0; k < 3; k++)
        pp_box_add(&c->box, v[k]);
}

/* Parts with edges that are not run as often one way as the other. */
static pp_status
find_open(const pp_mesh *m, const uint32_t *part, pp_component *list,
          pp_error *err)
{
    pp_half_edge *edge = NULL;
    size_t n, end;

    if (pp_mesh_half_edges(m, &edge, &n, err) != PP_OK)
        return err->status;
    for (size_t e = 0; e < n; e = end) {
        ptrdiff_t balance = 0;

        for (end = e; end < n && edge[end].low == edge[e].low &&
                      edge[end].high == edge[e].high; end++)
            balance += edge[end].forward ? 1 : -1;
        if (balance != 0)
            list[part[edge[e].corner / 3]].closed = false;
    }
    pp_free(edge);
    return PP_OK;
}

pp_status
pp_measure_components(const pp_mesh *m, pp_component **list, size_t *n,
                      pp_error *err)
{
    uint32_t *part = NULL, npart = 0;

    *list = NULL;
    *n = 0;
    if (pp_mesh_parts(m, &part, &npart, err) != PP_OK)
        return err->status;
    *list = pp_alloc_zero(npart, sizeof **list);
    if (*list == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t t = 0; t < m->ntri; t++)
        add_facet(m, (uint32_t)t, &(*list)[part[t]]);
    if (find_open(m, part, *list, err) != PP_OK)
        goto done;
    qsort(*list, npart, sizeof **list, by_area);
    *n = npart;
done:
    pp_free(part);
    if (err->status != PP_OK) {
        pp_free(*list);
        *list = NULL;
    }
    return err->status;
}
