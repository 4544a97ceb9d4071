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
#include "repair/rung.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint32_t a, b;   /* as its facet runs it */
    uint32_t corner; /* that faces it */
} open_edge;

typedef struct {
    open_edge *edge;
    size_t nedge, ncrowded; /* crowded: edges of three facets and more */
    uint32_t *vertex;       /* ends of open edges, by x */
    size_t nvertex;
} rim;

static void
free_rim(rim *r)
{
    pp_free(r->edge);
    pp_free(r->vertex);
    memset(r, 0, sizeof *r);
}

static pp_status
find_open_edges(const pp_mesh *m, const pp_seam *seam, rim *r, pp_error *err)
{
    pp_half_edge *all = NULL;
    size_t nall = 0, n;

    if (pp_mesh_half_edges(m, &all, &nall, err) != PP_OK)
        return err->status;
    r->edge = pp_alloc(nall, sizeof *r->edge);
    if (r->edge == NULL) {
        pp_free(all);
        return pp_fail_memory(err);
    }
    for (size_t i = 0; i < nall; i += n) {
        const uint32_t c = all[i].corner;

        for (n = 1; i + n < nall && all[i + n].low == all[i].low &&
                    all[i + n].high == all[i].high; n++)
            ;
        r->ncrowded += n > 2;
        if (n != 1 || pp_on_seam(seam, m->vert[all[i].low],
                                 m->vert[all[i].high]))
            continue;
        r->edge[r->nedge].a = m->tri[c / 3][(c % 3 + 1) % 3];
        r->edge[r->nedge].b = m->tri[c / 3][(c % 3 + 2) % 3];
        r->edge[r->nedge++].corner = c;
    }
    pp_free(all);
    return PP_OK;
}

/* qsort has no context: x and number travel together. */
typedef struct {
    double x;
    uint32_t v;
} by_x;

static int
compare_by_x(const void *left, const void *right)
{
    const by_x *a = left, *b = right;

    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return a->v < b->v ? -1 : a->v > b->v;
}

static pp_status
sort_rim_vertices(const pp_mesh *m, rim *r, pp_error *err)
{
    by_x *list = pp_alloc(2 * r->nedge, sizeof *list);

    r->vertex = pp_alloc(2 * r->nedge, sizeof *r->vertex);
    if (list == NULL || r->vertex == NULL) {
        pp_free(list);
        return pp_fail_memory(err);
    }
    for (size_t i = 0; i < r->nedge; i++) {
        list[2 * i].v = r->edge[i].a;
        list[2 * i + 1].v = r->edge[i].b;
    }
    for (size_t i = 0; i < 2 * r->nedge; i++)
        list[i].x = m->vert[list[i].v].x;
    qsort(list, 2 * r->nedge, sizeof *list, compare_by_x);
    for (size_t i = 0; i < 2 * r->nedge; i++)
        if (i == 0 || list[i].v != list[i - 1].v)
            r->vertex[r->nvertex++] = list[i].v;
    pp_free(list);
    return PP_OK;
}

static pp_status
make_rim(const pp_mesh *m, const pp_seam *seam, rim *r, pp_error *err)
{
    memset(r, 0, sizeof *r);
    if (find_open_edges(m, seam, r, err) == PP_OK)
        sort_rim_vertices(m, r, err);
    if (err->status != PP_OK)
        free_rim(r);
    return err->status;
}

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

static pp_status
find_couples(const pp_mesh *m, const rim *r, double tolerance, couple **list,
             size_t *n, pp_error *err)
{
    size_t capacity = 0;

    *list = NULL;
    *n = 0;
    for (size_t i = 0; i < r->nvertex; i++)
        for (size_t j = i + 1; j < r->nvertex; j++) {
            const uint32_t u = r->vertex[i], v = r->vertex[j];
            const double d = pp_distance(m->vert[u], m->vert[v]);

            if (m->vert[v].x - m->vert[u].x > tolerance)
                break;
            if (d > tolerance)
                continue;
            if (pp_grow(list, &capacity, *n + 1, sizeof **list, err) != PP_OK)
                return err->status;
            (*list)[*n].distance = d;
            (*list)[*n].u = u < v ? u : v;
            (*list)[(*n)++].v = u < v ? v : u;
        }
    if (*n > 0)
        qsort(*list, *n, sizeof **list, compare_couples);
    return PP_OK;
}

/* Facets at the rim, listed for each of their vertices. */
typedef struct {
    size_t *start;
    uint32_t *facet;
} fans;

static pp_status
make_fans(const pp_mesh *m, const rim *r, fans *f, pp_error *err)
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
join_vertices(pp_mesh *m, const rim *r, double tolerance, pp_cure *c,
              pp_error *err)
{
    couple *list = NULL;
    size_t n = 0;
    fans f = { 0 };
    uint32_t *target = pp_alloc(m->nvert, sizeof *target);

    if (target == NULL)
        return pp_fail_memory(err);
    if (find_couples(m, r, tolerance, &list, &n, err) != PP_OK ||
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

/* The vertex of the rim that lies on the edge, nearest to its middle. */
static uint32_t
vertex_on_edge(const pp_mesh *m, const rim *r, const open_edge *e,
               double tolerance, double *distance)
{
    const pp_vec3 a = m->vert[e->a], b = m->vert[e->b], ab = pp_sub(b, a);
    const double low = fmin(a.x, b.x) - tolerance, length2 = pp_dot(ab, ab);
    const double high = fmax(a.x, b.x) + tolerance;
    uint32_t best = PP_NONE;
    double best_off = 0.5;
    size_t i = 0, end = r->nvertex;

    while (i < end) { /* first vertex with x >= low */
        const size_t mid = i + (end - i) / 2;

        if (m->vert[r->vertex[mid]].x < low)
            i = mid + 1;
        else
            end = mid;
    }
    for (; i < r->nvertex; i++) {
        const uint32_t v = r->vertex[i];
        const pp_vec3 p = m->vert[v];
        const double s = pp_dot(pp_sub(p, a), ab) / length2;
        const double d = pp_distance(p, pp_madd(a, s, ab));

        if (p.x > high)
            break;
        if (d > tolerance || fabs(s - 0.5) >= best_off || v == e->a ||
            v == e->b || v == m->tri[e->corner / 3][e->corner % 3])
            continue;
        best = v;
        best_off = fabs(s - 0.5);
        *distance = d;
    }
    return best;
}

/* Splits facets at vertices that lie on their open edges, one a facet. */
static pp_status
split_edges(pp_mesh *m, const rim *r, double tolerance, size_t *nsplit,
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
        v = vertex_on_edge(m, r, &r->edge[i], tolerance, &distance);
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
    rim r;
    size_t nopen, ncrowded, nsplit = 1;

    *better = false;
    if (make_rim(m, c->seam, &r, err) != PP_OK)
        return err->status;
    nopen = r.nedge;
    ncrowded = r.ncrowded;
    if (nopen == 0) {
        free_rim(&r);
        return PP_OK;
    }
    if (join_vertices(m, &r, tolerance, c, err) != PP_OK)
        goto done;
    for (int round = 0; round < 32 && nsplit > 0; round++) {
        free_rim(&r);
        if (drop_flat(m, err) != PP_OK || make_rim(m, c->seam, &r, err) != PP_OK ||
            split_edges(m, &r, tolerance, &nsplit, c, err) != PP_OK)
            goto done;
        c->count += nsplit;
    }
    free_rim(&r);
    if (drop_flat(m, err) != PP_OK || make_rim(m, c->seam, &r, err) != PP_OK)
        goto done;
    *better = r.nedge < nopen && r.ncrowded <= ncrowded;
done:
    free_rim(&r);
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
