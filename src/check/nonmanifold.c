/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nonmanifold.c - where a surface is no surface
 *
 * An edge of three facets or more has no inside and outside; a vertex where
 * several fans of facets meet (facets that hang together over edges at this
 * vertex) is a hinge without strength.
 */
#include "check/defects.h"

pp_status
pp_find_nonmanifold(const pp_subject *s, pp_report *r, pp_error *err)
{
    const pp_edge_list *edges = &s->topology->nonmanifold;
    const pp_vertex_list *pinch = &s->topology->pinch;
    const pp_vec3 *vert = s->mesh->vert;

    for (size_t i = 0; i < edges->n; i++) {
        const pp_edge_case *e = &edges->item[i];
        const pp_witness w = {
            .a = e->a, .b = e->b,
            .place = pp_scale(pp_add(vert[e->from], vert[e->to]), 0.5)
        };

        if (pp_add_finding(&r->defect[PP_DEFECT_NONMANIFOLD_EDGE],
                           s->max_witness, w, err) != PP_OK)
            return err->status;
    }
    for (size_t i = 0; i < pinch->n; i++) {
        const uint32_t v = pinch->item[i].vertex;
        const pp_witness w = { .a = v, .b = PP_NONE, .place = vert[v] };

        if (pp_add_finding(&r->defect[PP_DEFECT_NONMANIFOLD_VERTEX],
                           s->max_witness, w, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}
