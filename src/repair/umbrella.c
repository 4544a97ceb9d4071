/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * umbrella.c - where a surface goes on, and where it only touches itself
 *
 * At an edge of four or more facets the solid consists of wedges: turning
 * about the edge, a facet that runs against it opens a wedge and one that runs
 * along it closes one, like parentheses (Gueziec et al., "Cutting and
 * stitching", 2001). Angles need no exactness: facets at one angle would be
 * duplicates or cross, and those are cured first.
 */
#include "repair/rung.h"

#include "base/alloc.h"
#include "base/sets.h"

#include <stdlib.h>

/* The corner of the facet of `corner` that lies at vertex v. */
static uint32_t
corner_at(const pp_mesh *m, uint32_t corner, uint32_t v)
{
    const uint32_t t = corner / 3;

    for (uint32_t k = 0; k < 2; k++)
        if (m->tri[t][k] == v)
            return 3 * t + k;
    return 3 * t + 2;
}

/* The surface goes on from facet to facet over their common edge. */
static void
join_over(const pp_mesh *m, const pp_half_edge *a, const pp_half_edge *b,
          uint32_t *parent)
{
    pp_sets_join(parent, corner_at(m, a->corner, a->low),
                 corner_at(m, b->corner, a->low));
    pp_sets_join(parent, corner_at(m, a->corner, a->high),
                 corner_at(m, b->corner, a->high));
}

typedef struct {
    double angle;
    const pp_half_edge *edge;
} spoke;

static int
compare_spokes(const void *left, const void *right)
{
    const spoke *a = left, *b = right;

    if (a->angle != b->angle)
        return a->angle < b->angle ? -1 : 1;
    return a->edge < b->edge ? -1 : a->edge > b->edge;
}

static void
measure_spokes(const pp_mesh *m, const pp_half_edge *edge, size_t n,
               spoke *wheel)
{
    const pp_vec3 low = m->vert[edge->low];
    const pp_vec3 axis = pp_unit(pp_sub(m->vert[edge->high], low));
    pp_vec3 x = { 0, 0, 0 }, y = { 0, 0, 0 };

    for (size_t i = 0; i < n; i++) {
        const uint32_t c = edge[i].corner;
        const pp_vec3 d = pp_sub(m->vert[m->tri[c / 3][c % 3]], low);

        if (i == 0) {
            y = pp_unit(pp_cross(axis, d));
            x = pp_cross(y, axis);
        }
        wheel[i].angle = atan2(pp_dot(d, y), pp_dot(d, x));
        wheel[i].edge = &edge[i];
    }
    qsort(wheel, n, sizeof *wheel, compare_spokes);
}

/* Joins the facets of each wedge of solid about an edge. */
static pp_status
join_wedges(const pp_mesh *m, const pp_half_edge *edge, size_t n,
            uint32_t *parent, pp_error *err)
{
    spoke *wheel = pp_alloc(n, sizeof *wheel);
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): a list of pointers */
    const pp_half_edge **open = pp_alloc(n, sizeof *open);
    size_t nopen = 0;

    if (wheel == NULL || open == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    measure_spokes(m, edge, n, wheel);
    for (size_t i = 0; i < 2 * n; i++) { /* twice round: some wedges straddle
                                            the angle pi */
        const pp_half_edge *e = wheel[i % n].edge;

        if (e == NULL) /* closed its wedge the first time round */
            continue;
        if (!e->forward && i < n)
            open[nopen++] = e;
        if (e->forward && nopen > 0) {
            join_over(m, open[--nopen], e, parent);
            wheel[i % n].edge = NULL;
        }
    }
done:
    pp_free(wheel);
    pp_free(open);
    return err->status;
}

static size_t
count_run(const pp_half_edge *edge, size_t left, size_t *nforward)
{
    size_t n = 0;

    *nforward = 0;
    while (n < left && edge[n].low == edge[0].low &&
           edge[n].high == edge[0].high)
        *nforward += edge[n++].forward;
    return n;
}

/* The vertex of each umbrella; numbers follow the first corners. */
static pp_status
list_vertices(const pp_mesh *m, const uint32_t *umbrella, uint32_t **vertex,
              uint32_t *numbrella, pp_error *err)
{
    *numbrella = 0;
    for (size_t c = 0; c < 3 * m->ntri; c++)
        if (umbrella[c] >= *numbrella)
            *numbrella = umbrella[c] + 1;
    *vertex = pp_alloc(*numbrella, sizeof **vertex);
    if (*vertex == NULL)
        return pp_fail_memory(err);
    for (size_t c = 0; c < 3 * m->ntri; c++)
        (*vertex)[umbrella[c]] = m->tri[c / 3][c % 3];
    return PP_OK;
}

/* Roots are the smallest of their sets: one pass numbers everything. */
static void
flatten(uint32_t *parent, uint32_t n)
{
    uint32_t next = 0;

    pp_sets_flatten(parent, n);
    for (uint32_t c = 0; c < n; c++)
        parent[c] = parent[c] == c ? next++ : parent[parent[c]];
}

pp_status
pp_umbrellas(const pp_mesh *m, uint32_t **umbrella, uint32_t **vertex,
             uint32_t *numbrella, pp_error *err)
{
    pp_half_edge *edge = NULL;
    size_t nedge = 0, n, nforward;
    uint32_t *parent = NULL;

    *umbrella = NULL;
    *vertex = NULL;
    if (m->ntri > PP_MESH_LIMIT / 3)
        return pp_fail(err, PP_ELIMIT, "%zu facets: too many", m->ntri);
    parent = pp_alloc(3 * m->ntri, sizeof *parent);
    if (parent == NULL)
        return pp_fail_memory(err);
    pp_sets_start(parent, 3 * m->ntri);
    if (pp_mesh_half_edges(m, &edge, &nedge, err) != PP_OK)
        goto done;
    for (size_t i = 0; i < nedge; i += n) {
        n = count_run(edge + i, nedge - i, &nforward);
        if (n == 2 && nforward == 1)
            join_over(m, &edge[i], &edge[i + 1], parent);
        else if (n >= 4 && 2 * nforward == n &&
                 join_wedges(m, edge + i, n, parent, err) != PP_OK)
            goto done;
    }
    flatten(parent, 3 * (uint32_t)m->ntri);
    if (list_vertices(m, parent, vertex, numbrella, err) != PP_OK)
        goto done;
    *umbrella = parent;
    parent = NULL;
done:
    pp_free(parent);
    pp_free(edge);
    return err->status;
}

pp_status
pp_patches(const pp_mesh *m, uint32_t **patch, uint32_t *npatch,
           pp_error *err)
{
    pp_half_edge *edge = NULL;
    size_t nedge = 0, n, nforward;
    uint32_t *parent = pp_alloc(m->ntri, sizeof *parent);

    *patch = NULL;
    *npatch = 0;
    if (parent == NULL)
        return pp_fail_memory(err);
    pp_sets_start(parent, m->ntri);
    if (pp_mesh_half_edges(m, &edge, &nedge, err) != PP_OK)
        goto done;
    for (size_t i = 0; i < nedge; i += n) {
        n = count_run(edge + i, nedge - i, &nforward);
        if (n == 2 && nforward == 1)
            pp_sets_join(parent, edge[i].corner / 3, edge[i + 1].corner / 3);
    }
    for (uint32_t t = 0; t < m->ntri; t++)
        *npatch += parent[t] == t;
    flatten(parent, (uint32_t)m->ntri);
    *patch = parent;
    parent = NULL;
done:
    pp_free(parent);
    pp_free(edge);
    return err->status;
}
