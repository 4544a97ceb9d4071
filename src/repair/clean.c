/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clean.c - facets without area, and facets that are there twice
 *
 * A facet without area bounds nothing; where it joined two neighbours of
 * unequal edges, dropping it leaves a T-junction for stitch.c or solid.c. Of
 * facets on the same three vertices one stays, the first: whether it belongs
 * there at all is for the winding number to say.
 */
#include "repair/rung.h"
#include "repair/triple.h"

#include "base/alloc.h"
#include "mesh/predicates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
pp_facet_is_flat(const pp_mesh *m, size_t t)
{
    return pp_view_axis(m->vert[m->tri[t][0]], m->vert[m->tri[t][1]],
                        m->vert[m->tri[t][2]]) < 0;
}

void
pp_keep_facets(pp_mesh *m, const uint8_t *keep)
{
    size_t n = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        if (!keep[t])
            continue;
        memmove(m->tri[n], m->tri[t], sizeof *m->tri);
        if (m->attribute != NULL)
            m->attribute[n] = m->attribute[t];
        n++;
    }
    m->ntri = n;
}

pp_status
pp_copy_others(const pp_mesh *m, const uint8_t *keep, pp_mesh *gone,
               pp_error *err)
{
    uint8_t *other = pp_alloc(m->ntri, 1);
    pp_mesh taken = { 0 };

    if (other == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        other[t] = !keep[t];
    if (pp_mesh_select(m, other, &taken, err) == PP_OK)
        (void)!pp_mesh_append(gone, &taken, err);
    pp_mesh_free(&taken);
    pp_free(other);
    return err->status;
}

void
pp_cure_free(pp_cure *c)
{
    pp_mesh_free(&c->invented);
    pp_mesh_free(&c->dropped);
}

/* Clears keep for all but the first of equal facets. */
static pp_status
mark_duplicates(const pp_mesh *m, uint8_t *keep, size_t *nduplicate,
                pp_error *err)
{
    pp_triple *list = pp_alloc(m->ntri, sizeof *list);
    size_t n = 0;

    *nduplicate = 0;
    if (list == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        if (keep[t])
            list[n++] = pp_triple_of(m, t);
    qsort(list, n, sizeof *list, pp_triple_order);
    for (size_t i = 1; i < n; i++)
        if (pp_triple_equal(&list[i], &list[i - 1])) {
            keep[list[i].facet] = 0;
            ++*nduplicate;
        }
    pp_free(list);
    return PP_OK;
}

pp_status
pp_cure_clean(pp_mesh *m, pp_cure *c, pp_error *err)
{
    uint8_t *keep = pp_alloc(m->ntri, 1);
    size_t nflat = 0, nduplicate = 0, ndropped;

    if (keep == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++) {
        keep[t] = !pp_facet_is_flat(m, t);
        nflat += !keep[t];
    }
    if (mark_duplicates(m, keep, &nduplicate, err) != PP_OK ||
        pp_copy_others(m, keep, &c->dropped, err) != PP_OK)
        goto done;
    pp_keep_facets(m, keep);
    if (pp_mesh_drop_unused(m, &ndropped, err) != PP_OK)
        goto done;
    c->count = nflat + nduplicate;
    snprintf(c->detail, sizeof c->detail,
             "%zu facets without area, %zu duplicates", nflat, nduplicate);
done:
    pp_free(keep);
    return err->status;
}
