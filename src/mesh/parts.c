/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * parts.c - which facets hang together
 *
 * Sets of vertices (base/sets.h), numbered as the facets come to them.
 */
#include "mesh/mesh.h"

#include "base/alloc.h"
#include "base/sets.h"

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
    pp_sets_start(parent, m->nvert);
    for (size_t t = 0; t < m->ntri; t++) {
        pp_sets_join(parent, m->tri[t][0], m->tri[t][1]);
        pp_sets_join(parent, m->tri[t][0], m->tri[t][2]);
    }
    number = pp_alloc(m->nvert, sizeof *number);
    if (number == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t v = 0; v < m->nvert; v++)
        number[v] = PP_NONE;
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t root = pp_sets_root(parent, m->tri[t][0]);

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
