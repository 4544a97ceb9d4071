/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * degenerate.c - facets without area
 *
 * Exactly: a facet has no area when its vertices lie on a line, that is, when
 * it shows none along any of the three axes. Thin ones, as long as there is
 * something of them, are a matter of quality and none of this check.
 */
#include "check/defects.h"

#include "mesh/predicates.h"

pp_status
pp_find_degenerate(const pp_subject *s, pp_report *r, pp_error *err)
{
    const pp_mesh *m = s->mesh;

    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];
        const pp_witness w = { .a = (uint32_t)t, .b = PP_NONE,
                               .place = m->vert[v[0]] };

        if (!pp_repeats_vertex(v) &&
            pp_view_axis(m->vert[v[0]], m->vert[v[1]], m->vert[v[2]]) >= 0)
            continue;
        if (pp_add_finding(&r->defect[PP_DEFECT_DEGENERATE], s->max_witness,
                           w, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}
