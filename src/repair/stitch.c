/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stitch.c - open edges that lie on each other become one
 *
 * The tolerance grows from a thousandth of its limit in four steps, as admesh
 * does it, so that the nearest partners find each other first. At each step
 * vertices of open edges are joined pairwise, closest first; then a vertex
 * that lies on an open edge splits that edge's facet (T-junctions). A step
 * that leaves more edges of three facets than before is taken back.
 */
#include "repair/rim.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double distance;
    uint32_t u, v; /* u < v */
} couple;

static int
compare_couples(const void *left, const void *right)
{
    const couple *a = left, *b = right;

    if (a->distance != b->distance)
        return a->distance < b->distance ? -1 : 1;
    if (a->u != b->u)
        return a->u < b->u ? -1 : 1;
    return a->v < b->v ? -1 : a->v > b->v;
}

/* A look for couples about one vertex. */
typedef struct {
    const pp_mesh *mesh;
    double tolerance;
    uint32_t u;
    couple *list;
    size_t n, capacity;
    pp_error *err;
} pairing;

static void
pair_with(uint32_t v, void *data)
{
    pairing *p = data;
    const double d = pp_distance(p->mesh->vert[p->u], p->mesh->vert[v]);

    if (v <= p->u || d > p->tolerance ||
        pp_grow(&p->list, &p->capacity, p->n + 1, sizeof *p->list, p->err) !=
            PP_OK)
        return;
    p->list[p->n].distance = d;
    p->list[p->n].u = p->u;
    p->list[p->n++].v = v;
}

static pp_status
find_couples(const pp_mesh *m, const pp_rim *r, double tolerance,
             couple **list, size_t *n, pp_cure *c, pp_error *err)
{
    pairing p = { m, tolerance, 0, NULL, 0, 0, err };

    for (size_t i = 0; i < r->nvertex && err->status == PP_OK; i++) {
        p.u = r->vertex[i];
        c->nlook += pp_rim_look(m, r, m->vert[p.u], tolerance, pair_with, &p);
    }
    if (p.n > 0)
        qsort(p.list, p.n, sizeof *p.list, compare_couples);
    *list = p.list;
    *n = p.n;
    return err->status;
}

/* Facets at the rim, listed for each of their vertices. */
typedef struct {
    size_t *start;
    uint32_t *facet;
} fans;

static pp_status
make_fans(const pp_mesh *m, const pp_rim *r, fans *f, pp_error *err)
{
    f->start = pp_alloc_zero(m->nvert + 2, sizeof *f->start);
    f->facet = pp_alloc(3 * r->nedge, sizeof *f->facet);
    if (f->start == NULL || f->facet == NULL)
        return pp_fail_memory(err);
    for (size_t i = 0; i < r->nedge; i++)
        for (int k = 0; k < 3; k++)
            f->start[m->tri[r->edge[i].corner / 3][k] + 2]++;
    for (size_t v = 0; v <= m->nvert; v++)
        f->start[v + 1] += f->start[v];
    for (size_t i = 0; i < r->nedge; i++)
        for (int k = 0; k < 3; k++)
            f->facet[f->start[m->tri[r->edge[i].corner / 3][k] + 1]++] =
                r->edge[i].corner / 3;
    return PP_OK;
}

/* Both ends of one facet: joining them would eat it. */
static bool
share_a_facet(const pp_mesh *m, const fans *f, uint32_t u, uint32_t v)
{
    for (size_t i = f->start[u]; i < f->start[u + 1]; i++) {
        const uint32_t *t = m->tri[f->facet[i]];

        if (t[0] == v || t[1] == v || t[2] == v)
            return true;
    }
    return false;
}

static uint32_t
find_target(uint32_t *target, uint32_t v)
{
    while (target[v] != v) {
        target[v] = target[target[v]];
        v = target[v];
    }
    return v;
}

static void
join_couples(const pp_mesh *m, const couple *list, size_t n, const fans *f,
             double tolerance, uint32_t *target, pp_cure *c)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t u = find_target(target, list[i].u);
        const uint32_t v = find_target(target, list[i].v);
        const double d = pp_distance(m->vert[u], m->vert[v]);

        if (u == v || d > tolerance ||
            share_a_facet(m, f, list[i].u, list[i].v))
            continue;
        target[u < v ? v : u] = u < v ? u : v;
        c->count++;
        c->moved_mm = fmax(c->moved_mm, d);
    }
}

static pp_status
join_vertices(pp_mesh *m, const pp_rim *r, double tolerance, pp_cure *c,
              pp_error *err)
{
    couple *list = NULL;
    size_t n = 0;
    fans f = { 0 };
    uint32_t *target = pp_alloc(m->nvert, sizeof *target);

    if (target == NULL)
        return pp_fail_memory(err);
    if (find_couples(m, r, tolerance, &list, &n, c, err) != PP_OK ||
        make_fans(m, r, &f, err) != PP_OK)
        goto done;
    for (uint32_t v = 0; v < m->nvert; v++)
        target[v] = v;
    join_couples(m, list, n, &f, tolerance, target, c);
    for (size_t k = 0; k < 3 * m->ntri; k++)
        m->tri[k / 3][k % 3] = find_target(target, m->tri[k / 3][k % 3]);
done:
    pp_free(f.start);
    pp_free(f.facet);
    pp_free(list);
    pp_free(target);
    return err->status;
}

/* A look for the vertex that halves an edge best. */
typedef struct {
    const pp_mesh *mesh;
    const pp_open_edge *edge;
    double tolerance, distance, off; /* off: from the middle, in lengths */
    uint32_t best;
} halving;

static void
halve_with(uint32_t v, void *data)
{
    halving *h = data;
    const pp_mesh *m = h->mesh;
    const pp_open_edge *e = h->edge;
    const pp_vec3 a = m->vert[e->a], ab = pp_sub(m->vert[e->b], a);
    const pp_vec3 p = m->vert[v];
    const double s = pp_dot(pp_sub(p, a), ab) / pp_dot(ab, ab);
    const double d = pp_distance(p, pp_madd(a, s, ab));

    if (!(d <= h->tolerance) || fabs(s - 0.5) > h->off ||
        (fabs(s - 0.5) == h->off && v >= h->best) || v == e->a || v == e->b ||
        v == m->tri[e->corner / 3][e->corner % 3])
        return;
    h->best = v;
    h->off = fabs(s - 0.5);
    h->distance = d;
}

/* The vertex of the rim that lies on the edge, nearest to its middle. */
static uint32_t
vertex_on_edge(const pp_mesh *m, const pp_rim *r, const pp_open_edge *e,
               double tolerance, double *distance, pp_cure *c)
{
    const pp_vec3 a = m->vert[e->a], ab = pp_sub(m->vert[e->b], a);
    const double ncell = pp_norm(ab) / r->cell_mm;
    /* cells are no shorter than the mean edge; NaN: places beyond numbers */
    const size_t nstep =
        ncell <= (double)r->nedge + 1 ? (size_t)ncell + 1 : 0;
    halving h = { m, e, tolerance, 0, 0.5, 0 };

    h.best = 0; /* none: nothing lies before it at a half */
    for (size_t i = 0; nstep > 0 && i <= nstep; i++)
        c->nlook += pp_rim_look(m, r,
                                pp_madd(a, (double)i / (double)nstep, ab),
                                r->cell_mm / 2 + tolerance, halve_with, &h);
    *distance = h.distance;
    return h.off < 0.5 ? h.best : PP_NONE;
}

/* Splits facets at vertices that lie on their open edges, one a facet. */
static pp_status
split_edges(pp_mesh *m, const pp_rim *r, double tolerance, size_t *nsplit,
            pp_cure *c, pp_error *err)
{
    uint8_t *touched = pp_alloc_zero(m->ntri, 1);
    pp_tri *tri = pp_realloc(m->tri, m->ntri + r->nedge, sizeof *tri);
    uint16_t *attribute = NULL;

    *nsplit = 0;
    if (tri != NULL)
        m->tri = tri;
    if (m->attribute != NULL) {
        attribute = pp_realloc(m->attribute, m->ntri + r->nedge,
                               sizeof *attribute);
        if (attribute != NULL)
            m->attribute = attribute;
    }
    if (touched == NULL || tri == NULL ||
        (m->attribute != NULL && attribute == NULL)) {
        pp_free(touched);
        return pp_fail_memory(err);
    }
    for (size_t i = 0; i < r->nedge; i++) {
        const uint32_t t = r->edge[i].corner / 3, k = r->edge[i].corner % 3;
        double distance = 0;
        uint32_t v;

        if (touched[t])
            continue;
        v = vertex_on_edge(m, r, &r->edge[i], tolerance, &distance, c);
        if (v == PP_NONE)
            continue;
        touched[t] = 1;
        memcpy(tri[m->ntri], tri[t], sizeof *tri);
        tri[t][(k + 1) % 3] = v;
        tri[m->ntri][(k + 2) % 3] = v;
        if (attribute != NULL)
            attribute[m->ntri] = attribute[t];
        m->ntri++;
        ++*nsplit;
        c->moved_mm = fmax(c->moved_mm, distance);
    }
    pp_free(touched);
    return PP_OK;
}

/* Facets that lost an edge, or their area. */
static pp_status
drop_flat(pp_mesh *m, pp_error *err)
{
    uint8_t *keep = pp_alloc(m->ntri, 1);

    if (keep == NULL)
        return pp_fail_memory(err);
    for (size_t t = 0; t < m->ntri; t++)
        keep[t] = !pp_facet_is_flat(m, t);
    pp_keep_facets(m, keep);
    pp_free(keep);
    return PP_OK;
}

/* One step of the ramp; *better: fewer open edges, and none more crowded. */
static pp_status
stitch_within(pp_mesh *m, double tolerance, bool *better, pp_cure *c,
              pp_error *err)
{
    pp_rim r;
    size_t nopen, ncrowded, nsplit = 1;

    *better = false;
    if (pp_rim_make(m, c->seam, tolerance, &r, err) != PP_OK)
        return err->status;
    nopen = r.nedge;
    ncrowded = r.ncrowded;
    if (nopen == 0) {
        pp_rim_free(&r);
        return PP_OK;
    }
    if (join_vertices(m, &r, tolerance, c, err) != PP_OK)
        goto done;
    for (int round = 0; round < 32 && nsplit > 0; round++) {
        pp_rim_free(&r);
        if (drop_flat(m, err) != PP_OK ||
            pp_rim_make(m, c->seam, tolerance, &r, err) != PP_OK ||
            split_edges(m, &r, tolerance, &nsplit, c, err) != PP_OK)
            goto done;
        c->count += nsplit;
    }
    pp_rim_free(&r);
    if (drop_flat(m, err) != PP_OK ||
        pp_rim_make(m, c->seam, tolerance, &r, err) != PP_OK)
        goto done;
    *better = r.nedge < nopen && r.ncrowded <= ncrowded;
done:
    pp_rim_free(&r);
    return err->status;
}

pp_status
pp_cure_stitch(pp_mesh *m, pp_cure *c, pp_error *err)
{
    static const double ramp[] = { 0, 0.001, 0.01, 0.1, 1 };
    size_t ndropped;

    for (size_t step = 0; step < sizeof ramp / sizeof *ramp; step++) {
        pp_mesh trial;
        pp_cure told = *c;
        bool better;

        if (pp_mesh_copy(m, &trial, err) != PP_OK)
            return err->status;
        if (stitch_within(&trial, ramp[step] * c->options->weld_mm, &better,
                          &told, err) != PP_OK ||
            !better) {
            pp_mesh_free(&trial);
            if (err->status != PP_OK)
                return err->status;
            continue;
        }
        pp_mesh_free(m);
        *m = trial;
        *c = told;
    }
    snprintf(c->detail, sizeof c->detail,
             "%zu open edges' ends joined or split, moved at most %.3g mm",
             c->count, c->moved_mm);
    return pp_mesh_drop_unused(m, &ndropped, err);
}
