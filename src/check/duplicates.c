/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * duplicates.c - facets with the same three vertices
 *
 * Whichever way they run: two that run the same way print twice what is there
 * once, two that run opposite ways are a wall without thickness. Of n equal
 * facets, n - 1 are counted.
 */
#include "check/defects.h"

/* Do two facets with the same vertices run opposite ways? */
static bool
opposite(const uint32_t a[3], const uint32_t b[3])
{
    int k = 0;

    while (b[k] != a[0])
        k++;
    return b[(k + 1) % 3] != a[1];
}

pp_status
pp_find_duplicates(const pp_subject *s, pp_report *r, pp_error *err)
{
    const pp_edge_list *list = &s->topology->duplicate;

    for (size_t i = 0; i < list->n; i++) {
        const pp_edge_case *e = &list->item[i];
        const pp_witness w = { .a = e->a, .b = e->b,
                               .place = pp_facet_middle(s->mesh, e->a) };

        r->nopposite += opposite(s->mesh->tri[e->a], s->mesh->tri[e->b]);
        if (pp_add_finding(&r->defect[PP_DEFECT_DUPLICATE], s->max_witness,
                           w, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}
