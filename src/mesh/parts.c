/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parts.c - which facets hang together
 *
 * Union-find over the vertices with path halving; the smaller number becomes
 * the root, so that roots, and with them the numbering, follow from the mesh
 * alone (Tarjan and van Leeuwen, JACM 1984).
 */
#include "mesh/mesh.h"

#include "base/alloc.h"

static uint32_t
find_root(uint32_t *parent, uint32_t v)
{
    while (parent[v] != v) {
        parent[v] = parent[parent[v]];
        v = parent[v];
    }
    return v;
}

static void
join(uint32_t *parent, uint32_t a, uint32_t b)
{
    a = find_root(parent, a);
    b = find_root(parent, b);
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
}

pp_status
pp_mesh_parts(const pp_mesh *m, uint32_t **part, uint32_t *npart,
              pp_error *err)
{
    uint32_t *parent = pp_alloc(m->nvert, sizeof *parent);
    uint32_t *number = NULL;

    *npart = 0;
    *part = pp_alloc(m->ntri, sizeof **part);
    if (parent == NULL || *part == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t v = 0; v < m->nvert; v++)
        parent[v] = (uint32_t)v;
    for (size_t t = 0; t < m->ntri; t++) {
        join(parent, m->tri[t][0], m->tri[t][1]);
        join(parent, m->tri[t][0], m->tri[t][2]);
    }
    number = pp_alloc(m->nvert, sizeof *number);
    if (number == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t v = 0; v < m->nvert; v++)
        number[v] = PP_NONE;
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t root = find_root(parent, m->tri[t][0]);

        if (number[root] == PP_NONE)
            number[root] = (*npart)++;
        (*part)[t] = number[root];
    }
done:
    pp_free(number);
    pp_free(parent);
    if (err->status != PP_OK) {
        pp_free(*part);
        *part = NULL;
    }
    return err->status;
}
