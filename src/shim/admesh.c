/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * admesh.c - libadmesh's "nearby check" on facets in memory
 *
 * stl_check_facets_nearby moves the ends of open edges onto each other when
 * they lie within the tolerance. It counts neighbours itself and never drops a
 * facet, so facet numbers survive.
 */
#include "shim/admesh.h"

#include "base/alloc.h"

#include <admesh/stl.h>
#include <limits.h>
#include <string.h>

static stl_vertex
to_stl(pp_vec3 p)
{
    const stl_vertex v = { (float)p.x, (float)p.y, (float)p.z };

    return v;
}

/* What stl_open would have done, without a file. */
static pp_status
fill_stl(stl_file *stl, const pp_mesh *m, pp_error *err)
{
    const pp_box box = pp_mesh_box(m);

    if (m->ntri > INT_MAX / 3)
        return pp_fail(err, PP_ELIMIT, "%zu facets: admesh counts in int",
                       m->ntri);
    stl_initialize(stl);
    stl->stats.type = inmemory;
    stl->stats.number_of_facets = (int)m->ntri;
    stl->stats.original_num_facets = (int)m->ntri;
    stl_allocate(stl);
    if (stl_get_error(stl))
        return pp_fail_memory(err);
    stl->stats.max = to_stl(box.high);
    stl->stats.min = to_stl(box.low);
    stl->stats.size = to_stl(pp_box_size(box));
    stl->stats.bounding_diameter = (float)pp_box_diagonal(box);
    stl->stats.shortest_edge = stl->stats.bounding_diameter;
    for (size_t t = 0; t < m->ntri; t++) {
        stl_facet *f = &stl->facet_start[t];

        memset(f, 0, sizeof *f);
        for (int k = 0; k < 3; k++)
            f->vertex[k] = to_stl(m->vert[m->tri[t][k]]);
    }
    return PP_OK;
}

static pp_status
read_back(const stl_file *stl, const pp_mesh *m, pp_mesh *out, pp_error *err)
{
    size_t njoined;

    if ((size_t)stl->stats.number_of_facets != m->ntri)
        return pp_fail(err, PP_EGEOM, "admesh dropped facets");
    if (pp_mesh_alloc(out, 3 * m->ntri, m->ntri, err) != PP_OK)
        return err->status;
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++) {
            const stl_vertex v = stl->facet_start[t].vertex[k];

            out->vert[3 * t + (size_t)k] = pp_vec(v.x, v.y, v.z);
            out->tri[t][k] = (uint32_t)(3 * t + (size_t)k);
        }
    if (m->attribute != NULL) {
        out->attribute = pp_alloc(m->ntri, sizeof *out->attribute);
        if (out->attribute == NULL)
            return pp_fail_memory(err);
        memcpy(out->attribute, m->attribute,
               m->ntri * sizeof *out->attribute);
    }
    return pp_mesh_weld_exact(out, &njoined, err);
}

pp_status
pp_admesh_match_nearby(const pp_mesh *m, double tolerance_mm, int steps,
                       pp_mesh *out, size_t *nmatched, pp_error *err)
{
    stl_file stl;

    memset(out, 0, sizeof *out);
    *nmatched = 0;
    memset(&stl, 0, sizeof stl);
    if (fill_stl(&stl, m, err) != PP_OK)
        goto done;
    stl_check_facets_exact(&stl);
    for (int step = 1; step <= steps; step++) {
        if (stl.stats.connected_facets_3_edge >= stl.stats.number_of_facets)
            break;
        stl_check_facets_nearby(&stl, (float)(tolerance_mm * step / steps));
    }
    *nmatched = (size_t)stl.stats.edges_fixed;
    if (stl_get_error(&stl))
        pp_fail(err, PP_EGEOM, "admesh gave up");
    else if (read_back(&stl, m, out, err) != PP_OK)
        pp_mesh_free(out);
done:
    stl_close(&stl);
    return err->status;
}
