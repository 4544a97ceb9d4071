/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edges.c - half-edges brought side by side
 *
 * One counting sort by the low vertex, which puts the half-edges of an edge
 * into a bucket of about six, then a sort of each bucket by the high vertex:
 * insertion while buckets are small, qsort for the hub of a large fan.
 * Linear for any mesh of bounded valence, n log n for all others.
 */
#include "mesh/mesh.h"

#include "base/alloc.h"

#include <stdlib.h>

#define SMALL_BUCKET 32

static bool
before(const pp_half_edge *a, const pp_half_edge *b)
{
    return a->high != b->high ? a->high < b->high : a->corner < b->corner;
}

static int
compare(const void *a, const void *b)
{
    return before(a, b) ? -1 : before(b, a);
}

static void
insertion_sort(pp_half_edge *e, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const pp_half_edge x = e[i];
        size_t j = i;

        for (; j > 0 && before(&x, &e[j - 1]); j--)
            e[j] = e[j - 1];
        e[j] = x;
    }
}

/* start[v + 1] becomes the number of half-edges whose low vertex is v. */
static void
count_low(const pp_mesh *m, size_t *start)
{
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];

        for (int k = 0; k < 3; k++) {
            const uint32_t a = v[k], b = v[k == 2 ? 0 : k + 1];

            if (a != b)
                start[(a < b ? a : b) + 1]++;
        }
    }
}

/* Puts every half-edge into its bucket; next[v] ends as the bucket's end. */
static void
scatter(const pp_mesh *m, size_t *next, pp_half_edge *edges)
{
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++) {
            const uint32_t a = m->tri[t][k == 2 ? 0 : k + 1];
            const uint32_t b = m->tri[t][k == 0 ? 2 : k - 1];
            pp_half_edge *e;

            if (a == b)
                continue;
            e = &edges[next[a < b ? a : b]++];
            e->low = a < b ? a : b;
            e->high = a < b ? b : a;
            e->corner = (uint32_t)(3 * t) + (uint32_t)k;
            e->forward = a < b;
        }
}

pp_status
pp_mesh_half_edges(const pp_mesh *m, pp_half_edge **edges, size_t *count,
                   pp_error *err)
{
    size_t *start = NULL, from = 0;

    *edges = NULL;
    *count = 0;
    if (m->ntri > PP_MESH_LIMIT / 3)
        return pp_fail(err, PP_ELIMIT, "%zu facets: at most %zu here",
                       m->ntri, PP_MESH_LIMIT / 3);
    start = pp_alloc_zero(m->nvert + 1, sizeof *start);
    if (start == NULL)
        return pp_fail_memory(err);
    count_low(m, start);
    for (size_t v = 0; v < m->nvert; v++)
        start[v + 1] += start[v];
    *edges = pp_alloc(start[m->nvert], sizeof **edges);
    if (*edges == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    *count = start[m->nvert];
    scatter(m, start, *edges);
    for (size_t v = 0; v < m->nvert; from = start[v++]) {
        const size_t n = start[v] - from;

        if (n <= SMALL_BUCKET)
            insertion_sort(*edges + from, n);
        else
            qsort(*edges + from, n, sizeof **edges, compare);
    }
done:
    pp_free(start);
    return err->status;
}
