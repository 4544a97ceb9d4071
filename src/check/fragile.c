/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fragile.c - how soon a reader with a tolerance would see another mesh
 *
 * Candidates are the distances between near vertices without a common edge, in
 * ascending order. For each, the facets around the clusters that this distance
 * makes are looked at before and after: what changes there changes the counts
 * of the whole mesh, and nothing else does.
 */
#include "check/shape.h"
#include "check/topology.h"

#include "base/alloc.h"
#include "base/cause.h"
#include "mesh/near.h"

/* Each takes a sweep over the mesh; more closer pairs than this are rare. */
#define MOST_TRIALS 64

enum { OPEN, EDGE, VERTEX, CLASH, DUPLICATE, NCOUNT };

typedef struct {
    const pp_mesh *mesh;
    pp_topology whole;
    uint32_t *root;
    uint8_t *touched; /* vertex of a facet with a clustered vertex */
    pp_mesh part;     /* borrows the vertices */
} trial;

static void
counts(const pp_topology *t, int64_t n[NCOUNT])
{
    n[OPEN] = (int64_t)t->open.n;
    n[EDGE] = (int64_t)t->nonmanifold.n;
    n[VERTEX] = (int64_t)t->pinch.n;
    n[CLASH] = (int64_t)t->clash.n;
    n[DUPLICATE] = (int64_t)t->duplicate.n;
}

static bool
joined_by_edge(const trial *w, uint32_t a, uint32_t b)
{
    const pp_topology *topo = &w->whole;

    for (uint32_t i = topo->start[a]; i < topo->start[a + 1]; i++) {
        const uint32_t *v = w->mesh->tri[topo->incident[i] >> 2];

        if (v[0] == b || v[1] == b || v[2] == b)
            return true;
    }
    return false;
}

static bool
any_touched(const trial *w, size_t t)
{
    const uint32_t *v = w->mesh->tri[t];

    return w->touched[v[0]] || w->touched[v[1]] || w->touched[v[2]];
}

/* Marks the vertices of facets that have a vertex in a cluster of several. */
static void
find_touched(trial *w)
{
    const pp_mesh *m = w->mesh;

    for (size_t v = 0; v < m->nvert; v++)
        w->touched[v] = 0;
    for (size_t v = 0; v < m->nvert; v++)
        if (w->root[v] != v)
            w->touched[v] = w->touched[w->root[v]] = 1;
    for (size_t v = 0; v < m->nvert; v++)
        if (w->touched[v] == 1)
            for (uint32_t i = w->whole.start[v]; i < w->whole.start[v + 1];
                 i++)
                for (int k = 0; k < 3; k++) {
                    uint8_t *x =
                        &w->touched[m->tri[w->whole.incident[i] >> 2][k]];

                    *x = *x == 1 ? 1 : 2;
                }
}

/* The counts around the clusters, with or without joining them. */
static pp_status
count_part(trial *w, bool join, int64_t n[NCOUNT], pp_error *err)
{
    pp_topology topo;

    w->part.ntri = 0;
    for (size_t t = 0; t < w->mesh->ntri; t++) {
        uint32_t *f = w->part.tri[w->part.ntri];

        if (!any_touched(w, t))
            continue;
        for (int k = 0; k < 3; k++)
            f[k] = join ? w->root[w->mesh->tri[t][k]] : w->mesh->tri[t][k];
        w->part.ntri += !pp_repeats_vertex(f);
    }
    if (pp_topology_build(&w->part, &topo, err) != PP_OK)
        return pp_cause(err);
    counts(&topo, n);
    pp_topology_free(&topo);
    return PP_OK;
}

/* Does joining the first npair pairs change the verdict? */
static pp_status
try_distance(trial *w, const pp_near_pair *pair, size_t npair, bool *changes,
             pp_error *err)
{
    int64_t before[NCOUNT], after[NCOUNT], whole[NCOUNT];

    pp_near_clusters(w->mesh->nvert, pair, npair, w->root);
    find_touched(w);
    if (count_part(w, false, before, err) != PP_OK ||
        count_part(w, true, after, err) != PP_OK)
        return err->status;
    counts(&w->whole, whole);
    *changes = false;
    for (int i = 0; i < NCOUNT; i++) {
        const int64_t now = whole[i] - before[i] + after[i];

        *changes |= (whole[i] == 0) != (now == 0);
    }
    return PP_OK;
}

static pp_status
search(trial *w, const pp_near_pair *pair, size_t npair, pp_fragility *f,
       pp_error *err)
{
    int ntrial = 0;
    size_t end;

    for (size_t i = 0; i < npair; i = end) {
        const pp_near_pair *first = NULL;
        bool changes = false;

        for (end = i; end < npair &&
                      pair[end].distance_mm == pair[i].distance_mm; end++)
            if (first == NULL && !joined_by_edge(w, pair[end].a, pair[end].b))
                first = &pair[end];
        if (first == NULL)
            continue;
        f->distance_mm = first->distance_mm;
        if (ntrial++ == MOST_TRIALS) {
            f->certain = false;
            return PP_OK;
        }
        if (try_distance(w, pair, end, &changes, err) != PP_OK)
            return err->status;
        if (changes) {
            f->found = true;
            f->a = first->a;
            f->b = first->b;
            f->place = w->mesh->vert[first->a];
            return PP_OK;
        }
    }
    return PP_OK;
}

pp_status
pp_find_fragility(const pp_mesh *m, double limit_mm, pp_fragility *f,
                  pp_error *err)
{
    trial w = { .mesh = m };
    pp_near_pair *pair = NULL;
    size_t npair;

    *f = (pp_fragility){ .a = PP_NONE, .b = PP_NONE, .certain = true };
    if (pp_near_pairs(m, limit_mm, &pair, &npair, err) != PP_OK)
        return err->status;
    if (npair == 0)
        goto done;
    w.root = pp_alloc(m->nvert, sizeof *w.root);
    w.touched = pp_alloc(m->nvert, 1);
    w.part = (pp_mesh){ .vert = m->vert, .nvert = m->nvert,
                        .tri = pp_alloc(m->ntri, sizeof *m->tri) };
    if (w.root == NULL || w.touched == NULL || w.part.tri == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (pp_topology_build(m, &w.whole, err) == PP_OK)
        (void)!search(&w, pair, npair, f, err);
done:
    if (!f->found && f->certain)
        f->distance_mm = limit_mm;
    pp_topology_free(&w.whole);
    pp_free(pair);
    pp_free(w.root);
    pp_free(w.touched);
    pp_free(w.part.tri);
    return err->status;
}
