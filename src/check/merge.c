/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * merge.c - vertices joined one by one, and what becomes of the defects
 *
 * A joint changes the facets around the set that gives up its place (they
 * move) and the edges around both sets. The topology of these facets and of
 * all that share a vertex with them is counted before and after: on the rim of
 * that part both counts are wrong in the same way. Meetings of moved facets
 * with any other are counted through the tree of the mesh as it was, whose
 * boxes are widened by the way that vertices have gone.
 */
#include "check/merge.h"

#include "base/alloc.h"
#include "base/cause.h"
#include "base/sets.h"
#include "check/contact.h"
#include "mesh/predicates.h"

#include <float.h>
#include <string.h>

/* ---- sets of facets ---- */

static pp_status
start_set(pp_facet_set *s, size_t nfacet, pp_error *err)
{
    s->mark = pp_alloc_zero(nfacet, sizeof *s->mark);
    return s->mark == NULL ? pp_fail_memory(err) : PP_OK;
}

static void
clear_set(pp_facet_set *s)
{
    s->n = 0;
    s->stamp++; /* fewer joints than vertices */
}

static pp_status
add_facet(pp_facet_set *s, uint32_t t, pp_error *err)
{
    if (s->mark[t] == s->stamp)
        return PP_OK;
    s->mark[t] = s->stamp;
    if (pp_grow(&s->item, &s->capacity, s->n + 1, sizeof *s->item, err) !=
        PP_OK)
        return pp_cause(err);
    s->item[s->n++] = t;
    return PP_OK;
}

pp_status
pp_merge_start(const pp_mesh *m, const pp_topology *topo, const pp_report *r,
               pp_merge *w, pp_error *err)
{
    memset(w, 0, sizeof *w);
    w->mesh = m;
    w->topo = topo;
    w->root = pp_alloc(m->nvert, sizeof *w->root);
    w->next = pp_alloc(m->nvert, sizeof *w->next);
    w->local = pp_alloc(m->nvert, sizeof *w->local);
    if (w->root == NULL || w->next == NULL || w->local == NULL)
        return pp_fail_memory(err);
    pp_sets_start(w->root, m->nvert);
    pp_sets_start(w->next, m->nvert);
    for (size_t v = 0; v < m->nvert; v++)
        w->local[v] = PP_NONE;
    if (start_set(&w->moved, m->ntri, err) != PP_OK ||
        start_set(&w->around, m->ntri, err) != PP_OK ||
        pp_bvh_build(m, &w->bvh, err) != PP_OK)
        return err->status;
    for (int d = 0; d < PP_NDEFECT; d++)
        w->count[d] = (int64_t)r->defect[d].count;
    /* what stands in the report are facets to turn; here, edges in conflict */
    w->count[PP_DEFECT_FLIPPED] = (int64_t)topo->clash.n;
    return PP_OK;
}

void
pp_merge_free(pp_merge *w)
{
    pp_free(w->root);
    pp_free(w->next);
    pp_free(w->local);
    pp_free(w->moved.item);
    pp_free(w->moved.mark);
    pp_free(w->around.item);
    pp_free(w->around.mark);
    pp_free(w->part);
    pp_bvh_free(w->bvh);
    memset(w, 0, sizeof *w);
}

/* ---- the facets as they are now ---- */

/* The facet with its vertices' roots; false when it has collapsed. */
static bool
facet_now(pp_merge *w, uint32_t t, uint32_t v[3])
{
    for (int k = 0; k < 3; k++)
        v[k] = pp_sets_root(w->root, w->mesh->tri[t][k]);
    return !pp_repeats_vertex(v);
}

static bool
has_area(const pp_merge *w, const uint32_t v[3])
{
    return pp_view_axis(w->mesh->vert[v[0]], w->mesh->vert[v[1]],
                        w->mesh->vert[v[2]]) >= 0;
}

/* Adds the facets around all vertices of v's set. */
static pp_status
add_fans(pp_merge *w, uint32_t v, pp_facet_set *s, pp_error *err)
{
    const uint32_t first = v;

    do {
        for (uint32_t i = w->topo->start[v]; i < w->topo->start[v + 1]; i++) {
            const uint32_t t = w->topo->incident[i] >> 2;
            uint32_t now[3];

            w->work++;
            if (facet_now(w, t, now) && add_facet(s, t, err) != PP_OK)
                return err->status;
        }
        v = w->next[v];
    } while (v != first);
    return PP_OK;
}

/* All facets that share a vertex with those around a or b. */
static pp_status
gather(pp_merge *w, uint32_t a, uint32_t b, pp_error *err)
{
    size_t ncore;

    clear_set(&w->around);
    if (add_fans(w, a, &w->around, err) != PP_OK ||
        add_fans(w, b, &w->around, err) != PP_OK)
        return err->status;
    ncore = w->around.n;
    for (size_t i = 0; i < ncore; i++) {
        uint32_t v[3];

        (void)facet_now(w, w->around.item[i], v);
        for (int k = 0; k < 3; k++)
            if (v[k] != a && v[k] != b &&
                add_fans(w, v[k], &w->around, err) != PP_OK)
                return err->status;
    }
    return PP_OK;
}

/* ---- counting ---- */

/* `around` as a mesh of its own, which borrows w->part and has no places. */
static pp_status
make_part(pp_merge *w, pp_mesh *part, pp_error *err)
{
    const pp_facet_set *s = &w->around;

    memset(part, 0, sizeof *part);
    if (pp_grow(&w->part, &w->capacity, s->n, sizeof *w->part, err) != PP_OK)
        return err->status;
    part->tri = w->part;
    for (size_t i = 0; i < s->n; i++) {
        uint32_t v[3];

        if (!facet_now(w, s->item[i], v))
            continue;
        for (int k = 0; k < 3; k++) {
            if (w->local[v[k]] == PP_NONE)
                w->local[v[k]] = (uint32_t)part->nvert++;
            part->tri[part->ntri][k] = w->local[v[k]];
        }
        part->ntri++;
    }
    for (size_t i = 0; i < s->n; i++)
        for (int k = 0; k < 3; k++)
            w->local[pp_sets_root(w->root, w->mesh->tri[s->item[i]][k])] =
                PP_NONE;
    return PP_OK;
}

static pp_status
count_topology(pp_merge *w, int64_t sign, pp_error *err)
{
    pp_topology topo;
    pp_mesh part;

    if (make_part(w, &part, err) != PP_OK)
        return pp_cause(err);
    w->work += 2 * part.ntri;
    if (pp_topology_build(&part, &topo, err) != PP_OK)
        return pp_cause(err);
    w->count[PP_DEFECT_OPEN_EDGE] += sign * (int64_t)topo.open.n;
    w->count[PP_DEFECT_NONMANIFOLD_EDGE] +=
        sign * (int64_t)topo.nonmanifold.n;
    w->count[PP_DEFECT_NONMANIFOLD_VERTEX] += sign * (int64_t)topo.pinch.n;
    w->count[PP_DEFECT_FLIPPED] += sign * (int64_t)topo.clash.n;
    w->count[PP_DEFECT_DUPLICATE] += sign * (int64_t)topo.duplicate.n;
    pp_topology_free(&topo);
    return PP_OK;
}

typedef struct {
    pp_merge *w;
    uint32_t facet, v[3];
    int64_t n;
} meetings;

static int
meet_one(uint32_t t, void *data)
{
    meetings *x = data;
    pp_merge *w = x->w;
    uint32_t v[3];

    w->work++;
    /* pairs of moved facets once */
    if (t == x->facet ||
        (x->facet > t && w->moved.mark[t] == w->moved.stamp) ||
        !facet_now(w, t, v) || !has_area(w, v))
        return 0;
    x->n += pp_facet_contact(w->mesh->vert, x->v, v) != PP_CONTACT_NONE;
    return 0;
}

/* Of the moved facets as they lie now. */
static void
count_places(pp_merge *w, int64_t sign)
{
    const pp_vec3 wide = pp_vec(w->reach_mm, w->reach_mm, w->reach_mm);

    for (size_t i = 0; i < w->moved.n; i++) {
        meetings x = { .w = w, .facet = w->moved.item[i] };
        pp_box box = pp_box_empty();

        if (!facet_now(w, x.facet, x.v))
            continue;
        if (!has_area(w, x.v)) {
            w->count[PP_DEFECT_DEGENERATE] += sign;
            continue;
        }
        for (int k = 0; k < 3; k++)
            pp_box_add(&box, w->mesh->vert[x.v[k]]);
        box.low = pp_sub(box.low, wide);
        box.high = pp_add(box.high, wide);
        pp_bvh_overlap(w->bvh, box, meet_one, &x);
        w->count[PP_DEFECT_CROSSING] += sign * x.n;
    }
}

/* ---- joining ---- */

/* Rounding of a way and of a box's corner: so many units in the last place of
 * the coordinates. */
#define WAY_ROUNDING (8 * DBL_EPSILON)

/* How far the vertices of v's set will have gone when they lie at `place`. */
static void
widen(pp_merge *w, uint32_t v, pp_vec3 place)
{
    const uint32_t first = v;

    do {
        const pp_vec3 p = w->mesh->vert[v];
        const double size =
            fabs(p.x) + fabs(p.y) + fabs(p.z) + pp_norm(place);

        w->reach_mm = fmax(w->reach_mm, pp_distance(p, place) +
                                            WAY_ROUNDING * size);
        v = w->next[v];
    } while (v != first);
}

pp_status
pp_merge_join(pp_merge *w, uint32_t a, uint32_t b, bool *joined,
              pp_error *err)
{
    uint32_t swap;

    a = pp_sets_root(w->root, a);
    b = pp_sets_root(w->root, b);
    *joined = a != b;
    if (a == b)
        return PP_OK;
    if (b < a) {
        swap = a;
        a = b;
        b = swap;
    }
    clear_set(&w->moved);
    widen(w, b, w->mesh->vert[a]);
    if (gather(w, a, b, err) != PP_OK ||
        add_fans(w, b, &w->moved, err) != PP_OK ||
        count_topology(w, -1, err) != PP_OK)
        return err->status;
    count_places(w, -1);
    pp_sets_join(w->root, a, b);
    swap = w->next[a];
    w->next[a] = w->next[b];
    w->next[b] = swap;
    count_places(w, 1);
    return count_topology(w, 1, err);
}
