/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * topology.c - one sweep over the vertices of a mesh
 *
 * For each vertex the facets around it are walked from edge to edge. A walk
 * that closes after all of them proves at once that each of these edges has
 * two facets, that they run opposite ways, and that the vertex has one fan.
 * Only where that fails are its edges sorted and looked at one by one. Both
 * ends of an edge see it; the one with the lower number reports it.
 */
#include "check/topology.h"

#include "base/alloc.h"
#include "base/sets.h"
#include "check/join.h"

#include <stdlib.h>
#include <string.h>

/* Corners are stored as 4 * facet + corner. */
#define FACET_LIMIT (((size_t)1 << 30) - 1)

/* An edge at the vertex in hand. */
typedef struct {
    uint32_t other; /* its other end */
    uint32_t third; /* the facet's third vertex */
    uint32_t local; /* which of the facets around the vertex */
    uint32_t out;   /* 1: the facet runs away from the vertex */
} spoke;

/* Room for the facets around one vertex. */
typedef struct {
    uint32_t *facet, *out, *in, *group;
    spoke *spoke;
    size_t capacity;
} ring;

static pp_status
list_edge(pp_edge_list *list, uint32_t from, uint32_t to, uint32_t a,
          uint32_t b, pp_error *err)
{
    if (pp_grow(&list->item, &list->capacity, list->n + 1,
                sizeof *list->item, err) != PP_OK)
        return err->status;
    list->item[list->n++] = (pp_edge_case){ from, to, a, b };
    return PP_OK;
}

static pp_status
list_pinch(pp_vertex_list *list, uint32_t v, uint32_t a, uint32_t b,
           pp_error *err)
{
    if (pp_grow(&list->item, &list->capacity, list->n + 1,
                sizeof *list->item, err) != PP_OK)
        return err->status;
    list->item[list->n++] = (pp_vertex_case){ v, a, b };
    return PP_OK;
}

/* start[] and incident[], a counting sort of corners by vertex. */
static pp_status
find_incident(const pp_mesh *m, pp_topology *topo, pp_error *err)
{
    uint32_t *next;

    topo->start = pp_alloc_zero(m->nvert + 2, sizeof *topo->start);
    topo->incident = pp_alloc(3 * m->ntri, sizeof *topo->incident);
    topo->plain = pp_alloc_zero(m->nvert, 1);
    if (topo->start == NULL || topo->incident == NULL || topo->plain == NULL)
        return pp_fail_memory(err);
    next = topo->start + 1; /* ends one place later than it counts */
    for (size_t t = 0; t < m->ntri; t++)
        if (!pp_repeats_vertex(m->tri[t]))
            for (int k = 0; k < 3; k++)
                next[m->tri[t][k] + 1]++;
    for (size_t v = 0; v < m->nvert; v++)
        next[v + 1] += next[v];
    for (size_t t = 0; t < m->ntri; t++)
        if (!pp_repeats_vertex(m->tri[t]))
            for (uint32_t k = 0; k < 3; k++)
                topo->incident[next[m->tri[t][k]]++] =
                    (uint32_t)(4 * t) + k;
    return PP_OK;
}

static pp_status
size_ring(const pp_mesh *m, const pp_topology *topo, ring *r, pp_error *err)
{
    size_t n = 1;

    for (size_t v = 0; v < m->nvert; v++)
        if (topo->start[v + 1] - topo->start[v] > n)
            n = topo->start[v + 1] - topo->start[v];
    r->capacity = n;
    r->facet = pp_alloc(n, sizeof *r->facet);
    r->out = pp_alloc(n, sizeof *r->out);
    r->in = pp_alloc(n, sizeof *r->in);
    r->group = pp_alloc(n, sizeof *r->group);
    r->spoke = pp_alloc(2 * n, sizeof *r->spoke);
    if (r->facet == NULL || r->out == NULL || r->in == NULL ||
        r->group == NULL || r->spoke == NULL)
        return pp_fail_memory(err);
    return PP_OK;
}

static void
free_ring(ring *r)
{
    pp_free(r->facet);
    pp_free(r->out);
    pp_free(r->in);
    pp_free(r->group);
    pp_free(r->spoke);
}

static void
load_ring(const pp_mesh *m, const uint32_t *incident, uint32_t n, ring *r)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t t = incident[i] >> 2, k = incident[i] & 3;

        r->facet[i] = t;
        r->out[i] = m->tri[t][k == 2 ? 0 : k + 1];
        r->in[i] = m->tri[t][k == 0 ? 2 : k - 1];
    }
}

/* Longer walks would be quadratic; they are sorted instead. */
#define LONGEST_WALK 40

/*
 * Walks over the ring and then joins facets across edges to higher vertices.
 * False when the walk does not close, or not over all facets. The first facet
 * that leaves along an edge is taken; another one would never be reached, and
 * the walk would be too short.
 */
static bool
walk_ring(uint32_t v, uint32_t n, ring *r, pp_joined *joined)
{
    uint32_t *order = r->group, i = 0, nvisited = 0;

    if (n < 3 || n > LONGEST_WALK)
        return false;
    do {
        uint32_t j = 0;

        while (j < n && r->out[j] != r->in[i])
            j++;
        if (j == n || nvisited == n)
            return false;
        order[nvisited++] = i;
        i = j;
    } while (i != 0);
    if (nvisited < n)
        return false;
    for (i = 0; i < n; i++)
        if (v < r->in[order[i]])
            pp_join(joined, r->facet[order[i]],
                    r->facet[order[i + 1 == n ? 0 : i + 1]], 0);
    return true;
}

static int
compare_spokes(const void *a, const void *b)
{
    const spoke *p = a, *q = b;

    if (p->other != q->other)
        return p->other < q->other ? -1 : 1;
    if (p->third != q->third)
        return p->third < q->third ? -1 : 1;
    if (p->local != q->local)
        return p->local < q->local ? -1 : 1;
    return 0;
}

static pp_edge_case
edge_case(uint32_t v, const spoke *p, const ring *r, uint32_t b)
{
    pp_edge_case e = { v, p->other, r->facet[p->local], b };

    if (!p->out) {
        e.from = p->other;
        e.to = v;
    }
    return e;
}

static pp_status
list_spoke(pp_edge_list *list, uint32_t v, const spoke *p, const ring *r,
           uint32_t b, pp_error *err)
{
    const pp_edge_case e = edge_case(v, p, r, b);

    return list_edge(list, e.from, e.to, e.a, e.b, err);
}

/* One edge, seen from its lower end v: n spokes to the same vertex. */
static pp_status
take_edge(uint32_t v, const spoke *p, size_t n, const ring *r,
          pp_topology *topo, pp_joined *joined, pp_error *err)
{
    if (n == 1)
        return list_spoke(&topo->open, v, p, r, PP_NONE, err);
    if (n == 2) {
        const uint32_t a = r->facet[p[0].local], b = r->facet[p[1].local];
        const bool same_way = p[0].out == p[1].out;

        if (same_way &&
            list_spoke(&topo->clash, v, p, r, b, err) != PP_OK)
            return err->status;
        if (!pp_join(joined, a, b, same_way) &&
            list_spoke(&topo->twist, v, p, r, b, err) != PP_OK)
            return err->status;
    } else {
        if (list_spoke(&topo->nonmanifold, v, p, r, r->facet[p[1].local],
                       err) != PP_OK)
            return err->status;
        for (size_t i = 1; i < n; i++)
            if (list_spoke(&topo->seam, v, p, r, r->facet[p[i].local],
                           err) != PP_OK)
                return err->status;
    }
    for (size_t i = 1; i < n; i++)
        if (p[i].third == p[i - 1].third && p[i].third > p[i].other &&
            list_spoke(&topo->duplicate, v, &p[i - 1], r,
                       r->facet[p[i].local], err) != PP_OK)
            return err->status;
    return PP_OK;
}

/* The ring of a vertex that is not a plain closed fan. */
static pp_status
take_ring(uint32_t v, uint32_t n, ring *r, pp_topology *topo,
          pp_joined *joined, pp_error *err)
{
    spoke *s = r->spoke;
    size_t end;

    for (uint32_t i = 0; i < n; i++) {
        s[2 * i] = (spoke){ r->out[i], r->in[i], i, 1 };
        s[2 * i + 1] = (spoke){ r->in[i], r->out[i], i, 0 };
        r->group[i] = i;
    }
    qsort(s, 2 * (size_t)n, sizeof *s, compare_spokes);
    for (size_t i = 0; i < 2 * (size_t)n; i = end) {
        for (end = i + 1; end < 2 * (size_t)n && s[end].other == s[i].other;
             end++)
            pp_sets_join(r->group, s[i].local, s[end].local);
        if (v < s[i].other && take_edge(v, s + i, end - i, r, topo, joined,
                                        err) != PP_OK)
            return err->status;
    }
    for (uint32_t i = 1; i < n; i++)
        if (pp_sets_root(r->group, i) != 0)
            return list_pinch(&topo->pinch, v, r->facet[0], r->facet[i],
                              err);
    return PP_OK;
}

static pp_status
sweep(const pp_mesh *m, ring *r, pp_topology *topo, pp_joined *joined,
      pp_error *err)
{
    for (size_t v = 0; v < m->nvert; v++) {
        const uint32_t n = topo->start[v + 1] - topo->start[v];

        if (n == 0)
            continue;
        load_ring(m, topo->incident + topo->start[v], n, r);
        topo->plain[v] = walk_ring((uint32_t)v, n, r, joined);
        if (!topo->plain[v] &&
            take_ring((uint32_t)v, n, r, topo, joined, err) != PP_OK)
            return err->status;
    }
    return PP_OK;
}

/*
 * In each patch (facets joined over plain edges) the fewer are turned; when
 * both are as many, those that run against its first facet.
 */
static pp_status
find_turned(const pp_mesh *m, pp_topology *topo, pp_joined *joined,
            pp_error *err)
{
    uint32_t *nodd = NULL, *nall = NULL;

    if (topo->clash.n == 0)
        return PP_OK;
    nodd = pp_alloc_zero(m->ntri, sizeof *nodd);
    nall = pp_alloc_zero(m->ntri, sizeof *nall);
    topo->turned = pp_alloc_zero(m->ntri, 1);
    if (nodd == NULL || nall == NULL || topo->turned == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t t = 0; t < m->ntri; t++) {
        uint32_t odd;
        const uint32_t root = pp_join_root(joined, (uint32_t)t, &odd);

        nodd[root] += odd;
        nall[root]++;
        topo->turned[t] = (uint8_t)odd;
    }
    for (size_t t = 0; t < m->ntri; t++) {
        uint32_t odd;
        const uint32_t root = pp_join_root(joined, (uint32_t)t, &odd);

        topo->turned[t] ^= nodd[root] > nall[root] - nodd[root];
    }
done:
    pp_free(nodd);
    pp_free(nall);
    return err->status;
}

/* Numbers the shells; the roots of `joined` are their first facets. */
static pp_status
number_shells(const pp_mesh *m, pp_topology *topo, pp_joined *joined,
              pp_error *err)
{
    for (size_t i = 0; i < topo->seam.n; i++)
        pp_join(joined, topo->seam.item[i].a, topo->seam.item[i].b, 0);
    topo->shell = pp_alloc(m->ntri, sizeof *topo->shell);
    if (topo->shell == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++) {
        uint32_t odd;
        const uint32_t root = pp_join_root(joined, (uint32_t)t, &odd);

        if (pp_repeats_vertex(m->tri[t]))
            topo->shell[t] = PP_NONE;
        else
            topo->shell[t] = root == t ? topo->nshell++ : topo->shell[root];
    }
    return PP_OK;
}

pp_status
pp_topology_build(const pp_mesh *m, pp_topology *topo, pp_error *err)
{
    ring r = { 0 };
    pp_joined joined = { 0 };

    memset(topo, 0, sizeof *topo);
    if (m->ntri > FACET_LIMIT)
        return pp_fail(err, PP_ELIMIT, "%zu facets: at most %zu here",
                       m->ntri, FACET_LIMIT);
    if (find_incident(m, topo, err) != PP_OK ||
        size_ring(m, topo, &r, err) != PP_OK ||
        pp_joined_alloc(&joined, m->ntri, err) != PP_OK ||
        sweep(m, &r, topo, &joined, err) != PP_OK ||
        find_turned(m, topo, &joined, err) != PP_OK ||
        number_shells(m, topo, &joined, err) != PP_OK)
        pp_topology_free(topo);
    free_ring(&r);
    pp_joined_free(&joined);
    return err->status;
}

void
pp_topology_free(pp_topology *topo)
{
    pp_free(topo->start);
    pp_free(topo->incident);
    pp_free(topo->plain);
    pp_free(topo->open.item);
    pp_free(topo->nonmanifold.item);
    pp_free(topo->seam.item);
    pp_free(topo->clash.item);
    pp_free(topo->twist.item);
    pp_free(topo->duplicate.item);
    pp_free(topo->pinch.item);
    pp_free(topo->shell);
    pp_free(topo->turned);
    memset(topo, 0, sizeof *topo);
}
