/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * crossings.c - facets that meet where they must not
 *
 * A tree of boxes traversed against itself proposes pairs. Most of them are
 * neighbours on a smooth surface, and those are settled in advance, a vertex
 * at a time: when some direction sees all facets around a vertex from their
 * front and they go around it once, then the star of the vertex is the graph
 * of a function over a plane, and no two of its facets meet but in what they
 * share. What is left is filtered by the planes and then decided exactly.
 */
#include "check/contact.h"
#include "check/defects.h"
#include "check/tree.h"

#include "base/alloc.h"
#include "mesh/predicates.h"

#include <stdlib.h>
#include <string.h>

/* Below this many facets another thread costs more than it brings. */
#define SMALL 4096

/* ---- stars that are graphs of functions ---- */

/* Above this valence the star counts as not settled. */
#define MOST_SPOKES 40

/*
 * A determinant of three differences is wrong by less than this share of the
 * product of their sizes (sums of absolute coordinates): 8e-16 of the
 * permanent, which that product bounds; the rest is margin, so that signs
 * stay what they are when single coordinates move by a rounding error.
 */
#define STAR_MARGIN 1e-12

static double
size_of(pp_vec3 v)
{
    return fabs(v.x) + fabs(v.y) + fabs(v.z);
}

/*
 * Is the star of v, a plain closed fan, a graph over the plane across the sum
 * of its normals? Each facet must turn the same way there, and only one of
 * them may step over the half-axis `across` = 0, along > 0.
 */
static bool
is_graph(const pp_mesh *m, const uint32_t *incident, uint32_t n, pp_vec3 v)
{
    pp_vec3 a[MOST_SPOKES], b[MOST_SPOKES], normal[MOST_SPOKES];
    pp_vec3 d = pp_vec(0, 0, 0), across;
    int nturn = 0;

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t *f = m->tri[incident[i] >> 2], k = incident[i] & 3;

        a[i] = pp_sub(m->vert[f[k == 2 ? 0 : k + 1]], v);
        b[i] = pp_sub(m->vert[f[k == 0 ? 2 : k - 1]], v);
        normal[i] = pp_cross(a[i], b[i]);
        d = pp_add(d, normal[i]);
    }
    if (!(size_of(d) > 1e-150 && size_of(d) < 1e100))
        return false;
    across = fabs(d.x) < fabs(d.y) ? pp_vec(0, d.z, -d.y)
                                   : pp_vec(d.z, 0, -d.x);
    for (uint32_t i = 0; i < n; i++) {
        const double bound =
            STAR_MARGIN * size_of(a[i]) * size_of(b[i]) * size_of(d);

        if (!(pp_dot(normal[i], d) > bound && bound > 1e-250))
            return false;
        nturn += pp_dot(a[i], across) < 0 && pp_dot(b[i], across) >= 0;
    }
    return nturn == 1;
}

static void
find_graphs(const pp_mesh *m, const pp_topology *topo, uint8_t *graph)
{
#pragma omp parallel for schedule(static) if (m->ntri > SMALL)
    for (size_t v = 0; v < m->nvert; v++) {
        const uint32_t n = topo->start[v + 1] - topo->start[v];

        graph[v] = topo->plain[v] && n <= MOST_SPOKES &&
                   is_graph(m, topo->incident + topo->start[v], n,
                            m->vert[v]);
    }
}

/* ---- pairs ---- */

typedef struct {
    pp_crossing *item;
    size_t n, capacity;
} pair_list;

typedef struct {
    const pp_mesh *mesh;
    const pp_tree *tree;
    const uint8_t *graph;
    pair_list found;
    pp_error err;
} search;

/* Are all three points strictly on one side of the plane, for sure? */
static bool
beside(const pp_vec3 *vert, const uint32_t plane[3], const uint32_t f[3])
{
    const pp_vec3 a = vert[plane[0]];
    const pp_vec3 p = pp_sub(vert[plane[1]], a);
    const pp_vec3 q = pp_sub(vert[plane[2]], a);
    const double yz = p.y * q.z, zy = p.z * q.y;
    const double zx = p.z * q.x, xz = p.x * q.z;
    const double xy = p.x * q.y, yx = p.y * q.x;
    const pp_vec3 n = pp_vec(yz - zy, zx - xz, xy - yx);
    const pp_vec3 size = pp_vec(fabs(yz) + fabs(zy), fabs(zx) + fabs(xz),
                                fabs(xy) + fabs(yx));
    int npositive = 0, nnegative = 0;

    for (int k = 0; k < 3; k++) {
        const pp_vec3 r = pp_sub(vert[f[k]], a);
        const double det = pp_dot(r, n);
        const double permanent = fabs(r.x) * size.x + fabs(r.y) * size.y +
                                 fabs(r.z) * size.z;
        const double error = PP_ORIENT3D_ERROR * permanent;

        if (!(permanent > PP_FILTER_SMALLEST &&
              size_of(r) < PP_FILTER_LARGEST))
            return false;
        npositive += det > error;
        nnegative += det < -error;
    }
    return npositive == 3 || nnegative == 3;
}

static int
visit_pair(uint32_t i, uint32_t j, void *data)
{
    search *s = data;
    uint32_t a = s->tree->facet[i], b = s->tree->facet[j];
    const uint32_t *f = s->mesh->tri[a], *g = s->mesh->tri[b];
    int nshared = 0;
    pp_contact contact;

    for (int k = 0; k < 3; k++)
        if (f[k] == g[0] || f[k] == g[1] || f[k] == g[2]) {
            if (s->graph[f[k]])
                return 0;
            nshared++;
        }
    if (nshared == 0 &&
        (beside(s->mesh->vert, f, g) || beside(s->mesh->vert, g, f)))
        return 0;
    contact = pp_facet_contact(s->mesh->vert, f, g);
    if (contact == PP_CONTACT_NONE)
        return 0;
    if (pp_grow(&s->found.item, &s->found.capacity, s->found.n + 1,
                sizeof *s->found.item, &s->err) != PP_OK)
        return 1;
    s->found.item[s->found.n++] =
        (pp_crossing){ a < b ? a : b, a < b ? b : a, contact };
    return 0;
}

static pp_status
append(pair_list *all, const pair_list *some, pp_error *err)
{
    if (some->n == 0)
        return PP_OK;
    if (pp_grow(&all->item, &all->capacity, all->n + some->n,
                sizeof *all->item, err) != PP_OK)
        return err->status;
    memcpy(all->item + all->n, some->item, some->n * sizeof *some->item);
    all->n += some->n;
    return PP_OK;
}

static int
compare_pairs(const void *p, const void *q)
{
    const pp_crossing *x = p, *y = q;

    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

/* Threads take tasks as they come; sorting makes the order theirs no more. */
static pp_status
run_tasks(const pp_mesh *m, const pp_tree *tree, const uint8_t *graph,
          pair_list *all, pp_error *err)
{
    pp_tree_task *task;
    size_t ntask;

    if (pp_tree_split(tree, &task, &ntask, err) != PP_OK)
        return err->status;
#pragma omp parallel if (ntask > 1)
    {
        search s = { .mesh = m, .tree = tree, .graph = graph };

#pragma omp for schedule(dynamic) nowait
        for (size_t i = 0; i < ntask; i++)
            if (s.err.status == PP_OK)
                pp_tree_run(tree, &task[i], visit_pair, &s);
#pragma omp critical
        {
            if (err->status == PP_OK && s.err.status != PP_OK)
                *err = s.err;
            else if (err->status == PP_OK)
                append(all, &s.found, err);
        }
        pp_free(s.found.item);
    }
    pp_free(task);
    if (err->status == PP_OK && all->n > 0)
        qsort(all->item, all->n, sizeof *all->item, compare_pairs);
    return err->status;
}

static pp_status
find_pairs(const pp_mesh *m, const pp_topology *topo, pair_list *all,
           pp_error *err)
{
    pp_tree tree = { 0 };
    uint8_t *graph = pp_alloc(m->nvert, 1), *use = pp_alloc(m->ntri, 1);

    if (graph == NULL || use == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    find_graphs(m, topo, graph);
#pragma omp parallel for schedule(static) if (m->ntri > SMALL)
    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];

        /* a facet in the star of a graph has an area */
        use[t] = !pp_repeats_vertex(v) &&
                 (graph[v[0]] || graph[v[1]] || graph[v[2]] ||
                  pp_view_axis(m->vert[v[0]], m->vert[v[1]],
                               m->vert[v[2]]) >= 0);
    }
    if (pp_tree_build(m, use, &tree, err) != PP_OK)
        goto done;
    pp_free(use);
    use = NULL;
    run_tasks(m, &tree, graph, all, err);
done:
    pp_tree_free(&tree);
    pp_free(graph);
    pp_free(use);
    if (err->status != PP_OK) {
        pp_free(all->item);
        memset(all, 0, sizeof *all);
    }
    return err->status;
}

pp_status
pp_find_contacts(const pp_mesh *m, pp_crossing **crossing, size_t *ncrossing,
                 pp_error *err)
{
    pp_topology topo;
    pair_list all = { 0 };

    *crossing = NULL;
    *ncrossing = 0;
    if (pp_topology_build(m, &topo, err) != PP_OK)
        return err->status;
    if (find_pairs(m, &topo, &all, err) == PP_OK) {
        *crossing = all.item;
        *ncrossing = all.n;
    }
    pp_topology_free(&topo);
    return err->status;
}

pp_status
pp_check_crossings(const pp_mesh *m, uint32_t (**pair)[2], size_t *npair,
                   pp_error *err)
{
    pp_crossing *crossing;
    size_t n;

    *pair = NULL;
    *npair = 0;
    if (pp_find_contacts(m, &crossing, &n, err) != PP_OK)
        return err->status;
    *pair = pp_alloc(n, sizeof **pair);
    if (*pair == NULL) {
        pp_free(crossing);
        return pp_fail_memory(err);
    }
    for (size_t i = 0; i < n; i++) {
        (*pair)[i][0] = crossing[i].a;
        (*pair)[i][1] = crossing[i].b;
    }
    *npair = n;
    pp_free(crossing);
    return PP_OK;
}

/* The middle of what the boxes of two facets share. */
static pp_vec3
meeting_place(const pp_mesh *m, uint32_t a, uint32_t b)
{
    pp_box p = pp_box_empty(), q = pp_box_empty();

    for (int k = 0; k < 3; k++) {
        pp_box_add(&p, m->vert[m->tri[a][k]]);
        pp_box_add(&q, m->vert[m->tri[b][k]]);
    }
    return pp_scale(pp_vec(fmax(p.low.x, q.low.x) + fmin(p.high.x, q.high.x),
                           fmax(p.low.y, q.low.y) + fmin(p.high.y, q.high.y),
                           fmax(p.low.z, q.low.z) + fmin(p.high.z, q.high.z)),
                    0.5);
}

pp_status
pp_find_crossings(const pp_subject *s, pp_report *r, pp_error *err)
{
    pair_list all = { 0 };

    if (find_pairs(s->mesh, s->topology, &all, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < all.n; i++) {
        const pp_crossing *c = &all.item[i];
        const pp_witness w = { c->a, c->b,
                               meeting_place(s->mesh, c->a, c->b), c->contact };

        r->ncontact[c->contact]++;
        r->nbetween +=
            s->topology->shell[c->a] != s->topology->shell[c->b];
        if (pp_add_finding(&r->defect[PP_DEFECT_CROSSING], s->max_witness, w,
                           err) != PP_OK)
            break;
    }
    r->crossings_checked = true;
    pp_free(all.item);
    return err->status;
}
