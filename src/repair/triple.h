/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * triple.h - facets by the three vertices that they stand on; only repair/
 * includes this
 */
#ifndef PP_REPAIR_TRIPLE_H
#define PP_REPAIR_TRIPLE_H

#include "mesh/mesh.h"

#include <string.h>

typedef struct {
    uint32_t v[3]; /* ascending */
    uint32_t facet;
    bool odd; /* the facet runs against v */
} pp_triple;

static inline pp_triple
pp_triple_of(const pp_mesh *m, size_t t)
{
    pp_triple x = { .facet = (uint32_t)t };

    memcpy(x.v, m->tri[t], sizeof x.v);
    for (int k = 0; k < 3; k++) {
        uint32_t *a = &x.v[k % 2], *b = &x.v[k % 2 + 1];

        if (*a > *b) {
            const uint32_t c = *a;

            *a = *b;
            *b = c;
            x.odd = !x.odd;
        }
    }
    return x;
}

/** Do both stand on the same vertices? */
static inline bool
pp_triple_equal(const pp_triple *a, const pp_triple *b)
{
    return memcmp(a->v, b->v, sizeof a->v) == 0;
}

/** For qsort: by vertices, then by facet. */
static inline int
pp_triple_order(const void *left, const void *right)
{
    const pp_triple *a = left, *b = right;

    for (int k = 0; k < 3; k++)
        if (a->v[k] != b->v[k])
            return a->v[k] < b->v[k] ? -1 : 1;
    return a->facet < b->facet ? -1 : a->facet > b->facet;
}

#endif
