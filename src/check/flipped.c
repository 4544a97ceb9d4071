/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flipped.c - facets, and whole shells, that face the wrong way
 *
 * Neighbours over a plain edge run along it in opposite directions. In each
 * patch of such neighbours the fewer are flipped. Where no choice satisfies
 * all (a Moebius strip), the edges that stay in conflict count, too.
 *
 * A closed shell encloses a positive volume when it faces outward. It should
 * when an even number of shells lies around it; otherwise it bounds a cavity
 * and should face inward, which is away from the material as well.
 */
#include "check/defects.h"

pp_status
pp_find_flipped(const pp_subject *s, pp_report *r, pp_error *err)
{
    const pp_topology *topo = s->topology;
    const pp_vec3 *vert = s->mesh->vert;
    pp_finding *flipped = &r->defect[PP_DEFECT_FLIPPED];

    for (size_t t = 0; topo->turned != NULL && t < s->mesh->ntri; t++) {
        const pp_witness w = { .a = (uint32_t)t, .b = PP_NONE,
                               .place = pp_facet_middle(s->mesh, t) };

        if (topo->turned[t] &&
            pp_add_finding(flipped, s->max_witness, w, err) != PP_OK)
            return err->status;
    }
    for (size_t i = 0; i < topo->twist.n; i++) {
        const pp_edge_case *e = &topo->twist.item[i];
        const pp_witness w = {
            .a = e->a, .b = e->b,
            .place = pp_scale(pp_add(vert[e->from], vert[e->to]), 0.5)
        };

        if (pp_add_finding(flipped, s->max_witness, w, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

pp_status
pp_find_inverted(const pp_subject *s, pp_report *r, pp_error *err)
{
    const pp_topology *topo = s->topology;
    uint32_t next = 0; /* shells come in the order of their first facets */

    for (size_t t = 0; t < s->mesh->ntri; t++) {
        if (topo->shell[t] != next)
            continue;

        pp_shell *shell = &r->shell[next++];
        const bool cavity = shell->depth % 2 == 1;
        const pp_witness w = { .a = (uint32_t)t, .b = PP_NONE,
                               .place = pp_facet_middle(s->mesh, t) };

        shell->inverted = shell->closed && (cavity ? shell->volume_mm3 > 0
                                                   : shell->volume_mm3 < 0);
        if (shell->inverted &&
            pp_add_finding(&r->defect[PP_DEFECT_INVERTED_SHELL],
                           s->max_witness, w, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}
