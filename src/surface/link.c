/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * link.c - who faces whom across an edge
 *
 * The corner table of Rossignac (IEEE TVCG 5, 1999).
 */
#include "surface/bound.h"

#include "base/alloc.h"

#include <string.h>

void
pp_linked_free(pp_linked *l)
{
    pp_free(l->o);
    pp_free(l->corner);
    memset(l, 0, sizeof *l);
}

static inline size_t
next_corner(size_t c)
{
    return c % 3 == 2 ? c - 2 : c + 1;
}

static inline size_t
prev_corner(size_t c)
{
    return c % 3 == 0 ? c + 2 : c - 1;
}

/* Around each vertex, a facet's edges by their far end. */
static bool
find_opposites(pp_linked *l, const uint32_t *next)
{
    const uint32_t *v = &l->mesh->tri[0][0];
    bool closed = true;

    #pragma omp parallel for schedule(static) reduction(&& : closed)
    for (ptrdiff_t n = 0; n < (ptrdiff_t)(3 * l->mesh->ntri); n++) {
        const size_t c = (size_t)n;
        /* this facet runs a to b; its neighbour has b, then a */
        const uint32_t a = v[next_corner(c)], b = v[prev_corner(c)];
        uint32_t at_b = l->corner[b];

        l->o[c] = PP_NONE;
        if (a >= l->nsimple && b >= l->nsimple)
            continue;
        while (at_b != PP_NONE && v[next_corner(at_b)] != a)
            at_b = next[at_b];
        closed = closed && at_b != PP_NONE;
        if (at_b != PP_NONE)
            l->o[c] = (uint32_t)prev_corner(at_b);
    }
    return closed;
}

pp_status
pp_linked_begin(const pp_mesh *m, size_t nsimple, pp_linked *l, pp_error *err)
{
    const size_t nc = 3 * m->ntri;
    uint32_t *next = pp_alloc(nc, sizeof *next);

    *l = (pp_linked){ .mesh = m, .nsimple = nsimple };
    l->o = pp_alloc(nc, sizeof *l->o);
    l->corner = pp_alloc(m->nvert, sizeof *l->corner);
    if (m->ntri > UINT32_MAX / 3) {
        pp_fail(err, PP_ELIMIT, "too many facets to decimate");
    } else if (next == NULL || l->o == NULL || l->corner == NULL) {
        pp_fail_memory(err);
    } else {
        memset(l->corner, 0xff, m->nvert * sizeof *l->corner);
        for (size_t f = 0; f < m->ntri; f++) /* chains of corners */
            for (size_t k = 0; k < 3; k++) {
                next[3 * f + k] = l->corner[m->tri[f][k]];
                l->corner[m->tri[f][k]] = (uint32_t)(3 * f + k);
            }
        if (!find_opposites(l, next))
            pp_fail(err, PP_EBUG, "the surface is open");
    }
    pp_free(next);
    if (err->status != PP_OK)
        pp_linked_free(l);
    return err->status;
}
