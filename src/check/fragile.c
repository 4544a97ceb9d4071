/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fragile.c - how soon a reader with a tolerance would see another mesh
 *
 * Pairs of near vertices are joined in the order of their distance, as single
 * linkage does (Kruskal 1956). Each joint changes the facets around two
 * clusters and nothing else, so the defects there are counted before and
 * after, and what differs is added to those of the whole mesh: no distance is
 * left out, and each costs what its neighbourhood costs.
 */
#include "check/merge.h"
#include "check/shape.h"

#include "base/alloc.h"
#include "mesh/near.h"

/* Pairs of vertices: so many, and some for each vertex. More are no meeting
 * by chance, and the search goes less far. */
#define MOST_PAIRS ((size_t)1 << 20)
#define MOST_PAIRS_PER_VERTEX 4

/* Each time, so much less far. */
#define LESS_FAR 0.25

/* Facets looked at: so many, and some for each facet; about 10 s. */
#define MOST_WORK ((size_t)1 << 25)
#define MOST_WORK_PER_FACET 64

static unsigned
verdict(const pp_report *r, const int64_t count[PP_NDEFECT],
        unsigned required)
{
    pp_report now = *r;

    for (int d = 0; d < PP_NDEFECT; d++)
        now.defect[d].count = (size_t)count[d];
    return pp_requirements_failed(&now, required);
}

static bool
joined_by_edge(const pp_mesh *m, const pp_topology *topo, uint32_t a,
               uint32_t b)
{
    for (uint32_t i = topo->start[a]; i < topo->start[a + 1]; i++) {
        const uint32_t *v = m->tri[topo->incident[i] >> 2];

        if (v[0] == b || v[1] == b || v[2] == b)
            return true;
    }
    return false;
}

static void
set_found(const pp_merge *w, const pp_near_pair *pair, unsigned after,
          pp_fragility *f)
{
    f->found = true;
    f->distance_mm = pair->distance_mm;
    f->a = pair->a;
    f->b = pair->b;
    f->edge = joined_by_edge(w->mesh, w->topo, pair->a, pair->b);
    f->place = w->mesh->vert[pair->a];
    f->after = after;
}

/* Joins pair after pair; looks at the verdict where all of one distance are
 * joined, and blames the first of them that brought another one. */
static pp_status
search(pp_merge *w, const pp_report *r, unsigned required,
       const pp_near_pair *pair, size_t npair, pp_fragility *f, pp_error *err)
{
    const size_t most = MOST_WORK + MOST_WORK_PER_FACET * w->mesh->ntri;
    const pp_near_pair *blamed = NULL;

    for (size_t i = 0; i < npair; i++) {
        bool joined;
        unsigned now;

        if (w->work > most) {
            f->certain = false;
            f->distance_mm = pair[i].distance_mm;
            return PP_OK;
        }
        if (pp_merge_join(w, pair[i].a, pair[i].b, &joined, err) != PP_OK)
            return err->status;
        now = joined || blamed != NULL ? verdict(r, w->count, required)
                                       : f->before;
        if (now != f->before && blamed == NULL)
            blamed = &pair[i];
        if (i + 1 < npair && pair[i + 1].distance_mm == pair[i].distance_mm)
            continue;
        if (now != f->before) {
            set_found(w, blamed, now, f);
            return PP_OK;
        }
        blamed = NULL;
    }
    return PP_OK;
}

/* As far as the limit, or less far where vertices lie in heaps. */
static pp_status
find_pairs(const pp_mesh *m, double *limit_mm, pp_near_pair **pair,
           size_t *npair, pp_error *err)
{
    const size_t most = MOST_PAIRS + MOST_PAIRS_PER_VERTEX * m->nvert;

    while (pp_near_pairs(m, *limit_mm, most, pair, npair, err) ==
           PP_ELIMIT) {
        *err = (pp_error){ 0 };
        *limit_mm *= LESS_FAR;
        if (!(*limit_mm > 0)) /* all of them in one point */
            return PP_OK;
    }
    return err->status;
}

pp_status
pp_find_fragility(const pp_mesh *m, const pp_report *r, unsigned required,
                  double limit_mm, pp_fragility *f, pp_error *err)
{
    pp_merge w = { 0 };
    pp_topology topo = { 0 };
    pp_near_pair *pair = NULL;
    size_t npair = 0;
    double reach = limit_mm;

    *f = (pp_fragility){ .a = PP_NONE, .b = PP_NONE,
                         .before = pp_requirements_failed(r, required) };
    f->after = f->before;
    if (find_pairs(m, &reach, &pair, &npair, err) != PP_OK)
        return err->status;
    f->certain = reach == limit_mm;
    f->distance_mm = reach;
    if (npair > 0 && pp_topology_build(m, &topo, err) == PP_OK &&
        pp_merge_start(m, &topo, r, &w, err) == PP_OK)
        (void)!search(&w, r, required, pair, npair, f, err);
    pp_merge_free(&w);
    pp_topology_free(&topo);
    pp_free(pair);
    return err->status;
}
