/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * facets.c - a mesh that grows by facets
 */
#include "meshio/facets.h"

#include "base/alloc.h"

pp_status
pp_facets_add(pp_facets *f, uint32_t a, uint32_t b, uint32_t c, pp_error *err)
{
    pp_mesh *m = f->mesh;
    uint32_t *tri;

    if (m->ntri == PP_MESH_LIMIT)
        return pp_fail(err, PP_ELIMIT, "more than %zu facets", PP_MESH_LIMIT);
    if (m->ntri == f->capacity && pp_grow(&m->tri, &f->capacity, m->ntri + 1,
                                          sizeof *m->tri, err) != PP_OK)
        return err->status;
    tri = m->tri[m->ntri++];
    tri[0] = a;
    tri[1] = b;
    tri[2] = c;
    return PP_OK;
}

pp_status
pp_fan_add(pp_fan *fan, pp_facets *f, uint32_t corner, pp_error *err)
{
    if (fan->ncorner == 0)
        fan->first = corner;
    else if (fan->ncorner > 1 &&
             pp_facets_add(f, fan->first, fan->before, corner, err) != PP_OK)
        return err->status;
    fan->before = corner;
    fan->ncorner++;
    return PP_OK;
}
